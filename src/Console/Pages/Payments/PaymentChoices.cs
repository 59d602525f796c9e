using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Payments;

/// <summary>What an operator can do with a payment as it stands.</summary>
internal static class PaymentChoices
{
    /// <summary>Why nothing of it can be refunded; null where something can.</summary>
    public static string? NoRefund(PaymentStory story) => story.View.Payment switch
    {
        { Status: not PaymentStatus.Captured } or { Amount: null } =>
            "The payment's money is not in the books: there is nothing to give back.",
        _ when story.Disputes.Any(dispute => dispute.Status == DisputeStatus.Open) =>
            "The payer disputes the payment: the bank decides who has the money.",
        { RefundableMinor: 0 } => "All of the payment has gone back.",
        _ => null,
    };

    /// <summary>Why none of its credit can be allocated; null where some can.</summary>
    public static string? NoAllocation(PaymentStory story) => story.View.Payment switch
    {
        { Status: not PaymentStatus.Captured } or { Amount: null } => "The payment's money is not in the books.",
        { UnallocatedMinor: <= 0 } => "The payment has no credit left.",
        _ => null,
    };

    /// <summary>Why it can't be called off; null where it can.</summary>
    public static string? NoVoid(PaymentStory story) => story.View.Payment.Status switch
    {
        PaymentStatus.Pending when story.Attempts.Count == 0 => null,
        PaymentStatus.Settling when Promise(story) is not null => null,
        PaymentStatus.Authorised when !story.Attempts.Any(attempt => attempt.Verb == Verb.Capture) => null,
        PaymentStatus.Authorised or PaymentStatus.Settling => "Its money is being taken. Once the payment has it, it can be refunded.",
        PaymentStatus.Pending or PaymentStatus.Unknown => "Its provider is asked for the money, and tells what became of it.",
        PaymentStatus.Captured => "The payment has its money, which can be refunded.",
        PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => "The payment has come to nothing already.",
    };

    /// <summary>Why nobody can say that its money came; null where somebody can.</summary>
    public static string? NoCompletion(PaymentStory story) => story.View.Payment switch
    {
        { Status: PaymentStatus.Settling } when Promise(story) is not null => null,
        { Status: not PaymentStatus.Pending } => "The payment does not wait for its money.",
        { Amount: null } => "The payment is a bare record: it names no amount that could come.",
        _ => story.Attempts.Count > 0 ? "Its provider is asked for the money, and tells what became of it." : null,
    };

    /// <summary>Why its instrument can't be charged again; null where it can, for what is still open of the charges it was for.</summary>
    public static string? NoRetry(PaymentStory story) => story.View switch
    {
        { Payment.Status: not (PaymentStatus.Declined or PaymentStatus.Failed) } =>
            "Only a payment that was declined, or failed, is tried again.",
        { Instrument.IsOffered: true, Instrument.Vaulted.Mandate: null or { Status: MandateStatus.Active } } => null,
        { Instrument.Vaulted.Mandate.Status: not MandateStatus.Active } => "The mandate has ended: the customer has to sign a new one.",
        _ => "What it was made with was not kept, so the customer has to enter it again.",
    };

    /// <summary>What is said when a provider was asked again.</summary>
    public static string ToldOfAsking(Recovered recovered) => recovered switch
    {
        Recovered.Answered => "payment-asked",
        Recovered.NotDue => "payment-asked-already",
        Recovered.Unanswered => "payment-unanswered",
        Recovered.GivenUp => "payment-given-up",
        Recovered.NotReleased => "payment-not-released",
    };

    /// <summary>What is said of a payment that was tried again, as it stands.</summary>
    public static string ToldOfRetry(PaymentStatus status) => status switch
    {
        PaymentStatus.Captured => "payment-retried",
        PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => "payment-retry-declined",
        PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised or PaymentStatus.Settling => "payment-retry-asked",
    };

    /// <summary>The attempts of which a provider has still to say the last word.</summary>
    public static IEnumerable<Attempt> Open(PaymentStory story) =>
        story.Attempts.Where(attempt => !attempt.IsSettled && !attempt.WaitsForPeople);

    /// <summary>The money that the customer promised in the widget and has not been seen; null where there is none.</summary>
    public static Attempt? Promise(PaymentStory story) =>
        story.Attempts.FirstOrDefault(attempt => attempt is { Verb: Verb.Capture, WaitsForPeople: true });

    /// <summary>Whether an operator pays this refund out, since no provider does.</summary>
    public static bool IsPayOut(Attempt attempt) => attempt.Verb == Verb.Refund && ClearingProvider.IsConfirmedByPeople(attempt.Provider);

    public static string PaidOutBy(Attempt attempt) =>
        attempt.Provider == ClearingProvider.Gateway ? "at the client's gateway" : "by a transfer from the bank account";

    /// <summary>An amount of the payment's currency.</summary>
    public static Money Of(Payment payment, long minor) => payment.Amount!.Value with { AmountMinor = minor };
}
