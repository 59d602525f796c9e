using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Instruments;

/// <summary>Registers an instrument that an external gateway or our vault holds, so that payments may name it.</summary>
/// <param name="Id">The id the instrument gets.</param>
/// <param name="Reference">The name by which payments will name it.</param>
/// <param name="Method">Its kind.</param>
/// <param name="Name">A name fit to be shown.</param>
public sealed record RegisterInstrument(
    Origin Origin, AccountTarget Account, InstrumentId Id, Reference Reference, PaymentMethod Method, string? Name)
    : AccountCommand(Origin, Account)
{
    /// <summary>The secret, sealed for this <see cref="Id"/>; null where an external gateway holds the instrument.</summary>
    public Holding? Holding { get; init; }

    public InstrumentStanding Standing { get; init; }

    /// <summary>Whether its number outlasts a payment for which alone it was entered, as the customer chooses autopay with it.</summary>
    public bool IsForAutopay { get; init; }

    /// <summary>The limit that its number has reached: it is refused with <see cref="Refusal.TriedOut"/>.</summary>
    public CardLimit? Reached { get; init; }

    public override IEnumerable<Reference> References => [Reference];

    public override Decision Decide(State state, Stamp stamp)
    {
        if (Reached is not null)
            return Decision.Refused(Refusal.TriedOut);
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        if (state.Find(Reference) is not null)
            return Decision.Refused(Refusal.ReferenceTaken);

        var changes = new Changes();
        changes.Put(new Instrument(Id, account.Id, Reference.Value, Method, Name) { Vaulted = Holding?.Vaulted, Standing = Standing });
        if (Holding is not null)
            changes.Put(new VaultEntry(Id, Holding.Sealed) { IsOnce = Standing == InstrumentStanding.Once && !IsForAutopay });
        changes.Name(new NamedObject(account.Id, account.Slot, Id.Value), Reference);
        changes.Put(new Event(Id.Value, 1, EventType.InstrumentRegistered, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
