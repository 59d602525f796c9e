namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a payment session.</summary>
public enum SessionKillStep
{
    /// <summary>The session is open, and its token given.</summary>
    SessionIsOpen,

    /// <summary>The customer has paid: the authorisation was sent and has not arrived.</summary>
    AuthorisationIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    AuthorisationIsDecided,

    /// <summary>Its answer has just come.</summary>
    AuthorisationIsAnswered,

    /// <summary>The token to book with is given.</summary>
    TokenIsGiven,

    /// <summary>The booking asks for a stored instrument, which was decided; its answer has not come.</summary>
    StoredInstrumentIsDecided,

    /// <summary>The booking is committed; the capture was sent and has not arrived.</summary>
    CaptureIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    CaptureIsDecided,

    /// <summary>Its answer has just come.</summary>
    CaptureIsAnswered,

    /// <summary>What it says was sent to the database, which may or may not have committed it.</summary>
    CaptureIsCut,

    /// <summary>The sweep ends sessions that nobody has booked.</summary>
    SessionIsEnding,

    /// <summary>They have ended; what gives their money back was sent and has not arrived.</summary>
    VoidIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    VoidIsDecided,

    /// <summary>Its answer has just come, and was sent to the database, which may or may not have committed it.</summary>
    VoidIsCut,
}
