using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Debits;

/// <summary>A capture that waits at the bank for a collection, or a refund that waits to be paid out.</summary>
/// <param name="Payment">The payment's number.</param>
/// <param name="Instrument">The bank account that is debited, or that gets the refund; null where none is known.</param>
/// <param name="Former">The collection that has it: one that was called off; null for none.</param>
public sealed record WaitingDebit(Attempt Attempt, long Payment, InstrumentId? Instrument, CollectionId? Former)
{
    /// <summary>The instrument's mandate; null for none.</summary>
    public Mandate? Mandate { get; init; }

    public InstrumentStanding Standing { get; init; }

    /// <summary>The country of the instrument, two upper-case letters.</summary>
    public string Country { get; init; } = "";

    /// <summary>The names of the charges that the payment settles, for the customer.</summary>
    public string Charges { get; init; } = "";

    /// <summary>The refund's number; null for a debit.</summary>
    public long? Refund { get; init; }

    /// <summary>The day on which it is to be due, where a run of dues asked for it; null for the first day that is left.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Whether a collection had it, also one that left it out.</summary>
    public bool WasTaken { get; init; }

    /// <summary>The reference of the mandate in the debit before it that stands; null for none, and before it is in a collection.</summary>
    public string? ReferenceBefore { get; init; }

    /// <summary>The creditor identifier of that debit.</summary>
    public string? CreditorBefore { get; init; }
}

/// <summary>A debit of a collection, with the payment that it collects, or a refund with its payment.</summary>
/// <param name="Payment">The payment's number.</param>
public sealed record CollectedDebit(Debit Debit, Attempt Attempt, long Payment)
{
    /// <inheritdoc cref="Collection.AccountHash"/>
    public ReadOnlyMemory<byte>? AccountHash { get; init; }

    public bool IsRefund => Debit.Sequence is null;

    /// <summary>Its group in the file.</summary>
    public int Group => Debit.Sequence is { } sequence ? CollectionGroup.Of(sequence) : CollectionGroup.OfHolder(Attempt.Provider);

    /// <summary>The names of the reports that can have it: by itself, with its group, or with its whole file.</summary>
    public IReadOnlyList<string> Names =>
        [Core.Debits.Debit.NameOf(Attempt.Id), .. LumpNames];

    /// <summary>The names of those of them that have others, too.</summary>
    public IReadOnlyList<string> LumpNames => [Debit.Collection.NameOf(Group), Debit.Collection.Message];
}

/// <summary>A debit of a mandate, as the collection that took it last has it.</summary>
/// <param name="Payment">The payment's number.</param>
/// <param name="Collection">The collection's number.</param>
/// <param name="IsReturned">Whether the money went back by a return that stands.</param>
/// <param name="IsCalledOff">Whether the collection was called off.</param>
public sealed record MandateDebit(
    long Payment, DateOnly DueOn, long Collection, AttemptStatus Status, bool IsReturned, bool IsCalledOff, Money Amount);

/// <summary>How far the debits or transfers of a collection are.</summary>
/// <param name="Collected">Those that the bank has collected, or has paid out.</param>
public sealed record CollectionProgress(long Waiting, long Collected, long Rejected, long Returned);

/// <summary>Reads collections, without locks.</summary>
public sealed class Collections(NpgsqlDataSource database)
{
    /// <summary>The collection that has a capture <c>x</c>, for <see cref="Waits"/>.</summary>
    private const string Taken =
        """
        LEFT JOIN debit d ON d.merchant_id = $1 AND d.id = x.id
        LEFT JOIN collection o ON o.merchant_id = $1 AND o.id = d.collection_id AND NOT d.is_left_out
        """;

    /// <summary>Whether a capture <c>x</c> waits for a collection.</summary>
    private const string Waits =
        """
        x.merchant_id = $1 AND x.verb = 'capture' AND x.provider = 'bank' AND x.status IN ('open', 'unknown', 'pending')
        AND (o.id IS NULL OR o.status = 'called_off')
        """;

    /// <summary>
    /// Whether a capture <c>x</c> may not be collected any more from an instrument <c>i</c> with its mandate <c>m</c>: the mandate has
    /// ended, or other money has settled all that it is for. Indexes: the keys of claim and charge.
    /// </summary>
    private const string HasEnded =
        """
        (i.standing = 'removed' OR m.status <> 'active'
         OR (EXISTS (SELECT FROM claim k WHERE k.merchant_id = $1 AND k.payment_id = x.payment_id AND k.is_live)
             AND NOT EXISTS (SELECT FROM claim k LEFT JOIN charge g ON g.merchant_id = $1 AND g.id = k.charge_id
                              WHERE k.merchant_id = $1 AND k.payment_id = x.payment_id AND (g.id IS NULL OR g.is_open))))
        """;

