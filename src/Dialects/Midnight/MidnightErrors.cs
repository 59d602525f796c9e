using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Midnight;

/// <summary>Something that makes the whole body unusable. Repeats nothing of it.</summary>
/// <param name="Key">Where it is, as in <c>[0].CustomerId</c>; empty for the body as a whole.</param>
/// <param name="Message">The fault, in an English sentence.</param>
public readonly record struct BodyFault(string Key, string Message);

/// <summary>
/// Every problem that a record can have. Within a record, and within a detail, answers list problems in the order of this list:
/// the fields in the order of Midnight 3.1, then the rows of its table in section 5.
/// </summary>
public enum RecordProblem
{
    /// <summary>The element of the array is <c>null</c>.</summary>
    RecordEmpty,

    /// <summary>The idempotency key was used with another request.</summary>
    KeyReused,

    /// <summary>The server could not process it just now; nothing of it is stored, and it may be sent again.</summary>
    NotProcessed,

    /// <summary>It may be stored: the database did not answer in time.</summary>
    OutcomeUnknown,

    /// <summary>It was refused for a reason that a payment of this dialect cannot meet.</summary>
    Refused,

    /// <summary>CustomerId is missing, 0 or unknown.</summary>
    CustomerUnknown,

    /// <summary>The customer is billed in another currency than the installation's.</summary>
    CustomerCurrency,

    /// <summary>AmountBilled is missing or not above 0.</summary>
    AmountNotPositive,

    /// <summary>AmountBilled is not the sum of its details.</summary>
    AmountNotSum,

    /// <summary>AmountBilled has more than two decimal places.</summary>
    AmountTooPrecise,

    /// <summary>AmountBilled has more decimal places than the currency.</summary>
    AmountFinerThanCurrency,

    /// <summary>AmountBilled is more than can be kept exactly.</summary>
    AmountTooLarge,

    /// <summary>The customer's totals would leave 64 bits.</summary>
    BalanceOutOfRange,

    /// <summary>There are no details where there must be some.</summary>
    DetailsMissing,

    /// <summary>There are more details than a record may have.</summary>
    DetailsTooMany,

    /// <summary>RequestSource has an unknown value.</summary>
    SourceUnknown,

    /// <summary>A detail is <c>null</c>.</summary>
    DetailEmpty,

    /// <summary>OrderId is missing, unknown or another customer's.</summary>
    OrderUnknown,

    /// <summary>Nothing is outstanding on the order for the label.</summary>
    OrderSettled,

    /// <summary>PaymentLabel has an unknown value.</summary>
    LabelUnknown,

    /// <summary>A detail's AmountBilled is missing or not above 0.</summary>
    DetailAmountNotPositive,

    /// <summary>A detail's AmountBilled has more than two decimal places.</summary>
    DetailAmountTooPrecise,

    /// <summary>A detail's AmountBilled has more decimal places than the currency.</summary>
    DetailAmountFinerThanCurrency,

    /// <summary>A detail's AmountBilled is more than can be kept exactly.</summary>
    DetailAmountTooLarge,

    /// <summary>A detail's AmountBilled is above what is due.</summary>
    DetailAmountExceedsDue,
}

/// <summary>One problem of one record. Small, since a call may have millions of them.</summary>
/// <param name="Detail">The 0-based detail that it is about; -1 for the record itself.</param>
public readonly record struct RecordError(RecordProblem Problem, int Detail = -1);

/// <summary>The errors of Midnight (Midnight 5).</summary>
internal static class MidnightErrors
{
    private const int RetryAfterSeconds = 5;
    private const string Denied = "Authorization has been denied for this request.";
    private const string Invalid = "The request is invalid.";
    private const string NotPositive = "Must be greater than 0.";
    private const string TooPrecise = "Must not have more than two decimal places.";
    private const string FinerThanCurrency = "Must not have more decimal places than the currency.";
    private const string TooLarge =
        "Must be less than or equal to the largest amount that can be kept (15 digits without the decimal point).";

