using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Quittance.Storage.Embedded;

/// <summary>The embedded PostgreSQL cannot be used. The message tells a user why and what to do.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The fault and the remedy, in words for a user.</param>
    public EmbeddedPostgresException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// A PostgreSQL server of our own on a data folder. It outlives us if we are killed; the next start on the same folder stops
/// what is left and starts afresh.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string User = ClusterRoles.Program;
    private const string Database = ClusterRoles.Program;
    private const int PortsTried = 5;

    private static readonly TimeSpan PatienceAtStop = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan PatienceAtTakeover = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);

    private readonly DataFolder _folder;
    private readonly ServerLog _log;
    private readonly FileStream _lock;
    private readonly PostgresPrograms _programs;
    private readonly CancellationTokenSource _stopping = new();

    private EmbeddedPostgres(DataFolder folder, ServerLog log, FileStream @lock, PostgresPrograms programs, int port)
    {
        _folder = folder;
        _log = log;
        _lock = @lock;
        _programs = programs;
        ConnectionString = ConnectionStringOf(folder, port);
        Exited = WatchAsync();
    }

    /// <summary>Connects Npgsql to the database, as its owner, who is no superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>How much memory and log it may take, for people.</summary>
    public required string Sizes { get; init; }

    /// <summary>
    /// Completes with the reason when the server ends without having been asked to; is cancelled by <see cref="DisposeAsync"/>.
    /// </summary>
    public Task<EmbeddedPostgresException> Exited { get; }

    /// <summary>Starts the server, and creates what is missing in the folder.</summary>
    /// <param name="dataFolder">The folder, which need not exist.</param>
    /// <exception cref="EmbeddedPostgresException">The server cannot be started, for instance as the folder is in use.</exception>
    public static Task<EmbeddedPostgres> StartAsync(
        string dataFolder, IProgress<string>? progress = null, CancellationToken cancellationToken = default) =>
        StartAsync(dataFolder, ChooseFreePort, progress, cancellationToken);

    /// <summary>
    /// Runs statements as the superuser, whom no connection can be: on a folder that no server runs on. Makes the folder if it is missing.
    /// </summary>
    /// <param name="dataFolder">The folder.</param>
    /// <param name="statements">Each in one line.</param>
    /// <exception cref="EmbeddedPostgresException">The folder is in use, or a statement fails; those before it stay.</exception>
    public static async Task AlterAsync(
        string dataFolder, IReadOnlyList<string> statements, CancellationToken cancellationToken = default)
    {
        var binaries = PostgresBinaries.Of(AppContext.BaseDirectory);
        var folder = new DataFolder(dataFolder);
        await using var @lock = await folder.TakeAsync(cancellationToken);
        var programs = await PostgresPrograms.ForAsync(binaries, folder, progress: null, cancellationToken);
        await TakeOverAsync(folder, programs, progress: null);
        await CreateClusterAsync(folder, programs, progress: null, cancellationToken);
        await programs.HandOverAsync(folder.Cluster, cancellationToken);
        await programs.RunAsSuperuserAsync(folder.Cluster, Database, statements, cancellationToken);
    }

    /// <summary>The connection string of the server that a running Quittance has on the folder, or null when none has.</summary>
    /// <param name="dataFolder">The folder, which need not exist.</param>
    public static string? FindRunning(string dataFolder)
    {
        var folder = new DataFolder(dataFolder);
        return folder.IsTaken() && PostmasterFile.Read(folder.Cluster) is { IsReady: true } server && server.NamesLiveServer()
            ? ConnectionStringOf(folder, server.Port)
            : null;
    }

    /// <summary>
    /// Deletes a folder that a killed Quittance left behind, and stops the server there that outlived it. Leaves alone what is in use, what
    /// another user has made, and what can't be deleted.
    /// </summary>
    /// <param name="dataFolder">The folder.</param>
    internal static async Task RemoveLeftAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var folder = new DataFolder(dataFolder);
        try
        {
            // Any user may make a folder of any name among temporary files, for us to run programs in.
            if (!await PostgresPrograms.IsOwnAsync(folder, cancellationToken))
                return;
            await using (await folder.TakeAsync(cancellationToken))
            {
                var binaries = PostgresBinaries.Of(AppContext.BaseDirectory);
                var programs = await PostgresPrograms.ForAsync(binaries, folder, progress: null, cancellationToken);
                await TakeOverAsync(folder, programs, progress: null);
            }

            Directory.Delete(folder.FullPath, recursive: true);
        }
        catch (Exception left) when (left is EmbeddedPostgresException or IOException or UnauthorizedAccessException or Win32Exception)
        {
            // The next one may be able to.
        }
    }

    /// <summary>Stops the server, and frees the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;

        await _stopping.CancelAsync();
        try
        {
            await _programs.StopServerAsync(PatienceAtStop);
        }
        finally
        {
            await _lock.DisposeAsync();
        }
    }

    internal static async Task<EmbeddedPostgres> StartAsync(
        string dataFolder, Func<int> choosePort, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var binaries = PostgresBinaries.Of(AppContext.BaseDirectory);
        var folder = new DataFolder(dataFolder);
        var @lock = await folder.TakeAsync(cancellationToken);
        PostgresPrograms? programs = null;
        try
        {
            var log = new ServerLog(folder.Logs);
            programs = await PostgresPrograms.ForAsync(binaries, folder, progress, cancellationToken);
            await TakeOverAsync(folder, programs, progress);
            await CreateClusterAsync(folder, programs, progress, cancellationToken);
            var sizes = PostgresSizes.OfThisMachine();
            var port = await StartServerAsync(folder, log, programs, sizes, choosePort, cancellationToken);
            if (await ClusterRoles.IsBootstrapAsync(ConnectionStringOf(folder, port), cancellationToken))
            {
                progress?.Report("Taking the superuser's rights from the program's role");
                await programs.StopServerAsync(PatienceAtStop);
                await programs.RunAsSuperuserAsync(
                    folder.Cluster, Database, ClusterRoles.Separate(folder.ReadPassword()), cancellationToken);
                port = await StartServerAsync(folder, log, programs, sizes, choosePort, cancellationToken);
            }

            return new EmbeddedPostgres(folder, log, @lock, programs, port) { Sizes = $"{sizes}" };
        }
        catch
        {
            await using (@lock)
                await (programs?.StopServerAsync(PatienceAtStop) ?? Task.CompletedTask);
            throw;
        }
    }

    /// <summary>Stops what a killed Quittance left running: the folder is ours now.</summary>
    private static async Task TakeOverAsync(DataFolder folder, PostgresPrograms programs, IProgress<string>? progress)
    {
        if (PostmasterFile.Read(folder.Cluster) is not { } left)
            return;

        if (!left.NamesLiveServer())
        {
            left.Disown();
            return;
        }

        progress?.Report("Stopping the PostgreSQL that an earlier run left behind");
        await programs.StopServerAsync(PatienceAtTakeover);
    }

    private static async Task CreateClusterAsync(
        DataFolder folder, PostgresPrograms programs, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        File.Delete(folder.InitdbPassword);
        if (Directory.Exists(folder.UnfinishedCluster))
            Directory.Delete(folder.UnfinishedCluster, recursive: true);
        if (Directory.Exists(folder.Cluster))
            return;

        progress?.Report("Creating the database");
        CreatePrivateFolder(folder.UnfinishedCluster);
        await programs.HandOverAsync(folder.UnfinishedCluster, cancellationToken);
        try
        {
            // initdb asks for one; it is gone with the next step.
            DataFolder.WritePrivate(folder.InitdbPassword, DataFolder.RandomPassword());
            await programs.HandOverAsync(folder.InitdbPassword, cancellationToken);
            await programs.CreateClusterAsync(folder.UnfinishedCluster, ClusterRoles.Superuser, cancellationToken);
            await programs.RunAsSuperuserAsync(
                folder.UnfinishedCluster, "postgres", ClusterRoles.Create(folder.CreatePassword(), Database), cancellationToken);
        }
        finally
        {
            File.Delete(folder.InitdbPassword);
        }

        Directory.Move(folder.UnfinishedCluster, folder.Cluster);
    }

    /// <summary>Starts the server and returns its port: a free one, or the next if another program was quicker.</summary>
    private static async Task<int> StartServerAsync(
        DataFolder folder, ServerLog log, PostgresPrograms programs, PostgresSizes sizes, Func<int> choosePort,
        CancellationToken cancellationToken)
    {
        CreatePrivateFolder(folder.Logs);
        log.Tidy();

        // Every time: a backup may have been restored by root.
        await programs.HandOverAsync(folder.Cluster, cancellationToken);
        await programs.HandOverAsync(folder.Logs, cancellationToken);

        for (var attempt = 1; ; attempt++)
        {
            var port = choosePort();
            WriteSettings(folder, port, sizes);
            var result = await programs.StartServerAsync(log.StartFile, cancellationToken);
            if (result.Succeeded)
                return port;

            var reason = await log.LastLinesOfFailureAsync(cancellationToken);
            if (attempt == PortsTried || !reason.Contains("could not bind"))
            {
                throw new EmbeddedPostgresException(
                    $"The embedded PostgreSQL on {folder.FullPath} did not start.\n{result.Output}\n{reason}");
            }
        }
    }

    private static void WriteSettings(DataFolder folder, int port, PostgresSizes sizes)
    {
        File.WriteAllText(folder.Settings, PostgresSettings.Text(port, sizes));

        // It holds no secret, and PostgreSQL's user must read it under any umask.
        const UnixFileMode ReadableByAll =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Settings, ReadableByAll);
    }

    private async Task<EmbeddedPostgresException> WatchAsync()
    {
        // It is not our child, so the system does not notify us: see PostgresPrograms.StartServerAsync.
        using var timer = new PeriodicTimer(WatchInterval, TimeProvider.System);
        while (PostmasterFile.Read(_folder.Cluster)?.NamesLiveServer() is true)
            await timer.WaitForNextTickAsync(_stopping.Token);

        _stopping.Token.ThrowIfCancellationRequested();
        return new EmbeddedPostgresException(
            $"The embedded PostgreSQL on {_folder.FullPath} ended by itself. Its last words:\n{_log.LastLines()}");
    }

    private static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string ConnectionStringOf(DataFolder folder, int port) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = port,
            Database = Database,
            Username = User,
            Password = folder.ReadPassword(),
            // Another program of this machine may listen on the port after a crash: it must prove that it knows the password.
            RequireAuth = "ScramSHA256",

            // Nothing to encrypt on loopback, and each would ask the server first.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    private static int ChooseFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