    private static readonly string Instrument = Tables.Instrument.Of("i", "m");

    /// <summary>The holders of money whose reports are made of the bank's lines.</summary>
    private static readonly string[] Holders = [ClearingProvider.Bank, ClearingProvider.BankTransfer];

    // Indexes: due_payment_of_payment; the keys of payment, debit, collection, attempt, instrument, mandate, claim and charge.
    private static readonly string WaitingDebits = $"""
        SELECT {Tables.Attempt.Selected}, p.number, o.id, coalesce(c.names, ''), d.id IS NOT NULL, NULL::bigint, w.due_on, {Instrument}
          FROM attempt x
         CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
          JOIN attempt a ON a.merchant_id = $1 AND a.id = x.authorisation_id
          JOIN instrument i ON i.merchant_id = $1 AND i.id = a.instrument_id
          LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
          {Taken}
          LEFT JOIN LATERAL (SELECT string_agg({Tables.ChargeName}, ' ' ORDER BY k.line) AS names
                               FROM claim k
                               JOIN charge x ON x.merchant_id = $1 AND x.id = k.charge_id
                              WHERE k.merchant_id = $1 AND k.payment_id = a.payment_id) c ON true
          LEFT JOIN LATERAL (SELECT g.due_on FROM due_payment q
                               JOIN charge g ON g.merchant_id = $1 AND g.id = q.charge_id
                              WHERE q.payment_id = x.payment_id AND q.merchant_id = $1 LIMIT 1) w ON true
         WHERE {Waits}
        """;

    // Indexes: instrument_of_account, refund_of_payment; the keys of payment, debit, collection and attempt.
    private static readonly string WaitingRefunds = $"""
        SELECT {Tables.Attempt.Selected}, p.number, d.collection_id, '', d.id IS NOT NULL, r.number, NULL::date, {Instrument}
          FROM attempt x
         CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
         CROSS JOIN LATERAL (SELECT r.number FROM refund r WHERE r.merchant_id = $1 AND r.payment_id = x.payment_id
            AND r.attempt_id = x.id LIMIT 1) r
          LEFT JOIN attempt a ON a.merchant_id = $1 AND a.id = x.authorisation_id
          -- The bank account that was debited; else the customer's own one, or the only one.
          LEFT JOIN LATERAL (SELECT i.id, i.id = a.instrument_id AS is_debited, i.standing = 'current' AS is_own,
                                    count(*) OVER () AS count
                               FROM instrument i
                              WHERE i.account_id = x.account_id AND i.merchant_id = $1 AND i.kind = 'iban_account'
                                AND (i.standing IN ('saved', 'current') OR (i.id = a.instrument_id AND i.standing <> 'removed'))
                              ORDER BY 2 DESC NULLS LAST, 3 DESC LIMIT 1) k ON k.is_debited OR k.is_own OR k.count = 1
          LEFT JOIN instrument i ON i.merchant_id = $1 AND i.id = k.id
          LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
          LEFT JOIN debit d ON d.merchant_id = $1 AND d.id = x.id AND NOT d.is_left_out
          LEFT JOIN collection o ON o.merchant_id = $1 AND o.id = d.collection_id
         WHERE x.merchant_id = $1 AND x.verb = 'refund' AND x.provider IN ('bank-transfer', 'gateway', 'bank')
           AND x.status IN ('open', 'unknown', 'pending')
           AND (o.id IS NULL OR o.status = 'called_off')
        """;

    /// <summary>How many captures wait, and how much they are, by currency. The next collection may leave some out.</summary>
    public Task<IReadOnlyList<(long Count, Money Sum)>> WaitingSumsAsync(MerchantId merchant, CancellationToken cancel) =>
        database.AllAsync(
            // Indexes: attempt_to_collect; the keys of debit and collection.
            $"""
            SELECT count(*), sum(x.amount_minor)::bigint, x.currency FROM attempt x {Taken} WHERE {Waits}
             GROUP BY x.currency ORDER BY x.currency
            """,
            command => command.With(merchant.Value),
            row => (row.GetInt64(0), new Money(row.GetInt64(1), Currency.Parse(row.GetString(2)))), cancel);

