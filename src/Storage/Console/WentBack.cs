namespace Quittance.Storage.Console;

/// <summary>How money of a payment went back.</summary>
public enum WentBack
{
    /// <summary>By our decision: some of it was given back, or is on its way.</summary>
    Refunded,

    /// <summary>Against our will: its payer disputes it, or did.</summary>
    Disputed,
}
