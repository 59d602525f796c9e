namespace Quittance.Sandbox.Books;

/// <summary>How a customer takes money back.</summary>
public enum DisputeKind
{
    /// <summary>The card holder objects.</summary>
    Chargeback,

    /// <summary>The bank returns a direct debit.</summary>
    ReturnedDebit,
}
