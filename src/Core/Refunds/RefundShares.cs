namespace Quittance.Core.Refunds;

/// <summary>How a refund stands that is shared among payments.</summary>
internal static class RefundShares
{
    /// <summary>
    /// Pending while a share is; then failed where a share is, though others may have given their part back: more is not given back by
    /// asking for it again, since only what is left of the credit can be.
    /// </summary>
    public static RefundStatus StatusOf(IReadOnlyCollection<Refund> shares)
    {
        if (shares.Any(share => share.Status == RefundStatus.Pending))
            return RefundStatus.Pending;
        return shares.Any(share => share.Status == RefundStatus.Failed) ? RefundStatus.Failed : RefundStatus.Done;
    }
}
