using Quittance.BackOffice.Dues;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Host.Watching;
using Quittance.Storage.Dues;

namespace Quittance.Host.Dues;

/// <summary>
/// Carries out runs that ask for what is due. Of several servers one does so for a merchant; what a server that died has left, the next
/// look goes on with.
/// </summary>
internal sealed partial class DueService(
    DueRuns runs, DueDesk desk, IHold hold, OutageService outages, Topology topology, TimeProvider clock, ILogger<DueService> log)
    : RecurringService(
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1) * topology.LookFactor, "What is due was not all asked for", outages, clock, log)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        var running = await runs.RunningAsync(cancel);
        // A long run of one merchant keeps no other one waiting.
        await Task.WhenAll(running.GroupBy(run => run.Id.Merchant).Select(of => LogTroubleAsync(async () =>
        {
            foreach (var run in of)
            {
                if (await desk.CarryOutAsync(run.Id, cancel) is not { } report)
                    continue;
                foreach (var some in report.Refused.GroupBy(one => one.Why))
                    LogRefused(Log, of.Key.Value, run.Number, some.Count(), some.Key, some.First().Charge);
                foreach (var (charge, why) in report.Broken)
                    LogBroken(Log, why, of.Key.Value, run.Number, charge);
            }
        })));
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Merchant {Merchant}, run {Run}: the books refused {Count} charges that were due ({Why}), the first one is charge {Charge}")]
    private static partial void LogRefused(ILogger log, long merchant, long run, int count, Refusal why, long charge);

    [LoggerMessage(
        LogLevel.Error, "Merchant {Merchant}, run {Run}: charge {Charge} was not asked for, and those of its customer behind it")]
    private static partial void LogBroken(ILogger log, Exception why, long merchant, long run, long charge);
}
