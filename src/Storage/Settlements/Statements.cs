using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>Lists statements and their lines.</summary>
public sealed class Statements(NpgsqlDataSource database)
{
    /// <summary>Lines are added up to this number.</summary>
    public const int MostAddedUp = 10_000;

    /// <summary>The words of lines that count: the import of the others was taken back.</summary>
    internal static readonly string[] Counted =
        [.. Enum.GetValues<SettlementStatus>().Where(status => status != SettlementStatus.Undone).Select(Words.Of)];

    /// <summary>Reads the lines that are booked for payment $2 of merchant $1, by their days. Index: settlement_line_of_payment.</summary>
    internal static readonly string LinesOfPayment =
        $"SELECT {Tables.SettlementLine.Selected} FROM settlement_line x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY "
        + "x.booked_on, x.file_order, x.id";

    /// <summary>The lines that lines of later files may be, of which one is booked. Index: settlement_line_resembling.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlySet<SettlementLineId>> BookedLaterAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel) => (await database.AllAsync(
        """
        SELECT DISTINCT x.resembles_id FROM settlement_line x
         WHERE x.merchant_id = $1 AND x.resembles_id = ANY($2) AND x.status = 'booked'
        """,
        command => command.With(merchant.Value).With<Guid[]>([.. lines.Select(line => line.Id.Value)]),
        row => new SettlementLineId(merchant, row.GetGuid(0)), cancel)).ToHashSet();

    /// <summary>
    /// The line that each of these may be and that counts, with the name of its statement. Where the earlier line is undone, a booked line
    /// of another file that may be it takes its place, else the first one. Indexes: the key of settlement_line, settlement_line_resembling.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyDictionary<SettlementLineId, (SettlementLine Line, string Statement)>> ResembledAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel)
    {
        Guid[] held = [.. lines.Where(line => line.Resembles is not null).Select(line => line.Id.Value)];
        return held.Length == 0 ? new Dictionary<SettlementLineId, (SettlementLine, string)>() : (await database.AllAsync(
            $"""
            SELECT {Tables.SettlementLine.Selected}, coalesce(s.reference, s.file_name), q.id
              FROM settlement_line q
             CROSS JOIN LATERAL (
                SELECT e.id, e.statement_id FROM (
                    SELECT e.id, e.statement_id, e.status, 0 AS nth, e.file_order FROM settlement_line e
                     WHERE e.merchant_id = $1 AND e.id = q.resembles_id
                    UNION ALL
                    SELECT e.id, e.statement_id, e.status, 1, e.file_order FROM settlement_line e
                     WHERE e.merchant_id = $1 AND e.resembles_id = q.resembles_id AND e.statement_id <> q.statement_id
                       AND (e.status = 'booked' OR (e.status <> 'ignored' AND (e.file_order, e.id) < (q.file_order, q.id)))) e
                  JOIN statement es ON es.merchant_id = $1 AND es.id = e.statement_id AND es.undone_at IS NULL
                 WHERE e.status <> 'undone'
                 ORDER BY e.nth, e.status <> 'booked', e.file_order, e.id LIMIT 1) f
              JOIN settlement_line x ON x.merchant_id = $1 AND x.id = f.id
              JOIN statement s ON s.merchant_id = $1 AND s.id = f.statement_id
             WHERE q.merchant_id = $1 AND q.id = ANY($2)
            """,
            command => command.With(merchant.Value).With(held),
            row => (Line: Tables.SettlementLine.Read(row), Statement: row.GetString(Tables.SettlementLine.Width),
                Held: new SettlementLineId(merchant, row.GetGuid(Tables.SettlementLine.Width + 1))), cancel))
            .ToDictionary(one => one.Held, one => (one.Line, one.Statement));
    }

    /// <summary>Statements, the newest first. Indexes: statement_by_time, settlement_line_of_statement.</summary>
    /// <param name="before">The last one of the part before; null to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<ListedStatement>> ListAsync(MerchantId merchant, Statement? before, int limit, CancellationToken cancel) =>
        ListedAsync(
            $"""
            SELECT {Tables.Statement.Selected}, n.open, n.booked, n.ignored, n.undone
              FROM (SELECT s.* FROM statement s
                     WHERE s.merchant_id = $1 AND (s.imported_at, s.id) < ($2, $3)
                     ORDER BY s.imported_at DESC, s.id DESC LIMIT $4) x
            {CountLines}
             ORDER BY x.imported_at DESC, x.id DESC
            """,
            batch => batch.With(merchant.Value)
                .With(before?.ImportedAt.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc))
                .With(before?.Id.Value ?? Guid.AllBitsSet).With(limit), cancel);

    /// <summary>A statement by id; null when the merchant has none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<ListedStatement?> FindAsync(StatementId id, CancellationToken cancel) => (await ListedAsync(
        $"""
        SELECT {Tables.Statement.Selected}, n.open, n.booked, n.ignored, n.undone
          FROM (SELECT s.* FROM statement s WHERE s.merchant_id = $1 AND s.id = $2) x
        {CountLines}
        """,
        batch => batch.With(id.Merchant.Value).With(id.Value), cancel)).SingleOrDefault();

    /// <summary>
    /// The payouts of a provider that were imported already, by the provider's names, also where their import was taken back: a person
    /// imports them again, and the server does not.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlySet<string>> PayoutsAsync(
        MerchantId merchant, string provider, IReadOnlyCollection<string> payouts, CancellationToken cancel) =>
        (await database.AllAsync(
            """
            SELECT s.reference FROM statement s
             WHERE s.merchant_id = $1 AND s.source = 'payout' AND s.account = $2 AND s.reference = ANY($3)
            """,
            command => command.With(merchant.Value).With(provider).With(payouts.ToArray()), row => row.GetString(0), cancel)).ToHashSet();

    /// <summary>Lines of a statement, in its order. Index: settlement_line_of_statement.</summary>
    /// <param name="status">Where they stand; null for all.</param>
    /// <param name="after">The number of the last one of the part before; 0 to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> LinesAsync(
        StatementId statement, SettlementStatus? status, int after, int limit, CancellationToken cancel) =>
        LinesAsync(
            $"""
            SELECT {Tables.SettlementLine.Selected} FROM settlement_line x
             WHERE x.merchant_id = $1 AND x.statement_id = $2 AND x.number > $3 AND ($4::text IS NULL OR x.status = $4)
             ORDER BY x.number LIMIT $5
            """,
            command => command.With(statement.Merchant.Value).With(statement.Value)
                .With(after).With<string?>(status is { } one ? Words.Of(one) : null).With(limit),
            cancel);

    /// <summary>Why lines of a statement with these end-to-end ids are open. Index: settlement_line_of_statement.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<(int Number, string? Why)>> OpenAsync(
        StatementId statement, string[] endToEnds, CancellationToken cancel) => database.AllAsync(
        """
        SELECT x.number, x.note FROM settlement_line x
         WHERE x.merchant_id = $1 AND x.statement_id = $2 AND x.status = 'open' AND x.end_to_end = ANY($3)
        """,
        command => command.With(statement.Merchant.Value).With(statement.Value).With(endToEnds),
        row => (row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1)), cancel);

    /// <summary>The sum of a payout report; null for no report. Index: statement_payout.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<Money?> PayoutAsync(MerchantId merchant, string provider, string reference, CancellationToken cancel) =>
        (await database.AllAsync(
            """
            SELECT x.closing_minor, x.currency FROM statement x
             WHERE x.merchant_id = $1 AND x.source = 'payout' AND x.account = $2 AND x.reference = $3 AND x.undone_at IS NULL
            """,
            command => command.With(merchant.Value).With(provider).With(reference),
            row => new Money(row.GetInt64(0), Currency.Parse(row.GetString(1))), cancel)).Cast<Money?>().FirstOrDefault();

    /// <summary>Lines of all statements, the newest day first, each in the order of the bank. Index: settlement_line_by_status.</summary>
    /// <param name="status">Where they stand.</param>
    /// <param name="before">The last one of the part before; null to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <param name="filter">Narrows them; null for all.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> LinesAsync(
        MerchantId merchant, SettlementStatus status, SettlementLine? before, int limit, CancellationToken cancel,
        LineFilter? filter = null) =>
        LinesAsync(
            $"""
            SELECT {Tables.SettlementLine.Selected} FROM settlement_line x
             WHERE x.merchant_id = $1 AND x.status = $2 AND (x.booked_on, -x.file_order, x.id) < ($3, $4, $5)
               AND ($7 = 0 OR sign(x.amount_minor) = $7)
               AND ($8::text IS NULL OR concat_ws(' ', x.counterparty, x.remittance, x.end_to_end) ILIKE $8
                    OR abs(x.amount_minor) = ANY($9))
               AND ($10::text IS NULL OR x.account = $10) AND x.booked_on <= $11
             ORDER BY x.booked_on DESC, -x.file_order DESC, x.id DESC LIMIT $6
            """,
            batch => batch.With(merchant.Value).With(Words.Of(status)).With(before?.BookedOn ?? DateOnly.MaxValue)
                .With(before is null ? long.MaxValue : -before.Place).With(before?.Id.Value ?? Guid.AllBitsSet).With(limit)
                .With(filter?.Sign ?? 0).With(filter?.Text is { } text ? LikePattern.Containing(text) : null)
                .With(filter?.AmountsMinor ?? [])
                .With<string?>(filter?.Account).With(filter?.Until ?? DateOnly.MaxValue),
            cancel);

    /// <summary>
    /// How many lines of a filter there are, and what they add up to in each currency; of the latest <see cref="MostAddedUp"/>. Index:
    /// settlement_line_by_status.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<(int Lines, Money Sum)>> SumsAsync(
        MerchantId merchant, SettlementStatus status, LineFilter filter, CancellationToken cancel) => database.AllAsync(
        """
        SELECT x.currency, count(*)::int, sum(x.amount_minor)::bigint
          FROM (SELECT x.currency, x.amount_minor FROM settlement_line x
                 WHERE x.merchant_id = $1 AND x.status = $2 AND ($3 = 0 OR sign(x.amount_minor) = $3)
                   AND ($4::text IS NULL OR concat_ws(' ', x.counterparty, x.remittance, x.end_to_end) ILIKE $4
                        OR abs(x.amount_minor) = ANY($5))
                   AND ($6::text IS NULL OR x.account = $6) AND x.booked_on <= $7
                 ORDER BY x.booked_on DESC LIMIT $8) x
         GROUP BY 1 ORDER BY 1
        """,
        command => command.With(merchant.Value).With(Words.Of(status)).With(filter.Sign)
            .With(filter.Text is { } text ? LikePattern.Containing(text) : null).With(filter.AmountsMinor).With<string?>(filter.Account)
            .With(filter.Until ?? DateOnly.MaxValue).With(MostAddedUp),
        row => (row.GetInt32(1), new Money(row.GetInt64(2), Currency.Parse(row.GetString(0)))), cancel);

    /// <summary>
    /// The latest open lines of all statements, without parts of a sum that no statement shows, without those of an import that is being
    /// taken back, and without those that tell an earlier line again. Indexes: settlement_line_by_status, settlement_line_settles_once,
    /// the keys of statement and settlement_line.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> ShownAsync(MerchantId merchant, int limit, CancellationToken cancel) =>
        LinesAsync(
            $"""
            SELECT {Tables.SettlementLine.Selected} FROM settlement_line x
             WHERE x.merchant_id = $1 AND x.status = $2
               AND (x.source <> 'payout' OR x.kind <> 'entry' OR EXISTS (
                   SELECT FROM settlement_line s WHERE s.merchant_id = $1 AND s.settles_id = x.statement_id))
               AND NOT EXISTS (
                   SELECT FROM statement s WHERE s.merchant_id = $1 AND s.id = x.statement_id AND s.undone_at IS NOT NULL)
               AND NOT EXISTS (
                   SELECT FROM settlement_line e WHERE e.merchant_id = $1 AND e.id = x.resembles_id AND e.status <> 'undone')
             ORDER BY x.booked_on DESC, -x.file_order DESC, x.id DESC LIMIT $3
            """,
            batch => batch.With(merchant.Value).With(Words.Of(SettlementStatus.Open)).With(limit), cancel);

    /// <summary>A line by id; null when the merchant has none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<SettlementLine?> FindAsync(SettlementLineId id, CancellationToken cancel) => (await LinesAsync(
        $"SELECT {Tables.SettlementLine.Selected} FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = $2",
        batch => batch.With(id.Merchant.Value).With(id.Value), cancel)).SingleOrDefault();

    /// <summary>Lines by their ids, in the order of the books; those that the merchant does not have are left out.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> FindAsync(MerchantId merchant, Guid[] ids, CancellationToken cancel) => LinesAsync(
        $"""
        SELECT {Tables.SettlementLine.Selected} FROM settlement_line x
         WHERE x.merchant_id = $1 AND x.id = ANY($2) ORDER BY x.booked_on DESC, -x.file_order DESC, x.id DESC
        """,
        batch => batch.With(merchant.Value).With(ids), cancel);

    /// <summary>Notes why lines are open. Lines that are not open any more keep what they say.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task NoteAsync(
        MerchantId merchant, IReadOnlyCollection<(SettlementLineId Line, string Finding)> findings, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var batch = database.CreateBatch();
            (SettlementLineId Line, string Finding)[] sorted = [.. findings.OrderBy(finding => finding.Line.Value)];
            // No index of the status serves it: where the planner takes the table for empty, it would read all open lines.
            batch.Statement("""
                UPDATE settlement_line s SET note = u.note
                  FROM (SELECT k.id, k.note FROM unnest($2::uuid[], $3::text[]) k(id, note) ORDER BY k.id) u
                 WHERE s.merchant_id = $1 AND s.id = u.id AND s.status NOT IN ('booked', 'ignored')
                   AND s.note IS DISTINCT FROM u.note
                """)
                .With(merchant.Value).With(sorted.ToColumn(finding => finding.Line.Value))
                    .With(sorted.ToColumn(finding => finding.Finding));
            return await batch.ExecuteNonQueryAsync(cancel);
        });

    private const string CountLines =
        """
         CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE l.status = 'open') AS open, count(*) FILTER (WHERE l.status = 'booked')
             AS booked,
                                    count(*) FILTER (WHERE l.status = 'ignored') AS ignored,
                                    count(*) FILTER (WHERE l.status = 'undone') AS undone
                               FROM settlement_line l WHERE l.merchant_id = $1 AND l.statement_id = x.id) n
        """;

    private Task<IReadOnlyList<ListedStatement>> ListedAsync(string sql, Action<NpgsqlBatchCommand> with, CancellationToken cancel) =>
        database.AllAsync(
            sql, with,
            row => new ListedStatement(
                Tables.Statement.Read(row), row.GetInt64(Tables.Statement.Width), row.GetInt64(Tables.Statement.Width + 1),
                row.GetInt64(Tables.Statement.Width + 2), row.GetInt64(Tables.Statement.Width + 3)),
            cancel);

    private Task<IReadOnlyList<SettlementLine>> LinesAsync(string sql, Action<NpgsqlBatchCommand> with, CancellationToken cancel) =>
        database.AllAsync(sql, with, Tables.SettlementLine.Read, cancel);
}
