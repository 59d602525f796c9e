namespace Quittance.Core.Instruments;

/// <summary>Whether a mandate may be used.</summary>
public enum MandateStatus
{
    /// <summary>It may be.</summary>
    Active,

    /// <summary>The customer or the merchant has ended it.</summary>
    Cancelled,

    /// <summary>It was not used for so long that it is void.</summary>
    Expired,
}
