using Quittance.Core;
using Quittance.Core.Approving;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;
using Quittance.Host.Watching;
using Quittance.Storage.Console;

namespace Quittance.Host;

/// <summary>
/// Ends payment sessions, seats and requests for a second person whose time has run out: unbooked money of a session goes back. A session
/// of a payment link also ends when its money has come, a payment that waits for its customer at the bank where other money has settled all
/// that it is for, and a request where its payment has changed. Debt or money that came back to a merged account goes where the merge
/// leads. Any number of processes may do so at once: the engine lets one of them.
/// </summary>
internal sealed class ExpiryService(
    ISessions sessions, ILinks links, IAttempts attempts, IBookings bookings, Approvals approvals, MergedDebts merged, PaymentEngine engine,
    IHold hold,
    OutageService outages, Topology topology, TimeProvider clock, ILogger<ExpiryService> log)
    : RecurringService(
        TimeSpan.Zero, TimeSpan.FromSeconds(5) * topology.LookFactor, "Expired sessions, bookings and requests were not ended", outages,
        clock, log)
{
    private const int AtOnce = 200;

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        // As long as there is more than one look finds, and it comes to an end.
        while (await EndAsync(
            (await sessions.ExpiredAsync(Now, AtOnce, cancel))
            .Select(session => new ExpireSession(By(session.Id.Merchant), session))) == AtOnce)
        {
        }

        // The customer would confirm a bill that is settled.
        while (await EndAsync((await attempts.PaidOtherwiseAsync(AtOnce, cancel))
            .Select(attempt => new GiveUpPayment(By(attempt.Id.Merchant), attempt.Target, attempt.Payment))) == AtOnce)
        {
        }

        // No client books what is paid by a link. A payment that was refunded whole leaves its session until its time is over.
        while (await EndAsync(await Task.WhenAll((await sessions.PaidAsync(AtOnce, cancel)).Select(async session => new ExpireSession(
            By(session.Id.Merchant), session, await links.OfSessionAsync(session.Id, cancel))))) == AtOnce)
        {
        }

        while (await EndAsync(
            (await bookings.ExpiredAsync(Now, AtOnce, cancel))
            .Select(booking => new ExpireBooking(By(booking.Id.Merchant), booking))) == AtOnce)
        {
        }

        while (await EndAsync(
            (await approvals.ToEndAsync(Now, AtOnce, cancel))
            .Select(request => new EndRequest(By(request.Id.Merchant), request))) == AtOnce)
        {
        }

        // A server that died between a commit and what follows from it has left this.
        foreach (var (account, credits) in await merged.LeftAsync(AtOnce, cancel))
            await engine.FollowAsync(FollowMerge.Of(By(account.Id.Merchant), account, credits));
    }

    /// <summary>Submits commands that end something, and returns how many were accepted. The next sweep meets the others again.</summary>
    private async Task<int> EndAsync(IEnumerable<Command> commands) =>
        (await Task.WhenAll(commands.Select(command => engine.SubmitAsync(command)))).Count(outcome => outcome.Accepted);

    private DateTimeOffset Now => Clock.GetUtcNow();

    private Origin By(MerchantId merchant) => new(merchant, Credential: 0, Guid.CreateVersion7(Now));
}
