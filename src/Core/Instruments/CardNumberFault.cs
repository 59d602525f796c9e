namespace Quittance.Core.Instruments;

/// <summary>Why a text is no card number.</summary>
public enum CardNumberFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It holds something other than digits, spaces and hyphens.</summary>
    NotDigits,

    /// <summary>It has fewer than 12 digits.</summary>
    TooShort,

    /// <summary>It has more than 19 digits.</summary>
    TooLong,

    /// <summary>Its last digit does not follow from the others (Luhn): a digit is mistyped.</summary>
    CheckDigit,
}