    /// <summary>The captures that wait for a collection, the oldest first: of those behind an id, at most so many.</summary>
    public Task<IReadOnlyList<WaitingDebit>> WaitingAsync(
        MerchantId merchant, Attempt? after, int limit, CancellationToken cancel) => database.AllAsync(
        // Index: attempt_to_collect.
        $"{WaitingDebits} AND (x.opened_at, x.id) > ($2, $3) ORDER BY x.opened_at, x.id LIMIT $4",
        command => command.With(merchant.Value).With((after?.OpenedAt ?? DateTimeOffset.MinValue).UtcDateTime)
            .With(after?.Id.Value ?? Guid.Empty).With(limit),
        row => ReadWaiting(row, merchant), cancel);

    /// <summary>The captures or refunds of these ids that wait for a collection, in no order.</summary>
    public Task<IReadOnlyList<WaitingDebit>> WaitingAsync(
        MerchantId merchant, CollectionKind kind, Guid[] attempts, CancellationToken cancel) => database.AllAsync(
        // Index: the key of attempt.
        $"{(kind == CollectionKind.Debits ? WaitingDebits : WaitingRefunds)} AND x.id = ANY($2)",
        command => command.With(merchant.Value).With(attempts), row => ReadWaiting(row, merchant), cancel);

    /// <summary>The merchants that have captures at their own banks, which wait for a collection or for what the bank says.</summary>
    public Task<IReadOnlyList<MerchantId>> WaitingMerchantsAsync(CancellationToken cancel) => database.LookAsync(
        // Index: attempt_to_collect.
        among => $"""
        SELECT DISTINCT x.merchant_id FROM attempt x
         WHERE {among("x.merchant_id")} AND x.verb = 'capture' AND x.provider = 'bank' AND x.status IN ('open', 'unknown', 'pending')
        """,
        _ => { }, row => new MerchantId(row.GetInt64(0)), cancel);

    /// <summary>
    /// Captures that wait for a collection, and that none may have any more: at most so many. Those that perhaps went to the bank in the
    /// time that a restore lost are none of them.
    /// </summary>
    /// <param name="restoredAt">When the books were restored last; null for never.</param>
    public Task<IReadOnlyList<WaitingDebit>> EndedAsync(
        MerchantId merchant, DateTimeOffset? restoredAt, int limit, CancellationToken cancel) => database.AllAsync(
        $"{WaitingDebits} AND {HasEnded} AND coalesce(x.unsent_at, x.opened_at) >= $2 ORDER BY x.opened_at, x.id LIMIT $3",
        command => command.With(merchant.Value).With((restoredAt ?? DateTimeOffset.MinValue).UtcDateTime).With(limit),
        row => ReadWaiting(row, merchant), cancel);

    /// <summary>The payments of debits in a collection that may not be collected any more, by their numbers.</summary>
    public Task<IReadOnlyList<long>> EndedInAsync(CollectionId id, CancellationToken cancel) => database.AllAsync(
        // Indexes: debit_of_collection; the keys of attempt, payment, instrument and mandate.
        $"""
        SELECT p.number
          FROM debit d
          JOIN attempt x ON x.merchant_id = $1 AND x.id = d.id
         CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
          JOIN instrument i ON i.merchant_id = $1 AND i.id = d.instrument_id
          LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
         WHERE d.merchant_id = $1 AND d.collection_id = $2 AND NOT d.is_left_out AND d.sequence IS NOT NULL AND {HasEnded}
         ORDER BY p.number
        """,
        command => command.With(id.Merchant.Value).With(id.Value), row => row.GetInt64(0), cancel);

    /// <summary>The payments of debits in a collection that the bank has rejected, by their numbers.</summary>
    public Task<IReadOnlyList<long>> RejectedInAsync(CollectionId id, CancellationToken cancel) => database.AllAsync(
        // Indexes: debit_of_collection; the keys of attempt and payment.
        """
        SELECT p.number
          FROM debit d
          JOIN attempt x ON x.merchant_id = $1 AND x.id = d.id AND x.status = 'declined'
         CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
         WHERE d.merchant_id = $1 AND d.collection_id = $2 AND NOT d.is_left_out AND d.sequence IS NOT NULL
         ORDER BY p.number
        """,
        command => command.With(id.Merchant.Value).With(id.Value), row => row.GetInt64(0), cancel);

