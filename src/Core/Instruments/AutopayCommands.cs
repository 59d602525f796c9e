using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Instruments;

/// <summary>
/// A customer has a card or a bank account of theirs pay all bills when they are due, in place of the one chosen before.
/// </summary>
public sealed record ChooseAutopay(
    Origin Origin, AccountTarget Account, InstrumentId Instrument, AutopaySource Source, string Text, string Language)
    : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Instruments.Instrument.Shelf, Instrument);
        if (known.Find(Account) is { } found)
            wanted.Add(Autopay.OfAccount, found.Account);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        if (state.Instrument(Instrument) is not { } instrument || instrument.Account != account.Id || !instrument.IsOffered)
            return Decision.Refused(Refusal.InstrumentUnknown);
        var changes = new Changes();
        return Put(changes, state, account, this, stamp) ? Decision.Accepted(changes) : Decision.Refused(Refusal.NothingToChange);
    }

    /// <summary>Keeps a consent.</summary>
    /// <returns>Whether it says anything new.</returns>
    internal static bool Put(Changes changes, State state, Account account, ChooseAutopay chosen, Stamp stamp)
    {
        var last = state.AutopayOf(account.Id);
        if (last is { IsInForce: true } && last.Instrument == chosen.Instrument)
            return false;
        if (last is { IsInForce: true })
            changes.Put(last with { EndedAt = stamp.At, EndedBy = chosen.Source });
        changes.Put(new Autopay(
            new AutopayId(account.Id, (last?.Id.Nth ?? 0) + 1), chosen.Instrument, chosen.Source, chosen.Text, chosen.Language, stamp.At));
        PutEvent(changes, account, EventType.AccountAutopayChosen, chosen.Origin, stamp);
        return true;
    }

    internal static Account PutEvent(Changes changes, Account account, EventType type, Origin origin, Stamp stamp)
    {
        var told = account with { Events = account.Events + 1 };
        changes.Put(told);
        changes.Put(new Event(account.Id.Value, told.Events, type, null, stamp.Time, origin, []));
        return told;
    }
}

/// <summary>
/// A customer wants nothing collected by itself any more, also of a closed account, and also where clients stored the card and no consent
/// is known here.
/// </summary>
public sealed record EndAutopay(Origin Origin, AccountTarget Account, AutopaySource Source) : AccountCommand(Origin, Account)
{
    /// <summary>The instrument whose consent it ends; null for any. A consent to another instrument stays.</summary>
    public InstrumentId? Only { get; init; }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (known.Find(Account) is { } found)
            wanted.Add(Autopay.OfAccount, found.Account);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        // Bills and instruments are the other account's.
        if (account.MergedInto is not null)
            return Decision.Refused(account.WhyClosed);
        if (state.AutopayOf(account.Id) is { IsInForce: false })
            return Decision.Refused(Refusal.NothingToChange);
        if (Only is { } only && state.AutopayOf(account.Id)?.Instrument != only)
            return Decision.Refused(Refusal.NothingToChange);
        var changes = new Changes();
        Put(changes, state, account, (Source, Origin), stamp);
        return Decision.Accepted(changes);
    }

    /// <summary>Keeps that nothing is to be collected of a customer by itself.</summary>
    /// <returns>The account, with its event.</returns>
    internal static Account Put(
        Changes changes, State state, Account account, (AutopaySource Source, Origin Origin) by, Stamp stamp)
    {
        var last = state.AutopayOf(account.Id)
            ?? new Autopay(new AutopayId(account.Id, 1), Instrument: null, by.Source, Text: null, Language: null, stamp.At);
        changes.Put(last with { EndedAt = stamp.At, EndedBy = by.Source });
        return ChooseAutopay.PutEvent(changes, account, EventType.AccountAutopayEnded, by.Origin, stamp);
    }
}
