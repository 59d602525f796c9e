using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Billing;

/// <summary>Lets a customer owe money.</summary>
/// <param name="Id">The id the charge gets.</param>
/// <param name="Amount">How much, above zero, in the account's currency.</param>
/// <param name="DueOn">The day it is due.</param>
public sealed record RaiseCharge(Origin Origin, AccountTarget Account, ChargeId Id, Money Amount, DateOnly DueOn)
    : AccountCommand(Origin, Account)
{
    /// <summary>The label of a charge where nothing else is said.</summary>
    public const string Bill = "bill";

    /// <summary>The part that a fault of the reference is about.</summary>
    public const int PartOfReference = 0;

    /// <summary>The part that a fault of the document's number is about.</summary>
    public const int PartOfDocument = 1;

    /// <summary>The purpose of the charge.</summary>
    public string Label { get; init; } = Bill;

    /// <summary>The id under which the raising system knows it.</summary>
    public Reference? Reference { get; init; }

    /// <summary>The reference as a number above zero, for APIs that list charges by number; null where it is none.</summary>
    public long? ReferenceNumber { get; init; }

    /// <summary>The number printed on the bill, by which payments may name it as well.</summary>
    public Reference? Document { get; init; }

    /// <summary>The order it belongs to, which is opened with its first charge.</summary>
    public OrderNaming? Order { get; init; }

    public string? Description { get; init; }

    public override IEnumerable<Reference> References => Order?.Names ?? [];

    public override IEnumerable<Reference> NewNames
    {
        get
        {
            if (Reference is { } reference)
                yield return reference;
            if (Document is { } document)
                yield return document;
        }
    }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        Order?.Want(wanted, known);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        // No payment in another currency than the account's is taken, so nothing could ever settle such a charge.
        if (Amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (Reference is { } reference && state.Find(reference) is not null)
            return Decision.Refused([new Fault(Refusal.ReferenceTaken, PartOfReference)]);
        if (Document is { } document && state.Find(document) is not null)
            return Decision.Refused([new Fault(Refusal.ReferenceTaken, PartOfDocument)]);
        var opened = new Changes();
        Order? order = null;
        if (Order is not null && Order.Refused(state, account, out order, out opened) is { } refusal)
            return Decision.Refused(refusal);

        var charge = new Charge(
            Id, account.Id, order?.Id, opened.TakeNumber(stamp), Label, Reference?.Value, Document?.Value, Description, DueOn,
            Amount, AllocatedMinor: 0, CreditedMinor: 0)
        {
            ReferenceNumber = ReferenceNumber,
        };
        var referent = new NamedObject(account.Id, account.Slot, Id.Value);
        var raised = new Transfer(
            Chart.Receivable(account, Amount.Currency), Chart.Billed(account, Amount.Currency), Amount.AmountMinor, Id);
        opened.Put(charge);
        opened.Name(referent, [.. NewNames, Core.Reference.ToChargeNumber(Origin.Merchant, charge.Number)]);
        opened.Put(new Event(Id.Value, 1, EventType.ChargeRaised, null, stamp.Time, Origin, [raised]));
        return Decision.Accepted(opened);
    }
}
