namespace Quittance.Core.Attempts;

/// <summary>
/// When a server asks a provider again about an attempt. The books hold the time: any server that finds a due attempt asks.
/// </summary>
public sealed record AttemptSchedule
{
    /// <summary>An attempt is given up, with an alert, after so many questions in turn without a clear answer; that takes a day.</summary>
    public const int GivesUpAfter = 100;

    /// <summary>
    /// The pause after the first question without a clear answer. Each further pause is twice as long, up to 180 times the first.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a server on one PostgreSQL looks for due attempts; the first question follows a lease's end or a restart by at most this.
    /// </summary>
    public TimeSpan SweepEvery => FirstPause * 0.4;

    /// <summary>How long a server has a notice that it has claimed, unless it renews the claim: half a minute.</summary>
    public TimeSpan NoticeClaim => FirstPause * 6;

    /// <summary>An authorisation that never reached the provider is sent again for this long; a customer does not wait for ever.</summary>
    public static TimeSpan SendsAgainFor { get; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a provider that decides later is asked.</summary>
    public static TimeSpan PendingFor { get; } = TimeSpan.FromHours(6);

    /// <summary>How long a customer has to confirm a payment elsewhere before the provider is asked for the first time.</summary>
    public static TimeSpan ConfirmingFor { get; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause after the provider said that the customer must confirm the payment: as long as the attempt is open, so that a customer who
    /// comes back does not wait for a notice that is lost.
    /// </summary>
    public static TimeSpan PauseWhileConfirming(TimeSpan open) =>
        open < ConfirmingFor ? ConfirmingFor : open > PendingFor ? PendingFor : open;

    /// <summary>The pause after the n-th question without a clear answer: 5 s, 10 s, 20 s … up to 15 minutes.</summary>
    public TimeSpan PauseAfter(int unanswered) => FirstPause * Math.Min(180, 1 << Math.Clamp(unanswered - 1, 0, 10));
}
