using Npgsql;
using Quittance.Storage.Migrating;

namespace Quittance.Tests.Running;

/// <summary>
/// A cluster of Citus in the place of the run's own PostgreSQL, where a variable names its coordinator and a superuser:
/// <c>deploy/citus/try --serve</c> starts one. Each database of the tests is on all nodes.
/// </summary>
internal sealed class Cluster
{
    private const string Variable = "QUITTANCE_CITUS";

    // Few, so that a database is made and dropped quickly.
    private const int Parts = 4;

    /// <summary>Whether the tests run on a cluster.</summary>
    public static bool IsNamed => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>A statement that counts on one PostgreSQL, as one that counts on all nodes together.</summary>
    public static string OnAllNodes(string sql) =>
        IsNamed ? $"SELECT sum(result::bigint)::bigint FROM run_command_on_all_nodes($each${sql}$each$)" : sql;

    private readonly string _coordinator;
    private readonly IReadOnlyList<string> _nodes;

    private Cluster(string coordinator, IReadOnlyList<string> nodes) => (_coordinator, _nodes) = (coordinator, nodes);

    /// <summary>The cluster that the variable names; null where it names none.</summary>
    public static async Task<Cluster?> OfVariableAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } coordinator)
            return null;
        List<string> nodes = [];
        await using var source = NpgsqlDataSource.Create(coordinator);
        await using var workers = source.CreateCommand(
            "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid <> 0 AND isactive ORDER BY nodeid");
        await using var row = await workers.ExecuteReaderAsync(CancellationToken.None);
        while (await row.ReadAsync(CancellationToken.None))
            nodes.Add(new NpgsqlConnectionStringBuilder(coordinator) { Host = row.GetString(0), Port = row.GetInt32(1) }.ConnectionString);
        return new Cluster(coordinator, [coordinator, .. nodes]);
    }

    public string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(_coordinator) { Database = database }.ConnectionString;

    /// <summary>Makes a database whose tables are distributed, to be copied.</summary>
    public async Task CreateTemplateAsync(string name)
    {
        await OnNodesAsync($"CREATE DATABASE {name}");
        await OnNodesAsync("CREATE EXTENSION citus", name);
        var first = new NpgsqlConnectionStringBuilder(_coordinator);
        await RunAsync(ConnectionStringOf(name), $"SELECT citus_set_coordinator_host('{first.Host}', {first.Port})");
        foreach (var node in _nodes.Skip(1).Select(worker => new NpgsqlConnectionStringBuilder(worker)))
            await RunAsync(ConnectionStringOf(name), $"SELECT citus_add_node('{node.Host}', {node.Port})");
        await RunAsync(ConnectionStringOf(name), $"ALTER DATABASE {name} SET citus.shard_count = {Parts}");
        await using (var source = NpgsqlDataSource.Create(ConnectionStringOf(name)))
            await Migrations.OfThisVersion.DistributeAsync(source, TimeProvider.System, CancellationToken.None);
        // Nothing may be connected to a database that is copied, and a program of Citus' own connects to each.
        NpgsqlConnection.ClearAllPools();
        await OnNodesAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await OnNodesAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");
    }

    /// <summary>Runs a statement that is not of one database on every node.</summary>
    public Task OnNodesAsync(string sql) => OnNodesAsync(sql, "postgres");

    /// <summary>What a statement that is not of one database counts on all nodes together.</summary>
    public async Task<long> SumAsync(string sql)
    {
        long sum = 0;
        foreach (var node in _nodes)
        {
            var server = new NpgsqlConnectionStringBuilder(node) { Database = "postgres" };
            await using var source = NpgsqlDataSource.Create(server.ConnectionString);
            await using var command = source.CreateCommand(sql);
            sum += (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
        }

        return sum;
    }

    private async Task OnNodesAsync(string sql, string database)
    {
        foreach (var node in _nodes)
            await RunAsync(new NpgsqlConnectionStringBuilder(node) { Database = database }.ConnectionString, sql);
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                return;
            }
            // A program of Citus' own connects to each database, and starts again by itself where it was ended.
            catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.ObjectInUse && tries < 5)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            }
        }
    }
}