    /// <summary>The refunds that people pay out and no collection has, the oldest first: of those behind an id, at most so many.</summary>
    public Task<IReadOnlyList<WaitingDebit>> WaitingRefundsAsync(
        MerchantId merchant, Attempt? after, int limit, CancellationToken cancel) => database.AllAsync(
        // Index: attempt_to_pay_out.
        $"{WaitingRefunds} AND (x.opened_at, x.id) > ($2, $3) ORDER BY x.opened_at, x.id LIMIT $4",
        command => command.With(merchant.Value).With((after?.OpenedAt ?? DateTimeOffset.MinValue).UtcDateTime)
            .With(after?.Id.Value ?? Guid.Empty).With(limit),
        row => ReadWaiting(row, merchant), cancel);

    /// <summary>The debits or refunds of a collection in the order of their ids: of those behind an id, at most so many.</summary>
    public Task<IReadOnlyList<(WaitingDebit Waiting, int Group)>> DebitsAsync(
        CollectionId id, Guid after, int limit, CancellationToken cancel) => database.AllAsync(
        // Indexes: debit_of_collection, refund_of_payment, debit_terms_of_instrument; the keys of attempt, payment, instrument, mandate,
        // claim, debit and collection. The debit before may be in the same file.
        $"""
        SELECT {Tables.Attempt.Selected}, p.number, d.collection_id, coalesce(c.names, ''), true, r.number, NULL::date, {Instrument},
               d.sequence, b.mandate, b.creditor
          FROM debit d
          JOIN attempt x ON x.merchant_id = $1 AND x.id = d.id
         CROSS JOIN LATERAL (SELECT p.id, p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
          JOIN instrument i ON i.merchant_id = $1 AND i.id = d.instrument_id
          LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
          LEFT JOIN refund r ON r.merchant_id = $1 AND r.payment_id = p.id AND r.attempt_id = x.id AND d.sequence IS NULL
          LEFT JOIN LATERAL (SELECT string_agg({Tables.ChargeName}, ' ' ORDER BY k.line) AS names
                               FROM claim k
                               JOIN charge x ON x.merchant_id = $1 AND x.id = k.charge_id
                              WHERE k.merchant_id = $1 AND k.payment_id = p.id) c ON true
          LEFT JOIN LATERAL (SELECT t.mandate, t.creditor
                               FROM debit_terms t
                               JOIN debit o ON o.merchant_id = $1 AND o.id = t.debit_id AND o.collection_id = t.collection_id
                                           AND NOT o.is_left_out
                               JOIN collection f ON f.merchant_id = $1 AND f.id = t.collection_id AND f.status <> 'called_off'
                               JOIN attempt e ON e.merchant_id = $1 AND e.id = t.debit_id AND e.status <> 'declined'
                              WHERE t.merchant_id = $1 AND t.instrument_id = d.instrument_id
                                AND (t.collection_id, t.debit_id) < (d.collection_id, d.id)
                              ORDER BY t.collection_id DESC, t.debit_id DESC LIMIT 1) b ON true
         WHERE d.collection_id = $2 AND d.merchant_id = $1 AND d.id > $3 AND NOT d.is_left_out
         ORDER BY d.id LIMIT $4
        """,
        command => command.With(id.Merchant.Value).With(id.Value).With(after).With(limit),
        row =>
        {
            var at = row.FieldCount - 3;
            var waiting = ReadWaiting(row, id.Merchant) with
            {
                ReferenceBefore = row.IsDBNull(at + 1) ? null : row.GetString(at + 1),
                CreditorBefore = row.IsDBNull(at + 2) ? null : row.GetString(at + 2),
            };
            return (
                waiting, row.IsDBNull(at) ? CollectionGroup.OfHolder(waiting.Attempt.Provider)
                    : CollectionGroup.Of(Words.To<DebitSequence>(row.GetString(at))));
        }, cancel);

