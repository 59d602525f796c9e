using System.Buffers.Binary;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Corrections;

/// <summary>Takes what is open on an account to another one of the same person.</summary>
/// <param name="Account">The account that goes on.</param>
/// <param name="Merged">The account that is closed, or was closed by a merge.</param>
/// <param name="Credits">The payments of the merged account that may have credit, as the caller has read them.</param>
/// <param name="First">The first of the ids that charges and payments get there, a UUIDv7.</param>
public abstract record MergeCommand(
    Origin Origin, AccountTarget Account, AccountTarget Merged, IReadOnlyList<PaymentId> Credits, Guid First)
    : AccountCommand(Origin, Account)
{
    public override IReadOnlyList<AccountTarget> Others => [Merged];

    public sealed override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (known.Find(Account) is not { } account || known.Find(Merged) is not { } merged)
            return;
        wanted.Add(Accounts.Account.Shelf, merged.Account);
        MergedCredit.Want(wanted, merged.Account, Credits);
        Want(wanted, account.Account, merged.Account);
    }

    public sealed override Decision Decide(State state, Stamp stamp) =>
        state.Account(Account) is { } account && state.Account(Merged) is { } merged
            ? Decide(state, stamp, account, merged) : Decision.Refused(Refusal.AccountUnknown);

    private protected abstract void Want(Wanted wanted, AccountId account, AccountId merged);

    private protected abstract Decision Decide(State state, Stamp stamp, Account account, Account merged);
}

