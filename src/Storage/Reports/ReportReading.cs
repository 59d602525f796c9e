using Npgsql;
using Quittance.Core;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reports;

/// <summary>The days of a merchant's report, the first and the last.</summary>
public readonly record struct ReportDays(MerchantId Merchant, DateOnly From, DateOnly To)
{
    /// <summary>The zone in which the merchant's days begin; null for UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }
}

/// <summary>What a customer owes of one age and currency.</summary>
/// <param name="Name">Null where it is not known.</param>
public sealed record AgedDebt(Guid Account, long Number, string? Name, ReceivableAge Age, Money Sum);

/// <summary>The transfers of one week or month between two lines of the chart, of one event and one way to pay.</summary>
/// <param name="From">The first day.</param>
/// <param name="Debit">The line debited; its purpose is the holder or the bank account, else empty.</param>
/// <param name="Method">Of the payment; null where the transfers belong to none.</param>
/// <param name="IsMove">Whether money of one customer becomes that of another, and none comes in or goes out.</param>
public sealed record Flow(
    DateOnly From, (LedgerKind Kind, string Purpose) Debit, (LedgerKind Kind, string Purpose) Credit, EventType Event,
    PaymentMethod? Method, bool IsMove, Money Sum)
{
    /// <summary>What it adds to the money of customers that came in, was taken back, and was refunded.</summary>
    public (long InMinor, long BackMinor, long RefundedMinor) Effect => TransferMeanings.Of(Debit.Kind, Credit.Kind) switch
    {
        _ when IsMove => default,
        TransferMeaning.Settles or TransferMeaning.Keeps =>
            Event == EventType.PaymentReinstated ? (0, -Sum.AmountMinor, 0) : (Sum.AmountMinor, 0, 0),
        // The money of an unbooked line was none of the customer's.
        TransferMeaning.ReversesSettled or TransferMeaning.ReversesCredit =>
            Event == EventType.PaymentUnbooked ? (-Sum.AmountMinor, 0, 0) : (0, Sum.AmountMinor, 0),
        TransferMeaning.PaysRefund => (0, 0, Sum.AmountMinor),
        TransferMeaning.UnpaysRefund => (0, 0, -Sum.AmountMinor),
        _ => default,
    };

    /// <summary>What it adds to the fees of banks and providers; below zero where they give one back.</summary>
    public long FeeMinor => Debit.Kind == LedgerKind.Fees ? Sum.AmountMinor : Credit.Kind == LedgerKind.Fees ? -Sum.AmountMinor : 0;
}

/// <summary>The refunds of one month, status and way to pay.</summary>
/// <param name="Month">The first day of the month in which they reached the status.</param>
/// <param name="Method">Of the payment; null for credit that several payments share.</param>
public sealed record RefundsOfMonth(DateOnly Month, PaymentMethod? Method, RefundStatus Status, Money Sum, int Refunds);

/// <summary>The disputes and returned debits that began in one month, of one kind, reason and status.</summary>
/// <param name="Month">The first day of the month.</param>
/// <param name="Reason">The bank's code; null for none.</param>
/// <param name="Fees">What the bank or the provider took for them.</param>
public sealed record DisputesOfMonth(
    DateOnly Month, DisputeKind Kind, string? Reason, DisputeStatus Status, Money Sum, Money Fees, int Disputes);

/// <summary>What became of the reminders of one level.</summary>
/// <param name="Sent">How many, and what was overdue.</param>
/// <param name="Settled">Of them, those after which nothing was overdue any more.</param>
/// <param name="WentOn">How many customers reached the next level.</param>
public sealed record RemindersOfLevel(
    int Level, (int Customers, Money Sum) Sent, (int Customers, Money Sum) Settled, int WentOn, Money Fees)
{
    /// <summary>How many customers are still at this level.</summary>
    public int Waiting => Sent.Customers - Settled.Customers - WentOn;
}

/// <summary>The payments that the runs of one month asked for.</summary>
/// <param name="Month">The first day of the month in which the runs began.</param>
/// <param name="Returned">What banks or payers took back of them.</param>
public sealed record CollectedOfMonth(DateOnly Month, PaymentMethod Method, PaymentStatus Status, Money Sum, Money Returned, int Payments);