    /// <summary>The debits of an instrument, the latest first. Ids of payments begin with their time.</summary>
    public Task<IReadOnlyList<MandateDebit>> OfInstrumentAsync(InstrumentId id, int limit, CancellationToken cancel) => database.AllAsync(
        // Indexes: debit_terms_of_instrument, dispute_of_payment; the keys of debit, collection, attempt and payment.
        """
        SELECT p.number, t.due_on, c.number, a.status, r.is_returned IS NOT NULL, c.status = 'called_off', a.amount_minor, a.currency
          FROM debit_terms t
          JOIN debit d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.collection_id = t.collection_id AND NOT d.is_left_out
          JOIN collection c ON c.merchant_id = $1 AND c.id = t.collection_id
          JOIN attempt a ON a.merchant_id = $1 AND a.id = t.debit_id
          JOIN payment p ON p.merchant_id = $1 AND p.id = t.payment_id
          LEFT JOIN LATERAL (SELECT true AS is_returned FROM dispute x
                              WHERE x.payment_id = t.payment_id AND x.merchant_id = $1 AND x.status <> 'won' LIMIT 1) r ON true
         WHERE t.merchant_id = $1 AND t.instrument_id = $2
         ORDER BY t.payment_id DESC LIMIT $3
        """,
        command => command.With(id.Merchant.Value).With(id.Value).With(limit),
        row => new MandateDebit(
            row.GetInt64(0), row.GetFieldValue<DateOnly>(1), row.GetInt64(2), Words.To<AttemptStatus>(row.GetString(3)), row.GetBoolean(4),
            row.GetBoolean(5), new Money(row.GetInt64(6), Currency.Parse(row.GetString(7)))), cancel);

