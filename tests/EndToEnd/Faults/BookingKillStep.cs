namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a booking.</summary>
public enum BookingKillStep
{
    /// <summary>The hold was sent to the database, which may or may not have committed it.</summary>
    HoldIsCut,

    /// <summary>The seat is held, and its traveller knows.</summary>
    HoldIsCommitted,

    /// <summary>The traveller has paid: the authorisation was sent and has not arrived.</summary>
    AuthorisationIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    AuthorisationIsDecided,

    /// <summary>Its answer has just come.</summary>
    AuthorisationIsAnswered,

    /// <summary>What it says was sent to the database, which may or may not have committed it.</summary>
    AuthorisationIsCut,

    /// <summary>The capture was sent and has not arrived.</summary>
    CaptureIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    CaptureIsDecided,

    /// <summary>Its answer has just come.</summary>
    CaptureIsAnswered,

    /// <summary>The confirmation, with the money, was sent to the database, which may or may not have committed it.</summary>
    ConfirmationIsCut,

    /// <summary>Killed after the capture was decided, and again when the server started anew and asks what became of it.</summary>
    RecoveryAsks,

    /// <summary>Seats that are given back: that was sent to the database, which may or may not have committed it.</summary>
    ReleaseIsCut,

    /// <summary>The sweep ends holds whose time is over: that was sent to the database, which may or may not have committed it.</summary>
    ExpiryIsCut,

    /// <summary>It has ended some of them.</summary>
    ExpiryIsCommitted,
}
