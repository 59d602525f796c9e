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
            var now = clock.GetUtcNow();
            var expired = await sessions.ExpiredAsync(now, AtOnce, cancel);
            // One that has changed meanwhile is met again by the next sweep.
            await Task.WhenAll(expired.Select(session => engine.SubmitAsync(
                new ExpireSession(new Origin(session.Id.Merchant, Credential: 0, Guid.CreateVersion7(now)), session))));
        }
        catch (StoreUnavailableException unreachable)
        {
            LogPostponed(log, unreachable.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Sessions were not ended: {Reason}")]
    private static partial void LogPostponed(ILogger log, string reason);
}
