using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Core.Executing;

/// <summary>
/// Begins a payment again that restored books have lost and whose provider has it: under its own id, so that its attempts have the ids
/// that the provider knows. Its money settles the charges of its payment link; without one it becomes credit, as the books do not know its
/// purpose.
/// </summary>
/// <param name="Authorisation">The attempt as the provider knows it.</param>
public sealed record BeginLostPayment(
    Origin Origin, AccountTarget Account, PaymentId Payment, AttemptId Authorisation, Money Amount, string Provider)
    : AccountCommand(Origin, Account)
{
    /// <summary>The payment link by which the customer paid, as it was read; null for none.</summary>
    public PaymentLink? Link { get; init; }

    /// <summary>The last session of the link, as it was read; null before the link was opened.</summary>
    public Session? Last { get; init; }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
        Link?.Want(wanted);
        if (Last is null)
            return;
        wanted.Add(Session.Shelf, Last.Id);
        if (Last.Payment is { } payment)
            wanted.AddWhole(payment);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        if (Authorisation != AttemptId.Of(Payment, Verb.Authorise, nth: 1))
            return Decision.Refused(Refusal.AttemptUnknown);
        if (state.Payment(Payment) is not null)
            return Decision.Refused(Refusal.AttemptSettled);
        if (Amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        var link = Link is null ? null : state.Link(Link.Id);
        var last = link?.Session is { } id ? state.Session(id) : null;
        if (link?.Session != Link?.Session || last?.Payment != Last?.Payment)
            return Decision.Refused(Refusal.SessionChanged);
        var changes = new Changes();
        var usesUp = link is not null && IsPaidBy(state, link, last);
        if (usesUp)
            UseUp(changes, state, link!, last, stamp);
        new PaymentIntent(account, Payment, Reference.House, Amount, PaymentMethod.Unspecified, Instrument: null, Origin)
        {
            Provider = Provider,
            // A capture that the provider has is taken over by itself. Without one no client would come for the money of a link.
            CapturesAtOnce = usesUp,
            Plan = link?.PlanOf(state, account, Amount),
            Remainder = link is { Charges.Count: 0 } ? Remainder.OldestDueFirst : Remainder.Credit,
        }.AddTo(changes, stamp);
        return Decision.Accepted(changes);
    }

    /// <summary>
    /// Whether the payment is all that the link is for. A link that has another payment, or of which less or more is due by now, stays as
    /// it is: it asks for the rest.
    /// </summary>
    private bool IsPaidBy(State state, PaymentLink link, Session? last) => link.DueIn(state) == Amount
        && !link.Charges.Any(charge => state.ClaimantOf(charge) is not null)
        && (last?.Payment is { } id ? state.Payment(id) : null) is var other && !link.IsSettledBy(other)
        && other is not { Status: PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised };

    /// <summary>Gives the link a session with the payment, as the lost books had one.</summary>
    private void UseUp(Changes changes, State state, PaymentLink link, Session? last, Stamp stamp)
    {
        if (last is { Status: SessionStatus.Open })
        {
            SessionAutopay.Drop(changes, state, last);
            changes.Put(last with { Status = SessionStatus.Expired, Events = last.Events + 1 });
            changes.Put(new Event(last.Id.Value, last.Events + 1, EventType.SessionExpired, null, stamp.Time, Origin, []));
        }

        var session = new SessionId(Origin.Merchant, Origin.Request);
        changes.Put(new Session(
            session, link.Account, link.Slot, link.Installation, SessionScope.Link, Amount, link.Text, [PaymentChoice.CreditCard],
            link.EndsAt)
        {
            ShowsInstruments = false,
            Payment = Payment,
        });
        changes.Put(new Event(session.Value, 1, EventType.SessionOpened, null, stamp.Time, Origin, []));
        changes.Put(link with { Session = session, Events = link.Events + 1 });
        changes.Put(new Event(link.Id.Value, link.Events + 1, EventType.LinkOpened, null, stamp.Time, Origin, []));
    }
}

/// <summary>Opens the capture of an authorised payment that the provider has made, and that restored books have lost.</summary>
/// <param name="Capture">The attempt as the provider knows it.</param>
/// <param name="Amount">The amount that the provider took. The books know no capture of a part.</param>
public sealed record OpenLostCapture(Origin Origin, Attempt About, AttemptId Capture, Money Amount) : PaymentNews(Origin, About)
{
    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        // A provider that has captured a payment does not void it.
        var isToBeVoided = progress.Payment.Status is PaymentStatus.Cancelled or PaymentStatus.Declined or PaymentStatus.Failed
            && state.AttemptsOf(attempt.Payment).Any(one => one is { Verb: Verb.Void, Status: not AttemptStatus.Approved });
        if (progress.Payment.Status != PaymentStatus.Authorised && !isToBeVoided)
            return Decision.Refused(Refusal.PaymentNotPending);
        if (Capture != state.NextAttempt(progress.Payment.Id, Verb.Capture) || Amount != attempt.Amount)
            return Decision.Refused(Refusal.AttemptUnknown);
        progress.Move(EventType.PaymentCapturing);
        progress.Open(Verb.Capture, attempt, stamp.Lease);
        return progress.Accept();
    }
}

/// <summary>
/// Takes over into the books what a provider has and the books lack. It sends no provider anything that moves money, and done again, or
/// twice at once, it changes nothing.
/// </summary>
public sealed class TakeOver(NoticeDesk notices)
{
    /// <summary>
    /// The differences in the order in which they are taken over: payments whose money the provider took before those that it has only
    /// authorised, so that none of these uses up a payment link that another one has paid.
    /// </summary>
    public static IEnumerable<ProviderDifference> InOrder(IReadOnlyList<ProviderDifference> differences)
    {
        var captured = differences.Select(difference => difference.Request)
            .Where(request => request is { Verb: Verb.Capture, Answer.Verdict: Verdict.Approved })
            .Select(request => request!.Authorisation).ToHashSet();
        return differences.Where(difference => difference.CanBeTakenOver)
            .OrderByDescending(difference => difference.Request is { } request && captured.Contains(request.Authorisation));
    }

    /// <summary>Takes one difference over, where that can be done. The next comparison shows whether it was.</summary>
    /// <param name="origin">Under whose name it enters the books.</param>
    public async Task TakeAsync(Origin origin, ProviderDifference difference, CancellationToken cancel)
    {
        if (difference.Dispute is { } dispute)
            await notices.TakeAsync(origin, difference.Provider, dispute, cancel);
        else if (difference.Request is { } request)
            await notices.TakeAsync(origin, difference.Provider, request, cancel);
    }
}
