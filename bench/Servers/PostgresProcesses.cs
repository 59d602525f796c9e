using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Quittance.Bench.Servers;

/// <summary>The processor time of PostgreSQL's processes, as far as they are on this machine.</summary>
internal sealed class PostgresProcesses
{
    private readonly Func<CancellationToken, Task<IReadOnlyList<int>>> _idsAsync;

    private PostgresProcesses(Func<CancellationToken, Task<IReadOnlyList<int>>> idsAsync) => _idsAsync = idsAsync;

    /// <summary>Those of a database, by its own word.</summary>
    public static PostgresProcesses Of(NpgsqlDataSource database) => new(async cancel =>
    {
        await using var command = database.CreateCommand("SELECT pid FROM pg_stat_activity");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        List<int> ids = [];
        while (await reader.ReadAsync(cancel))
            ids.Add(reader.GetInt32(0));
        return ids;
    });

    /// <summary>Those of the embedded one of a data folder, by Linux's word: nothing is known of its credentials.</summary>
    public static PostgresProcesses In(string folder)
    {
        var main = Directory.EnumerateFiles(folder, "postmaster.pid", SearchOption.AllDirectories)
            .Select(path => File.ReadLines(path).First()).FirstOrDefault();
        return new(_ => Task.FromResult<IReadOnlyList<int>>(main is null ? [] : ChildrenOf(main)));
    }

    /// <summary>The processor time that each process has taken so far.</summary>
    public async Task<IReadOnlyDictionary<int, TimeSpan>> CpuAsync(CancellationToken cancel)
    {
        Dictionary<int, TimeSpan> cpu = [];
        foreach (var id in await _idsAsync(cancel))
        {
            if (CpuOf(id) is { } taken)
                cpu[id] = taken;
        }

        return cpu;
    }

    /// <summary>The processor time between two readings.</summary>
    public static TimeSpan Between(IReadOnlyDictionary<int, TimeSpan> before, IReadOnlyDictionary<int, TimeSpan> after) =>
        after.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Value - before.GetValueOrDefault(process.Key));

    private static IReadOnlyList<int> ChildrenOf(string parent)
    {
        var children = $"/proc/{parent}/task/{parent}/children";
        return !File.Exists(children) ? []
            : [.. File.ReadAllText(children).Split().Where(id => id.Length > 0).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
    }

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
