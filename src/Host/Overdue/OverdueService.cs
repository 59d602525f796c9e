using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Host.Watching;
using Quittance.Storage.Overdue;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Overdue;

/// <summary>
/// Tries failed payments of each merchant again and then duns its customers, once a day, from midnight UTC on. Of several servers one
/// does it; what a server that died has left undone, the next look does.
/// </summary>
internal sealed partial class OverdueService(
    OverdueRuns runs, Retries retries, Dunnings dunnings, Merchants merchants, PaymentEngine engine, Collector collector, IHold hold,
    OutageService outages, TimeProvider clock, ILogger<OverdueService> log) : BackgroundService
{
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMinutes(10);

    /// <summary>Does what is not done yet today.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await LogTroubleAsync(async () =>
        {
            foreach (var (merchant, _) in await merchants.ListAsync(cancel))
                await LogTroubleAsync(() => runs.OnceAsync(merchant, today, () => RunAsync(merchant, today, cancel), cancel));
        });
    }

    /// <summary>Trouble of one merchant keeps no other one waiting.</summary>
    private async Task LogTroubleAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            if (!outages.Covers(trouble))
                LogPostponed(log, trouble.GetType().Name, trouble.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(FirstAfter, clock, stoppingToken);
        using var timer = new PeriodicTimer(LooksEvery, clock);
        do
        {
            await RunAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>
    /// Whether the run is done: each payment was tried and each account dunned, or has changed meanwhile so that the next day decides.
    /// </summary>
    private async Task<bool> RunAsync(MerchantId merchant, DateOnly today, CancellationToken cancel)
    {
        var (tried, dunned, isDone) = (0, 0, true);
        var retrying = new RetryRun(retries, collector, clock);
        foreach (var (_, outcome) in await retrying.ChargeFeesAsync(merchant, today, _ => By(merchant), cancel))
            isDone &= IsDone(outcome) || outcome!.Faults[0].Refusal == Refusal.ReferenceTaken;

        // First, so that what is tried again is under way and leads to no level.
        await foreach (var (_, _, outcome) in retrying.OfAsync(merchant, today, _ => By(merchant), cancel))
        {
            tried += outcome is { Accepted: true } || IsUnderWay(outcome) ? 1 : 0;
            isDone &= IsDone(outcome);
        }

        await foreach (var (_, _, outcome) in new DunningRun(dunnings, engine).OfAsync(merchant, today, _ => By(merchant), cancel))
        {
            dunned += outcome is { Accepted: true } ? 1 : 0;
            isDone &= IsDone(outcome);
        }

        if (tried + dunned > 0)
            LogDone(log, merchant.Value, tried, dunned);
        return isDone;
    }

    private static bool IsDone(Outcome? outcome) =>
        outcome is null or { Accepted: true } || IsUnderWay(outcome) || outcome.Faults[0].Refusal == Refusal.AccountChanged;

    private static bool IsUnderWay(Outcome? outcome) => outcome is { Accepted: false } && outcome.Faults[0].Refusal == Refusal.UnderWay;

    private Origin By(MerchantId merchant) => new(merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));

    [LoggerMessage(
        LogLevel.Information,
        "Merchant {Merchant}: {Tried} failed payments were tried again, {Dunned} accounts reached a level of dunning or its end")]
    private static partial void LogDone(ILogger log, long merchant, int tried, int dunned);

    [LoggerMessage(LogLevel.Error, "What is overdue today was not all tried and dunned: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);
}
