using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Quittance.Host.Watching;

/// <summary>Whether the database answers, and can be written to.</summary>
internal sealed class DatabaseCheck(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT current_setting('transaction_read_only') = 'off'");
            command.CommandTimeout = 2;
            return await command.ExecuteScalarAsync(cancellationToken) is true
                ? HealthCheckResult.Healthy("It answers, and can be written to.")
                : HealthCheckResult.Unhealthy("It can only be read.");
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("It can't be reached.");
        }
    }
}
