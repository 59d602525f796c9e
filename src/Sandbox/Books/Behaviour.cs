namespace Quittance.Sandbox.Books;

/// <summary>How an authorisation behaves, from its beginning to its end.</summary>
public enum Behaviour
{
    /// <summary>All goes well.</summary>
    Approved,

    /// <summary>Declined without a reason.</summary>
    Declined,

    /// <summary>Declined: not enough money.</summary>
    InsufficientFunds,

    /// <summary>Declined: expired.</summary>
    Expired,

    /// <summary>Declined: no such card or account.</summary>
    InstrumentInvalid,

    /// <summary>Declined: wrong security code.</summary>
    SecurityCodeWrong,

    /// <summary>Pending until the customer confirms or refuses.</summary>
    MustBeConfirmed,

    /// <summary>Authorised, but its capture is declined.</summary>
    CaptureDeclined,

    /// <summary>Authorised, but the first answer never comes.</summary>
    AuthorisationUnanswered,

    /// <summary>The first request to authorise is lost on the way.</summary>
    AuthorisationLost,

    /// <summary>The first request to authorise finds the service unavailable.</summary>
    AuthorisationUnavailable,

    /// <summary>Authorised, but the first answer comes late.</summary>
    AuthorisationAnsweredLate,

    /// <summary>Captured, but the first answer never comes.</summary>
    CaptureUnanswered,

    /// <summary>Captured, but the first answer is broken.</summary>
    CaptureAnswerBroken,

    /// <summary>The notice of the capture overtakes its answer.</summary>
    NoticeFirst,

    /// <summary>The notice of the capture comes twice.</summary>
    NoticeTwice,

    /// <summary>Captured, then somebody else's notice says that it is declined.</summary>
    NoticeForged,

    /// <summary>Captured, then declined all the same.</summary>
    DeclinedLate,

    /// <summary>Captured, then a settlement is reported that is one minor unit short.</summary>
    SettledShort,

    /// <summary>A bank debit: paid some time after its capture.</summary>
    Debit,

    /// <summary>A bank debit that the bank refuses after its capture.</summary>
    DebitRefused,

    /// <summary>A bank debit that is paid, then returned.</summary>
    DebitReturned,
}
