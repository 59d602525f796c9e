using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;

namespace Quittance.Core.Payments;

/// <summary>
/// Gives back what a provider has reserved for a payment and nobody has taken yet; the payment is cancelled for good. Refused with
/// <see cref="Refusal.UnderWay"/> while its money is being taken, and with <see cref="Refusal.PaymentNotPending"/> where nothing is reserved. A session
/// that it was paid in goes on: there is nothing in it to book any more, and the customer can pay anew.
/// </summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Account">Whose payment it is.</param>
/// <param name="Payment">The payment.</param>
public sealed record VoidPayment(Origin Origin, AccountTarget Account, PaymentId Payment) : Command(Origin, Account)
{
    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.WholePayments.Add(Payment);
    }

    /// <inheritdoc/>
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment.Status is not (PaymentStatus.Authorised or PaymentStatus.Settling))
            return Decision.Refused(Refusal.PaymentNotPending);
        // Whoever has asked for the money may get it: what was taken is given back by a refund.
        if (state.AttemptsOf(Payment).Any(attempt => attempt.Verb == Verb.Capture))
            return Decision.Refused(Refusal.UnderWay);
        return Decision.Accepted(new CalledOff(payment, Origin).AddTo(new Changes(), state, stamp));
    }
}
