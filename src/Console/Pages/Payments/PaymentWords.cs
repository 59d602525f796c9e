using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Payments;

/// <summary>What operators read for the states and kinds of payments and what surrounds them.</summary>
internal static class PaymentWords
{
    public static string Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => "Waiting",
        PaymentStatus.Captured => "Paid",
        PaymentStatus.Unknown => "Unknown",
        PaymentStatus.Authorised => "Reserved",
        PaymentStatus.Settling => "Settling",
        PaymentStatus.Declined => "Declined",
        PaymentStatus.Failed => "Failed",
        PaymentStatus.Cancelled => "Cancelled",
    };

    public static Tone ToneOf(PaymentStatus status) => status switch
    {
        PaymentStatus.Captured => Tone.Good,
        PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised or PaymentStatus.Settling => Tone.Waiting,
        PaymentStatus.Declined or PaymentStatus.Failed => Tone.Bad,
        PaymentStatus.Cancelled => Tone.Quiet,
    };

    public static string Of(PaymentMethod method) => method switch
    {
        PaymentMethod.Unspecified => "Not said",
        PaymentMethod.Cash => "Cash",
        PaymentMethod.Check => "Cheque",
        PaymentMethod.Voucher => "Voucher",
        PaymentMethod.BankCard => "Card",
        PaymentMethod.TokenizedCard => "Card (token)",
        PaymentMethod.BankAccountDebit => "Direct debit",
        PaymentMethod.BankAccountTransfer => "Bank transfer",
        PaymentMethod.DigitalWallet => "Wallet",
        PaymentMethod.Loyalty => "Loyalty points",
        PaymentMethod.Account => "Other account",
    };

    public static string Of(Verb verb) => verb switch
    {
        Verb.Authorise => "reserve",
        Verb.Capture => "take",
        Verb.Void => "release",
        Verb.Refund => "give back",
    };

    /// <summary>What a provider did.</summary>
    public static string Did(Verb verb) => verb switch
    {
        Verb.Authorise => "reserved",
        Verb.Capture => "took",
        Verb.Void => "released",
        Verb.Refund => "gave back",
    };

    /// <summary>Whether it is money that people pay out.</summary>
    public static bool IsPayOut(Attempt attempt) => attempt.Verb == Verb.Refund && ClearingProvider.IsConfirmedByPeople(attempt.Provider);

    /// <summary>How people pay it out.</summary>
    public static string PaidOutBy(Attempt attempt) =>
        attempt.Provider == ClearingProvider.Gateway ? "at the client's gateway" : "by a transfer from the bank account";

    public static string Of(AttemptStatus status) => status switch
    {
        AttemptStatus.Open => "Being asked",
        AttemptStatus.Unknown => "No clear answer",
        AttemptStatus.Pending => "Decides later",
        AttemptStatus.Approved => "Done",
        AttemptStatus.Declined => "Not done",
    };

    public static Tone ToneOf(AttemptStatus status) => status switch
    {
        AttemptStatus.Approved => Tone.Good,
        AttemptStatus.Declined => Tone.Bad,
        AttemptStatus.Open or AttemptStatus.Unknown or AttemptStatus.Pending => Tone.Waiting,
    };

    public static string Of(DeclineReason reason) => reason switch
    {
        DeclineReason.Declined => "No reason given",
        DeclineReason.InsufficientFunds => "Not enough money",
        DeclineReason.Expired => "Card expired",
        DeclineReason.InstrumentInvalid => "Card or account not valid",
        DeclineReason.SecurityCodeWrong => "Security code wrong",
        DeclineReason.NotConfirmed => "Customer did not confirm",
        DeclineReason.AuthorisationInvalid => "Reservation not valid any more",
        DeclineReason.RequestRefused => "Provider refused the request",
        DeclineReason.NeverArrived => "Never reached the provider",
    };

    public static string Of(RefundStatus status) => status switch
    {
        RefundStatus.Pending => "On its way",
        RefundStatus.Done => "Given back",
        RefundStatus.Failed => "Not given back",
    };

    public static Tone ToneOf(RefundStatus status) => status switch
    {
        RefundStatus.Pending => Tone.Waiting,
        RefundStatus.Done => Tone.Good,
        RefundStatus.Failed => Tone.Bad,
    };

    public static string Of(MoneyReturn back) => back switch
    {
        MoneyReturn.Refunded => "Refunded",
        MoneyReturn.Disputed => "Disputed",
    };

    public static string Of(DisputeKind kind) => kind switch
    {
        DisputeKind.Chargeback => "Chargeback",
        DisputeKind.ReturnedDebit => "Returned debit",
    };

    public static string Of(DisputeStatus status) => status switch
    {
        DisputeStatus.Open => "Open",
        DisputeStatus.Won => "Won",
        DisputeStatus.Lost => "Lost",
    };

    public static Tone ToneOf(DisputeStatus status) => status switch
    {
        DisputeStatus.Open => Tone.Waiting,
        DisputeStatus.Won => Tone.Good,
        DisputeStatus.Lost => Tone.Bad,
    };

    public static string Of(MandateScheme scheme) => scheme switch
    {
        MandateScheme.Sepa => "SEPA",
        MandateScheme.Bacs => "Bacs",
        MandateScheme.SwissLsv => "LSV+",
        MandateScheme.SwissDebit => "CH-DD",
    };

    public static string Of(MandateStatus status) => status switch
    {
        MandateStatus.Active => "active",
        MandateStatus.Cancelled => "ended",
        MandateStatus.Expired => "expired",
    };

    /// <summary>Whether a subscriber was told, as the beginning of a sentence that ends with its address.</summary>
    public static string Of(StoryDelivery delivery) => delivery.State switch
    {
        DeliveryState.Delivered => "Told",
        DeliveryState.Dead => "Given up:",
        DeliveryState.Waiting when delivery.Failures == 0 => "To be told:",
        DeliveryState.Waiting => $"Told again later (failed {(delivery.Failures == 1 ? "once" : $"{delivery.Failures} times")}):",
    };

    /// <summary>An operator's action.</summary>
    public static string Action(string what) => what switch
    {
        "payment.refund" => "refunded",
        "payment.allocate" => "allocated credit",
        "payment.complete" => "booked the money that came",
        "payment.void" => "called the payment off, and had the reservation given back",
        "payment.cancel" => "called the payment off",
        "payment.retry" => "had the provider try a declined payment again",
        "payment.ask" => "had the provider asked again",
        "payment.settle" => "settled an attempt by hand",
        _ => what,
    };
}
