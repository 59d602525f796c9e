using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Overdue;

/// <summary>A command that decides on the dunning of an account. It is refused where the account has changed since it was read.</summary>
public abstract record DunningCommand(Origin Origin, AccountTarget Account) : AccountCommand(Origin, Account)
{
    /// <summary>The label of a charge that is the fee of a level.</summary>
    public const string FeeLabel = "dunning";

    /// <summary>The kind of the name of a fee.</summary>
    public const string FeeKind = "dunning-fee";

    /// <summary>The day of the run.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>The overdue charges, as the caller has read them. No claim on another one is known.</summary>
    public required IReadOnlyList<ChargeId> Overdue { get; init; }

    /// <summary>Those of them that are disputed.</summary>
    public required IReadOnlyList<ChargeId> Disputed { get; init; }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(DunningPolicy.OfMerchant, Origin.Merchant);
        foreach (var charge in Overdue)
            wanted.Add(Claim.OnCharge, charge);
        if (known.Find(Account) is not { } found)
            return;
        wanted.Add(AccountDunning.Shelf, found.Account);
        wanted.Add(Charge.OfAccount, found.Account);
        wanted.Add(Attempt.WaitingForTransfer, found.Account);
        wanted.Add(Payment.Unfinished, found.Account);
    }

    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        var overdue = state.OpenCharges(account.Id, account.Currency).Where(charge => IsOverdue(charge, Today)).ToList();
        if (overdue.Exists(charge => !Overdue.Contains(charge.Id)))
            return Decision.Refused(Refusal.AccountChanged);
        var found = new DunningCase(
            state.DunningOf(account.Id), state.Find(DunningPolicy.Shelf, (Origin.Merchant, account.Currency)),
            [
                .. overdue.Select(charge => new OverdueCharge(
                    charge,
                    DunningCase.WhyLeftOut(charge, IsUnderWay(state, charge.Id), Disputed.Contains(charge.Id), Today))),
            ],
            state.All(Payment.Unfinished, account.Id).Sum(payment => payment.UnallocatedMinor));
        return Decide(state, account, found, found.On(Today), stamp);
    }

    /// <summary>Whether a charge is overdue on a day. A fee of a level is not: it alone is never dunned.</summary>
    public static bool IsOverdue(Charge charge, DateOnly today) => charge.DueOn < today && charge.Label != FeeLabel;

    /// <summary>Whether a payment is to bring the charge's money. A transfer that has not come for long no longer counts.</summary>
    private bool IsUnderWay(State state, ChargeId charge) => state.ClaimantOf(charge) is { } claimant
        && !state.AttemptsOf(claimant).Any(attempt => attempt.WaitsForTransfer && attempt.OpenedAt < DunningCase.TransfersFrom(Today));

    private protected abstract Decision Decide(State state, Account account, DunningCase found, DunningVerdict verdict, Stamp stamp);
}

/// <summary>Takes a customer to the next level of dunning, and charges its fee.</summary>
/// <param name="Step">The level, as the caller has read it; a step that was taken already is refused.</param>
public sealed record StepDunning(Origin Origin, AccountTarget Account, DunningStepId Step) : DunningCommand(Origin, Account)
{
    /// <summary>The account's number, by which the fee is called.</summary>
    public required long Number { get; init; }

    private Reference FeeName => new(Origin.Merchant, Reference.House, FeeKind, $"D{Number}-{Step.Cycle}-{Step.Level}");

    public override IEnumerable<Reference> References => [FeeName];

    private protected override Decision Decide(State state, Account account, DunningCase found, DunningVerdict verdict, Stamp stamp)
    {
        if (verdict.Move != DunningMove.Step || found.NextStep != Step)
            return Decision.Refused(Refusal.AccountChanged);
        var level = found.Policy!.Levels[Step.Level - 1];
        var changes = new Changes();
        if (level.FeeMinor > 0)
        {
            var fee = new RaiseCharge(Origin, Account, Step.Fee, new Money(level.FeeMinor, account.Currency), Today)
            {
                Label = FeeLabel,
                Reference = FeeName,
                Description = $"Dunning fee, level {Step.Level}",
            }.Decide(state, stamp);
            if (fee.Changes is not { } raised)
                return fee;
            changes = raised;
        }

        changes.Put(found.Dunning with { Cycle = Step.Cycle, Level = Step.Level, SteppedOn = Today, IsWithAgency = level.HandsOver });
        var happened = changes.PutEvent(account, EventType.AccountDunned, Origin, stamp);
        changes.Put(new DunningStep(
            Step, happened.Sequence, Today, verdict.OldestDueOn!.Value, new Money(verdict.OverdueMinor, account.Currency),
            level.FeeMinor > 0 ? Step.Fee : null, level.HandsOver));
        return Decision.Accepted(changes);
    }
}

/// <summary>Ends the dunning of a customer of whom nothing is overdue any more.</summary>
public sealed record EndDunning(Origin Origin, AccountTarget Account) : DunningCommand(Origin, Account)
{
    private protected override Decision Decide(State state, Account account, DunningCase found, DunningVerdict verdict, Stamp stamp)
    {
        if (verdict.Move != DunningMove.End)
            return Decision.Refused(Refusal.AccountChanged);
        var changes = new Changes();
        changes.Put(found.Dunning with { Level = 0, SteppedOn = null, IsWithAgency = false });
        changes.PutEvent(account, EventType.AccountDunningEnded, Origin, stamp);
        return Decision.Accepted(changes);
    }
}
