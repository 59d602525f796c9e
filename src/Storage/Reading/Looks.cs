using System.Runtime.CompilerServices;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Migrating;

namespace Quittance.Storage.Reading;

/// <summary>
/// Looks through the rows of all merchants. Such a statement fails as a whole while a node of a cluster is away; then it looks at the
/// merchants of the other nodes.
/// </summary>
internal static class Looks
{
    // Each try to reach a node that is away takes its time.
    private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(10);

    private static readonly ConditionalWeakTable<NpgsqlDataSource, Reach> Reaches = [];

    /// <summary>A statement for some merchants or for all: it gets the condition for a column of each of its tables.</summary>
    public delegate string Statement(Func<string, string> among);

    /// <summary>Whether looks leave merchants out at present, since their node is away.</summary>
    public static bool IsPartial(NpgsqlDataSource database) => Reaches.TryGetValue(database, out var reach) && reach.Holds;

    /// <summary>The rows of all merchants whose node can be reached.</summary>
    public static async Task<IReadOnlyList<T>> LookAsync<T>(
        this NpgsqlDataSource database, Statement sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel) =>
        (await LookAtAsync(database, sql, parameters, read, cancel)).Rows;

    /// <summary>The merchants whose node can be reached, in the order of their ids.</summary>
    public static Task<IReadOnlyList<MerchantId>> ReachedMerchantsAsync(this NpgsqlDataSource database, CancellationToken cancel) =>
        database.LookAsync(
            among => $"SELECT id FROM merchant WHERE {among("id")} ORDER BY id", _ => { }, row => new MerchantId(row.GetInt64(0)), cancel);

    /// <summary>The rows that belong to one merchant, and do not say to which.</summary>
    /// <exception cref="StoreUnavailableException">There are none, and a node is away that may have some.</exception>
    public static async Task<IReadOnlyList<T>> SearchAsync<T>(
        this NpgsqlDataSource database, Statement sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel)
    {
        var (rows, isWhole) = await LookAtAsync(database, sql, parameters, read, cancel);
        return rows.Count > 0 || isWhole ? rows : throw new StoreUnavailableException();
    }

    private static async Task<(IReadOnlyList<T> Rows, bool IsWhole)> LookAtAsync<T>(
        NpgsqlDataSource database, Statement sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel)
    {
        var reach = Reaches.TryGetValue(database, out var known) && known.Holds ? known : null;
        try
        {
            return (await AtAsync(reach), reach is null);
        }
        catch (StoreUnavailableException)
        {
            if (await ReachAsync(database, cancel) is not { } found)
                throw;
            Reaches.AddOrUpdate(database, found);
            return (await AtAsync(found), false);
        }

        Task<IReadOnlyList<T>> AtAsync(Reach? within) =>
            database.AllAsync(sql(within is null ? _ => "true" : within.Condition), parameters, read, cancel);
    }

    /// <summary>The merchants whose node can be reached; null where there is one node, or none is away.</summary>
    private static Task<Reach?> ReachAsync(NpgsqlDataSource database, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (!await Distribution.IsDistributedAsync(connection, cancel))
            return null;
        var parts = await connection.AllAsync(
            """
            SELECT CASE WHEN success THEN result END, success
              FROM run_command_on_shards('merchant', 'SELECT string_agg(id::text, '','') FROM %s')
            """,
            _ => { }, row => (Merchants: row.IsDBNull(0) ? "" : row.GetString(0), IsReached: row.GetBoolean(1)), cancel);
        return parts.All(part => part.IsReached) ? null : new Reach(
            string.Join(',', parts.Where(part => part.Merchants.Length > 0).Select(part => part.Merchants)));
    });

    /// <summary>Merchants whose node can be reached.</summary>
    /// <param name="merchants">Their numbers, with commas between them.</param>
    private sealed class Reach(string merchants)
    {
        private readonly DateTimeOffset _until = Now + HoldsFor;

        public bool Holds => Now < _until;

        public string Condition(string column) => merchants.Length == 0 ? "false" : $"{column} IN ({merchants})";

        private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
    }
}
