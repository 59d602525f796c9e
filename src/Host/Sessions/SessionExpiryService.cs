using Quittance.Core.Engine;
using Quittance.Core.Sessions;

namespace Quittance.Host.Sessions;

/// <summary>
/// Ends payment sessions whose time is over and gives back what nobody booked. Any number of processes may do so at once: the engine lets
/// one of them.
/// </summary>
internal sealed partial class SessionExpiryService(
    ISessions sessions, PaymentEngine engine, TimeProvider clock, ILogger<SessionExpiryService> log) : BackgroundService
{
    private const int AtOnce = 200;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepEvery, clock);
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
            // As long as there is more than one look finds, and it comes to an end.
            while (await EndSomeAsync(cancel) == AtOnce)
            {
            }
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The next sweep comes soon, whatever this one met.
            LogPostponed(log, trouble.GetType().Name, trouble.Message);
        }
    }

    /// <summary>Ends the oldest sessions. Returns how many.</summary>
    private async Task<int> EndSomeAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // One that has changed meanwhile is met again by the next sweep.
        var ended = await Task.WhenAll((await sessions.ExpiredAsync(now, AtOnce, cancel)).Select(session => engine.SubmitAsync(
            new ExpireSession(new Origin(session.Id.Merchant, Credential: 0, Guid.CreateVersion7(now)), session))));
        return ended.Count(outcome => outcome.Accepted);
    }

    [LoggerMessage(LogLevel.Error, "Sessions were not ended: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);
}
