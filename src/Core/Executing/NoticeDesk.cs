using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;

namespace Quittance.Core.Executing;

public enum NoticeOutcome
{
    /// <summary>It is not processed yet.</summary>
    Received,

    /// <summary>The books have what it says.</summary>
    Taken,

    /// <summary>The books knew it already.</summary>
    NoNews,

    /// <summary>
    /// It is about something that the books do not show yet, such as the end of a dispute whose beginning is still on its way; or it
    /// contradicts them, and the provider can't be asked just now.
    /// </summary>
    Early,

    /// <summary>We never sent this provider such a request.</summary>
    Unmatched,

    /// <summary>It contradicts our request: nothing is booked, and an operator should look at it.</summary>
    Contradicts,

    /// <summary>
    /// It opens a dispute that, with the other disputes of the payment that are not won, is more than the payment. It waits for the notice
    /// that one of them is won; an operator should look at it.
    /// </summary>
    Exceeds,

    /// <summary>
    /// A person made it at the provider's own console, or the provider by itself, and the books can't take it over: an operator should
    /// look at it. It is tried again, as another notice may explain it.
    /// </summary>
    OnlyThere,
}

/// <summary>Books providers' notices: in any order, any number of times, before or after the answer to our own call.</summary>
/// <param name="attempts">Reads attempts.</param>
/// <param name="books">Reads payments.</param>
/// <param name="mandates">Reads mandates.</param>
/// <param name="links">Reads the payment link by which a lost payment was made.</param>
/// <param name="sessions">Reads the sessions of payment links.</param>
/// <param name="collector">Asks the providers.</param>
public sealed class NoticeDesk(
    IAttempts attempts, IBooks books, IMandates mandates, ILinks links, ISessions sessions, Collector collector)
{
    // A server asks for a capture at once, so its authorisation is not much older than the provider's word.
    private static readonly TimeSpan LongestBetween = TimeSpan.FromDays(1);

    /// <summary>Processes a notice. Processing it again does nothing.</summary>
    /// <param name="origin">Under whose name it enters the books.</param>
    /// <param name="provider">The provider that sent it.</param>
    /// <param name="cancel">Ends the reading; a commit that has begun ends.</param>
    public async Task<NoticeOutcome> ProcessAsync(Origin origin, string provider, ProviderNotice notice, CancellationToken cancel)
    {
        switch (notice)
        {
            case DisputeTouched dispute:
                return await AskAboutAsync(origin, provider, dispute, cancel);
            case ObjectTouched touched:
                return await AskAboutAsync(origin, provider, touched, cancel);
            case MandateTouched mandate:
                return await AskAboutAsync(origin, provider, mandate, cancel);
        }

        var id = notice switch
        {
            RequestChanged changed => changed.Request,
            RequestTouched touched => touched.Request,
            DisputeNotice dispute => dispute.Authorisation,
            SettlementReported settlement => settlement.Authorisation,
            _ => throw new InvalidOperationException("A kind of notice without a process."),
        };
        var about = new AttemptId(origin.Merchant, id);
        if (await attempts.FindAsync(about, cancel) is null && await attempts.MayBeAskedAsync(about, cancel))
            return NoticeOutcome.Early;
        // The commit that settles the authorisation opens its capture, so look again.
        if (await attempts.FindAsync(about, cancel) is not { } attempt)
            return await OfNoAttemptAsync(origin, provider, notice, about, cancel);
        if (attempt.Provider != provider)
            return NoticeOutcome.Unmatched;

        return notice switch
        {
            RequestChanged changed when changed.Verb != attempt.Verb || changed.Amount != attempt.Amount
                || attempt.IsMisnamedBy(changed.Reference) => NoticeOutcome.Contradicts,
            RequestChanged changed => Of(await collector.TakeNoticeAsync(new TakeAnswer(
                origin, attempt, new ProviderAnswer(changed.Verdict, changed.Reason) { Reference = changed.Reference }))),
            RequestTouched => Of(await collector.AskForNoticeAsync(origin, attempt)),
            SettlementReported settlement =>
                await IsCapturedAsync(attempt, settlement.Amount, cancel) ? NoticeOutcome.Taken : NoticeOutcome.Contradicts,
            DisputeNotice dispute when attempt.Verb != Verb.Authorise || dispute.Amount.AmountMinor == 0
                || dispute.Amount.Currency != attempt.Amount.Currency => NoticeOutcome.Contradicts,
            DisputeOpened opened => Of(await collector.CommitNewsAsync(new OpenDispute(
                origin, attempt, opened.Dispute, opened.Kind, opened.Amount.AmountMinor, opened.Fee.AmountMinor)
            {
                IsWon = opened.IsWon || await attempts.HasWonEarlyAsync(attempt, opened.Dispute, cancel),
            })),
            DisputeNotice closed => Of(await collector.CommitNewsAsync(new CloseDispute(origin, attempt, closed.Dispute,
                closed is DisputeWon))),
            _ => throw new InvalidOperationException("A kind of notice without a process."),
        };
    }

    /// <summary>Processes a notice about an attempt that the books do not have.</summary>
    private async Task<NoticeOutcome> OfNoAttemptAsync(
        Origin origin, string provider, ProviderNotice notice, AttemptId about, CancellationToken cancel)
    {
        // A server asked for the capture and died; the provider declined both, and the books opened no capture.
        if (notice is RequestChanged { Verb: Verb.Capture, Verdict: Verdict.Declined }
            && await attempts.HasDeclinedAuthorisationAsync(about, notice.At - LongestBetween, cancel))
        {
            return NoticeOutcome.NoNews;
        }

        // A person refunded it at the provider's own console. Such a capture can't be told from one of ours that restored books lack.
        return notice is RequestChanged { Verb: Verb.Refund, Authorisation: { } of } refund
            ? await TakeAsync(
                origin, provider,
                new ListedRequest(
                    refund.Request, refund.Verb, of, refund.Amount,
                    new ProviderAnswer(refund.Verdict, refund.Reason) { Reference = refund.Reference }, refund.At), cancel)
            : NoticeOutcome.Unmatched;
    }

    /// <summary>
    /// Asks the provider about a dispute. A dispute that the books have already is no news, so notices may come in any order.
    /// </summary>
    private async Task<NoticeOutcome> AskAboutAsync(Origin origin, string provider, DisputeTouched notice, CancellationToken cancel)
    {
        var (found, isKnown) = await collector.FindDisputeAsync(origin.Merchant, provider, notice.Dispute, cancel);
        return found is { } dispute ? await TakeAsync(origin, provider, dispute, cancel)
            : isKnown ? NoticeOutcome.NoNews : NoticeOutcome.Early;
    }

    /// <summary>
    /// Books the beginning and the end of a dispute as the provider has it. A dispute that the books have already is no news.
    /// </summary>
    public async Task<NoticeOutcome> TakeAsync(Origin origin, string provider, ListedDispute dispute, CancellationToken cancel)
    {
        // The provider's word for it is not known here. It may say more later.
        if (dispute.State == ListedDisputeState.Unknown)
            return NoticeOutcome.Early;
        var (at, name, kind, authorisation, amount, fee) =
            (dispute.ChangedAt, dispute.Reference, dispute.Kind, dispute.Authorisation, dispute.Amount, dispute.Fee);
        var opened = await ProcessAsync(
            origin, provider,
            new DisputeOpened(at, name, kind, authorisation, amount, fee) { IsWon = dispute.State == ListedDisputeState.Won }, cancel);
        if (dispute.State == ListedDisputeState.Open || opened is not (NoticeOutcome.Taken or NoticeOutcome.NoNews))
            return opened;
        return await ProcessAsync(
            origin, provider,
            dispute.State == ListedDisputeState.Won
                ? new DisputeWon(at, name, kind, authorisation, amount, fee)
                : new DisputeLost(at, name, kind, authorisation, amount, fee),
            cancel);
    }

    /// <summary>
    /// Books a request as the provider has it. Where the books lack it, they open its attempt first; the provider's answer then enters the
    /// books like a notice. What the provider declined, and the books lack, has moved no money.
    /// </summary>
    public async Task<NoticeOutcome> TakeAsync(Origin origin, string provider, ListedRequest request, CancellationToken cancel)
    {
        if (request.Answer.Verdict is Verdict.Unknown or Verdict.NotFound)
            return NoticeOutcome.Early;
        if (request.Amount is not { } amount)
            return NoticeOutcome.NoNews;
        var id = new AttemptId(origin.Merchant, request.Id);
        if (await attempts.FindAsync(id, cancel) is null)
        {
            if (request.Answer.Verdict == Verdict.Declined)
                return NoticeOutcome.NoNews;
            if (await OpenAsync(origin, provider, request, id, amount, cancel) is { } trouble)
                return trouble;
        }

        return await ProcessAsync(
            origin, provider,
            new RequestChanged(request.ChangedAt, request.Id, request.Verb, request.Answer.Verdict, request.Answer.Reason, amount)
            {
                Reference = request.Answer.Reference,
            }, cancel);
    }

    /// <summary>Opens the attempt of a request that the provider has and the books lack. Null where they have it then.</summary>
    private async Task<NoticeOutcome?> OpenAsync(
        Origin origin, string provider, ListedRequest request, AttemptId id, Money amount, CancellationToken cancel)
    {
        if (request.Verb == Verb.Authorise)
        {
            if (request is not { Payment: { } payment, Account: { } account })
                return NoticeOutcome.Unmatched;
            var lost = new PaymentId(origin.Merchant, payment);
            var link = await links.OfPaymentAsync(new AccountId(origin.Merchant, account), lost, cancel);
            var begun = await collector.NoteAsync(new BeginLostPayment(
                origin, AccountTarget.Named(Reference.ToAccountId(origin.Merchant, account)), lost, id, amount, provider)
            {
                Link = link,
                Last = link?.Session is { } session ? await sessions.FindAsync(session, cancel) : null,
            });
            return Has(begun) ? null : NoticeOutcome.OnlyThere;
        }

        if (await attempts.FindAsync(new AttemptId(origin.Merchant, request.Authorisation), cancel) is not { } authorisation
            || authorisation.Provider != provider)
        {
            return NoticeOutcome.Unmatched;
        }

        // A server may be asking for it just now.
        if (await attempts.MayBeAskedAsync(id, cancel))
            return NoticeOutcome.Early;
        var opened = await collector.NoteAsync(request.Verb switch
        {
            Verb.Capture => new OpenLostCapture(origin, authorisation, id, amount),
            Verb.Void => new VoidPayment(origin, authorisation.Target, authorisation.Payment) { TakenOver = id },
            Verb.Refund => RefundPayment.OfTakenOver(origin, authorisation, id, amount, request.Answer.Reference),
            Verb.Authorise => throw new InvalidOperationException("It was begun above."),
        });
        if (Has(opened))
            return null;
        // The books may learn soon that the payment is authorised, or captured.
        return (await attempts.OfPaymentAsync(authorisation.Payment, cancel)).Any(attempt => !attempt.IsSettled)
            ? NoticeOutcome.Early : NoticeOutcome.OnlyThere;

        // Another one may have opened it meanwhile.
        static bool Has(Outcome outcome) => outcome.Accepted || outcome.Faults.Any(fault => fault.Refusal == Refusal.AttemptSettled);
    }

    /// <summary>
    /// Asks the provider which requests an object carries, and where they stand. One that a person made at the provider's own console is
    /// taken over.
    /// </summary>
    private async Task<NoticeOutcome> AskAboutAsync(Origin origin, string provider, ObjectTouched notice, CancellationToken cancel)
    {
        // A merchant may have other payments at the provider, which are not in the books. While the answer that names one of ours is on its
        // way, the provider alone tells which it is.
        if (notice.Of is { } of && !await attempts.HasUnnamedAsync(origin.Merchant, provider, cancel)
            && !await attempts.HasReferenceAsync(origin.Merchant, provider, of, cancel))
        {
            return NoticeOutcome.NoNews;
        }

        if (await collector.FindRequestsAsync(origin.Merchant, provider, notice.Name, cancel) is not { } requests)
            return NoticeOutcome.Early;
        var outcomes = new List<NoticeOutcome>();
        foreach (var request in requests)
        {
            var isAsked = request.Verb == Verb.Authorise
                || await attempts.FindAsync(new AttemptId(origin.Merchant, request.Id), cancel) is not null;
            outcomes.Add(isAsked ? await ProcessAsync(origin, provider, new RequestTouched(notice.At, request.Id), cancel)
                : await TakeAsync(origin, provider, request, cancel));
        }

        // What comes early is tried again, and the rest is no news then.
        return outcomes.OrderBy(Rank).FirstOrDefault(NoticeOutcome.NoNews);

        static int Rank(NoticeOutcome outcome) => outcome switch
        {
            NoticeOutcome.Early => 0,
            NoticeOutcome.Taken => 2,
            NoticeOutcome.NoNews => 3,
            NoticeOutcome.Received or NoticeOutcome.Unmatched or NoticeOutcome.Contradicts or NoticeOutcome.Exceeds
                or NoticeOutcome.OnlyThere => 1,
        };
    }

    /// <summary>Asks the provider about a mandate. A mandate that is over takes its instrument away.</summary>
    private async Task<NoticeOutcome> AskAboutAsync(Origin origin, string provider, MandateTouched notice, CancellationToken cancel)
    {
        var (reference, isOver, isKnown) = await collector.FindMandateAsync(origin.Merchant, provider, notice.Name, cancel);
        if (!isKnown)
            return NoticeOutcome.Early;
        if (reference is null || !isOver
            || await mandates.FindAsync(origin.Merchant, provider, reference, cancel) is not var (instrument, account))
        {
            return NoticeOutcome.NoNews;
        }

        var removed = await collector.SubmitAsync(new RemoveInstrument(origin, account, instrument) { IsMandateOver = true });
        // Somebody has removed it already.
        return removed.Accepted ? NoticeOutcome.Taken
            : removed.Faults[0].Refusal == Refusal.InstrumentUnknown ? NoticeOutcome.NoNews : NoticeOutcome.Early;
    }

    /// <summary>Whether the books have the money of an authorisation, and this amount.</summary>
    private async Task<bool> IsCapturedAsync(Attempt attempt, Money amount, CancellationToken cancel) =>
        attempt.Verb == Verb.Authorise && attempt.Amount == amount
        && await books.PaymentAsync(attempt.Payment, asOf: null, cancel) is { Payment.Status: PaymentStatus.Captured };

    private static NoticeOutcome Of(Outcome outcome) => outcome.Accepted
        ? NoticeOutcome.Taken
        : outcome.Faults[0].Refusal switch
        {
            Refusal.AttemptSettled => NoticeOutcome.NoNews,
            Refusal.AttemptOvertaken => NoticeOutcome.Contradicts,
            Refusal.ExceedsRefundable => NoticeOutcome.Exceeds,
            _ => NoticeOutcome.Early,
        };
}
