using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;

namespace Quittance.Core.Payments;

/// <summary>News about a payment that goes through a provider.</summary>
/// <param name="About">Any attempt of the payment; only its immutable parts are relied on.</param>
public abstract record PaymentNews(Origin Origin, Attempt About) : AccountCommand(Origin, About.Target)
{
    // The provider has done it already, so a full queue can't refuse it.
    internal sealed override bool HasHappened => true;

    /// <summary>Whether it may bring money that settles the oldest open charges.</summary>
    private protected virtual bool MaySettleOldest => false;

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(About.Payment);
        if (MaySettleOldest)
            wanted.AddOpenCharges(About.Account, About.Amount);
    }

    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Attempt(About.Id) is not { } attempt || state.Payment(attempt.Payment) is not { } payment)
            return Decision.Refused(Refusal.AttemptUnknown);
        return Decide(state, attempt, new PaymentChanges(state, state.Account(payment.Account)!, payment, Origin, stamp), stamp);
    }

    /// <summary>Decides on the attempt as it stands now.</summary>
    private protected abstract Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp);
}
