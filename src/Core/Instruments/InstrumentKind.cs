namespace Quittance.Core.Instruments;

/// <summary>What kind of number stands behind an instrument.</summary>
public enum InstrumentKind
{
    /// <summary>A card's.</summary>
    Card,

    /// <summary>That of a bank account with an IBAN.</summary>
    IbanAccount,

    /// <summary>That of a bank account in the United Kingdom.</summary>
    UkAccount,
}
