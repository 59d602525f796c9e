using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Host.Watching;
using Quittance.Storage.Overdue;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Overdue;

/// <summary>
/// Does the dunning of each merchant once a day, from midnight UTC on. Of several servers one does it; what a server that died has left
/// undone, the next look does.
/// </summary>
internal sealed partial class DunningService(
    DunningRuns runs, Dunnings dunnings, Merchants merchants, PaymentEngine engine, IHold hold, OutageService outages, TimeProvider clock,
    ILogger<DunningService> log) : BackgroundService
{
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMinutes(10);

    /// <summary>Does what is not done yet today.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        try
        {
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            foreach (var (merchant, _) in await merchants.ListAsync(cancel))
                await runs.OnceAsync(merchant, today, () => RunAsync(merchant, today, cancel), cancel);
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

    /// <summary>Whether the run is done: each account was dunned, or has changed meanwhile so that the next day decides.</summary>
    private async Task<bool> RunAsync(MerchantId merchant, DateOnly today, CancellationToken cancel)
    {
        var (dunned, isDone) = (0, true);
        await foreach (var (_, _, outcome) in new DunningRun(dunnings, engine).OfAsync(
            merchant, today, _ => new Origin(merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow())), cancel))
        {
            dunned += outcome is { Accepted: true } ? 1 : 0;
            isDone &= outcome is null or { Accepted: true } || outcome.Faults[0].Refusal == Refusal.AccountChanged;
        }

        if (dunned > 0)
            LogDone(log, merchant.Value, dunned);
        return isDone;
    }

    [LoggerMessage(LogLevel.Information, "The dunning of merchant {Merchant} is done: {Count} accounts reached a level or ended")]
    private static partial void LogDone(ILogger log, long merchant, int count);

    [LoggerMessage(LogLevel.Error, "The dunning of today is not done: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);
}
