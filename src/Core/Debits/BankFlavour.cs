using Quittance.Core.Instruments;

namespace Quittance.Core.Debits;

/// <summary>The scheme by whose files a bank takes debits.</summary>
public enum BankFlavour
{
    /// <summary>SEPA: direct debits and transfers in euros.</summary>
    Sepa,

    /// <summary>CH-DD, the direct debits of PostFinance in Swiss francs.</summary>
    Swiss,
}

/// <summary>What follows from a bank's flavour.</summary>
public static class BankFlavours
{
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly Currency Franc = Currency.Parse("CHF");

    extension(BankFlavour flavour)
    {
        /// <summary>The currency of its files.</summary>
        public Currency Currency => flavour switch
        {
            BankFlavour.Sepa => Euro,
            BankFlavour.Swiss => Franc,
        };

        /// <summary>The scheme of the mandates by which it debits.</summary>
        public MandateScheme Mandates => flavour switch
        {
            BankFlavour.Sepa => MandateScheme.Sepa,
            BankFlavour.Swiss => MandateScheme.SwissDebit,
        };
    }
}
