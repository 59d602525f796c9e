namespace Quittance.Bench.Contests;

/// <summary>All rounds of one trial.</summary>
internal sealed class Samples
{
    private readonly List<Sample> _samples = [];

    public IReadOnlyList<Sample> All => _samples;

    public double PerSecond => MedianOf(sample => sample.Load.PerSecond);

    public double Slowest => _samples.Min(sample => sample.Load.PerSecond);

    public double Fastest => _samples.Max(sample => sample.Load.PerSecond);

    public void Add(Sample sample) => _samples.Add(sample);

    public double MedianOf(Func<Sample, double> value) => Median([.. _samples.Select(value)]);

    /// <summary>How much faster than another, as the median of the rounds: each is compared with its neighbour in time.</summary>
    public double RatioTo(Samples other) =>
        MedianOfPairs(other, (one, two) => one.Load.PerSecond / two.Load.PerSecond);

    /// <summary>A comparison with another, as the median of the rounds.</summary>
    public double MedianOfPairs(Samples other, Func<Sample, Sample, double> compare) => Median([.. _samples.Zip(other._samples, compare)]);

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
