namespace Quittance.Core.Sessions;

/// <summary>The ways to pay that a session can offer, in the order in which they are shown.</summary>
public enum PaymentChoice
{
    /// <summary>A credit or debit card.</summary>
    CreditCard,

    /// <summary>A SEPA direct debit.</summary>
    Sepa,

    /// <summary>A direct debit in the United Kingdom.</summary>
    Bacs,

    /// <summary>A Swiss direct debit of PostFinance and the banks.</summary>
    SwissDebit,

    /// <summary>A Swiss direct debit of the older scheme LSV.</summary>
    SwissLsv,

    /// <summary>The customer transfers the money.</summary>
    BankTransfer,

    /// <summary>The customer pays at the counter.</summary>
    Cash,
}
