using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Settlements;

/// <summary>Imports statements. The engine alone moves in the ledger what their lines tell.</summary>
public sealed class StatementImports(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How often a line may have been taken back and have come again, to be known by the bank's reference.</summary>
    private const int MostTimes = 8;

    private const int LinesAtOnce = 5000;

    /// <summary>A file has fewer lines than two to this power, so the places of two imports are apart.</summary>
    private const int PlacesOfOne = 20;

    /// <summary>
    /// Takes the statements of a file in with all their lines, or none of them. Lines that an earlier statement of the account had are that
    /// one's.
    /// </summary>
    /// <param name="read">The statements. The results come in their order, up to the first that belongs to another file.</param>
    /// <param name="fileName">The file's name, to be shown.</param>
    /// <param name="cancel">Ends the work; nothing is imported then.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    /// <param name="takesUndone">Whether a statement comes again whose import was taken back.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<(KeyState Key, IReadOnlyList<ImportedStatement> Statements)> ImportAsync(
        IReadOnlyList<ReadStatement> read, string fileName, Origin origin, CancellationToken cancel, KeyUse? key = null,
        bool takesUndone = true) =>
        SqlStates.ReachingAsync<(KeyState Key, IReadOnlyList<ImportedStatement> Statements)>(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await LockAsync(connection, origin.Merchant, cancel);
            var keyState = await KeptKeys.TakeAsync(connection, key, clock, cancel);
            if (keyState == KeyState.Reused)
                return (keyState, []);
            var change = new SealedChange(connection, origin.Merchant, 0);
            List<ImportedStatement> imported = [];
            // A repeated request gets its first answer, also where its import was taken back since.
            var again = keyState == KeyState.Repeated ? UndoneImport.IsTheAnswer
                : takesUndone ? UndoneImport.ComesAgain : UndoneImport.Refuses;
            var place = clock.GetUtcNow().ToUnixTimeMilliseconds() << PlacesOfOne;
            foreach (var statement in read)
            {
                var one = await ImportAsync(
                    change, connection, statement, place, imported, fileName, origin.Merchant, again, cancel);
                imported.Add(one with { Part = statement.Part });
                if (one.IsOtherFile || (one.UndoneAt is not null && again == UndoneImport.Refuses))
                    return (keyState, imported);
                place += statement.Lines.Count;
            }

            var isNew = imported.Any(one => !one.WasKnown || one.NewLines > 0);
            await transaction.CommitAsync(isNew ? origin : null, clock, cancel, change);
            return (keyState, imported);
        });

    /// <summary>What an import does with a statement whose import was taken back.</summary>
    private enum UndoneImport
    {
        /// <summary>It imports it again.</summary>
        ComesAgain,

        /// <summary>It refuses the file.</summary>
        Refuses,

        /// <summary>It answers with the statement as it is, and imports nothing.</summary>
        IsTheAnswer,
    }

    private async Task<ImportedStatement> ImportAsync(
        SealedChange change, NpgsqlConnection connection, ReadStatement read, long place, List<ImportedStatement> before, string fileName,
        MerchantId merchant, UndoneImport again, CancellationToken cancel)
    {
        var key = await HashKeyAsync(connection, merchant, cancel);
        var accountHash = StatementAccounts.Hash(key, read.Source, read.AccountKey, read.Currency);
        if (again != UndoneImport.IsTheAnswer && await HalfUndoneAsync(connection, merchant, accountHash, cancel) is { } half)
            return new ImportedStatement(half, WasKnown: false, 0, IsOtherFile: true) { IsHalfUndone = true };
        var (id, undoneAt) = await IdAsync(connection, merchant, accountHash, read, again, cancel);
        if (undoneAt is not null)
            return new ImportedStatement(id, WasKnown: true, 0, IsOtherFile: false) { UndoneAt = undoneAt };
        // A file may have a statement twice.
        if (before.Any(one => one.Id == id))
            return new ImportedStatement(id, WasKnown: true, 0, IsOtherFile: false);
        if (await InOtherWordsAsync(connection, id, read, accountHash, cancel) is { } same)
            return new ImportedStatement(same, WasKnown: false, 0, IsOtherFile: true);
        if (!await AddStatementAsync(connection, id, read, accountHash, fileName, cancel))
        {
            var known = await FindKnownAsync(connection, id, read, accountHash, cancel);
            await change.BeforeAsync(SealedTables.Statement, "x.id = $2", command => command.With(known.Value), cancel);
            var added = known == id ? await MendAsync(change, connection, id, read, accountHash, key, place, before, cancel) : 0;
            await change.AfterAsync(SealedTables.Statement, "x.id = $2", command => command.With(known.Value), cancel);
            return new ImportedStatement(known, known == id, added, known != id);
        }

        var imported = await AddPlacedAsync(change, connection, id, read, accountHash, key, place, own: null, before, cancel);
        if (imported.NewLines == read.Lines.Count && await ContradictedAsync(connection, id, read, accountHash, cancel) is { } other)
            return new ImportedStatement(other, WasKnown: false, 0, IsOtherFile: true);
        await change.AfterAsync(SealedTables.Statement, "x.id = $2", command => command.With(id.Value), cancel);
        return imported;
    }

    /// <summary>
    /// A statement of the account that is taken back as far as the act came: what it has booked still counts, and would count twice beside
    /// the lines of a new import. Indexes: statement_of_account, settlement_line_of_statement.
    /// </summary>
    private static async Task<StatementId?> HalfUndoneAsync(
        NpgsqlConnection connection, MerchantId merchant, byte[] accountHash, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT s.id FROM statement s
             WHERE s.merchant_id = $1 AND s.account_hash = $2 AND s.undone_at IS NOT NULL
               AND EXISTS (SELECT FROM settlement_line l WHERE l.statement_id = s.id AND l.merchant_id = $1 AND l.status <> 'undone')
             LIMIT 1
            """).With(merchant.Value).With(accountHash);
        return await batch.ExecuteScalarAsync(cancel) is Guid id ? new StatementId(merchant, id) : null;
    }

    /// <summary>
    /// The id of a statement: behind its imports that were taken back, or the last of those, with its moment, where it does not come again.
    /// Index: the key of statement.
    /// </summary>
    private static async Task<(StatementId Id, DateTimeOffset? UndoneAt)> IdAsync(
        NpgsqlConnection connection, MerchantId merchant, byte[] accountHash, ReadStatement read, UndoneImport again,
        CancellationToken cancel)
    {
        var content = read.ContentHash();
        (StatementId Id, DateTimeOffset? UndoneAt) last = default;
        for (var undone = 0; ; undone++)
        {
            var id = StatementId.Of(merchant, accountHash, content, undone);
            await using var batch = new NpgsqlBatch(connection);
            batch.Statement("SELECT undone_at FROM statement WHERE merchant_id = $1 AND id = $2").With(merchant.Value).With(id.Value);
            var found = await batch.ExecuteScalarAsync(cancel);
            if (found is null && undone > 0 && again != UndoneImport.ComesAgain)
                return last;
            if (found is not DateTime at)
                return (id, null);
            last = (id, new DateTimeOffset(at));
        }
    }

    /// <summary>Adds the lines that a statement says and has not: an earlier version took them for another statement's.</summary>
    private static async Task<int> MendAsync(
        SealedChange change, NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, byte[] key, long place,
        IReadOnlyList<ImportedStatement> before, CancellationToken cancel)
    {
        HashSet<int> own = [];
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.Statement("""
                SELECT l.number FROM statement s JOIN settlement_line l ON l.merchant_id = $1 AND l.statement_id = s.id
                 WHERE s.merchant_id = $1 AND s.id = $2
                UNION ALL
                SELECT 0 FROM statement s WHERE s.merchant_id = $1 AND s.id = $2
                   AND s.lines = s.shared + (SELECT count(*) FROM settlement_line l WHERE l.merchant_id = $1 AND l.statement_id = $2)
                """).With(id.Merchant.Value).With(id.Value);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                own.Add(reader.GetInt32(0));
        }

        const int Complete = 0;
        return own.Contains(Complete)
            ? 0
            : (await AddPlacedAsync(change, connection, id, read, accountHash, key, place, own, before, cancel)).NewLines;
    }

    private static async Task<ImportedStatement> AddPlacedAsync(
        SealedChange change, NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, byte[] key, long place,
        HashSet<int>? own, IReadOnlyList<ImportedStatement> before, CancellationToken cancel)
    {
        var others = await OthersAsync(connection, id, read, accountHash, cancel);
        var placed = await PlacedAsync(connection, id, read, accountHash, others, own ?? [], cancel);
        await HoldInOtherWordsAsync(connection, id, read, accountHash, key, others, before, placed, cancel);
        foreach (var some in placed.New.OrderBy(line => line.Id.Value).Chunk(LinesAtOnce))
        {
            await AddLinesAsync(connection, id, read, key, place, some, cancel);
            await change.AfterAsync(
                Tables.SettlementLine.Sealed, "x.id = ANY($2)", command => command.With(some.ToColumn(line => line.Id.Value)), cancel);
        }

        if (placed.Shared.Count > 0 || own is not null)
            await ShareAsync(connection, id, read.Span, placed.Shared, cancel);
        return new ImportedStatement(id, WasKnown: false, placed.New.Count, IsOtherFile: false)
        {
            EndedAtMinor = GapBefore(read, others, placed.SharedWith),
            TakenBack = placed.TakenBack,
        };
    }

    /// <summary>The lines of a statement: those that are new, and those that earlier statements have.</summary>
    private sealed record Placed(List<PlacedLine> New, List<ReadLine> Shared)
    {
        /// <summary>The statements that have the others.</summary>
        public HashSet<Guid> SharedWith { get; } = [];

        /// <summary>The lines of earlier statements that equal lines are, or may be.</summary>
        public HashSet<Guid> Equal { get; } = [];

        /// <summary>The statements that have these.</summary>
        public HashSet<Guid> EqualIn { get; } = [];

        /// <summary>Those of them that give some of these the same reference of the bank.</summary>
        public HashSet<Guid> EqualByReferenceIn { get; } = [];

        /// <summary>How many of the new ones an import had that was taken back.</summary>
        public int TakenBack { get; set; }
    }

    /// <summary>A line that is there.</summary>
    private sealed record KnownLine(SettlementLineId Id, Guid Statement, bool IsReferenced, bool IsUndone);

    private sealed record PlacedLine(SettlementLineId Id, int Number, ReadLine Line, bool IsReferenced, SettlementLineId? Resembles);

    /// <summary>
    /// Gives each line its place: the n-th of equal lines is that line of an earlier statement which it shares; else it is a new one, under
    /// the next number of such lines.
    /// </summary>
    private static async Task<Placed> PlacedAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash,
        IReadOnlyDictionary<Guid, StatementSpan> others, HashSet<int> own,
        CancellationToken cancel)
    {
        var equal = read.Lines.Select((line, index) => (Line: line, Number: index + 1))
            .GroupBy(line => read.IdentityOf(line.Line), StringComparer.Ordinal).ToList();
        SettlementLineId IdOf(string identity, int occurrence) => SettlementLineId.Of(id.Merchant, accountHash, identity, occurrence);
        var known = await KnownAsync(connection, equal.Select(lines => (lines.Key, Count: lines.Count())), IdOf, cancel);
        var span = read.Span;
        var chain = span.Chain([.. others.Values]);
        var references = read.Lines.CountBy(line => line.BankReference ?? "", StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        bool IsReferenced(ReadLine line) => line.BankReference is { } reference && references[reference] == 1;
        var placed = new Placed([], []);
        foreach (var lines in equal)
        {
            var earlier = known.GetValueOrDefault(lines.Key, []);
            Queue<KnownLine> shared = [];
            Queue<KnownLine> resembling = [];
            foreach (var line in earlier.Where(one => one.Statement != id.Value && !one.IsUndone))
            {
                var other = others.GetValueOrDefault(line.Statement) ?? new StatementSpan(null, null, null, null);
                var first = lines.First().Line;
                if (span.Shares(other, first.BookedOn, line.IsReferenced && IsReferenced(first), chain.Contains(other)) is not { } isShared)
                    resembling.Enqueue(line);
                else if (isShared)
                    shared.Enqueue(line);
            }

            var (occurrence, undone) = (earlier.Count, earlier.Count(one => one.IsUndone));
            foreach (var (line, number) in lines.Where(one => !own.Contains(one.Number)))
            {
                if (shared.TryDequeue(out var same))
                {
                    placed.Shared.Add(line);
                    placed.SharedWith.Add(same.Statement);
                }
                else
                {
                    resembling.TryDequeue(out same);
                    placed.New.Add(new PlacedLine(IdOf(lines.Key, ++occurrence), number, line, IsReferenced(line), same?.Id));
                    placed.TakenBack += undone-- > 0 ? 1 : 0;
                }

                if (same is not null)
                {
                    placed.Equal.Add(same.Id.Value);
                    placed.EqualIn.Add(same.Statement);
                    if (IsReferenced(line))
                        placed.EqualByReferenceIn.Add(same.Statement);
                }
            }
        }

        return placed;
    }

    /// <summary>
    /// Holds the new lines that earlier files may have in other words: each resembles a line of theirs then, and waits for a person.
    /// </summary>
    /// <param name="before">
    /// The statements before it. Of one file a program tells all lines in the same words; two files of a ZIP are two.
    /// </param>
    private static async Task HoldInOtherWordsAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, byte[] key,
        IReadOnlyDictionary<Guid, StatementSpan> others, IReadOnlyList<ImportedStatement> before, Placed placed, CancellationToken cancel)
    {
        var free = placed.New.Index().Where(one => one.Item.Resembles is null).ToList();
        if (read.Source == StatementSource.Payout || free.Count == 0)
            return;
        var ofThisFile = before.Where(one => one.Part == read.Part).Select(one => one.Id.Value).ToHashSet();
        var ofOtherFiles = others.Where(other => !ofThisFile.Contains(other.Key)).ToDictionary();
        var overlapping = await EarlierLine.OverlappingAsync(connection, id, read, ofOtherFiles, [.. others.Values], cancel);
        List<EarlierLine> earlier =
        [
            .. (await EarlierLine.OfAsync(connection, id, overlapping, [.. free.Select(one => one.Item.Line)], cancel))
                .Where(line => !placed.Equal.Contains(line.Id.Value)),
        ];
        List<ToldLine> told =
        [
            .. free.Select(one => one.Item.Line).Select(line => new ToldLine(read.Source, line.BookedOn, line.AmountMinor)
            {
                ValueOn = line.ValueOn,
                Counterparty = line.Counterparty,
                CounterpartyHash = PayerHash(key, line) is { } hash ? hash : default(ReadOnlyMemory<byte>?),
                Remittance = line.Remittance,
                EndToEnd = line.EndToEnd,
            }),
        ];
        var found = OtherWords.Find(told, [.. earlier.Select(line => line.Told)], MayBe);
        foreach (var (at, one) in free.Index())
        {
            if (found[at] is { } like)
                placed.New[one.Index] = one.Item with { Resembles = earlier[like].Resembles ?? earlier[like].Id };
        }

        bool MayBe(int line, int like)
        {
            var (own, its) = (free[line].Item, earlier[like]);
            if (its.Told.Source != read.Source)
                return true;
            // Several formats of text are one source, and their references are of different kinds. So may be those of two tables.
            var isOfOneKind = read.Source == StatementSource.Camt
                || (read.Source == StatementSource.Csv && placed.EqualByReferenceIn.Contains(its.Statement));
            if (isOfOneKind && own.IsReferenced && its.IsReferenced && its.Told.HasWords && its.KeepsItsIdentity)
            {
                // A line that was taken back and came again is another one under the same reference.
                return its.IdentitiesUnder(own.Line.BankReference).Any(identity => Enumerable.Range(1, MostTimes).Any(
                    nth => its.Id == SettlementLineId.Of(id.Merchant, accountHash, identity, nth)));
            }

            return !placed.EqualIn.Contains(its.Statement) || told[line].SharesReference(its.Told) || told[line].IsCutOf(its.Told);
        }
    }

    /// <summary>The lines that are there of each identity, in the order of their numbers.</summary>
    private static async Task<Dictionary<string, List<KnownLine>>> KnownAsync(
        NpgsqlConnection connection, IEnumerable<(string Identity, int Count)> lines, Func<string, int, SettlementLineId> idOf,
        CancellationToken cancel)
    {
        Dictionary<string, List<KnownLine>> known = new(StringComparer.Ordinal);
        var asked = lines.Select(line => (line.Identity, From: 1, To: line.Count + 1)).ToList();
        while (asked.Count > 0)
        {
            var ids = asked.SelectMany(
                one => Enumerable.Range(one.From, one.To - one.From + 1).Select(occurrence => idOf(one.Identity, occurrence))).ToList();
            Dictionary<Guid, KnownLine> found = [];
            foreach (var some in ids.Chunk(LinesAtOnce))
                await FindAsync(connection, some, found, cancel);
            List<(string, int, int)> more = [];
            foreach (var one in asked)
            {
                var there = Enumerable.Range(one.From, one.To - one.From + 1).Select(occurrence => idOf(one.Identity, occurrence))
                    .TakeWhile(id => found.ContainsKey(id.Value)).ToList();
                if (there.Count > 0)
                {
                    known[one.Identity] = [.. known.GetValueOrDefault(one.Identity, []), .. there.Select(id => found[id.Value])];
                }

                if (there.Count == one.To - one.From + 1)
                    more.Add((one.Identity, one.To + 1, 2 * one.To));
            }

            asked = more;
        }

        return known;
    }

    private static async Task FindAsync(
        NpgsqlConnection connection, SettlementLineId[] ids, Dictionary<Guid, KnownLine> found, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT x.id, x.statement_id, x.is_referenced, x.status = 'undone'
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT l.id, l.statement_id, l.is_referenced, l.status FROM settlement_line l WHERE l.merchant_id = $1
                 AND l.id = k.id LIMIT 1) x
            """)
            .With(ids[0].Merchant.Value).With(ids.ToColumn(id => id.Value));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var line = new SettlementLineId(ids[0].Merchant, reader.GetGuid(0));
            found[line.Value] = new KnownLine(line, reader.GetGuid(1), reader.GetBoolean(2), reader.GetBoolean(3));
        }
    }

    /// <summary>
    /// The statements of the account that have lines of its days, and the last one before them. Index: statement_of_account.
    /// </summary>
    private static async Task<IReadOnlyDictionary<Guid, StatementSpan>> OthersAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, CancellationToken cancel)
    {
        var span = read.Span;
        if (span.FirstOn is not { } firstOn || span.LastOn is not { } lastOn)
            return new Dictionary<Guid, StatementSpan>();
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            WITH other AS MATERIALIZED (
                SELECT s.id, s.opening_minor, s.closing_minor, s.first_on, s.last_on FROM statement s
                 WHERE s.merchant_id = $1 AND s.account_hash = $2 AND s.id <> $3 AND s.undone_at IS NULL)
            SELECT o.id, o.opening_minor, o.closing_minor, o.first_on, o.last_on FROM other o
             WHERE o.first_on <= $5 AND o.last_on >= least($4, (SELECT max(b.last_on) FROM other b WHERE b.last_on <= $4))
            """)
            .With(id.Merchant.Value).With(accountHash).With(id.Value).With(firstOn).With(lastOn);
        Dictionary<Guid, StatementSpan> others = [];
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            others[reader.GetGuid(0)] = new StatementSpan(
                reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2),
                reader.GetFieldValue<DateOnly>(3), reader.GetFieldValue<DateOnly>(4));
        }

        return others;
    }

    /// <summary>
    /// Where the statement before this one ended, if this one does not begin there. Where statements overlap, nothing is missing between
    /// them.
    /// </summary>
    /// <param name="sharing">The statements with which it shares lines.</param>
    private static long? GapBefore(ReadStatement read, IReadOnlyDictionary<Guid, StatementSpan> others, HashSet<Guid> sharing)
    {
        var span = read.Span;
        if (span.OpeningMinor is not { } openingMinor || others.Any(other => BeginsWithin(read, other.Value, sharing.Contains(other.Key))))
            return null;
        List<StatementSpan> before = [.. others.Values.Where(other => other.ClosingMinor is not null && other.LastOn <= span.FirstOn)];
        return before.Count == 0 || before.Any(other => other.ClosingMinor == openingMinor || other.OpeningMinor == openingMinor)
            ? null
            : before.MaxBy(other => (other.LastOn, before.All(next => next.OpeningMinor != other.ClosingMinor)))!.ClosingMinor;
    }

    /// <summary>
    /// Whether a statement begins before an earlier one ends: the other one has later days, or the two share lines of its last day, or its
    /// last balance comes behind some lines of that day.
    /// </summary>
    private static bool BeginsWithin(ReadStatement read, StatementSpan other, bool isSharing)
    {
        var (firstOn, balanceMinor) = (read.Span.FirstOn, read.OpeningMinor);
        return other.FirstOn <= firstOn && (other.LastOn > firstOn || (other.LastOn == firstOn
            && (isSharing || read.Lines.Where(line => line.BookedOn == firstOn).Select(line => balanceMinor += line.AmountMinor)
                .Any(minor => minor == other.ClosingMinor))));
    }

    /// <summary>Remembers what a statement shares with earlier ones.</summary>
    private static async Task ShareAsync(
        NpgsqlConnection connection, StatementId statement, StatementSpan span, List<ReadLine> shared, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement(
            "UPDATE statement SET shared = $3, shared_minor = $4, first_on = $5, last_on = $6 WHERE merchant_id = $1 AND id = $2")
            .With(statement.Merchant.Value).With(statement.Value).With(shared.Count).With(shared.Sum(line => line.AmountMinor))
            .With(span.FirstOn).With(span.LastOn);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>One import of a merchant after the other, so that each statement sees those that were imported before it.</summary>
    internal static async Task LockAsync(NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT pg_advisory_xact_lock(hashtextextended('statements of ' || $1::text, 0))").With(merchant.Value);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<byte[]> HashKeyAsync(NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT hash_key FROM merchant WHERE id = $1").With(merchant.Value);
        return (byte[])(await batch.ExecuteScalarAsync(cancel))!;
    }

    private static byte[]? PayerHash(byte[] key, ReadLine line) =>
        line.CounterpartyAccount is { } account ? HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"settlement payer\n{account}")) : null;

    /// <summary>
    /// A statement of the same number, days, balances and sum with other texts: the same one as another program of the bank writes it,
    /// or a corrected one. Its lines would be booked a second time. Null for none. Index: statement_of_account.
    /// </summary>
    private static async Task<StatementId?> InOtherWordsAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, CancellationToken cancel)
    {
        if (read.Reference is null || read.Source == StatementSource.Payout)
            return null;
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT s.id FROM statement s
             WHERE s.merchant_id = $1 AND s.source = $2 AND s.account_hash = $3 AND s.reference = $4 AND s.id <> $5
               AND s.undone_at IS NULL AND NOT EXISTS (SELECT FROM statement k WHERE k.merchant_id = $1 AND k.id = $5)
               AND s.lines = $6 AND s.lines > 0 AND s.first_on = $7 AND s.last_on = $8
               AND s.opening_minor IS NOT DISTINCT FROM $9 AND s.closing_minor IS NOT DISTINCT FROM $10
               AND s.shared_minor + (SELECT coalesce(sum(l.amount_minor), 0) FROM settlement_line l
                 WHERE l.merchant_id = $1 AND l.statement_id = s.id) = $11
             LIMIT 1
            """)
            .With(id.Merchant.Value).With(Words.Of(read.Source)).With(accountHash).With(read.Reference).With(id.Value)
            .With(read.Lines.Count).With(read.Span.FirstOn).With(read.Span.LastOn).With(read.OpeningMinor).With(read.ClosingMinor)
            .With(read.Lines.Sum(line => line.AmountMinor));
        return await batch.ExecuteScalarAsync(cancel) is Guid same ? new StatementId(id.Merchant, same) : null;
    }

    /// <summary>
    /// A statement of the same number and of some of its days that begins or ends at the same balance, where the two share no line: one of
    /// them can't be true. Null for none. Index: statement_of_account.
    /// </summary>
    private static async Task<StatementId?> ContradictedAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, CancellationToken cancel)
    {
        if (read.Reference is null || read.Source == StatementSource.Payout || read.Lines.Count == 0)
            return null;
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT s.id FROM statement s
             WHERE s.merchant_id = $1 AND s.source = $2 AND s.account_hash = $3 AND s.reference = $4 AND s.id <> $5 AND s.lines > 0
               AND s.first_on <= $7 AND s.last_on >= $6 AND (s.opening_minor = $8 OR s.closing_minor = $9) AND s.undone_at IS NULL
             LIMIT 1
            """)
            .With(id.Merchant.Value).With(Words.Of(read.Source)).With(accountHash).With(read.Reference).With(id.Value)
            .With(read.Span.FirstOn).With(read.Span.LastOn).With(read.OpeningMinor).With(read.ClosingMinor);
        return await batch.ExecuteScalarAsync(cancel) is Guid other ? new StatementId(id.Merchant, other) : null;
    }

    /// <summary>False where it, or another payout report of its reference, is there already: then nothing was added.</summary>
    private async Task<bool> AddStatementAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, string fileName, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO statement (merchant_id, id, source, account, account_hash, reference, currency, opening_minor, closing_minor,
                lines, file_name, imported_at, first_on, last_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING
            """)
            .With(id.Merchant.Value).With(id.Value).With(Words.Of(read.Source)).With(read.Account).With(accountHash).With(read.Reference)
            .With(read.Currency.Code).With(read.OpeningMinor).With(read.ClosingMinor).With(read.Lines.Count).With(fileName)
                .With(clock.GetUtcNow().UtcDateTime)
            .With(read.Span.FirstOn).With(read.Span.LastOn);
        return await batch.ExecuteNonQueryAsync(cancel) == 1;
    }

    private static async Task<StatementId> FindKnownAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, byte[] accountHash, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT id FROM statement
             WHERE merchant_id = $1 AND (id = $2 OR (source = $3 AND account_hash = $4 AND reference = $5)) AND undone_at IS NULL
             ORDER BY id = $2 DESC LIMIT 1
            """)
            .With(id.Merchant.Value).With(id.Value).With(Words.Of(read.Source)).With(accountHash).With(read.Reference);
        return new StatementId(id.Merchant, (Guid)(await batch.ExecuteScalarAsync(cancel))!);
    }

    private static async Task AddLinesAsync(
        NpgsqlConnection connection, StatementId statement, ReadStatement read, byte[] key, long place, PlacedLine[] lines,
        CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO settlement_line (merchant_id, id, statement_id, number, source, account, kind, booked_on, amount_minor,
                fee_minor, currency,
                                         counterparty, remittance, end_to_end, counterparty_hash, resembles_id, is_referenced, value_on,
                                         status, events, salt, file_order)
            SELECT $1, u.id, $2, u.number, $3, $4, u.kind, u.booked_on, u.amount, u.fee, $5, u.counterparty, u.remittance, u.end_to_end,
                u.payer, u.resembles,
                   u.referenced, u.value_on, 'open', 0, u.salt, $20 + u.number
              FROM unnest($6::uuid[], $7::int[], $8::text[], $9::date[], $10::bigint[], $11::bigint[], $12::text[], $13::text[],
                  $14::text[], $15::bytea[], $16::uuid[],
                          $17::boolean[], $18::uuid[], $19::date[])
                   u(id, number, kind, booked_on, amount, fee, counterparty, remittance, end_to_end, payer, resembles, referenced, salt,
                     value_on)
            """)
            .With(statement.Merchant.Value).With(statement.Value).With(Words.Of(read.Source)).With(read.Account).With(read.Currency.Code)
            .With(lines.ToColumn(line => line.Id.Value))
            .With(lines.ToColumn(line => line.Number))
            .With(lines.ToColumn(line => Words.Of(line.Line.Kind)))
            .With(lines.ToColumn(line => line.Line.BookedOn))
            .With(lines.ToColumn(line => line.Line.AmountMinor))
            .With(lines.ToColumn(line => line.Line.FeeMinor))
            .With(lines.ToColumn(line => line.Line.Counterparty))
            .With(lines.ToColumn(line => line.Line.Remittance))
            .With(lines.ToColumn(line => line.Line.EndToEnd))
            .With(lines.ToColumn(line => PayerHash(key, line.Line)))
            .With(lines.ToColumn(line => line.Resembles?.Value))
            .With(lines.ToColumn(line => line.IsReferenced))
            .With(lines.ToColumn(_ => Salts.Draw()))
            .With(lines.ToColumn(line => line.Line.ValueOn))
            .With(place);
        await batch.ExecuteNonQueryAsync(cancel);
    }
}
