using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Executing;

/// <summary>
/// Leases a due attempt, so that no other server asks about it meanwhile. Refused with <see cref="Refusal.AttemptNotDue"/> to all but
/// the first.
/// </summary>
public sealed record LeaseAttempt(Origin Origin, Attempt About) : PaymentNews(Origin, About)
{
    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (attempt.DueAt is not { } due || due > stamp.Now)
            return Decision.Refused(Refusal.AttemptNotDue);
        progress.Put(attempt with { DueAt = stamp.Now + stamp.Lease }, EventType.AttemptAsked);
        return progress.Accept();
    }
}
