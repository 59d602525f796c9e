namespace Quittance.Core.Attempts;

/// <summary>How a customer takes money back against our will.</summary>
public enum DisputeKind
{
    /// <summary>Through the issuer of the card.</summary>
    Chargeback,

    /// <summary>Through the bank that had paid a direct debit.</summary>
    ReturnedDebit,
}
