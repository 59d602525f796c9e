using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;

namespace Quittance.Core.Overdue;

/// <summary>
/// Charges the instrument of a failed payment again, for what is still open of its charges: a payment of its own. It is refused where
/// something has changed since the caller read it.
/// </summary>
/// <param name="Id">The id of the new payment.</param>
/// <param name="Try">Which try of which payment it is.</param>
/// <param name="Last">The last try, or the payment itself where there was none.</param>
public sealed record RetryPayment(Origin Origin, AccountTarget Account, PaymentId Id, PaymentRetryId Try, PaymentId Last)
    : AccountCommand(Origin, Account)
{
    /// <summary>The day of the run.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>The name of the instrument of the failed payment.</summary>
    public required Reference Instrument { get; init; }

    /// <summary>The charges as the caller has read them, each with its part.</summary>
    public required IReadOnlyList<RetriedCharge> Charges { get; init; }

    /// <summary>The open charges that credit is for, as the caller has read them. No claim on another one is known.</summary>
    public required IReadOnlyList<ChargeId> Open { get; init; }

    public override bool MayAskProvider => true;

    public override IEnumerable<Reference> References => Charging.References;

    private RecordPayment Charging => new(Origin, Account, Id, Reference.House)
    {
        Amount = new Money(Charges.Sum(charge => charge.AmountMinor), Charges[0].Charge.Amount.Currency),
        Instrument = Instrument,
        ChargesInstrument = true,
        Parts =
        [
            .. Charges.Select(charge => Part.Charge(
                Reference.ToChargeNumber(Origin.Merchant, charge.Charge.Number), charge.AmountMinor)),
        ],
    };

    public override void Want(Wanted wanted, State known)
    {
        Charging.Want(wanted, known);
        wanted.Add(RetryPolicy.Shelf, Origin.Merchant);
        wanted.Add(PaymentRetry.OfFirst, Try.First);
        foreach (var payment in (PaymentId[])[Try.First, Last])
        {
            wanted.AddWhole(payment);
            wanted.Add(Dispute.OfPayment, payment);
        }

        foreach (var charge in Open)
            wanted.Add(Claim.OnCharge, charge);
        if (known.Find(Account) is not { } found)
            return;
        wanted.Add(AccountDunning.Shelf, found.Account);
        wanted.Add(Charge.OfAccount, found.Account);
        wanted.Add(Payment.Unfinished, found.Account);
        wanted.Add(Autopay.OfAccount, found.Account);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Try.First) is not { } first || first.Account != account.Id || !IsNext(state))
            return Decision.Refused(Refusal.AccountChanged);
        var creditMinor = state.All(Payment.Unfinished, account.Id).Sum(payment => payment.UnallocatedMinor);
        List<Charge> open = creditMinor == 0 ? [] :
        [
            .. state.OpenCharges(account.Id, account.Currency)
                .Where(charge => RetryCase.TakesCredit(charge, state.ClaimantOf(charge.Id) is not null)),
        ];
        if (open.Exists(charge => !Open.Contains(charge.Id)))
            return Decision.Refused(Refusal.AccountChanged);
        var zone = stamp.Zone ?? TimeZoneInfo.Utc;
        var found = new RetryCase(
            state.Find(RetryPolicy.Shelf, Origin.Merchant), account, state.DunningOf(account.Id),
            first.Instrument is { } instrument ? state.Instrument(instrument) : null, FailureOf(state, Try.First, zone),
            FailureOf(state, Last, zone),
            Try.Nth - 1,
            [
                .. from claim in state.ClaimsOf(Try.First)
                   let charge = state.Charge(claim.Charge)
                   where charge.OpenMinor > 0
                   select RetryCase.ChargeOf(charge, claim, state.ClaimantOf(charge.Id) is not null),
            ])
        {
            LastTriedOn = state.All(PaymentRetry.OfFirst, Try.First).MaxBy(retry => retry.Id.Nth)?.TriedOn,
            CreditMinor = creditMinor,
            Open = open,
            IsAgainstAutopay = first.Instrument is { } asked && state.AutopayOf(account.Id)?.Allows(asked) == false,
            RestoredOn = stamp.RestoredAt is { } restored ? zone.DayOf(restored) : null,
            IsByFile = RetryCase.GoesByFile(state.AttemptsOf(Last)),
        };
        if (found.On(Today).Why is not null || !AmountsOf(found.Due).SequenceEqual(AmountsOf(Charges)))
            return Decision.Refused(Refusal.AccountChanged);
        var begun = Charging.Decide(state, stamp);
        if (begun.Changes is not { } changes)
            return begun;
        changes.Put(new PaymentRetry(Try, Id, Today));
        changes.View = ((PaymentView)changes.View!) with { TriesAgain = Try.First };
        return begun;
    }

    private static IEnumerable<(ChargeId, long)> AmountsOf(IEnumerable<RetriedCharge> charges) =>
        charges.Select(charge => (charge.Charge.Id, charge.AmountMinor));

    private static Failure? FailureOf(State state, PaymentId id, TimeZoneInfo zone) =>
        state.Payment(id) is { } payment ? Failure.Of(payment, state.AttemptsOf(id), [.. state.DisputesOf(id)], zone) : null;

    /// <summary>Whether the tries until now are those that the caller has read.</summary>
    private bool IsNext(State state)
    {
        var tries = state.All(PaymentRetry.OfFirst, Try.First).OrderBy(retry => retry.Id.Nth).ToList();
        return tries.Count == Try.Nth - 1 && Last == (tries is [] ? Try.First : tries[^1].Payment);
    }
}
