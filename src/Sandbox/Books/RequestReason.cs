namespace Quittance.Sandbox.Books;

/// <summary>Why a request is declined.</summary>
public enum RequestReason
{
    /// <summary>No reason given.</summary>
    Declined,

    /// <summary>Not enough money.</summary>
    InsufficientFunds,

    /// <summary>The card is too old.</summary>
    Expired,

    /// <summary>No such card or bank account: a wrong check digit.</summary>
    InstrumentInvalid,

    /// <summary>The security code is wrong.</summary>
    SecurityCodeWrong,

    /// <summary>The customer refused.</summary>
    NotConfirmed,

    /// <summary>The authorisation is unknown, void, used up, or does not cover the amount.</summary>
    AuthorisationInvalid,
}
