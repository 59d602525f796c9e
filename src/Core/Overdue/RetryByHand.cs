using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;

namespace Quittance.Core.Overdue;

/// <summary>A charge that a payment claims, and the most that the payment will settle of it.</summary>
public sealed record ClaimedCharge(Charge Charge, Money Amount);

/// <summary>The claims that a new try of a failed payment could settle.</summary>
/// <param name="Instrument">The instrument of the failed payment.</param>
/// <param name="Charges">The charges that the payment claimed, each with the part that is still open; never empty.</param>
/// <param name="Newest">The latest payment of the customer, through any API.</param>
public sealed record OpenClaims(Reference Instrument, IReadOnlyList<ClaimedCharge> Charges, Guid Newest)
{
    public Money Total => new(Charges.Sum(claimed => claimed.Amount.AmountMinor), Charges[0].Amount.Currency);
}

/// <summary>
/// Charges the instrument of a failed payment again because a person or a program says so, for what is still open of its charges: a
/// payment of its own. It is refused where something has changed since the caller read it. Of two at the same time one fails at the
/// charges, which one payment claims at a time.
/// </summary>
/// <param name="Id">The id of the new payment.</param>
/// <param name="Failed">The payment that failed.</param>
/// <param name="Open">What is open of its charges, as the caller has read it; null for nothing.</param>
public sealed record RetryByHand(Origin Origin, AccountTarget Account, PaymentId Id, PaymentId Failed, OpenClaims? Open)
    : AccountCommand(Origin, Account)
{
    public override bool MayAskProvider => true;

    public override IEnumerable<Reference> References => Charging?.References ?? [];

    private RecordPayment? Charging => Open is not { } open ? null : new(Origin, Account, Id, Reference.House)
    {
        Amount = open.Total,
        Instrument = open.Instrument,
        ChargesInstrument = true,
        Parts =
        [
            .. open.Charges.Select(claimed => Part.Charge(
                Reference.ToChargeNumber(Origin.Merchant, claimed.Charge.Number), claimed.Amount.AmountMinor)),
        ],
    };

    /// <summary>Why a payment can't be tried again, whatever is open; null where it can.</summary>
    /// <param name="instrument">The instrument that it was made with; null for none.</param>
    public static Refusal? RefusalFor(Payment payment, Instrument? instrument)
    {
        if (payment.Status is not (PaymentStatus.Declined or PaymentStatus.Failed))
            return Refusal.PaymentNotFailed;
        return instrument is { IsOffered: true, Vaulted.Mandate: null or { Status: MandateStatus.Active } } ? null : Refusal.InstrumentGone;
    }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        Charging?.Want(wanted, known);
        wanted.AddWhole(Failed);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Failed) is not { } failed || failed.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        var instrument = failed.Instrument is { } id && Open is not null ? state.Instrument(id) : null;
        if (RefusalFor(failed, instrument) is { } refusal && (refusal != Refusal.InstrumentGone || Open is not null))
            return Decision.Refused(refusal);
        if (Open is not { } open)
            return Decision.Refused(failed.Instrument is null ? Refusal.InstrumentGone : Refusal.NothingDue);
        var standing =
            from claim in state.ClaimsOf(Failed)
            let charge = state.Charge(claim.Charge)
            where charge.OpenMinor > 0
            select (charge.Id, Math.Min(charge.OpenMinor, claim.AmountMinor));
        return standing.ToHashSet().SetEquals(open.Charges.Select(claimed => (claimed.Charge.Id, claimed.Amount.AmountMinor)))
            ? Charging!.Decide(state, stamp) : Decision.Refused(Refusal.AccountChanged);
    }
}
