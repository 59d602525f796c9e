using Quittance.Core;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// A <c>CustomerPaymentInsert</c> as it was sent. One instance is filled again for each record of a call: the records of a
/// call, which may be a million, are never in memory together but as its body.
/// </summary>
public sealed class PaymentRecord
{
    /// <summary>How many details a record may have (Midnight 5, limits).</summary>
    public const int MaxDetails = 1000;

    private PaymentDetail[] _details = new PaymentDetail[4];

    /// <summary>Whether the element was <c>null</c>; it has no members then.</summary>
    public bool IsNull { get; set; }

    /// <summary>The customer; 0 when it is missing.</summary>
    public long CustomerId { get; set; }

    /// <summary>The whole payment, in major units of a currency that the installation knows; null when it is missing.</summary>
    public DecimalNumber? AmountBilled { get; set; }

    /// <summary>Who took the money.</summary>
    public RequestSource Source { get; set; }

    /// <summary>The number of an order; null when it is missing.</summary>
    public string? OrderNumber { get; set; }

    /// <summary>How many details were sent; 0 when the list is missing or <c>null</c>.</summary>
    public int DetailCount { get; private set; }

    /// <summary>Whether there are more details than <see cref="MaxDetails"/>.</summary>
    public bool HasTooManyDetails => DetailCount > MaxDetails;

    /// <summary>The details, at most <see cref="MaxDetails"/> of them; overwritten when the next record is read.</summary>
    public ReadOnlySpan<PaymentDetail> Details => _details.AsSpan(0, Math.Min(DetailCount, MaxDetails));

    /// <summary>Takes a detail in. Those beyond <see cref="MaxDetails"/> are counted, and not kept.</summary>
    public void Add(PaymentDetail detail)
    {
        if (DetailCount == _details.Length && DetailCount < MaxDetails)
            Array.Resize(ref _details, Math.Min(DetailCount * 2, MaxDetails));
        if (DetailCount < MaxDetails)
            _details[DetailCount] = detail;
        DetailCount++;
    }

    /// <summary>Forgets the record.</summary>
    public void Clear()
    {
        IsNull = false;
        CustomerId = 0;
        AmountBilled = null;
        Source = RequestSource.Other;
        OrderNumber = null;
        DetailCount = 0;
    }
}
