namespace Quittance.Storage.Console;

/// <summary>How money of a payment went back.</summary>
public enum WentBack
{
    /// <summary>By our decision: some of it was given back, or is on its way.</summary>
    Refunded,

    /// <summary>Its payer disputes it with its provider, or did. What a client's own gateway took back, and what was declined late, is not among them.</summary>
    Disputed,
}
