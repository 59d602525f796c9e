using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Sessions;

/// <summary>Opens a payment session for a customer, or for a person without an account.</summary>
/// <param name="Id">The id the session gets.</param>
/// <param name="Installation">The installation that opens it.</param>
/// <param name="Amount">Zero or more.</param>
/// <param name="ReferenceText">The text on the customer's bank statement.</param>
/// <param name="Choices">The ways to pay that it offers, at least one.</param>
/// <param name="Lifetime">How long it lasts.</param>
public sealed record OpenSession(
    Origin Origin, AccountTarget Account, SessionId Id, long Installation, SessionScope Scope, Money Amount, string ReferenceText,
    IReadOnlyList<PaymentChoice> Choices, TimeSpan Lifetime) : AccountCommand(Origin, Account)
{
    /// <summary>Opens an account for a person without one; null to refuse an unknown account.</summary>
    public OpenAccount? Opening { get; init; }

    /// <summary>Whether a direct debit asks for a signature.</summary>
    public bool RequiresSignature { get; init; }

    /// <summary>Whether the customer's stored instruments are offered too.</summary>
    public bool ShowsInstruments { get; init; } = true;

    /// <summary>Whether no provider of the merchant can say the amount.</summary>
    public bool IsUnsayable { get; init; }

    public override IEnumerable<Reference> References => Opening?.Names ?? [];

    public override Decision Decide(State state, Stamp stamp)
    {
        var opening = OpenAccount.FindOrOpen(state, stamp, Account, Opening, out var account);
        if (opening.Changes is not { } opened)
            return opening;

        if (Amount.AmountMinor > 0 && Amount.Currency != account!.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (IsUnsayable)
            return Decision.Refused(Refusal.AmountUnsayable);
        var session = new Session(
            Id, account!.Id, account.Slot, Installation, Scope, Amount, ReferenceText, Choices, stamp.Now + Lifetime)
        {
            RequiresSignature = RequiresSignature,
            ShowsInstruments = ShowsInstruments,
        };
        opened.Put(session);
        opened.Put(new Event(Id.Value, 1, EventType.SessionOpened, null, stamp.Time, Origin, []));
        return Decision.Accepted(opened);
    }
}
