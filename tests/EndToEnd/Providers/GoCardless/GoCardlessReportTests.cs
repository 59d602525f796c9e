using System.Text.Json.Nodes;
using Quittance.Core.Executing;
using Quittance.Host.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>What GoCardless says it has, and what it paid out, against the books.</summary>
public sealed class GoCardlessReportTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payouts_AreFetched_AndEachRowIsBookedOnce_WithItsFee()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var merchant = studio.Visits.Studio.Merchant;
        var (member, payment, name) = await studio.BookedAsync(55_50);
        await studio.UntilPaymentIsAsync(payment, "captured");
        await studio.RefundAsync(member, payment, 10_00);
        await NoticePost.UntilAsync(async () => (string?)await books.ScalarAsync(
            "SELECT status FROM attempt WHERE merchant_id = $1 AND verb = 'refund'", merchant.Value) == "approved");

        // A fee of 75.5 cents: one in a hundred, and twenty cents. The payout is rounded.
        await studio.SimulateAsync("payment_paid_out", name);
        Assert.Equal(44_74, (long)Assert.Single(await studio.ListAsync("payouts"))["amount"]!);
        Assert.Equal((1, 0), (await FetchAsync(), await FetchAsync()));
        Assert.Equal("payment 5475 75 booked, fee -1 0 booked, refund -1000 0 booked", await LinesAsync());

        // A returned debit takes its money from a payout, and a surcharge.
        await studio.SimulateAsync("payment_late_failure", name);
        await NoticePost.UntilAsync(async () => (string?)await books.ScalarAsync(
            "SELECT status FROM dispute WHERE merchant_id = $1", merchant.Value) == "open");
        await studio.SimulateAsync("payment_paid_out", name);
        Assert.Equal((1, 0), (await FetchAsync(), await FetchAsync()));
        Assert.Equal(
            "payment 5475 75 booked, fee -1 0 booked, refund -1000 0 booked, chargeback -5550 0 booked", await LinesAsync());
        await books.AssertBooksAreCleanAsync(merchant);

        async Task<int> FetchAsync() => await books.PartOf<PayoutService>().FetchAsync(merchant, await studio.ProviderAsync(), Cancel);
        async Task<string> LinesAsync() => (string)(await books.ScalarAsync(
            """
            SELECT string_agg(format('%s %s %s %s', l.kind, l.amount_minor, l.fee_minor, l.status), ', '
                       ORDER BY s.imported_at, l.amount_minor DESC)
              FROM settlement_line l JOIN statement s ON s.merchant_id = l.merchant_id AND s.id = l.statement_id
             WHERE l.merchant_id = $1
            """,
            merchant.Value))!;
    }

    [Fact]
    public async Task Comparison_FindsNoDifference_AlsoWhereAPersonRefundsAtItsConsole()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var merchant = studio.Visits.Studio.Merchant;
        var (_, first, name) = await studio.BookedAsync(20_00);
        var (member, second, disputed) = await studio.BookedAsync(30_00);
        await studio.UntilPaymentIsAsync(first, "captured");
        await studio.UntilPaymentIsAsync(second, "captured");
        await studio.SimulateAsync("payment_charged_back", disputed);
        await NoticePost.UntilAsync(async () => (await studio.Visits.OwedAsync(member)).Sum() == 30);

        Assert.Equal("", await DifferencesAsync(studio));

        await studio.DoAsync("refunds", new JsonObject
        {
            ["refunds"] = new JsonObject
            {
                ["amount"] = 3_00,
                ["total_amount_confirmation"] = 3_00,
                ["links"] = new JsonObject { ["payment"] = name },
            },
        });
        // The books take it over as soon as GoCardless's notice comes.
        await NoticePost.UntilAsync(async () => (long)(await books.ScalarAsync(
            "SELECT refunded_minor FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, first))! == 3_00);
        await NoticePost.UntilAsync(async () => await DifferencesAsync(studio) == "");
        await books.AssertBooksAreCleanAsync(merchant);
    }

    [Fact]
    public async Task Payment_ThatTheBooksLostInARestore_CanBeTakenOver_AndItsEventBooksNothing()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var merchant = studio.Visits.Studio.Merchant;
        var (_, payment, _) = await studio.BookedAsync(20_00);
        await studio.UntilPaymentIsAsync(payment, "captured");
        var account = (Guid)(await books.ScalarAsync(
            "SELECT account_id FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, payment))!;
        var now = TimeProvider.System.GetUtcNow();
        var (lost, captured) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        var mandate = (string)Assert.Single(await studio.ListAsync("payments"))["links"]!["mandate"]!;
        var name = (string)(await studio.DoAsync("payments", new JsonObject
        {
            ["payments"] = new JsonObject
            {
                ["amount"] = 40_00,
                ["currency"] = "EUR",
                ["links"] = new JsonObject { ["mandate"] = mandate },
                ["metadata"] = new JsonObject
                {
                    ["attempt"] = $"{lost:D}",
                    ["capture"] = $"{captured:D}",
                    ["payment"] = $"{lost:D} {account:D}",
                },
            },
        }))["payments"]!["id"]!;
        await studio.SimulateAsync("payment_submitted", name);

        await NoticePost.UntilAsync(async () => (long)(await books.ScalarAsync(
            "SELECT count(*) FROM notice WHERE merchant_id = $1 AND outcome = 'unmatched'", merchant.Value))! > 0);

        Assert.Equal("authorise UnknownHere 4000 True, capture UnknownHere 4000 True", await DifferencesAsync(studio));
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM payment WHERE merchant_id = $1", merchant.Value));
    }

    private async Task<string> DifferencesAsync(GoCardlessStudio studio)
    {
        var now = TimeProvider.System.GetUtcNow();
        List<ProviderDifference> found = [];
        await foreach (var window in books.PartOf<Reconciliation>().CompareAsync(
            studio.Visits.Studio.Merchant, await studio.ProviderAsync(), now.AddMinutes(-20), now.AddMinutes(1), Cancel))
        {
            found.AddRange(window.Differences);
        }

        return string.Join(
            ", ", found.Select(one => $"{one.Subject} {one.Kind} {one.Amount?.AmountMinor} {one.CanBeTakenOver}").Distinct());
    }
}
