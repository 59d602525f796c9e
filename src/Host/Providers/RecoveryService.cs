using Quittance.Core.Attempts;
using Quittance.Core.Engine;

namespace Quittance.Host.Providers;

/// <summary>
/// Finishes what a crash, a time-out or a lost answer left open. Any number of processes may do so at once: each attempt is
/// leased to one of them.
/// </summary>
internal sealed partial class RecoveryService(IAttempts attempts, Collector collector, TimeProvider clock, ILogger<RecoveryService> log) : BackgroundService
{
    private const int AtOnce = 8;
    private const int PerSweep = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(AttemptSchedule.SweepEvery, clock);
        do
        {
            await SweepAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        try
        {
            var due = await attempts.DueAsync(clock.GetUtcNow(), PerSweep, cancel);
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, RecoverAsync);
        }
        catch (StoreUnavailableException unreachable)
        {
            LogPostponed(log, unreachable.Message);
        }
    }

    private async ValueTask RecoverAsync(Attempt attempt, CancellationToken cancel)
    {
        try
        {
            var origin = new Origin(attempt.Id.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));
            var recovered = await collector.RecoverAsync(attempt, origin);
            if (recovered == Recovered.GivenUp)
                LogGivenUp(log, attempt.Id.Value, attempt.Provider, attempt.Payment.Value);
            else if (recovered != Recovered.NotDue)
                LogRecovered(log, attempt.Id.Value, attempt.Provider, recovered);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // One attempt that can't be asked for must not keep the others from it.
            LogFailed(log, attempt.Id.Value, attempt.Provider, bug.GetType().Name, bug.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Open attempts were not looked for: {Reason}")]
    private static partial void LogPostponed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "Attempt {Attempt} at {Provider}: {Recovered}")]
    private static partial void LogRecovered(ILogger log, Guid attempt, string provider, Recovered recovered);

    [LoggerMessage(LogLevel.Error, "Attempt {Attempt} at {Provider} could not be asked for: {Kind}: {Reason}")]
    private static partial void LogFailed(ILogger log, Guid attempt, string provider, string kind, string reason);

    [LoggerMessage(LogLevel.Critical, "ALERT: nobody knows what became of attempt {Attempt} at {Provider} for payment {Payment}, and it is asked for no more. Find out and settle it: quittance attempt resolve {Attempt}")]
    private static partial void LogGivenUp(ILogger log, Guid attempt, string provider, Guid payment);
}
