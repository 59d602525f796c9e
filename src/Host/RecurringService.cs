using Quittance.Host.Watching;

namespace Quittance.Host;

/// <summary>Work that a server does again and again. Trouble in one turn keeps no later one away.</summary>
/// <param name="failed">The log line for a turn in trouble. An outage of the database has a line of its own.</param>
internal abstract partial class RecurringService(
    TimeSpan firstAfter, TimeSpan every, string failed, OutageService outages, TimeProvider clock, ILogger log) : BackgroundService
{
    protected TimeProvider Clock => clock;

    protected ILogger Log => log;

    /// <summary>One turn.</summary>
    internal Task TurnAsync(CancellationToken cancel) => LogTroubleAsync(() => WorkAsync(cancel));

    protected abstract Task WorkAsync(CancellationToken cancel);

    protected async Task LogTroubleAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            if (!outages.Covers(trouble))
                LogPostponed(log, failed, trouble.GetType().Name, trouble.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(firstAfter, clock, stoppingToken);
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            await TurnAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "{Failed}: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string failed, string kind, string reason);
}
