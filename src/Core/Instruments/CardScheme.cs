namespace Quittance.Core.Instruments;

/// <summary>The scheme that a card belongs to.</summary>
public enum CardScheme
{
    /// <summary>None that we know.</summary>
    Unknown,

    /// <summary>Visa.</summary>
    Visa,

    /// <summary>Mastercard.</summary>
    Mastercard,

    /// <summary>American Express.</summary>
    AmericanExpress,

    /// <summary>Maestro.</summary>
    Maestro,

    /// <summary>Discover.</summary>
    Discover,

    /// <summary>Diners Club.</summary>
    Diners,

    /// <summary>JCB.</summary>
    Jcb,

    /// <summary>UnionPay.</summary>
    UnionPay,
}
