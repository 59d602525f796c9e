using Npgsql;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Storage;

namespace Quittance.Host;

/// <summary>Prunes once an hour.</summary>
internal sealed partial class PruningService(Pruning pruning, IHold hold, TimeProvider clock, ILogger<PruningService> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (hold.IsHeld)
                continue;
            try
            {
                await pruning.PruneAsync(stoppingToken);
            }
            catch (Exception unreachable) when (unreachable is StoreUnavailableException or NpgsqlException)
            {
                // The next hour will do as well.
                LogPostponed(log, unreachable.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old answers were not pruned: {Reason}")]
    private static partial void LogPostponed(ILogger log, string reason);
}
