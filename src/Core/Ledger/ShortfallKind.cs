namespace Quittance.Core.Ledger;

/// <summary>The kind of money that did not come of a payment by transfer.</summary>
public enum ShortfallKind
{
    /// <summary>A bank on the way kept it. Of a return or a collection: the bank's charges.</summary>
    Fee,

    /// <summary>Cents that are not worth a reminder.</summary>
    Rounding,

    /// <summary>The customer deducted it.</summary>
    Discount,
}
