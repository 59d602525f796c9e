using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Settlements;

/// <summary>Imports statements, and lists them and their lines. What the lines move in the ledger is the engine's alone.</summary>
public sealed class Statements(NpgsqlDataSource database, TimeProvider clock)
{
    private const int LinesAtOnce = 5000;

    /// <summary>
    /// Takes the statements of a file in with all their lines, or none of them. Lines that an earlier statement of the account had are that one's.
    /// </summary>
    /// <param name="read">The statements. What becomes of each is told in their order, until one is another file's.</param>
    /// <param name="contentHash">A hash of the file.</param>
    /// <param name="fileName">The file's name, to be shown.</param>
    /// <param name="origin">Who imports it.</param>
    /// <param name="cancel">Ends the work; nothing is imported then.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<ImportedStatement>> ImportAsync(
        IReadOnlyList<ReadStatement> read, ReadOnlyMemory<byte> contentHash, string fileName, Origin origin, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<ImportedStatement>>(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await LockAsync(connection, origin.Merchant, cancel);
            List<ImportedStatement> imported = [];
            for (var index = 0; index < read.Count; index++)
            {
                // One file may have several statements of one account.
                var hash = SHA256.HashData([.. contentHash.Span, .. BitConverter.GetBytes(index)]);
                var one = await ImportAsync(connection, read[index], hash, fileName, origin.Merchant, cancel);
                imported.Add(one);
                if (one.IsOtherFile)
                    return imported;
            }

            if (imported.Any(one => !one.WasKnown))
            {
                await using var audit = new NpgsqlBatch(connection, transaction);
                OperatorActions.AddTo(audit, origin, clock.GetUtcNow());
                if (audit.BatchCommands.Count > 0)
                    await audit.ExecuteNonQueryAsync(cancel);
            }

            await transaction.CommitAsync(cancel);
            return imported;
        });

    private async Task<ImportedStatement> ImportAsync(
        NpgsqlConnection connection, ReadStatement read, byte[] contentHash, string fileName, MerchantId merchant, CancellationToken cancel)
    {
        var accountHash = await AccountHashAsync(connection, merchant, read, cancel);
        var id = StatementId.Of(merchant, accountHash, contentHash);
        if (!await AddStatementAsync(connection, id, read, accountHash, fileName, cancel))
        {
            var known = await FindKnownAsync(connection, id, read, accountHash, cancel);
            return new ImportedStatement(known, known == id, 0, known != id);
        }

        var lines = 0;
        foreach (var some in Identified(read, merchant, accountHash).OrderBy(line => line.Id.Value).Chunk(LinesAtOnce))
            lines += await AddLinesAsync(connection, id, read, some, cancel);
        return new ImportedStatement(id, WasKnown: false, lines, IsOtherFile: false);
    }

    /// <summary>One import of a merchant after the other, so that each statement sees those that were imported before it.</summary>
    private static async Task LockAsync(NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT pg_advisory_xact_lock(hashtextextended('statements of ' || $1::text, 0))").With(merchant.Value);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>
    /// Which of these lines a file of another kind has too, as far as day and amount tell: one that was imported before, or whose line is not open
    /// any more. Indexes: statement_reference_once, settlement_line_by_status; of days that the lines are of.
    /// </summary>
    /// <param name="statement">The statement of the lines.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlySet<SettlementLineId>> OfOtherSourcesAsync(StatementId statement, IReadOnlyList<SettlementLine> lines, CancellationToken cancel)
    {
        var found = await ReadAsync(
            """
            WITH other AS MATERIALIZED (
                SELECT o.id, (o.imported_at, o.id) < (s.imported_at, s.id) AS was_first
                  FROM statement s
                  JOIN statement o ON o.merchant_id = $1 AND o.account_hash = s.account_hash AND o.source <> s.source
                 WHERE s.merchant_id = $1 AND s.id = $2)
            SELECT x.booked_on, x.amount_minor
              FROM settlement_line x JOIN other o ON o.id = x.statement_id
             WHERE EXISTS (SELECT FROM other) AND x.merchant_id = $1 AND x.status = ANY($3) AND x.booked_on BETWEEN $4 AND $5
               AND (o.was_first OR x.status <> 'open')
            """,
            batch => batch.With(statement.Merchant.Value).With(statement.Value).With(Enum.GetValues<SettlementStatus>().Select(SettlementWords.Of).ToArray())
                .With(lines.Min(line => line.BookedOn)).With(lines.Max(line => line.BookedOn)),
            row => (Day: row.GetFieldValue<DateOnly>(0), AmountMinor: row.GetInt64(1)), cancel);
        var others = found.ToHashSet();
        return lines.Where(line => others.Contains((line.BookedOn, line.Amount.AmountMinor))).Select(line => line.Id).ToHashSet();
    }

    /// <summary>Statements, the newest first. Indexes: statement_by_time, settlement_line_of_statement.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="before">The last one of the part before; null to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<ListedStatement>> ListAsync(MerchantId merchant, Statement? before, int limit, CancellationToken cancel) =>
        ListedAsync(
            $"""
            SELECT {SettlementRows.StatementColumns}, n.open, n.booked, n.ignored
              FROM (SELECT s.* FROM statement s
                     WHERE s.merchant_id = $1 AND (s.imported_at, s.id) < ($2, $3)
                     ORDER BY s.imported_at DESC, s.id DESC LIMIT $4) x
            {CountLines}
             ORDER BY x.imported_at DESC, x.id DESC
            """,
            batch => batch.With(merchant.Value).With(before?.ImportedAt.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)).With(before?.Id.Value ?? Guid.AllBitsSet).With(limit), cancel);

    /// <summary>A statement by id; null when the merchant has none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<ListedStatement?> FindAsync(StatementId id, CancellationToken cancel) => (await ListedAsync(
        $"""
        SELECT {SettlementRows.StatementColumns}, n.open, n.booked, n.ignored
          FROM (SELECT s.* FROM statement s WHERE s.merchant_id = $1 AND s.id = $2) x
        {CountLines}
        """,
        batch => batch.With(id.Merchant.Value).With(id.Value), cancel)).SingleOrDefault();

    /// <summary>Lines of a statement, in its order. Index: settlement_line_of_statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="status">Where they stand; null for all.</param>
    /// <param name="after">The number of the last one of the part before; 0 to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> LinesAsync(StatementId statement, SettlementStatus? status, int after, int limit, CancellationToken cancel) =>
        LinesAsync(
            $"""
            SELECT {SettlementRows.LineColumns} FROM settlement_line x
             WHERE x.merchant_id = $1 AND x.statement_id = $2 AND x.number > $3 AND ($4::text IS NULL OR x.status = $4)
             ORDER BY x.number LIMIT $5
            """,
            batch => batch.With(statement.Merchant.Value).With(statement.Value).With(after).With<string?>(status is { } one ? SettlementWords.Of(one) : null).With(limit),
            cancel);

    /// <summary>Lines of all statements, the newest first. Index: settlement_line_by_status.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="status">Where they stand.</param>
    /// <param name="before">The last one of the part before; null to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> LinesAsync(MerchantId merchant, SettlementStatus status, SettlementLine? before, int limit, CancellationToken cancel) =>
        LinesAsync(
            $"""
            SELECT {SettlementRows.LineColumns} FROM settlement_line x
             WHERE x.merchant_id = $1 AND x.status = $2 AND (x.booked_on, x.id) < ($3, $4)
             ORDER BY x.booked_on DESC, x.id DESC LIMIT $5
            """,
            batch => batch.With(merchant.Value).With(SettlementWords.Of(status)).With(before?.BookedOn ?? DateOnly.MaxValue).With(before?.Id.Value ?? Guid.AllBitsSet).With(limit),
            cancel);

    /// <summary>A line by id; null when the merchant has none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<SettlementLine?> FindAsync(SettlementLineId id, CancellationToken cancel) => (await LinesAsync(
        $"SELECT {SettlementRows.LineColumns} FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = $2",
        batch => batch.With(id.Merchant.Value).With(id.Value), cancel)).SingleOrDefault();

    /// <summary>Notes why lines are open. Lines that are not open any more keep what they say.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task NoteAsync(MerchantId merchant, IReadOnlyCollection<(SettlementLineId Line, string Finding)> findings, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var batch = database.CreateBatch();
            (SettlementLineId Line, string Finding)[] sorted = [.. findings.OrderBy(finding => finding.Line.Value)];
            batch.Statement("""
                UPDATE settlement_line s SET note = u.note
                  FROM (SELECT k.id, k.note FROM unnest($2::uuid[], $3::text[]) k(id, note) ORDER BY k.id) u
                 WHERE s.merchant_id = $1 AND s.id = u.id AND s.status = 'open' AND s.note IS DISTINCT FROM u.note
                """)
                .With(merchant.Value).With(sorted.ToColumn(finding => finding.Line.Value)).With(sorted.ToColumn(finding => finding.Finding));
            return await batch.ExecuteNonQueryAsync(cancel);
        });

    private const string CountLines =
        """
         CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE l.status = 'open') AS open, count(*) FILTER (WHERE l.status = 'booked') AS booked,
                                    count(*) FILTER (WHERE l.status = 'ignored') AS ignored
                               FROM settlement_line l WHERE l.merchant_id = $1 AND l.statement_id = x.id) n
        """;

    private static async Task<byte[]> AccountHashAsync(NpgsqlConnection connection, MerchantId merchant, ReadStatement read, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT hash_key FROM merchant WHERE id = $1").With(merchant.Value);
        var key = (byte[])(await batch.ExecuteScalarAsync(cancel))!;
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"settlement account\n{(read.Source == StatementSource.Payout ? "provider" : "bank")}\n{read.AccountKey}\n{read.Currency.Code}"));
    }

    /// <summary>False where it, or another one of its reference, is there already: then nothing was added.</summary>
    private async Task<bool> AddStatementAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, string fileName, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO statement (merchant_id, id, source, account, account_hash, reference, currency, opening_minor, closing_minor, lines, file_name, imported_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING
            """)
            .With(id.Merchant.Value).With(id.Value).With(SettlementWords.Of(read.Source)).With(read.Account).With(accountHash).With(read.Reference)
            .With(read.Currency.Code).With(read.OpeningMinor).With(read.ClosingMinor).With(read.Lines.Count).With(fileName).With(clock.GetUtcNow().UtcDateTime);
        return await batch.ExecuteNonQueryAsync(cancel) == 1;
    }

    private static async Task<StatementId> FindKnownAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT id FROM statement
             WHERE merchant_id = $1 AND (id = $2 OR (source = $3 AND account_hash = $4 AND reference = $5)) ORDER BY id = $2 DESC LIMIT 1
            """)
            .With(id.Merchant.Value).With(id.Value).With(SettlementWords.Of(read.Source)).With(accountHash).With(read.Reference);
        return new StatementId(id.Merchant, (Guid)(await batch.ExecuteScalarAsync(cancel))!);
    }

    /// <summary>Each line with its id and its place. Lines of the same contents are told apart by counting them.</summary>
    private static IEnumerable<(SettlementLineId Id, int Number, ReadLine Line)> Identified(ReadStatement read, MerchantId merchant, byte[] accountHash)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        for (var index = 0; index < read.Lines.Count; index++)
        {
            var identity = read.Lines[index].Identity;
            var occurrence = seen[identity] = seen.GetValueOrDefault(identity) + 1;
            yield return (SettlementLineId.Of(merchant, accountHash, identity, occurrence), index + 1, read.Lines[index]);
        }
    }

    private static async Task<int> AddLinesAsync(
        NpgsqlConnection connection, StatementId statement, ReadStatement read, (SettlementLineId Id, int Number, ReadLine Line)[] lines, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO settlement_line (merchant_id, id, statement_id, number, source, account, kind, booked_on, amount_minor, fee_minor, currency,
                                         counterparty, remittance, end_to_end, status, events)
            SELECT $1, u.id, $2, u.number, $3, $4, u.kind, u.booked_on, u.amount, u.fee, $5, u.counterparty, u.remittance, u.end_to_end, 'open', 0
              FROM unnest($6::uuid[], $7::int[], $8::text[], $9::date[], $10::bigint[], $11::bigint[], $12::text[], $13::text[], $14::text[])
                   u(id, number, kind, booked_on, amount, fee, counterparty, remittance, end_to_end)
            ON CONFLICT (merchant_id, id) DO NOTHING
            """)
            .With(statement.Merchant.Value).With(statement.Value).With(SettlementWords.Of(read.Source)).With(read.Account).With(read.Currency.Code)
            .With(lines.ToColumn(line => line.Id.Value))
            .With(lines.ToColumn(line => line.Number))
            .With(lines.ToColumn(line => SettlementWords.Of(line.Line.Kind)))
            .With(lines.ToColumn(line => line.Line.BookedOn))
            .With(lines.ToColumn(line => line.Line.AmountMinor))
            .With(lines.ToColumn(line => line.Line.FeeMinor))
            .With(lines.ToColumn(line => line.Line.Counterparty))
            .With(lines.ToColumn(line => line.Line.Remittance))
            .With(lines.ToColumn(line => line.Line.EndToEnd));
        return await batch.ExecuteNonQueryAsync(cancel);
    }

    private Task<IReadOnlyList<ListedStatement>> ListedAsync(string sql, Action<NpgsqlBatchCommand> with, CancellationToken cancel) => ReadAsync(
        sql, with, row => new ListedStatement(
            SettlementRows.Statement(row), row.GetInt64(SettlementRows.AfterStatement), row.GetInt64(SettlementRows.AfterStatement + 1),
            row.GetInt64(SettlementRows.AfterStatement + 2)),
        cancel);

    private Task<IReadOnlyList<SettlementLine>> LinesAsync(string sql, Action<NpgsqlBatchCommand> with, CancellationToken cancel) =>
        ReadAsync(sql, with, SettlementRows.Line, cancel);

    private Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Action<NpgsqlBatchCommand> with, Func<NpgsqlDataReader, T> take, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<T>>(async () =>
        {
            await using var batch = database.CreateBatch();
            with(batch.Statement(sql));
            List<T> rows = [];
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                rows.Add(take(reader));
            return rows;
        });
}
