using Quittance.Core.Providers;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>An admin connects a provider that gives its keys, without a terminal.</summary>
public sealed class ProviderConnectTests(BooksFixture books)
{
    private const string Connect = "/console/access/providers/connect?provider=";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stripe", "sk_test_9Kw2cOld", "sk_test_9Kw2cNew")]
    [InlineData("gocardless", "sandbox_9Kw2cOld", "sandbox_9Kw2cNew")]
    public async Task Admin_BringsNewKeys_AndTheProviderTakesThem(string provider, string before, string now)
    {
        using var desk = await TestDesk.OpenAsync(books);
        SecretWatch.OfTheRun.Add(["9Kw2c"]);
        var face = new Uri($"{new Uri(books.Sandbox, provider).AbsoluteUri}/");
        await SaveAsync(new ProviderAccount(desk.Merchant, provider, face, before, ["whsec_9Kw2cOld"]));

        var form = await SeenForm.OpenAsync(desk, Connect + provider);
        var blank = await form.SendAsync(("ApiKey", "two words"), ("NoticeSecret", ""), ("Reason", "Rotated"));
        var done = await form.SendAsync(("ApiKey", $" {now} "), ("NoticeSecret", "whsec_9Kw2cNew"), ("Reason", "Rotated"));

        var later = await form.SendAsync(("ApiKey", $"{before}Later"), ("NoticeSecret", ""), ("Reason", "Sent back in the browser"));

        Assert.Contains("This form was sent before with other keys", later.Page, StringComparison.Ordinal);
        Assert.Contains("A key is one line without blanks", blank.Page, StringComparison.Ordinal);
        Assert.Contains("no real money moves", done.Page, StringComparison.Ordinal);
        var account = (await FindAsync(desk, provider))!;
        Assert.Equal((face, now), (account.Address, account.ApiKey));
        Assert.Equal(["whsec_9Kw2cNew", "whsec_9Kw2cOld"], account.NoticeKeys);
        Assert.Equal(1L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action o WHERE merchant_id = $1 AND o::text LIKE '%provider.connect%' AND reason = 'Rotated'",
            desk.Merchant.Value));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    /// <summary>Keys are sent as they are, also with signs that mean something in a header.</summary>
    [Theory]
    [InlineData("sk_test_other")]
    [InlineData("sk_test_other,\"5\"")]
    public async Task KeysThatTheProviderDoesNotTake_ChangeNothing(string key)
    {
        using var desk = await TestDesk.OpenAsync(books);
        await SaveAsync(new ProviderAccount(desk.Merchant, "stripe", new Uri("http://127.0.0.1:1/"), "sk_test_kept", ["whsec_kept"]));

        var form = await SeenForm.OpenAsync(desk, Connect + "stripe");
        var refused = await form.SendAsync(("ApiKey", key), ("NoticeSecret", "whsec_other"), ("Reason", "Rotated"));

        Assert.Contains("Nothing was changed.", refused.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_test_other", refused.Page, StringComparison.Ordinal);
        Assert.Equal("sk_test_kept", (await FindAsync(desk, "stripe"))!.ApiKey);
    }

    [Fact]
    public async Task Page_SaysFirstWhereNoticesGo_AndAsksForBothKeys()
    {
        using var desk = await TestDesk.OpenAsync(books);

        var page = await desk.PageAsync(Connect + "gocardless");
        var nothing = await (await SeenForm.OpenAsync(desk, Connect + "gocardless")).SendAsync(
            ("ApiKey", "neither_world"), ("Reason", "Begun"));

        Assert.Contains($"/providers/gocardless/merchants/{desk.Merchant.Value}/notices", page, StringComparison.Ordinal);
        Assert.Contains("it begins with sandbox_ or live_", nothing.Page, StringComparison.Ordinal);
        Assert.Null(await FindAsync(desk, "gocardless"));
    }

    private Task SaveAsync(ProviderAccount account) =>
        new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(account, Cancel);

    private ValueTask<ProviderAccount?> FindAsync(TestDesk desk, string provider) =>
        new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).FindAsync(desk.Merchant, provider, Cancel);
}
