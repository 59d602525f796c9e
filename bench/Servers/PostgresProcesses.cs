using System.ComponentModel;
using System.Diagnostics;
using Npgsql;

namespace Quittance.Bench.Servers;

/// <summary>The processor time of PostgreSQL's processes, as far as they are on this machine.</summary>
internal sealed class PostgresProcesses(NpgsqlDataSource database)
{
    /// <summary>The processor time that each process has taken so far.</summary>
    public async Task<IReadOnlyDictionary<int, TimeSpan>> CpuAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("SELECT pid FROM pg_stat_activity");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        Dictionary<int, TimeSpan> cpu = [];
        while (await reader.ReadAsync(cancel))
        {
            if (CpuOf(reader.GetInt32(0)) is { } taken)
                cpu[reader.GetInt32(0)] = taken;
        }

        return cpu;
    }

    /// <summary>The processor time between two readings.</summary>
    public static TimeSpan Between(IReadOnlyDictionary<int, TimeSpan> before, IReadOnlyDictionary<int, TimeSpan> after) =>
        after.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Value - before.GetValueOrDefault(process.Key));

    private static TimeSpan? CpuOf(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.TotalProcessorTime;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
