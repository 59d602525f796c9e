using Npgsql;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Storage;
using Quittance.Storage.Vault;

namespace Quittance.Host;

/// <summary>
/// Prunes once an hour, and looks once a day for saved instruments without use. Each part goes on by itself where another one fails.
/// </summary>
internal sealed partial class PruningService(
    Pruning pruning, Retention retention, FormerDataKeys formerKeys, IHold hold, TimeProvider clock, ILogger<PruningService> log)
    : BackgroundService
{
    private const int HoursOfADay = 24;
    private const string Used = "Numbers that left the vault since their payments have ended";
    private const string Unused = "Numbers that left the vault since nothing has used them for so long";

    private int _hoursUntilUnused;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await PruneAsync(stoppingToken);
    }

    /// <summary>The work of an hour.</summary>
    internal async Task PruneAsync(CancellationToken cancel)
    {
        _hoursUntilUnused--;
        if (hold.IsHeld)
            return;
        await DoAsync("Old answers were not pruned", pruning.PruneAsync, cancel);
        await DoAsync("Numbers whose payments have ended were not deleted", retention.ForgetUsedAsync, cancel, Used);
        await DoAsync("Former data keys were not deleted", formerKeys.DeleteAsync, cancel);
        if (_hoursUntilUnused <= 0
            && await DoAsync("Numbers without use were not deleted", retention.ForgetUnusedAsync, cancel, Unused))
        {
            _hoursUntilUnused = HoursOfADay;
        }
    }

    /// <param name="failed">The log line for a failure.</param>
    /// <param name="done">The log line, before the number of rows; null for no line.</param>
    private async Task<bool> DoAsync(string failed, Func<CancellationToken, Task<int>> work, CancellationToken cancel, string? done = null)
    {
        try
        {
            var count = await work(cancel);
            if (done is not null && count > 0)
                LogDone(log, done, count);
            return true;
        }
        catch (Exception unreachable) when (unreachable is StoreUnavailableException or NpgsqlException)
        {
            // The next hour will do as well.
            LogPostponed(log, failed, unreachable.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Done}: {Count}")]
    private static partial void LogDone(ILogger log, string done, int count);

    [LoggerMessage(LogLevel.Warning, "{Failed}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string failed, string reason);
}
