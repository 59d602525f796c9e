using Npgsql;
using Quittance.Storage.Sealing;
using Quittance.Storage.Verification;
using Quittance.Tests.Running;

namespace Quittance.Tests.Verification;

/// <summary>
/// Changes of the books by SQL: verification finds them where rows no longer fit together. Each test changes filled books in a
/// transaction that it rolls back.
/// </summary>
public sealed class TamperingTests(FilledBooks books) : IClassFixture<FilledBooks>
{
    private static readonly IReadOnlyList<Tampering> Found = [.. MoneyTamperings.All, .. OfficeTamperings.All];

    /// <summary>The first change that a file of rules finds is tried in the short suite too.</summary>
    public static IEnumerable<TheoryDataRow<string>> FoundByRules
    {
        get
        {
            var firsts = Found.DistinctBy(tampering => FileOf(tampering.Rule)).ToHashSet();
            return Found.Select(tampering =>
            {
                var row = new TheoryDataRow<string>(tampering.What);
                return firsts.Contains(tampering) ? row : row.WithTrait(LongAttribute.Trait.Key, LongAttribute.Trait.Value);
            });
        }
    }

    public static TheoryData<string> FoundBySealsAlone => [.. SealTamperings.FoundBySeals.Select(tampering => tampering.What)];

    public static TheoryData<string> FoundInTheChain => [.. SealTamperings.FoundByChain.Select(tampering => tampering.What)];

    public static TheoryData<string> FoundByNothing => [.. SealTamperings.NotFound.Select(tampering => tampering.What)];

    public static TheoryData<string> OfColumnsThatFollow => [.. ProvenColumns.Tamperings.Select(tampering => tampering.What)];

    // Every fifth change at random meets all rules, none of which may fail on any books.
    private const int WholeVerifications = 5;

    private const int Seeds = 4;

