using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quittance.Core;
using Quittance.Core.Access;

namespace Quittance.Dialects.Http;

/// <summary>
/// Counts the requests of valid credentials: a window for each credential, subject and operation. The framework keeps the windows and
/// forgets those that are over, so there are never more than live credentials times operations.
/// </summary>
internal sealed class RequestLimits : IDisposable
{
    private readonly PartitionedRateLimiter<Counted> _windows;

    private RequestLimits(RateLimit limit, TimeProvider clock) => _windows = PartitionedRateLimiter.Create<Counted, Counted>(
        counted => RateLimitPartition.Get(counted, _ => new RequestWindow(limit, clock)));

    /// <summary>Counts for as long as the server runs.</summary>
    public static RequestLimits Of(RateLimit limit, TimeProvider clock, IServiceProvider services)
    {
        var limits = new RequestLimits(limit, clock);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(limits.Dispose);
        return limits;
    }

    /// <summary>Counts a request.</summary>
    public RequestCount Count(Credential credential, HttpContext http)
    {
        var operation = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        using var lease = _windows.AttemptAcquire(new Counted(credential.Merchant, credential.Id, credential.Subject, http.Request.Method, operation));
        return RequestWindow.CountOf(lease);
    }

    public void Dispose() => _windows.Dispose();

    /// <summary>What is counted together.</summary>
    private readonly record struct Counted(MerchantId Merchant, long Credential, Guid Subject, string Method, string Operation);
}
