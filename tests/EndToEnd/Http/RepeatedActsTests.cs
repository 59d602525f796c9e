using System.Text.Json.Nodes;
using Quittance.BackOffice.BankCollections;
using Quittance.Core.Debits;
using Quittance.Core.Ledger;
using Quittance.Storage.Providers;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>What was asked once is done once, also where other acts came between, and where its answer was lost.</summary>
public sealed class RepeatedActsTests(BooksFixture books)
{
    private const string First = "AT281904300234573019";
    private const string Second = "DE89370400440532013000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BankAccount_SentAgainAfterAnother_PutsNoOldOneBack()
    {
        var biller = await Biller.OpenAsync(books);
        var key = WritingRoutes.NewKey();
        await DoneAsync(biller, "collections/account", AccountOf(First), key);
        await DoneAsync(biller, "collections/account", AccountOf(Second), WritingRoutes.NewKey());
        await ForgetAsync(key);

        await DoneAsync(biller, "collections/account", AccountOf(First), key);

        Assert.Equal(Second, (await AccountAsync(biller)).Iban.Reveal());
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task BankAccountForm_SentAgainAfterAnother_PutsNoOldOneBack()
    {
        using var admin = await TestDesk.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, admin.Merchant);
        var form = await SeenForm.OpenAsync(admin, "/console/settlements/collections/account");
        (string, string)[] filled = [("iban", First), ("name", "Studio"), ("creditor", "DE98ZZZ09999999999"), ("Reason", "our bank")];
        Assert.NotNull((await form.SendAsync(filled)).To);
        await DoneAsync(biller, "collections/account", AccountOf(Second), WritingRoutes.NewKey());

        Assert.NotNull((await form.SendAsync(filled)).To);

        Assert.Equal(Second, (await AccountAsync(biller)).Iban.Reveal());
    }

    /// <summary>A key whose keeping was lost names its own request alone: another one under it is done, and says what it did.</summary>
    [Fact]
    public async Task Request_UnderALostKey_IsNotTakenForAnother()
    {
        var biller = await Biller.OpenAsync(books);
        var key = WritingRoutes.NewKey();
        await DoneAsync(biller, "limits", new JsonObject { ["limit"] = Biller.Euro("800") }, key);
        await ForgetAsync(key);

        var said = await DoneAsync(biller, "limits", new JsonObject { ["limit"] = Biller.Euro("900") }, key);

        Assert.Contains("900.00 EUR", said, StringComparison.Ordinal);
        Assert.Equal(900_00L, await books.ScalarAsync(
            "SELECT amount_minor FROM approval_limit WHERE merchant_id = $1 ORDER BY since DESC LIMIT 1", biller.Merchant.Value));
    }

    [Fact]
    public async Task Month_BehindTheEndOfTime_IsNone()
    {
        var biller = await Biller.OpenAsync(books);

        var refused = await biller.PostAsync("/api/v1/months/close", new JsonObject { ["month"] = "9999-12", ["reason"] = "over" });

        Assert.Equal(400, (int)refused.Status);
        Assert.Contains("This is no month", refused.Text, StringComparison.Ordinal);
    }

    /// <summary>The bank that takes no file on the day itself has the hour 0, on each face.</summary>
    [Fact]
    public async Task CutOffHour_OfNone_IsTaken_AndTheRulebookIsKept()
    {
        var biller = await Biller.OpenAsync(books);
        var body = AccountOf(First);
        (body["cut_off"], body["scheme"]) = (0, "b2b");

        await DoneAsync(biller, "collections/account", body, WritingRoutes.NewKey());

        var account = await AccountAsync(biller);
        Assert.Equal((0, DebitScheme.B2B), (account.CutOffHour, account.Scheme));
    }

    private static JsonObject AccountOf(string iban) => new() { ["iban"] = iban, ["name"] = "Studio", ["creditor"] = "DE98ZZZ09999999999" };

    private async Task<BankAccount> AccountAsync(Biller biller)
    {
        var account = await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System)
            .FindAsync(biller.Merchant, ClearingProvider.Bank, Cancel);
        return BankSettings.TryRead(account!.ApiKey)!;
    }

    /// <summary>The server died before it kept the key.</summary>
    private async Task ForgetAsync(string key) => Assert.NotNull(
        await books.ScalarAsync("DELETE FROM kept_answer WHERE key = $1 AND scope LIKE 'act %' RETURNING 1", key));

    private static async Task<string> DoneAsync(Biller biller, string path, JsonObject body, string key)
    {
        body["reason"] = "as agreed";
        var done = await biller.PostAsync($"/api/v1/{path}", body, key);
        Assert.True((int)done.Status == 200, done.Text);
        return done.Text;
    }
}
