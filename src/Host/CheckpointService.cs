using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage.Moments;

namespace Quittance.Host;

/// <summary>Adds up the hours of the books that have ended, every ten minutes.</summary>
internal sealed class CheckpointService(Checkpoints checkpoints, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), clock);
        do
        {
            try
            {
                await checkpoints.AddUpAsync(stoppingToken);
            }
            catch (Exception unreachable) when (unreachable is StoreUnavailableException or NpgsqlException)
            {
                // Balances of a moment are right without it, and the log has the outage.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
