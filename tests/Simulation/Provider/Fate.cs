namespace Quittance.Tests.Simulation.Provider;

/// <summary>The fate of one call to the provider on its way.</summary>
internal enum Fate
{
    /// <summary>It arrives and is answered at once.</summary>
    Plain,

    /// <summary>It never arrives; the connection breaks.</summary>
    RequestLost,

    /// <summary>It never arrives; the caller waits for its time to be up.</summary>
    NoAnswer,

    /// <summary>It arrives; the connection breaks before the answer, or within it.</summary>
    AnswerLost,

    /// <summary>It arrives and is answered; the answer comes when the caller has given up.</summary>
    AnswerTooLate,

    /// <summary>It arrives and is answered late, while the caller still waits.</summary>
    AnswerLate,

    /// <summary>It arrives and is answered; the caller's machine sleeps beyond its lease before it sees the answer.</summary>
    CallerSleeps,

    /// <summary>The caller gives up before it arrives.</summary>
    RequestDelayed,

    /// <summary>It arrives twice, the second time after the caller has its answer.</summary>
    RequestTwice,

    /// <summary>The caller dies before anything is sent.</summary>
    CallerDiesBefore,

    /// <summary>The caller dies while the request is on its way.</summary>
    CallerDiesDuring,

    /// <summary>It arrives and is answered; the caller dies before it sees the answer.</summary>
    CallerDiesAfter,
}
