namespace Quittance.Dialects.SportAlliance;

/// <summary>A kind of payment method that a session may offer.</summary>
public enum PaymentChoice
{
    /// <summary>Cash, <c>CASH</c>.</summary>
    Cash,

    /// <summary>A transfer that the customer makes, <c>BANK_TRANSFER</c>.</summary>
    BankTransfer,

    /// <summary>A British direct debit, <c>BACS</c>.</summary>
    Bacs,

    /// <summary>A direct debit in the euro zone, <c>SEPA</c>.</summary>
    Sepa,

    /// <summary>A Swiss direct debit of PostFinance, <c>CH_DD</c>.</summary>
    SwissDirectDebit,

    /// <summary>A Swiss direct debit of the banks, <c>LSV</c>.</summary>
    Lsv,

    /// <summary>A card, <c>CREDIT_CARD</c>.</summary>
    CreditCard,

    /// <summary>Twint, <c>TWINT</c>.</summary>
    Twint,

    /// <summary>PayPal, <c>PAYPAL</c>.</summary>
    PayPal,

    /// <summary>Bancontact, <c>BANCONTACT</c>.</summary>
    Bancontact,

    /// <summary>iDEAL, <c>IDEAL</c>.</summary>
    Ideal,
}
