using Quittance.Bench.Books;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Contests;

/// <summary>
/// Measures rivals in turn, round by round, so that all else that the machine does meets all of them alike. Who does not
/// run is idle.
/// </summary>
/// <param name="postgres">The databases whose processor time is told.</param>
/// <param name="trials">What is measured.</param>
/// <param name="time">How long each measurement lasts.</param>
internal sealed class Contest(IReadOnlyList<PostgresProcesses> postgres, IReadOnlyList<Trial> trials, TimeSpan time)
{
    // A server answers to its first requests before its code is compiled well and its statements are prepared.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public Contest(IReadOnlyList<BenchDatabase> databases, IReadOnlyList<Trial> trials, TimeSpan time)
        : this(
            [.. databases.Where(database => database.IsEmbedded).Select(database => PostgresProcesses.Of(database.Source))], trials, time)
    {
    }

    public Contest(BenchDatabase database, IReadOnlyList<Trial> trials, TimeSpan time)
        : this((IReadOnlyList<BenchDatabase>)[database], trials, time)
    {
    }

    public async Task<IReadOnlyDictionary<Trial, Samples>> RunAsync(int rounds, CancellationToken cancel)
    {
        foreach (var trial in trials.DistinctBy(trial => trial.Rival))
        {
            Screen.Progress.Report($"Warming up: {trial.Rival.Name}");
            await trial.Rival.RunAsync(trial.Connections, WarmUp, cancel);
        }

        var results = trials.ToDictionary(trial => trial, _ => new Samples());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var trial in trials)
            {
                var sample = await MeasureAsync(trial, cancel);
                results[trial].Add(sample);
                Screen.Progress.Report(
                    $"Round {round} of {rounds}: {trial.Rival.Name}, {trial.Connections} in flight: {sample.Load.PerSecond:N0}/s");
            }
        }

        return results;
    }

    private async Task<Sample> MeasureAsync(Trial trial, CancellationToken cancel)
    {
        var before = await PostgresCpuAsync(cancel);
        var server = trial.Rival.Server?.Cpu ?? TimeSpan.Zero;
        var provider = trial.Rival.Provider?.Cpu ?? TimeSpan.Zero;
        var load = await trial.Rival.RunAsync(trial.Connections, time, cancel);
        return new Sample(
            load, (trial.Rival.Server?.Cpu ?? load.Cpu) - server, PostgresProcesses.Between(before, await PostgresCpuAsync(cancel)))
        {
            ProviderCpu = (trial.Rival.Provider?.Cpu ?? TimeSpan.Zero) - provider,
        };
    }

    private async Task<IReadOnlyDictionary<int, TimeSpan>> PostgresCpuAsync(CancellationToken cancel) =>
        (await Task.WhenAll(postgres.Select(each => each.CpuAsync(cancel)))).SelectMany(cpu => cpu).ToDictionary();
}
