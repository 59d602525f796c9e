using Quittance.Bench.Load;

namespace Quittance.Bench.Contests;

/// <summary>One of those that are compared.</summary>
internal interface IRival
{
    string Name { get; }

    /// <summary>Its own process; null where the bench process does its work.</summary>
    Servers.ServerProcess? Server { get; }

    /// <summary>The payment provider's process; null where none is asked.</summary>
    Servers.ServerProcess? Provider => null;

    /// <summary>Works as fast as it can for a while.</summary>
    /// <param name="connections">How many requests it has in flight.</param>
    /// <param name="time">For how long.</param>
    /// <param name="cancel">Ends it early.</param>
    Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel);
}
