using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Storage.Moments;
using Quittance.Storage.Reports;
using Quittance.Tests.Operations;

namespace Quittance.Tests.Verification;

/// <summary>The sums of reports are those of the ledger, in the books of a business day of all APIs.</summary>
[Long("the books of a whole business day")]
public sealed class ReportSumTests(FilledBooks books) : IClassFixture<FilledBooks>
{
    private readonly ReportReading _reading = new(books.Database);

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <remarks>Each of many days is compared where the books have a month.</remarks>
    [Fact]
    public async Task Ageing_AddsUpToTheReceivablesOfTheLedger()
    {
        var moments = new MomentReading(books.Database, new SlotCatchUp(books.Database, TimeProvider.System));

        var aged = (await _reading.AgedAsync(new ReportDays(books.Merchant, Today, Today), Cancel)).GroupBy(debt => debt.Sum.Currency.Code)
            .Select(debts => (debts.Key, debts.Sum(debt => debt.Sum.AmountMinor))).Where(sum => sum.Item2 != 0).Order().ToList();

        Assert.NotEmpty(aged);
        Assert.Equal(
            (await moments.LineAsync(books.Merchant, LedgerKind.Receivable, "", AsOf.Of(Today), Cancel)).Lines
                .Select(line => (line.Currency.Code, (long)line.BalanceMinor)).Where(sum => sum.Item2 != 0).Order(),
            aged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Flows_AreTheMoneyOfCustomersThatIsKept_AndTheFees(bool byWeeks)
    {
        var flows = await _reading.FlowsAsync(new ReportDays(books.Merchant, await FirstDayAsync(), Today), byWeeks, Cancel);

        Assert.Equal(
            await OperatedBooks.ReadAsync(books.Database, """
                SELECT t.currency || ' ' || sum(t.amount_minor * CASE WHEN d.kind = 'clearing' THEN 1 ELSE -1 END)
                  FROM transfer t JOIN ledger_account d ON (d.merchant_id, d.id) = (t.merchant_id, t.debit_id)
                  JOIN ledger_account c ON (c.merchant_id, c.id) = (t.merchant_id, t.credit_id)
                 WHERE (d.kind = 'clearing' AND c.kind IN ('receivable', 'credit', 'refunds_in_transit'))
                    OR (c.kind = 'clearing' AND d.kind IN ('receivable', 'credit', 'refunds_in_transit'))
                 GROUP BY t.currency ORDER BY t.currency
                """),
            SumsOf(flow => flow.Effect.InMinor - flow.Effect.BackMinor - flow.Effect.RefundedMinor));
        Assert.Equal(
            await OperatedBooks.ReadAsync(books.Database, """
                SELECT currency || ' ' || sum(debits_minor - credits_minor) FROM ledger_account WHERE kind = 'fees'
                 GROUP BY currency HAVING sum(debits_minor - credits_minor) <> 0 ORDER BY currency
                """),
            SumsOf(flow => flow.FeeMinor));
        Assert.All(
            (Func<Flow, long>[])
                [flow => flow.Effect.InMinor, flow => flow.Effect.BackMinor, flow => flow.Effect.RefundedMinor],
            effect => Assert.True(flows.Sum(effect) > 0));

        IEnumerable<string> SumsOf(Func<Flow, long> minor) => flows.GroupBy(flow => flow.Sum.Currency.Code)
            .Select(same => (same.Key, Minor: same.Sum(minor))).Where(sum => sum.Minor != 0)
            .OrderBy(sum => sum.Key, StringComparer.Ordinal).Select(sum => $"{sum.Key} {sum.Minor}");
    }

    [Fact]
    public async Task RefundsDisputesAndReminders_HaveEachOnce()
    {
        // Reminders were sent on days to come.
        var days = new ReportDays(books.Merchant, Today.AddYears(-1), Today.AddYears(1));

        Assert.Equal(
            [
                await CountAsync("refund WHERE share_of IS NULL AND currency IS NOT NULL"), await CountAsync("dispute"),
                await CountAsync("dunning_step"), await CountAsync("(SELECT DISTINCT run_id, payment_id FROM due_payment) x"),
            ],
            [
                (await _reading.RefundsAsync(days, Cancel)).Sum(part => part.Refunds),
                (await _reading.DisputesAsync(days, Cancel)).Sum(part => part.Disputes),
                (await _reading.RemindersAsync(days, Cancel)).Sum(part => part.Sent.Customers),
                (await _reading.CollectedAsync(days, Cancel)).Sum(part => part.Payments),
            ]);
        Assert.All(await _reading.RemindersAsync(days, Cancel), level => Assert.True(level.Waiting >= 0));
    }

    private async Task<int> CountAsync(string rows) =>
        int.Parse((await OperatedBooks.ReadAsync(books.Database, $"SELECT count(*)::text FROM {rows}")).Single(), null);

    private async Task<DateOnly> FirstDayAsync() => DateOnly.ParseExact(
        (await OperatedBooks.ReadAsync(books.Database, "SELECT (min(booked_on) - 1)::text FROM event")).Single(), "yyyy-MM-dd", null);
}
