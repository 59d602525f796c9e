using Npgsql;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Storage;
using Quittance.Storage.Vault;

namespace Quittance.Host;

/// <summary>Prunes once an hour, and looks once a day for saved instruments without use.</summary>
internal sealed partial class PruningService(
    Pruning pruning, Retention retention, IHold hold, TimeProvider clock, ILogger<PruningService> log)
    : BackgroundService
{
    private const int HoursOfADay = 24;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        for (var hour = 0; await timer.WaitForNextTickAsync(stoppingToken); hour++)
        {
            if (hold.IsHeld)
                continue;
            try
            {
                await pruning.PruneAsync(stoppingToken);
                await retention.ForgetUsedAsync(stoppingToken);
                if (hour % HoursOfADay == 0)
                    await retention.ForgetUnusedAsync(stoppingToken);
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
