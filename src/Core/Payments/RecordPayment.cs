using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>
/// Records received money, or a bare promise of it. Open charges never block received money: the part that no charge takes becomes the
/// customer's credit.
/// </summary>
public sealed record RecordPayment(Origin Origin, AccountTarget Account, PaymentId Id, string Dialect) : AccountCommand(Origin, Account)
{
    /// <summary>Opens the account when it is unknown; null to refuse an unknown account.</summary>
    public OpenAccount? Opening { get; init; }

    /// <summary>The whole payment, above zero; null for a bare record.</summary>
    public Money? Amount { get; init; }

    /// <summary>The holder of the money (<see cref="ClearingProvider"/>); null while the merchant has not received it.</summary>
    public string? ReceivedBy { get; init; }

    /// <summary>
    /// The holder of the money where the request does not say that it was received, and an external gateway has <see
    /// cref="Instrument"/>; null where such an instrument says nothing about the money. A payment with an instrument of our own vault
    /// goes through its provider.
    /// </summary>
    public string? ReceivedByIfInstrumentKnown { get; init; }

    /// <summary>The method where no instrument says it.</summary>
    public PaymentMethod Method { get; init; }

    /// <summary>The registered instrument it was made with.</summary>
    public Reference? Instrument { get; init; }

    /// <summary>The kind that the instrument must have; null for any.</summary>
    public PaymentMethod? InstrumentMethod { get; init; }

    /// <summary>Accepts an instrument that we do not know: the payment shows it and is made with <see cref="Method"/>.</summary>
    public bool InstrumentMayBeUnknown { get; init; }

    /// <summary>Refuses other instruments than the account's own, where it has one.</summary>
    public bool InOwnInstrumentOnly { get; init; }

    /// <summary>Refuses an instrument that no provider of ours charges.</summary>
    public bool ChargesInstrument { get; init; }

    /// <summary>The uses of the money; empty to leave it all to <see cref="Remainder"/>.</summary>
    public IReadOnlyList<Part> Parts { get; init; } = [];

    /// <summary>Refuses a charge that two parts name.</summary>
    public bool NamesChargesOnce { get; init; }

    /// <summary>The use of the money that no part takes.</summary>
    public Remainder Remainder { get; init; }

    /// <summary>Whether the names were followed to where merges lead.</summary>
    public bool IsLed { get; init; }

    /// <summary>The merged accounts whose names led to this one: their orders stay theirs, and the debt is here.</summary>
    public IReadOnlyList<AccountId> LedFrom { get; init; } = [];

    /// <summary>JSON of the dialect, for its answers; the engine does not read it.</summary>
    public string? Details { get; init; }

    /// <summary>
    /// Only checks: returns the faults and changes nothing. The dialect has refused the request already and wants the other faults. It
    /// may replace a part whose own fields it refused by one that only names the order, an escrow of nothing.
    /// </summary>
    public bool OnlyCheck { get; init; }

    public override bool MayAskProvider => Instrument is not null && ReceivedBy is null;

    public override IEnumerable<Reference> References
    {
        get
        {
            foreach (var name in Opening?.Names ?? [])
                yield return name;
            if (Instrument is { } instrument)
                yield return instrument;
            foreach (var part in Parts)
            {
                if (part.Target is { } target)
                    yield return target;
            }
        }
    }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (Instrument is { } instrument && known.Find(instrument) is { } held)
            wanted.Add(Instruments.Instrument.Shelf, new InstrumentId(Origin.Merchant, held.Object));
        if (InOwnInstrumentOnly && known.Find(Account) is { } holder)
            wanted.Add(Instruments.Instrument.OfAccount, holder.Account);
        foreach (var part in Parts)
        {
            if (part.Target is not { } target || known.Find(target) is not { } found)
                continue;
            if (IsForCharge(part))
                WantCharge(wanted, new ChargeId(Origin.Merchant, found.Object));
            else
                wanted.AddOrder(new OrderId(Origin.Merchant, found.Object));
        }

        foreach (var merged in LedFrom)
            wanted.Add(Charge.MergedOf, merged);
        if (Remainder == Remainder.OldestDueFirst && Amount is { } amount && known.Find(Account) is { } payer)
            wanted.AddOpenCharges(payer.Account, amount);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        var opening = OpenAccount.FindOrOpen(state, stamp, Account, Opening, out var holder);
        if (opening.Changes is not { } opened)
            return opening;
        var account = holder!;

        // No balance of the customer shows money in another currency than the account's.
        if (Amount is { } money && money.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (InstrumentFault(state, account, out var instrument) is { } fault)
            return Decision.Refused(fault);
        var asked = ReceivedBy is null ? instrument?.Vaulted?.Provider : null;
        var receivedBy = ReceivedBy ?? (instrument is null ? null : ReceivedByIfInstrumentKnown);
        if (Amount is not { } amount || (asked ?? receivedBy) is not { } provider)
            return OnlyCheck ? Decision.Refused([]) : Recorded(state, account, opened, stamp, instrument);

        var plan = new AllocationPlan(state, account, amount) { LedFrom = LedFrom };
        var faults = TakeParts(plan, asked is null ? null : state);
        if (OnlyCheck || faults.Count > 0)
            return Decision.Refused(faults);
        if (asked is not null)
            return Begun(account, opened, stamp, instrument!, asked, plan);

        plan.TakeRemainder(Remainder);
        return Recorded(state, account, opened, stamp, instrument, plan, plan.TransfersFrom(provider));
    }

