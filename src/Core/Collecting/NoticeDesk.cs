using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Providers;

namespace Quittance.Core.Collecting;

/// <summary>What became of a notice.</summary>
public enum NoticeOutcome
{
    /// <summary>It waits to be processed.</summary>
    Received,

    /// <summary>What it says is in the books.</summary>
    Taken,

    /// <summary>The books knew it already.</summary>
    NoNews,

    /// <summary>
    /// It is about something that the books do not show yet, such as the end of a dispute whose beginning is still on its way; or it
    /// contradicts them, and the provider can't be asked just now.
    /// </summary>
    Early,

    /// <summary>It is about nothing that we ever asked this provider for.</summary>
    Unmatched,

    /// <summary>What it says contradicts what we asked for: nothing was booked, and an operator should look at it.</summary>
    Contradicts,

    /// <summary>
    /// It opens a dispute that, with the other disputes of the payment that are not won, is more than the payment. It waits for the notice
    /// that one of them is won; an operator should look at it.
    /// </summary>
    Exceeds,
}

/// <summary>
/// Takes what providers tell by themselves into the books: in any order, any number of times, before or after the answer to our
/// own call.
/// </summary>
public sealed class NoticeDesk(IAttempts attempts, IBooks books, Collector collector)
{
    /// <summary>Processes a notice. Processing it again does nothing.</summary>
    /// <param name="origin">Under whose name it enters the books.</param>
    /// <param name="provider">The provider that sent it.</param>
    /// <param name="notice">What it says.</param>
    /// <param name="cancel">Ends the reading; what has begun is finished.</param>
    public async Task<NoticeOutcome> ProcessAsync(Origin origin, string provider, ProviderNotice notice, CancellationToken cancel)
    {
        var id = notice switch
        {
            RequestChanged changed => changed.Request,
            DisputeNotice dispute => dispute.Authorisation,
            SettlementReported settlement => settlement.Authorisation,
            _ => throw new InvalidOperationException("A kind of notice that nobody processes."),
        };
        if (await attempts.FindAsync(new AttemptId(origin.Merchant, id), cancel) is not { } attempt || attempt.Provider != provider)
            return NoticeOutcome.Unmatched;

        return notice switch
        {
            RequestChanged changed when changed.Verb != attempt.Verb || changed.Amount != attempt.Amount => NoticeOutcome.Contradicts,
            RequestChanged changed =>
                Of(await collector.TakeNoticeAsync(new TakeAnswer(origin, attempt, new ProviderAnswer(changed.Verdict, changed.Reason)))),
            SettlementReported settlement =>
                await IsCapturedAsync(attempt, settlement.Amount, cancel) ? NoticeOutcome.Taken : NoticeOutcome.Contradicts,
            DisputeNotice dispute when attempt.Verb != Verb.Authorise || dispute.Amount.AmountMinor == 0
                || dispute.Amount.Currency != attempt.Amount.Currency => NoticeOutcome.Contradicts,
            DisputeOpened opened => Of(await collector.TakeAsync(new OpenDispute(
                origin, attempt, opened.Dispute, opened.Kind, opened.Amount.AmountMinor, opened.Fee.AmountMinor)
            {
                IsWon = await attempts.HasWonEarlyAsync(attempt, opened.Dispute, cancel),
            })),
            DisputeNotice closed => Of(await collector.TakeAsync(new CloseDispute(origin, attempt, closed.Dispute, closed is DisputeWon))),
            _ => throw new InvalidOperationException("A kind of notice that nobody processes."),
        };
    }

    /// <summary>Whether the money of an authorisation is in the books, and is this much.</summary>
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
