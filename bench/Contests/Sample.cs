using Quittance.Bench.Load;

namespace Quittance.Bench.Contests;

/// <summary>One measurement, with the processor time around it.</summary>
/// <param name="Load">The figures of the load generator.</param>
/// <param name="ServerCpu">The server's processor time; for a rival in the bench process, its own.</param>
/// <param name="PostgresCpu">PostgreSQL's processor time; zero where it is not on this machine.</param>
internal sealed record Sample(LoadResult Load, TimeSpan ServerCpu, TimeSpan PostgresCpu)
{
    /// <summary>The payment provider's processor time; zero where none is asked.</summary>
    public TimeSpan ProviderCpu { get; init; }
}
