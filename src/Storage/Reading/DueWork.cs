using System.Runtime.CompilerServices;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Migrating;

namespace Quittance.Storage.Reading;

/// <summary>
/// Looks through the rows of all merchants. Such a statement fails as a whole while a node of a cluster is away; then it looks at the
/// merchants of the other nodes, and now and then at all merchants again.
/// </summary>
internal static class DueWork
{
    private static readonly ConditionalWeakTable<NpgsqlDataSource, Scope> Scopes = [];

    /// <summary>A statement for some merchants or for all: it gets the condition for a column of each of its tables.</summary>
    public delegate string Statement(Func<string, string> among);

    /// <summary>Whether looks leave merchants out at present, since their node is away.</summary>
    public static bool IsPartial(NpgsqlDataSource database) => Scopes.TryGetValue(database, out var scope) && scope.Reached is not null;

    /// <summary>From now on, looks are at these merchants, until one at all of them succeeds.</summary>
    /// <param name="merchants">Their numbers, with commas between them.</param>
    public static void Narrow(NpgsqlDataSource database, string merchants) => Scopes.GetOrCreateValue(database).Narrow(merchants);

    /// <summary>Notes that the database is no cluster: where it fails, it fails as a whole.</summary>
    public static void NoteOneNode(NpgsqlDataSource database) => Scopes.GetOrCreateValue(database).HasOneNode = true;

    /// <summary>The rows of all merchants whose node can be reached.</summary>
    public static async Task<IReadOnlyList<T>> LookAsync<T>(
        this NpgsqlDataSource database, Statement sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel) =>
        (await LookAtAsync(database, sql, parameters, read, cancel)).Rows;

    /// <summary>The rows that belong to one merchant, and do not say to which.</summary>
    /// <exception cref="StoreUnavailableException">There are none, and a node is away that may have some.</exception>
    public static async Task<IReadOnlyList<T>> SearchAsync<T>(
        this NpgsqlDataSource database, Statement sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel)
    {
        var (rows, isWhole) = await LookAtAsync(database, sql, parameters, read, cancel);
        return rows.Count > 0 || isWhole ? rows : throw new StoreUnavailableException();
    }

    /// <summary>The merchants whose node can be reached, in the order of their ids.</summary>
    public static Task<IReadOnlyList<MerchantId>> ReachedMerchantsAsync(this NpgsqlDataSource database, CancellationToken cancel) =>
        database.LookAsync(
            among => $"SELECT id FROM merchant WHERE {among("id")} ORDER BY id", _ => { }, row => new MerchantId(row.GetInt64(0)), cancel);

    private static async Task<(IReadOnlyList<T> Rows, bool IsWhole)> LookAtAsync<T>(
        NpgsqlDataSource database, Statement sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel)
    {
        var scope = Scopes.GetOrCreateValue(database);
        try
        {
            // Each try to reach a node that is away takes its time: one caller makes it, and the others go on.
            if (scope.Reached is { } reached && !scope.TakesTurn())
                return (await AtAsync(reached), false);
            var rows = await AtAsync(null);
            scope.Widen();
            return (rows, true);
        }
        catch (StoreUnavailableException) when (!scope.HasOneNode)
        {
            if (await scope.AskAsync(() => ReachedAsync(database), cancel) is not { } found)
                throw;
            return (await AtAsync(found), false);
        }

        Task<IReadOnlyList<T>> AtAsync(string? merchants) => database.AllAsync(
            sql(merchants switch
            {
                null => _ => "true",
                "" => _ => "false",
                _ => column => $"{column} IN ({merchants})",
            }), parameters, read, cancel);
    }

    /// <summary>The merchants whose node can be reached; null where there is one node, or none is away.</summary>
    private static Task<string?> ReachedAsync(NpgsqlDataSource database) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync();
        if (!await Distribution.IsDistributedAsync(connection, CancellationToken.None))
            return null;
        var nodes = await connection.AllAsync(
            // One connection to each node, whose parts of the table it reads as one.
            """
            SELECT r.success, CASE WHEN r.success THEN r.result END
              FROM (SELECT array_agg(n.nodename ORDER BY n.nodeid) AS names, array_agg(n.nodeport ORDER BY n.nodeid) AS ports,
                           array_agg(n.reads ORDER BY n.nodeid) AS commands
                      FROM (SELECT n.nodeid, n.nodename, n.nodeport,
                                   format('SELECT string_agg(id::text, '','') FROM (%s) m',
                                          string_agg('SELECT id FROM ' || shard_name(s.logicalrelid, s.shardid), ' UNION ALL ')) AS reads
                              FROM pg_dist_shard s JOIN pg_dist_placement p USING (shardid) JOIN pg_dist_node n USING (groupid)
                             WHERE s.logicalrelid = to_regclass('merchant') AND n.noderole = 'primary'
                             GROUP BY n.nodeid, n.nodename, n.nodeport) n) every
             CROSS JOIN LATERAL master_run_on_worker(every.names, every.ports, every.commands, true) r
            """,
            _ => { }, row => (IsReached: row.GetBoolean(0), Merchants: row.IsDBNull(1) ? "" : row.GetString(1)), CancellationToken.None);
        return nodes.All(node => node.IsReached) ? null
            : string.Join(',', nodes.Where(node => node.Merchants.Length > 0).Select(node => node.Merchants));
    });

    /// <summary>The merchants that looks are at.</summary>
    private sealed class Scope
    {
        private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(10);

        private readonly Lock _gate = new();
        private Task<string?>? _asking;
        private DateTimeOffset _until;

        /// <summary>Their numbers, with commas between them; null for all.</summary>
        public string? Reached { get; private set; }

        public bool HasOneNode { get; set; }

        private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

        public void Narrow(string merchants) => (Reached, _until) = (merchants, Now + HoldsFor);

        public void Widen() => Reached = null;

        /// <summary>Whether it is the caller's turn to look at all merchants again.</summary>
        public bool TakesTurn()
        {
            lock (_gate)
            {
                if (Now < _until)
                    return false;
                _until = Now + HoldsFor;
                return true;
            }
        }

        /// <summary>Asks which merchants can be reached. Callers that come together ask once.</summary>
        public async Task<string?> AskAsync(Func<Task<string?>> ask, CancellationToken cancel)
        {
            Task<string?> asking;
            lock (_gate)
                asking = _asking is { IsCompleted: false } underWay ? underWay : _asking = ask();
            if (await asking.WaitAsync(cancel) is not { } merchants)
                return null;
            Narrow(merchants);
            return merchants;
        }
    }
}
