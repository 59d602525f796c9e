using System.Diagnostics;
using System.Diagnostics.Metrics;
using Quittance.Core.Attempts;
using Quittance.Core.Providers;

namespace Quittance.Core.Executing;

/// <summary>Measures and traces calls to providers: number, duration and answers.</summary>
internal static class ProviderCall
{
    private static readonly Meter Meter = new(Telemetry.Name);

    private static readonly Counter<long> Attempts =
        Meter.CreateCounter<long>("quittance.attempts", "{call}", "Calls to providers by what was asked and what was answered");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "quittance.attempt.duration", "s", "How long providers took to answer",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    /// <param name="isQuestion">Whether the call asks about the attempt instead of carrying it out.</param>
    public static async Task<ProviderAnswer> MakeAsync(
        Attempt attempt, bool isQuestion, TimeProvider clock, Func<Task<ProviderAnswer>> call)
    {
        using var span = Telemetry.Spans.StartActivity("provider call", ActivityKind.Client);
        var verb = isQuestion ? "find" : EnumWords.Of(attempt.Verb);
        span?.SetTag("quittance.provider", attempt.Provider).SetTag("quittance.verb", verb).SetTag("quittance.attempt", attempt.Id.Value);
        var begun = clock.GetTimestamp();
        var outcome = "failed";
        string? reason = null;
        try
        {
            var answer = await call();
            outcome = EnumWords.Of(answer.Verdict);
            reason = answer is { Verdict: Verdict.Declined, Reason: { } why } ? EnumWords.Of(why) : null;
            return answer;
        }
        finally
        {
            span?.SetTag("quittance.outcome", outcome);
            var tags = new TagList { { "provider", attempt.Provider }, { "verb", verb }, { "outcome", outcome } };
            Duration.Record(clock.GetElapsedTime(begun).TotalSeconds, tags);
            // Somebody who tries card numbers out shows by wrong security codes.
            if (reason is not null)
                tags.Add("reason", reason);
            Attempts.Add(1, tags);
        }
    }
}