    private static readonly IReadOnlyList<(string Name, string Text)> RuleFiles =
        [.. Directory.GetFiles(Path.Combine(RunningProgram.Solution, "src"), "*Rules.cs", SearchOption.AllDirectories)
            .Select(file => (file, File.ReadAllText(file)))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(FoundByRules))]
    public async Task Tampering_BreaksItsRule(string what)
    {
        var tampering = Found.Single(one => one.What == what);
        Assert.Contains(tampering.Rule, await BrokenAfterAsync(tampering));
    }

    [Long]
    [Theory]
    [MemberData(nameof(OfColumnsThatFollow))]
    public async Task Column_ThatFollowsFromOthers_BreaksItsRule(string what)
    {
        var tampering = ProvenColumns.Tamperings.Single(one => one.What == what);
        Assert.Contains(tampering.Rule, await BrokenAfterAsync(tampering));
    }

    [Fact]
    public async Task Hours_ThatAreAddedUp_BreakNoRule() =>
        Assert.Empty(await BrokenAfterAsync(new Tampering("hours added up", ProvenColumns.AddUp)));

    [Long]
    [Theory]
    [MemberData(nameof(FoundBySealsAlone))]
    public async Task Tampering_ThatLeavesRowsThatFit_BreaksTheirSeal(string what) =>
        Assert.Equal([SealCheck.RowRule], await BrokenAfterAsync(SealTamperings.FoundBySeals.Single(one => one.What == what)));

    [Theory]
    [MemberData(nameof(FoundInTheChain))]
    public async Task Tampering_WithBlocks_BreaksTheChain(string what) =>
        Assert.Contains(SealCheck.ChainRule, await BrokenAfterAsync(SealTamperings.FoundByChain.Single(one => one.What == what)));

    [Theory]
    [MemberData(nameof(FoundByNothing))]
    public async Task Tampering_BesideTheSealedBooks_BreaksNoRule(string what) =>
        Assert.Empty(await BrokenAfterAsync(SealTamperings.NotFound.Single(one => one.What == what)));

    /// <summary>
    /// Changes one cell of a row, or deletes the row: each sealed column once, and then any. Verification finds each change, unless the
    /// schema forbids it or no rule can see it.
    /// </summary>
    [Long]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Change_OfAnyRow_IsFound(int seed)
    {
        var random = new Random(seed);
        await using var connection = await books.Database.OpenConnectionAsync(Cancel);
        // For the session and not for each change: PostgreSQL forgets all plans when the role changes.
        await using (var role = new NpgsqlCommand("SET session_replication_role = replica", connection))
            await role.ExecuteNonQueryAsync(Cancel);
        var columns = await ColumnsAsync(connection);
        List<string> unfound = [];
        var made = 0;
        var wanted = new Queue<string>(ProvenColumns.Sealed.Order(StringComparer.Ordinal).Where((_, place) => place % Seeds == seed - 1));
        HashSet<string> unchanged = [.. wanted];
        for (var tried = 0; (wanted.Count > 0 || made < 250) && tried < 1000; tried++)
        {
            var isWanted = wanted.TryDequeue(out var next);
            var table = isWanted ? next!.Split('.')[0] : SealedTables.All[random.Next(SealedTables.All.Count)].Name;
            var own = columns.Where(column => column.Table == table && (!isWanted || $"{table}.{column.Name}" == next)).ToList();
            var (_, name, type) = own[random.Next(own.Count)];
            var isDeletion = !isWanted && random.Next(4) == 0;
            foreach (var (value, isForced) in isWanted ? Chances(Another(name, type)) : [(Another(name, type), false)])
            {
                await using var transaction = await connection.BeginTransactionAsync(Cancel);
                if (isForced)
                    await DropRulesAsync(connection, table);
                if (!await IsChangedAsync(connection, table, isDeletion, name, $"{name} = {value}", random.Next()))
                    continue;
                made++;
                unchanged.Remove($"{table}.{name}");
                var isFound = await IsFoundAsync(connection, bySealsFirst: made % WholeVerifications != 0);
                if (!isFound && (isDeletion || ProvenColumns.Of($"{table}.{name}") != ColumnProof.None))
                    unfound.Add(isDeletion ? $"{table} deleted" : $"{table}: {name} = {value}");
                await transaction.RollbackAsync(Cancel);
                break;
            }
        }

        Assert.True(made >= 250);
        Assert.Empty(unfound);
        Assert.True(unchanged.Count == 0, string.Join(' ', unchanged));
    }

    private static string FileOf(string rule) => RuleFiles.First(file => file.Text.Contains($"\"{rule}\"", StringComparison.Ordinal)).Name;

    /// <summary>A constraint may forbid the first change: a thief who may change the schema drops it.</summary>
    private static IEnumerable<(string Value, bool IsForced)> Chances(string other) =>
        [(other, false), (other, false), ("NULL", false), (other, true), ("NULL", true)];

    private static async Task DropRulesAsync(NpgsqlConnection connection, string table)
    {
        await using var command = new NpgsqlCommand($"""
            DO $$
            DECLARE rule record;
            BEGIN
                FOR rule IN SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'c' LOOP
                    EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', rule.conname);
                END LOOP;
            END $$
            """, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>
    /// Whether verification finds something. It checks all rules and then the seals, which find nearly every change in a tenth of the time.
    /// </summary>
    private async Task<bool> IsFoundAsync(NpgsqlConnection connection, bool bySealsFirst) =>
        (bySealsFirst && (await new SealCheck(connection, books.Merchant, []).CheckAsync(_ => { }, Cancel)).Count > 0)
        || !Assert.Single(await Verifier.VerifyAsync(connection, books.Merchant, onRule: null, Cancel)).IsClean;

    /// <summary>Another value than that of a column.</summary>
    private static string Another(string name, string type) => type switch
    {
        "uuid" => "gen_random_uuid()",
        "boolean" => $"NOT coalesce({name}, false)",
        "date" => $"coalesce({name}, '2026-01-01') + 1",
        "timestamp with time zone" => $"coalesce({name}, now()) + interval '1 microsecond'",
        "bytea" => $"CASE WHEN octet_length({name}) > 0 THEN set_byte({name}, 0, (get_byte({name}, 0) + 1) % 256) ELSE '\\x07' END",
        "ARRAY" => $"array_append({name}, 'x')",
        "json" => """'{"x":1}'""",
        "text" => $"coalesce({name}, '') || 'x'",
        // Further on than any counter, so that no other row has it.
        "smallint" => $"coalesce({name}, 0) + 1000",
        _ => $"coalesce({name}, 0) + 1000000",
    };

    private static async Task<IReadOnlyList<(string Table, string Name, string Type)>> ColumnsAsync(NpgsqlConnection connection)
    {
        List<(string, string, string)> columns = [];
        await using var command = new NpgsqlCommand(
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns "
            + "WHERE table_schema = 'public' AND is_generated = 'NEVER'", connection);
        await using var row = await command.ExecuteReaderAsync(Cancel);
        while (await row.ReadAsync(Cancel))
            columns.Add((row.GetString(0), row.GetString(1), row.GetString(2)));
        return columns;
    }

    /// <summary>False where there is no such row of the merchant, or the schema forbids the change.</summary>
    private async Task<bool> IsChangedAsync(
        NpgsqlConnection connection, string table, bool isDeletion, string column, string change, int place)
    {
        var row = $"""
            ctid = (SELECT ctid FROM {table} WHERE merchant_id = {books.Merchant.Value}
                     OFFSET {place} % greatest(1, (SELECT count(*) FROM {table} WHERE merchant_id = {books.Merchant.Value})) LIMIT 1)
            """;
        await using var command = new NpgsqlCommand(
            isDeletion ? $"DELETE FROM {table} WHERE {row}"
                : $"UPDATE {table} SET {change} WHERE {row} "
                    + $"AND {column}::text IS DISTINCT FROM ({change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..]})::text",
            connection);
        try
        {
            return await command.ExecuteNonQueryAsync(Cancel) > 0;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    /// <summary>The rules that are broken after a change, each with its first example.</summary>
    private async Task<IReadOnlyList<string>> BrokenAfterAsync(Tampering tampering)
    {
        await using var connection = await books.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var change = new NpgsqlCommand(books.Sql(tampering.Sql), connection, transaction))
            Assert.True(await change.ExecuteNonQueryAsync(Cancel) != 0, "Nothing was changed.");
        if (tampering.Then is { } then)
        {
            await using var balance = new NpgsqlCommand(then, connection, transaction);
            await balance.ExecuteNonQueryAsync(Cancel);
        }

        var reports = await Verifier.VerifyAsync(connection, books.Merchant, onRule: null, Cancel);
        await transaction.RollbackAsync(Cancel);
        return [.. Assert.Single(reports).Differences.Select(difference => difference.Rule)];
    }
}
