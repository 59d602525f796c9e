namespace Quittance.Core.Refunds;

/// <summary>How a refund stands that is shared among payments.</summary>
internal static class RefundShares
{
    /// <summary>
    /// The whole as its shares are: pending while one is, then done if any money went back, and it is of just that money. So nobody who
    /// reads it takes what went back for what did not, or asks for more than the rest again. Failed is only what gave nothing back.
    /// </summary>
    /// <param name="whole">The refund.</param>
    /// <param name="shares">All its shares, as they are now.</param>
    public static Refund Together(Refund whole, IReadOnlyCollection<Refund> shares)
    {
        RefundStatus status;
        if (shares.Any(share => share.Status == RefundStatus.Pending))
            status = RefundStatus.Pending;
        else
            status = shares.Any(share => share.Status == RefundStatus.Done) ? RefundStatus.Done : RefundStatus.Failed;
        var counted = shares.Where(share => status != RefundStatus.Done || share.Status == RefundStatus.Done);
        return whole with
        {
            Status = status,
            Amount = whole.Amount!.Value with { AmountMinor = counted.Sum(share => share.Amount!.Value.AmountMinor) },
        };
    }
}
