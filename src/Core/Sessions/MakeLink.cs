using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;

namespace Quittance.Core.Sessions;

/// <summary>Makes a payment link for charges of an account, or for an amount.</summary>
/// <param name="Id">The id the link gets.</param>
/// <param name="Installation">The installation that makes it.</param>
/// <param name="Charges">The charges, each once; none for an amount.</param>
/// <param name="Amount">How much, above zero; beside charges exactly what is due on them, as is null.</param>
/// <param name="EndsAt">The moment from which it opens no longer. A time that is over is refused with <see
/// cref="Refusal.LinkEnded"/>.</param>
public sealed record MakeLink(
    Origin Origin, AccountTarget Account, PaymentLinkId Id, long Installation, IReadOnlyList<Reference> Charges, Money? Amount,
    DateTimeOffset EndsAt) : AccountCommand(Origin, Account)
{
    /// <summary>The purpose, as the customer reads it; null for the names of the charges.</summary>
    public string? Text { get; init; }

    public LinkOpening Opens { get; init; }

    /// <summary>Whether no provider of the merchant can say the amount that it asks for.</summary>
    public bool IsUnsayable { get; init; }

    public override IEnumerable<Reference> References => Charges;

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        foreach (var name in Charges)
        {
            if (known.Find(name) is { } found)
                wanted.Add(Charge.Shelf, new ChargeId(Origin.Merchant, found.Object));
        }
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        if (EndsAt <= stamp.Now)
            return Decision.Refused(Refusal.LinkEnded);
        var charges = new List<Charge>();
        for (var index = 0; index < Charges.Count; index++)
        {
            if (Take(state, account, Charges[index], charges) is { } refusal)
                return Decision.Refused([new Fault(refusal, index)]);
        }

        var due = new Money(charges.Sum(charge => charge.OpenMinor), account.Currency);
        var amount = Amount ?? due;
        if (amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (charges.Count > 0 && amount != due)
            return Decision.Refused(Refusal.LinkAmountNotDue);
        if (IsUnsayable)
            return Decision.Refused(Refusal.AmountUnsayable);
        var link = new PaymentLink(
            Id, account.Id, account.Slot, Installation, amount, [.. charges.Select(charge => charge.Id)], Text ?? TextOf(charges), EndsAt)
        {
            Opens = Opens,
        };
        var changes = new Changes();
        changes.Put(link);
        // A transfer for an amount names nothing that it could settle.
        if (charges.Count > 0)
            changes.Name(new NamedObject(account.Id, account.Slot, Id.Value), TransferReference.Of(Id).Names);
        changes.Put(new Event(Id.Value, 1, EventType.LinkMade, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }

    private static Refusal? Take(State state, Account account, Reference name, List<Charge> charges)
    {
        if (state.Find(name) is not { } found || found.Account != account.Id
            || state.Charge(new ChargeId(name.Merchant, found.Object)) is not { } charge)
        {
            return Refusal.ChargeUnknown;
        }

        if (charges.Contains(charge))
            return Refusal.ChargeNamedTwice;
        if (charge.Amount.Currency != account.Currency)
            return Refusal.CurrencyMismatch;
        charges.Add(charge);
        return charge.OpenMinor > 0 ? null : Refusal.NothingDue;
    }

    private static string TextOf(IReadOnlyList<Charge> charges) => charges is [var charge, ..] ? charge.Called : "";
}
