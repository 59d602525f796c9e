using System.Collections.Concurrent;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Host.Watching;

namespace Quittance.Host.Providers;

/// <summary>
/// Finishes what a crash, a time-out or a lost answer left open. Any number of processes may do so at once: each attempt is
/// leased to one of them. Every provider account has workers of its own, so that one that answers nothing delays no other.
/// </summary>
internal sealed partial class RecoveryService(
    IAttempts attempts, Collector collector, IHold hold, OutageService outages, AttemptSchedule schedule, Topology topology,
    TimeProvider clock, ILogger<RecoveryService> log)
    : BackgroundService
{
    private const int AtOnce = 8;
    private const int PerSweep = 100;

    private readonly ConcurrentDictionary<(MerchantId, string), Task> _working = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        collector.Interrupted += (subject, trouble) => LogInterrupted(log, subject, trouble.Message, BugIn(trouble));
        collector.Misnamed += attempt =>
            LogMisnamed(log, attempt.Id.Value, attempt.Provider, attempt.Payment.Value, attempt.ProviderReference);
        using var timer = new PeriodicTimer(schedule.SweepEvery * topology.LookFactor, clock);
        do
        {
            await SweepAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        try
        {
            foreach (var account in (await attempts.DueAsync(clock.GetUtcNow(), PerSweep * topology.LookFactor, cancel))
                .GroupBy(attempt => (attempt.Id.Merchant, attempt.Provider)))
            {
                if (!_working.TryGetValue(account.Key, out var work) || work.IsCompleted)
                    _working[account.Key] = RecoverAllAsync([.. account], cancel);
            }
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The next sweep comes soon.
            if (!outages.Covers(trouble))
                LogPostponed(log, trouble.GetType().Name, trouble.Message);
        }
    }

    private Task RecoverAllAsync(IReadOnlyList<Attempt> due, CancellationToken cancel) =>
        Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, RecoverAsync);

    private async ValueTask RecoverAsync(Attempt attempt, CancellationToken cancel)
    {
        var origin = new Origin(attempt.Id.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));
        try
        {
            Tell(attempt, await collector.RecoverAsync(attempt, origin));
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // Such as keys that do not open. It gets its turn again, ever more rarely, and in the end an operator.
            if (!outages.Covers(bug))
                LogFailed(log, attempt.Id.Value, attempt.Provider, bug.GetType().Name, bug.Message);
            if (bug is not StoreUnavailableException)
                Tell(attempt, await collector.NoteUnansweredAsync(attempt, origin));
        }
    }

    // Where the database is away, its stack tells nothing.
    private static Exception? BugIn(Exception trouble) => trouble is StoreUnavailableException ? null : trouble;

    private void Tell(Attempt attempt, Recovered recovered)
    {
        if (recovered == Recovered.GivenUp)
            LogGivenUp(log, attempt.Id.Value, attempt.Provider, attempt.Payment.Value);
        else if (recovered == Recovered.ReleaseUnexplained)
            LogNotReleased(log, attempt.Id.Value, attempt.Provider, attempt.Payment.Value);
        else if (recovered != Recovered.NotDue)
            LogRecovered(log, attempt.Id.Value, attempt.Provider, recovered);
    }

    [LoggerMessage(LogLevel.Error, "Open attempts were not looked for: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);

    [LoggerMessage(
        LogLevel.Error, "Payment or refund {Subject} has begun, and could not be continued or read; recovery goes on with it: {Reason}")]
    private static partial void LogInterrupted(ILogger log, Guid subject, string reason, Exception? bug);

    [LoggerMessage(LogLevel.Information, "Attempt {Attempt} at {Provider}: {Recovered}")]
    private static partial void LogRecovered(ILogger log, Guid attempt, string provider, Recovered recovered);

    [LoggerMessage(LogLevel.Error, "Attempt {Attempt} at {Provider} could not be asked for: {Kind}: {Reason}")]
    private static partial void LogFailed(ILogger log, Guid attempt, string provider, string kind, string reason);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: the outcome of attempt {Attempt} at {Provider} for payment {Payment} is unknown, and the server asks no more. "
        + "Find out and settle it: quittance attempt resolve {Attempt}")]
    private static partial void LogGivenUp(ILogger log, Guid attempt, string provider, Guid payment);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: {Provider} answered about attempt {Attempt} of payment {Payment} with another id than {Reference}: taken as unknown")]
    private static partial void LogMisnamed(ILogger log, Guid attempt, string provider, Guid payment, string? reference);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: {Provider} does not release the money of payment {Payment}, and may have taken it. "
        + "Find out and settle it: quittance attempt resolve {Attempt}")]
    private static partial void LogNotReleased(ILogger log, Guid attempt, string provider, Guid payment);
}
