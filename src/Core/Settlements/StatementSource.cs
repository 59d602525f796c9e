namespace Quittance.Core.Settlements;

/// <summary>What kind of file a statement came in.</summary>
public enum StatementSource
{
    /// <summary>A bank's statement as ISO 20022 camt.053.</summary>
    Camt,

    /// <summary>A bank's statement as CSV.</summary>
    Csv,

    /// <summary>A provider's report of what it pays out.</summary>
    Payout,
}
