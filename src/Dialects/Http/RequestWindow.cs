using System.Threading.RateLimiting;

namespace Quittance.Dialects.Http;

/// <summary>
/// Lets a number of requests through in each window. Unlike the framework's limiter of that name, whose windows follow one
/// another from the moment it was made, a window begins with the first request after the last one has ended.
/// </summary>
internal sealed class RequestWindow(RateLimit limit, TimeProvider clock) : RateLimiter
{
    private static readonly MetadataName<RequestCount> Count = MetadataName.Create<RequestCount>("QUITTANCE_COUNT");

    private readonly Lock _counting = new();

    // Timestamps only go forward, whatever is done to the machine's clock.
    private long? _began;
    private int _taken;
    private long _admitted;
    private long _refused;

    /// <summary>How long ago the window ended; null while it lasts.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_counting)
                return Left is var left && left > TimeSpan.Zero ? null : -left;
        }
    }

    /// <summary>How long the window still lasts; not above zero when it is over.</summary>
    private TimeSpan Left => _began is { } began ? limit.Window - clock.GetElapsedTime(began) : TimeSpan.Zero;

    /// <summary>How the window stood when it gave a lease.</summary>
    public static RequestCount CountOf(RateLimitLease lease) =>
        lease.TryGetMetadata(Count, out var count) && count is not null ? count : throw new InvalidOperationException("The lease is of another limiter.");

    /// <inheritdoc/>
    public override RateLimiterStatistics GetStatistics()
    {
        lock (_counting)
        {
            return new RateLimiterStatistics
            {
                CurrentAvailablePermits = Left > TimeSpan.Zero ? limit.Requests - _taken : limit.Requests,
                TotalSuccessfulLeases = _admitted,
                TotalFailedLeases = _refused,
            };
        }
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_counting)
        {
            var left = Left;
            if (left <= TimeSpan.Zero)
                (_began, _taken, left) = (clock.GetTimestamp(), 0, limit.Window);
            if (_taken + permitCount > limit.Requests)
            {
                _refused++;
                return new Lease(RequestCount.Of(limit, _taken, left, isAdmitted: false));
            }

            _taken += permitCount;
            _admitted++;
            return new Lease(RequestCount.Of(limit, _taken, left, isAdmitted: true));
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    /// <summary>Whether a request was let through, and how the window stands.</summary>
    private sealed class Lease(RequestCount count) : RateLimitLease
    {
        public override bool IsAcquired => count.IsAdmitted;

        public override IEnumerable<string> MetadataNames => [Count.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == Count.Name ? count : null;
            return metadata is not null;
        }
    }
}
