namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a payment.</summary>
public enum KillStep
{
    /// <summary>The intent is committed; the authorisation was sent and has not arrived.</summary>
    AuthorisationIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    AuthorisationIsDecided,

    /// <summary>Its answer has just come.</summary>
    AuthorisationIsAnswered,

    /// <summary>The next intent is committed; the capture was sent and has not arrived.</summary>
    CaptureIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    CaptureIsDecided,

    /// <summary>Its answer has just come.</summary>
    CaptureIsAnswered,

    /// <summary>The booking was sent to the database, which may or may not have committed it.</summary>
    BookingIsCut,

    /// <summary>Killed after the capture was decided, and again when the server started anew and asks what became of it.</summary>
    RecoveryAsks,

    /// <summary>Killed before the authorisation arrived, and again when the server started anew and has just got its answers.</summary>
    RecoveryIsAnswered,
}
