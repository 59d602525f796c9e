namespace Quittance.Core;

/// <summary>How many decimals an amount is written with.</summary>
public enum AmountDecimals
{
    /// <summary>As many as the currency has: <c>10.00</c>.</summary>
    Full,

    /// <summary>As few as say the amount exactly: <c>10</c>, <c>42.5</c>.</summary>
    Shortest,
}
