namespace Quittance.Dialects.Midnight;

/// <summary>Who took the money of a payment; decides how the record is checked and what its details are.</summary>
public enum RequestSource
{
    /// <summary><c>Other</c>, and what counts when nothing is said: the caller's details say what the money is for.</summary>
    Other,

    /// <summary><c>PRCMerchant</c>: a shop has taken the money already; the one detail follows from the order number.</summary>
    PrcMerchant,

    /// <summary>None of the values to choose from. Counts as <see cref="Other"/> for all other checks.</summary>
    Unknown,
}
