using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;

namespace Quittance.Core.Attempts;

/// <summary>
/// Takes payments to their providers. Calls to the outside happen between two commits and never inside one: the intent is
/// committed with the attempt's id and a lease, the provider is asked under that id, and what it says is committed. Whatever is
/// lost on the way, <see cref="RecoverAsync"/> finishes.
/// </summary>
public sealed class Collector(
    PaymentEngine engine, IBooks books, IAttempts attempts, IProviders providers, IVault vault, TimeProvider clock)
{
    // As long as a first request may take: whoever repeats one that is in work waits for its answer.
    private static readonly TimeSpan RepeatsWaitFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RepeatsLookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Carries a command out; see <see cref="PaymentEngine.SubmitAsync"/>. Where it begins a payment through a provider, the outcome
    /// is told when the provider has answered or its time is up. Refused with <see cref="Refusal.UnderWay"/> where the request
    /// repeats one that has no answer yet.
    /// </summary>
    /// <param name="command">What to do.</param>
    /// <param name="patient">Whether to wait rather than be refused as overloaded.</param>
    /// <param name="code">The security code of the card that is charged, where the customer has just given it. It is in no command, so that it is stored nowhere.</param>
    public async Task<Outcome> SubmitAsync(Command command, bool patient = false, SecurityCode? code = null)
    {
        var outcome = await engine.SubmitAsync(command, patient);
        if (outcome.Attempt is { } begun)
            await CarryOutAsync(begun, command.Origin, code);
        else if (!command.MayAskProvider || !outcome.Replayed || !outcome.Accepted)
            return outcome;

        var payment = new PaymentId(command.Origin.Merchant, outcome.Subject);
        for (var until = clock.GetUtcNow() + RepeatsWaitFor; ;)
        {
            var view = await books.PaymentAsync(payment, outcome.Sequence, CancellationToken.None);
            if (!outcome.Replayed || view is not { IsUnderWay: true })
                return outcome with { Payment = view };
            if (clock.GetUtcNow() >= until)
                return Outcome.Refused(Refusal.UnderWay);
            await Task.Delay(RepeatsLookEvery, clock);
        }
    }

    /// <summary>Takes an attempt on whose time has come: asks what became of it, and sends it again where it never arrived.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="origin">Who asks.</param>
    public async Task<Recovered> RecoverAsync(Attempt attempt, Origin origin)
    {
        var leased = await engine.SubmitAsync(new LeaseAttempt(origin, attempt));
        if (!leased.Accepted)
            return Recovered.NotDue;

        var age = clock.GetUtcNow() - attempt.OpenedAt;
        var answer = await FindAsync(attempt, age);
        var givesUp = answer.Verdict == Verdict.Unknown && age > AttemptSchedule.GivesUpAfter;
        var taken = await TellAsync(new TakeAnswer(origin, attempt, answer)
        {
            AskedAfter = leased.Sequence,
            GivesUp = givesUp,
            Note = givesUp ? $"No clear answer for {AttemptSchedule.GivesUpAfter.TotalHours:0} hours." : null,
        });
        if (taken.Attempt is { } next)
            await CarryOutAsync(next, origin);
        if (givesUp)
            return Recovered.GivenUp;
        return answer.Verdict == Verdict.Unknown ? Recovered.Unanswered : Recovered.Answered;
    }

    /// <summary>Takes news in; where they lead to the next question, such as a capture, asks it.</summary>
    public async Task<Outcome> TakeAsync(PaymentNews news)
    {
        var taken = await engine.SubmitAsync(news);
        if (taken.Attempt is { } next)
            await CarryOutAsync(next, news.Origin);
        return taken;
    }

    /// <summary>Asks for what was begun, one attempt after the other, until the payment has an answer.</summary>
    private async Task CarryOutAsync(Attempt begun, Origin origin, SecurityCode? code = null)
    {
        // Nobody waits for what is only given back: recovery sees to it.
        for (var attempt = begun; attempt is { Verb: Verb.Authorise or Verb.Capture };)
        {
            var answer = await SendAsync(attempt, attempt.DueAt, code);
            attempt = (await TellAsync(new TakeAnswer(origin, attempt, answer) { AskedAfter = attempt.Events })).Attempt;
        }
    }

    /// <summary>Tells the engine what our own call was answered.</summary>
    private async Task<Outcome> TellAsync(TakeAnswer answer)
    {
        while (true)
        {
            var taken = await engine.SubmitAsync(answer);
            if (!taken.Faults.Any(fault => fault.Refusal == Refusal.AttemptOvertaken)
                || await attempts.FindAsync(answer.About.Id, CancellationToken.None) is not { } attempt)
            {
                return taken;
            }

            // A notice came while the answer was on its way, and says otherwise. What holds now only the provider knows.
            answer = answer with { Answer = await AskAsync(attempt), AskedAfter = attempt.Events };
        }
    }

    private async Task<ProviderAnswer> AskAsync(Attempt attempt) =>
        await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is { } provider
            ? await provider.FindAsync(attempt.Verb, RequestOf(attempt), CancellationToken.None)
            : ProviderAnswer.Unknown;

    private async Task<ProviderAnswer> FindAsync(Attempt attempt, TimeSpan age)
    {
        if (await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is not { } provider)
            return ProviderAnswer.Unknown;
        var found = await provider.FindAsync(attempt.Verb, RequestOf(attempt), CancellationToken.None);
        if (found.Verdict != Verdict.NotFound)
            return found;
        if (attempt.Verb != Verb.Authorise || age <= AttemptSchedule.SendsAgainFor)
            return await SendAsync(attempt, clock.GetUtcNow() + engine.Lease);

        // Not found proves nothing while the last sending may still be on its way.
        return age > AttemptSchedule.SendsAgainFor + engine.Lease + provider.RequestLifetime
            ? ProviderAnswer.Declined(DeclineReason.NeverArrived)
            : ProviderAnswer.Unknown;
    }

    private async Task<ProviderAnswer> SendAsync(Attempt attempt, DateTimeOffset? leasedUntil, SecurityCode? code = null)
    {
        if (await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is not { } provider)
            return ProviderAnswer.Unknown;
        var request = RequestOf(attempt);
        if (attempt.Verb == Verb.Authorise && attempt.Instrument is { } instrument)
            request = request with { SecurityCode = code, Instrument = await vault.OpenAsync(instrument, CancellationToken.None) };

        // Whoever has slept through its lease leaves the attempt to those who hold it now.
        if (clock.GetUtcNow() >= leasedUntil)
            return ProviderAnswer.Unknown;
        return attempt.Verb switch
        {
            Verb.Authorise => await provider.AuthoriseAsync(request, CancellationToken.None),
            Verb.Capture => await provider.CaptureAsync(request, CancellationToken.None),
            Verb.Void => await provider.VoidAsync(request, CancellationToken.None),
            Verb.Refund => await provider.RefundAsync(request, CancellationToken.None),
        };
    }

    private static ProviderRequest RequestOf(Attempt attempt) =>
        new(attempt.Id, attempt.Amount) { Authorisation = attempt.Authorisation, Mandate = attempt.Mandate, ReturnTo = attempt.ReturnTo };
}
