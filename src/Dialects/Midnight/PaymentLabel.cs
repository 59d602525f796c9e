namespace Quittance.Dialects.Midnight;

/// <summary>What the money of a payment detail is for.</summary>
public enum PaymentLabel
{
    /// <summary>Missing, or none of the values to choose from.</summary>
    Unknown,

    /// <summary>Held for orders to come.</summary>
    Escrow,

    /// <summary>Reserved for an order: pays the deposit that it asked for.</summary>
    Earmarked,

    /// <summary>Pays the services of an order.</summary>
    Services,

    /// <summary>Pays the postage of an order.</summary>
    Postage,
}
