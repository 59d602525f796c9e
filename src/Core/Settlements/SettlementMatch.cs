using Quittance.Core.Accounts;
using Quittance.Core.Payments;

namespace Quittance.Core.Settlements;

/// <summary>What a line of a statement was found to be; or why that is not known.</summary>
public sealed record SettlementMatch
{
    /// <summary>What it is; null where that is not known.</summary>
    public SettlementUse? Use { get; init; }

    /// <summary>Whose money it is, and the slot of that account; null where it is no customer's.</summary>
    public (AccountId Id, int Slot)? Account { get; init; }

    /// <summary>The payment in the books that it is about.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>Whether that payment waits for this money.</summary>
    public bool Completes { get; init; }

    /// <summary>The charges that a payment which is to be recorded settles, in this order.</summary>
    public IReadOnlyList<NamedCharge> Charges { get; init; } = [];

    /// <summary>What no second line may be booked for.</summary>
    public Guid? Settles { get; init; }

    /// <summary>The provider whose payout or report it is.</summary>
    public string? Provider { get; init; }

    /// <summary>Why it is not known what the line is, for an operator; empty where it is known.</summary>
    public string Finding { get; init; } = "";

    /// <summary>It is not known what the line is.</summary>
    public static SettlementMatch None(string finding) => new() { Finding = finding };
}
