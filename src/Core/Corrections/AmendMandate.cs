using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;

namespace Quittance.Core.Corrections;

/// <summary>
/// Changes the reference of a SEPA mandate, or the creditor identifier under which a system before this one used it. The next debit tells
/// the customer's bank of it.
/// </summary>
public sealed record AmendMandate(Origin Origin, AccountTarget Account, InstrumentId Id) : AccountCommand(Origin, Account)
{
    /// <summary>The kind of the references by which mandates are unique.</summary>
    public const string Kind = "mandate";

    /// <summary>The new reference; null to keep it.</summary>
    public string? Reference { get; init; }

    /// <summary>Null to keep it.</summary>
    public CreditorIdentifier? FormerCreditor { get; init; }

    public override IEnumerable<Reference> References => Name is { } name ? [name] : [];

    private Reference? Name =>
        Reference is { } reference ? new Reference(Origin.Merchant, Core.Reference.House, Kind, reference) : null;

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Instrument.Shelf, Id);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Instrument(Id) is not { IsRemoved: false } instrument || instrument.Account != account.Id
            || instrument.Vaulted is not { Mandate: { Scheme: MandateScheme.Sepa } mandate } vaulted)
        {
            return Decision.Refused(Refusal.InstrumentUnknown);
        }

        var changes = new Changes();
        if (Name is { } name)
        {
            if (state.Find(name) is not { } taken)
                changes.Name(new NamedObject(account.Id, account.Slot, Id.Value), name);
            else if (taken.Object != Id.Value)
                return Decision.Refused(Refusal.ReferenceTaken);
        }

        var amended = instrument with { Vaulted = vaulted with { Mandate = mandate.Amend(Reference, FormerCreditor) } };
        changes.Put(amended);
        changes.Put(new Event(Id.Value, amended.Events, EventType.InstrumentAmended, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
