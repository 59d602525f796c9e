using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;
using Quittance.Core.Sessions;

namespace Quittance.Host;

/// <summary>
/// Ends what has run out of time: payment sessions, whose unbooked money goes back, and seats that nobody paid for. Any number of
/// processes may do so at once: the engine lets one of them.
/// </summary>
internal sealed partial class ExpiryService(
    ISessions sessions, IBookings bookings, PaymentEngine engine, TimeProvider clock, ILogger<ExpiryService> log) : BackgroundService
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
            var expired = (await sessions.ExpiredAsync(now, AtOnce, cancel)).Select(session => (Command)new ExpireSession(By(session.Id.Merchant), session));
            var free = (await bookings.ExpiredAsync(now, AtOnce, cancel)).Select(booking => (Command)new ExpireBooking(By(booking.Id.Merchant), booking));

            // One that has changed meanwhile is met again by the next sweep.
            await Task.WhenAll(expired.Concat(free).Select(command => engine.SubmitAsync(command)));
        }
        catch (StoreUnavailableException unreachable)
        {
            LogPostponed(log, unreachable.Message);
        }
    }

    private Origin By(MerchantId merchant) => new(merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));

    [LoggerMessage(LogLevel.Warning, "What has run out of time was not ended: {Reason}")]
    private static partial void LogPostponed(ILogger log, string reason);
}