/// <summary>
/// Merges an account into another one of the same person. The open part of each of its charges becomes a charge of the other account, its
/// credit becomes payments there, and it is closed. Settled charges stay its own, with their history.
/// </summary>
/// <param name="Account">The account that goes on.</param>
/// <param name="Merged">The account that is closed.</param>
/// <param name="Credits">The payments of the merged account that have credit, and perhaps others, as the caller has read them.</param>
/// <param name="First">The first of the ids that charges and payments get there, a UUIDv7.</param>
public sealed record MergeAccounts(
    Origin Origin, AccountTarget Account, AccountTarget Merged, IReadOnlyList<PaymentId> Credits, Guid First)
    : MergeCommand(Origin, Account, Merged, Credits, First)
{
    private protected override void Want(Wanted wanted, AccountId account, AccountId merged)
    {
        Unfinished.Want(wanted, merged);
        wanted.Add(AccountContact.Shelf, account);
        wanted.Add(AccountContact.Shelf, merged);
        wanted.Add(Autopay.OfAccount, account);
        wanted.Add(Autopay.OfAccount, merged);
    }

    private protected override Decision Decide(State state, Stamp stamp, Account account, Account merged)
    {
        if (account.Id == merged.Id)
            return Decision.Refused(Refusal.SameCustomer);
        if (account.IsClosed || merged.IsClosed)
            return Decision.Refused((merged.IsClosed ? merged : account).WhyClosed);
        if (account.Currency != merged.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (Unfinished.IsUnderWay(state, merged.Id, stamp))
            return Decision.Refused(Refusal.AccountUnderWay);
        List<Payment> credits = [.. state.All(Payment.Unfinished, merged.Id)];
        if (MergedCredit.RefusalFor(state, merged.Id, credits, Credits) is { } refusal)
            return Decision.Refused(refusal);

        var changes = new Changes();
        var ids = new NextIds(First);
        foreach (var charge in state.OpenCharges(merged.Id, merged.Currency).OrderBy(one => one.DueOn).ThenBy(one => one.Number).ToList())
            MergedDebt.Move(changes, charge, (merged, account), Origin, stamp, ids);
        foreach (var payment in credits)
        {
            MergedCredit.Move(
                changes, state, payment, (merged, account), Origin, stamp, new PaymentId(Origin.Merchant, ids.Next()), merged.Id);
        }

        (account, merged) = WithAutopay(changes, state, account, merged, stamp);
        FillContact(changes, state, account, merged, stamp);
        changes.Put(merged with { Status = AccountStatus.Closed, MergedInto = account.Id, Events = merged.Events + 1 });
        changes.Put(new Event(merged.Id.Value, merged.Events + 1, EventType.AccountMerged, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }

    /// <summary>
    /// A consent of the merged account ends with it, as its card or bank account stays there. Who ended one there wants nothing collected
    /// from the other account either, unless a consent was given there since.
    /// </summary>
    private (Account Account, Account Merged) WithAutopay(Changes changes, State state, Account account, Account merged, Stamp stamp)
    {
        if (state.AutopayOf(merged.Id) is not { } last)
            return (account, merged);
        if (last.IsInForce)
            return (account, EndAutopay.Put(changes, state, merged, (AutopaySource.Merge, Origin), stamp));
        var isStopped = state.AutopayOf(account.Id) is not { } own || (own.IsInForce && own.GivenAt < last.EndedAt);
        return (isStopped ? EndAutopay.Put(changes, state, account, (AutopaySource.Merge, Origin), stamp) : account, merged);
    }

    /// <summary>What only the merged account says of how its customer is reached is the other's now, too; undoing leaves it.</summary>
    private void FillContact(Changes changes, State state, Account account, Account merged, Stamp stamp)
    {
        var own = state.Find(AccountContact.Shelf, account.Id)?.Contact ?? Contact.None;
        var filled = own.FilledFrom(state.Find(AccountContact.Shelf, merged.Id)?.Contact ?? Contact.None);
        if (filled != own)
            ContactChanges.Put(changes, account, filled, Origin, stamp);
    }
}

/// <summary>
/// Undoes a merge: the open parts of the moved charges, and the rest of the moved credit, are the merged account's again, which is
/// open. Payments and uses of credit since then stay there.
/// </summary>
/// <param name="Account">The merged account.</param>
/// <param name="Into">The account that it was merged into.</param>
/// <param name="Credits">
/// The payments there that have credit of the merged account, and perhaps others, as the caller has read them.
/// </param>
/// <param name="First">The first of the ids that payments get, a UUIDv7.</param>
public sealed record UnmergeAccounts(
    Origin Origin, AccountTarget Account, AccountTarget Into, IReadOnlyList<PaymentId> Credits, Guid First)
    : AccountCommand(Origin, Account)
{
    public override IReadOnlyList<AccountTarget> Others => [Into];

    /// <summary>The undoing of an account's merge, as the account was read. An account that is not merged is refused.</summary>
    /// <param name="creditsAsync">Reads the payments of an account that have credit.</param>
    public static async Task<UnmergeAccounts> OfAsync(
        Origin origin, Account merged, Func<AccountId, Task<IReadOnlyList<PaymentId>>> creditsAsync, Guid first)
    {
        var into = merged.MergedInto ?? merged.Id;
        return new UnmergeAccounts(
            origin, AccountTarget.Of(merged.Id, merged.Slot), AccountTarget.Named(Reference.ToAccountId(into.Merchant, into.Value)),
            await creditsAsync(into), first);
    }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (known.Find(Account) is not { } merged || known.Find(Into) is not { } into)
            return;
        wanted.Add(Accounts.Account.Shelf, into.Account);
        wanted.Add(Charge.MergedOf, merged.Account);
        wanted.Add(Charge.MovedAway, merged.Account);
        wanted.Add(Payment.MergedOf, merged.Account);
        wanted.Add(Payment.MovedAway, merged.Account);
        wanted.Add(Payment.Unfinished, into.Account);
        MergedCredit.Want(wanted, into.Account, Credits);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } merged || state.Account(Into) is not { } into)
            return Decision.Refused(Refusal.AccountUnknown);
        if (merged.MergedInto != into.Id)
            return Decision.Refused(Refusal.AccountNotMerged);
        if (into.MergedInto is not null)
            return Decision.Refused(Refusal.AccountMerged);
        // A payment under way may have claimed a charge that came from the merged account.
        if (state.All(Payment.Unfinished, into.Id).Any(payment => payment.IsUnderWay))
            return Decision.Refused(Refusal.AccountUnderWay);
        List<Payment> credits =
            [.. state.All(Payment.MergedOf, merged.Id).Where(payment => payment.Account == into.Id && payment.UnallocatedMinor > 0)];
        if (MergedCredit.RefusalFor(state, into.Id, credits, Credits) is { } refusal)
            return Decision.Refused(refusal);

        var changes = new Changes();
        List<Charge> charges =
            [.. state.All(Charge.MergedOf, merged.Id).Where(charge => charge.Account == into.Id && charge.OpenMinor > 0)];
        foreach (var charge in charges)
            MergedDebt.MoveBack(changes, state, charge, (into, merged), Origin, stamp);
        var ids = new NextIds(First);
        foreach (var payment in credits)
        {
            // Credit that had come by an earlier merge is the earlier account's, as before.
            var earlier = state.Payment(payment.MovedFrom!.Value)!.MergedFrom;
            MergedCredit.Move(
                changes, state, payment, (into, merged), Origin, stamp, new PaymentId(Origin.Merchant, ids.Next()), earlier);
        }

        changes.Put(merged with { Status = AccountStatus.Open, MergedInto = null, Events = merged.Events + 1 });
        changes.Put(new Event(merged.Id.Value, merged.Events + 1, EventType.AccountUnmerged, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}

/// <summary>Ids that follow from the first one.</summary>
internal sealed class NextIds(Guid first)
{
    private uint _given;

    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        first.TryWriteBytes(bytes, bigEndian: true, out _);
        var end = bytes[12..];
        BinaryPrimitives.WriteUInt32BigEndian(end, unchecked(BinaryPrimitives.ReadUInt32BigEndian(end) + _given++));
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>Debt that goes from one account to another of the same person.</summary>
internal static class MergedDebt
{
    /// <summary>Takes the open part off a charge, as a credit note does.</summary>
    public static Money TakeOpen(Changes changes, Charge charge, Account from, Origin origin, Stamp stamp)
    {
        var open = charge.Amount with { AmountMinor = charge.OpenMinor };
        changes.Put(charge with { CreditedMinor = charge.CreditedMinor + open.AmountMinor, Events = charge.Events + 1 });
        changes.Put(new Event(
            charge.Id.Value, charge.Events + 1, EventType.ChargeMoved, null, stamp.Time, origin, [Away(from, charge.Id, open)]));
        return open;
    }

    /// <summary>The open part of a charge leaves it as by a credit note, and is a charge of the other account.</summary>
    public static void Move(Changes changes, Charge charge, (Account From, Account To) sides, Origin origin, Stamp stamp, NextIds ids)
    {
        var (from, to) = sides;
        var open = TakeOpen(changes, charge, from, origin, stamp);
        var id = new ChargeId(origin.Merchant, ids.Next());
        var moved = new Charge(
            id, to.Id, Order: null, changes.TakeNumber(stamp), charge.Label, Reference: null, Document: null,
            charge.Description ?? charge.Document ?? charge.Reference, charge.DueOn, open, AllocatedMinor: 0, CreditedMinor: 0)
        {
            MovedFrom = charge.Id,
            MergedFrom = from.Id,
            DunningPausedUntil = charge.DunningPausedUntil,
        };
        changes.Put(moved);
        changes.Name(new NamedObject(to.Id, to.Slot, id.Value), Reference.ToChargeNumber(origin.Merchant, moved.Number));
        changes.Put(new Event(id.Value, 1, EventType.ChargeRaised, null, stamp.Time, origin, [Away(to, id, open).Mirrored]));
    }

    /// <summary>The open part of a charge that came from a merged account is that account's charge again.</summary>
    public static void MoveBack(
        Changes changes, State state, Charge charge, (Account From, Account To) sides, Origin origin, Stamp stamp)
    {
        var (from, to) = sides;
        var open = TakeOpen(changes, charge, from, origin, stamp);
        var first = changes.Latest(state, Charge.Shelf, charge.MovedFrom!.Value);
        changes.Put(first with { CreditedMinor = first.CreditedMinor - open.AmountMinor, Events = first.Events + 1 });
        changes.Put(new Event(
            first.Id.Value, first.Events + 1, EventType.ChargeMoved, null, stamp.Time, origin, [Away(to, first.Id, open).Mirrored]));
    }

    /// <summary>The transfer that takes it from a charge; its mirror brings it.</summary>
    public static Transfer Away(Account account, ChargeId charge, Money open) => new(
        Chart.Billed(account, open.Currency), Chart.Receivable(account, open.Currency), open.AmountMinor, charge);
}

/// <summary>
/// Credit that goes from one account to another of the same person, as money that moves to another customer: it leaves its payment as it
/// came and is a payment there, for the same purposes. Credit for an order is general credit there.
/// </summary>
internal static class MergedCredit
{
    /// <param name="from">The account that the credit leaves.</param>
    public static void Want(Wanted wanted, AccountId from, IEnumerable<PaymentId> payments)
    {
        wanted.Add(Payment.OfAccount, from);
        wanted.Add(Dispute.OpenOf, from);
        foreach (var payment in payments)
        {
            wanted.AddWhole(payment);
            wanted.Add(Funds.HeldBy, payment);
        }
    }

    /// <summary>Why the credit of payments can't leave an account; null where it can.</summary>
    /// <param name="seen">The payments that were read whole.</param>
    public static Refusal? RefusalFor(State state, AccountId from, IReadOnlyList<Payment> credits, IReadOnlyList<PaymentId> seen)
    {
        if (credits.Any(payment => !seen.Contains(payment.Id)))
            return Refusal.AccountChanged;
        // Money that comes back when a dispute is won settles charges that must not be another account's then.
        if (state.All(Payment.OfAccount, from)
            .Any(payment => state.DisputesOf(payment.Id).Any(dispute => dispute.Status == DisputeStatus.Open)))
        {
            return Refusal.PaymentDisputed;
        }

        return credits.Any(payment => state.HolderOf(payment.Id) is not (ClearingProvider.Cash or ClearingProvider.BankTransfer))
            ? Refusal.HeldByProvider : null;
    }

    /// <param name="sides">The account that the credit leaves, and the one that gets it.</param>
    /// <param name="id">The id of the payment that it becomes.</param>
    /// <param name="mergedFrom">The merged account whose credit it is there; null for none.</param>
    public static void Move(
        Changes changes, State state, Payment payment, (Account From, Account To) sides, Origin origin, Stamp stamp, PaymentId id,
        AccountId? mergedFrom)
    {
        var (from, to) = sides;
        var amount = payment.Amount!.Value with { AmountMinor = payment.UnallocatedMinor };
        var (holder, credits) = (state.HolderOf(payment.Id)!, state.CreditsOf(payment.Id));
        var leaving = Withdrawal.Of(amount.AmountMinor, credits, []);
        PaymentEvents.Put(
            changes, state, from, payment,
            new Event(
                payment.Id.Value, payment.Events + 1, EventType.PaymentMoved, null, stamp.Time, origin,
                leaving.ToHolder(Chart.Clearing(from, holder, amount.Currency), from)));

        var moved = new Payment(
            id, changes.TakeNumber(stamp), to.Id, Reference.House, PaymentStatus.Captured, amount, AllocatedMinor: 0, payment.Method,
            Instrument: null, Details: null, Events: 0, stamp.At)
        {
            MovedFrom = payment.Id,
            MergedFrom = mergedFrom,
        };
        PaymentEvents.Put(
            changes, state, to, moved,
            new Event(
                id.Value, 1, EventType.PaymentRecorded, PaymentStatus.Captured, stamp.Time, origin,
                [
                    .. leaving.Credits.Select(credit => new Transfer(
                        Chart.Clearing(to, holder, amount.Currency), Chart.Credit(to, PurposeOf(credit), amount.Currency),
                        credit.AmountMinor, null)),
                ]));

        static string PurposeOf(Credit credit) =>
            CreditPurpose.OrderOf(credit.Purpose, default) is null ? credit.Purpose : CreditPurpose.General;
    }
}
