using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;

namespace Quittance.Core.Dues;

/// <summary>A step of a run.</summary>
public abstract record DueRunCommand(Origin Origin, DueRunId Id) : Command(Origin, Id.House)
{
    public override void Want(Wanted wanted, State known) => wanted.Add(DueRun.Shelf, Id);

    private protected Decision Accept(DueRun run, EventType type, Stamp stamp, Changes? changes = null)
    {
        changes ??= new Changes();
        changes.Put(run with { Events = run.Events + 1 });
        changes.Put(new Event(Id.Value, run.Events + 1, type, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}

/// <summary>
/// Begins a run. A server asks for what is due from then on, one charge after another. Where one of the sums is above the limit and a
/// person begins it, or it begins by itself by a person's policy, it waits until another one releases it; the command line is no person,
/// and is refused. What a file of the merchant's own bank asks for is released with it.
/// </summary>
/// <param name="Planned">What is to be asked for, as the caller has read it.</param>
public sealed record BeginDues(Origin Origin, DueRunId Id, DuePreview Planned) : DueRunCommand(Origin, Id)
{
    /// <summary>The policy by which it begins by itself; null where a person or a program begins it.</summary>
    public DuePolicy? Policy { get; init; }

    private bool IsOfOperator => Policy is { } policy ? !policy.IsOfProgram : Origin.IsOfOperator;

    private Guid? Person => Policy is { } policy ? policy.SetBy : Origin.Action?.Person;

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(ApprovalLimit.OfMerchant, Origin.Merchant);
        if (Policy is not null)
            wanted.Add(DuePolicy.Shelf, Origin.Merchant);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(DueRun.Shelf, Id) is not null)
            return Decision.Refused(Refusal.ReferenceTaken);
        if (Policy is { } policy && RefusalFor(policy, state, stamp) is { } refusal)
            return Decision.Refused(refusal);
        var changes = new Changes();
        var needsRelease = IsOfOperator && Planned.ProviderSums.Any(sum => SecondPerson.IsAbove(state, Origin.Merchant, sum));
        // The books can't tell the command line from the person who would release it.
        if (needsRelease && Person is null)
            return Decision.Refused(Refusal.SecondPersonNeeded);
        var run = new DueRun(
            Id, changes.TakeNumber(stamp), Planned.Filter, Planned.Count, DueRunStatus.Running, stamp.At, Events: 0)
        {
            NeedsRelease = needsRelease,
            BegunBy = Person,
            Month = Policy is null ? null : DuePolicy.MonthOf(Planned.Filter.Until),
        };
        return Accept(run.Begun, needsRelease ? EventType.DuesAsked : EventType.DuesBegun, stamp, changes);
    }

    /// <summary>Why no run begins by itself: the policy was changed, or the time that a restore lost may have had the run.</summary>
    private Refusal? RefusalFor(DuePolicy policy, State state, Stamp stamp)
    {
        if (state.Find(DuePolicy.Shelf, Origin.Merchant) != policy || policy.DueBy(Planned.Filter.Until) is not { } day)
            return Refusal.AccountChanged;
        return (stamp.Zone ?? TimeZoneInfo.Utc).StartOf(day) < stamp.RestoredAt ? Refusal.PerhapsSent : null;
    }
}

/// <summary>
/// Releases a run that waits: another person than the one who began it does so. After a restore it is refused with
/// <see cref="Refusal.PerhapsSent"/>, as somebody may have released it in the lost time.
/// </summary>
public sealed record ReleaseDues(Origin Origin, DueRunId Id) : DueRunCommand(Origin, Id)
{
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(DueRun.Shelf, Id) is not { Status: DueRunStatus.Waiting } run)
            return Decision.Refused(Refusal.ApprovalDecided);
        if (Origin.Action?.Person is not { } person || person == run.BegunBy)
            return Decision.Refused(Refusal.SecondPersonNeeded);
        return run.BegunAt < stamp.RestoredAt ? Decision.Refused(Refusal.PerhapsSent)
            : Accept(run with { Status = DueRunStatus.Running }, EventType.DuesReleased, stamp);
    }
}

