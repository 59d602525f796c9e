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
using static Quittance.Console.Languages.Texts;

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
    public static IReadOnlyList<ReportForm> All =>
    [
        new("ageing", Say("Ageing"), Say("What each customer owed at the end of a day, by the age of the charges. It adds up to the "
            + "receivables of the ledger on that day. The due days are those of today."), AgeingAsync) { IsOfOneDay = true },
        new("cash-flow", Say("Cash flow"), Say("The money of customers by week and by the way they pay: what came in, what banks and "
            + "payers took back, and what refunds gave back. Money that went from one customer to another is in none of them."),
            CashFlowAsync),
        new("fees", Say("Fees"), Say("What banks and providers took by month, beside the money that came in by them."), FeesAsync),
        new("refunds", Say("Refunds"), Say("The refunds of each month, by the state that they reached in it."), RefundsAsync),
        new("disputes", Say("Disputes and returns"), Say("Chargebacks and debits that banks returned, by the month in which they began, "
            + "and how they stand now."), DisputesAsync),
        new("dunning", Say("Dunning"), Say("The reminders of these days by their level, and what became of them until now. A reminder is "
            + "settled when nothing of its customer is overdue any more: paid, credited or given up."), DunningAsync),
        new("collected", Say("Collected by runs"), Say("The payments for which runs of what is due asked customers' cards and accounts, "
            + "by the month of the run, and what became of them until now."), CollectedAsync),
    ];

    private static async Task<Report> AgeingAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var ages = Enum.GetValues<ReceivableAge>();
        var debts = await reading.AgedAsync(days, cancel);
        return new Report(
            Say("Owed by age"),
            [
                new("", "customer_number"), new(Say("Customer"), "customer"), ReportColumn.Currency,
                .. ages.Select(age => ReportColumn.Figure(Words.Of(age), EnumWords.Of(age))),
                ReportColumn.Figure(Say("Together"), "together"),
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
            Say("Money in, less what went back, by week"),
            [
                new(Say("Week of"), "week"), new(Say("Paid by"), "method"), ReportColumn.Currency, ReportColumn.Figure(Say("In"), "in"),
                ReportColumn.Figure(Say("Taken back"), "taken_back"), ReportColumn.Figure(Say("Refunded"), "refunded"),
                ReportColumn.Figure(Say("Net"), "net"),
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
            Say("Fees by month"),
            [
                new(Say("Month"), "month"), new(Say("Taken by"), "taken_by"), ReportColumn.Currency,
                ReportColumn.Figure(Say("Fees"), "fees"),
                ReportColumn.Figure(Say("Money in"), "in"), ReportColumn.Figure(Say("Share"), "percent"),
            ],
            [
                .. months.Select(month => new ReportRow(month.Key.Currency,
                [
                    ReportCell.Of(month.Key.From, MonthOf(month.Key.From)), ReportCell.Of(month.Key.Holder),
                    ReportCell.Of(month.Key.Currency), ReportCell.Of(new Money(month.Fees, month.Key.Currency)),
                    ReportCell.Of(new Money(month.In, month.Key.Currency)), Share(month.Fees, month.In),
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
            Say("Refunded by month"),
            [
                new(Say("Month"), "month"), new(Say("Paid by"), "method"), ReportColumn.Currency,
                ReportColumn.Figure(Say("Refunds"), "refunds"),
                ReportColumn.Figure(Say("Refunded"), "refunded"), ReportColumn.Figure(Say("On the way"), "on_the_way"),
                ReportColumn.Figure(Say("Failed"), "failed"),
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
            Say("Taken back by month"),
            [
                new(Say("Month"), "month"), new(Say("What"), "kind"), new(Say("Reason"), "reason"), ReportColumn.Currency,
                ReportColumn.Figure(Say("Number||count"), "number"), ReportColumn.Figure(Say("Amount"), "amount"),
                ReportColumn.Figure(Say("Fees"), "fees"),
                ReportColumn.Figure(Say("Open"), "open"), ReportColumn.Figure(Say("Won"), "won"), ReportColumn.Figure(Say("Lost"), "lost"),
            ],
            [
                .. disputes.GroupBy(dispute => (dispute.Month, dispute.Kind, dispute.Reason, dispute.Sum.Currency))
                    .OrderByDescending(month => month.Key.Month).ThenBy(month => month.Key.Kind)
                    .ThenByDescending(month => month.Sum(dispute => dispute.Sum.AmountMinor))
                    .Select(month => new ReportRow(month.Key.Currency,
                    [
                        ReportCell.Of(month.Key.Month, MonthOf(month.Key.Month)), ReportCell.Of(Words.Of(month.Key.Kind)),
                        ReportCell.Of(month.Key.Reason is { } code ? $"{code}: {Say(ReturnReasons.Of(code).Meaning)}" : Say("None given")),
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
            Say("Settled after a reminder, by level"),
            [
                new(Say("Level"), "level"), ReportColumn.Currency, ReportColumn.Figure(Say("Reminders"), "reminders"),
                ReportColumn.Figure(Say("Overdue"), "overdue"), ReportColumn.Figure(Say("Settled"), "settled"),
                ReportColumn.Figure(Say("Settled amount"), "settled_amount"), ReportColumn.Figure(Say("Share"), "percent"),
                ReportColumn.Figure(Say("Next level"), "next_level"), ReportColumn.Figure(Say("Still at it"), "waiting"),
                ReportColumn.Figure(Say("Fees charged"), "fees"),
            ],
            [
                .. levels.Select(level => new ReportRow(level.Sent.Sum.Currency,
                [
                    ReportCell.Named(level.Level), ReportCell.Of(level.Sent.Sum.Currency), ReportCell.Of(level.Sent.Customers),
                    ReportCell.Of(level.Sent.Sum), ReportCell.Of(level.Settled.Customers), ReportCell.Of(level.Settled.Sum),
                    Share(level.Settled.Customers, level.Sent.Customers), ReportCell.Of(level.WentOn),
                    ReportCell.Of(level.Waiting), ReportCell.Of(level.Fees),
                ])),
            ],
            [.. levels.Select(level => new ReportBar(Say($"Level {level.Level}"), level.Settled.Sum))])
        {
            // A debt is reminded of at each level.
            AddsUp = false,
        };
    }

    private static async Task<Report> CollectedAsync(ReportReading reading, ReportDays days, CancellationToken cancel)
    {
        var collected = await reading.CollectedAsync(days, cancel);
        return new Report(
            Say("Collected and kept by month"),
            [
                new(Say("Month"), "month"), new(Say("Paid by"), "method"), ReportColumn.Currency,
                ReportColumn.Figure(Say("Payments"), "payments"),
                ReportColumn.Figure(Say("Asked for||dues"), "asked"), ReportColumn.Figure(Say("Paid"), "paid"),
                ReportColumn.Figure(Say("Taken back"), "taken_back"), ReportColumn.Figure(Say("Not paid"), "not_paid"),
                ReportColumn.Figure(Say("Under way"), "under_way"),
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

    private static string Day(DateOnly day) => Dated(day, "d MMM yyyy");

    private static string MonthOf(DateOnly day) => Dated(day, "MMM yyyy");

    private static string NameOf(PaymentMethod? method) => method is { } known ? Words.Of(known) : Say("Credit of several payments");

    /// <summary>The provider or the bank account behind a line of the chart.</summary>
    private static string HolderOf((LedgerKind Kind, string Purpose) line) =>
        line.Purpose.StartsWith(Chart.OnTheWayPrefix, StringComparison.Ordinal)
            ? line.Purpose[Chart.OnTheWayPrefix.Length..] : line.Purpose;

    /// <summary>A part as a percentage of two decimals; nothing where there is no whole.</summary>
    private static ReportCell Share(long part, long whole)
    {
        if (whole <= 0)
            return ReportCell.Of("");
        var share = Math.Round((decimal)part * 100 / whole, 2);
        var inFile = string.Create(CultureInfo.InvariantCulture, $"{share:0.##} %");
        return ReportCell.Of(inFile) with { Text = Say($"{share:0.##} %") };
    }
}
