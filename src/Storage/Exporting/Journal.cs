using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Moments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Exporting;

/// <summary>How an attempt to close the days of a journal ends.</summary>
public enum Closing
{
    /// <summary>No later commit belongs to the days.</summary>
    Closed,

    /// <summary>The last day has not ended.</summary>
    NotEnded,

    /// <summary>The database, or the role in it, permits only to read, or the master key is not at hand.</summary>
    ReadOnly,

    /// <summary>
    /// The clocks of this machine and of the database differ by more than a minute, so that neither tells whether a day has ended.
    /// </summary>
    ClocksDiffer,
}

/// <summary>One transfer, as an accountant reads it.</summary>
/// <param name="Time">When, UTC, with the day of the books and the day on which it took effect.</param>
/// <param name="Event">The event that made it: its subject and its number there.</param>
/// <param name="Line">Which transfer of the event, from 1.</param>
/// <param name="What">The event, such as <c>payment.captured</c>.</param>
/// <param name="Debit">The name of the ledger account debited.</param>
/// <param name="Credit">The name of the ledger account credited.</param>
/// <param name="Payment">The number of the payment; null where there is none.</param>
/// <param name="Refund">The number of the refund that it belongs to.</param>
/// <param name="Charge">The number of the charge that it raises, settles or forgives.</param>
/// <param name="Customer">The number of the customer's account.</param>
/// <param name="Credential">The sender of the request, such as <c>7 (till)</c>; <c>0</c> is an operator or the server itself.</param>
/// <param name="Request">The request's id.</param>
public sealed record JournalEntry(
    EventTime Time, (Guid Subject, int Sequence) Event, int Line, string What, string Debit, string Credit, Money Amount, long? Payment,
    long? Refund,
    long? Charge, long? Customer, string Credential, Guid Request)
{
    /// <summary>The lines of the chart that the debited and the credited account belong to.</summary>
    public (string Debit, string Credit) Lines { get; init; } = (Debit, Credit);

    /// <summary>The number of the charge as its customer knows it; null where there is none.</summary>
    public string? ChargeName { get; init; }
}

/// <summary>The transfers of some days between two lines of the chart, in one currency.</summary>
/// <param name="LargestMinor">The amount of the largest one, minor units.</param>
public sealed record JournalPart(string Debit, string Credit, Currency Currency, long Transfers, long LargestMinor);

/// <summary>
/// All transfers of a merchant by the days of the books, in the order of time, as of one moment. PostgreSQL sorts them once, on its disk
/// where they are many, and they are read as they come: neither side holds more than a few in memory.
/// </summary>
public sealed class Journal(NpgsqlDataSource database)
{
    private static readonly TimeSpan ClocksMayDifferBy = TimeSpan.FromMinutes(1);

    private const string Within = "($2::date IS NULL OR e.booked_on >= $2) AND ($3::date IS NULL OR e.booked_on <= $3)";

    /// <summary>
    /// Closes all days up to one: all later commits get later times and book on later days, on every server and by every clock. Waits for
    /// the commits that are under way.
    /// A journal that is read after the days were closed has all of them for good.
    /// </summary>
    /// <param name="to">The last day.</param>
    /// <param name="now">The clock of this machine. A day is only closed when it has ended by the database's clock as well.</param>
    /// <param name="mayWrite">Whether the program can write a block that is proven: it has the master key.</param>
    /// <exception cref="StoreUnavailableException">A commit does not end.</exception>
    public async Task<Closing> CloseAsync(
        MerchantId merchant, DateOnly to, DateTimeOffset now, CancellationToken cancel, bool mayWrite = true)
    {
        var end = (await database.ZoneAsync(merchant, cancel)).StartOf(to.AddDays(1));
        await using var connection = await database.OpenConnectionAsync(cancel);
        var ofDatabase = await ClockAsync(connection, cancel);
        if ((ofDatabase - now).Duration() > ClocksMayDifferBy)
            return Closing.ClocksDiffer;
        if (now < end || ofDatabase < end)
            return Closing.NotEnded;
        if (await SlotTimes.FirstOpenDayAsync(connection, merchant, cancel) > to)
            return Closing.Closed;
        return mayWrite && await SlotTimes.CloseAsync(connection, merchant, to.AddDays(1), now, cancel)
            ? Closing.Closed : Closing.ReadOnly;
    }

