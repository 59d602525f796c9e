using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Corrections;

/// <summary>
/// Takes what came back to a merged account to where its merge leads. A debt that a returned debit, a dispute or other late news opened
/// again goes to the other account, as the open charges did. Money that came back settles the charges that went there, and else goes too.
/// It takes one step; the caller sends it until it is refused with <see cref="Refusal.NothingDue"/>.
/// </summary>
/// <param name="Account">The account that goes on.</param>
/// <param name="Merged">The account that was merged into it.</param>
/// <param name="Credits">The payments of the merged account that may have credit.</param>
/// <param name="First">The first of the ids that charges and payments get there, a UUIDv7.</param>
public sealed record FollowMerge(
    Origin Origin, AccountTarget Account, AccountTarget Merged, IReadOnlyList<PaymentId> Credits, Guid First)
    : MergeCommand(Origin, Account, Merged, Credits, First)
{
    /// <summary>
    /// The step that follows from a command that brought debt or money back to a merged account; null for other commands. See
    /// <see cref="EngineOptions.FollowUp"/>.
    /// </summary>
    public static Func<Guid, Command>? After(State state, Command command, Changes changes)
    {
        if (state.Account(command.Account) is not { MergedInto: not null } merged)
            return null;
        List<PaymentId> credits =
            [.. changes.Of<Payment>().Where(one => one.Account == merged.Id && one.UnallocatedMinor > 0).Select(one => one.Id)];
        return credits.Count > 0 || changes.Of<Charge>().Any(charge => charge.Account == merged.Id && charge.OpenMinor > 0)
            ? first => Of(
                // What goes on through a further merge is a request of its own: each has one merge.
                command.Origin with { Action = null, Request = command is FollowMerge ? first : command.Origin.Request },
                merged, credits)(first)
            : null;
    }

    /// <summary>The steps for a merged account.</summary>
    public static Func<Guid, Command> Of(Origin origin, Account merged, IReadOnlyList<PaymentId> credits)
    {
        var into = merged.MergedInto!.Value;
        var (to, from) = (AccountTarget.Named(Reference.ToAccountId(into.Merchant, into.Value)), AccountTarget.Of(merged.Id, merged.Slot));
        return first => new FollowMerge(origin, to, from, credits, first);
    }

    internal override bool HasHappened => true;

    private protected override void Want(Wanted wanted, AccountId account, AccountId merged)
    {
        wanted.Add(Charge.OfAccount, merged);
        wanted.Add(Charge.MergedOf, merged);
        wanted.Add(Charge.MovedAway, merged);
        wanted.Add(Payment.Unfinished, merged);
        wanted.Add(Payment.Unfinished, account);
    }

    private protected override Decision Decide(State state, Stamp stamp, Account account, Account merged)
    {
        if (merged.MergedInto != account.Id)
            return Decision.Refused(Refusal.AccountNotMerged);
        List<Charge> open =
            [.. state.OpenCharges(merged.Id, merged.Currency).OrderBy(charge => charge.DueOn).ThenBy(charge => charge.Number)];
        List<Payment> credits =
            [.. state.All(Payment.Unfinished, merged.Id).Where(payment => Credits.Contains(payment.Id) && payment.UnallocatedMinor > 0)];
        var spending = credits.Find(payment => GeneralMinor(state, payment) > 0);
        if (spending is not null && open.Count > 0)
            return Settle(state, stamp, merged, spending, open);
        if (spending is not null && Gone(state, account, merged) is { Count: > 0 } gone)
            return BringBack(state, stamp, (account, merged), gone, GeneralMinor(state, spending));

        var (changes, ids) = (new Changes(), new NextIds(First));
        foreach (var charge in open)
            MergedDebt.Move(changes, charge, (merged, account), Origin, stamp, ids);
        if (open.Count == 0 && credits.Count > 0 && MergedCredit.RefusalFor(state, merged.Id, credits, Credits) is null)
        {
            foreach (var payment in credits)
            {
                MergedCredit.Move(
                    changes, state, payment, (merged, account), Origin, stamp, new PaymentId(Origin.Merchant, ids.Next()), merged.Id);
            }
        }

        return changes.Last is null ? Decision.Refused(Refusal.NothingDue) : Decision.Accepted(changes);
    }

    private static long GeneralMinor(State state, Payment payment) => state.CreditsOf(payment.Id)
        .Where(credit => credit.Purpose == CreditPurpose.General).Sum(credit => credit.AmountMinor);

    /// <summary>The charges that went to the other account and are open there; none while a payment there may have claimed one.</summary>
    private static List<Charge> Gone(State state, Account account, Account merged) =>
        state.All(Payment.Unfinished, account.Id).Any(payment => payment.IsUnderWay) ? []
            : [.. state.All(Charge.MergedOf, merged.Id).Where(charge => charge.Account == account.Id && charge.OpenMinor > 0)
                .OrderBy(charge => charge.DueOn).ThenBy(charge => charge.Number)];

    /// <summary>Money of a payment settles charges of its own account.</summary>
    private Decision Settle(State state, Stamp stamp, Account merged, Payment payment, IReadOnlyList<Charge> open)
    {
        var plan = new AllocationPlan(state, merged, new Money(GeneralMinor(state, payment), merged.Currency));
        foreach (var charge in open)
            plan.TakeUpTo(charge, amountMinor: null);
        var credit = Chart.Credit(merged, CreditPurpose.General, merged.Currency);
        var progress = new PaymentChanges(state, merged, payment, Origin, stamp);
        progress.Move(
            EventType.PaymentAllocated, null,
            [
                .. plan.Allocations.Select(allocation => new Transfer(
                    credit, Chart.Receivable(merged, merged.Currency), allocation.AmountMinor, allocation.Charge.Id)),
            ]);
        return progress.Accept();
    }

    /// <summary>Charges that went away are open at the merged account again, as many as the money can settle.</summary>
    private Decision BringBack(State state, Stamp stamp, (Account From, Account To) sides, IReadOnlyList<Charge> gone, long amountMinor)
    {
        var changes = new Changes();
        foreach (var charge in gone.TakeWhile(_ => amountMinor > 0))
        {
            MergedDebt.MoveBack(changes, state, charge, sides, Origin, stamp);
            amountMinor -= charge.OpenMinor;
        }

        return Decision.Accepted(changes);
    }
}
