using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Payments;

namespace Quittance.Core.Settlements;

/// <summary>What a line of a statement was found to be; or why that is not known.</summary>
public sealed record SettlementMatch
{
    /// <summary>What it is, or could be; null where that is not known.</summary>
    public SettlementUse? Use { get; init; }

    /// <summary>Whether it is booked without a person's word. What is not is only proposed.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>Whether an operator may accept it as it is.</summary>
    public bool IsProposal => Use is not null && !IsCertain;

    /// <summary>Whose money it is, and the slot of that account; null where it is no customer's.</summary>
    public (AccountId Id, int Slot)? Account { get; init; }

    /// <summary>The payment in the books that it is about.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>Whether that payment waits for this money.</summary>
    public bool Completes { get; init; }

    /// <summary>The capture that the line approves, where that payment waits for a transfer which the customer announced; null for other payments.</summary>
    public AttemptId? Transfer { get; init; }

    /// <summary>The charges that a payment which is to be recorded settles, in this order.</summary>
    public IReadOnlyList<NamedCharge> Charges { get; init; } = [];

    /// <summary>What that is called: the payment, or the charges.</summary>
    public string Named { get; init; } = "";

    /// <summary>Whether the line pays exactly what is open on what it names.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>What no second line may be booked for.</summary>
    public Guid? Settles { get; init; }

    /// <summary>The provider whose payout or report it is.</summary>
    public string? Provider { get; init; }

    /// <summary>Why it is not booked, for an operator: what is proposed with the evidence for it, or why nothing is. Empty where it is certain.</summary>
    public string Finding { get; init; } = "";

    /// <summary>It is not known what the line is.</summary>
    public static SettlementMatch None(string finding) => new() { Finding = finding };
}