    /// <summary>A collection by its number; null for none.</summary>
    public Task<Collection?> FindAsync(MerchantId merchant, long number, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.Collection.Selected} FROM collection x WHERE x.number = $2 AND x.merchant_id = $1",
        command => command.With(merchant.Value).With(number), Tables.Collection.Read, cancel);

    /// <summary>A collection by its id; null for none.</summary>
    public Task<Collection?> FindAsync(CollectionId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.Collection.Selected} FROM collection x WHERE x.merchant_id = $1 AND x.id = $2",
        command => command.With(id.Merchant.Value).With(id.Value), Tables.Collection.Read, cancel);

    /// <summary>The collection that has a debit or a refund, also one that was called off; null for none.</summary>
    public Task<Collection?> OfAsync(AttemptId attempt, CancellationToken cancel) => database.FirstAsync(
        $"""
        SELECT {Tables.Collection.Selected} FROM debit d JOIN collection x ON x.merchant_id = $1 AND x.id = d.collection_id
         WHERE d.merchant_id = $1 AND d.id = $2 AND NOT d.is_left_out
        """,
        command => command.With(attempt.Merchant.Value).With(attempt.Value), Tables.Collection.Read, cancel);

    /// <summary>The merchant's collections, the newest first. Ids begin with their time.</summary>
    public Task<IReadOnlyList<Collection>> ListAsync(MerchantId merchant, int limit, CancellationToken cancel) => database.AllAsync(
        $"SELECT {Tables.Collection.Selected} FROM collection x WHERE x.merchant_id = $1 ORDER BY x.id DESC LIMIT $2",
        command => command.With(merchant.Value).With(limit), Tables.Collection.Read, cancel);

    /// <summary>How far the debits or transfers of a collection are. A transfer that the bank rejects may be in another one now.</summary>
    public async Task<CollectionProgress> ProgressAsync(Collection collection, CancellationToken cancel) => (await database.FirstAsync(
        // Indexes: debit_of_collection, dispute_of_payment; the key of attempt.
        """
        SELECT count(*) FILTER (WHERE a.status IN ('open', 'unknown', 'pending')),
               count(*) FILTER (WHERE a.status = 'approved' AND r.is_returned IS NULL),
               count(*) FILTER (WHERE a.status = 'declined'), count(r.is_returned), count(*)
          FROM debit d
          JOIN attempt a ON a.merchant_id = $1 AND a.id = d.id
          LEFT JOIN LATERAL (SELECT true AS is_returned FROM dispute x
                              WHERE x.payment_id = a.payment_id AND x.merchant_id = $1 AND x.status <> 'won' AND a.verb = 'capture'
                              LIMIT 1) r ON true
         WHERE d.collection_id = $2 AND d.merchant_id = $1 AND NOT d.is_left_out
        """,
        command => command.With(collection.Id.Merchant.Value).With(collection.Id.Value),
        row => new CollectionProgress(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2) + RejectedOf(collection, row.GetInt64(4)), row.GetInt64(3)), cancel))!;

    private static long RejectedOf(Collection collection, long there) =>
        collection is { Kind: CollectionKind.Transfers, Status: CollectionStatus.HandedOut } ? collection.Count - there : 0;

    /// <summary>Debits and refunds in files that were handed out, by their attempts; those that no such file has are left out.</summary>
    public Task<IReadOnlyList<CollectedDebit>> OfAttemptsAsync(MerchantId merchant, Guid[] attempts, CancellationToken cancel) =>
        HandedOutAsync(merchant, "x.id = ANY($2) AND NOT d.is_left_out", command => command.With(attempts), cancel);

    /// <summary>The debits or refunds of one group of a file that was handed out, without those that the bank rejects.</summary>
    public async Task<IReadOnlyList<CollectedDebit>> OfGroupAsync(CollectionId id, int group, CancellationToken cancel) =>
        [.. (await OfCollectionAsync(id, cancel)).Where(one => one.Group == group && !one.Debit.IsLeftOut)];

    /// <summary>The debits or refunds of a file that was handed out, with those that the bank rejects.</summary>
    public Task<IReadOnlyList<CollectedDebit>> OfCollectionAsync(CollectionId id, CancellationToken cancel) => HandedOutAsync(
        id.Merchant, "d.collection_id = $2 AND (d.reason IS NOT NULL OR NOT d.is_left_out)", command => command.With(id.Value), cancel);

    /// <summary>The open lines of banks that have one of these names of files and groups, each with its amount, minor units.</summary>
    public async Task<IReadOnlyList<(string Name, long AmountMinor)>> OpenLumpsAsync(
        MerchantId merchant, IReadOnlyList<string> names, CancellationToken cancel) =>
        names.Count == 0 ? [] : await database.AllAsync(
            // Index: settlement_line_by_status, which leads with the status: few lines are open.
            """
            SELECT x.end_to_end, x.amount_minor FROM settlement_line x
             WHERE x.status = 'open' AND x.merchant_id = $1 AND x.kind = 'entry' AND x.end_to_end = ANY($2)
            """,
            command => command.With(merchant.Value).With(names.ToArray()), row => (row.GetString(0), row.GetInt64(1)), cancel);

    /// <summary>
    /// The debits or transfers, by their attempts, that a report of the bank's lines has already, each with the name of that report: the
    /// debit's own, its group's or its file's, or that of an operator's line.
    /// </summary>
    public async Task<ILookup<Guid, string>> ReportsOfAsync(
        MerchantId merchant, IReadOnlyList<CollectedDebit> debits, CancellationToken cancel) => (await database.AllAsync(
        // Indexes: statement_payout, settlement_line_of_statement, settlement_line_settles_once. A line of a debit settles its payment,
        // one of a transfer its attempt; until it is booked its text names the attempt.
        """
        WITH said AS MATERIALIZED (
            SELECT s.reference, l.remittance
              FROM unnest($3::text[]) n(name)
             CROSS JOIN LATERAL (SELECT x.id, x.reference FROM statement x
               WHERE x.merchant_id = $1 AND x.source = 'payout' AND x.account = ANY($2) AND x.reference = n.name) s
              JOIN settlement_line l ON l.merchant_id = $1 AND l.statement_id = s.id AND l.kind IN ('payment', 'refund'))
        SELECT k.id, s.reference
          FROM unnest($4::uuid[], $5::uuid[]) k(id, settles)
         CROSS JOIN LATERAL (SELECT x.statement_id FROM settlement_line x
           WHERE x.merchant_id = $1 AND x.settles_id = k.settles AND x.kind IN ('payment', 'refund') LIMIT 1) l
          JOIN statement s ON s.merchant_id = $1 AND s.id = l.statement_id AND s.source = 'payout' AND s.account = ANY($2)
         UNION
        SELECT k.id, s.reference FROM said s JOIN unnest($4::uuid[]) k(id) ON k.id::text = s.remittance
        """,
        command => command.With(merchant.Value).With(Holders).With(debits.SelectMany(debit => debit.Names).Distinct().ToArray())
            .With(debits.ToColumn(debit => debit.Attempt.Id.Value)).With(debits.ToColumn(
                debit => debit.IsRefund ? debit.Attempt.Id.Value : debit.Attempt.Payment.Value)),
        row => (Id: row.GetGuid(0), Name: row.GetString(1)), cancel)).ToLookup(one => one.Id, one => one.Name);

    /// <summary>The dispute that a return of a debit has opened; null for none.</summary>
    public Task<Dispute?> ReturnOfAsync(AttemptId debit, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.Dispute.Selected} FROM dispute x WHERE x.merchant_id = $1 AND x.id = $2",
        command => command.With(debit.Merchant.Value)
            .With(DisputeId.Of(debit.Merchant, ClearingProvider.Bank, Core.Debits.Debit.NameOf(debit)).Value),
        Tables.Dispute.Read, cancel);

    /// <summary>
    /// Whether the return x of a payment's debit stands: it was not taken back, or no line shows so far that it was, as a server died
    /// between the two.
    /// </summary>
    internal const string Standing =
        """
        (x.status <> 'won'
         OR (SELECT count(*) FROM dispute w
              WHERE w.merchant_id = $1 AND w.payment_id = x.payment_id AND w.provider = 'bank' AND w.status = 'won')
          > (SELECT count(*) FROM settlement_line l
              WHERE l.merchant_id = $1 AND l.payment_id = x.payment_id AND l.kind = 'chargeback' AND l.status = 'booked'
                AND l.amount_minor > 0))
        """;

    /// <summary>The returns of a payment's debit that stand.</summary>
    public Task<IReadOnlyList<Dispute>> ReturnsOfAsync(PaymentId payment, CancellationToken cancel) => database.AllAsync(
        // Indexes: dispute_of_payment, settlement_line_of_payment.
        $"""
        SELECT {Tables.Dispute.Selected} FROM dispute x
         WHERE x.payment_id = $2 AND x.merchant_id = $1 AND x.provider = 'bank'
           AND {Standing}
         ORDER BY x.status = 'won', x.opened_at, x.id
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value), Tables.Dispute.Read, cancel);

    /// <summary>
    /// The refunds of a payment that people or a file are still to pay out, minor units: no file that has them was handed out, also not in
    /// the time that a restore lost.
    /// </summary>
    public async Task<long> NotLeftMinorAsync(PaymentId payment, CancellationToken cancel)
    {
        var restoredAt = await new LostTime(database).RestoredAtAsync(cancel) ?? DateTimeOffset.UnixEpoch;
        return (await database.AllAsync(
            // Index: attempt_of_payment; the keys of debit and collection.
            """
            SELECT coalesce(sum(a.amount_minor), 0)::bigint
              FROM attempt a
              LEFT JOIN debit d ON d.merchant_id = $1 AND d.id = a.id AND NOT d.is_left_out
              LEFT JOIN collection o ON o.merchant_id = $1 AND o.id = d.collection_id
             WHERE a.payment_id = $2 AND a.merchant_id = $1 AND a.verb = 'refund' AND a.provider IN ('bank-transfer', 'gateway', 'bank')
               AND a.status IN ('open', 'unknown', 'pending') AND coalesce(a.unsent_at, a.opened_at) >= $3
               AND o.status IS DISTINCT FROM 'handed_out'
            """,
            command => command.With(payment.Merchant.Value).With(payment.Value).With(restoredAt.UtcDateTime),
            row => row.GetInt64(0), cancel))[0];
    }

    /// <summary>Whether a line shows that a payment's debit was returned; the fee of a return does not.</summary>
    /// <param name="report">The report that does not count: it is made anew.</param>
    public async Task<bool> IsReturnBookedAsync(PaymentId payment, string report, CancellationToken cancel) => (await database.AllAsync(
        // Indexes: settlement_line_of_payment, the key of statement.
        """
        SELECT 1 FROM settlement_line x
         WHERE x.payment_id = $2 AND x.merchant_id = $1 AND x.kind = 'chargeback' AND x.status = 'booked'
           AND NOT EXISTS (SELECT FROM statement s WHERE s.merchant_id = $1 AND s.id = x.statement_id
                              AND (s.reference = $3 OR s.reference LIKE '%-F'))
         LIMIT 1
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value).With(report), row => row.GetInt32(0), cancel)).Count > 0;

    /// <summary>
    /// What booked lines show that the bank took back of a payment, less what they show that it gave back, minor units.
    /// </summary>
    /// <param name="report">The report that does not count: it is made anew.</param>
    public async Task<long> TakenBackMinorAsync(PaymentId payment, string report, CancellationToken cancel) => (await database.AllAsync(
        // Indexes: settlement_line_of_payment, the key of statement.
        """
        SELECT coalesce(-sum(x.amount_minor + x.fee_minor), 0)::bigint FROM settlement_line x
         WHERE x.payment_id = $2 AND x.merchant_id = $1 AND x.kind = 'chargeback' AND x.status = 'booked'
           AND NOT EXISTS (SELECT FROM statement s WHERE s.merchant_id = $1 AND s.id = x.statement_id AND s.reference = $3)
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value).With(report), row => row.GetInt64(0), cancel))[0];

    /// <summary>The day on which the bank booked the first line of a report that was made of it; null for no report.</summary>
    public async Task<DateOnly?> ReportedOnAsync(MerchantId merchant, string name, CancellationToken cancel) => (await database.AllAsync(
        // Index: statement_payout.
        """
        SELECT x.first_on FROM statement x
         WHERE x.merchant_id = $1 AND x.source = 'payout' AND x.account = ANY($2) AND x.reference = $3 AND x.first_on IS NOT NULL
        """,
        command => command.With(merchant.Value).With(Holders).With(name), row => row.GetFieldValue<DateOnly>(0), cancel))
        .Cast<DateOnly?>().FirstOrDefault();

    /// <summary>The reference of each debit's mandate. Indexes: debit_of_collection, debit_terms_of_instrument.</summary>
    public async Task<IReadOnlyDictionary<AttemptId, string>> MandatesAsync(CollectionId id, CancellationToken cancel) =>
        (await database.AllAsync(
            """
            SELECT d.id, t.mandate
              FROM debit d
             CROSS JOIN LATERAL (SELECT x.mandate FROM debit_terms x
               WHERE x.merchant_id = $1 AND x.instrument_id = d.instrument_id AND x.debit_id = d.id AND x.collection_id = $2 LIMIT 1) t
             WHERE d.merchant_id = $1 AND d.collection_id = $2
            """,
            command => command.With(id.Merchant.Value).With(id.Value), row => (Id: row.GetGuid(0), Mandate: row.GetString(1)), cancel))
        .ToDictionary(one => new AttemptId(id.Merchant, one.Id), one => one.Mandate);

    private Task<IReadOnlyList<CollectedDebit>> HandedOutAsync(
        MerchantId merchant, string which, Action<NpgsqlBatchCommand> more, CancellationToken cancel) => database.AllAsync(
        // Indexes: debit_of_collection; the keys of debit, attempt, collection and payment.
        $"""
        SELECT {Tables.Attempt.Selected}, p.number, d.collection_id, d.instrument_id, d.sequence, d.is_left_out, d.reason, c.account_hash
          FROM debit d
          JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id AND c.status = 'handed_out'
          JOIN attempt x ON x.merchant_id = $1 AND x.id = d.id
          JOIN payment p ON p.merchant_id = $1 AND p.id = x.payment_id
         WHERE d.merchant_id = $1 AND {which}
         ORDER BY x.id
        """,
        command => more(command.With(merchant.Value)),
        row =>
        {
            var (attempt, at) = (Tables.Attempt.Read(row), row.FieldCount - 7);
            var debit = new Debit(
                attempt.Id, new CollectionId(merchant, row.GetGuid(at + 1)), new InstrumentId(merchant, row.GetGuid(at + 2)),
                row.IsDBNull(at + 3) ? null : Words.To<DebitSequence>(row.GetString(at + 3)))
            {
                IsLeftOut = row.GetBoolean(at + 4),
                Reason = row.IsDBNull(at + 5) ? null : row.GetString(at + 5),
            };
            return new CollectedDebit(debit, attempt, row.GetInt64(at))
            {
                AccountHash = row.IsDBNull(at + 6) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(at + 6),
            };
        }, cancel);

    private static WaitingDebit ReadWaiting(NpgsqlDataReader row, MerchantId merchant)
    {
        var at = Tables.Attempt.Width;
        var instrument = row.IsDBNull(at + 6) ? null : Tables.Instrument.Read(row, at + 6);
        return new WaitingDebit(
            Tables.Attempt.Read(row), row.GetInt64(at), instrument?.Id,
            row.IsDBNull(at + 1) ? null : new CollectionId(merchant, row.GetGuid(at + 1)))
        {
            Mandate = instrument?.Vaulted?.Mandate,
            Standing = instrument?.Standing ?? InstrumentStanding.Removed,
            Country = instrument?.Country ?? "",
            Charges = row.GetString(at + 2),
            WasTaken = row.GetBoolean(at + 3),
            Refund = row.IsDBNull(at + 4) ? null : row.GetInt64(at + 4),
            DueOn = row.IsDBNull(at + 5) ? null : row.GetFieldValue<DateOnly>(at + 5),
        };
    }
}
