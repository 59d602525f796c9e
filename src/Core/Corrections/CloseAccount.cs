using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;

namespace Quittance.Core.Corrections;

/// <summary>Closes an account on which nothing is open: it takes nothing new until it is reopened. News of providers is booked.</summary>
public sealed record CloseAccount(Origin Origin, AccountTarget Account) : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (known.Find(Account) is { } found)
            Unfinished.Want(wanted, found.Account);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        return StillOpen(state, account.Id, stamp) is { } refusal ? Decision.Refused(refusal)
            : StatusChange.To(AccountStatus.Closed, account, Origin, stamp);
    }

    private static Refusal? StillOpen(State state, AccountId id, Stamp stamp)
    {
        if (state.All(Charge.OfAccount, id).Any(charge => charge.OpenMinor > 0))
            return Refusal.AccountOwes;
        if (state.All(Payment.Unfinished, id).Any(payment => payment.UnallocatedMinor > 0))
            return Refusal.AccountHasCredit;
        return Unfinished.IsUnderWay(state, id, stamp) ? Refusal.AccountUnderWay : null;
    }
}

/// <summary>The rows of an account that are open or under way.</summary>
internal static class Unfinished
{
    public static void Want(Wanted wanted, AccountId account)
    {
        wanted.Add(Charge.OfAccount, account);
        wanted.Add(Payment.Unfinished, account);
        wanted.Add(Refund.InTransit, account);
        wanted.Add(Session.OpenOf, account);
        wanted.Add(Booking.HeldOf, account);
    }

    /// <summary>Whether a payment, a refund, a session or a booking may still change the account.</summary>
    public static bool IsUnderWay(State state, AccountId account, Stamp stamp) =>
        state.All(Payment.Unfinished, account).Any(payment => payment.IsUnderWay) || state.All(Refund.InTransit, account).Any()
        || state.All(Booking.HeldOf, account).Any() || state.All(Session.OpenOf, account).Any(session => !session.IsExpired(stamp.Now));
}

/// <summary>Reopens a closed account.</summary>
public sealed record ReopenAccount(Origin Origin, AccountTarget Account) : AccountCommand(Origin, Account)
{
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.MergedInto is not null)
            return Decision.Refused(Refusal.AccountMerged);
        return account.IsClosed ? StatusChange.To(AccountStatus.Open, account, Origin, stamp)
            : Decision.Refused(Refusal.AccountNotClosed);
    }
}

internal static class StatusChange
{
    public static Decision To(AccountStatus status, Account account, Origin origin, Stamp stamp)
    {
        var changes = new Changes();
        changes.Put(account with { Status = status, Events = account.Events + 1 });
        changes.Put(new Event(
            account.Id.Value, account.Events + 1,
            status == AccountStatus.Closed ? EventType.AccountClosed : EventType.AccountReopened, null, stamp.Time, origin, []));
        return Decision.Accepted(changes);
    }
}
