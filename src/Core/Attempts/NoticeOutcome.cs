namespace Quittance.Core.Attempts;

/// <summary>What became of a notice.</summary>
public enum NoticeOutcome
{
    /// <summary>It waits to be processed.</summary>
    Received,

    /// <summary>What it says is in the books.</summary>
    Taken,

    /// <summary>The books knew it already.</summary>
    NoNews,

    /// <summary>
    /// It is about something that the books do not show yet, such as the end of a dispute whose beginning is still on its way; or it
    /// contradicts them, and the provider can't be asked just now.
    /// </summary>
    Early,

    /// <summary>It is about nothing that we ever asked this provider for.</summary>
    Unmatched,

    /// <summary>What it says contradicts what we asked for: nothing was booked, and an operator should look at it.</summary>
    Contradicts,

    /// <summary>
    /// It opens a dispute that, with the other disputes of the payment that are not won, is more than the payment. It waits for the notice
    /// that one of them is won; an operator should look at it.
    /// </summary>
    Exceeds,
}
