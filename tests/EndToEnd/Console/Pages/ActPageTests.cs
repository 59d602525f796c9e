using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Settlements;
using Quittance.Storage.Overdue;
using Quittance.Storage.Settlements;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Pages whose forms follow from declared acts: what they ask, what they do, and what they say where an answer is wrong.</summary>
public sealed class ActPageTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tolerance_IsSetAndEnded_OnceForEachForm()
    {
        using var admin = await TestDesk.OpenAsync(books);
        var form = await SeenForm.OpenAsync(admin, "/console/settlements/tolerances/set");
        (string, string)[] filled =
            [("currency", "eur"), ("amount", "2,00"), ("percent", "1.5"), ("as", "discount"), ("Reason", "as in our terms")];

        var wrong = await form.SendAsync([.. filled, ("percent", "101")]);
        Assert.Null(wrong.To);
        Assert.Contains("A percentage is above 0 and at most 100", wrong.Page, StringComparison.Ordinal);
        Assert.Contains("Fill this in.", (await form.SendAsync([.. filled, ("currency", "")])).Page, StringComparison.Ordinal);
        Assert.Empty(await TolerancesAsync(admin.Merchant));
        var answers = await Task.WhenAll(form.SendAsync(filled), form.SendAsync(filled));

        Assert.All(answers, answer => Assert.Equal("/console/settlements/tolerances?done=tolerance-set", answer.To?.OriginalString));
        Assert.Equal("2.00 EUR and 1.5 %", (await TolerancesAsync(admin.Merchant)).Single().ToString());
        Assert.Contains("2.00 EUR and 1.5 %", await admin.PageAsync("/console/settlements/tolerances"), StringComparison.Ordinal);

        var end = await SeenForm.OpenAsync(admin, "/console/settlements/tolerances/end?currency=EUR");
        Assert.NotNull((await end.SendAsync(("Reason", "no more"))).To);
        Assert.Empty(await TolerancesAsync(admin.Merchant));
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    /// <summary>The journal that the console gives out is the one whose hash the closing kept.</summary>
    [Fact]
    public async Task Month_IsClosed_ItsJournalHasTheKeptHash_AndItIsOpenedAgain()
    {
        using var admin = await TestDesk.OpenAsync(books);
        var last = TimeProvider.System.GetUtcNow().AddDays(-TimeProvider.System.GetUtcNow().Day);
        var month = $"{last:yyyy-MM}";
        var biller = await Biller.OpenAsync(books, admin.Merchant);
        var paid = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = await biller.CustomerAsync(),
            ["amount"] = Biller.Euro("10"),
            ["method"] = "cash",
            ["received"] = $"{month}-28",
        });
        Assert.True((int)paid.Status == 201, paid.Text);
        Assert.Contains($"/months/close?month={month}", await admin.PageAsync("/console/ledger/months"), StringComparison.Ordinal);

        var form = await SeenForm.OpenAsync(admin, $"/console/ledger/months/close?month={month}");
        Assert.Contains(
            "This is no month", (await form.SendAsync(("month", "October"), ("Reason", "it is over"))).Page, StringComparison.Ordinal);
        Assert.Equal(
            "/console/ledger/months?done=month-closed",
            (await form.SendAsync(("month", month), ("Reason", "it is over"))).To?.OriginalString);
        // The answer was lost, and the browser sends the form again.
        Assert.NotNull((await form.SendAsync(("month", month), ("Reason", "it is over"))).To);

        Assert.Contains("closed", await admin.PageAsync("/console/ledger/months"), StringComparison.Ordinal);
        var journal = await admin.Client.GetByteArrayAsync(
            new Uri($"/console/ledger/journal.csv?from={month}-01&to={last:yyyy-MM-dd}&form=csv", UriKind.Relative), Cancel);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(journal)),
            await books.ScalarAsync("SELECT encode(journal_hash, 'hex') FROM period WHERE merchant_id = $1", admin.Merchant.Value));
        Assert.Contains(
            "decimal-mark .", await admin.PageAsync("/console/ledger/journal.csv?form=hledger"), StringComparison.Ordinal);
        foreach (var unread in (string[])["from=yesterday", "to=2026-13-01", "form=xml", "from=2026-02-01&to=2026-01-01"])
        {
            using var answer = await admin.Client.GetAsync(
                new Uri($"/console/ledger/journal.csv?{unread}", UriKind.Relative), Cancel);
            Assert.Equal("/console/ledger/months", answer.Headers.Location?.OriginalString);
        }
        await books.AssertBooksAreCleanAsync(admin.Merchant);

        var again = await SeenForm.OpenAsync(admin, $"/console/ledger/months/reopen?month={month}");
        Assert.NotNull((await again.SendAsync(("month", month), ("Reason", "a line was missing"))).To);
        Assert.Contains("a line was missing", await admin.PageAsync("/console/ledger/months"), StringComparison.Ordinal);
        Assert.NotNull((await form.SendAsync(("month", month), ("Reason", "it is over"))).To);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM period WHERE merchant_id = $1", admin.Merchant.Value));
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    /// <summary>The form shows the policy that is in force, so that a person changes it and does not type it anew.</summary>
    [Fact]
    public async Task PolicyOfDunning_IsSet_ShownAgain_AndEnded()
    {
        using var admin = await TestDesk.OpenAsync(books);
        var form = await SeenForm.OpenAsync(admin, "/console/access/dunning/policy");
        (string, string)[] filled =
            [("currency", "EUR"), ("levels", "7; 28:5,00"), ("agency", "true"), ("minimum", "15"), ("Reason", "agreed")];
        Assert.Contains(
            "A level is the days after the due day", (await form.SendAsync([.. filled, ("levels", "7; soon")])).Page,
            StringComparison.Ordinal);
        Assert.Contains(
            "each more days after the due day than the one before", (await form.SendAsync([.. filled, ("levels", "7; 7")])).Page,
            StringComparison.Ordinal);
        Assert.NotNull((await form.SendAsync(filled)).To);

        var policy = Assert.Single(await new DunningPolicies(books.Database, TimeProvider.System).ListAsync(admin.Merchant, Cancel));
        Assert.Equal(
            [(7, 0L, false), (28, 5_00L, true)], policy.Levels.Select(level => (level.AfterDays, level.FeeMinor, level.HandsOver)));
        Assert.Equal(15_00, policy.MinimumMinor);
        var again = await SeenForm.OpenAsync(admin, "/console/access/dunning/policy?currency=EUR");
        Assert.Equal(("7; 28:5.00", "true", "15.00"), (again["levels"], again["agency"], again["minimum"]));

        var end = await SeenForm.OpenAsync(admin, "/console/access/dunning/policy/end?currency=EUR");
        Assert.NotNull((await end.SendAsync(("Reason", "no more letters"))).To);
        Assert.Empty(await new DunningPolicies(books.Database, TimeProvider.System).ListAsync(admin.Merchant, Cancel));
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    [Fact]
    public async Task TriesOfFailedPayments_AreSet_AndEnded()
    {
        using var admin = await TestDesk.OpenAsync(books);
        var policies = new RetryPolicies(books.Database, TimeProvider.System);
        var form = await SeenForm.OpenAsync(admin, "/console/access/dunning/retries");
        Assert.Contains(
            "A policy has 1 to 5 tries", (await form.SendAsync(("after_days", "5, 3"), ("Reason", "agreed"))).Page,
            StringComparison.Ordinal);
        Assert.NotNull((await form.SendAsync(("after_days", "3, 5"), ("charge_fees", "true"), ("Reason", "agreed"))).To);
        var policy = (await policies.FindAsync(admin.Merchant, Cancel))!;
        Assert.Equal(("3 5", false, true), (string.Join(' ', policy.AfterDays), policy.AlsoUnexplained, policy.ChargesFee));

        var end = await SeenForm.OpenAsync(admin, "/console/access/dunning/retries/end");
        Assert.NotNull((await end.SendAsync(("Reason", "too many"))).To);
        Assert.Null(await policies.FindAsync(admin.Merchant, Cancel));
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    [Fact]
    public async Task Customer_IsPaused_Exempted_AndDunnedAgain()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator, admin.Merchant);
        await new Till(books, admin.Merchant).PayAsync("A", 5_00);
        var id = (Guid)(await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", admin.Merchant.Value))!;
        var form = await SeenForm.OpenAsync(ada, $"/console/customers/{id:D}/dunning");

        Assert.Contains(
            "Type a day such as", (await form.SendAsync(("Choice", "pause"), ("Reason", "a plan"))).Page, StringComparison.Ordinal);
        foreach (var (choice, until) in new[] { ("pause", "2027-12-31"), ("exempt", ""), ("release", "") })
        {
            var next = await SeenForm.OpenAsync(ada, $"/console/customers/{id:D}/dunning");
            var (to, page) = await next.SendAsync(("Choice", choice), ("Until", until), ("Reason", "a plan"));
            Assert.True(to is not null, page);
        }

        Assert.Equal(
            "account.dunning_held account.dunning_held account.dunning_released",
            await books.ScalarAsync(
                "SELECT string_agg(type, ' ' ORDER BY sequence) FROM event WHERE merchant_id = $1 AND type LIKE 'account.dunning%'",
                admin.Merchant.Value));
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    /// <summary>What a run did is said where it was started.</summary>
    [Fact]
    public async Task RunOfTheOverdue_SaysWhatItDid()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        foreach (var (path, said) in new[]
            { ("dunning/run", "Customers at the next level: 0"), ("dunning/tries", "Payments that are tried again: 0") })
        {
            var form = await SeenForm.OpenAsync(ada, $"/console/access/{path}");
            var (to, page) = await form.SendAsync(("Reason", "the server was off"));
            Assert.Null(to);
            Assert.Contains(said, page, StringComparison.Ordinal);
            Assert.DoesNotContain("<form class=\"action\"", page, StringComparison.Ordinal);
        }
    }

    private Task<IReadOnlyList<SettlementTolerance>> TolerancesAsync(MerchantId merchant) =>
        new SettlementTolerances(books.Database, TimeProvider.System).ListAsync(merchant, Cancel);
}