    /// <summary>The problem of a record for which the engine refused it.</summary>
    public static RecordProblem ProblemOf(Refusal refusal) => (refusal.Class(), refusal) switch
    {
        (_, Refusal.KeyReused) => RecordProblem.KeyReused,
        (_, Refusal.AccountUnknown or Refusal.AccountClosed or Refusal.AccountMerged) => RecordProblem.CustomerUnknown,
        (_, Refusal.CurrencyMismatch) => RecordProblem.CustomerCurrency,
        (_, Refusal.OrderUnknown or Refusal.ChargeUnknown) => RecordProblem.OrderUnknown,
        (_, Refusal.NothingDue) => RecordProblem.OrderSettled,
        (_, Refusal.ExceedsDue) => RecordProblem.DetailAmountExceedsDue,
        (_, Refusal.PartsExceedPayment) => RecordProblem.AmountNotSum,
        (_, Refusal.BalanceOutOfRange) => RecordProblem.BalanceOutOfRange,
        (RefusalClass.Busy or RefusalClass.Unavailable or RefusalClass.Held, _) => RecordProblem.NotProcessed,
        // A payment of this dialect opens no account, and names no instrument, no earlier payment and no correlator.
        (RefusalClass.UnderWay or RefusalClass.Reused or RefusalClass.Unknown or RefusalClass.Conflict or RefusalClass.Invalid
            or RefusalClass.BackOffice, _) => RecordProblem.Refused,
    };

    /// <summary>The key and the message of a problem, as the specification's table has them.</summary>
    public static (string Key, string Message) TextOf(RecordError error)
    {
        var (field, message) = TextOf(error.Problem);
        if (error.Detail < 0)
            return (field, message);
        var detail = JsonPath.Item("CustomerPaymentDetailList", error.Detail);
        return (field.Length == 0 ? detail : JsonPath.Member(detail, field), message);
    }

    /// <summary>The answer to what goes wrong before or around an operation.</summary>
    public static Answer Refuse(EdgeFault fault, string? detail) => fault switch
    {
        EdgeFault.Unauthenticated => WithMessage(StatusCodes.Status401Unauthorized, Denied) with { Challenge = "PRC, Midnight" },
        EdgeFault.Forbidden => WithMessage(StatusCodes.Status403Forbidden, Denied),
        EdgeFault.RateLimited => WithMessage(StatusCodes.Status429TooManyRequests, detail ?? "Too many requests."),
        EdgeFault.PathUnknown => WithMessage(
            StatusCodes.Status404NotFound, detail ?? "No HTTP resource was found that matches the request URI."),
        EdgeFault.MethodNotAllowed => WithMessage(
            StatusCodes.Status405MethodNotAllowed, detail ?? "The requested resource does not support this http method."),
        EdgeFault.MediaTypeUnsupported => WithMessage(
            StatusCodes.Status415UnsupportedMediaType,
            detail ?? "The request entity's media type is not supported for this resource: use application/json or text/json."),
        EdgeFault.BodyTooLarge => WithMessage(StatusCodes.Status413PayloadTooLarge, detail ?? "The request entity is too large."),
        EdgeFault.BodyBroken => WithMessage(StatusCodes.Status400BadRequest, Invalid),
        EdgeFault.KeyMalformed => WithMessage(
            StatusCodes.Status400BadRequest, detail ?? "Idempotency-Key must be given once, with 1 to 255 printable characters."),
        EdgeFault.Overloaded => Unavailable(stored: 0),
        EdgeFault.Unavailable => Unavailable("The books can't be reached just now. Send the request again."),
        EdgeFault.Held => Unavailable(
            "The books were restored, and are compared with the providers before they take changes. This call stored nothing. "
            + "Send the request again later."),
        EdgeFault.TakenOn => WithMessage(
            StatusCodes.Status500InternalServerError,
            "The request was taken on, and its answer can't be read just now. Repeat it with its Idempotency-Key; without one, look its "
            + "payments up first."),
        EdgeFault.OutcomeUnknown => WithMessage(
            StatusCodes.Status500InternalServerError,
            "The request may have been carried out: its outcome is not known yet. Repeat it with its Idempotency-Key; "
            + "without one, look its payments up first."),
        EdgeFault.Internal => WithMessage(StatusCodes.Status500InternalServerError, "An error has occurred."),
    };

