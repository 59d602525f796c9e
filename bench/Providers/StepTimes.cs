using System.Diagnostics;
using Quittance.Bench.Load;

namespace Quittance.Bench.Providers;

/// <summary>How long each step of a payment took, of one payment at a time.</summary>
internal sealed class StepTimes
{
    // A commit ends each part but the last.
    private static readonly string[] Parts = ["intent", "authorisation", "capture", "answer"];

    private readonly OrderedDictionary<string, Latencies> _steps = [];
    private readonly Latencies _rest = new();
    private long _start;
    private long _timed;
    private int _commits;

    /// <summary>The median of each step in milliseconds, in the order in which they come, and last what is in none of them.</summary>
    public IReadOnlyList<(string Step, double MedianMs)> Medians =>
    [
        .. _steps.Select(step => (step.Key, MedianOf(step.Value))),
        ("all between the steps: queues, decisions, threads", MedianOf(_rest)),
    ];

    public void Clear()
    {
        _steps.Clear();
        _rest.Clear();
    }

    public void Begin() => (_start, _timed, _commits) = (Stopwatch.GetTimestamp(), 0, 0);

    public void End() => _rest.AddSince(_start + _timed);

    public async Task<T> TimeAsync<T>(string step, Func<Task<T>> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await work();
        Add(step, start);
        return result;
    }

    public async Task TimeAsync(string step, Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        Add(step, start);
    }

    /// <summary>Begins the payment's next part.</summary>
    public void Committed() => _commits++;

    private void Add(string step, long start)
    {
        _timed += Stopwatch.GetTimestamp() - start;
        var name = $"{Parts[_commits]}: {step}";
        if (!_steps.TryGetValue(name, out var latencies))
            _steps.Add(name, latencies = new Latencies());
        latencies.AddSince(start);
    }

    private static double MedianOf(Latencies latencies) => Latencies.Of([latencies]).Percentile(50);
}
