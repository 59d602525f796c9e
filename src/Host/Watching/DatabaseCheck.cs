using Microsoft.Extensions.Diagnostics.HealthChecks;
using Quittance.Core.Engine;
using Quittance.Storage;

namespace Quittance.Host.Watching;

/// <summary>Whether the database takes commits: a small one is tried, unless those of the lanes fail already.</summary>
internal sealed class DatabaseCheck(WriteProof proof, OutageService outages) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // One commit that takes long is no reason to send no more requests here.
        var fault = outages.Fault is { } seen and not StoreFault.Slow ? seen : await proof.ProveAsync();
        return fault is { } why ? HealthCheckResult.Unhealthy(OutageService.WordsOf(why)) : HealthCheckResult.Healthy("It answers, and can be written to.");
    }
}