/// <summary>
/// Reads the sums of reports. Days and months of money are those of the books. Each reading goes through what happened in its time,
/// and that of debts through what happened since its day.
/// </summary>
public sealed class ReportReading(NpgsqlDataSource database)
{
    /// <summary>What each customer owed at the end of the last day of the books, by the due days of today.</summary>
    public Task<List<AgedDebt>> AgedAsync(ReportDays days, CancellationToken cancel) => ReadAsync(
        // Indexes: event_by_time_and_day, charge_open, and the keys of the other tables. What is open today, without what happened since
        // that day.
        $"""
        WITH since AS (
            SELECT t.charge_id, sum(CASE WHEN d.kind = 'receivable' THEN t.amount_minor ELSE 0 END
                                  - CASE WHEN c.kind = 'receivable' THEN t.amount_minor ELSE 0 END) AS minor
              FROM event e
             CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = e.subject_id
                 AND t.sequence = e.sequence AND t.charge_id IS NOT NULL OFFSET 0) t
              JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
              JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
             WHERE e.merchant_id = $1 AND e.occurred_at >= $3 AND e.booked_on > $2
             GROUP BY 1),
        owed AS (
            SELECT c.account_id, c.currency, c.due_on, {ChargeSql.OpenMinor("c")} - coalesce(s.minor, 0) AS minor
              FROM charge c LEFT JOIN since s ON s.charge_id = c.id WHERE c.merchant_id = $1 AND c.is_open
            UNION ALL
            SELECT c.account_id, c.currency, c.due_on, -s.minor
              FROM since s JOIN charge c ON c.merchant_id = $1 AND c.id = s.charge_id WHERE NOT c.is_open)
        SELECT o.account_id, a.number, h.name, {ReceivableAges.Of("o.due_on", "$2")}, o.currency, sum(o.minor)::bigint
          FROM owed o
          JOIN account a ON a.merchant_id = $1 AND a.id = o.account_id
          LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = o.account_id
         WHERE o.minor <> 0
         GROUP BY 1, 2, 3, 4, 5
        """,
        command => command.With(days.Merchant.Value).With(days.To).With(LeastOf(days.To.AddDays(1))),
        row => new AgedDebt(
            row.GetGuid(0), row.GetInt64(1), TextOf(row, 2), (ReceivableAge)row.GetInt32(3), MoneyOf(row, 5, 4)),
        cancel);

    /// <summary>The transfers of some days of the books, added up by weeks (from Monday) or by months.</summary>
    public Task<List<Flow>> FlowsAsync(ReportDays days, bool byWeeks, CancellationToken cancel) => ReadAsync(
        // Indexes: event_by_time_and_day, and the keys of the other tables. No event is booked on a later day than the next one of UTC.
        $"""
        SELECT date_trunc('{(byWeeks ? "week" : "month")}', e.booked_on)::date, d.kind, {HolderOf("d")}, c.kind, {HolderOf("c")}, e.type,
               p.method, e.type = 'payment.moved' OR (e.sequence = 1 AND p.moved_from_id IS NOT NULL), t.currency,
               sum(t.amount_minor)::bigint
          FROM event e
         CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = e.subject_id
             AND t.sequence = e.sequence OFFSET 0) t
          JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
          JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
          LEFT JOIN refund r ON r.merchant_id = $1 AND r.id = t.subject_id
          LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = coalesce(r.payment_id, t.subject_id)
         WHERE e.merchant_id = $1 AND e.occurred_at >= $4 AND e.booked_on BETWEEN $2 AND $3
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        """,
        command => command.With(days.Merchant.Value).With(days.From).With(days.To).With(LeastOf(days.From)),
        row => new Flow(
            row.GetFieldValue<DateOnly>(0), (Words.To<LedgerKind>(row.GetString(1)), row.GetString(2)),
            (Words.To<LedgerKind>(row.GetString(3)), row.GetString(4)), Words.To<EventType>(row.GetString(5)),
            WordOf<PaymentMethod>(row, 6),
            !row.IsDBNull(7) && row.GetBoolean(7), MoneyOf(row, 9, 8)),
        cancel);

    /// <summary>The refunds that reached their status on some days.</summary>
    public Task<List<RefundsOfMonth>> RefundsAsync(ReportDays days, CancellationToken cancel) => ReadAsync(
        // Index: refund_by_status_at.
        """
        SELECT date_trunc('month', r.status_at AT TIME ZONE $4)::date, p.method, r.status, r.currency, sum(r.amount_minor)::bigint,
               count(*)::int
          FROM refund r LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = r.payment_id
         WHERE r.merchant_id = $1 AND r.status_at >= $2 AND r.status_at < $3 AND r.share_of IS NULL AND r.currency IS NOT NULL
         GROUP BY 1, 2, 3, 4
        """,
        command => Between(command, days),
        row => new RefundsOfMonth(
            row.GetFieldValue<DateOnly>(0), WordOf<PaymentMethod>(row, 1), Words.To<RefundStatus>(row.GetString(2)), MoneyOf(row, 4, 3),
            row.GetInt32(5)),
        cancel);

