using System.Text.RegularExpressions;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Sealing;

namespace Quittance.Tests.Running;

/// <summary>
/// Changes of the books by SQL that a test needs to get where no client can. The blocks are then written as if the books had always been
/// so, and the books stay clean. What a thief does is not written so.
/// </summary>
internal static partial class SealedSql
{
    /// <summary>Whether a statement writes to a table that blocks seal.</summary>
    public static bool Writes(string sql) => TablesOf(sql).Count > 0;

    /// <summary>Runs a statement and seals what it changes; the first column of its first row.</summary>
    public static Task<object?> ScalarAsync(NpgsqlDataSource database, string sql, params object[] parameters) =>
        ScalarAsync(database, sql, rewrites: true, parameters);

    /// <summary>Runs a statement and adds a block, as a thief would.</summary>
    public static Task AddBlockAsync(NpgsqlDataSource database, string sql) => ScalarAsync(database, sql, rewrites: false, []);

    private static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql, bool rewrites, object[] parameters)
    {
        var tables = TablesOf(sql);
        await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        List<SealedChange> changes = [];
        foreach (var merchant in MerchantOf(sql, parameters) is { } named ? [named] : await MerchantsAsync(connection))
            changes.Add(await SealedChange.InAllSlotsAsync(connection, merchant, TestContext.Current.CancellationToken));
        foreach (var change in changes)
        {
            foreach (var table in tables)
                await change.BeforeAsync(table, "", _ => { }, TestContext.Current.CancellationToken);
        }

        object? first;
        await using (var command = new NpgsqlCommand(sql, connection, transaction))
        {
            foreach (var parameter in parameters)
                command.Parameters.Add(new NpgsqlParameter { Value = parameter });
            first = await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }

        foreach (var change in changes)
        {
            foreach (var table in tables)
                await change.AfterAsync(table, "", _ => { }, TestContext.Current.CancellationToken);
            if (!rewrites || !change.EndsTooMuch)
                await change.SealAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        }

        foreach (var merchant in changes.Where(change => rewrites && change.EndsTooMuch).Select(change => change.Merchant))
            await RewriteAsync(connection, merchant);

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return first;
    }

    /// <summary>Writes one block in place of all that there are.</summary>
    private static async Task RewriteAsync(NpgsqlConnection connection, MerchantId merchant)
    {
        await using (var forget = new NpgsqlCommand(
            $"DELETE FROM block WHERE merchant_id = {merchant.Value}; "
            + $"UPDATE slot SET last_hash = decode(repeat('00', 32), 'hex') WHERE merchant_id = {merchant.Value}", connection))
        {
            await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var whole = await SealedChange.InAllSlotsAsync(connection, merchant, TestContext.Current.CancellationToken);
        foreach (var table in SealedTables.All)
            await whole.AfterAsync(table, "", _ => { }, TestContext.Current.CancellationToken);
        await whole.SealAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
    }

    private static List<SealedTable> TablesOf(string sql)
    {
        var written = Writing().Matches(sql).Select(match => match.Groups["table"].Value).ToHashSet();
        return [.. SealedTables.All.Where(table => written.Contains(table.Name))];
    }

    /// <summary>The merchant whose rows alone a statement changes, where it names one as its first parameter.</summary>
    public static MerchantId? MerchantOf(string sql, object[] parameters) =>
        Naming().IsMatch(sql) && parameters is [long merchant, ..] ? new MerchantId(merchant) : null;

    private static async Task<IReadOnlyList<MerchantId>> MerchantsAsync(NpgsqlConnection connection)
    {
        List<MerchantId> merchants = [];
        await using var command = new NpgsqlCommand("SELECT id FROM merchant ORDER BY id", connection);
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await row.ReadAsync(TestContext.Current.CancellationToken))
            merchants.Add(new MerchantId(row.GetInt64(0)));
        return merchants;
    }

    [GeneratedRegex(@"(merchant_id = |\bSELECT |\bVALUES \()\$1\b", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Naming();

    [GeneratedRegex(@"\b(INSERT INTO|UPDATE|DELETE FROM) (?<table>\w+)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Writing();
}
