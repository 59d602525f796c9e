namespace Quittance.Core.Refunds;

/// <summary>Where a refund stands.</summary>
public enum RefundStatus
{
    /// <summary>
    /// The money is in transit: the provider has not said yet that it gave the money back, or no operator and no line of a statement has told that it was
    /// paid out. A bare record stays so.
    /// </summary>
    Pending,

    /// <summary>The payer has the money again.</summary>
    Done,

    /// <summary>The provider did not give it back, or an operator called it off. The payment is as it was.</summary>
    Failed,
}
