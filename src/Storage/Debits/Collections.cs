using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Debits;

/// <summary>A capture that waits at the bank for a collection.</summary>
/// <param name="Payment">The payment's number.</param>
/// <param name="Instrument">The instrument of its authorisation.</param>
/// <param name="Former">The collection that has it: one that was called off; null for none.</param>
public sealed record WaitingDebit(Attempt Capture, long Payment, InstrumentId Instrument, CollectionId? Former)
{
    /// <summary>The instrument's mandate; null for none.</summary>
    public Mandate? Mandate { get; init; }

    public InstrumentStanding Standing { get; init; }

    /// <summary>The country of the instrument, two upper-case letters.</summary>
    public string Country { get; init; } = "";

    /// <summary>The names of the charges that the payment settles, for the customer.</summary>
    public string Charges { get; init; } = "";

    /// <summary>Whether a collection had it, also one that left it out.</summary>
    public bool WasTaken { get; init; }

    /// <summary>The reference of the mandate in the debit before it that stands; null for none, and before it is in a collection.</summary>
    public string? ReferenceBefore { get; init; }

    /// <summary>The creditor identifier of that debit; null as well where its collection does not say it.</summary>
    public string? CreditorBefore { get; init; }
}

/// <summary>A debit of a collection, with the payment that it collects.</summary>
/// <param name="Payment">The payment's number.</param>
public sealed record CollectedDebit(Debit Debit, Attempt Capture, long Payment);

/// <summary>A debit of a mandate, as the collection that took it last has it.</summary>
/// <param name="Payment">The payment's number.</param>
/// <param name="Collection">The collection's number.</param>
/// <param name="IsReturned">Whether the money went back by a return that stands.</param>
/// <param name="IsCalledOff">Whether the collection was called off.</param>
public sealed record MandateDebit(
    long Payment, DateOnly DueOn, long Collection, AttemptStatus Status, bool IsReturned, bool IsCalledOff, Money Amount);

/// <summary>What became of the debits of a collection.</summary>
public sealed record CollectionProgress(long Waiting, long Collected, long Rejected, long Returned);

/// <summary>Reads collections, without locks.</summary>
public sealed class Collections(NpgsqlDataSource database)
{
    private static readonly string Instrument = Tables.Instrument.Of("i", "m");

    /// <summary>The captures that wait for a collection, the oldest first: of those behind an id, at most so many.</summary>
    public Task<IReadOnlyList<WaitingDebit>> WaitingAsync(
        MerchantId merchant, Attempt? after, int limit, CancellationToken cancel) => database.AllAsync(
        // Indexes: attempt_to_collect; the keys of payment, debit, collection, attempt, instrument, mandate and claim.
        $"""
        SELECT {Tables.Attempt.Selected}, p.number, o.id, coalesce(c.names, ''), d.id IS NOT NULL, NULL, NULL, {Instrument}
          FROM attempt x
         CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
          JOIN attempt a ON a.merchant_id = $1 AND a.id = x.authorisation_id
          JOIN instrument i ON i.merchant_id = $1 AND i.id = a.instrument_id
          LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
          LEFT JOIN debit d ON d.merchant_id = $1 AND d.id = x.id
          LEFT JOIN collection o ON o.merchant_id = $1 AND o.id = d.collection_id AND NOT d.is_left_out
          LEFT JOIN LATERAL (SELECT string_agg({Tables.ChargeName}, ' ' ORDER BY k.line) AS names
                               FROM claim k
                               JOIN charge x ON x.merchant_id = $1 AND x.id = k.charge_id
                              WHERE k.merchant_id = $1 AND k.payment_id = a.payment_id) c ON true
         WHERE x.merchant_id = $1 AND x.verb = 'capture' AND x.provider = 'bank' AND x.status IN ('open', 'unknown', 'pending')
           AND (x.opened_at, x.id) > ($2, $3) AND (o.id IS NULL OR o.status = 'called_off')
         ORDER BY x.opened_at, x.id LIMIT $4
        """,
        command => command.With(merchant.Value).With((after?.OpenedAt ?? DateTimeOffset.MinValue).UtcDateTime)
            .With(after?.Id.Value ?? Guid.Empty).With(limit),
        row => ReadWaiting(row, merchant), cancel);

