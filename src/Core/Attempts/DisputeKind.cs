namespace Quittance.Core.Attempts;

/// <summary>How a payer took money back.</summary>
public enum DisputeKind
{
    /// <summary>The cardholder disputed a card payment.</summary>
    Chargeback,

    /// <summary>The bank or its customer returned a direct debit.</summary>
    ReturnedDebit,
}