/// <summary>Stops a run: nothing more is asked for. What it has asked for goes on.</summary>
public sealed record StopDues(Origin Origin, DueRunId Id) : DueRunCommand(Origin, Id)
{
    public override Decision Decide(State state, Stamp stamp) =>
        state.Find(DueRun.Shelf, Id) is { IsOpen: true } run
            ? Accept(run with { Status = DueRunStatus.Stopped }, EventType.DuesStopped, stamp)
            : Decision.Refused(Refusal.ApprovalDecided);
}

/// <summary>Notes that all of a run was asked for.</summary>
public sealed record EndDues(Origin Origin, DueRunId Id) : DueRunCommand(Origin, Id)
{
    public override Decision Decide(State state, Stamp stamp) =>
        state.Find(DueRun.Shelf, Id) is { Status: DueRunStatus.Running } run
            ? Accept(run with { Status = DueRunStatus.Done }, EventType.DuesEnded, stamp) : Decision.Refused(Refusal.AccountChanged);
}

/// <summary>
/// Charges a customer's stored instrument for a charge that is due: a payment of its own. It is refused where the run has asked for the
/// charge before, or where something has changed since the caller read it.
/// </summary>
/// <param name="Id">The id of the payment.</param>
/// <param name="Ask">The charge and the run.</param>
public sealed record AskForDue(Origin Origin, AccountTarget Account, PaymentId Id, DuePaymentId Ask) : AccountCommand(Origin, Account)
{
    public required DueFilter Filter { get; init; }

    /// <summary>The day of the run.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>What decides, as the caller has read it. No claim on another charge is known.</summary>
    public required DueCase Read { get; init; }

    /// <summary>The amount, as the caller has read it, minor units.</summary>
    public required long AmountMinor { get; init; }

    public override bool MayAskProvider => true;

    public override IEnumerable<Reference> References => Charging.References;

    private RecordPayment Charging => new(Origin, Account, Id, Reference.House)
    {
        Amount = new Money(AmountMinor, Read.Account.Currency),
        Instrument = Reference.ToInstrumentId(Origin.Merchant, Read.Instrument!.Id.Value),
        ChargesInstrument = true,
        Parts = [Part.Charge(Reference.ToChargeId(Origin.Merchant, Ask.Charge.Value), AmountMinor)],
    };

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        Charging.Want(wanted, known);
        wanted.Add(DuePayment.OfCharge, Ask.Charge);
        foreach (var due in Read.Open)
            wanted.Add(Claim.OnCharge, due.Charge.Id);
        wanted.Add(AccountDunning.Shelf, Read.Account.Id);
        wanted.Add(Charge.OfAccount, Read.Account.Id);
        wanted.Add(Autopay.OfAccount, Read.Account.Id);
        wanted.Add(Payment.Unfinished, Read.Account.Id);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.All(DuePayment.OfCharge, Ask.Charge).Any(asked => asked.Id == Ask))
            return Decision.Refused(Refusal.ChargeClaimed);
        var read = Read.Open.ToDictionary(due => due.Charge.Id);
        var open = state.OpenCharges(account.Id, account.Currency).ToList();
        var autopay = state.AutopayOf(account.Id);
        if (open.Exists(charge => !read.ContainsKey(charge.Id)) || autopay != Read.Autopay)
            return Decision.Refused(Refusal.AccountChanged);
        var found = new DueCase(
            account, state.DunningOf(account.Id), state.Instrument(Read.Instrument!.Id),
            [
                .. open.Select(charge => read[charge.Id] with
                {
                    Charge = charge,
                    ClaimedMinor = state.All(Claim.OnCharge, charge.Id).Where(claim => claim.IsLive).Sum(claim => claim.AmountMinor),
                }),
            ],
            state.All(Payment.Unfinished, account.Id).Sum(payment => payment.UnallocatedMinor))
        {
            Autopay = autopay,
        };
        var verdict = found.On(Filter, Today).FirstOrDefault(one => one.Due.Charge?.Id == Ask.Charge);
        if (verdict.Due.Charge is null || verdict.Why is not null || verdict.AmountMinor != AmountMinor)
            return Decision.Refused(Refusal.AccountChanged);
        var begun = Charging.Decide(state, stamp);
        if (begun.Changes is { } changes)
            changes.Put(new DuePayment(Ask, Id));
        return begun;
    }
}