    private static bool IsForCharge(Part part) => part.Kind is PartKind.Charge or PartKind.ChargeUpTo or PartKind.ChargeIfKnown;

    private void WantCharge(Wanted wanted, ChargeId charge)
    {
        wanted.Add(Charge.Shelf, charge);
        if (Instrument is not null)
            wanted.Add(Claim.OnCharge, charge);
    }

    private Refusal? InstrumentFault(State state, Account account, out Instrument? instrument)
    {
        instrument = Instrument is { } reference && state.Find(reference) is { } found && found.Account == account.Id
            ? state.Instrument(new InstrumentId(Origin.Merchant, found.Object))
            : null;
        if (instrument is null && Instrument is not null && !InstrumentMayBeUnknown)
            return Refusal.InstrumentUnknown;
        // The client's own gateway has charged its instrument already, so book that money.
        if (instrument is { IsRemoved: true, Vaulted: not null } && ReceivedBy is null)
            return Refusal.InstrumentUnknown;
        // The customer entered it for one payment and permitted no other, or put another one in its place.
        if (ChargesInstrument && instrument is { Standing: InstrumentStanding.Once or InstrumentStanding.Inactive })
            return Refusal.InstrumentUnknown;
        if (instrument is not null && InstrumentMethod is { } asked && asked != instrument.Method)
            return Refusal.InstrumentKindMismatch;
        if (ChargesInstrument && instrument is { Vaulted: null })
            return Refusal.InstrumentNotCharged;
        return InOwnInstrumentOnly && state.CurrentInstrumentOf(account.Id) is { } own && own.Id != instrument?.Id
            ? Refusal.InstrumentNotOwn : null;
    }

    /// <summary>Plans every part. Where a provider is to be asked, charges that another payment has claimed are refused.</summary>
    private List<Fault> TakeParts(AllocationPlan plan, State? claims)
    {
        var faults = new List<Fault>();
        var named = new HashSet<ChargeId>();
        for (var index = 0; index < Parts.Count; index++)
        {
            var planned = plan.Allocations.Count;
            var isNamedTwice = NamesChargesOnce && plan.ChargeOf(Parts[index].Target!.Value) is { } charge && !named.Add(charge.Id);
            var refusal = isNamedTwice ? Refusal.ChargeNamedTwice
                : !IsLed && plan.MayHaveMoved(Parts[index]) ? Refusal.ChargeUnknown : plan.Take(Parts[index]);
            if (refusal is null && plan.Allocations.Skip(planned).Any(allocation => claims?.ClaimantOf(allocation.Charge.Id) is not null))
                refusal = Refusal.ChargeClaimed;
            if (refusal is { } fault)
                faults.Add(new Fault(fault, index));
        }

        if (plan.LeftMinor < 0 && !OnlyCheck)
            faults.Add(new Fault(Refusal.PartsExceedPayment));
        return faults;
    }

    private Decision Begun(Account account, Changes opened, Stamp stamp, Instrument instrument, string provider, AllocationPlan plan)
    {
        if (!Parts.All(IsForCharge))
            throw new InvalidOperationException("A provider is asked only for money that settles charges.");

        var begun = new PaymentIntent(account, Id, Dialect, Amount!.Value, instrument.Method, instrument, Origin)
        {
            Provider = provider,
            CapturesAtOnce = true,
            Plan = plan,
            Remainder = Remainder,
            Details = Details,
        };
        begun.AddTo(opened, stamp);
        return Decision.Accepted(opened);
    }

    private Decision Recorded(
        State state, Account account, Changes opened, Stamp stamp, Instrument? instrument, AllocationPlan? plan = null,
        IReadOnlyList<Transfer>? captured = null)
    {
        var status = captured is null ? PaymentStatus.Pending : PaymentStatus.Captured;
        var payment = new Payment(
            Id, opened.TakeNumber(stamp), account.Id, Dialect, status, Amount, AllocatedMinor: 0, instrument?.Method ?? Method,
            instrument?.Id, Details, Events: 0, stamp.At);
        payment = PaymentEvents.Put(
            opened, state, account, payment,
            new Event(Id.Value, 1, EventType.PaymentRecorded, status, stamp.Time, Origin, captured ?? []));
        opened.View = new PaymentView(payment, account, instrument, PaymentView.Combined(plan?.Allocations ?? []))
        {
            ReceivedOn = captured is null ? null : stamp.Time.EffectiveOn,
        };
        return Decision.Accepted(opened);
    }
}
