namespace Quittance.Tests.Faults;

/// <summary>Where the server is killed, in the order of a refund.</summary>
public enum RefundKillStep
{
    /// <summary>What takes the money from its payment was sent to the database, which may or may not have committed it.</summary>
    TakingIsCut,

    /// <summary>The money is in transit; the refund was sent and has not arrived.</summary>
    RefundIsOnItsWay,

    /// <summary>It was decided; its answer has not come.</summary>
    RefundIsDecided,

    /// <summary>Its answer has just come.</summary>
    RefundIsAnswered,

    /// <summary>What it says was sent to the database, which may or may not have committed it.</summary>
    ConfirmationIsCut,

    /// <summary>Killed after the refund was decided, and again when the server started anew and asks what became of it.</summary>
    RecoveryAsks,

    /// <summary>Killed before the refund arrived, and again when the server started anew and has just got its answers.</summary>
    RecoveryIsAnswered,
}
