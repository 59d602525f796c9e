namespace Quittance.Storage.Console;

/// <summary>How a merchant's business stands on a day, beside the money that came in.</summary>
/// <param name="At">When what happened on the day was read, UTC.</param>
/// <param name="Refunds">What was given back on the day, by currency.</param>
/// <param name="Failures">The payments begun on the day that came to nothing, by status and reason, the most frequent first. Of a status they count to one more than <see cref="Days.CountsFailuresTo"/>.</param>
/// <param name="Receivables">What customers owe, by currency and age.</param>
/// <param name="Providers">How the providers do, by name.</param>
/// <param name="DeadLetters">How many events no subscriber could be told of.</param>
/// <param name="OpenLines">How many lines of bank statements and payouts are not booked yet, counted to <see cref="Days.MostLines"/>.</param>
public sealed record DayFigures(
    DateTimeOffset At, IReadOnlyList<RefundSum> Refunds, IReadOnlyList<FailureCount> Failures, IReadOnlyList<OpenReceivable> Receivables,
    IReadOnlyList<ProviderHealth> Providers, int DeadLetters, int OpenLines)
{
    /// <summary>When it was read what customers owe, UTC: maybe on an earlier day.</summary>
    public required DateTimeOffset ReceivablesAt { get; init; }

    /// <summary>What was given back on the same day of the week before until the same time, by currency.</summary>
    public IReadOnlyList<RefundSum> RefundsBefore { get; init; } = [];

    /// <summary>How many payments that were begun on the same day of the week before, until the same time, came to nothing; counted as those of the day are.</summary>
    public int FailuresBefore { get; init; }

    /// <summary>Whether some of it is minutes old. It is being read anew.</summary>
    public required bool IsOld { get; init; }
}
