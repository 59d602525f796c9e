using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;

namespace Quittance.Core.Executing;

/// <summary>
/// Books the outcome of an attempt from the provider's answer, its notice or an operator, in any order and any number of times. A later
/// word of the provider wins over an earlier one, and money is never booked twice. Refused with <see cref="Refusal.AttemptSettled"/>
/// where it is no news.
/// </summary>
public sealed record TakeAnswer(Origin Origin, Attempt About, ProviderAnswer Answer) : PaymentNews(Origin, About)
{
    /// <summary>The operator's reason; null for a provider's own word.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// Whether it calls off a debit that no file has: the payment is cancelled. A bank that rejects one has the payment fail.
    /// </summary>
    public bool CallsOff { get; init; }

    /// <summary>Gives up asking. Only together with <see cref="Verdict.Unknown"/>.</summary>
    public bool GivesUp { get; init; }

    /// <summary>
    /// The attempt's number of events when the server asked the provider or when the operator looked at it; null for a notice. Where
    /// the books have learnt the opposite since, the answer is refused with <see cref="Refusal.AttemptOvertaken"/>.
    /// </summary>
    public int? AskedAfter { get; init; }

    /// <summary>Whether the provider gave the answer when it was asked about <see cref="Refusal.AttemptOvertaken"/>.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>When to ask again where the provider gives no clear answer.</summary>
    public AttemptSchedule Schedule { get; init; } = new();

