using System.Diagnostics;
using Quittance.Storage.Embedded;

namespace Quittance.Tests.Running;

/// <summary>One data folder that a demo has filled in, once for the run; every other demo starts on a copy, which is far quicker.</summary>
internal static class DemoFolder
{
    private static readonly Lazy<Task<(string Folder, DateOnly FilledInOn)>> Prepared = new(PrepareAsync);

    /// <summary>Copies the filled-in data folder to a place that does not exist yet or is empty.</summary>
    /// <returns>The day on which the demo filled it in, in UTC.</returns>
    public static async Task<DateOnly> CopyToAsync(string folder)
    {
        ShortSuite.AssertMayStartProgram();
        var (prepared, filledInOn) = await Prepared.Value;
        Directory.CreateDirectory(folder);
        // PostgreSQL starts only on a folder with its own permissions, and these cp keeps.
        using var copy = Process.Start("cp", ["-a", Path.Combine(prepared, "."), folder]);
        await copy.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, copy.ExitCode);
        return filledInOn;
    }

    /// <summary>Deletes the filled-in folder, at the end of the run.</summary>
    public static async Task DeleteAsync()
    {
        if (Prepared.IsValueCreated)
            Directory.Delete((await Prepared.Value).Folder, recursive: true);
    }

    /// <summary>
    /// A PostgreSQL of tests leaves it to the operating system when files reach the disk. Its process can still be killed at any moment
    /// without a loss; only a power cut would cost, and no test has one.
    /// </summary>
    public static readonly string[] WithoutWaitingForTheDisk = ["ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off"];

    /// <summary>Many PostgreSQL servers of tests share a machine.</summary>
    public const string OfLittleMemory = "ALTER SYSTEM SET shared_buffers = '128MB'";

    private static async Task<(string Folder, DateOnly FilledInOn)> PrepareAsync()
    {
        var folder = Directory.CreateTempSubdirectory("quittance-demo-prepared-").FullName;
        var filledInOn = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        // It stops at once: all that counts is in the folder.
        await using (await RunningProgram.StartAsync("demo", "--data", folder))
        {
        }

        await EmbeddedPostgres.AlterAsync(folder, [.. WithoutWaitingForTheDisk, OfLittleMemory]);
        return (folder, filledInOn);
    }
}
