using System.Text;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;

namespace Quittance.Core.Settlements;

/// <summary>
/// A line of a statement. The value follows from what the line is, so that the same line of two files, or of one file that is imported
/// twice, is one.
/// </summary>
public readonly record struct SettlementLineId(MerchantId Merchant, Guid Value)
{
    /// <summary>The id of a line.</summary>
    /// <param name="accountHash">Names the bank account or the provider's account.</param>
    /// <param name="line">All that tells the line from others: its contents, with the bank's reference where it has one.</param>
    /// <param name="occurrence">1 for the first line of these contents in a file, then counting up.</param>
    public static SettlementLineId Of(MerchantId merchant, ReadOnlySpan<byte> accountHash, string line, int occurrence) => new(
        merchant, DerivedId.Of([.. Encoding.UTF8.GetBytes($"settlement line {merchant.Value} {occurrence} "), .. accountHash, .. Encoding.UTF8.GetBytes(line)]));

    /// <summary>Where a line is booked that is about no customer: in a slot of its own choice.</summary>
    public AccountTarget House => AccountTarget.Of(new AccountId(Merchant, Guid.Empty), Value.ToByteArray()[15] % Account.Slots);
}

/// <summary>What a line of a statement says that it is.</summary>
public enum SettlementLineKind
{
    /// <summary>Money on the bank account, in or out. What it is for has to be found out.</summary>
    Entry,

    /// <summary>A payment that the provider pays out, less its fee.</summary>
    Payment,

    /// <summary>A refund that the provider deducts.</summary>
    Refund,

    /// <summary>Money of a dispute that the provider deducts, with the dispute's fee.</summary>
    Chargeback,

    /// <summary>What the provider takes for no payment in particular.</summary>
    Fee,
}

/// <summary>Where a line of a statement stands.</summary>
public enum SettlementStatus
{
    /// <summary>Nobody knows yet what it is.</summary>
    Open,

    /// <summary>It stands in the ledger.</summary>
    Booked,

    /// <summary>An operator decided that it does not belong into these books.</summary>
    Ignored,
}

/// <summary>What a line of a statement turned out to be: against what it is booked.</summary>
public enum SettlementUse
{
    /// <summary>Money of a customer's payment by bank transfer: it came, or went back.</summary>
    Transfer,

    /// <summary>A provider's payout that arrived at the bank.</summary>
    Payout,

    /// <summary>What the bank or a provider takes for its trouble.</summary>
    Fee,

    /// <summary>A payment, a refund or a chargeback in a provider's report: the provider holds it no longer.</summary>
    Reported,
}

/// <summary>One line of a statement.</summary>
/// <param name="Statement">The first statement that had it.</param>
/// <param name="Number">Its place in that statement, from 1.</param>
/// <param name="Account">The bank account, masked, or the provider's name.</param>
/// <param name="Kind">What it says that it is.</param>
/// <param name="BookedOn">The day on which the bank or the provider booked it.</param>
/// <param name="Amount">What the account has more from it, below zero for less; net of <paramref name="FeeMinor"/>.</param>
/// <param name="FeeMinor">What the provider kept of it, minor units.</param>
public sealed record SettlementLine(
    SettlementLineId Id, StatementId Statement, int Number, StatementSource Source, string Account, SettlementLineKind Kind, DateOnly BookedOn, Money Amount,
    long FeeMinor, SettlementStatus Status, int Events)
{
    /// <summary>Who sent or got the money, as the bank says.</summary>
    public string? Counterparty { get; init; }

    /// <summary>What was written to the transfer; for a report's line the provider's reference.</summary>
    public string? Remittance { get; init; }

    /// <summary>The payer's own reference.</summary>
    public string? EndToEnd { get; init; }

    /// <summary>The line of an earlier statement that it may be; null where it is known that it is another one.</summary>
    public SettlementLineId? Resembles { get; init; }

    /// <summary>What it turned out to be; null while it is not booked.</summary>
    public SettlementUse? Use { get; init; }

    /// <summary>The payment that it is about; null where it is about none.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>What no other line may be booked for: the payment that it brings, the attempt of a refund, the report of a payout. Null for what may come more than once.</summary>
    public Guid? Settles { get; init; }

    /// <summary>Whether it is the first to tell that a payer took money back: nobody gives us notice of disputes at a client's own gateway.</summary>
    public bool IsUntoldChargeback => Kind == SettlementLineKind.Chargeback && Account == ClearingProvider.Gateway;

    /// <summary>Why it is open, or why an operator did with it what was done; null where there is nothing to say.</summary>
    public string? Note { get; init; }
}