    /// <summary>Reads the journal.</summary>
    /// <param name="from">The first day; null from the beginning.</param>
    /// <param name="to">The last day; null to the end.</param>
    /// <param name="progress">Gets the share that is done, from 0 to 1.</param>
    public async IAsyncEnumerable<JournalEntry> ReadAsync(
        MerchantId merchant, DateOnly? from, DateOnly? to, IProgress<double>? progress, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var count = StatementOf(connection, $"""
            SELECT count(*) FROM transfer t JOIN event e ON e.merchant_id = $1 AND e.subject_id = t.subject_id AND e.sequence = t.sequence
             WHERE t.merchant_id = $1 AND {Within}
            """, merchant, from, to);
        var all = (long)(await count.ExecuteScalarAsync(cancel))!;

        // Indexes: event_unbooked; the keys of all tables.
        await using var statement = StatementOf(connection, $"""
            SELECT e.occurred_at, t.subject_id, t.sequence, t.line, e.type, d.kind, d.purpose, da.number, c.kind, c.purpose, ca.number,
                   t.amount_minor, t.currency, coalesce(p.number, rp.number, sp.number), r.number, x.number, a.number, k.name,
                   e.credential_id, e.request_id, e.booked_on, e.effective_on, CASE WHEN x.id IS NOT NULL THEN {Tables.ChargeName} END
              FROM transfer t
              JOIN event e ON e.merchant_id = $1 AND e.subject_id = t.subject_id AND e.sequence = t.sequence
              JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
              JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
              LEFT JOIN account da ON da.merchant_id = $1 AND da.id = d.holder_id
              LEFT JOIN account ca ON ca.merchant_id = $1 AND ca.id = c.holder_id
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = t.subject_id
              LEFT JOIN refund r ON r.merchant_id = $1 AND r.id = t.subject_id
              LEFT JOIN payment rp ON rp.merchant_id = $1 AND rp.id = r.payment_id
              LEFT JOIN settlement_line s ON s.merchant_id = $1 AND s.id = t.subject_id
              -- What a line had brought before it was unbooked; it names no payment then, or a later one.
              LEFT JOIN LATERAL (
                  SELECT u.sequence, b.subject_id AS payment_id
                    FROM event u
                    LEFT JOIN event b ON b.merchant_id = $1 AND b.type = 'payment.unbooked'
                         AND (b.request_id, b.occurred_at) = (u.request_id, u.occurred_at)
                   WHERE u.merchant_id = $1 AND u.subject_id = s.id AND u.sequence >= t.sequence AND u.type = 'settlement.unbooked'
                   ORDER BY u.sequence LIMIT 1) u ON true
              LEFT JOIN payment sp ON sp.merchant_id = $1 AND sp.id = CASE WHEN u.sequence IS NULL THEN s.payment_id ELSE u.payment_id END
              LEFT JOIN charge x ON x.merchant_id = $1 AND x.id = t.charge_id
              LEFT JOIN account a ON a.merchant_id = $1 AND a.id = coalesce(p.account_id, r.account_id, x.account_id, sp.account_id)
              LEFT JOIN credential k ON k.merchant_id = $1 AND k.id = e.credential_id
             WHERE t.merchant_id = $1 AND {Within}
             ORDER BY e.booked_on, e.occurred_at, t.subject_id, t.sequence, t.line
            """, merchant, from, to);
        await using var row = await statement.ExecuteReaderAsync(cancel);
        for (long done = 1; await row.ReadAsync(cancel); done++)
        {
            yield return EntryOf(row);
            if (done % 1000 == 0)
                progress?.Report((double)done / all);
        }
    }

