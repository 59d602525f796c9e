using System.Diagnostics;
using System.Globalization;

namespace Quittance.Storage.Embedded;

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
        if (!int.TryParse(_lines[0], CultureInfo.InvariantCulture, out var processId) || Path.GetFullPath(_lines[1]) != _cluster)
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
