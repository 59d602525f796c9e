using System.Diagnostics;
using Npgsql;
using Quittance.Storage;
using Quittance.Storage.Embedded;
using Quittance.Storage.Migrating;
using Quittance.Tests.Running;

namespace Quittance.Tests.Standby;

/// <summary>Two PostgreSQL servers: a primary, and the synchronous standby that each of its commits waits for.</summary>
internal sealed class StandbyPair : IAsyncDisposable
{
    private const string StandbyName = "standby";

    private readonly string _folder;
    private readonly EmbeddedPostgres _primary;
    private readonly EmbeddedPostgres _standby;
    private readonly int _postmaster;
    private readonly int _receiver;

    private StandbyPair(string folder, EmbeddedPostgres primary, EmbeddedPostgres standby, int postmaster, int receiver)
    {
        (_folder, _primary, _standby, _postmaster, _receiver) = (folder, primary, standby, postmaster, receiver);
        Primary = Database.Open(primary.ConnectionString);
        Standby = Database.Open(standby.ConnectionString);
    }

    /// <summary>Reaches the primary as a server does.</summary>
    public string ConnectionString => _primary.ConnectionString;

    /// <summary>Reaches the one of the two that takes writes, as a server does.</summary>
    public string ConnectionStringOfBoth
    {
        get
        {
            var (primary, standby) = (
                new NpgsqlConnectionStringBuilder(_primary.ConnectionString), new NpgsqlConnectionStringBuilder(_standby.ConnectionString));
            return new NpgsqlConnectionStringBuilder(_primary.ConnectionString)
            {
                Host = $"{primary.Host}:{primary.Port},{standby.Host}:{standby.Port}",
                TargetSessionAttributes = "primary",
                HostRecheckSeconds = 1,
                Timeout = 2,
            }.ConnectionString;
        }
    }

    /// <summary>The primary.</summary>
    public NpgsqlDataSource Primary { get; }

    /// <summary>The standby.</summary>
    public NpgsqlDataSource Standby { get; }

    /// <summary>Starts both on books that are migrated and empty. The standby begins as a copy of the primary's files.</summary>
    public static async Task<StandbyPair> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("quittance-standby-").FullName;
        var (primaryFolder, standbyFolder) = (Path.Combine(folder, "primary"), Path.Combine(folder, "standby"));
        await EmbeddedPostgres.AlterAsync(primaryFolder, ["ALTER ROLE quittance SUPERUSER"]);
        await using (var first = await EmbeddedPostgres.StartAsync(primaryFolder))
        await using (var database = Database.Open(first.ConnectionString))
            await Migrations.OfThisVersion.ApplyAsync(database, TimeProvider.System, CancellationToken.None);
        await RunAsync("cp", "-a", primaryFolder, standbyFolder);

        var primary = await EmbeddedPostgres.StartAsync(primaryFolder);
        var at = new NpgsqlConnectionStringBuilder(primary.ConnectionString);
        var cluster = Path.Combine(standbyFolder, "postgres");
        await File.WriteAllTextAsync(Path.Combine(cluster, "standby.signal"), "");
        await File.AppendAllTextAsync(
            Path.Combine(cluster, "postgresql.auto.conf"),
            $"primary_conninfo = 'host={at.Host} port={at.Port} user={at.Username} password={at.Password} sslmode=disable "
                + $"application_name={StandbyName}'\n");
        var standby = await EmbeddedPostgres.StartAsync(standbyFolder);

        await using var asked = NpgsqlDataSource.Create(primary.ConnectionString);
        await ExecuteAsync(asked, $"ALTER SYSTEM SET synchronous_standby_names = '{StandbyName}'");
        await ExecuteAsync(asked, "SELECT pg_reload_conf()");
        await NoticePost.UntilAsync(
            async () => await ScalarAsync(asked, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is 1L);
        await using var replica = NpgsqlDataSource.Create(standby.ConnectionString);
        return new StandbyPair(
            folder, primary, standby,
            int.Parse((await File.ReadAllLinesAsync(Path.Combine(primaryFolder, "postgres", "postmaster.pid")))[0]),
            (int)(await ScalarAsync(replica, "SELECT pid FROM pg_stat_wal_receiver"))!);
    }

    /// <summary>
    /// The standby receives nothing any more, and no connection of it breaks: a disk or a virtual machine that stands still.
    /// </summary>
    public Task FreezeAsync() => RunAsync("kill", "-STOP", $"{_receiver}");

    /// <summary>The standby goes on.</summary>
    public Task ThawAsync() => RunAsync("kill", "-CONT", $"{_receiver}");

    /// <summary>The primary dies, and the standby takes its place with what it has received.</summary>
    public async Task FailOverAsync()
    {
        await RunAsync("kill", "-KILL", $"{_postmaster}");
        // Ends before it reads what still lies in the socket.
        await RunAsync("kill", "-TERM", $"{_receiver}");
        await ThawAsync();
        await PromoteAsync();
    }

    /// <summary>
    /// The primary stands still, and no connection of it breaks, as with a virtual machine that is paused; the standby takes its place.
    /// </summary>
    public async Task FailOverFromAFrozenPrimaryAsync()
    {
        await RunAsync("kill", "-STOP", $"{_postmaster}");
        await RunAsync("pkill", "-STOP", "-P", $"{_postmaster}");
        await PromoteAsync();
    }

    private async Task PromoteAsync()
    {
        await ExecuteAsync(Standby, "SELECT pg_promote()");
        await NoticePost.UntilAsync(async () => await ScalarAsync(Standby, "SELECT pg_is_in_recovery()") is false);
    }

    /// <summary>The backends of the primary whose commits wait for the standby.</summary>
    public async Task<IReadOnlyList<int>> WaitingAsync() =>
        (int[])(await ScalarAsync(Primary, "SELECT coalesce(array_agg(pid), '{}') FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))!;

    /// <summary>Waits until so many commits wait for the standby, and returns their backends.</summary>
    public async Task<IReadOnlyList<int>> UntilWaitingAsync(int count)
    {
        IReadOnlyList<int> waiting = [];
        await NoticePost.UntilAsync(async () => (waiting = await WaitingAsync()).Count >= count);
        return waiting;
    }

    /// <summary>Cancels what a backend of the primary does, or terminates it.</summary>
    public Task EndAsync(string how, int backend) => ExecuteAsync(Primary, $"SELECT pg_{how}_backend({backend})");

    /// <summary>The first column of the first row.</summary>
    public static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(CancellationToken.None);
    }

    public static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Standby.DisposeAsync();
        // A stopped process ends by nothing else.
        await RunAsync("kill", "-CONT", $"{_receiver}", $"{_postmaster}");
        await RunAsync("pkill", "-CONT", "-P", $"{_postmaster}");
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
    }
}
