namespace Quittance.Core.Instruments;

/// <summary>Why a text is no IBAN.</summary>
public enum IbanFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It holds something other than Latin letters, digits and spaces, or letters where the check digits stand.</summary>
    Characters,

    /// <summary>It begins with no country that has IBANs.</summary>
    Country,

    /// <summary>It is shorter or longer than its country's.</summary>
    Length,

    /// <summary>Its check digits do not follow from the rest (mod 97): something is mistyped.</summary>
    CheckDigits,
}
