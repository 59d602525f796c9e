using System.Text;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Settlements;

/// <summary>A line of a statement. The value follows from the line's contents, so the same line of two files is one line.</summary>
public readonly record struct SettlementLineId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The id of a line.</summary>
    /// <param name="accountHash">Names the bank account or the provider's account.</param>
    /// <param name="line">The line's contents, with the bank's reference where it has one.</param>
    /// <param name="occurrence">1 for the first line of these contents in a file, then counting up.</param>
    public static SettlementLineId Of(MerchantId merchant, ReadOnlySpan<byte> accountHash, string line, int occurrence) => new(
        merchant, DerivedId.Of(
            [.. Encoding.UTF8.GetBytes($"settlement line {merchant.Value} {occurrence} "), .. accountHash,
            .. Encoding.UTF8.GetBytes(line)]));

    /// <summary>The target of a line without a customer: a slot that follows from the line.</summary>
    public AccountTarget House => AccountTarget.Of(new AccountId(Merchant, Guid.Empty), Value.ToByteArray()[15] % MerchantId.Slots);
}

/// <summary>The kind of a line, as its statement says.</summary>
public enum SettlementLineKind
{
    /// <summary>Money on the bank account, in or out. Its use has to be found.</summary>
    Entry,

    /// <summary>A payment that the provider pays out, less its fee.</summary>
    Payment,

    /// <summary>A refund that the provider deducts.</summary>
    Refund,

    /// <summary>Money of a dispute that the provider deducts, with the dispute's fee.</summary>
    Chargeback,

    /// <summary>A fee of the provider for no particular payment.</summary>
    Fee,
}

public enum SettlementStatus
{
    /// <summary>Its use is not known.</summary>
    Open,

    /// <summary>The ledger has it.</summary>
    Booked,

    /// <summary>An operator decided that it does not belong in these books.</summary>
    Ignored,

    /// <summary>The import of its statement was taken back. It stays so: an import again makes another line.</summary>
    Undone,
}

/// <summary>The use of a line of a statement: the ledger books it against this.</summary>
public enum SettlementUse
{
    /// <summary>Money of a customer's payment by bank transfer: it came, or went back.</summary>
    Transfer,

    /// <summary>A provider's payout that arrived at the bank.</summary>
    Payout,

    /// <summary>A fee of the bank or a provider.</summary>
    Fee,

    /// <summary>A payment, a refund or a chargeback in a provider's report: the provider no longer holds the money.</summary>
    Reported,
}

