using System.Diagnostics.Metrics;

namespace Quittance.Core.Engine;

/// <summary>The engine's measures. They cost nothing while no program listens.</summary>
internal sealed class EngineMeter : IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);
    private readonly Counter<long> _batches;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _commitDuration;
    private readonly Counter<long> _captured;

    /// <param name="waiting">How many commands wait.</param>
    public EngineMeter(Func<int> waiting)
    {
        _batches = _meter.CreateCounter<long>("quittance.batches", "{batch}", "Batches of commands that were committed");
        _batchSize = _meter.CreateHistogram(
            "quittance.batch.size", "{command}", "Commands in a committed batch",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
        _commitDuration = _meter.CreateHistogram(
            "quittance.commit.duration", "s", "How long a commit took",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                2.5, 5]
            });
        _captured = _meter.CreateCounter<long>("quittance.payments.captured", "{payment}", "Payments whose money came in");
        _meter.CreateObservableUpDownCounter("quittance.commands.waiting", waiting, "{command}", "Commands that wait to be decided");
    }

    /// <summary>Counts a batch that is durable.</summary>
    /// <param name="commands">How many commands it carried out.</param>
    /// <param name="took">How long its commit took.</param>
    public void Committed(int commands, Batch batch, TimeSpan took)
    {
        _batches.Add(1);
        _batchSize.Record(commands);
        _commitDuration.Record(took.TotalSeconds);
        if (batch.Captured > 0)
            _captured.Add(batch.Captured);
    }

    public void Dispose() => _meter.Dispose();
}
