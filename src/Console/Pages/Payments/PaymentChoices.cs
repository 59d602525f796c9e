using Quittance.Core;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Payments;

/// <summary>The actions that a payment allows an operator, and the reasons where it does not.</summary>
internal static class PaymentChoices
{
    /// <summary>The reason why it can't be refunded; null where it can, in part at least.</summary>
    public static string? NoRefund(PaymentStory story) => story.View.Payment switch
    {
        { Status: not PaymentStatus.Captured } or { Amount: null } =>
            Say("The payment's money is not in the books: there is nothing to refund."),
        _ when story.Disputes.Any(dispute => dispute.Status == DisputeStatus.Open) =>
            Say("The payer disputes the payment: the bank decides who gets the money."),
        { RefundableMinor: 0 } => Say("All of the payment has gone back."),
        _ => null,
    };

    /// <summary>The reason why its credit can't be allocated; null where it can.</summary>
    public static string? NoAllocation(PaymentStory story) => story.View.Payment switch
    {
        { Status: not PaymentStatus.Captured } or { Amount: null } => Say("The payment's money is not in the books."),
        { UnallocatedMinor: <= 0 } => Say("The payment has no credit left."),
        _ => null,
    };

    /// <summary>The reason why it can't be called off; null where it can.</summary>
    public static string? NoVoid(PaymentStory story) => story.View.Payment.Status switch
    {
        PaymentStatus.Pending when story.Attempts.Count == 0 => null,
        PaymentStatus.Settling when Promise(story) is not null || WaitsForFile(story) => null,
        PaymentStatus.Authorised when !story.Attempts.Any(attempt => attempt.Verb == Verb.Capture) => null,
        PaymentStatus.Authorised or PaymentStatus.Settling => Say("The provider is taking the money. After that it can be refunded."),
        PaymentStatus.Pending or PaymentStatus.Unknown => Say("The provider is asked for the money, and has not answered yet."),
        PaymentStatus.Captured => Say("The payment has its money, which can be refunded."),
        PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => Say("The payment has ended without money already."),
    };

    /// <summary>The reason why an operator can't book its money; null where one can.</summary>
    public static string? NoCompletion(PaymentStory story) => story.View.Payment switch
    {
        { Status: PaymentStatus.Settling } when Promise(story) is not null => null,
        { Status: not PaymentStatus.Pending } => Say("The payment does not wait for its money."),
        { Amount: null } => Say("The payment is a bare record: it names no amount that could come."),
        _ => story.Attempts.Count > 0 ? Say("The provider is asked for the money, and has not answered yet.") : null,
    };

    /// <summary>The reason why its instrument can't be charged again for its open charges; null where it can.</summary>
    public static string? NoRetry(PaymentStory story) => RetryByHand.RefusalFor(story.View.Payment, story.View.Instrument) switch
    {
        null => null,
        Refusal.PaymentNotFailed => Say("Only a payment that was declined, or failed, is tried again."),
        _ when story.View.Instrument is { Vaulted.Mandate.Status: not MandateStatus.Active } =>
            Say("The mandate has ended: the customer has to sign a new one."),
        _ => Say("The payment method was not kept, so the customer has to enter it again."),
    };

    /// <summary>The message of <see cref="Layout.Done"/> after a provider was asked again.</summary>
    public static string MessageOf(Recovered recovered) => recovered switch
    {
        Recovered.Answered => "payment-asked",
        Recovered.NotDue => "payment-asked-already",
        Recovered.Unanswered => "payment-unanswered",
        Recovered.GivenUp => "payment-given-up",
        Recovered.ReleaseUnexplained => "payment-not-released",
    };

    /// <summary>
    /// The message of <see cref="Layout.Done"/> after a refund of a payment, or after a request for it; null where the command was refused.
    /// </summary>
    public static async Task<string?> MessageOfRefundAsync(
        this PaymentStories stories, MerchantId merchant, long number, Outcome outcome, CancellationToken cancel)
    {
        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.UnderWay))
            return "payment-refund-asked";
        if (!outcome.Accepted)
            return null;
        var story = (await stories.FindAsync(merchant, number, cancel))!;
        if (outcome.Refund?.Refund is not { } refund)
        {
            var request = story.Approvals.FirstOrDefault(approval => approval.Request.Id.Value == outcome.Subject)?.Request;
            return request?.Status == ApprovalStatus.Void ? "approval-void" : "approval-asked";
        }

        if (refund.Attempt is { } asked && story.Attempts.Any(attempt => attempt.Id == asked && attempt.WaitsForPeople))
            return "payment-refund-to-pay";

        return refund.Status == RefundStatus.Failed ? "payment-refund-failed" : "payment-refunded";
    }

    /// <summary>The message of <see cref="Layout.Done"/> about a payment that tries a failed one again.</summary>
    public static string MessageOf(PaymentStatus status) => status switch
    {
        PaymentStatus.Captured => "payment-retried",
        PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => "payment-retry-declined",
        PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised or PaymentStatus.Settling => "payment-retry-asked",
    };

    /// <summary>The attempts that the provider has not decided.</summary>
    public static IEnumerable<Attempt> Open(PaymentStory story) =>
        story.Attempts.Where(attempt => !attempt.IsSettled && !attempt.WaitsForPeople);

    /// <summary>Whether its debit waits to go to the bank in a file.</summary>
    public static bool WaitsForFile(PaymentStory story) => story.Attempts.Any(attempt => attempt.WaitsForCollection);

    /// <summary>The money that the customer promised in the widget, while it has not come; null for none.</summary>
    public static Attempt? Promise(PaymentStory story) => AwaitedMoney.PromiseIn(story.Attempts);

    /// <summary>Whether an operator pays this refund out, since no provider does.</summary>
    public static bool IsPayOut(Attempt attempt) => attempt.Verb == Verb.Refund && ClearingProvider.IsConfirmedByPeople(attempt.Provider);

    public static string PaidOutBy(Attempt attempt) =>
        attempt.Provider == ClearingProvider.Gateway ? Say("at the client's gateway") : Say("by a transfer from the bank account");

    /// <summary>That a provider did what it was asked for.</summary>
    public static string DidText(Verb verb) => verb switch
    {
        Verb.Authorise => Say("It did reserve the money"),
        Verb.Capture => Say("It did take the money"),
        Verb.Void => Say("It did release the money"),
        Verb.Refund => Say("It did give back the money"),
    };

    /// <summary>An amount of the payment's currency.</summary>
    public static Money Of(Payment payment, long minor) => payment.Amount!.Value with { AmountMinor = minor };
}
