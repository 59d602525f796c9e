namespace Quittance.Core.Instruments;

/// <summary>How a payment was made.</summary>
public enum PaymentMethod
{
    /// <summary>The client did not say.</summary>
    Unspecified,

    /// <summary>Coins and notes at a counter.</summary>
    Cash,

    /// <summary>A cheque in hand.</summary>
    Check,

    /// <summary>A voucher in hand.</summary>
    Voucher,

    /// <summary>A credit or debit card.</summary>
    BankCard,

    /// <summary>A card behind a gateway's token.</summary>
    TokenizedCard,

    /// <summary>A direct debit from a bank account.</summary>
    BankAccountDebit,

    /// <summary>A customer's transfer from a bank account.</summary>
    BankAccountTransfer,

    /// <summary>A digital wallet.</summary>
    DigitalWallet,

    /// <summary>Points of a loyalty scheme.</summary>
    Loyalty,

    /// <summary>Another account of the customer.</summary>
    Account,
}
