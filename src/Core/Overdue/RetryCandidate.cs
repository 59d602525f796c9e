using Quittance.Core.Payments;

namespace Quittance.Core.Overdue;

/// <summary>A payment that failed, with what decides whether it is tried again.</summary>
/// <param name="Last">The last try, or the payment itself where there was none.</param>
/// <param name="Instrument">The name of its instrument.</param>
public sealed record RetryCandidate(Payment First, PaymentId Last, Reference Instrument, RetryCase Case)
{
    /// <summary>The command that tries it again; null where that is not to happen on the day.</summary>
    /// <param name="id">The id of the new payment.</param>
    public RetryPayment? CommandOn(DateOnly today, Origin origin, PaymentId id) => Case.On(today).Why is not null ? null
        : new RetryPayment(
            origin, AccountTarget.Of(Case.Account.Id, Case.Account.Slot), id, new PaymentRetryId(First.Id, Case.Tries + 1), Last)
        {
            Today = today,
            Instrument = Instrument,
            Charges = Case.Due,
            Open = [.. Case.Open.Select(charge => charge.Id)],
        };
}
