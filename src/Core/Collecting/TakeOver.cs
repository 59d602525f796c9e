using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;

namespace Quittance.Core.Collecting;

/// <summary>
/// Begins a payment again that restored books have lost and whose provider has it: under its own id, so that its attempts have the ids
/// that the provider knows. Its money becomes credit, as the books do not know its purpose.
/// </summary>
/// <param name="Authorisation">The attempt as the provider knows it.</param>
public sealed record BeginLostPayment(Origin Origin, AccountTarget Account, PaymentId Payment, AttemptId Authorisation, Money Amount)
    : AccountCommand(Origin, Account)
{
    public required string Provider { get; init; }

    /// <summary>Whether the provider has captured it.</summary>
    public required bool IsCaptured { get; init; }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (Authorisation != AttemptId.Of(Payment, Verb.Authorise, nth: 1))
            return Decision.Refused(Refusal.AttemptUnknown);
        if (state.Payment(Payment) is not null)
            return Decision.Refused(Refusal.AttemptSettled);
        if (Amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        var changes = new Changes();
        new PaymentIntent(account, Payment, Reference.House, Amount, PaymentMethod.Unspecified, Instrument: null, Origin)
        {
            Provider = Provider,
            CapturesAtOnce = IsCaptured,
        }.AddTo(changes, stamp);
        return Decision.Accepted(changes);
    }
}

/// <summary>Opens the capture of an authorised payment that the provider has made, and that restored books have lost.</summary>
/// <param name="Capture">The attempt as the provider knows it.</param>
public sealed record OpenLostCapture(Origin Origin, Attempt About, AttemptId Capture) : PaymentNews(Origin, About)
{
    private protected override Decision Decide(State state, Attempt attempt, PaymentProgress progress, Stamp stamp)
    {
        if (progress.Payment.Status != PaymentStatus.Authorised)
            return Decision.Refused(Refusal.PaymentNotPending);
        if (Capture != state.NextAttempt(progress.Payment.Id, Verb.Capture))
            return Decision.Refused(Refusal.AttemptUnknown);
        progress.Move(EventType.PaymentCapturing);
        progress.Open(Verb.Capture, attempt, stamp.Lease);
        return progress.Accept();
    }
}

/// <summary>Takes over into the books what a provider has and the books lack.</summary>
public sealed class TakeOver(IAttempts attempts, NoticeDesk notices, PaymentEngine engine)
{
    /// <summary>Takes one difference over. Done again, it changes nothing.</summary>
    /// <param name="origin">Under whose name it enters the books.</param>
    /// <param name="records">All that the provider lists.</param>
    /// <param name="newId">Makes the ids of refunds.</param>
    /// <returns>Whether the books have it now; false where an operator must find out.</returns>
    public async Task<bool> TakeAsync(
        Origin origin, ProviderDifference difference, ProviderRecords records, Func<Guid> newId, CancellationToken cancel)
    {
        if (difference.Dispute is { } dispute)
            return await TakeAsync(origin, difference.Provider, dispute, cancel);
        if (difference.Request is not { Amount: { } amount } request)
            return false;
        if (difference.Kind == DifferenceKind.UnknownHere
            && await attempts.FindAsync(new AttemptId(origin.Merchant, request.Id), cancel) is null
            && !await OpenAsync(origin, difference.Provider, request, amount, records, newId, cancel))
        {
            return false;
        }

        return IsTaken(await notices.ProcessAsync(
            origin, difference.Provider,
            new RequestChanged(request.ChangedAt, request.Id, request.Verb, request.Answer.Verdict, request.Answer.Reason, amount),
            cancel));
    }

    /// <summary>Opens the attempt that the provider has. What it said then enters the books like a notice.</summary>
    private async Task<bool> OpenAsync(
        Origin origin, string provider, ListedRequest request, Money amount, ProviderRecords records, Func<Guid> newId,
        CancellationToken cancel)
    {
        var id = new AttemptId(origin.Merchant, request.Id);
        if (request.Verb == Verb.Authorise)
        {
            return request is { Payment: { } payment, Account: { } account } && (await engine.SubmitAsync(new BeginLostPayment(
                origin, AccountTarget.Named(Reference.ToAccountId(origin.Merchant, account)), new PaymentId(origin.Merchant, payment), id,
                amount)
            {
                Provider = provider,
                IsCaptured = records.Requests.Any(other => other.Verb == Verb.Capture && other.Authorisation == request.Id),
            })).Accepted;
        }

        if (await attempts.FindAsync(new AttemptId(origin.Merchant, request.Authorisation), cancel) is not { } authorisation)
            return false;
        Command command = request.Verb switch
        {
            Verb.Capture => new OpenLostCapture(origin, authorisation, id),
            Verb.Void => new VoidPayment(origin, authorisation.Target, authorisation.Payment),
            Verb.Refund => new RefundPayment(
                origin, authorisation.Target, authorisation.Payment, new RefundId(origin.Merchant, newId()), Reference.House)
            {
                Amount = amount,
                TakenOver = id,
            },
            Verb.Authorise => throw new InvalidOperationException("It was begun above."),
        };
        return (await engine.SubmitAsync(command)).Accepted;
    }

    private async Task<bool> TakeAsync(Origin origin, string provider, ListedDispute dispute, CancellationToken cancel)
    {
        var opened = await notices.ProcessAsync(
            origin, provider,
            new DisputeOpened(dispute.ChangedAt, dispute.Reference, dispute.Kind, dispute.Authorisation, dispute.Amount, dispute.Fee),
            cancel);
        if (!IsTaken(opened) || dispute.State == ListedDisputeState.Open)
            return IsTaken(opened);
        return IsTaken(await notices.ProcessAsync(
            origin, provider,
            dispute.State == ListedDisputeState.Won
                ? new DisputeWon(dispute.ChangedAt, dispute.Reference, dispute.Kind, dispute.Authorisation, dispute.Amount, dispute.Fee)
                : new DisputeLost(dispute.ChangedAt, dispute.Reference, dispute.Kind, dispute.Authorisation, dispute.Amount, dispute.Fee),
            cancel));
    }

    private static bool IsTaken(NoticeOutcome outcome) => outcome is NoticeOutcome.Taken or NoticeOutcome.NoNews;
}
