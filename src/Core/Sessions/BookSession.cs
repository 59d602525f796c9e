using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Sessions;

/// <summary>
/// Books the payment of a session: captures its money, settles the named charges in full, and keeps the rest as the customer's credit.
/// </summary>
/// <param name="Account">The account to book on; must be the session's.</param>
/// <param name="About">The session as it was read.</param>
/// <param name="Amount">Must be the amount of the session.</param>
/// <param name="Charges">The charges to settle in full, each once: the names that each may have, the likeliest first.</param>
/// <param name="Payment">The id the payment gets, where a stored instrument is charged only now.</param>
/// <param name="Dialect">The dialect whose session it is.</param>
public sealed record BookSession(
    Origin Origin, AccountTarget Account, Session About, Money Amount, IReadOnlyList<IReadOnlyList<Reference>> Charges, PaymentId Payment,
    string Dialect)
    : SessionCommand(Origin, Account, About)
{
    /// <summary>Whether it settles no charge of a customer whose debt an agency collects.</summary>
    public bool LeavesDebtToAgency { get; init; }

    public override bool MayAskProvider => true;

    public override bool WaitsForDecision => true;

    public override IEnumerable<Reference> References => Charges.SelectMany(names => names);

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        SessionAutopay.Want(wanted, About);
        if (LeavesDebtToAgency)
            wanted.Add(AccountDunning.Shelf, About.Account);
        foreach (var name in References)
        {
            if (known.Find(name) is not { } found)
                continue;
            wanted.Add(Charge.Shelf, new ChargeId(Origin.Merchant, found.Object));
            wanted.Add(Claim.OnCharge, new ChargeId(Origin.Merchant, found.Object));
        }
    }

    private protected override Refusal? RefusalFor(State state, Session session, Payment? payment, Stamp stamp)
    {
        if (base.RefusalFor(state, session, payment, stamp) is { } refusal)
            return refusal;
        if (IsCapturedUnasked(state, session, payment))
            return Refusal.UnderWay;
        var isSubmitted = payment is null ? session.Instrument is not null
            : payment.Status == PaymentStatus.Authorised || IsCapturedByHand(session, payment);
        if (!isSubmitted)
            return Refusal.SessionUnknown;
        if (session.IsForInstrument)
            return Refusal.SessionOfOtherKind;
        return session.Amount == Amount ? null : Refusal.SessionAmountMismatch;
    }

    private protected override Decision Decide(State state, Account account, Session session, Payment? payment, Stamp stamp)
    {
        // Do not charge an instrument that was replaced after the customer chose it.
        var stored = payment is null ? state.Instrument(session.Instrument!.Value) : null;
        if (stored is { IsOffered: false })
            return Decision.Refused(Refusal.InstrumentUnknown);

        var plan = new AllocationPlan(state, account, Amount);
        var faults = TakeCharges(state, account, plan);
        if (faults.Count > 0)
            return Decision.Refused(faults);

        if (payment is not null && IsCapturedByHand(session, payment))
            return Settle(state, account, session, payment, plan, stamp);
        var changes = new Changes();
        SessionAutopay.TakeEffect(changes, state, account, session, Origin, stamp);
        changes.Put(session with { Status = SessionStatus.Used, Events = session.Events + 1, Payment = payment?.Id ?? Payment });
        changes.Put(EventOf(session, EventType.SessionUsed, stamp));
        if (payment is null)
            ChargeStored(changes, stored!, account, plan, stamp);
        else
            Capture(changes, state, payment, account, plan, stamp);
        return Decision.Accepted(changes);
    }

    /// <summary>Whether a person has captured the payment at the provider's own console, before a client booked it.</summary>
    private static bool IsCapturedByHand(Session session, Payment payment) =>
        session.Scope != SessionScope.Link && payment.Status == PaymentStatus.Captured;

    /// <summary>The money is there, as credit: it settles the charges.</summary>
    private Decision Settle(State state, Account account, Session session, Payment payment, AllocationPlan plan, Stamp stamp)
    {
        var spending = new CreditSpending(state.CreditsOf(payment.Id));
        List<Transfer> transfers = [];
        foreach (var allocation in plan.Allocations)
        {
            if (!spending.Spend(account, allocation, transfers))
                return Decision.Refused(Refusal.ExceedsUnallocated);
        }

        var progress = new PaymentChanges(state, account, payment, Origin, stamp);
        SessionAutopay.TakeEffect(progress.Changes, state, account, session, Origin, stamp);
        progress.Changes.Put(session with { Status = SessionStatus.Used, Events = session.Events + 1 });
        progress.Changes.Put(EventOf(session, EventType.SessionUsed, stamp));
        progress.Move(EventType.PaymentAllocated, null, transfers);
        return progress.Accept();
    }

    /// <summary>
    /// The name by which the account knows one of its charges. A charge that its raising system has numbered has no other number.
    /// </summary>
    private Reference NameOf(IReadOnlyList<Reference> names, State state, Account account) => names.FirstOrDefault(
        name => state.Find(name) is { } found && found.Account == account.Id
            && (name.Dialect != Reference.House || state.Charge(new ChargeId(Origin.Merchant, found.Object))?.ReferenceNumber is null),
        names[0]);

    private List<Fault> TakeCharges(State state, Account account, AllocationPlan plan)
    {
        var faults = new List<Fault>();
        for (var index = 0; index < Charges.Count; index++)
        {
            var name = NameOf(Charges[index], state, account);
            var refusal = LeavesDebtToAgency && state.DunningOf(account.Id).IsWithAgency
                ? Refusal.NothingDue : plan.Take(Part.Charge(name, null));
            if (refusal is null && state.ClaimantOf(new ChargeId(Origin.Merchant, state.Find(name)!.Value.Object)) is not null)
                refusal = Refusal.ChargeClaimed;
            if (refusal is { } fault)
                faults.Add(new Fault(fault, index));
        }

        if (plan.LeftMinor < 0)
            faults.Add(new Fault(Refusal.PartsExceedPayment));
        return faults;
    }

    /// <summary>A stored instrument is asked for the money only now.</summary>
    private void ChargeStored(Changes changes, Instrument instrument, Account account, AllocationPlan plan, Stamp stamp)
    {
        var begun = new PaymentIntent(account, Payment, Dialect, Amount, instrument.Method, instrument, Origin)
        {
            Provider = instrument.Vaulted!.Provider,
            CapturesAtOnce = true,
            Plan = plan,
        };
        begun.AddTo(changes, stamp);
    }

    /// <summary>The provider takes the reserved money.</summary>
    private void Capture(Changes changes, State state, Payment payment, Account account, AllocationPlan plan, Stamp stamp)
    {
        var authorisation = state.AttemptsOf(payment.Id).Single(attempt => attempt.Verb == Verb.Authorise);
        var capturing = payment with { Events = payment.Events + 1 };
        changes.Put(capturing);
        var instrument = payment.Instrument is { } id ? state.Instrument(id) : null;
        changes.View = new PaymentView(capturing, account, instrument, []) { IsUnderWay = true };
        changes.Put(new Attempt(
            state.NextAttempt(payment.Id, Verb.Capture), payment.Id, account.Id, account.Slot, authorisation.Provider, Verb.Capture,
            Amount, stamp.Now)
        {
            Authorisation = authorisation.Id,
            DueAt = stamp.Now + stamp.Lease,
        });
        plan.PutClaims(changes, payment.Id);
        changes.Put(new Event(payment.Id.Value, capturing.Events, EventType.PaymentCapturing, null, stamp.Time, Origin, []));
    }
}
