namespace Quittance.Bench.Load;

/// <summary>The figures of one measurement.</summary>
/// <param name="Answers">How many answers came, good or bad.</param>
/// <param name="Errors">How many answers were no success, or did not come.</param>
/// <param name="Elapsed">How long it lasted.</param>
/// <param name="MedianMs">The latency that half of the answers kept below.</param>
/// <param name="SlowestPercentMs">The latency that 99 of 100 answers kept below.</param>
/// <param name="Cpu">The processor time that the load generator took.</param>
internal sealed record LoadResult(
    long Answers, long Errors, TimeSpan Elapsed, double MedianMs, double SlowestPercentMs, TimeSpan Cpu)
{
    public double PerSecond => Math.Max(0, Answers - Errors) / Elapsed.TotalSeconds;

    public double ErrorRate => Answers + Errors == 0 ? 1 : (double)Errors / Math.Max(Answers, Errors);
}
