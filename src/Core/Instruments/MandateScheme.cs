namespace Quittance.Core.Instruments;

/// <summary>The rules under which a bank account may be debited.</summary>
public enum MandateScheme
{
    /// <summary>SEPA direct debit.</summary>
    Sepa,

    /// <summary>Bacs direct debit, in the United Kingdom.</summary>
    Bacs,

    /// <summary>LSV⁺, the direct debit of the Swiss banks.</summary>
    SwissLsv,

    /// <summary>CH-DD, the direct debit of PostFinance.</summary>
    SwissDebit,
}
