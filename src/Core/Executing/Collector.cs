using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Executing;

/// <summary>The result of asking a provider again.</summary>
public enum Recovered
{
    /// <summary>Someone else had taken it on.</summary>
    NotDue,

    /// <summary>The provider's word is in the books.</summary>
    Answered,

    /// <summary>Still no clear answer; it will be asked again.</summary>
    Unanswered,

    /// <summary>No clear answer again, and recovery gives up: an operator has to settle it.</summary>
    GivenUp,

    /// <summary>
    /// The provider declines to release reserved money, and nothing that it says explains why: an operator has to find out.
    /// </summary>
    ReleaseUnexplained,
}

/// <summary>
/// Carries payments out at their providers. It never calls a provider inside a commit: one commit holds the attempt's id and a lease,
/// then the provider is called under that id, and a second commit holds its answer. Where an authorisation captures at once, both
/// calls come between the two. <see cref="RecoverAsync"/> finishes what a crash or an outage interrupts.
/// </summary>
public sealed class Collector(
    PaymentEngine engine, IBooks books, IAttempts attempts, IProviders providers, IVault vault, AttemptSchedule schedule, IHold hold,
    TimeProvider clock) : IDisposable
{
    // A provider may take this long: a repeated request waits as long for the answer to the first one.
    private static readonly TimeSpan WaitsFor = TimeSpan.FromSeconds(20);
    private const string ReleaseUnexplained = "The provider does not release the money, and does not say that it took it.";
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AsksEvery = TimeSpan.FromSeconds(2);

    // One refund may ask for the money of a thousand payments: do not flood the provider.
    private static readonly ParallelOptions Few = new() { MaxDegreeOfParallelism = 4 };

    private readonly CancellationTokenSource _winding = new();

    /// <summary>
    /// Reports an exception after a commit, with the id of its payment or refund. The client gets <see cref="Refusal.UnderWay"/>, and
    /// recovery goes on. The host logs it.
    /// </summary>
    public Action<Guid, Exception>? Interrupted { get; set; }

    /// <summary>Reports that a number left the vault for an attempt. The host logs it.</summary>
    public Action<Attempt>? Opened { get; set; }

    /// <summary>
    /// Reports that a provider answered about an attempt with another id of its own than before: taken as unknown. The host raises an
    /// alert.
    /// </summary>
    public Action<Attempt>? Misnamed { get; set; }

    /// <summary>
    /// Carries a command out; see <see cref="PaymentEngine.SubmitAsync"/>. For a payment through a provider the outcome waits until the
    /// provider answers or its time is up. Refused with <see cref="Refusal.UnderWay"/> where this request (the refusal has its attempt)
    /// or one that it repeats began the payment, and there is no answer yet or the answer can't be read.
    /// </summary>
    /// <param name="patient">Whether to wait instead of a refusal when the queue is full.</param>
    /// <param name="code">The card's security code, if the customer has just given it. No command holds it, so it is never stored.</param>
    public async Task<Outcome> SubmitAsync(Command command, bool patient = false, SecurityCode? code = null)
    {
        var outcome = await engine.SubmitAsync(command, patient);
        if (outcome.Attempts.Count == 0 && !(command.MayAskProvider && outcome.Accepted && (outcome.Replayed || command.AsksForRefund)))
            return outcome;

        try
        {
            if (outcome is { Payment: { IsUnderWay: true } begun, Attempt: { } first })
            {
                var payment = await CarryOutAsync(first, command.Origin, code, begun);
                if (payment is { IsUnderWay: false } && !(command.WaitsForDecision && payment.IsUnanswered))
                    return outcome with { View = payment };
            }
            else
            {
                await Parallel.ForEachAsync(
                    outcome.Attempts, Few, async (attempt, _) => await CarryOutAsync(attempt, command.Origin, code));
            }

            return await AnswerAsync(command, outcome);
        }
        catch (Exception trouble)
        {
            // A client that gets a failure here would pay again, beside the committed payment.
            Interrupted?.Invoke(outcome.Subject, trouble);
            return UnderWay(outcome);
        }
    }

    /// <summary>Stops waiting for providers: open calls end as unknown, and recovery asks later. For a server that is stopping.</summary>
    public void WindUp() => _winding.Cancel();

    public void Dispose() => _winding.Dispose();

    /// <summary>Asks the provider about a due attempt, and sends it again where it never arrived.</summary>
    public async Task<Recovered> RecoverAsync(Attempt attempt, Origin origin)
    {
        var leasedUntil = clock.GetUtcNow() + engine.Lease;
        var leased = await engine.SubmitAsync(new LeaseAttempt(origin, attempt));
        if (!leased.Accepted)
            return Recovered.NotDue;
        return await RecordAsync(attempt, origin, await AskOrSendAgainAsync(attempt, leasedUntil), leased.Sequence);
    }

    /// <summary>
    /// Asks the provider about an attempt for an operator, also before it is due and after recovery gave up. Sends a lost request again
    /// only when the attempt is due. A silent provider changes nothing before that.
    /// </summary>
    public async Task<Recovered> AskAgainAsync(Attempt attempt, Origin origin)
    {
        if (attempt.DueAt <= clock.GetUtcNow())
            return await RecoverAsync(attempt, origin);
        var answer = await AskAsync(attempt);
        return answer.Verdict is Verdict.Approved or Verdict.Declined
            ? await RecordAsync(attempt, origin, answer, attempt.Events)
            : Recovered.Unanswered;
    }

    /// <summary>Notes that the provider could not be asked about a due attempt, so that it becomes due again like any other.</summary>
    public Task<Recovered> NoteUnansweredAsync(Attempt attempt, Origin origin) =>
        RecordAsync(attempt, origin, ProviderAnswer.Unknown, askedAfter: null);

    /// <summary>Commits news of a payment, and carries out the attempt that they open, such as a capture.</summary>
    public async Task<Outcome> CommitNewsAsync(PaymentNews news)
    {
        var taken = await engine.SubmitAsync(news);
        await CarryOutNextAsync(taken, news.Origin);
        return taken;
    }

    /// <summary>
    /// Commits a provider's notice. The later of two contradicting messages need not be the later event, so where the notice
    /// contradicts a settled attempt the provider is asked which of the two holds. Refused with <see cref="Refusal.UnderWay"/> where it
    /// does not say so now.
    /// </summary>
    public async Task<Outcome> TakeNoticeAsync(TakeAnswer notice)
    {
        // Recovery asks about voids, and about the reason of a declined one.
        if (notice is { About: { Verb: Verb.Void, IsSettled: false }, Answer.Verdict: Verdict.Declined })
            return Outcome.Refused(Refusal.AttemptSettled);
        var contradicts = notice.About.IsSettled && notice.Answer.Verdict is Verdict.Approved or Verdict.Declined
            && (notice.About.Status == AttemptStatus.Approved) != (notice.Answer.Verdict == Verdict.Approved);
        var answer = contradicts ? await AskAsync(notice.About) : notice.Answer;
        if (contradicts && answer.Verdict is not (Verdict.Approved or Verdict.Declined))
            return Outcome.Refused(Refusal.UnderWay);
        var taken = await CommitAnswerAsync(notice with { Answer = answer, AskedAfter = notice.About.Events });
        await CarryOutNextAsync(taken, notice.Origin);
        return taken.Faults.Any(fault => fault.Refusal == Refusal.AttemptOvertaken) ? Outcome.Refused(Refusal.UnderWay) : taken;
    }

    /// <summary>
    /// Asks the provider about an attempt of which its notice says only that it changed. Refused with <see cref="Refusal.UnderWay"/> where
    /// the provider does not say now where it stands.
    /// </summary>
    public async Task<Outcome> AskForNoticeAsync(Origin origin, Attempt attempt)
    {
        var answer = await AskAsync(attempt);
        return answer.Verdict is Verdict.Unknown or Verdict.NotFound
            ? Outcome.Refused(Refusal.UnderWay)
            : await TakeNoticeAsync(new TakeAnswer(origin, attempt, answer));
    }

    /// <summary>Asks a provider about a dispute; see <see cref="IDisputeLookup.FindDisputeAsync"/>.</summary>
    public async Task<(ListedDispute? Dispute, bool IsKnown)> FindDisputeAsync(
        MerchantId merchant, string provider, string dispute, CancellationToken cancel) =>
        await providers.FindAsync(merchant, provider, cancel) is IDisputeLookup lookup
            ? await lookup.FindDisputeAsync(dispute, cancel)
            : (null, false);

    /// <summary>Asks a provider which requests an object carries; see <see cref="IObjectLookup.FindRequestsAsync"/>.</summary>
    public async Task<IReadOnlyList<ListedRequest>?> FindRequestsAsync(
        MerchantId merchant, string provider, string name, CancellationToken cancel) =>
        await providers.FindAsync(merchant, provider, cancel) is IObjectLookup lookup
            ? await lookup.FindRequestsAsync(name, cancel)
            : null;

    /// <summary>Commits what a provider has done already by itself, and asks it for nothing.</summary>
    public Task<Outcome> NoteAsync(Command done) => engine.SubmitAsync(done);

    /// <summary>Asks a provider about a mandate; see <see cref="IMandateLookup.FindMandateAsync"/>.</summary>
    public async Task<(string? Reference, bool IsOver, bool IsKnown)> FindMandateAsync(
        MerchantId merchant, string provider, string name, CancellationToken cancel) =>
        await providers.FindAsync(merchant, provider, cancel) is IMandateLookup lookup
            ? await lookup.FindMandateAsync(name, cancel)
            : (null, false, false);

    private async Task<Outcome> AnswerAsync(Command command, Outcome outcome)
    {
        for (var until = clock.GetUtcNow() + WaitsFor; ;)
        {
            var (answered, isUnanswered) = await AnsweredAsync(command, outcome);
            if (answered is not null)
                return answered;
            // The provider has timed out once; do not hold the caller any longer.
            if (isUnanswered || clock.GetUtcNow() >= until || _winding.IsCancellationRequested)
                return UnderWay(outcome);
            await Task.Delay(LooksEvery, clock);
        }
    }

    /// <summary>
    /// The outcome with its payment or refund; null while a provider is being asked. And whether the provider was silent.
    /// </summary>
    private async Task<(Outcome? Answered, bool IsUnanswered)> AnsweredAsync(Command command, Outcome outcome)
    {
        if (command.AsksForRefund)
        {
            var refund = await books.RefundAsync(
                new RefundId(command.Origin.Merchant, outcome.Subject), outcome.Sequence, CancellationToken.None);
            return (refund is { IsUnderWay: true } ? null : outcome with { View = refund }, false);
        }

        var id = new PaymentId(command.Origin.Merchant, outcome.Subject);
        var payment = command.WaitsForDecision
            ? await books.DecidedPaymentAsync(id, outcome.Sequence, CancellationToken.None)
            : await books.PaymentAsync(id, outcome.Sequence, CancellationToken.None);
        return payment is { IsUnderWay: true } ? (null, payment.IsUnanswered) : (outcome with { View = payment }, false);
    }

    private static Outcome UnderWay(Outcome outcome) => Outcome.Refused(Refusal.UnderWay) with { Changes = outcome.Changes };

    private async Task<Recovered> RecordAsync(Attempt attempt, Origin origin, ProviderAnswer answer, int? askedAfter)
    {
        var isDeclinedRelease = attempt.Verb == Verb.Void && answer.Verdict == Verdict.Declined;
        var explained = isDeclinedRelease ? await ExplainedAsync(attempt, answer, origin) : answer;
        answer = explained ?? ProviderAnswer.Unknown;
        var isTired = answer.Verdict == Verdict.Unknown && attempt.Unanswered + 1 >= AttemptSchedule.GivesUpAfter;
        var givesUp = explained is null || isTired;
        var taken = await CommitAnswerAsync(new TakeAnswer(origin, attempt, answer)
        {
            Schedule = schedule,
            AskedAfter = askedAfter,
            GivesUp = givesUp,
            Note = explained is null ? ReleaseUnexplained
                : isTired ? $"No clear answer to {AttemptSchedule.GivesUpAfter} questions." : null,
        });
        await CarryOutNextAsync(taken, origin);
        if (!taken.Accepted)
            return Recovered.NotDue;
        if (givesUp)
            return explained is null ? Recovered.ReleaseUnexplained : Recovered.GivenUp;
        return answer.Verdict == Verdict.Unknown ? Recovered.Unanswered : Recovered.Answered;
    }

    /// <summary>
    /// Explains a declined void. A provider that does not release money may have taken it, even if it said otherwise: then the capture
    /// is booked now. Null where no answer of the provider explains the decline.
    /// </summary>
    private async Task<ProviderAnswer?> ExplainedAsync(Attempt release, ProviderAnswer declined, Origin origin)
    {
        var all = await attempts.OfPaymentAsync(release.Payment, CancellationToken.None);
        var asked = all.FirstOrDefault(attempt => attempt.Verb == Verb.Capture) ?? all.First(attempt => attempt.Verb == Verb.Authorise);
        var found = await AskAsync(asked);
        switch (found.Verdict)
        {
            case Verdict.Approved when asked.Verb == Verb.Capture:
                var taken = await CommitNewsAsync(new TakeAnswer(origin, asked, found) { AskedAfter = asked.Events, IsConfirmed = true });
                return taken.Accepted || taken.Faults.Any(fault => fault.Refusal == Refusal.AttemptSettled) ? declined
                    : ProviderAnswer.Unknown;
            case Verdict.Declined when found.Reason != DeclineReason.AuthorisationInvalid
                && declined.Reason == DeclineReason.AuthorisationInvalid:
                // Our own capture used the authorisation up before the provider declined it.
                return declined;
            case Verdict.Declined when asked.Verb == Verb.Capture:
                // The provider may have taken the money otherwise, unless the authorisation does not stand either.
                return WithoutMoney(await AskAsync(all.First(attempt => attempt.Id == asked.Authorisation)));
            case Verdict.Approved when await TakeCaptureByHandAsync(asked, origin) is { } isTaken:
                return isTaken ? declined : ProviderAnswer.Unknown;
            case var _ when asked.Verb == Verb.Authorise:
                return WithoutMoney(found);
            case Verdict.Unknown or Verdict.Pending:
                return ProviderAnswer.Unknown;
            default:
                return null;
        }

        ProviderAnswer? WithoutMoney(ProviderAnswer authorisation) => authorisation.Verdict switch
        {
            Verdict.Declined or Verdict.NotFound => declined,
            Verdict.Unknown or Verdict.Pending => ProviderAnswer.Unknown,
            Verdict.Approved => null,
        };
    }

    /// <summary>
    /// Books the capture of an authorisation that a person made at the provider's own console, before the void came. Null where the
    /// provider has none; false where the books do not have it yet.
    /// </summary>
    private async Task<bool?> TakeCaptureByHandAsync(Attempt authorisation, Origin origin)
    {
        var id = AttemptId.Of(authorisation.Payment, Verb.Capture, nth: 1);
        var found = await AskAsync(authorisation.Next(id, Verb.Capture, clock.GetUtcNow(), engine.Lease));
        if (found.Verdict is Verdict.Unknown or Verdict.Pending)
            return false;
        if (found.Verdict != Verdict.Approved)
            return null;
        await NoteAsync(new OpenLostCapture(origin, authorisation, id, authorisation.Amount));
        if (await attempts.FindAsync(id, CancellationToken.None) is not { } capture)
            return null;
        var taken = await CommitNewsAsync(new TakeAnswer(origin, capture, found) { AskedAfter = capture.Events, IsConfirmed = true });
        return taken.Accepted || taken.Faults.Any(fault => fault.Refusal == Refusal.AttemptSettled);
    }

    /// <summary>
    /// Carries out the attempt that news opened. The news are committed already, so a failure here is no failure of theirs.
    /// </summary>
    private async Task CarryOutNextAsync(Outcome taken, Origin origin)
    {
        if (taken.Attempt is not { } next)
            return;
        try
        {
            // A server that died may have asked for the capture together with its authorisation.
            if (next.Verb == Verb.Capture)
                await CommitAnswerAsync(AnswerOf(next, origin, await AskOrSendAgainAsync(next, next.DueAt!.Value)));
            else
                await CarryOutAsync(next, origin);
        }
        catch (Exception trouble)
        {
            Interrupted?.Invoke(next.Payment.Value, trouble);
        }
    }

    /// <summary>Carries out attempts, each opened by the answer to the one before, until the payment has an answer.</summary>
    /// <param name="payment">The payment as the command left it that began the first attempt; null where no answer shows it.</param>
    /// <returns>The payment after all of them; null where it has to be read, as others have changed it meanwhile.</returns>
    private async Task<PaymentView?> CarryOutAsync(Attempt begun, Origin origin, SecurityCode? code = null, PaymentView? payment = null)
    {
        // No client waits for a void: recovery carries it out.
        Attempt? authorisation = null;
        for (var attempt = begun; attempt is { Verb: Verb.Authorise or Verb.Capture or Verb.Refund };)
        {
            var answer = await SendAsync(attempt, attempt.DueAt, code, authorisation);
            authorisation = attempt.Verb != Verb.Authorise ? authorisation
                : attempt with { ProviderReference = attempt.ProviderReference ?? answer.Reference };
            if (answer.Verdict == Verdict.Approved && CaptureOf(attempt, authorisation) is { } capture)
                return await CaptureAsync(attempt, answer, capture, authorisation!, origin, payment);
            var taken = await CommitAnswerAsync(AnswerOf(attempt, origin, answer));
            payment = After(payment, taken);
            attempt = taken.Attempt;
        }

        return payment;
    }

    /// <summary>
    /// The capture that can be asked for before the authorisation's answer is committed; null where the lease may not last for both.
    /// </summary>
    private Attempt? CaptureOf(Attempt attempt, Attempt? authorisation)
    {
        var now = clock.GetUtcNow();
        return attempt.OwnCapture is { } own && now + (engine.Lease / 2) < attempt.DueAt
            ? authorisation?.Next(own, Verb.Capture, now, engine.Lease) : null;
    }

    /// <summary>Captures what the provider has just authorised, and commits both answers together.</summary>
    private async Task<PaymentView?> CaptureAsync(
        Attempt asked, ProviderAnswer approved, Attempt capture, Attempt authorisation, Origin origin, PaymentView? payment)
    {
        ProviderAnswer captured;
        try
        {
            captured = await SendAsync(capture, asked.DueAt, authorisation: authorisation);
        }
        catch (Exception)
        {
            await CommitAnswerAsync(AnswerOf(asked, origin, approved));
            throw;
        }

        var answers = (First: AnswerOf(asked, origin, approved), Second: AnswerOf(capture, origin, captured));
        var (first, second) = engine.SubmitTogether(answers.First, answers.Second);
        var taken = await Task.WhenAll(CommitAnswerAsync(answers.First, first), CommitAnswerAsync(answers.Second, second));
        // Where the payment had failed meanwhile, its authorisation is voided, and by that void recovery learns of the captured money.
        if (taken[1].Faults.Any(fault => fault.Refusal == Refusal.AttemptUnknown) && taken[0].Attempt?.Verb != Verb.Void
            && !await IsDeclinedAsync(capture))
        {
            throw new InvalidOperationException("The payment failed while its provider captured it: compare the books with it.");
        }

        return After(After(payment, taken[0]), taken[1]);
    }

    /// <summary>Whether the provider, which declined the authorisation later, has declined its capture too.</summary>
    private async Task<bool> IsDeclinedAsync(Attempt capture)
    {
        for (var until = clock.GetUtcNow() + WaitsFor; ;)
        {
            var answer = await AskAsync(capture);
            if (answer.Verdict is not (Verdict.Unknown or Verdict.Pending))
                return answer.Verdict != Verdict.Approved;
            if (clock.GetUtcNow() >= until || _winding.IsCancellationRequested)
                return false;
            await Task.Delay(AsksEvery, clock);
        }
    }

    private TakeAnswer AnswerOf(Attempt attempt, Origin origin, ProviderAnswer answer) =>
        new(origin, attempt, answer) { AskedAfter = attempt.Events, Schedule = schedule };

    private static PaymentView? After(PaymentView? payment, Outcome taken) =>
        taken.Changes is { } changes ? payment?.After(changes) : null;

    /// <summary>
    /// Commits the answer to our own call. Refused with <see cref="Refusal.AttemptOvertaken"/> where the books learnt the opposite
    /// meanwhile and the provider does not say which of the two holds.
    /// </summary>
    /// <param name="submitted">Its outcome, where it is submitted already.</param>
    private async Task<Outcome> CommitAnswerAsync(TakeAnswer answer, Task<Outcome>? submitted = null)
    {
        while (true)
        {
            var taken = await (submitted ?? engine.SubmitAsync(answer));
            submitted = null;
            if (!taken.Faults.Any(fault => fault.Refusal == Refusal.AttemptOvertaken)
                || await attempts.FindAsync(answer.About.Id, CancellationToken.None) is not { } attempt)
            {
                return taken;
            }

            // A notice with the opposite outcome came while the answer was on its way. Only the provider knows which holds.
            answer = answer with { About = attempt, Answer = await AskAsync(attempt), AskedAfter = attempt.Events, IsConfirmed = true };
            if (answer.Answer.Verdict is not (Verdict.Approved or Verdict.Declined))
                return taken;
        }
    }

    private async Task<ProviderAnswer> AskAsync(Attempt attempt) =>
        await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is { } provider
            ? await AskAsync(attempt, provider)
            : ProviderAnswer.Unknown;

    private async Task<ProviderAnswer> AskAsync(Attempt attempt, IProvider provider)
    {
        var request = await attempts.RequestOfAsync(attempt, CancellationToken.None);
        return await CallAsync(attempt, isQuestion: true, () => provider.FindAsync(attempt.Verb, request, _winding.Token));
    }

    private async Task<ProviderAnswer> CallAsync(Attempt attempt, bool isQuestion, Func<Task<ProviderAnswer>> call)
    {
        var answer = await ProviderCall.MakeAsync(attempt, isQuestion, clock, call);
        if (!attempt.IsMisnamedBy(answer.Reference))
            return answer;
        Misnamed?.Invoke(attempt);
        return ProviderAnswer.Unknown;
    }

    private async Task<ProviderAnswer> AskOrSendAgainAsync(Attempt attempt, DateTimeOffset leasedUntil)
    {
        if (await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is not { } provider)
            return ProviderAnswer.Unknown;
        var found = await AskAsync(attempt, provider);
        if (found.Verdict != Verdict.NotFound)
            return found;
        var age = clock.GetUtcNow() - attempt.OpenedAt;
        if (attempt.Verb != Verb.Authorise || age <= AttemptSchedule.SendsAgainFor)
            return await SendAsync(attempt, leasedUntil);

        // The last request may still be on its way, so "not found" proves nothing before its lifetime ends.
        return age > AttemptSchedule.SendsAgainFor + engine.Lease + provider.RequestLifetime
            ? ProviderAnswer.Declined(DeclineReason.NeverArrived)
            : ProviderAnswer.Unknown;
    }

    private async Task<ProviderAnswer> SendAsync(
        Attempt attempt, DateTimeOffset? leasedUntil, SecurityCode? code = null, Attempt? authorisation = null)
    {
        // The books may lack what the provider has done: they only ask questions until their release. Recovery then goes on.
        if (hold.IsHeld)
            return ProviderAnswer.Unknown;
        if (await providers.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is not { } provider)
            return ProviderAnswer.Unknown;
        var request = authorisation?.Id == attempt.Authorisation && authorisation is not null
            ? attempt.ToRequest(authorisation) : await attempts.RequestOfAsync(attempt, CancellationToken.None);
        if (attempt.Verb == Verb.Authorise && attempt.Instrument is { } instrument)
        {
            // The instrument was erased meanwhile.
            if (await vault.OpenAsync(instrument, CancellationToken.None) is not { } secret)
                return ProviderAnswer.Declined(DeclineReason.InstrumentInvalid);
            Opened?.Invoke(attempt);
            request = request with { SecurityCode = code, Instrument = secret };
        }

        // The lease has ended, so another server may hold the attempt now: leave it alone.
        if (clock.GetUtcNow() >= leasedUntil)
            return ProviderAnswer.Unknown;
        return await CallAsync(attempt, isQuestion: false, () => attempt.Verb switch
        {
            Verb.Authorise => provider.AuthoriseAsync(request, _winding.Token),
            Verb.Capture => provider.CaptureAsync(request, _winding.Token),
            Verb.Void => provider.VoidAsync(request, _winding.Token),
            Verb.Refund => provider.RefundAsync(request, _winding.Token),
        });
    }
}
