using Npgsql;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Webhooks;

namespace Quittance.Storage.Moments;

/// <summary>
/// Reads events by their times, which never run backwards in a slot: what all slots have passed never grows. Where a slot rests, or is
/// behind the others, it is led to the time of the last commit first (<see cref="SlotCatchUp"/>).
/// </summary>
public sealed class EventFeed(NpgsqlDataSource database, SlotCatchUp lead, TimeProvider clock) : IEventFeed
{
    // How many commits are looked through at a time for the end of a part.
    private const int MostBlocks = 500;

    private const string Columns = $"""
        {Deliveries.Message}, v.occurred_at, v.subject_id, v.sequence, v.type, v.status, v.booked_on, v.effective_on,
        t.due_on, t.amount_minor, t.currency, t.mandate, t.creditor, t.country, t.last_four,
        v.reason, w.dialect, w.details, t.is_collected
        """;

    // An event v of merchant $1, the terms t of the debit that it tells of, and the client's words w about its payment or refund. Indexes:
    // the keys of debit_terms, attempt, instrument, debit, collection, payment and refund.
    private const string Events = """
        event v
          LEFT JOIN LATERAL (SELECT t.due_on, a.amount_minor, a.currency, t.mandate, t.creditor, i.country, i.last_four,
                                    EXISTS (SELECT FROM debit d
                                              JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id
                                             WHERE d.merchant_id = $1 AND d.id = t.debit_id AND NOT d.is_left_out
                                               AND c.status <> 'called_off' AND c.due_on = t.due_on) AS is_collected
                               FROM debit_terms t
                               JOIN attempt a ON a.merchant_id = $1 AND a.id = t.debit_id
                               JOIN instrument i ON i.merchant_id = $1 AND i.id = t.instrument_id
                              WHERE v.type = 'payment.debit_taken' AND t.merchant_id = $1 AND t.payment_id = v.subject_id
                                AND t.sequence = v.sequence
                              LIMIT 1) t ON true
          LEFT JOIN LATERAL (SELECT p.dialect, p.details FROM payment p
                              WHERE v.type LIKE 'payment.%' AND p.merchant_id = $1 AND p.id = v.subject_id
                             UNION ALL
                             SELECT r.dialect, r.details FROM refund r
                              WHERE v.type LIKE 'refund.%' AND r.merchant_id = $1 AND r.id = v.subject_id
                              LIMIT 1) w ON true
        """;

    // Whichever table has the subject: a new table is among them by itself.
    private static readonly string AccountOf =
        $"SELECT coalesce({string.Join(", ", Tables.OnShelves.Select(table => table.AccountOf).OfType<string>())})";