    /// <summary>400: the body can't be read. Nothing was stored.</summary>
    public static Answer Unreadable(IReadOnlyList<BodyFault> faults) => new(StatusCodes.Status400BadRequest, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("Message"u8, Invalid);
        writer.WriteStartObject("ModelState"u8);
        foreach (var member in faults.GroupBy(fault => fault.Key, fault => fault.Message))
        {
            writer.WriteStartArray(member.Key);
            foreach (var message in member)
                writer.WriteStringValue(message);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>409: the idempotency key was used with another body. Nothing was stored.</summary>
    public static Answer KeyReused() => WithMessage(StatusCodes.Status409Conflict, TextOf(RecordProblem.KeyReused).Message);

    /// <summary>503: the call, or the rest of it, can be sent again as it is without storing anything twice.</summary>
    /// <param name="stored">
    /// How many of its payments are known to be stored; above 0 only with an idempotency key. A call that repeats another one
    /// may have been cut short before it found all that the first one stored.
    /// </param>
    public static Answer Unavailable(long stored) => Unavailable(stored == 0
        ? "This call stored nothing. Send the request again."
        : $"At least {stored} payment(s) of the request are stored. Send it again with the same Idempotency-Key: "
            + "what is missing will be processed, and nothing will be stored twice.");

    private static Answer Unavailable(string whatToDo) =>
        WithMessage(StatusCodes.Status503ServiceUnavailable, "The service is unavailable. " + whatToDo) with
        {
            RetryAfterSeconds = RetryAfterSeconds,
        };

    private static Answer WithMessage(int status, string message) => new(status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("Message"u8, message);
        writer.WriteEndObject();
    });

    private static (string Field, string Message) TextOf(RecordProblem problem) => problem switch
    {
        RecordProblem.RecordEmpty => ("", "Payment record is empty."),
        RecordProblem.KeyReused => ("", "Idempotency-Key was used before with another request."),
        RecordProblem.NotProcessed => (
            "", "Payment record was not processed and nothing of it is stored: the service is unavailable. Send it again."),
        RecordProblem.OutcomeUnknown => (
            "", "Payment record may be stored: its outcome is not known yet. Look the customer's payments up before you send it again."),
        RecordProblem.Refused => ("", "Payment record could not be processed."),
        RecordProblem.CustomerUnknown => ("CustomerId", "Must match Midnight CustomerId."),
        RecordProblem.CustomerCurrency => (
            "CustomerId", "Must be a customer who is billed in the currency of this installation."),
        RecordProblem.AmountNotPositive or RecordProblem.DetailAmountNotPositive => ("AmountBilled", NotPositive),
        RecordProblem.AmountNotSum => ("AmountBilled", "Must be equal to the sum of AmountBilled of the payment details."),
        RecordProblem.AmountTooPrecise or RecordProblem.DetailAmountTooPrecise => ("AmountBilled", TooPrecise),
        RecordProblem.AmountFinerThanCurrency or RecordProblem.DetailAmountFinerThanCurrency => (
            "AmountBilled", FinerThanCurrency),
        RecordProblem.AmountTooLarge or RecordProblem.DetailAmountTooLarge => ("AmountBilled", TooLarge),
        RecordProblem.BalanceOutOfRange => ("AmountBilled", "Must not make the customer's total larger than can be kept."),
        RecordProblem.DetailsMissing => ("CustomerPaymentDetailList", "At least one payment detail is required."),
        RecordProblem.DetailsTooMany => (
            "CustomerPaymentDetailList", $"Must not have more than {PaymentRecord.MaxDetails} payment details."),
        RecordProblem.SourceUnknown => ("RequestSource", "Must be one of - PRCMerchant/Other."),
        RecordProblem.DetailEmpty => ("", "Payment detail is empty."),
        RecordProblem.OrderUnknown => ("OrderId", "Must match Midnight OrderId for given CustomerId."),
        RecordProblem.OrderSettled => ("OrderId", "Order has no outstanding balance for the PaymentLabel."),
        RecordProblem.LabelUnknown => ("PaymentLabel", "Must be one of - Escrow/Earmarked/Services/Postage."),
        RecordProblem.DetailAmountExceedsDue => (
            "AmountBilled", "Must be less than or equal to the balance due for given OrderId and PaymentLabel."),
    };
}
