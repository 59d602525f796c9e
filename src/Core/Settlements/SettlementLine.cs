using Quittance.Core.Payments;

namespace Quittance.Core.Settlements;

/// <summary>One line of a statement.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Statement">The first statement that had it.</param>
/// <param name="Number">Its place in that statement, from 1.</param>
/// <param name="Source">The kind of file.</param>
/// <param name="Account">The bank account, masked, or the provider's name.</param>
/// <param name="Kind">What it says that it is.</param>
/// <param name="BookedOn">The day on which the bank or the provider booked it.</param>
/// <param name="Amount">What the account has more from it, below zero for less; net of <paramref name="FeeMinor"/>.</param>
/// <param name="FeeMinor">What the provider kept of it, minor units.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Events">How many events it has had.</param>
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
