namespace Quittance.Sandbox.Books;

/// <summary>What happens to an authorisation by itself.</summary>
public enum DueWorkKind
{
    /// <summary>The bank has paid the debit.</summary>
    DebitPaid,

    /// <summary>The bank has refused the debit.</summary>
    DebitRefused,

    /// <summary>The customer has the paid debit returned.</summary>
    DebitReturned,

    /// <summary>What was approved turns out to be declined.</summary>
    DeclinedLate,
}
