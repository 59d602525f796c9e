using System.Globalization;
using System.Runtime.CompilerServices;

namespace Quittance.Tests.Running;

/// <summary>
/// The temporary files of a run, in memory where the machine has some to spare: each database of a test is a thousand files, and a file
/// system on a disk takes longer to make and to delete them than PostgreSQL works on them.
/// </summary>
internal static class MemoryFolder
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "quittance-run-";
    private const long LeastRoom = 4L << 30;
    private const long LeastMemory = 8L << 30;

    [ModuleInitializer]
    internal static void Use()
    {
        if (!Directory.Exists(Memory) || new DriveInfo(Memory).AvailableFreeSpace < LeastRoom
            || GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < LeastMemory)
        {
            return;
        }

        foreach (var left in Directory.EnumerateDirectories(Memory, $"{Prefix}*").Where(left => !IsRunning(left)))
            Directory.Delete(left, recursive: true);
        var folder = Directory.CreateDirectory(Path.Combine(Memory, $"{Prefix}{Environment.ProcessId}")).FullName;
        // Programs that a test starts have it from here.
        Environment.SetEnvironmentVariable("TMPDIR", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }

    /// <summary>Whether the run with this folder goes on; one that was killed has left its folder.</summary>
    private static bool IsRunning(string folder) => Directory.Exists(
        $"/proc/{int.Parse(Path.GetFileName(folder).AsSpan(Prefix.Length), CultureInfo.InvariantCulture)}");
}
