using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage;

namespace Quittance.Host.Watching;

/// <summary>Whether what is to be told is being told. Where it is not, requests are served all the same.</summary>
internal sealed class BacklogCheck(NpgsqlDataSource database, TimeProvider clock) : IHealthCheck
{
    /// <summary>What has been due for longer is late: whoever tells it tries within seconds.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Backlog.ReadAsync(database, clock.GetUtcNow() - LateAfter, cancellationToken) is { Late: > 0 and var late }
                ? HealthCheckResult.Degraded($"{(late < Backlog.CountedTo ? late : $"At least {late}")} webhook deliveries have been due for more than {LateAfter.TotalMinutes} minutes.")
                : HealthCheckResult.Healthy("Webhook deliveries are told as they become due.");
        }
        catch (Exception broken) when (broken is StoreUnavailableException or NpgsqlException)
        {
            return HealthCheckResult.Degraded("Nobody knows: the database can't be reached.");
        }
    }
}
