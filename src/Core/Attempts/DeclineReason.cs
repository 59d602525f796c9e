namespace Quittance.Core.Attempts;

/// <summary>Why a provider declined, as far as it says.</summary>
public enum DeclineReason
{
    /// <summary>No reason given.</summary>
    Declined,

    /// <summary>The customer has not enough money.</summary>
    InsufficientFunds,

    /// <summary>The card is no longer valid.</summary>
    Expired,

    /// <summary>The card or the account does not exist or takes no such payment.</summary>
    InstrumentInvalid,

    /// <summary>The security code is wrong.</summary>
    SecurityCodeWrong,

    /// <summary>The customer did not confirm the payment.</summary>
    NotConfirmed,

    /// <summary>The authorisation is unknown, used up, given back or too old.</summary>
    AuthorisationInvalid,

    /// <summary>The provider does not accept the request as it stands: a mistake of ours or of the set-up.</summary>
    RequestRefused,

    /// <summary>The request never reached the provider and its lifetime is over, so it never will.</summary>
    NeverArrived,
}
