using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Quittance.Storage.Embedded;

/// <summary>The places of a data folder, and its owner at the moment.</summary>
internal sealed class DataFolder(string path)
{
    /// <summary>Its path without symbolic links: PostgreSQL is known by it, whichever way leads to the folder.</summary>
    public string FullPath { get; } = RealPathOf(path);

    public string Cluster => Path.Combine(FullPath, "postgres");

    /// <summary>The folder in which initdb works; it is renamed once complete, so that a crash halfway leaves no half a cluster.</summary>
    public string UnfinishedCluster => Path.Combine(FullPath, "postgres.new");

    public string Logs => Path.Combine(FullPath, "log");

    /// <summary>Lies outside the cluster: as root we never write where PostgreSQL's user could have planted a link.</summary>
    public string Settings => Path.Combine(FullPath, "postgresql.conf");

    /// <summary>A password for initdb, which runs as PostgreSQL's user. Gone once it has been read.</summary>
    public string InitdbPassword => Path.Combine(FullPath, "password.initdb");

    private string Password => Path.Combine(FullPath, "password");

    private string Lock => Path.Combine(FullPath, "lock");

    /// <summary>Creates the folder if needed and takes its lock, which the operating system frees when we die.</summary>
    public async Task<FileStream> TakeAsync(CancellationToken cancellationToken)
    {
        CreateIfMissing();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OpenLock(FileMode.OpenOrCreate);
            }
            catch (IOException) when (attempt < 5)
            {
                // Perhaps it was only a call of IsTaken.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
            catch (IOException held)
            {
                throw new EmbeddedPostgresException(
                    $"The data folder {FullPath} is in use by another running Quittance. " +
                    "Stop that one first, or choose another folder with --data.", held);
            }
        }
    }

    public bool IsTaken()
    {
        try
        {
            OpenLock(FileMode.Open).Dispose();
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public string CreatePassword()
    {
        if (!File.Exists(Password))
        {
            // Renamed when complete, for the same reason as the cluster.
            WritePrivate(Password + ".new", RandomPassword());
            File.Move(Password + ".new", Password);
        }

        return ReadPassword();
    }

    public string ReadPassword()
    {
        try
        {
            return File.ReadAllText(Password);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The password of the embedded PostgreSQL cannot be read from {Password}: {e.Message}", e);
        }
    }

    /// <summary>Hexadecimal digits, which need no quotes in any form.</summary>
    public static string RandomPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Writes a file that only we may read, from its first byte on.</summary>
    public static void WritePrivate(string file, string text)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    /// <summary>The path behind all symbolic links, of a file that need not exist.</summary>
    public static string RealPathOf(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        var real = Path.Combine(RealPathOf(parent), Path.GetFileName(full));
        try
        {
            return Directory.Exists(real) && Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target
                ? RealPathOf(target.FullName) : real;
        }
        catch (IOException)
        {
            // Links that lead nowhere. What is done with the folder then says why it can't be.
            return real;
        }
    }

    private void CreateIfMissing()
    {
        try
        {
            Directory.CreateDirectory(FullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The data folder {FullPath} cannot be created: {e.Message}", e);
        }
    }

    private FileStream OpenLock(FileMode mode)
    {
        try
        {
            return new FileStream(Lock, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EmbeddedPostgresException($"The data folder {FullPath} may not be used by this user: {e.Message}", e);
        }
    }
}

/// <summary>The server's configuration file.</summary>
internal static class PostgresSettings
{
    public static string Text(int port, PostgresSizes sizes) =>
        $"""
        # Written anew at every start, so that a newer Quittance brings its own. What ALTER SYSTEM sets outranks this file.

        # Only for this machine, and only by TCP: a socket file has a path that can be too long, and is one more way in.
        listen_addresses = '127.0.0.1'
        port = {port}
        unix_socket_directories = ''
        # Quittance needs a few dozen at most; the rest is for people with psql.
        max_connections = 100

        # Money: what we have answered must survive a power cut. These are the defaults, written down as a promise.
        fsync = on
        synchronous_commit = on
        full_page_writes = on

        # A share of this machine's memory, or of what its container may have: ALTER SYSTEM sets another.
        # The rows at work and their indexes should fit here; the operating system's cache holds the rest.
        shared_buffers = {sizes.SharedBuffersMb}MB
        effective_cache_size = {sizes.CacheMb}MB
        maintenance_work_mem = {sizes.MaintenanceMb}MB
        # A WAL file used again costs less than a new one (99th percentile of a commit 12 ms instead of 35 and more).
        min_wal_size = 1GB
        # Checkpoints by time and seldom: after each one, every page's first change is written to the WAL in full.
        max_wal_size = {sizes.MostWalMb}MB
        checkpoint_timeout = 15min

        # Our statements are short: compiling one would take longer than running it.
        jit = off
        # Generic plans only where they are as good; statements are written so that they are.
        plan_cache_mode = auto

        # The server's own collector, so that the log goes on after our death. One file per 10 MB.
        logging_collector = on
        log_directory = '../{ServerLog.FolderName}'
        log_filename = '{ServerLog.FileNamePattern}'
        log_rotation_size = 10MB
        log_rotation_age = 0
        # The client gets errors in statements; here they would put customers' data into the log.
        log_min_messages = log
        log_timezone = 'UTC'
        timezone = 'UTC'
        lc_messages = 'C'
        """;
}

/// <summary>
/// A cluster's <c>postmaster.pid</c>: who serves it, and where. Its lines are the process id, the cluster's folder, the start
/// in seconds since 1970, the port, the socket folder, the address, the shared memory, and how far the start has come.
/// </summary>
internal sealed class PostmasterFile
{
    private const string Name = "postmaster.pid";

    // More than any system gives out (Linux: at most 4,194,304), and odd, which no process id of Windows is.
    private const string ImpossibleProcessId = "4194305";

    private readonly string _cluster;
    private readonly string[] _lines;

    private PostmasterFile(string cluster, string[] lines)
    {
        _cluster = cluster;
        _lines = lines;
    }

    public int Port => int.TryParse(_lines[3], CultureInfo.InvariantCulture, out var port) ? port : 0;

    public bool IsReady => _lines.Length > 7 && _lines[7].Trim() == "ready";

    public static PostmasterFile? Read(string cluster)
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(cluster, Name));
            return lines.Length < 4 ? null : new PostmasterFile(cluster, lines);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether the process is alive and serves this very folder, and is no stranger that was given the same id.</summary>
    public bool NamesLiveServer()
    {
        if (!int.TryParse(_lines[0], CultureInfo.InvariantCulture, out var processId) || DataFolder.RealPathOf(_lines[1]) != _cluster)
            return false;

        try
        {
            return OperatingSystem.IsLinux()
                ? ServesFolder(File.ReadAllText($"/proc/{processId}/cmdline").Split('\0'), _lines[1])
                : StartedAt(processId, long.Parse(_lines[2], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            // No such process, or not any more.
            return false;
        }
    }

    /// <summary>
    /// Lets PostgreSQL start although a stranger runs under the process id in the file, which it would take for a server still
    /// at work. The rest stays, since by it PostgreSQL finds out whether processes of a crashed server still use the cluster.
    /// </summary>
    public void Disown()
    {
        var file = Path.Combine(_cluster, Name);
        DataFolder.WritePrivate(file + ".new", string.Join('\n', [ImpossibleProcessId, .. _lines[1..], ""]));
        File.Move(file + ".new", file, overwrite: true);
    }

    private static bool ServesFolder(string[] command, string cluster) =>
        Path.GetFileName(command[0]) == "postgres" && Array.IndexOf(command, "-D") is > 0 and var option
        && command.ElementAtOrDefault(option + 1) == cluster;

    private static bool StartedAt(int processId, long seconds)
    {
        using var process = Process.GetProcessById(processId);
        var apart = new DateTimeOffset(process.StartTime) - DateTimeOffset.FromUnixTimeSeconds(seconds);
        return process.ProcessName == "postgres" && apart.Duration() < TimeSpan.FromSeconds(10);
    }
}

/// <summary>What PostgreSQL writes about itself in <c>log/</c>.</summary>
internal sealed class ServerLog(string folder)
{
    public const string FolderName = "log";

    /// <summary>In the order of the names is in the order of time.</summary>
    public const string FileNamePattern = "postgres-%Y%m%dT%H%M%SZ.log";

    private const int FilesKept = 10;
    private const int LinesShown = 10;
    private const int TurnsForReason = 20;
    private static readonly TimeSpan TurnForReason = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes what the server says before its log collector runs.</summary>
    public string StartFile => Path.Combine(folder, "start.log");

    /// <summary>Readies the folder for another start.</summary>
    public void Tidy()
    {
        File.Delete(StartFile);
        foreach (var old in Files().SkipLast(FilesKept))
            File.Delete(old);
    }

    /// <summary>The last lines of a server that did not start. Its collector may write the reason after the server has ended.</summary>
    public async Task<string> LastLinesOfFailureAsync(CancellationToken cancel)
    {
        var lines = LastLines();
        for (var turn = 0; turn < TurnsForReason && !lines.Contains("FATAL", StringComparison.Ordinal); turn++)
        {
            await Task.Delay(TurnForReason, TimeProvider.System, cancel);
            lines = LastLines();
        }

        return lines;
    }

    public string LastLines()
    {
        var collectorRan = !File.Exists(StartFile) || File.ReadAllText(StartFile).Contains("log output to logging collector");
        var file = collectorRan ? Files().LastOrDefault() : StartFile;
        return file is null ? "" : string.Join('\n', File.ReadLines(file).TakeLast(LinesShown));
    }

    private IEnumerable<string> Files() => Directory.GetFiles(folder, "postgres-*.log").Order(StringComparer.Ordinal);
}
