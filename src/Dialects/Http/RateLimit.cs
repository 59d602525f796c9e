using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quittance.Core;
using Quittance.Core.Access;

namespace Quittance.Dialects.Http;

/// <summary>
/// How many requests one credential may send, to one operation (a method and a path's pattern) or to all together. Each server process
/// counts for itself.
/// </summary>
/// <param name="Requests">How many, within a window.</param>
/// <param name="Window">How long a window lasts; it begins with the first request after the last one has ended.</param>
public sealed record RateLimit(int Requests, TimeSpan Window)
{
    /// <summary>Whether a request beyond the credential's scopes is refused as such before it is counted.</summary>
    public bool CountsPermittedOnly { get; init; }
}

/// <summary>How a window of a <see cref="RateLimit"/> stands after a request was counted in it.</summary>
/// <param name="Limit">How many requests it lets through.</param>
/// <param name="Remaining">How many of them are left.</param>
/// <param name="ResetSeconds">When it ends, in seconds from now, at least one.</param>
/// <param name="IsAdmitted">Whether this one was let through.</param>
public sealed record RequestCount(int Limit, int Remaining, int ResetSeconds, bool IsAdmitted)
{
    private static readonly object Slot = new();

    /// <summary>How the window of a request stood; null where it was not counted.</summary>
    public static RequestCount? Of(HttpContext http) => http.Items.TryGetValue(Slot, out var count) ? (RequestCount)count! : null;

    /// <summary>The value of the header <c>RateLimit</c>.</summary>
    public override string ToString() => $"limit={Limit}, remaining={Remaining}, reset={ResetSeconds}";

    internal static RequestCount Of(RateLimit limit, int taken, TimeSpan left, bool isAdmitted) =>
        new(limit.Requests, limit.Requests - taken, Math.Max(1, (int)Math.Ceiling(left.TotalSeconds)), isAdmitted);

    internal void Remember(HttpContext http) => http.Items[Slot] = this;
}

/// <summary>
/// Counts the requests of valid credentials: a window for each credential and subject, and for each operation or for all. The framework
/// keeps the windows and forgets those that are over, so there are never more than live credentials times operations.
/// </summary>
internal sealed class RequestLimits : IDisposable
{
    private readonly PartitionedRateLimiter<Counted> _windows;

    private readonly bool _isOfOperation;

    private RequestLimits(RateLimit limit, bool isOfOperation, TimeProvider clock)
    {
        _isOfOperation = isOfOperation;
        _windows = PartitionedRateLimiter.Create<Counted, Counted>(
            counted => RateLimitPartition.Get(counted, _ => new RequestWindow(limit, clock)));
    }

    /// <summary>Counts for as long as the server runs.</summary>
    /// <param name="limit">How many.</param>
    /// <param name="isOfOperation">Whether each operation counts for itself.</param>
    /// <param name="clock">The time.</param>
    /// <param name="services">The server.</param>
    public static RequestLimits Of(RateLimit limit, bool isOfOperation, TimeProvider clock, IServiceProvider services)
    {
        var limits = new RequestLimits(limit, isOfOperation, clock);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(limits.Dispose);
        return limits;
    }

    public RequestCount Count(Credential credential, HttpContext http)
    {
        var (method, operation) = _isOfOperation
            ? (http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "") : ("", "");
        using var lease = _windows.AttemptAcquire(
            new Counted(credential.Merchant, credential.Id, credential.Subject, method, operation));
        return RequestWindow.CountOf(lease);
    }

    public void Dispose() => _windows.Dispose();

    /// <summary>The requests that are counted together.</summary>
    private readonly record struct Counted(MerchantId Merchant, long Credential, Guid Subject, string Method, string Operation);
}

/// <summary>
/// Lets a number of requests through in each window. Unlike the framework's limiter of that name, whose windows follow one
/// another from the moment it was made, a window begins with the first request after the last one has ended.
/// </summary>
internal sealed class RequestWindow(RateLimit limit, TimeProvider clock) : RateLimiter
{
    private static readonly MetadataName<RequestCount> Count = MetadataName.Create<RequestCount>("QUITTANCE_COUNT");

    private readonly Lock _counting = new();

    // Timestamps only go forward, even when someone sets the machine's clock.
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
        lease.TryGetMetadata(Count, out var count) && count is not null ? count
            : throw new InvalidOperationException("The lease is of another limiter.");

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
