using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Ledger;

namespace Quittance.Core.Settlements;

/// <summary>A charge that a line of a statement names, or that its payer owes.</summary>
/// <param name="Open">The open part.</param>
/// <param name="Name">The name by which it was found.</param>
public sealed record NamedCharge(ChargeId Id, long Number, AccountId Account, int Slot, Money Open, string Name)
{
    /// <summary>The payment that has claimed it and waits for the customer's transfer; null where none does.</summary>
    public AwaitedTransfer? Transfer { get; init; }

    public Reference Reference => Reference.ToChargeNumber(Id.Merchant, Number);
}

/// <summary>A payment that waits for an announced transfer.</summary>
/// <param name="Capture">The attempt that the line of the bank approves.</param>
public sealed record AwaitedTransfer(PaymentId Payment, long Number, Money Amount, AttemptId Capture);

/// <summary>A payment that a line of a statement names.</summary>
/// <param name="Amount">The whole payment; null for a bare record.</param>
/// <param name="Holder">The holder of its money; null while there is none.</param>
/// <param name="IsAsked">Whether it went through a provider.</param>
/// <param name="IsSettled">Whether no line brings its money any more: one has, or the line that had was unbooked.</param>
/// <param name="Attempt">The attempt by which it is named; null where it is named otherwise.</param>
/// <param name="Name">The name by which it was found.</param>
public sealed record NamedPayment(
    PaymentId Id, long Number, AccountId Account, int Slot, PaymentStatus Status, Money? Amount, string? Holder, bool IsAsked,
    bool IsSettled, Guid? Attempt,
    string Name)
{
    /// <summary>The capture that waits for an announced transfer; null for none.</summary>
    public AttemptId? Transfer { get; init; }

    /// <summary>Whether it is recorded and waits for money that a bank can bring.</summary>
    public bool WaitsForMoney => Status == PaymentStatus.Pending && !IsAsked && Amount is not null;

    /// <summary>Whether the books have its money at the bank, and no statement has shown it yet.</summary>
    public bool WaitsForStatement => Status == PaymentStatus.Captured && Holder == ClearingProvider.BankTransfer && !IsSettled;
}

/// <summary>A customer that a line of a statement names.</summary>
/// <param name="Account">The customer's account.</param>
/// <param name="Number">The account's human number.</param>
/// <param name="Open">The customer's open charges, oldest due first; at most fifty.</param>
/// <param name="Name">The name by which the customer was found.</param>
public sealed record NamedPayer(AccountId Account, long Number, int Slot, IReadOnlyList<NamedCharge> Open, string Name);

/// <summary>The facts about a customer that say whether a line is the customer's money.</summary>
/// <param name="Account">The customer's account.</param>
/// <param name="Currency">The currency in which the customer is billed.</param>
/// <param name="Name">Null where it is not known.</param>
/// <param name="SharesName">Whether another customer has the payer's name.</param>
/// <param name="SharesAmount">Whether another customer owes the line's very amount.</param>
/// <param name="IsPaidFromAccount">Whether the payer's bank account has paid for the customer before.</param>
public sealed record NamedHolder(
    AccountId Account, Currency Currency, string? Name, bool SharesName, bool SharesAmount, bool IsPaidFromAccount)
{
    /// <summary>Whether the payer has the customer's name. One who has another customer's very name does not.</summary>
    public bool IsPayer { get; init; }

    /// <summary>Whether the payer's bank account has paid for other customers, and not for this one.</summary>
    public bool IsPaidElsewhere { get; init; }
}

/// <summary>A provider's payout report that a line of a bank's statement names.</summary>
/// <param name="Reference">The payout's reference.</param>
public sealed record NamedPayout(StatementId Report, string Provider, string Reference, Money Total, bool IsSettled)
{
    /// <summary>Whether it is made of the bank's own lines, and not all of it is booked: other lines have shown the money.</summary>
    public bool IsContradicted { get; init; }

    /// <inheritdoc cref="NamedDebit.AccountHash"/>
    public ReadOnlyMemory<byte>? AccountHash { get; init; }
}

/// <summary>A debit of ours, or a refund as a transfer, that a line of a statement names by its end-to-end id.</summary>
/// <param name="Number">The payment's number.</param>
/// <param name="Slot">The slot of that account.</param>
/// <param name="Name">The name by which it was found.</param>
public sealed record NamedDebit(
    AttemptId Id, PaymentId Payment, long Number, AccountId Account, int Slot, Money Amount, AttemptStatus Status, string Name)
{
    public bool IsRefund { get; init; }

    /// <summary>The number of the customer's account.</summary>
    public long Customer { get; init; }

    /// <summary>Whether its file went to the bank for another account than the line is of, or in another currency.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whether a file has it that was handed out.</summary>
    public bool HasFile { get; init; }

    /// <inheritdoc cref="Collection.AccountHash"/>
    public ReadOnlyMemory<byte>? AccountHash { get; init; }

    /// <summary>Whether a line of the bank shows its payment.</summary>
    public bool IsShown { get; init; }

    /// <summary>The amount that the bank has taken back by a return that stands; null for none.</summary>
    public Money? Returned { get; init; }

    /// <summary>Whether booked lines show that return; none does where a server died before it booked the line.</summary>
    public bool IsReturnShown { get; init; }

    /// <summary>The bank's charges for that return, minor units.</summary>
    public long ChargesMinor { get; init; }
}

