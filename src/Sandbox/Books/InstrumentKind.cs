namespace Quittance.Sandbox.Books;

/// <summary>What money is taken from.</summary>
public enum InstrumentKind
{
    /// <summary>A card.</summary>
    Card,

    /// <summary>A bank account with an IBAN.</summary>
    Iban,

    /// <summary>A British bank account.</summary>
    UkAccount,

    /// <summary>A Swiss bank account, with its IBAN.</summary>
    SwissAccount,
}