/// <summary>One line of a statement.</summary>
/// <param name="Statement">The first statement that had it.</param>
/// <param name="Number">Its place in that statement, from 1.</param>
/// <param name="Account">The bank account, masked, or the provider's name.</param>
/// <param name="BookedOn">The day on which the bank or the provider booked it.</param>
/// <param name="Amount">The amount that the line adds to the account; below zero for money out; net of <paramref name="FeeMinor"/>.</param>
/// <param name="FeeMinor">The provider's fee, or the charges that banks kept of a transfer, minor units.</param>
public sealed record SettlementLine(
    SettlementLineId Id, StatementId Statement, int Number, StatementSource Source, string Account, SettlementLineKind Kind,
    DateOnly BookedOn, Money Amount, long FeeMinor, SettlementStatus Status, int Events) : IRow<SettlementLineId, SettlementLine>
{
    public static Shelf<SettlementLineId, SettlementLine> Shelf { get; } = new(line => line.Id);

    /// <summary>The lines of a payment. Only the booked ones are read.</summary>
    public static Relation<PaymentId, SettlementLineId, SettlementLine> OfPayment { get; } = new(Shelf, line => line.Payment);

    public static Relation<SettledId, SettlementLineId, SettlementLine> Settling { get; } =
        new(Shelf, line => line.Settles is { } settled ? new(line.Id.Merchant, settled) : null);

    /// <summary>What was sent: the amount, and what the provider or the banks kept of it.</summary>
    public Money Gross => Amount with { AmountMinor = Amount.AmountMinor + FeeMinor };

    /// <summary>Its place among the lines of all statements, by which lists keep the order of the bank.</summary>
    public long Place { get; init; }

    /// <summary>The day from which the bank counts the money; null where it names none.</summary>
    public DateOnly? ValueOn { get; init; }

    /// <summary>The day on which the money moved: the value date, else the day on which it was booked.</summary>
    public DateOnly EffectiveOn => ValueOn ?? BookedOn;

    /// <summary>The payer or the payee, as the bank names them.</summary>
    public string? Counterparty { get; init; }

    /// <summary>The transfer's text; for a report's line the provider's reference.</summary>
    public string? Remittance { get; init; }

    /// <summary>The payer's own reference.</summary>
    public string? EndToEnd { get; init; }

    /// <summary>A keyed hash of the payer's account, by which later lines of the payer are known; null for none.</summary>
    public ReadOnlyMemory<byte>? CounterpartyHash { get; init; }

    /// <summary>Whether the bank's reference belongs to this line alone in its statement.</summary>
    public bool IsReferenced { get; init; }

    /// <summary>A line of an earlier statement that may be the same; null for none.</summary>
    public SettlementLineId? Resembles { get; init; }

    /// <summary>Null while it is not booked.</summary>
    public SettlementUse? Use { get; init; }

    /// <summary>Null for none.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>
    /// The payment, the attempt of a refund or the report of a payout that it settles; no other line can settle it. Null for a use that
    /// may come more than once.
    /// </summary>
    public Guid? Settles { get; init; }

    /// <summary>The name of the report that an operator's word makes of it. A line whose booking was taken back gets another one.</summary>
    public string ReportName => $"{Id.Value:N}-{Events}";

    /// <summary>Whether it brings the whole money of a payment.</summary>
    public bool IsIncoming =>
        Kind == SettlementLineKind.Payment || (Kind == SettlementLineKind.Entry && Amount.AmountMinor > 0);

    /// <summary>Whether the bank booked it on a day, or counts it from that day.</summary>
    public bool IsOf(DateOnly day) => BookedOn == day || ValueOn == day;

    /// <summary>Whether it is a part of a collective credit, or of a line that is split: the sum alone is a line of the bank.</summary>
    public bool IsPart => Kind == SettlementLineKind.Entry && Source == StatementSource.Payout;

    /// <summary>Whether it is an entry of the bank itself.</summary>
    public bool IsOfTheBank => Kind == SettlementLineKind.Entry && !IsPart;

    /// <summary>Whether it is a part of a line that an operator splits: it can be all that a line of the bank can be.</summary>
    public bool IsSplitPart => IsPart && Account == ClearingProvider.Split;

    /// <summary>The report that has it as a part of a split line; null for another line.</summary>
    public StatementId? SplitReport => IsSplitPart ? Statement : null;

    /// <summary>Whether an operator took its booking back: only a booked line has events and is open again.</summary>
    public bool WasUnbooked => Status == SettlementStatus.Open && Events > 0;

    /// <summary>Whether the bank marks it as the reversal of a line before it.</summary>
    public bool IsReversal => Remittance?.EndsWith(SettlementWording.Reversal, StringComparison.Ordinal) == true;

    /// <summary>Whether the bank says that it is money which had gone out, and comes back.</summary>
    public bool ComesBack => Amount.AmountMinor > 0
        && (IsReversal || Remittance?.Contains(SettlementWording.Returned, StringComparison.Ordinal) == true);

    /// <summary>The end of the name of a line by which the bank takes back what it paid under the rest of the name.</summary>
    public const string ReturnMark = "-R";

    /// <summary>Whether money went out by it that our files brought, as its name says.</summary>
    public bool TakesBack => Amount.AmountMinor < 0 && EndToEnd?.EndsWith(ReturnMark, StringComparison.Ordinal) == true;

    /// <summary>Whether the bank corrects an earlier line by it, which may be booked.</summary>
    public bool IsCorrection => SettlementWording.IsCorrection(Remittance);

    /// <summary>Whether it is of several payments, so that what it names may be paid by a part of it alone.</summary>
    public bool IsOfSeveral => Remittance?.Contains(SettlementWording.Several, StringComparison.Ordinal) == true;

    /// <summary>
    /// Whether it is our first news of a chargeback: a client's own gateway sends no notices, and neither does a bank that takes a
    /// transfer back.
    /// </summary>
    public bool IsUnreportedChargeback =>
        Kind == SettlementLineKind.Chargeback && Account is ClearingProvider.Gateway or ClearingProvider.BankTransfer;

    /// <summary>Why it is open, or the operator's reason; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// What is told of it beside its proposal. Proposals are made anew each time: one that is none any more, because what it named was paid
    /// since, says nothing.
    /// </summary>
    /// <param name="proposal">The proposal of now; null for none.</param>
    public string? NoteBeside(LineProposal? proposal)
    {
        var isOfAProposal = Note?.StartsWith(SettlementMatch.ProposalWord, StringComparison.Ordinal) == true;
        return isOfAProposal && proposal is null && Status == SettlementStatus.Open ? null : Note;
    }

    /// <summary>Random; keys the seals of the texts, and is drawn anew when they are erased.</summary>
    public Guid Salt { get; init; }
}

/// <summary>The payment, the attempt of a refund or the report of a payout that a line settles.</summary>
public readonly record struct SettledId(MerchantId Merchant, Guid Value) : IId;

public static class SettlementRows
{
    public static SettlementLine? SettlementLine(this State state, SettlementLineId id) =>
        state.Find(Settlements.SettlementLine.Shelf, id);

    /// <summary>The lines of statements that are booked for a payment. Only of payments whose lines were read.</summary>
    public static IEnumerable<SettlementLine> SettlementLinesOf(this State state, PaymentId id) =>
        state.All(Settlements.SettlementLine.OfPayment, id).Where(line => line.Status == SettlementStatus.Booked);

    /// <summary>Whether a line of a statement is booked for a payment or an attempt.</summary>
    public static bool IsSettled(this State state, SettledId id) => state.All(Settlements.SettlementLine.Settling, id).Any();
}
