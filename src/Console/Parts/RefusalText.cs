using Quittance.Core;
using Quittance.Settlements;

namespace Quittance.Console.Parts;

/// <summary>Says to an operator why something was refused, as the end of a sentence.</summary>
public static class RefusalText
{
    /// <summary>Why.</summary>
#pragma warning disable MA0051 // A table with a line for each refusal, which the compiler holds complete.
    public static string Of(Refusal refusal) => refusal switch
    {
        Refusal.Overloaded => "too much waits already",
        Refusal.Unavailable => "the database can't be reached",
        Refusal.Held => "the books were restored and are not released",
        Refusal.KeyReused => "the same was sent before with other contents",
        Refusal.CorrelatorReused => "the client's reference is taken",
        Refusal.UnderWay => "the provider's answer is outstanding",
        Refusal.SessionUnknown => "there is no such session",
        Refusal.SessionForeign => "the session belongs to another customer",
        Refusal.SessionChanged => "the session has changed meanwhile",
        Refusal.SessionUsed => "the session was used",
        Refusal.SessionExpired => "the session's time is over",
        Refusal.SessionSubmitted => "the session is paid and waits to be booked",
        Refusal.SessionOfOtherKind => "the session is for something else",
        Refusal.SessionAmountMismatch => "the session is for another amount",
        Refusal.ChoiceNotOffered => "the session does not offer this way to pay",
        Refusal.BookingUnknown => "there is no such booking",
        Refusal.BookingConfirmed => "the booking is paid for",
        Refusal.BookingExpired => "the seat was not paid for in time",
        Refusal.TriedOut => "too many tries were declined",
        Refusal.SoldOut => "no seat is left",
        Refusal.PaymentDisputed => "the payer disputes the payment",
        Refusal.ExceedsRefundable => "less of the payment is left that has not gone back",
        Refusal.AttemptUnknown => "there is no such attempt",
        Refusal.AttemptSettled => "the attempt has this outcome already",
        Refusal.AttemptOvertaken => "the attempt had another outcome meanwhile",
        Refusal.AttemptNotDue => "someone else is asking just now",
        Refusal.DisputeUnknown => "there is no such dispute",
        Refusal.SecondPersonNeeded =>
            "it is above the limit: one person asks for it in the console, and another one approves it there",
        Refusal.ApprovalUnknown => "there is no such request",
        Refusal.ApprovalWaiting => "a request for the same payment or charge waits for a second person already",
        Refusal.ApprovalDecided => "the request does not wait any more",
        Refusal.ApprovalExpired => "the request's time is over",
        Refusal.SettlementUnknown => "there is no such line of a statement",
        Refusal.SettlementBooked => "the line is booked, or another line is booked for the same payment or refund",
        Refusal.SettlementMismatch => LineRefusal.Mismatch,
        Refusal.SettlementExceedsReturned => LineRefusal.ExceedsReturned,
        Refusal.PaymentNotCaptured => "the payment's money is not in the books",
        Refusal.PaymentNotPending => "the payment does not wait for its money, or its provider is asked for it",
        Refusal.ChargeClaimed => "another payment for the charge is under way",
        Refusal.AccountUnknown => "there is no such account",
        Refusal.ReferenceTaken => "the name is taken",
        Refusal.CurrencyMismatch => "the currency is another one than the account's",
        Refusal.InstrumentUnknown => "there is no such payment method",
        Refusal.InstrumentKindMismatch => "the payment method is of another kind",
        Refusal.InstrumentNotOwn => "the account has another payment method of its own",
        Refusal.InstrumentNotCharged => "the client's own gateway holds the payment method, and no provider can charge it",
        Refusal.ChargeUnknown => "there is no such charge",
        Refusal.ChargeNamedTwice => "the same charge is named twice",
        Refusal.OrderUnknown => "the order belongs to another account",
        Refusal.NothingDue => "nothing is due any more: other money has settled it",
        Refusal.ExceedsDue => "it is more than what is due",
        Refusal.PartsExceedPayment => "its parts are more than the payment",
        Refusal.PaymentUnknown => "there is no such payment",
        Refusal.ExceedsUnallocated => "the payment has not that much left",
        Refusal.HeldByProvider => "its provider pays the money back to the payer alone: refund it, and take the payment anew",
        Refusal.ExceedsSettled => "the payment settles less of the charge",
        Refusal.SettlementNotBooked => "the line is not booked, or is booked for another payment",
        Refusal.SettlementFinal => "the booking reversed a payment or paid refunds out, and is not taken back",
        Refusal.ChargeSettled => "a payment has settled a part of the charge: credit the rest",
        Refusal.ChargeChanged => "the charge has changed meanwhile",
        Refusal.NothingToChange => "the charge says this already",
        Refusal.ExceedsCorrected => "less of the charge was forgiven by credit notes, or written off",
        Refusal.SameCustomer => "the payment is this customer's already",
        Refusal.BalanceOutOfRange => "a total would become too large",
    };
#pragma warning restore MA0051
}
