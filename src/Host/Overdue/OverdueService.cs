using Quittance.BackOffice.Overdue;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Overdue;
using Quittance.Host.Watching;
using Quittance.Storage.Overdue;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Overdue;

/// <summary>
/// Tries failed payments of each merchant again and then duns its customers, once a day, from the merchant's midnight on. Of several
/// servers one does it; what a server that died has left undone, the next look does.
/// </summary>
internal sealed partial class OverdueService(
    OverdueRuns runs, Retries retries, Dunnings dunnings, Merchants merchants, PaymentEngine engine, Collector collector, IHold hold,
    OutageService outages, TimeProvider clock, ILogger<OverdueService> log)
    : RecurringService(
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), "What is overdue today was not all tried and dunned", outages, clock, log)
{
    /// <summary>Does what is not done yet today.</summary>
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        // Trouble of one merchant keeps no other one waiting.
        foreach (var merchant in await merchants.ReachedAsync(cancel))
        {
            await LogTroubleAsync(async () =>
            {
                var today = await dunnings.DayAsync(merchant, Clock.GetUtcNow(), cancel);
                await runs.OnceAsync(merchant, today, () => RunAsync(merchant, today, cancel), cancel);
            });
        }
    }

    /// <summary>
    /// Whether the run is done: each payment was tried and each account dunned, or has changed meanwhile so that the next day decides.
    /// </summary>
    private async Task<bool> RunAsync(MerchantId merchant, DateOnly today, CancellationToken cancel)
    {
        var (tried, dunned, isDone) = (0, 0, true);
        var retrying = new RetryRun(retries, collector, Clock);
        foreach (var (_, outcome) in await retrying.ChargeFeesAsync(merchant, today, _ => By(merchant), cancel))
            isDone &= IsDone(outcome) || outcome!.Faults[0].Refusal == Refusal.ReferenceTaken;

        // First, so that what is tried again is under way and leads to no level.
        await foreach (var one in retrying.OfAsync(merchant, today, _ => By(merchant), cancel))
        {
            tried += one.IsTried ? 1 : 0;
            isDone &= IsDone(one.Outcome);
        }

        await foreach (var one in new DunningRun(dunnings, engine).OfAsync(merchant, today, _ => By(merchant), cancel))
        {
            dunned += one.Move == DunningMove.Wait ? 0 : 1;
            isDone &= IsDone(one.Outcome);
        }

        if (tried + dunned > 0)
            LogDone(Log, merchant.Value, tried, dunned);
        return isDone;
    }

    private static bool IsDone(Outcome? outcome) =>
        outcome is null or { Accepted: true } || IsUnderWay(outcome) || outcome.Faults[0].Refusal == Refusal.AccountChanged;

    private static bool IsUnderWay(Outcome? outcome) => outcome is { Accepted: false } && outcome.Faults[0].Refusal == Refusal.UnderWay;

    private Origin By(MerchantId merchant) => new(merchant, Credential: 0, Guid.CreateVersion7(Clock.GetUtcNow()));

    [LoggerMessage(
        LogLevel.Information,
        "Merchant {Merchant}: {Tried} failed payments were tried again, {Dunned} accounts reached a level of dunning or its end")]
    private static partial void LogDone(ILogger log, long merchant, int tried, int dunned);
}
