namespace Quittance.Core.Payments;

/// <summary>What becomes of the money that no part of a payment takes.</summary>
public enum Remainder
{
    /// <summary>It becomes the customer's general credit.</summary>
    Credit,

    /// <summary>It settles open charges in its currency, oldest due first; what is left then becomes general credit.</summary>
    OldestDueFirst,
}
