using System.Threading.RateLimiting;

namespace Quittance.Dialects.Http;

/// <summary>
/// Lets a number of requests through in each window. Unlike the framework's limiter of that name, whose windows follow one
/// another from the moment it was made, a window begins with the first request after the last one has ended.
/// </summary>
internal sealed class RequestWindow(RateLimit limit, TimeProvider clock) : RateLimiter
{
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
                (_began, _taken) = (clock.GetTimestamp(), 0);
            if (_taken + permitCount > limit.Requests)
            {
                _refused++;
                return new Lease(left);
            }

            _taken += permitCount;
            _admitted++;
            return Lease.Admitted;
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    /// <summary>Whether a request was let through, and if not, how long to wait.</summary>
    private sealed class Lease(TimeSpan? wait) : RateLimitLease
    {
        public static readonly Lease Admitted = new(null);

        public override bool IsAcquired => wait is null;

        public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
            return metadata is not null;
        }
    }
}
