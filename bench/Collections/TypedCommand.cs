using System.Diagnostics;
using System.Text.Json.Nodes;
using Quittance.Bench.Books;
using Quittance.Core;

namespace Quittance.Bench.Collections;

/// <summary>The time and the memory of a step.</summary>
/// <param name="MostBytes">The most memory of the command's process; zero for a step of no process of its own.</param>
internal sealed record Step(string Name, TimeSpan Took, long MostBytes);

/// <summary>Commands of the program for one merchant, each a process of its own as an operator types it.</summary>
internal sealed class TypedCommand(BenchDatabase database, MerchantId merchant)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly List<Step> _steps = [];

    /// <summary>The steps that were measured, in their order.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>Measures a step that is no command.</summary>
    public async Task MeasureAsync(string name, Func<Task> step)
    {
        Screen.Progress.Report(name);
        var begun = Stopwatch.GetTimestamp();
        await step();
        _steps.Add(new Step(name, Stopwatch.GetElapsedTime(begun), 0));
    }

    /// <summary>Types a command, and measures it. Returns what it tells programs.</summary>
    /// <param name="name">The step; null for one that is not shown.</param>
    public async Task<JsonNode> RunAsync(string? name, CancellationToken cancel, params string[] arguments)
    {
        if (name is not null)
            Screen.Progress.Report(name);
        var begun = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "quittance"),
            [
                .. arguments, "--json", "--merchant", $"{merchant.Value}", "--database", database.ConnectionString,
                "--data", database.Folder!,
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        var mostBytes = 0L;
        while (MostBytesOf(process) is { } bytes)
        {
            mostBytes = Math.Max(mostBytes, bytes);
            await Task.WhenAny(process.WaitForExitAsync(cancel), Task.Delay(Look, TimeProvider.System, cancel));
        }

        var said = await output;
        if (process.ExitCode != 0)
            throw new BenchException($"quittance {string.Join(' ', arguments)}: {await error}{said}");
        if (name is not null)
            _steps.Add(new Step(name, Stopwatch.GetElapsedTime(begun), mostBytes));
        return JsonNode.Parse(said) ?? throw new BenchException($"quittance {arguments[0]} said nothing.");
    }

    /// <summary>The most memory that a process had until now; null where it has ended, since the system forgets it with the end.</summary>
    private static long? MostBytesOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
