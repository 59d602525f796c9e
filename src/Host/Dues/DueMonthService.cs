using Quittance.BackOffice.Dues;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Dues;
using Quittance.Host.Watching;
using Quittance.Storage.Dues;

namespace Quittance.Host.Dues;

/// <summary>
/// Begins the runs of dues that merchants have begin by themselves each month. Several servers may try: the books take one. A month that
/// no server was there for begins late.
/// </summary>
internal sealed partial class DueMonthService(
    DuePolicies policies, DueDesk desk, IHold hold, OutageService outages, Topology topology, TimeProvider clock,
    ILogger<DueMonthService> log)
    : RecurringService(
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1) * topology.LookFactor, "Runs of dues did not all begin by themselves", outages,
        clock, log)
{
    // What was refused is tried again, as a person may have changed the limit; each try reads all that is due.
    private static readonly TimeSpan RefusedFor = TimeSpan.FromHours(1);

    private readonly Dictionary<DuePolicy, DateTimeOffset> _refused = [];

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        // A merchant's day is at most one off that of UTC, and so is its month.
        var day = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
        foreach (var month in new[] { day.AddDays(-1), day, day.AddDays(1) }.Select(DuePolicy.MonthOf).Distinct())
        {
            // Trouble of one merchant keeps no other one waiting.
            foreach (var policy in await policies.NotBegunAsync(month, cancel))
                await LogTroubleAsync(() => BeginAsync(policy, month, cancel));
        }
    }

    private async Task BeginAsync(DuePolicy policy, DateOnly month, CancellationToken cancel)
    {
        var today = await desk.TodayAsync(policy.Merchant, cancel);
        if (DuePolicy.MonthOf(today) != month || policy.DueBy(today) is null
            || Clock.GetUtcNow() - _refused.GetValueOrDefault(policy) < RefusedFor)
        {
            return;
        }

        if (await desk.BeginMonthAsync(policy, cancel) is not { } why)
        {
            _refused.Remove(policy);
            return;
        }

        LogRefused(Log, policy.Merchant.Value, why);
        _refused[policy] = Clock.GetUtcNow();
    }

    [LoggerMessage(LogLevel.Warning, "Merchant {Merchant}: the run of dues of this month did not begin by itself ({Why})")]
    private static partial void LogRefused(ILogger log, long merchant, Refusal why);
}