    // A late approval settles the charges that are open by then, also that of an authorisation that was declined before. If the caller
    // has not read that decline, the books have more events than the caller read.
    private protected override bool MaySettleOldest => Answer.Verdict == Verdict.Approved && About.Verb switch
    {
        Verb.Capture => true,
        Verb.Authorise => About.Status == AttemptStatus.Declined || AskedAfter != About.Events,
        Verb.Refund or Verb.Void => false,
    };

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Dispute.OfPayment, About.Payment);
        if (About.Verb == Verb.Capture)
            wanted.Add(Booking.OfPayment, About.Payment);
        // Of a decline, the customer is told where the bank had the debit.
        if ((Note is not null || Answer.Verdict == Verdict.Declined) && About.Provider == ClearingProvider.Bank)
            wanted.Add(Debit.WithCollection, About.Id);
        if (About.Verb != Verb.Refund && ClearingProvider.IsConfirmedByPeople(About.Provider))
            MoneyTakenBack.Want(wanted, About.Payment);
        if (About.Verb != Verb.Refund)
            return;
        wanted.Add(Refund.OfPayment, About.Payment);
        if (ClearingProvider.IsConfirmedByPeople(About.Provider))
        {
            wanted.Add(SettlementLine.OfPayment, About.Payment);
            wanted.Add(Debit.WithCollection, About.Id);
        }
    }

    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        // It is about another request of the provider's, so it says nothing about this one.
        if (attempt.IsMisnamedBy(Answer.Reference))
            return attempt.IsSettled ? Decision.Refused(Refusal.AttemptSettled) : Unanswered(attempt, progress, stamp);
        var isNamed = attempt.ProviderReference is null && Answer.Reference is not null;
        var named = isNamed ? attempt with { ProviderReference = Answer.Reference } : attempt;
        if (!IsNews(named))
            return isNamed ? Named(named, progress) : Decision.Refused(Refusal.AttemptSettled);
        return Judge(state, named, progress, stamp);
    }

    private bool IsNews(Attempt attempt) => Answer.Verdict switch
    {
        Verdict.Approved => attempt.Status != AttemptStatus.Approved,
        Verdict.Declined => attempt.Status != AttemptStatus.Declined,
        Verdict.Pending or Verdict.Unknown or Verdict.NotFound => !attempt.IsSettled,
    };

    private Decision Judge(State state, Attempt attempt, PaymentChanges progress, Stamp stamp) => Answer.Verdict switch
    {
        Verdict.Approved or Verdict.Declined when IsOvertaken(attempt) => Decision.Refused(Refusal.AttemptOvertaken),
        Verdict.Approved or Verdict.Declined when IsNotHandedOut(state, attempt) => Decision.Refused(Refusal.CollectionChanged),
        Verdict.Approved when NeedsConfirmation(state, attempt, progress.Payment) => Decision.Refused(Refusal.AttemptOvertaken),
        Verdict.Approved when Note is not null && IsPaidOtherwise(state, attempt) => Decision.Refused(Refusal.NothingDue),
        Verdict.Approved => Approved(attempt, progress, stamp),
        Verdict.Declined when HasLeft(state, attempt, progress) => Decision.Refused(Refusal.SettlementBooked),
        Verdict.Declined when (CallsOff || attempt.Verb == Verb.Refund) && state.IsInFile(attempt.Id) =>
            Decision.Refused(Refusal.CollectionChanged),
        Verdict.Declined when Note is not null && attempt.IsPerhapsSent(stamp.RestoredAt) && !state.IsInFile(attempt.Id) =>
            Decision.Refused(Refusal.PerhapsSent),
        Verdict.Declined => Declined(state, attempt, progress),
        Verdict.Pending when NeedsAbsentCustomer(attempt) => Unconfirmed(attempt, progress),
        Verdict.Pending => Pending(attempt, progress, stamp),
        Verdict.Unknown or Verdict.NotFound => Unanswered(attempt, progress, stamp),
    };

    /// <summary>
    /// Whether other money has settled all charges of an announced transfer. Then an operator can't confirm the transfer, because no
    /// statement shows its money; if it comes, its line books it.
    /// </summary>
    private static bool IsPaidOtherwise(State state, Attempt attempt) => attempt.WaitsForTransfer && state.IsPaidOtherwise(attempt.Payment);

    /// <summary>Whether booked lines show that money of this refund has left.</summary>
    private static bool HasLeft(State state, Attempt attempt, PaymentChanges progress)
    {
        if (attempt.Verb != Verb.Refund || !ClearingProvider.IsConfirmedByPeople(attempt.Provider))
            return false;
        var ownMinor = attempt.Status == AttemptStatus.Approved ? RefundAnswers.RefundOf(progress, attempt).CoveredMinor : 0;
        return PayOut.UnseenMinor(state, progress.Payment) < ownMinor;
    }

    /// <summary>
    /// Whether an operator judges a debit that the bank can't have yet. Its collection is called off, and not the debit alone: the file
    /// would collect it all the same.
    /// </summary>
    private bool IsNotHandedOut(State state, Attempt attempt) => Note is not null && attempt.Verb == Verb.Capture
        && state.Debit(attempt.Id) is { IsLeftOut: false } debit
        && state.Collection(debit.Collection) is not { MayBeCalledOff: false };

    private static Decision Named(Attempt attempt, PaymentChanges progress)
    {
        progress.Put(attempt, EventType.AttemptNamed);
        return progress.Accept();
    }

    /// <summary>Whether the books have learnt the opposite since the question: the later message need not be the later event.</summary>
    private bool IsOvertaken(Attempt attempt) =>
        attempt.IsSettled && AskedAfter < attempt.Events
            && (attempt.Status == AttemptStatus.Approved) != (Answer.Verdict == Verdict.Approved);

    /// <summary>
    /// Whether an approval would book money on an authorisation that the provider has declined. The approval may be the older of the two.
    /// </summary>
    private bool NeedsConfirmation(State state, Attempt attempt, Payment payment) =>
        !IsConfirmed && Note is null && attempt.Verb == Verb.Capture && payment.Status != PaymentStatus.Captured
            && DeclinedAuthorisations(state, attempt).Any();

    private static IEnumerable<Attempt> DeclinedAuthorisations(State state, Attempt capture) => state.AttemptsOf(capture.Payment)
        .Where(attempt => attempt.Id == capture.Authorisation && attempt.Status == AttemptStatus.Declined);

    /// <summary>Whether the provider asks for a redirect (3-D Secure) and no customer is present.</summary>
    private bool NeedsAbsentCustomer(Attempt attempt) =>
        attempt is { Verb: Verb.Authorise, ReturnTo: null } && Answer.RedirectTo is not null;

    /// <summary>
    /// Declines the authorisation, since no customer can confirm it, and voids it, so that a later confirmation charges no one.
    /// </summary>
    private static Decision Unconfirmed(Attempt attempt, PaymentChanges progress)
    {
        progress.Put(
            attempt with { Status = AttemptStatus.Declined, Reason = DeclineReason.NotConfirmed, DueAt = null }, EventType.AttemptDeclined);
        var isUnderWay = progress.Payment.Status is PaymentStatus.Pending or PaymentStatus.Unknown;
        if (isUnderWay)
            progress.Fail(EventType.PaymentDeclined, PaymentStatus.Declined, DeclineReason.NotConfirmed);
        else
            progress.Move(EventType.PaymentVoiding);
        progress.Release();
        progress.Open(Verb.Void, attempt, TimeSpan.Zero);
        return progress.Accept();
    }

    private Decision Approved(Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        progress.Put(Settled(attempt, AttemptStatus.Approved), EventType.AttemptApproved);
        switch (attempt.Verb)
        {
            case Verb.Authorise:
                Authorised(attempt, progress, stamp);
                break;
            case Verb.Capture when progress.Payment.Status != PaymentStatus.Captured:
                ApproveAgain(progress, attempt);
                // Also for a payment that failed before: the provider has taken the money.
                Capture.Book(progress, attempt);
                break;
            case Verb.Capture:
                Reversals.ReinstateDeclined(progress, attempt);
                break;
            case Verb.Refund:
                RefundAnswers.Confirm(progress, attempt);
                break;
            case Verb.Void:
                break;
        }

        return progress.Accept();
    }

    // The provider took money on an authorisation that it had declined. The decline is past: a later one takes the money back.
    private static void ApproveAgain(PaymentChanges progress, Attempt capture)
    {
        foreach (var authorisation in DeclinedAuthorisations(progress.State, capture))
            progress.Put(authorisation with { Status = AttemptStatus.Approved, Reason = null }, EventType.AttemptApproved);
    }

    private static void Authorised(Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (progress.Payment.Status == PaymentStatus.Captured)
        {
            Reversals.ReinstateDeclined(progress, attempt);
        }
        else if (progress.Payment.Status is not (PaymentStatus.Pending or PaymentStatus.Unknown))
        {
            // The payment failed before, and the customer may have paid in another way: give the money back.
            progress.Move(EventType.PaymentVoiding);
            progress.Open(Verb.Void, attempt, TimeSpan.Zero);
        }
        else if (attempt.WaitsForCustomer && progress.State.IsPaidOtherwise(attempt.Payment))
        {
            // While the customer was at the bank, other money settled all that this was for: give it back uncaptured.
            progress.Move(EventType.PaymentCancelled, PaymentStatus.Cancelled);
            progress.Release();
            progress.Open(Verb.Void, attempt, TimeSpan.Zero);
        }
        else if (attempt.CapturesAtOnce)
        {
            progress.Move(EventType.PaymentCapturing, PaymentStatus.Authorised);
            progress.Open(Verb.Capture, attempt, stamp.Lease);
        }
        else
        {
            progress.Move(EventType.PaymentAuthorised, PaymentStatus.Authorised);
        }
    }

    private Decision Declined(State state, Attempt attempt, PaymentChanges progress)
    {
        progress.Put(Settled(attempt, AttemptStatus.Declined), EventType.AttemptDeclined);
        var payment = progress.Payment;
        switch (attempt.Verb)
        {
            case Verb.Authorise or Verb.Capture when payment.Status == PaymentStatus.Captured && HasCapturedMoney(state, attempt, payment):
                MoneyTakenBack.ReverseDeclined(progress, attempt);
                // The capture was declined late, so the authorisation may still hold the money: void it.
                if (attempt.Verb == Verb.Capture)
                    progress.Open(Verb.Void, attempt, TimeSpan.Zero);
                break;
            case Verb.Authorise when payment.Status is PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised
                or PaymentStatus.Settling:
                FailPayment(progress);
                break;
            case Verb.Capture when payment.Status == PaymentStatus.Settling && attempt.WaitsForPeople:
                progress.Move(EventType.PaymentCancelled, PaymentStatus.Cancelled);
                progress.Release();
                break;
            case Verb.Capture when payment.Status == PaymentStatus.Settling && CallsOff:
                progress.Move(EventType.PaymentCancelled, PaymentStatus.Cancelled);
                progress.Release();
                progress.Open(Verb.Void, attempt, TimeSpan.Zero);
                break;
            case Verb.Capture when payment.Status is PaymentStatus.Authorised or PaymentStatus.Unknown or PaymentStatus.Settling:
                progress.Fail(EventType.PaymentFailed, PaymentStatus.Failed, Answer.Reason);
                progress.Release();
                progress.Open(Verb.Void, attempt, TimeSpan.Zero);
                break;
            case Verb.Refund:
                RefundAnswers.Fail(progress, attempt);
                break;
            case Verb.Authorise or Verb.Capture or Verb.Void:
                break;
        }

        return progress.Accept();
    }

    /// <summary>Whether the captured money depends on this attempt: its capture, or the authorisation of its capture.</summary>
    private static bool HasCapturedMoney(State state, Attempt attempt, Payment payment) => state.AttemptsOf(payment.Id).Any(capture =>
        capture.Verb == Verb.Capture && capture.Status == AttemptStatus.Approved
        && (capture.Id == attempt.Id || capture.Authorisation == attempt.Id));

    private void FailPayment(PaymentChanges progress)
    {
        // The provider did not look at the request, so the decline says nothing about the customer.
        if (Answer.Reason is DeclineReason.RequestRefused or DeclineReason.NeverArrived)
            progress.Fail(EventType.PaymentFailed, PaymentStatus.Failed, Answer.Reason);
        else
            progress.Fail(EventType.PaymentDeclined, PaymentStatus.Declined, Answer.Reason);
        progress.Release();
    }

    private Decision Pending(Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        var redirectTo = Answer.RedirectTo?.AbsoluteUri ?? attempt.RedirectTo;
        var pending = attempt with
        {
            Status = AttemptStatus.Pending,
            Unanswered = 0,
            DueAt = stamp.Now + (redirectTo is null
                ? AttemptSchedule.PendingFor
                : AttemptSchedule.PauseWhileConfirming(stamp.Now - attempt.OpenedAt)),
            RedirectTo = redirectTo,
        };
        progress.Put(pending, EventType.AttemptUnanswered);
        if (attempt.Status != AttemptStatus.Pending)
            NoteSilence(attempt, progress, PaymentStatus.Pending);
        return progress.Accept();
    }

    private Decision Unanswered(Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        var unanswered = attempt.Unanswered + 1;
        var asked = attempt with
        {
            // A provider that works on the attempt still works on it when we can't reach it.
            Status = attempt.Status == AttemptStatus.Pending && !GivesUp ? AttemptStatus.Pending : AttemptStatus.Unknown,
            Unanswered = unanswered,
            Note = GivesUp ? Note : attempt.Note,
            DueAt = GivesUp ? null : stamp.Now + Schedule.PauseAfter(unanswered),
        };
        progress.Put(asked, GivesUp ? EventType.AttemptGivenUp : EventType.AttemptUnanswered);
        if (attempt.Status == AttemptStatus.Open && attempt.Unanswered == 0)
            NoteSilence(attempt, progress, PaymentStatus.Unknown);
        return progress.Accept();
    }

    /// <summary>
    /// The payment's first event for its client while the provider has no answer. An authorised payment stays authorised.
    /// </summary>
    private static void NoteSilence(Attempt attempt, PaymentChanges progress, PaymentStatus status)
    {
        var payment = progress.Payment;
        if (attempt.Verb == Verb.Authorise && payment.Status is PaymentStatus.Pending or PaymentStatus.Unknown)
            progress.Move(EventType.PaymentUnanswered, status == payment.Status ? null : status);
        else if (attempt.Verb == Verb.Capture && status == PaymentStatus.Pending)
            progress.Move(EventType.PaymentCapturePending, payment.Status == PaymentStatus.Authorised ? PaymentStatus.Settling : null);
        else if (attempt.Verb == Verb.Capture)
            progress.Move(EventType.PaymentUnanswered);
        else if (attempt.Verb == Verb.Refund)
            RefundAnswers.Put(progress, RefundAnswers.RefundOf(progress, attempt), EventType.RefundUnanswered);
    }

    private Attempt Settled(Attempt attempt, AttemptStatus status) => attempt with
    {
        Status = status,
        Reason = status == AttemptStatus.Declined ? Answer.Reason ?? DeclineReason.Declined : null,
        IsJudged = Note is not null,
        Note = Note ?? attempt.Note,
        DueAt = null,
    };
}
