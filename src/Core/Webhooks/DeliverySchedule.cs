namespace Quittance.Core.Webhooks;

/// <summary>When something that could not be told is tried again: ever more rarely, for a day. After that it is dead until somebody replays it.</summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(8),
    ];

    /// <summary>How often something is tried in all.</summary>
    public static int Tries => Pauses.Length + 1;

    /// <summary>The pause after the n-th failure in a row; null when it was the last.</summary>
    /// <param name="failures">How often it has failed, from 1.</param>
    /// <param name="jitter">A random number from 0 to 1, which takes up to a fifth off or adds it: what failed together does not come back together.</param>
    public static TimeSpan? PauseAfter(int failures, double jitter) =>
        failures > Pauses.Length ? null : Pauses[failures - 1] * (0.8 + (0.4 * jitter));
}
