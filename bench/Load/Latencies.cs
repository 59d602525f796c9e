using System.Diagnostics;

namespace Quittance.Bench.Load;

/// <summary>Every latency of a measurement: exact, as there are only some hundred thousand of them.</summary>
internal sealed class Latencies
{
    private readonly List<long> _ticks = [];

    public int Count => _ticks.Count;

    public void AddSince(long start) => _ticks.Add(Stopwatch.GetTimestamp() - start);

    public void Clear() => _ticks.Clear();

    /// <summary>Joins what several connections have seen.</summary>
    public static Latencies Of(IEnumerable<Latencies> several)
    {
        var all = new Latencies();
        foreach (var one in several)
            all._ticks.AddRange(one._ticks);
        all._ticks.Sort();
        return all;
    }

    /// <summary>A percentile of joined latencies, in milliseconds.</summary>
    public double Percentile(double percent) => _ticks.Count == 0
        ? double.NaN
        : Stopwatch.GetElapsedTime(0, _ticks[Math.Min(_ticks.Count - 1, (int)(_ticks.Count * percent / 100))]).TotalMilliseconds;
}
