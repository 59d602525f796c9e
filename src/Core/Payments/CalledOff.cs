using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>
/// The end of a payment whose money nobody will take. What its provider has reserved is given back at once; what is not known yet will be, by whoever
/// learns of it.
/// </summary>
internal sealed record CalledOff(Payment Payment, Origin Origin)
{
    /// <summary>Adds the end to what else is changed; its event becomes the last one.</summary>
    public Changes AddTo(Changes changes, State state, Stamp stamp)
    {
        var sequence = Payment.Events + 1;
        var reserved = Payment.Status == PaymentStatus.Authorised
            ? state.AttemptsOf(Payment.Id).Single(attempt => attempt.Verb == Verb.Authorise)
            : null;
        return changes with
        {
            PaymentsChanged = [new PaymentChanged(Payment.Id, PaymentStatus.Cancelled)],
            ClaimsReleased = state.ClaimsOf(Payment.Id).Count > 0 ? [Payment.Id] : [],
            Attempts = reserved is null ? [] :
            [
                new Attempt(
                    AttemptId.Of(Payment.Id, sequence), Payment.Id, reserved.Account, reserved.Slot, reserved.Provider, Verb.Void, reserved.Amount, stamp.Now)
                {
                    Authorisation = reserved.Id,
                    DueAt = stamp.Now,
                },
            ],
            Events =
            [
                .. changes.Events,
                new Event(Payment.Id.Value, sequence, EventType.PaymentCancelled, PaymentStatus.Cancelled, stamp.At, Origin, []),
            ],
        };
    }
}
