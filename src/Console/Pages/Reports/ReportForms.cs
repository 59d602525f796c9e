using System.Globalization;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Refunds;
using Quittance.Storage.Console;
using Quittance.Storage.Reports;

namespace Quittance.Console.Pages.Reports;

/// <summary>A report that can be asked for.</summary>
/// <param name="Word">In addresses and in names of files.</param>
/// <param name="Says">What its figures are.</param>
internal sealed record ReportForm(
    string Word, string Title, string Says, Func<ReportReading, ReportDays, CancellationToken, Task<Report>> ReadAsync)
{
    /// <summary>Whether it is of one day, and not of the time between two.</summary>
    public bool IsOfOneDay { get; init; }
}

/// <summary>The reports.</summary>
internal static class ReportForms
{
    public static IReadOnlyList<ReportForm> All { get; } =
    [
        new("ageing", "Ageing", "What each customer owed at the end of a day, by the age of the charges. It adds up to the receivables of "
            + "the ledger on that day. The due days are those of today.", AgeingAsync) { IsOfOneDay = true },
        new("cash-flow", "Cash flow", "The money of customers by week and by the way they pay: what came in, what banks and payers "
            + "took back, and what refunds gave back. Money that went from one customer to another is in none of them.", CashFlowAsync),
        new("fees", "Fees", "What banks and providers took by month, beside the money that came in by them.", FeesAsync),
        new("refunds", "Refunds", "The refunds of each month, by the state that they reached in it.", RefundsAsync),
        new("disputes", "Disputes and returns", "Chargebacks and debits that banks returned, by the month in which they began, and "
            + "how they stand now.", DisputesAsync),
        new("dunning", "Dunning", "The reminders of these days by their level, and what became of them until now. A reminder is settled "
            + "when nothing of its customer is overdue any more: paid, credited or given up.", DunningAsync),
        new("collected", "Collected by runs", "The payments for which runs of what is due asked customers' cards and accounts, by the "
            + "month of the run, and what became of them until now.", CollectedAsync),
    ];

    private static async Task<Report> AgeingAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var ages = Enum.GetValues<ReceivableAge>();
        var debts = await reading.AgedAsync(days, cancel);
        return new Report(
            "Owed by age",
            [
                new("", "customer_number"), new("Customer", "customer"), ReportColumn.Currency,
                .. ages.Select(age => ReportColumn.Figure(Words.Of(age), EnumWords.Of(age))), ReportColumn.Figure("Together", "together"),
            ],
            [
                .. debts.GroupBy(debt => (debt.Account, debt.Number, debt.Name, debt.Sum.Currency))
                    .OrderBy(owed => owed.Key.Currency.Code, StringComparer.Ordinal).ThenByDescending(owed => owed.Sum(Minor))
                    .ThenBy(owed => owed.Key.Number)
                    .Select(owed => new ReportRow(owed.Key.Currency,
                    [
                        ReportCell.Named(owed.Key.Number),
                        ReportCell.Of(Words.Customer(owed.Key.Name, owed.Key.Number), Places.Customer(owed.Key.Account)),
                        ReportCell.Of(owed.Key.Currency),
                        .. ages.Select(age => SumOf(owed.Where(debt => debt.Age == age), owed.Key.Currency)),
                        SumOf(owed, owed.Key.Currency),
                    ])),
            ],
            [
                .. debts.GroupBy(debt => debt.Sum.Currency).SelectMany(currency => ages.Select(age =>
                    new ReportBar(Words.Of(age), new Money(currency.Where(debt => debt.Age == age).Sum(Minor), currency.Key)))),
            ]);

        static long Minor(AgedDebt debt) => debt.Sum.AmountMinor;

