using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Quittance.Core.Providers;

namespace Quittance.Tests.Providers;

/// <summary>Something that every provider must do.</summary>
/// <param name="Name">The rule, as a sentence.</param>
/// <param name="BreachAsync">How a provider breaks it; null when it keeps it.</param>
internal sealed record Rule(string Name, Func<ProviderUnderTest, Task<string?>> BreachAsync);

/// <summary>The rules of every provider, as functions, so that a test can hold them against providers that break them.</summary>
internal static partial class ComplianceRules
{
    private static readonly CancellationToken Patient = CancellationToken.None;

    private static readonly Verb[] Verbs = Enum.GetValues<Verb>();

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("Sent again with the same id, it takes effect once", TakesEffectOnceAsync),
        new("Sent again without the security code, it is still the same", SecurityCodeIsNoContentAsync),
        new("A decline says why", DeclineSaysWhyAsync),
        new("Every kind of instrument is understood", KindsAreUnderstoodAsync),
        new("After a lost answer, asking tells the truth", AskingTellsTheTruthAsync),
        new("A request has one id of the provider's, which never changes", HasOneReferenceAsync),
        new("An unknown id is not found", UnknownIsNotFoundAsync),
        new("Void of an authorisation that never arrived keeps it from ever taking effect", VoidComesFirstAsync),
        new("A voided authorisation can't be captured", VoidedIsGoneAsync),
        new("More than authorised can't be captured", NoMoreThanAuthorisedAsync),
        new("Refunds never exceed what was captured", NoMoreThanCapturedAsync),
        new("An id used for something else is unknown, never done", OtherContentIsUnknownAsync),
        new("A time-out is unknown, never failed", TimeoutIsUnknownAsync),
        new("Every verb ends within 20 seconds", EndsInTimeAsync),
        new("When the caller stops waiting, the answer is unknown", CancelledIsUnknownAsync),
        new("Broken answers are unknown", provider => UnknownAsync(provider, provider.BrokenAnswers, Verbs)),
        new("An answer about something else is unknown", provider => UnknownAsync(provider, provider.OtherAnswers, Verbs)),
        // Giving a reservation back is asked without an amount.
        new("An answer about another amount is unknown",
            provider => UnknownAsync(provider, provider.OtherAmounts, Verb.Authorise, Verb.Capture, Verb.Refund)),
        new("Scrubbing: no card number, security code, IBAN or API key in any log line, exception or ToString", NothingLeaksAsync),
    ];

    public static Task<ProviderAnswer> AskAsync(
        IProvider provider, Verb verb, ProviderRequest request, CancellationToken cancel = default) => verb switch
        {
            Verb.Authorise => provider.AuthoriseAsync(request, cancel),
            Verb.Capture => provider.CaptureAsync(request, cancel),
            Verb.Void => provider.VoidAsync(request, cancel),
            Verb.Refund => provider.RefundAsync(request, cancel),
        };

    private static async Task<string?> TakesEffectOnceAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var authorised = under.Authorising(10_00);
        var capturedMinor = under.CapturesParts ? 4_00 : 10_00;
        var captured = under.Following(authorised, capturedMinor);
        var refunded = under.Following(authorised, 1_00);
        for (var time = 1; time <= 2; time++)
        {
            if (await provider.AuthoriseAsync(authorised, Patient) is not { Verdict: Verdict.Approved })
                return $"authorising was not approved, time {time}";
            if (await provider.CaptureAsync(captured, Patient) is not { Verdict: Verdict.Approved })
                return $"capturing was not approved, time {time}";
            if (await provider.RefundAsync(refunded, Patient) is not { Verdict: Verdict.Approved })
                return $"refunding was not approved, time {time}";
        }

        // 1 was given back: the rest is left, and no cent more.
        if (await provider.RefundAsync(under.Following(authorised, capturedMinor - 1_00), Patient) is not { Verdict: Verdict.Approved })
            return "the refund took effect twice";
        return (await provider.RefundAsync(under.Following(authorised, 1), Patient)).Verdict == Verdict.Declined ? null
            : "the capture took effect twice";
    }

    private static async Task<string?> SecurityCodeIsNoContentAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var request = under.Authorising();
        var first = await provider.AuthoriseAsync(request, Patient);
        var second = await provider.AuthoriseAsync(request with { SecurityCode = null }, Patient);
        return first == second && first.Verdict == Verdict.Approved ? null : $"{first.Verdict}, then {second.Verdict}";
    }

    private static async Task<string?> DeclineSaysWhyAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        foreach (var (instrument, reason) in under.Bad)
        {
            var request = under.Authorising(instrument: instrument);
            if (await provider.AuthoriseAsync(request, Patient) is var answer
                && (answer.Verdict, answer.Reason) != (Verdict.Declined, reason))
            {
                return $"{instrument} was {answer.Verdict} for {answer.Reason}, not declined for {reason}";
            }

            if (await provider.FindAsync(Verb.Authorise, request, Patient) is var found && found != answer)
                return $"{instrument} is found {found.Verdict} for {found.Reason}";
        }

        return under.Bad.Count == 0 ? "no instrument is declined" : null;
    }

    private static async Task<string?> KindsAreUnderstoodAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        foreach (var instrument in under.Kinds)
        {
            if (await provider.AuthoriseAsync(
                under.Authorising(instrument: instrument), Patient) is { Verdict: not (Verdict.Approved or Verdict.Pending) } answer)
            {
                return $"{instrument} was {answer.Verdict} for {answer.Reason}";
            }
        }

        return under.Kinds.Count == 0 ? "there is none" : null;
    }

    private static async Task<string?> AskingTellsTheTruthAsync(ProviderUnderTest under)
    {
        var good = await under.ConnectAsync();
        foreach (var fault in new[] { Fault.AnswerLost, Fault.AnswerNeverComes, Fault.RequestLost })
        {
            var bad = await under.ConnectAsync(fault, ProviderUnderTest.Short);
            var breach = await FirstAsync(Verbs.Select(async verb =>
            {
                var request = await PreparedAsync(under, good, verb);
                if (await AskAsync(bad, verb, request) != ProviderAnswer.Unknown)
                    return $"{verb}: known though its {fault}";
                var (found, truth) = (ProviderAnswer.Unknown, fault == Fault.RequestLost ? Verdict.NotFound : under.AfterLostAnswer(verb));
                // On a busy machine the request may arrive later than its sender gives up.
                for (var turn = 0; turn < 30 && found.Verdict != truth; turn++)
                {
                    await Task.Delay(turn == 0 ? 0 : 100, Patient);
                    found = await good.FindAsync(verb, request with { Instrument = null, SecurityCode = null }, Patient);
                }

                return found.Verdict == truth ? null : $"{verb}: found {found.Verdict} where the truth is {truth} ({fault})";
            }));
            if (breach is not null)
                return breach;
        }

        return null;
    }

    private static async Task<string?> HasOneReferenceAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        foreach (var verb in Verbs)
        {
            var request = await PreparedAsync(under, provider, verb);
            var first = await AskAsync(provider, verb, request);
            if (first.Reference is null)
                return $"{verb} has none";
            if (await AskAsync(provider, verb, request) is var again && again.Reference != first.Reference)
                return $"{verb} is {first.Reference}, then {again.Reference}";
            if (await provider.FindAsync(verb, request, Patient) is var found && found.Reference != first.Reference)
                return $"{verb} is {first.Reference}, and is found as {found.Reference}";
        }

        return null;
    }

    private static async Task<string?> UnknownIsNotFoundAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var authorised = under.Authorising();
        foreach (var verb in Verbs)
        {
            var request = verb == Verb.Authorise ? authorised : under.Following(authorised);
            if (await provider.FindAsync(verb, request, Patient) is var found && found != ProviderAnswer.NotFound)
                return $"{verb}: {found.Verdict}";
        }

        return null;
    }

    private static async Task<string?> VoidComesFirstAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var late = under.Authorising();
        if (await provider.VoidAsync(under.Following(late), Patient) is { Verdict: not Verdict.Approved } voided)
            return $"the void was {voided.Verdict}";
        if (await provider.AuthoriseAsync(late, Patient) is { Verdict: not Verdict.Declined } authorised)
            return $"the late authorisation was {authorised.Verdict}";
        return (await provider.CaptureAsync(under.Following(late), Patient)).Verdict == Verdict.Declined ? null : "it could be captured";
    }

    private static async Task<string?> VoidedIsGoneAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var authorised = await PreparedAsync(under, provider, Verb.Capture);
        if (await provider.VoidAsync(authorised with { Id = under.NewId() }, Patient) is { Verdict: not Verdict.Approved } voided)
            return $"the void was {voided.Verdict}";
        return await provider.CaptureAsync(authorised, Patient) is { Verdict: not Verdict.Declined } captured
            ? $"the capture was {captured.Verdict}" : null;
    }

    private static async Task<string?> NoMoreThanAuthorisedAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var authorised = under.Authorising(10_00);
        await provider.AuthoriseAsync(authorised, Patient);
        if (await provider.CaptureAsync(under.Following(authorised, 10_01), Patient) is { Verdict: not Verdict.Declined } more)
            return $"a cent more was {more.Verdict}";
        if (await provider.CaptureAsync(under.Following(authorised, 10_00), Patient) is { Verdict: not Verdict.Approved } exact)
            return $"the exact amount was {exact.Verdict}";
        return await provider.CaptureAsync(under.Following(authorised, 1), Patient) is { Verdict: not Verdict.Declined } again
            ? $"a cent after it was {again.Verdict}" : null;
    }

    private static async Task<string?> NoMoreThanCapturedAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var authorised = under.Authorising(10_00);
        await provider.AuthoriseAsync(authorised, Patient);
        var capturedMinor = under.CapturesParts ? 6_00 : 10_00;
        await provider.CaptureAsync(under.Following(authorised, capturedMinor), Patient);
        if (await provider.RefundAsync(under.Following(authorised, capturedMinor + 1), Patient) is { Verdict: not Verdict.Declined } more)
            return $"a cent more was {more.Verdict}";
        if (await provider.RefundAsync(under.Following(authorised, capturedMinor), Patient) is { Verdict: not Verdict.Approved } exact)
            return $"the exact amount was {exact.Verdict}";
        return await provider.RefundAsync(under.Following(authorised, 1), Patient) is { Verdict: not Verdict.Declined } again
            ? $"a cent after it was {again.Verdict}" : null;
    }

    private static async Task<string?> OtherContentIsUnknownAsync(ProviderUnderTest under)
    {
        var provider = await under.ConnectAsync();
        var authorised = under.Authorising(10_00);
        await provider.AuthoriseAsync(authorised, Patient);
        var other = await provider.AuthoriseAsync(authorised with { Amount = under.Authorising(10_01).Amount }, Patient);
        return other == ProviderAnswer.Unknown ? null : $"it was {other.Verdict}";
    }

    private static Task<string?> TimeoutIsUnknownAsync(ProviderUnderTest under) =>
        UnknownAsync(under, [Fault.AnswerNeverComes, Fault.AnswerDrips], Verbs);

    private static async Task<string?> EndsInTimeAsync(ProviderUnderTest under)
    {
        var good = await under.ConnectAsync();
        var breaches = await Task.WhenAll(new[] { Fault.AnswerNeverComes, Fault.AnswerDrips, Fault.RequestLost }.Select(async fault =>
        {
            var bad = await under.ConnectAsync(fault);
            return await FirstAsync(Verbs.Select(async verb =>
            {
                var request = await PreparedAsync(under, good, verb);
                var started = Stopwatch.StartNew();
                Task[] both = [AskAsync(bad, verb, request), bad.FindAsync(verb, request, Patient)];
                await Task.WhenAny(Task.WhenAll(both), Task.Delay(under.Limit, TimeProvider.System));
                return both.All(task => task.IsCompleted) ? null
                    : $"{verb} had not ended after {started.Elapsed.TotalSeconds:F0} s ({fault})";
            }));
        }));
        return breaches.FirstOrDefault(breach => breach is not null);
    }

    private static async Task<string?> CancelledIsUnknownAsync(ProviderUnderTest under)
    {
        var good = await under.ConnectAsync();
        var bad = await under.ConnectAsync(Fault.AnswerNeverComes);
        return await FirstAsync(Verbs.Select(async verb =>
        {
            var request = await PreparedAsync(under, good, verb);
            using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            var started = Stopwatch.StartNew();
            var answer = await AskAsync(bad, verb, request, gone.Token);
            return answer != ProviderAnswer.Unknown ? $"{verb} was {answer.Verdict}"
                : started.Elapsed > TimeSpan.FromSeconds(5) ? $"{verb} was waited for {started.Elapsed.TotalSeconds:F1} s"
                : null;
        }));
    }

    /// <summary>Over each bad wire each verb, asked or asked about, must be unknown.</summary>
    private static async Task<string?> UnknownAsync(ProviderUnderTest under, IReadOnlyList<Fault> faults, params IReadOnlyList<Verb> verbs)
    {
        if (faults.Count == 0)
            return "the provider's entry has no such fault";
        var good = await under.ConnectAsync();
        return await FirstAsync(
            from fault in faults
            from verb in verbs
            select OneAsync(fault, verb));

        async Task<string?> OneAsync(Fault fault, Verb verb)
        {
            var request = await PreparedAsync(under, good, verb);
            var bad = await under.ConnectAsync(fault, ProviderUnderTest.Short);
            if (await AskAsync(bad, verb, request) is { Verdict: not Verdict.Unknown } asked)
                return $"{verb} was {asked.Verdict} ({fault})";
            var known = request with { Reference = (await AskAsync(good, verb, request)).Reference };
            return await bad.FindAsync(verb, known, Patient) is { Verdict: not Verdict.Unknown } found
                ? $"{verb} was found {found.Verdict} ({fault})" : null;
        }
    }

    private static async Task<string?> NothingLeaksAsync(ProviderUnderTest under)
    {
        var texts = new ConcurrentBag<string>();
        var good = await under.ConnectAsync();
        Fault?[] faults = [null, Fault.RequestLost, .. under.BrokenAnswers, .. under.OtherAnswers, .. under.OtherAmounts];
        await Task.WhenAll(faults.Select(async fault =>
        {
            var provider = await under.ConnectAsync(fault, ProviderUnderTest.Short);
            texts.Add($"{provider}");
            foreach (var instrument in under.Kinds)
            {
                var request = under.Authorising(instrument: instrument);
                texts.Add($"{request}");
                texts.Add(await TextAsync(() => provider.AuthoriseAsync(request, Patient)));
                texts.Add(await TextAsync(() => provider.FindAsync(Verb.Authorise, request, Patient)));
            }

            foreach (var verb in Verbs.Except([Verb.Authorise]))
            {
                var request = await PreparedAsync(under, good, verb);
                texts.Add(await TextAsync(() => AskAsync(provider, verb, request)));
            }
        }));

        if (under.Log.Lines.IsEmpty)
            return "nothing is logged, so nothing was proved";
        // Ids are random, so that a short secret may be in one by chance.
        var leak = texts.Concat(under.Log.Lines.Select(line => line.Text)).Select(text => Ids().Replace(text, "")).FirstOrDefault(text =>
            under.Secrets.Any(secret => text.Replace(" ", "").Replace("-", "").Contains(secret, StringComparison.OrdinalIgnoreCase)));
        return leak is null ? null : $"leaked: {leak}";
    }

    private static async Task<string> TextAsync(Func<Task<ProviderAnswer>> ask)
    {
        try
        {
            return (await ask()).ToString();
        }
        catch (Exception thrown)
        {
            return thrown.ToString();
        }
    }

    /// <summary>A request of a verb, with all that must come before it done over a good wire.</summary>
    private static async Task<ProviderRequest> PreparedAsync(ProviderUnderTest under, IProvider good, Verb verb)
    {
        var authorised = under.Authorising();
        if (verb == Verb.Authorise)
            return authorised;
        // The books know what the provider called it.
        authorised = authorised with { Reference = (await good.AuthoriseAsync(authorised, Patient)).Reference };
        if (verb == Verb.Refund)
            await good.CaptureAsync(under.Following(authorised), Patient);
        return under.Following(authorised);
    }

    private static async Task<string?> FirstAsync(IEnumerable<Task<string?>> breaches) =>
        (await Task.WhenAll(breaches)).FirstOrDefault(breach => breach is not null);

    [GeneratedRegex("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Ids();
}