    /// <summary>The disputes and returned debits that began on some days.</summary>
    public Task<List<DisputesOfMonth>> DisputesAsync(ReportDays days, CancellationToken cancel) => ReadAsync(
        // Index: dispute_by_time.
        """
        SELECT date_trunc('month', d.opened_at AT TIME ZONE $4)::date, d.kind, d.reason, d.status, p.currency,
               sum(d.amount_minor)::bigint, sum(d.fee_minor)::bigint, count(*)::int
          FROM dispute d JOIN payment p ON p.merchant_id = $1 AND p.id = d.payment_id
         WHERE d.merchant_id = $1 AND d.opened_at >= $2 AND d.opened_at < $3
         GROUP BY 1, 2, 3, 4, 5
        """,
        command => Between(command, days),
        row => new DisputesOfMonth(
            row.GetFieldValue<DateOnly>(0), Words.To<DisputeKind>(row.GetString(1)), TextOf(row, 2),
            Words.To<DisputeStatus>(row.GetString(3)), MoneyOf(row, 5, 4), MoneyOf(row, 6, 4), row.GetInt32(7)),
        cancel);

    /// <summary>The reminders of some days, and what became of them until now.</summary>
    public Task<List<RemindersOfLevel>> RemindersAsync(ReportDays days, CancellationToken cancel) => ReadAsync(
        $"""
        SELECT s.level, s.currency, count(*)::int, sum(s.amount_minor)::bigint, count(*) FILTER (WHERE {IsSettled})::int,
               coalesce(sum(s.amount_minor) FILTER (WHERE {IsSettled}), 0)::bigint, count(n.level)::int,
               coalesce(sum(f.amount_minor), 0)::bigint
          FROM dunning_step s
          JOIN dunning d ON d.merchant_id = $1 AND d.account_id = s.account_id
          LEFT JOIN dunning_step n ON n.merchant_id = $1 AND n.account_id = s.account_id AND n.cycle = s.cycle AND n.level = s.level + 1
          LEFT JOIN charge f ON f.merchant_id = $1 AND f.id = s.fee_id
         WHERE s.merchant_id = $1 AND s.taken_on BETWEEN $2 AND $3
         GROUP BY 1, 2 ORDER BY 1, 2
        """,
        command => command.With(days.Merchant.Value).With(days.From).With(days.To),
        row => new RemindersOfLevel(
            row.GetInt32(0), (row.GetInt32(2), MoneyOf(row, 3, 1)), (row.GetInt32(4), MoneyOf(row, 5, 1)), row.GetInt32(6),
            MoneyOf(row, 7, 1)),
        cancel);

    /// <summary>What became until now of the payments for which the runs of some days asked.</summary>
    public Task<List<CollectedOfMonth>> CollectedAsync(ReportDays days, CancellationToken cancel) => ReadAsync(
        """
        SELECT r.month, p.method, p.status, p.currency, sum(p.amount_minor)::bigint, sum(p.reversed_minor)::bigint, count(*)::int
          FROM (SELECT DISTINCT date_trunc('month', r.begun_at AT TIME ZONE $4)::date AS month, d.payment_id
                  FROM due_run r JOIN due_payment d ON d.merchant_id = $1 AND d.run_id = r.id
                 WHERE r.merchant_id = $1 AND r.begun_at >= $2 AND r.begun_at < $3) r
          JOIN payment p ON p.merchant_id = $1 AND p.id = r.payment_id
         WHERE p.currency IS NOT NULL
         GROUP BY 1, 2, 3, 4
        """,
        command => Between(command, days),
        row => new CollectedOfMonth(
            row.GetFieldValue<DateOnly>(0), Words.To<PaymentMethod>(row.GetString(1)), Words.To<PaymentStatus>(row.GetString(2)),
            MoneyOf(row, 4, 3), MoneyOf(row, 5, 3), row.GetInt32(6)),
        cancel);

    /// <summary>Neither the next level was reached, nor does the customer stand at this one.</summary>
    private const string IsSettled = "n.level IS NULL AND NOT (d.cycle = s.cycle AND d.level = s.level)";

    private Task<List<T>> ReadAsync<T>(
        string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, snapshot => snapshot.AllAsync(sql, parameters, read), cancel);

    private static void Between(NpgsqlBatchCommand command, ReportDays days) =>
        command.With(days.Merchant.Value).With(ZoneOf(days).StartOf(days.From).UtcDateTime)
            .With(ZoneOf(days).StartOf(days.To.AddDays(1)).UtcDateTime).With(ZoneOf(days).Id);

    private static string HolderOf(string account) =>
        $"CASE WHEN {account}.kind IN ('clearing', 'bank') THEN {account}.purpose ELSE '' END";

    private static TimeZoneInfo ZoneOf(ReportDays days) => days.Zone ?? TimeZoneInfo.Utc;

    /// <summary>No event that is booked on a day has an earlier time, whatever the merchant's zone was.</summary>
    private static DateTime LeastOf(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).AddDays(-1);

    private static Money MoneyOf(NpgsqlDataReader row, int minor, int currency) =>
        new(row.GetInt64(minor), Currency.Parse(row.GetString(currency)));

    private static string? TextOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static T? WordOf<T>(NpgsqlDataReader row, int column)
        where T : struct, Enum => row.IsDBNull(column) ? null : Words.To<T>(row.GetString(column));
}
