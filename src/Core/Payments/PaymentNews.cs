using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;

namespace Quittance.Core.Payments;

/// <summary>News about a payment that a provider was asked for: who brings it, and about which payment.</summary>
/// <param name="Origin">Who brings it.</param>
/// <param name="About">Any attempt of the payment; only its immutable parts are relied on.</param>
public abstract record PaymentNews(Origin Origin, Attempt About) : Command(Origin, About.Target)
{
    // What a provider has done is done: it is not refused for want of room.
    internal sealed override bool HasHappened => true;

    /// <summary>Whether it may bring money that settles what is due longest.</summary>
    private protected virtual bool MaySettleOldest => false;

    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.WholePayments.Add(About.Payment);
        if (MaySettleOldest)
            wanted.WantOpenCharges(About.Account, About.Amount);
    }

    /// <inheritdoc/>
    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Attempt(About.Id) is not { } attempt || state.Payment(attempt.Payment) is not { } payment)
            return Decision.Refused(Refusal.AttemptUnknown);
        return Decide(state, attempt, new PaymentProgress(state, state.Account(payment.Account)!, payment, Origin, stamp), stamp);
    }

    /// <summary>Decides on the attempt as it stands now.</summary>
    private protected abstract Decision Decide(State state, Attempt attempt, PaymentProgress progress, Stamp stamp);
}