        static ReportCell SumOf(IEnumerable<AgedDebt> owed, Currency currency) => ReportCell.Of(new Money(owed.Sum(Minor), currency));
    }

    private static async Task<Report> CashFlowAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var flows = await reading.FlowsAsync(days, byWeeks: true, cancel);
        var weeks = flows.Select(flow => (flow, flow.Effect)).Where(each => each.Effect != default)
            .GroupBy(each => (each.flow.From, each.flow.Method, each.flow.Sum.Currency))
            .OrderByDescending(week => week.Key.From).ThenBy(week => week.Key.Method).ThenBy(week => week.Key.Currency.Code,
                StringComparer.Ordinal)
            .Select(week => (week.Key, In: week.Sum(each => each.Effect.InMinor), Back: week.Sum(each => each.Effect.BackMinor),
                Refunded: week.Sum(each => each.Effect.RefundedMinor))).ToList();
        return new Report(
            "Money in, less what went back, by week",
            [
                new("Week of", "week"), new("Paid by", "method"), ReportColumn.Currency, ReportColumn.Figure("In", "in"),
                ReportColumn.Figure("Taken back", "taken_back"), ReportColumn.Figure("Refunded", "refunded"),
                ReportColumn.Figure("Net", "net"),
            ],
            [
                .. weeks.Select(week => new ReportRow(week.Key.Currency,
                [
                    ReportCell.Of(week.Key.From, Day(week.Key.From)), ReportCell.Of(NameOf(week.Key.Method)),
                    ReportCell.Of(week.Key.Currency),
                    .. new[] { week.In, week.Back, week.Refunded, week.In - week.Back - week.Refunded }
                        .Select(minor => ReportCell.Of(new Money(minor, week.Key.Currency))),
                ])),
            ],
            BarsOf(weeks.Select(week => (week.Key.From, new Money(week.In - week.Back - week.Refunded, week.Key.Currency))), Day));
    }

    private static async Task<Report> FeesAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var flows = await reading.FlowsAsync(days, byWeeks: false, cancel);
        var months = flows.SelectMany(PartsOf).GroupBy(part => (part.flow.From, part.Holder, part.flow.Sum.Currency))
            .Select(month => (month.Key, Fees: month.Sum(part => part.Fee), In: month.Sum(part => part.In)))
            .Where(month => month.Fees != 0)
            .OrderByDescending(month => month.Key.From).ThenBy(month => month.Key.Holder, StringComparer.Ordinal)
            .ThenBy(month => month.Key.Currency.Code, StringComparer.Ordinal).ToList();
        return new Report(
            "Fees by month",
            [
                new("Month", "month"), new("Taken by", "taken_by"), ReportColumn.Currency, ReportColumn.Figure("Fees", "fees"),
                ReportColumn.Figure("Money in", "in"), ReportColumn.Figure("Share", "percent"),
            ],
            [
                .. months.Select(month => new ReportRow(month.Key.Currency,
                [
                    ReportCell.Of(month.Key.From, MonthOf(month.Key.From)), ReportCell.Of(month.Key.Holder),
                    ReportCell.Of(month.Key.Currency), ReportCell.Of(new Money(month.Fees, month.Key.Currency)),
                    ReportCell.Of(new Money(month.In, month.Key.Currency)), ReportCell.Of(Share(month.Fees, month.In)),
                ])),
            ],
            BarsOf(months.Select(month => (month.Key.From, new Money(month.Fees, month.Key.Currency))), MonthOf));

        static IEnumerable<(Flow flow, string Holder, long Fee, long In)> PartsOf(Flow flow)
        {
            if (flow.FeeMinor != 0)
                yield return (flow, HolderOf(flow.Debit.Kind == LedgerKind.Fees ? flow.Credit : flow.Debit), flow.FeeMinor, 0);
            if (flow.Effect.InMinor is var taken and not 0)
                yield return (flow, HolderOf(flow.Debit.Kind == LedgerKind.Clearing ? flow.Debit : flow.Credit), 0, taken);
        }
    }

    private static async Task<Report> RefundsAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var refunds = await reading.RefundsAsync(days, cancel);
        return new Report(
            "Refunded by month",
            [
                new("Month", "month"), new("Paid by", "method"), ReportColumn.Currency, ReportColumn.Figure("Refunds", "refunds"),
                ReportColumn.Figure("Refunded", "refunded"), ReportColumn.Figure("On the way", "on_the_way"),
                ReportColumn.Figure("Failed", "failed"),
            ],
            [
                .. refunds.GroupBy(refund => (refund.Month, refund.Method, refund.Sum.Currency))
                    .OrderByDescending(month => month.Key.Month).ThenBy(month => month.Key.Method)
                    .ThenBy(month => month.Key.Currency.Code, StringComparer.Ordinal)
                    .Select(month => new ReportRow(month.Key.Currency,
                    [
                        ReportCell.Of(month.Key.Month, MonthOf(month.Key.Month)), ReportCell.Of(NameOf(month.Key.Method)),
                        ReportCell.Of(month.Key.Currency), ReportCell.Of(month.Sum(refund => refund.Refunds)),
                        .. new[] { RefundStatus.Done, RefundStatus.Pending, RefundStatus.Failed }.Select(status => ReportCell.Of(new Money(
                            month.Where(refund => refund.Status == status).Sum(refund => refund.Sum.AmountMinor), month.Key.Currency))),
                    ])),
            ],
            BarsOf(refunds.Where(refund => refund.Status == RefundStatus.Done).Select(refund => (refund.Month, refund.Sum)), MonthOf));
    }

    private static async Task<Report> DisputesAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var disputes = await reading.DisputesAsync(days, cancel);
        return new Report(
            "Taken back by month",
            [
                new("Month", "month"), new("What", "kind"), new("Reason", "reason"), ReportColumn.Currency,
                ReportColumn.Figure("Number", "number"), ReportColumn.Figure("Amount", "amount"), ReportColumn.Figure("Fees", "fees"),
                ReportColumn.Figure("Open", "open"), ReportColumn.Figure("Won", "won"), ReportColumn.Figure("Lost", "lost"),
            ],
            [
                .. disputes.GroupBy(dispute => (dispute.Month, dispute.Kind, dispute.Reason, dispute.Sum.Currency))
                    .OrderByDescending(month => month.Key.Month).ThenBy(month => month.Key.Kind)
                    .ThenByDescending(month => month.Sum(dispute => dispute.Sum.AmountMinor))
                    .Select(month => new ReportRow(month.Key.Currency,
                    [
                        ReportCell.Of(month.Key.Month, MonthOf(month.Key.Month)), ReportCell.Of(Words.Of(month.Key.Kind)),
                        ReportCell.Of(month.Key.Reason is { } code ? $"{code}: {ReturnReasons.Of(code).Meaning}" : "None given"),
                        ReportCell.Of(month.Key.Currency), ReportCell.Of(month.Sum(dispute => dispute.Disputes)),
                        ReportCell.Of(new Money(month.Sum(dispute => dispute.Sum.AmountMinor), month.Key.Currency)),
                        ReportCell.Of(new Money(month.Sum(dispute => dispute.Fees.AmountMinor), month.Key.Currency)),
                        .. new[] { DisputeStatus.Open, DisputeStatus.Won, DisputeStatus.Lost }.Select(status =>
                            ReportCell.Of(month.Where(dispute => dispute.Status == status).Sum(dispute => dispute.Disputes))),
                    ])),
            ],
            BarsOf(disputes.Select(dispute => (dispute.Month, dispute.Sum)), MonthOf));
    }

    private static async Task<Report> DunningAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var levels = await reading.RemindersAsync(days, cancel);
        return new Report(
            "Settled after a reminder, by level",
            [
                new("Level", "level"), ReportColumn.Currency, ReportColumn.Figure("Reminders", "reminders"),
                ReportColumn.Figure("Overdue", "overdue"), ReportColumn.Figure("Settled", "settled"),
                ReportColumn.Figure("Settled amount", "settled_amount"), ReportColumn.Figure("Share", "percent"),
                ReportColumn.Figure("Next level", "next_level"), ReportColumn.Figure("Still at it", "waiting"),
                ReportColumn.Figure("Fees charged", "fees"),
            ],
            [
                .. levels.Select(level => new ReportRow(level.Sent.Sum.Currency,
                [
                    ReportCell.Named(level.Level), ReportCell.Of(level.Sent.Sum.Currency), ReportCell.Of(level.Sent.Customers),
                    ReportCell.Of(level.Sent.Sum), ReportCell.Of(level.Settled.Customers), ReportCell.Of(level.Settled.Sum),
                    ReportCell.Of(Share(level.Settled.Customers, level.Sent.Customers)), ReportCell.Of(level.WentOn),
                    ReportCell.Of(level.Waiting), ReportCell.Of(level.Fees),
                ])),
            ],
            [.. levels.Select(level => new ReportBar($"Level {level.Level}", level.Settled.Sum))])
        {
            // A debt is reminded of at each level.
            AddsUp = false,
        };
    }

    private static async Task<Report> CollectedAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var collected = await reading.CollectedAsync(days, cancel);
        return new Report(
            "Collected and kept by month",
            [
                new("Month", "month"), new("Paid by", "method"), ReportColumn.Currency, ReportColumn.Figure("Payments", "payments"),
                ReportColumn.Figure("Asked for", "asked"), ReportColumn.Figure("Paid", "paid"),
                ReportColumn.Figure("Taken back", "taken_back"), ReportColumn.Figure("Not paid", "not_paid"),
                ReportColumn.Figure("Under way", "under_way"),
            ],
            [
                .. collected.GroupBy(part => (part.Month, part.Method, part.Sum.Currency))
                    .OrderByDescending(month => month.Key.Month).ThenBy(month => month.Key.Method)
                    .ThenBy(month => month.Key.Currency.Code, StringComparer.Ordinal)
                    .Select(month => new ReportRow(month.Key.Currency,
                    [
                        ReportCell.Of(month.Key.Month, MonthOf(month.Key.Month)), ReportCell.Of(Words.Of(month.Key.Method)),
                        ReportCell.Of(month.Key.Currency), ReportCell.Of(month.Sum(part => part.Payments)),
                        SumOf(month, _ => true), SumOf(month, part => part.Status == PaymentStatus.Captured),
                        ReportCell.Of(new Money(month.Sum(part => part.Returned.AmountMinor), month.Key.Currency)),
                        SumOf(month, part => IsOver(part.Status)),
                        SumOf(month, part => part.Status != PaymentStatus.Captured && !IsOver(part.Status)),
                    ])),
            ],
            BarsOf(
                collected.Where(part => part.Status == PaymentStatus.Captured).Select(part => (part.Month, part.Sum - part.Returned)),
                MonthOf));

        static bool IsOver(PaymentStatus status) =>
            status is PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled;

        static ReportCell SumOf(IEnumerable<CollectedOfMonth> parts, Func<CollectedOfMonth, bool> which) => ReportCell.Of(
            new Money(parts.Where(which).Sum(part => part.Sum.AmountMinor), parts.First().Sum.Currency));
    }

    private static List<ReportBar> BarsOf(IEnumerable<(DateOnly From, Money Sum)> sums, Func<DateOnly, string> label) =>
    [
        .. sums.GroupBy(each => (each.Sum.Currency, each.From)).OrderBy(same => same.Key.Currency.Code, StringComparer.Ordinal)
            .ThenBy(same => same.Key.From)
            .Select(same => new ReportBar(label(same.Key.From), same.Select(each => each.Sum).Aggregate((sum, each) => sum + each))),
    ];

    private static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string MonthOf(DateOnly day) => day.ToString("MMM yyyy", CultureInfo.InvariantCulture);

    private static string NameOf(PaymentMethod? method) => method is { } known ? Words.Of(known) : "Credit of several payments";

    /// <summary>The provider or the bank account behind a line of the chart.</summary>
    private static string HolderOf((LedgerKind Kind, string Purpose) line) =>
        line.Purpose.StartsWith(Chart.OnTheWayPrefix, StringComparison.Ordinal)
            ? line.Purpose[Chart.OnTheWayPrefix.Length..] : line.Purpose;

    /// <summary>A part as a percentage of two decimals; nothing where there is no whole.</summary>
    private static string Share(long part, long whole) => whole <= 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Round((decimal)part * 100 / whole, 2):0.##} %");
}