    /// <summary>The debits of a collection in the order of their ids: of those behind an id, at most so many.</summary>
    public Task<IReadOnlyList<(WaitingDebit Waiting, DebitSequence Sequence)>> DebitsAsync(
        CollectionId id, Guid after, int limit, CancellationToken cancel) => database.AllAsync(
        // Indexes: debit_of_collection, debit_terms_of_instrument; the keys of attempt, payment, instrument, mandate, claim, debit and
        // collection. The debit before may be in the same file.
        $"""
        SELECT {Tables.Attempt.Selected}, p.number, d.collection_id, coalesce(c.names, ''), true, b.mandate, b.creditor,
               {Instrument}, d.sequence
          FROM debit d
          JOIN attempt x ON x.merchant_id = $1 AND x.id = d.id
         CROSS JOIN LATERAL (SELECT p.id, p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
          JOIN instrument i ON i.merchant_id = $1 AND i.id = d.instrument_id
          LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
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
        row => (ReadWaiting(row, id.Merchant), Words.To<DebitSequence>(row.GetString(row.FieldCount - 1))), cancel);

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

    /// <summary>The merchant's collections, the newest first. Ids begin with their time.</summary>
    public Task<IReadOnlyList<Collection>> ListAsync(MerchantId merchant, int limit, CancellationToken cancel) => database.AllAsync(
        $"SELECT {Tables.Collection.Selected} FROM collection x WHERE x.merchant_id = $1 ORDER BY x.id DESC LIMIT $2",
        command => command.With(merchant.Value).With(limit), Tables.Collection.Read, cancel);

    /// <summary>Where the debits of a collection stand.</summary>
    public async Task<CollectionProgress> ProgressAsync(CollectionId id, CancellationToken cancel) => (await database.FirstAsync(
        // Indexes: debit_of_collection, dispute_of_payment; the key of attempt.
        """
        SELECT count(*) FILTER (WHERE a.status IN ('open', 'unknown', 'pending')),
               count(*) FILTER (WHERE a.status = 'approved' AND r.is_returned IS NULL),
               count(*) FILTER (WHERE a.status = 'declined'), count(r.is_returned)
          FROM debit d
          JOIN attempt a ON a.merchant_id = $1 AND a.id = d.id
          LEFT JOIN LATERAL (SELECT true AS is_returned FROM dispute x
                              WHERE x.payment_id = a.payment_id AND x.merchant_id = $1 AND x.status <> 'won' LIMIT 1) r ON true
         WHERE d.collection_id = $2 AND d.merchant_id = $1 AND NOT d.is_left_out
        """,
        command => command.With(id.Merchant.Value).With(id.Value),
        row => new CollectionProgress(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancel))!;

    /// <summary>Debits in files that were handed out, by their attempts; those that no such file has are left out.</summary>
    public Task<IReadOnlyList<CollectedDebit>> OfAttemptsAsync(MerchantId merchant, Guid[] attempts, CancellationToken cancel) =>
        HandedOutAsync(merchant, "x.id = ANY($2)", command => command.With(attempts), cancel);

    /// <summary>The debits of one group of a file that was handed out.</summary>
    public Task<IReadOnlyList<CollectedDebit>> OfGroupAsync(CollectionId id, DebitSequence sequence, CancellationToken cancel) =>
        HandedOutAsync(
            id.Merchant, "d.collection_id = $2 AND d.sequence = $3",
            command => command.With(id.Value).With(Words.Of(sequence)), cancel);

    /// <summary>The debits of a file that was handed out.</summary>
    public Task<IReadOnlyList<CollectedDebit>> OfCollectionAsync(CollectionId id, CancellationToken cancel) =>
        HandedOutAsync(id.Merchant, "d.collection_id = $2", command => command.With(id.Value), cancel);

    private Task<IReadOnlyList<CollectedDebit>> HandedOutAsync(
        MerchantId merchant, string which, Action<NpgsqlBatchCommand> more, CancellationToken cancel) => database.AllAsync(
        // Indexes: debit_of_collection; the keys of debit, attempt, collection and payment.
        $"""
        SELECT {Tables.Attempt.Selected}, p.number, d.collection_id, d.instrument_id, d.sequence
          FROM debit d
          JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id AND c.status = 'handed_out'
          JOIN attempt x ON x.merchant_id = $1 AND x.id = d.id
          JOIN payment p ON p.merchant_id = $1 AND p.id = x.payment_id
         WHERE d.merchant_id = $1 AND NOT d.is_left_out AND {which}
         ORDER BY x.id
        """,
        command => more(command.With(merchant.Value)),
        row =>
        {
            var (capture, at) = (Tables.Attempt.Read(row), row.FieldCount - 4);
            var debit = new Debit(
                capture.Id, new CollectionId(merchant, row.GetGuid(at + 1)), new InstrumentId(merchant, row.GetGuid(at + 2)),
                Words.To<DebitSequence>(row.GetString(at + 3)));
            return new CollectedDebit(debit, capture, row.GetInt64(at));
        }, cancel);

    private static WaitingDebit ReadWaiting(NpgsqlDataReader row, MerchantId merchant)
    {
        var at = Tables.Attempt.Width;
        var instrument = Tables.Instrument.Read(row, at + 6);
        return new WaitingDebit(
            Tables.Attempt.Read(row), row.GetInt64(at), instrument.Id,
            row.IsDBNull(at + 1) ? null : new CollectionId(merchant, row.GetGuid(at + 1)))
        {
            Mandate = instrument.Vaulted?.Mandate,
            Standing = instrument.Standing,
            Country = instrument.Vaulted?.Shown.Country ?? "",
            Charges = row.GetString(at + 2),
            WasTaken = row.GetBoolean(at + 3),
            ReferenceBefore = row.IsDBNull(at + 4) ? null : row.GetString(at + 4),
            CreditorBefore = row.IsDBNull(at + 5) ? null : row.GetString(at + 5),
        };
    }
}
