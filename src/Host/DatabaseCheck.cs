using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Quittance.Host;

/// <summary>Whether the database answers, and can be written to.</summary>
internal sealed class DatabaseCheck(NpgsqlDataSource database) : IHealthCheck
{
    public const string Tag = "ready";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT current_setting('transaction_read_only') = 'off'");
            command.CommandTimeout = 2;
            return await command.ExecuteScalarAsync(cancellationToken) is true
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The database can only be read.");
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("The database can't be reached.");
        }
    }
}
