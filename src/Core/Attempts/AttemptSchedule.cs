namespace Quittance.Core.Attempts;

/// <summary>
/// When a provider is asked what became of an attempt. The answer to a question that nobody could ask in time is always in the
/// books: who finds a due attempt takes it on.
/// </summary>
public static class AttemptSchedule
{
    /// <summary>How often due attempts are looked for; the first question follows a lease's end or a restart by at most this.</summary>
    public static TimeSpan SweepEvery { get; } = TimeSpan.FromSeconds(2);

    /// <summary>An authorisation that never reached the provider is sent again for this long; a customer does not wait for ever.</summary>
    public static TimeSpan SendsAgainFor { get; } = TimeSpan.FromMinutes(15);

    /// <summary>An attempt is given up, with an alert, when so many questions in turn had no clear answer; that takes a day.</summary>
    public const int GivesUpAfter = 100;

    /// <summary>How long a provider that decides later is left in peace before it is asked.</summary>
    public static TimeSpan PendingFor { get; } = TimeSpan.FromHours(6);

    /// <summary>The pause after the n-th time without a clear answer: 5 s, 10 s, 20 s … up to 15 minutes.</summary>
    public static TimeSpan PauseAfter(int unanswered) =>
        TimeSpan.FromSeconds(Math.Min(15 * 60, 5L << Math.Clamp(unanswered - 1, 0, 10)));
}
