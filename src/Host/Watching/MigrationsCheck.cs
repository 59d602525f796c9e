using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Quittance.Storage.Schema;

namespace Quittance.Host.Watching;

/// <summary>Whether the database has this version's schema: another version may have changed it since the server started.</summary>
internal sealed class MigrationsCheck(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await Migrations.OfThisVersion.MissingAsync(database, cancellationToken)).Count is > 0 and var missing
                ? HealthCheckResult.Unhealthy($"Migrations that the database lacks: {missing}.")
                : HealthCheckResult.Healthy("The schema is this version's.");
        }
        catch (MigrationException)
        {
            return HealthCheckResult.Unhealthy("The schema is another version's.");
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("Nobody knows: the database can't be reached.");
        }
    }
}
