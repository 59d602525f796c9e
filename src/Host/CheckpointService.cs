using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage.Moments;

namespace Quittance.Host;

/// <summary>Adds up the hours of the books that have ended, every ten minutes.</summary>
internal sealed partial class CheckpointService(Checkpoints checkpoints, TimeProvider clock, ILogger<CheckpointService> log)
    : BackgroundService
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
                // Balances of a moment are right without it.
                LogPostponed(log, unreachable.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "The last hours were not added up: {Reason}")]
    private static partial void LogPostponed(ILogger log, string reason);
}
