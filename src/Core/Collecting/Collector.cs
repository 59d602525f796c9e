using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Collecting;

/// <summary>What came of asking once more.</summary>
public enum Recovered
{
    /// <summary>Someone else had taken it on.</summary>
    NotDue,

    /// <summary>The provider's word is in the books.</summary>
    Answered,

    /// <summary>Still no clear answer; it will be asked again.</summary>
    Unanswered,

    /// <summary>Still no clear answer, and nobody asks any more: an operator has to.</summary>
    GivenUp,

    /// <summary>
    /// The provider declines to release reserved money, and nothing that it says explains why: an operator has to find out.
    /// </summary>
    NotReleased,
}

/// <summary>
/// Takes payments to their providers. Calls to the outside happen between two commits and never inside one: the intent is
/// committed with the attempt's id and a lease, the provider is asked under that id, and what it says is committed. Whatever is
/// lost on the way, <see cref="RecoverAsync"/> finishes.
/// </summary>
public sealed class Collector(
    PaymentEngine engine, IBooks books, IAttempts attempts, IProviders providers, IVault vault, AttemptSchedule schedule, TimeProvider clock) : IDisposable
{
    // As long as a provider may take: who repeats a request that is in work, or whose answer someone else takes in, waits for it.
    private static readonly TimeSpan WaitsFor = TimeSpan.FromSeconds(20);
    private const string NotReleased = "The provider does not release the money, and does not say that it took it.";
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(200);

    // A refund may be of a thousand payments, and a provider is not to be flooded with what one client asks for.
    private static readonly ParallelOptions Few = new() { MaxDegreeOfParallelism = 4 };

    private readonly CancellationTokenSource _winding = new();

    /// <summary>
    /// Tells what broke after a commit, and the payment or refund it broke for. No client learns of it: what is committed is under way, and
    /// recovery goes on with it. The host logs it.
    /// </summary>
    public Action<Guid, Exception>? Interrupted { get; set; }

    /// <summary>
    /// Carries a command out; see <see cref="PaymentEngine.SubmitAsync"/>. Where it begins a payment through a provider, the outcome
    /// is told when the provider has answered or its time is up. Refused with <see cref="Refusal.UnderWay"/> where the payment was
    /// begun, by this request (the refusal has its attempt) or by one that it repeats, and there is no answer yet or none that can be read.
    /// </summary>
    /// <param name="command">What to do.</param>
    /// <param name="patient">Whether to wait rather than be refused as overloaded.</param>
    /// <param name="code">The security code of the card that is charged, where the customer has just given it. It is in no command, so that it is stored nowhere.</param>
    public async Task<Outcome> SubmitAsync(Command command, bool patient = false, SecurityCode? code = null)
    {
        var outcome = await engine.SubmitAsync(command, patient);
        if (outcome.Attempts.Count == 0 && !(command.MayAskProvider && outcome.Accepted && (outcome.Replayed || command.AsksForRefund)))
            return outcome;

        try
        {
            await Parallel.ForEachAsync(outcome.Attempts, Few, async (begun, _) => await CarryOutAsync(begun, command.Origin, code));
            return await AnswerAsync(command, outcome);
        }
        catch (Exception trouble)
        {
            // A client that heard of a failure here would pay again, beside what is committed.
            Interrupted?.Invoke(outcome.Subject, trouble);
            return UnderWay(outcome);
        }
    }

    /// <summary>
    /// Waits for no provider from now on: what is being asked is unknown, and recovery will ask for it. For a server that was asked to
    /// stop.
    /// </summary>
    public void WindUp() => _winding.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _winding.Dispose();

    /// <summary>Takes an attempt on whose time has come: asks what became of it, and sends it again where it never arrived.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="origin">Who asks.</param>
    public async Task<Recovered> RecoverAsync(Attempt attempt, Origin origin)
    {
        var leasedUntil = clock.GetUtcNow() + engine.Lease;
        var leased = await engine.SubmitAsync(new LeaseAttempt(origin, attempt));
        if (!leased.Accepted)
            return Recovered.NotDue;
        return await RecordAsync(attempt, origin, await FindAsync(attempt, leasedUntil), leased.Sequence);
    }

    /// <summary>
    /// Asks for an operator what became of an attempt, also before its time and where nobody asks any more. What never arrived is sent again in its
    /// time only. A silent provider changes nothing then.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="origin">Who asks.</param>
    public async Task<Recovered> AskAgainAsync(Attempt attempt, Origin origin)
    {
        if (attempt.DueAt <= clock.GetUtcNow())
            return await RecoverAsync(attempt, origin);
        var answer = await AskAsync(attempt);
        return answer.Verdict is Verdict.Approved or Verdict.Declined
            ? await RecordAsync(attempt, origin, answer, attempt.Events)
            : Recovered.Unanswered;
    }

    /// <summary>Notes that an attempt on whose time had come could not be asked for, so that it gets its turn again like any other.</summary>
    public Task<Recovered> NoteUnansweredAsync(Attempt attempt, Origin origin) =>
        RecordAsync(attempt, origin, ProviderAnswer.Unknown, askedAfter: null);

    /// <summary>Takes news in; where they lead to the next question, such as a capture, asks it.</summary>
    public async Task<Outcome> TakeAsync(PaymentNews news)
    {
        var taken = await engine.SubmitAsync(news);
        await GoOnAsync(taken, news.Origin);
        return taken;
    }

    /// <summary>
    /// Takes in what a provider told by itself. Where that contradicts what the books hold for settled, what came later need not be what
    /// happened later: the provider is asked which of the two holds. Refused with <see cref="Refusal.UnderWay"/> where it does not say so now.
    /// </summary>
    public async Task<Outcome> TakeNoticeAsync(TakeAnswer notice)
    {
        // Recovery asks for a void by itself, and why it was declined.
        if (notice is { About: { Verb: Verb.Void, IsSettled: false }, Answer.Verdict: Verdict.Declined })
            return Outcome.Refused(Refusal.AttemptSettled);
        var contradicts = notice.About.IsSettled && notice.Answer.Verdict is Verdict.Approved or Verdict.Declined
            && (notice.About.Status == AttemptStatus.Approved) != (notice.Answer.Verdict == Verdict.Approved);
        var answer = contradicts ? await AskAsync(notice.About) : notice.Answer;
        if (contradicts && answer.Verdict is not (Verdict.Approved or Verdict.Declined))
            return Outcome.Refused(Refusal.UnderWay);
        var taken = await TellAsync(notice with { Answer = answer, AskedAfter = notice.About.Events });
        await GoOnAsync(taken, notice.Origin);
        return taken.Faults.Any(fault => fault.Refusal == Refusal.AttemptOvertaken) ? Outcome.Refused(Refusal.UnderWay) : taken;
    }

    private async Task<Outcome> AnswerAsync(Command command, Outcome outcome)
    {
        for (var until = clock.GetUtcNow() + WaitsFor; ;)
        {
            var (answered, isUnanswered) = await AnsweredAsync(command, outcome);
            if (answered is not null)
                return answered;
            // Who has been silent once may be silent for long.
            if (isUnanswered || clock.GetUtcNow() >= until || _winding.IsCancellationRequested)
                return UnderWay(outcome);
            await Task.Delay(LooksEvery, clock);
        }
    }

    /// <summary>The outcome with what came of it; null while a provider is being asked, and whether it has been silent.</summary>
    private async Task<(Outcome? Answered, bool IsUnanswered)> AnsweredAsync(Command command, Outcome outcome)
    {
        if (command.AsksForRefund)
        {
            var refund = await books.RefundAsync(new RefundId(command.Origin.Merchant, outcome.Subject), outcome.Sequence, CancellationToken.None);
            return (refund is { IsUnderWay: true } ? null : outcome with { Refund = refund }, false);
        }

        var id = new PaymentId(command.Origin.Merchant, outcome.Subject);
        var payment = command.WaitsForDecision
            ? await books.DecidedPaymentAsync(id, outcome.Sequence, CancellationToken.None)
            : await books.PaymentAsync(id, outcome.Sequence, CancellationToken.None);
        return payment is { IsUnderWay: true } ? (null, payment.IsUnanswered) : (outcome with { Payment = payment }, false);
    }

    private static Outcome UnderWay(Outcome outcome) => Outcome.Refused(Refusal.UnderWay) with { Attempts = outcome.Attempts };

    private async Task<Recovered> RecordAsync(Attempt attempt, Origin origin, ProviderAnswer answer, int? askedAfter)
    {
        var isDeclinedRelease = attempt.Verb == Verb.Void && answer.Verdict == Verdict.Declined;
        var explained = isDeclinedRelease ? await ExplainedAsync(attempt, answer, origin) : answer;
        answer = explained ?? ProviderAnswer.Unknown;
        var isTired = answer.Verdict == Verdict.Unknown && attempt.Unanswered + 1 >= AttemptSchedule.GivesUpAfter;
        var givesUp = explained is null || isTired;
        var taken = await TellAsync(new TakeAnswer(origin, attempt, answer)
        {
            Schedule = schedule,
            AskedAfter = askedAfter,
            GivesUp = givesUp,
            Note = explained is null ? NotReleased : isTired ? $"No clear answer to {AttemptSchedule.GivesUpAfter} questions." : null,
        });
        await GoOnAsync(taken, origin);
        if (!taken.Accepted)
            return Recovered.NotDue;
        if (givesUp)
            return explained is null ? Recovered.NotReleased : Recovered.GivenUp;
        return answer.Verdict == Verdict.Unknown ? Recovered.Unanswered : Recovered.Answered;
    }

    /// <summary>
    /// Explains a declined void. A provider that does not release money may have taken it, even if it said otherwise: then it is booked
    /// now. Null where no answer of the provider explains the decline.
    /// </summary>
    private async Task<ProviderAnswer?> ExplainedAsync(Attempt release, ProviderAnswer declined, Origin origin)
    {
        var all = await attempts.OfPaymentAsync(release.Payment, CancellationToken.None);
        var asked = all.FirstOrDefault(attempt => attempt.Verb == Verb.Capture) ?? all.First(attempt => attempt.Verb == Verb.Authorise);
        var found = await AskAsync(asked);
        switch (found.Verdict)
        {
            case Verdict.Approved when asked.Verb == Verb.Capture:
                var taken = await TakeAsync(new TakeAnswer(origin, asked, found) { AskedAfter = asked.Events });
                return taken.Accepted || taken.Faults.Any(fault => fault.Refusal == Refusal.AttemptSettled) ? declined : ProviderAnswer.Unknown;
            case Verdict.Declined when asked.Verb == Verb.Authorise || declined.Reason == DeclineReason.AuthorisationInvalid:
            case Verdict.NotFound when asked.Verb == Verb.Authorise:
                return declined;
            case Verdict.Unknown or Verdict.Pending:
                return ProviderAnswer.Unknown;
            default:
                return null;
        }
    }

    /// <summary>Asks for what news led to. The news are in the books, so a failure here is no failure to take them.</summary>
    private async Task GoOnAsync(Outcome taken, Origin origin)
    {
        if (taken.Attempt is not { } next)
            return;
        try
        {
            await CarryOutAsync(next, origin);
        }
        catch (Exception trouble)
        {
            Interrupted?.Invoke(next.Payment.Value, trouble);
        }
    }

    /// <summary>Asks for what was begun, one attempt after the other, until the payment has an answer.</summary>
    private async Task CarryOutAsync(Attempt begun, Origin origin, SecurityCode? code = null)
    {
        // Nobody waits for a reservation that is only given back: recovery sees to it.
        for (var attempt = begun; attempt is { Verb: Verb.Authorise or Verb.Capture or Verb.Refund };)
        {
            var answer = await SendAsync(attempt, attempt.DueAt, code);
            attempt = (await TellAsync(new TakeAnswer(origin, attempt, answer) { AskedAfter = attempt.Events, Schedule = schedule })).Attempt;
        }
    }

    /// <summary>Tells the engine what our own call was answered. Refused with <see cref="Refusal.AttemptOvertaken"/> where the books learnt otherwise meanwhile and the provider does not say which holds.</summary>
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
            answer = answer with { About = attempt, Answer = await AskAsync(attempt), AskedAfter = attempt.Events };
            if (answer.Answer.Verdict is not (Verdict.Approved or Verdict.Declined))
                return taken;
        }
    }

    private async Task<ProviderAnswer> AskAsync(Attempt attempt) =>
        await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is { } provider
            ? await AskAsync(attempt, provider)
            : ProviderAnswer.Unknown;

    private Task<ProviderAnswer> AskAsync(Attempt attempt, IProvider provider) => ProviderCall.MakeAsync(
        attempt, isQuestion: true, clock, () => provider.FindAsync(attempt.Verb, RequestOf(attempt), _winding.Token));

    private async Task<ProviderAnswer> FindAsync(Attempt attempt, DateTimeOffset leasedUntil)
    {
        if (await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is not { } provider)
            return ProviderAnswer.Unknown;
        var found = await AskAsync(attempt, provider);
        if (found.Verdict != Verdict.NotFound)
            return found;
        var age = clock.GetUtcNow() - attempt.OpenedAt;
        if (attempt.Verb != Verb.Authorise || age <= AttemptSchedule.SendsAgainFor)
            return await SendAsync(attempt, leasedUntil);

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
        {
            // It was erased meanwhile.
            if (await vault.OpenAsync(instrument, CancellationToken.None) is not { } secret)
                return ProviderAnswer.Declined(DeclineReason.InstrumentInvalid);
            request = request with { SecurityCode = code, Instrument = secret };
        }

        // Whoever has slept through its lease leaves the attempt to those who hold it now.
        if (clock.GetUtcNow() >= leasedUntil)
            return ProviderAnswer.Unknown;
        return await ProviderCall.MakeAsync(attempt, isQuestion: false, clock, () => attempt.Verb switch
        {
            Verb.Authorise => provider.AuthoriseAsync(request, _winding.Token),
            Verb.Capture => provider.CaptureAsync(request, _winding.Token),
            Verb.Void => provider.VoidAsync(request, _winding.Token),
            Verb.Refund => provider.RefundAsync(request, _winding.Token),
        });
    }

    private static ProviderRequest RequestOf(Attempt attempt) =>
        new(attempt.Id, attempt.Amount) { Authorisation = attempt.Authorisation, Mandate = attempt.Mandate, ReturnTo = attempt.ReturnTo };
}
