using Npgsql;
using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Storage.Debits;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>The kinds of what waits for people, the most urgent first.</summary>
public enum WorkKind
{
    /// <summary>Payers dispute payments with their banks: a provider wants evidence by a day.</summary>
    Dispute,

    /// <summary>After a restore: what may have gone to the bank, and waits for a person's word.</summary>
    PerhapsSent,

    /// <summary>Requests that wait for a second person.</summary>
    Approval,

    /// <summary>Runs that collect what is due, and wait for a second person.</summary>
    DuesToRelease,

    /// <summary>A run of dues that was to begin by itself, and has not.</summary>
    DuesNotBegun,

    /// <summary>Collections that are built, and that nobody has released.</summary>
    CollectionToRelease,

    /// <summary>Collections that are released, and whose file the bank does not have.</summary>
    CollectionToHandOut,

    /// <summary>Debits that banks took back within a week.</summary>
    ReturnedDebit,

    /// <summary>Open lines of money that came.</summary>
    LineIn,

    /// <summary>Open lines of money that went out.</summary>
    LineOut,

    /// <summary>Charges that are due, whose customers have stored a card or a bank account, and that no payment is under way for.</summary>
    Due,

    /// <summary>Refunds that no provider pays.</summary>
    RefundToPay,

    /// <summary>Receivers of webhooks that do not take what is sent to them, for minutes.</summary>
    FailingWebhook,

    /// <summary>Events that no receiver took.</summary>
    DeadLetter,
}

/// <summary>Something that waits for people.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Sums">What they add up to, one amount for each currency; none where they are no money, or not all are counted.</param>
/// <param name="Since">The merchant's day of the oldest; of a collection the day on which it is due. Null where it has none.</param>
public sealed record WorkItem(WorkKind Kind, int Count, IReadOnlyList<Money> Sums, DateOnly? Since)
{
    /// <summary>Whether there may be more: of open lines no more than <see cref="WaitingWork.MostLines"/> are counted.</summary>
    public bool IsAtLeast { get; init; }
}

/// <summary>Reads what waits for people: the page of the day and <c>quittance today</c> show it.</summary>
internal static class WaitingWork
{
    /// <summary>Open lines are counted up to this number, in both directions together.</summary>
    public const int MostLines = 10_000;

    /// <summary>Charges that are due are looked at up to this number.</summary>
    public const int MostDue = 10_000;

    private const int ReturnsOfDays = 7;

    // Card companies decide within less.
    private const int DisputesOfDays = 540;

    /// <summary>The items that wait, the most urgent first; kinds of which nothing waits are left out.</summary>
    public static async Task<IReadOnlyList<WorkItem>> ReadAsync(
        Snapshot snapshot, LostTime lost, MerchantId merchant, DateOnly today, DuePolicyState monthly)
    {
        List<WorkItem> items = [];
        var money = await WithSumsAsync(snapshot, merchant, today);
        var isPart = money.Where(one => IsOfLines(one.Kind)).Sum(one => one.Count) >= MostLines;
        items.AddRange(money.GroupBy(one => one.Kind).Select(kind => new WorkItem(
            kind.Key, kind.Sum(one => one.Count),
            isPart && IsOfLines(kind.Key) ? []
                : [.. kind.Select(one => one.Sum).OrderBy(sum => sum.Currency.Code, StringComparer.Ordinal)],
            kind.Min(one => one.Since))
        {
            IsAtLeast = isPart && IsOfLines(kind.Key),
        }));
        Add(WorkKind.Approval, await Approvals.CountAsync(snapshot, merchant));
        Add(WorkKind.PerhapsSent, (await lost.OfAsync(merchant, CancellationToken.None)).Count);
        Add(WorkKind.DuesToRelease, (await snapshot.AllAsync(
            // Index: due_run_open.
            "SELECT count(*)::int FROM due_run WHERE merchant_id = $1 AND status = 'waiting'",
            command => command.With(merchant.Value), row => row.GetInt32(0)))[0]);
        if (monthly.NotBegunSince is { } since)
            items.Add(new WorkItem(WorkKind.DuesNotBegun, 1, [], since));
        Add(WorkKind.FailingWebhook, await FailingWebhooksAsync(snapshot, merchant));
        Add(WorkKind.DeadLetter, await DeadLettersAsync(snapshot, merchant));
        return [.. items.OrderBy(item => item.Kind)];

        void Add(WorkKind kind, int count)
        {
            if (count > 0)
                items.Add(new WorkItem(kind, count, [], Since: null));
        }
    }

