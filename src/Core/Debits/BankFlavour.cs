using System.Diagnostics.CodeAnalysis;
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

/// <summary>The rules of each flavour.</summary>
public static class BankFlavours
{
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly Currency Franc = Currency.Parse("CHF");

    /// <summary>The flavour whose files are in a currency; null for none.</summary>
    public static BankFlavour? Of(Currency currency) =>
        currency == Euro ? BankFlavour.Sepa : currency == Franc ? BankFlavour.Swiss : null;

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

        /// <summary>Whether its debits reach a bank account.</summary>
        /// <param name="country">The account's country, two upper-case letters.</param>
        public bool Reaches(string country) => flavour switch
        {
            BankFlavour.Sepa => Iban.IsSepaCountry(country),
            BankFlavour.Swiss => country is "CH" or "LI",
        };

        /// <summary>
        /// Whether a debit of a bank account that it reaches tells the debtor's town and country, which we do not know: EPC's rules ask for
        /// them outside the European Economic Area.
        /// </summary>
        /// <param name="country">The account's country, two upper-case letters.</param>
        public bool NeedsAddress(string country) => flavour switch
        {
            BankFlavour.Sepa => !Iban.IsEeaCountry(country),
            BankFlavour.Swiss => false,
        };

        /// <summary>Reads the name of a creditor.</summary>
        public bool TryParseCreditor(string? text, [NotNullWhen(true)] out CreditorIdentifier? creditor) => flavour switch
        {
            BankFlavour.Sepa => CreditorIdentifier.TryParse(text, out creditor),
            BankFlavour.Swiss => CreditorIdentifier.TryParseSwiss(text, out creditor),
        };
    }
}