    /// <inheritdoc/>
    public Task<FedEvent?> FindAsync(EventId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Columns} FROM {Events} WHERE v.merchant_id = $1 AND v.subject_id = $2 AND v.sequence = $3",
        command => command.With(id.Merchant.Value).With(id.Subject).With(id.Sequence), Read, cancel);

    /// <inheritdoc/>
    public Task<AccountId?> AccountOfAsync(SubjectId subject, CancellationToken cancel) => database.FirstAsync<AccountId?>(
        AccountOf, command => command.With(subject.Merchant.Value).With(subject.Value),
        row => row.IsDBNull(0) ? null : new AccountId(subject.Merchant, row.GetGuid(0)), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FedEvent>> AfterAsync(MerchantId merchant, FeedPlace? after, int limit, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<FedEvent>>(async () =>
        {
            var place = after ?? new FeedPlace(DateTimeOffset.MinValue, Guid.Empty, 0);
            var (found, passed, last) = await PassedAsync(merchant, place, limit, cancel);
            if (found.Count == limit || last <= passed || last <= place.At)
                return found;
            try
            {
                if (!await lead.PassAsync(merchant, last, cancel))
                    return found;
            }
            catch (StoreUnavailableException) when (found.Count > 0)
            {
                // A commit does not end: the reader gets what all slots had passed all the same.
                return found;
            }

            await using var connection = await database.OpenConnectionAsync(cancel);
            var rest = await ReadAsync(connection, merchant, found is [.., var end] ? end.Place : place, last, limit - found.Count, cancel);
            return [.. found, .. rest];
        });

    /// <summary>The events up to the time that all slots have passed; with that time, and the time of the last commit.</summary>
    private async Task<(List<FedEvent> Found, DateTimeOffset Passed, DateTimeOffset Last)> PassedAsync(
        MerchantId merchant, FeedPlace place, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var (passed, last) = await connection.FirstAsync(
            // A slot that is ahead of the clock leads no other: its events come when their time has come.
            "SELECT min(s.last_at), least(max(s.last_at), $2) FROM slot s WHERE s.merchant_id = $1",
            command => command.With(merchant.Value).With(clock.GetUtcNow().UtcDateTime),
            row => (row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1)), cancel);
        return (await ReadAsync(connection, merchant, place, passed, limit, cancel), passed, last);
    }

    /// <summary>The events behind a place, up to a time that all slots have passed.</summary>
    private static async Task<List<FedEvent>> ReadAsync(
        NpgsqlConnection connection, MerchantId merchant, FeedPlace after, DateTimeOffset until, int limit, CancellationToken cancel)
    {
        List<FedEvent> found = [];
        while (found.Count < limit && after.At <= until)
        {
            var end = await EndAsync(connection, merchant, after.At, until, limit - found.Count, cancel);
            found.AddRange(await BetweenAsync(connection, merchant, after, end, limit - found.Count, cancel));
            if (end == until)
                break;
            // The next events are of later commits.
            after = found.Count == limit ? after : new FeedPlace(end, Guid.AllBitsSet, int.MaxValue);
        }

        return found;
    }

    /// <summary>
    /// The time of a commit by which there is likely to be enough: the rows that blocks seal are several for each event. It keeps the
    /// reading of a long time short, and nothing depends on it.
    /// </summary>
    private static async Task<DateTimeOffset> EndAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset from, DateTimeOffset until, int limit, CancellationToken cancel)
    {
        const int RowsPerEvent = 8;
        var blocks = await connection.AllAsync(
            "SELECT b.at, octet_length(b.leaves) / 33 FROM block b WHERE b.merchant_id = $1 AND b.at >= $2 AND b.at <= $3 "
            + "ORDER BY b.merchant_id, b.at LIMIT $4",
            command => command.With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime).With(MostBlocks),
            row => (At: row.GetFieldValue<DateTimeOffset>(0), Rows: row.GetInt32(1)), cancel);
        var rows = 0L;
        foreach (var block in blocks)
        {
            rows += block.Rows;
            if (rows > (long)limit * RowsPerEvent && block.At > from)
                return block.At;
        }

        // Many commits without events, such as those of operators, may be of one moment.
        return blocks.Count == MostBlocks && blocks[^1].At > from ? blocks[^1].At : until;
    }

    private static Task<IReadOnlyList<FedEvent>> BetweenAsync(
        NpgsqlConnection connection, MerchantId merchant, FeedPlace after, DateTimeOffset end, int limit, CancellationToken cancel) =>
        connection.AllAsync(
            // Index: event_by_time_and_day.
            $"""
            SELECT {Columns} FROM {Events}
             WHERE v.merchant_id = $1 AND v.occurred_at >= $2 AND v.occurred_at <= $3
               AND (v.occurred_at, v.subject_id, v.sequence) > ($2, $4, $5)
             ORDER BY v.occurred_at, v.subject_id, v.sequence LIMIT $6
            """,
            command => command.With(merchant.Value).With(after.At.UtcDateTime).With(end.UtcDateTime).With(after.Subject)
                .With(after.Sequence).With(limit),
            Read, cancel);

    /// <summary>Columns: <see cref="Columns"/>.</summary>
    private static FedEvent Read(NpgsqlDataReader row) => new(
        row.GetString(0), new FeedPlace(row.GetFieldValue<DateTimeOffset>(1), row.GetGuid(2), row.GetInt32(3)),
        Words.To<EventType>(row.GetString(4)), row.IsDBNull(5) ? null : Words.To<PaymentStatus>(row.GetString(5)),
        row.GetFieldValue<DateOnly>(6), row.GetFieldValue<DateOnly>(7))
    {
        Reason = row.IsDBNull(15) ? null : Words.To<DeclineReason>(row.GetString(15)),
        Dialect = row.IsDBNull(16) ? null : row.GetString(16),
        Details = row.IsDBNull(17) ? null : row.GetString(17),
        Debit = row.IsDBNull(8) ? null : new FedDebit(
            row.GetFieldValue<DateOnly>(8), new Money(row.GetInt64(9), Currency.Parse(row.GetString(10))), row.GetString(11),
            row.GetString(12), $"{(row.IsDBNull(13) ? "" : row.GetString(13))} ···· {row.GetString(14)}".Trim())
        {
            IsCollected = row.GetBoolean(18),
        },
    };
}