    /// <summary>Has a moment stand in the clocks of merchant $1.</summary>
    private const string AtZone = $"AT TIME ZONE {MerchantDays.Zone}";

    private static bool IsOfLines(WorkKind kind) => kind is WorkKind.LineIn or WorkKind.LineOut;

    private static Task<List<(WorkKind Kind, int Count, Money Sum, DateOnly Since)>> WithSumsAsync(
        Snapshot snapshot, MerchantId merchant, DateOnly today) => snapshot.AllAsync(
        // Indexes: dispute_by_time, dispute_returned, the key of payment, settlement_line_by_status, attempt_to_pay_out.
        $"""
        SELECT 'dispute', p.currency, count(*)::int, sum(d.amount_minor)::bigint, (min(d.opened_at) {AtZone})::date
          FROM dispute d JOIN payment p ON p.merchant_id = $1 AND p.id = d.payment_id
         WHERE d.merchant_id = $1 AND d.opened_at >= $3 AND d.kind <> 'returned_debit' AND d.status = 'open' GROUP BY 2
        UNION ALL
        SELECT 'returned_debit', p.currency, count(*)::int, sum(d.amount_minor)::bigint, (min(d.opened_at) {AtZone})::date
          FROM dispute d JOIN payment p ON p.merchant_id = $1 AND p.id = d.payment_id
         WHERE d.merchant_id = $1 AND d.opened_at >= $2 AND d.kind = 'returned_debit' AND d.status <> 'won' GROUP BY 2
        UNION ALL
        SELECT CASE WHEN l.amount_minor < 0 THEN 'line_out' ELSE 'line_in' END, l.currency, count(*)::int,
               sum(abs(l.amount_minor))::bigint, min(l.booked_on)
          FROM (SELECT l.currency, l.amount_minor, l.booked_on FROM settlement_line l
                 WHERE l.status = 'open' AND l.merchant_id = $1 ORDER BY l.booked_on LIMIT $4) l
         GROUP BY 1, 2
        UNION ALL
        SELECT 'refund_to_pay', x.currency, count(*)::int, sum(x.amount_minor)::bigint, (min(x.opened_at) {AtZone})::date
          FROM attempt x
         WHERE {PayOuts.Waits} AND NOT EXISTS (
               SELECT FROM debit d JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id
                WHERE d.merchant_id = $1 AND d.id = x.id AND NOT d.is_left_out AND c.status <> 'called_off')
         GROUP BY 2
        UNION ALL
        SELECT CASE c.status WHEN 'built' THEN 'collection_to_release' ELSE 'collection_to_hand_out' END, c.currency, count(*)::int,
               sum(c.sum_minor)::bigint, min(c.due_on)
          FROM collection c WHERE c.merchant_id = $1 AND c.status IN ('built', 'released') GROUP BY 1, 2
        """,
        command => command.With(merchant.Value).With(today.AddDays(-ReturnsOfDays).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc))
            .With(today.AddDays(-DisputesOfDays).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)).With(MostLines),
        row => (
            EnumWords.To<WorkKind>(row.GetString(0)), row.GetInt32(2), new Money(row.GetInt64(3), Currency.Parse(row.GetString(1))),
            row.GetFieldValue<DateOnly>(4)));

    /// <summary>Adds what can be collected to the items that wait, the most urgent first.</summary>
    public static IReadOnlyList<WorkItem> With(IReadOnlyList<WorkItem> work, WorkItem? due) =>
        due is null ? work : [.. work.Append(due).OrderBy(item => item.Kind)];

    /// <summary>
    /// What can be collected of the latest <see cref="MostDue"/> charges that are due, and that their customer's credit does not cover;
    /// null for nothing. A run looks at all of them, and says why some wait.
    /// </summary>
    public static async Task<WorkItem?> DueAsync(NpgsqlDataSource database, MerchantId merchant, DateOnly today)
    {
        var sums = await database.AllAsync(
            // Indexes: charge_by_due_day, claim_live_once, instrument_of_account, payment_of_account.
            $"""
            SELECT c.currency, count(*)::int, sum(CASE WHEN c.is_fee THEN c.free_minor
                   ELSE least(c.free_minor, c.through_minor - k.minor) END)::bigint, min(c.due_on), bool_or(c.found = $3)
              FROM (SELECT c.*, count(*) OVER () AS found, sum(CASE WHEN c.is_fee THEN 0 ELSE c.free_minor END)
                           OVER (PARTITION BY c.account_id ORDER BY c.due_on, c.number) AS through_minor
                      FROM (SELECT c.id, c.account_id, c.currency, c.number, c.due_on, coalesce(c.label, '') = $4 AS is_fee,
                                   {ChargeSql.OpenMinor("c")} - coalesce((SELECT l.amount_minor FROM claim l
                                     WHERE l.merchant_id = $1 AND l.charge_id = c.id AND l.is_live LIMIT 1), 0) AS free_minor
                              FROM charge c
                             WHERE c.merchant_id = $1 AND c.is_open AND c.due_on <= $2 ORDER BY c.due_on DESC LIMIT $3) c) c
             CROSS JOIN LATERAL (SELECT coalesce({AccountCredits.Of("c.account_id")}, 0) AS minor) k
             WHERE NOT EXISTS (SELECT FROM claim l WHERE l.merchant_id = $1 AND l.charge_id = c.id AND l.is_live)
               AND EXISTS (SELECT FROM instrument i WHERE i.account_id = c.account_id AND i.merchant_id = $1
                              AND i.provider IS NOT NULL AND i.standing IN ('saved', 'current'))
               AND (SELECT u.withdrawn_at IS NOT NULL FROM autopay u
                     WHERE u.merchant_id = $1 AND u.account_id = c.account_id ORDER BY u.nth DESC LIMIT 1) IS NOT TRUE
               AND (c.is_fee OR c.through_minor > k.minor)
             GROUP BY 1 ORDER BY 1
            """,
            command => command.With(merchant.Value).With(today).With(MostDue).With(DunningCommand.FeeLabel),
            row => (
                Count: row.GetInt32(1), Sum: new Money(row.GetInt64(2), Currency.Parse(row.GetString(0))),
                Since: row.GetFieldValue<DateOnly>(3), IsAtLeast: row.GetBoolean(4)),
            CancellationToken.None);
        var isPart = sums.Any(one => one.IsAtLeast);
        return sums.Count == 0 ? null : new WorkItem(
            WorkKind.Due, sums.Sum(one => one.Count), isPart ? [] : [.. sums.Select(one => one.Sum)], sums.Min(one => one.Since))
        {
            IsAtLeast = isPart,
        };
    }

    private static async Task<int> FailingWebhooksAsync(Snapshot snapshot, MerchantId merchant) => (await snapshot.AllAsync(
        $"""
        SELECT count(*)::int FROM subscription s JOIN credential c ON c.merchant_id = $1 AND c.id = s.credential_id
         WHERE s.merchant_id = $1 AND s.ended_at IS NULL AND c.revoked_at IS NULL
           AND EXISTS (SELECT FROM ({WebhookReading.Failing}) f WHERE f.failures >= $2)
        """,
        command => command.With(merchant.Value).With(OperatorMail.FailuresToTell), row => row.GetInt32(0)))[0];

    private static async Task<int> DeadLettersAsync(Snapshot snapshot, MerchantId merchant) => (await snapshot.AllAsync(
        // Index: delivery_dead.
        """
        SELECT count(*)::int FROM delivery d JOIN subscription s ON s.merchant_id = $1 AND s.id = d.subscription_id AND s.ended_at IS NULL
         WHERE d.merchant_id = $1 AND d.status = 'dead'
        """,
        command => command.With(merchant.Value), row => row.GetInt32(0)))[0];
}
