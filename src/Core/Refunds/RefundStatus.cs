namespace Quittance.Core.Refunds;

/// <summary>Where a refund stands.</summary>
public enum RefundStatus
{
    /// <summary>
    /// The provider was asked to give the money back and has not said yet that it did: the money is in transit. A bare record stays so.
    /// </summary>
    Pending,

    /// <summary>The payer has the money again.</summary>
    Done,

    /// <summary>The provider did not give it back. The payment is as it was.</summary>
    Failed,
}
