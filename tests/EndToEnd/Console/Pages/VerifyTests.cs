using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Storage.Console;
using Quittance.Storage.Verification;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>Verification on a button.</summary>
public sealed class VerifyTests(BooksFixture books, Browser browser)
{
    private const string Path = "/console/ledger/verify";

    [Fact]
    public async Task Verify_TellsThatTheBooksAreClean_OrWhatIsWrong()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1");
        await ours.ChargeAsync("A-1", "B-1", 20_00);

        await using (var opened = await desk.BrowseAsync(browser, "/console/ledger"))
        {
            await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Verify the books" }).ClickAsync();
            await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Verify now" }).ClickAsync();
            // The page asks again by itself until there is something to tell.
            await Expect(opened.Page.GetByText($"All {Verifier.RuleCount} rules hold")).ToBeVisibleAsync();
            Assert.Empty(opened.Errors);
        }

        await desk.LookEverywhereAsync(browser, Path, "verify");

        var receivable = await ours.ReceivableAsync(ada);
        await books.FalsifyAsync(desk.Merchant, receivable);
        var broken = await VerifyAsync(desk);
        Assert.Contains("rules do not hold", broken, StringComparison.Ordinal);
        Assert.Contains("totals are the sums of its transfers", broken, StringComparison.Ordinal);
        Assert.Contains($"{receivable}", broken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_RunsOnceAtATime()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        using var verifications = new Verifications(own.Database, TimeProvider.System, NullLogger<Verifications>.Instance);
        await using var connection = await own.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold =
                new Npgsql.NpgsqlCommand(
                "LOCK TABLE data_key IN ACCESS EXCLUSIVE MODE; LOCK TABLE settlement_line IN ACCESS EXCLUSIVE MODE", connection,
                transaction);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.True(verifications.Begin(merchant, "Ada"));
            Assert.False(verifications.Begin(merchant, "Grace"));
            Assert.True(verifications.LatestOf(merchant)!.IsRunning);
        }

        while (verifications.LatestOf(merchant)!.IsRunning)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(verifications.LatestOf(merchant)!.Report!.IsClean);
        Assert.True(verifications.Begin(merchant, "Grace"));
        while (verifications.LatestOf(merchant)!.IsRunning)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Verification_ThatGoesWrong_IsLogged_AndCanBeBegunAgain()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var log = new KeptLog<Verifications>();
        await using var elsewhere = Storage.Database.Open($"{books.ConnectionString};Search Path=nowhere");
        using var verifications = new Verifications(elsewhere, TimeProvider.System, log);
        foreach (var who in (string[])["Ada", "Grace"])
        {
            while (!verifications.Begin(desk.Merchant, who))
                await Task.Delay(20, TestContext.Current.CancellationToken);
            while (verifications.LatestOf(desk.Merchant)!.IsRunning)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.Equal(
                (who, true, true),
                (verifications.LatestOf(desk.Merchant)!.Who, verifications.LatestOf(desk.Merchant)!.IsBroken,
                verifications.LatestOf(desk.Merchant)!.IsFault));
        }

        Assert.Equal(2, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.Contains("does not exist", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Viewer_MayNotVerify()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var answer = await desk.SendAsync(Path);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(Path, await desk.PageAsync("/console/ledger"), StringComparison.Ordinal);
    }

    private static async Task<string> VerifyAsync(TestDesk desk)
    {
        using (var sent = await desk.SendAsync(Path))
            Assert.Equal((HttpStatusCode.SeeOther, Path), (sent.StatusCode, sent.Headers.Location!.OriginalString));
        while (true)
        {
            var page = await desk.PageAsync(Path);
            if (!page.Contains("asks again by itself", StringComparison.Ordinal))
                return page;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