    /// <summary>What the journal of some days has, by lines of the chart and currencies.</summary>
    public async Task<IReadOnlyList<JournalPart>> SurveyAsync(MerchantId merchant, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        // Indexes: event_unbooked; the keys of transfer and ledger_account.
        var parts = await database.AllAsync($"""
            SELECT d.kind, d.purpose, c.kind, c.purpose, t.currency, count(*), max(t.amount_minor)
              FROM transfer t
              JOIN event e ON e.merchant_id = $1 AND e.subject_id = t.subject_id AND e.sequence = t.sequence
              JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
              JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
             WHERE t.merchant_id = $1 AND {Within}
             GROUP BY 1, 2, 3, 4, 5
            """,
            command => command.With(merchant.Value).With(from).With(to),
            row => new JournalPart(
                LedgerAccountName.OfLine(Words.To<LedgerKind>(row.GetString(0)), row.GetString(1)),
                LedgerAccountName.OfLine(Words.To<LedgerKind>(row.GetString(2)), row.GetString(3)),
                Currency.Parse(row.GetString(4)), row.GetInt64(5), row.GetInt64(6)),
            cancel);
        return
        [
            .. parts.GroupBy(part => (part.Debit, part.Credit, part.Currency)).Select(same => new JournalPart(
                same.Key.Debit, same.Key.Credit, same.Key.Currency, same.Sum(part => part.Transfers), same.Max(part => part.LargestMinor))),
        ];
    }

    /// <summary>The currencies in which there are books.</summary>
    public async Task<IReadOnlyList<Currency>> CurrenciesAsync(MerchantId merchant, CancellationToken cancel)
    {
        List<Currency> currencies = [];
        await using var batch = database.CreateBatch();
        batch.Statement("SELECT DISTINCT currency FROM ledger_account WHERE merchant_id = $1 ORDER BY currency").With(merchant.Value);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            currencies.Add(Currency.Parse(row.GetString(0)));
        return currencies;
    }

    private static async Task<DateTimeOffset> ClockAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancel))!, TimeSpan.Zero);
    }

    private static JournalEntry EntryOf(NpgsqlDataReader row)
    {
        var credential = row.GetInt64(18);
        var (debit, credit) = (Words.To<LedgerKind>(row.GetString(5)), Words.To<LedgerKind>(row.GetString(8)));
        return new JournalEntry(
            new EventTime(
                new DateTimeOffset(row.GetDateTime(0), TimeSpan.Zero), row.GetFieldValue<DateOnly>(20), row.GetFieldValue<DateOnly>(21)),
            (row.GetGuid(1), row.GetInt32(2)), row.GetInt32(3), row.GetString(4),
            LedgerAccountName.Of(debit, row.GetString(6), Number(7)), LedgerAccountName.Of(credit, row.GetString(9), Number(10)),
            new Money(row.GetInt64(11), Currency.Parse(row.GetString(12))), Number(13), Number(14), Number(15), Number(16),
            row.IsDBNull(17) ? $"{credential}" : $"{credential} ({row.GetString(17)})", row.GetGuid(19))
        {
            Lines = (LedgerAccountName.OfLine(debit, row.GetString(6)), LedgerAccountName.OfLine(credit, row.GetString(9))),
            ChargeName = row.IsDBNull(22) ? null : row.GetString(22),
        };

        long? Number(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
    }

    private static NpgsqlCommand StatementOf(NpgsqlConnection connection, string sql, MerchantId merchant, DateOnly? from, DateOnly? to) =>
        new(sql, connection)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = merchant.Value },
                Bound(from),
                Bound(to),
            },
        };

    private static NpgsqlParameter Bound(DateOnly? day) => new()
    {
        NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date,
        Value = day is { } given ? given : DBNull.Value,
    };
}