/// <summary>A collection that a line of a statement names by its file's or its group's id.</summary>
/// <param name="Number">Its human number.</param>
public sealed record NamedCollection(CollectionId Id, long Number, Money Sum)
{
    /// <summary>Whether its file is of transfers for refunds.</summary>
    public bool IsOfRefunds { get; init; }

    /// <inheritdoc cref="NamedDebit.AccountHash"/>
    public ReadOnlyMemory<byte>? AccountHash { get; init; }
}

/// <summary>
/// A booked line that brought the money of several payments in one sum, which a line of money that went out can take back.
/// </summary>
/// <param name="Payments">The payments that have their money by it still.</param>
/// <param name="Standing">What these payments are.</param>
/// <param name="Kept">The charges that the bank kept of it.</param>
public sealed record NamedLump(
    DateOnly BookedOn, Money Amount, IReadOnlyList<(PaymentId Id, long Number)> Payments, Money Standing, Money Kept)
{
    /// <summary>Whether all that it brought is at the bank still, so that it can go back whole, with what the bank kept.</summary>
    public bool IsWhole => Standing.AmountMinor == Amount.AmountMinor + Kept.AmountMinor;
}

/// <summary>The evidence that leads from a line of money that went out to the payment that it takes back; the strongest last.</summary>
public enum ReturnLead
{
    /// <summary>A debit of the amount, and the line names a reason for a return.</summary>
    AmountAndReason,

    /// <summary>A line of the amount came in, and the bank marks this one as a reversal.</summary>
    SameAmount,

    /// <summary>A line of the amount came in with the same texts.</summary>
    SameTexts,

    /// <summary>The line names the mandate of a debit of the amount.</summary>
    Mandate,
}

/// <summary>A payment that a line of money that went out can take back.</summary>
/// <param name="Number">The payment's number.</param>
/// <param name="Slot">The slot of that account.</param>
public sealed record NamedReturn(PaymentId Payment, long Number, AccountId Account, int Slot, Money Amount)
{
    public ReturnLead Evidence { get; init; }

    /// <summary>The day of the line that brought its money; null for a debit.</summary>
    public DateOnly? BookedOn { get; init; }
}

/// <summary>All in the books that a line of a statement names.</summary>
/// <param name="Charges">Charges, each once.</param>
/// <param name="Payers">Customers, each once.</param>
/// <param name="Payouts">Payout reports.</param>
public sealed record MatchEvidence(
    IReadOnlyList<NamedPayment> Payments, IReadOnlyList<NamedCharge> Charges, IReadOnlyList<NamedPayer> Payers,
    IReadOnlyList<NamedPayout> Payouts)
{
    /// <summary>The report that an operator's word made of the line; null for none.</summary>
    public NamedPayout? Made { get; init; }

    /// <summary>The customers that the line names, or names something of; each once.</summary>
    public IReadOnlyList<NamedHolder> Holders { get; init; } = [];

    /// <summary>Debits, and refunds as transfers, each once.</summary>
    public IReadOnlyList<NamedDebit> Debits { get; init; } = [];

    /// <summary>Collections whose files were handed out, each once.</summary>
    public IReadOnlyList<NamedCollection> Collections { get; init; } = [];

    /// <summary>The payments that the line can take back.</summary>
    public IReadOnlyList<NamedReturn> Returns { get; init; } = [];

    /// <summary>The sums of payments that the line can take back.</summary>
    public IReadOnlyList<NamedLump> Lumps { get; init; } = [];

    /// <summary>Names that lead to more than one customer.</summary>
    public IReadOnlySet<string> Shared { get; init; } = new HashSet<string>();

    /// <summary>The names that are transfer references of the merchant's payment links.</summary>
    public IReadOnlySet<string> Transfers { get; init; } = new HashSet<string>();

    /// <summary>The names in the line that lead to a customer's account or something of it.</summary>
    public IReadOnlySet<(string Name, AccountId Account)> Leads { get; init; } = new HashSet<(string, AccountId)>();

    /// <summary>The charges of each name in the line, also where another name tells more of a charge.</summary>
    public ILookup<string, ChargeId> ChargesByName { get; init; } = Enumerable.Empty<ChargeId>().ToLookup(_ => "");

    /// <summary>By how much a line may be less than what it pays; null for nothing.</summary>
    public SettlementTolerance? Tolerance { get; init; }

    public static MatchEvidence None { get; } = new([], [], [], []);
}
