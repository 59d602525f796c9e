using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Collecting;

/// <summary>
/// Begins a payment again that restored books have lost and whose provider has it: under its own id, so that its attempts have the ids
/// that the provider knows. Its money becomes credit, as the books do not know its purpose.
/// </summary>
/// <param name="Authorisation">The attempt as the provider knows it.</param>
public sealed record BeginLostPayment(
    Origin Origin, AccountTarget Account, PaymentId Payment, AttemptId Authorisation, Money Amount, string Provider)
    : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
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
        var changes = new Changes();
        // It captures nothing: a capture that the provider has is taken over by itself.
        new PaymentIntent(account, Payment, Reference.House, Amount, PaymentMethod.Unspecified, Instrument: null, Origin)
        {
            Provider = Provider,
            CapturesAtOnce = false,
        }.AddTo(changes, stamp);
        return Decision.Accepted(changes);
    }
}

/// <summary>Opens the capture of an authorised payment that the provider has made, and that restored books have lost.</summary>
/// <param name="Capture">The attempt as the provider knows it.</param>
/// <param name="Amount">The amount that the provider took. The books know no capture of a part.</param>
public sealed record OpenLostCapture(Origin Origin, Attempt About, AttemptId Capture, Money Amount) : PaymentNews(Origin, About)
{
    private protected override Decision Decide(State state, Attempt attempt, PaymentProgress progress, Stamp stamp)
    {
        if (progress.Payment.Status != PaymentStatus.Authorised)
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
