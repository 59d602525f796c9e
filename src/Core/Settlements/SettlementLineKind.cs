namespace Quittance.Core.Settlements;

/// <summary>What a line of a statement says that it is.</summary>
public enum SettlementLineKind
{
    /// <summary>Money on the bank account, in or out. What it is for has to be found out.</summary>
    Entry,

    /// <summary>A payment that the provider pays out, less its fee.</summary>
    Payment,

    /// <summary>A refund that the provider deducts.</summary>
    Refund,

    /// <summary>Money of a dispute that the provider deducts, with the dispute's fee.</summary>
    Chargeback,

    /// <summary>What the provider takes for no payment in particular.</summary>
    Fee,
}
