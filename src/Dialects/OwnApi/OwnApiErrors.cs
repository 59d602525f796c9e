using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.OwnApi;

/// <summary>A problem of Quittance's own API.</summary>
public sealed record OwnApiProblem(int Status, string Type, string Detail) : Problem(Status, Type, Detail)
{
    private const int RetryAfterSeconds = 1;

    /// <summary>The answer with the problem.</summary>
    /// <param name="address">Where clients reach this server.</param>
    public Answer ToAnswer(PublicAddress address) => OwnApiResponses.Problem.ToAnswer(new ShownProblem(this, address), Status) with
    {
        MediaType = "application/problem+json",
        RetryAfterSeconds = Status == StatusCodes.Status503ServiceUnavailable || Type == "under-way" ? RetryAfterSeconds : null,
    };
}

/// <summary>The refusals of Quittance's own API.</summary>
public static class OwnApiErrors
{
    public static OwnApiProblem NoSuch(string what) => new(StatusCodes.Status404NotFound, $"{what}-unknown", $"There is no such {what}.");

    /// <summary>A fault before or around an operation.</summary>
    /// <param name="fault">What.</param>
    /// <param name="detail">The text about it; null for its usual text.</param>
    public static OwnApiProblem Of(EdgeFault fault, string? detail = null) => fault switch
    {
        EdgeFault.Unauthenticated => new(StatusCodes.Status401Unauthorized, "unauthorized", detail ?? "A valid credential is needed."),
        EdgeFault.Forbidden => new(StatusCodes.Status403Forbidden, "forbidden", "The credential lacks the scope."),
        EdgeFault.RateLimited =>
            new(StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests. Wait as long as Retry-After says."),
        EdgeFault.PathUnknown => new(StatusCodes.Status404NotFound, "not-found", "There is nothing at this address."),
        EdgeFault.MethodNotAllowed =>
            new(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", detail ?? "The address knows other methods."),
        EdgeFault.MediaTypeUnsupported =>
            new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
                detail ?? "Send the body in UTF-8 as application/json."),
        EdgeFault.BodyTooLarge => new(StatusCodes.Status413PayloadTooLarge, "content-too-large", "The body is too large."),
        EdgeFault.BodyBroken => BadRequest("The body ends too early or is broken."),
        EdgeFault.KeyMalformed => OfInput("The header Idempotency-Key is missing or malformed.",
            [InputFault.Of("Idempotency-Key", "must be one text of 1 to 255 characters, a new one for each new request")]),
        EdgeFault.Overloaded => Unavailable("Too much is waiting just now, and nothing was done. Send the request again."),
        EdgeFault.Unavailable => Unavailable("The books can't be reached just now. Send the request again, under its Idempotency-Key."),
        EdgeFault.Held => Unavailable(
            "The books were restored, and are compared with the providers before they take changes. Send the request again later."),
        EdgeFault.TakenOn => new(
            StatusCodes.Status409Conflict, "taken-on",
            "The request was taken on, and its answer can't be read just now. Send it again under its Idempotency-Key."),
        EdgeFault.OutcomeUnknown => new(
            StatusCodes.Status500InternalServerError, "outcome-unknown",
            "The request may have been carried out: its outcome is not known yet. Send it again under its Idempotency-Key."),
        EdgeFault.Internal => new(StatusCodes.Status500InternalServerError, "internal-server-error", "The server failed on its own error."),
    };

    /// <summary>The problems that the API knows, each type once, for the pages that explain them.</summary>
    public static IReadOnlyList<Problem> Known { get; } =
    [
        // The first of a type is the one that its page shows.
        OfInput("Something in the request is not valid: the errors name the places, and say what each must be.", []),
        .. Enum.GetValues<EdgeFault>().Select(fault => Of(fault)).Concat(Enum.GetValues<Refusal>().Select(refusal => Of(refusal)))
            .Concat(
                new[]
                {
                    "client", "collection", "credential", "dispute", "event", "line", "mail", "mandate", "person", "refund", "route", "run",
                    "statement", "webhook",
                }.Select(NoSuch))
            .Append(NotBooked("it can't be what the request says"))
            .Append(new(
                StatusCodes.Status428PreconditionRequired, "precondition-required", "The header If-Match is missing or malformed."))
            .Append(OwnApiTags.Changed("line"))
            .Append(RefundNotToPay)
            .Append(NotDone("Nothing has changed."))
            .Append(SecretAnswered)
            .Append(new(StatusCodes.Status409Conflict, "credential-ended", "The credential has ended."))
            .Append(new(StatusCodes.Status409Conflict, "webhook-known", "The address gets these events already."))
            .Append(new(StatusCodes.Status409Conflict, "webhooks-too-many", "The credential has as many webhooks as it may have."))
            .DistinctBy(problem => problem.Type),
    ];

    /// <summary>A body that can't be read.</summary>
    public static OwnApiProblem Of(JsonFault fault) => BadRequest(fault.Message);

    /// <summary>A body with faults in its members.</summary>
    public static OwnApiProblem Of(IReadOnlyList<FieldFault> faults) => OfInput([.. faults.Select(InputFault.Of)]);

    /// <summary>A request with faults in it.</summary>
    public static OwnApiProblem OfInput(IReadOnlyList<InputFault> faults) => faults is [{ Pointer: "" } whole, ..]
        ? BadRequest($"The body {whole.Detail}.")
        : OfInput(faults.Count == 1 ? "1 field of the request is invalid." : $"{faults.Count} fields of the request are invalid.", faults);

    /// <summary>A line of a statement that can't be booked as the client says.</summary>
    /// <param name="why">Why, as the end of a sentence.</param>
    public static OwnApiProblem NotBooked(string why) =>
        new(StatusCodes.Status422UnprocessableEntity, "line-not-booked", $"The line is not booked: {why}.");

    /// <summary>An act that can't be done as the books are.</summary>
    /// <param name="why">Why, a sentence.</param>
    public static OwnApiProblem NotDone(string why) => new(StatusCodes.Status409Conflict, "not-done", why);

    /// <summary>A repeated request for a secret.</summary>
    public static OwnApiProblem SecretAnswered => new(
        StatusCodes.Status409Conflict, "secret-answered",
        "An earlier request under this key has made the secret, and it is answered once. If it is lost, make another.");

    /// <summary>A refund of which nobody has to say whether it was paid out.</summary>
    public static OwnApiProblem RefundNotToPay => new(
        StatusCodes.Status409Conflict, "refund-not-to-pay",
        "People do not pay this refund out, or it was paid out or called off already.");

    /// <summary>A command that the engine refused.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="pointer">Where in the body the reason is, a JSON pointer; null where it is nowhere in it.</param>
    public static OwnApiProblem Of(Refusal refusal, string? pointer = null)
    {
        var problem = refusal.Class() switch
        {
            RefusalClass.Busy => Of(EdgeFault.Overloaded),
            RefusalClass.Unavailable => Of(EdgeFault.Unavailable),
            RefusalClass.Held => Of(EdgeFault.Held),
            RefusalClass.UnderWay => new(
                StatusCodes.Status409Conflict, "under-way",
                "The request, or another one in its way, is being carried out. Send it again a little later, under its Idempotency-Key."),
            RefusalClass.Reused => new(
                StatusCodes.Status409Conflict, "idempotency-key-reused", "The Idempotency-Key was used before for another request."),
            RefusalClass.Unknown => new(StatusCodes.Status404NotFound, NameOf(refusal), DetailOf(refusal)),
            RefusalClass.Conflict when refusal == Refusal.ChargeChanged => OwnApiTags.Changed("charge"),
            // A program that books lines meets what operators meet.
            RefusalClass.Conflict or RefusalClass.BackOffice => new(StatusCodes.Status409Conflict, NameOf(refusal), DetailOf(refusal)),
            RefusalClass.Invalid => new(StatusCodes.Status422UnprocessableEntity, NameOf(refusal), DetailOf(refusal)),
        };
        var isOfInput = refusal.Class() is RefusalClass.Unknown or RefusalClass.Conflict or RefusalClass.BackOffice or RefusalClass.Invalid;
        return pointer is not null && isOfInput ? problem with { Faults = [new InputFault(null) { Pointer = pointer }] } : problem;
    }

    private static OwnApiProblem BadRequest(string detail) => new(StatusCodes.Status400BadRequest, "bad-request", detail);

    private static OwnApiProblem OfInput(string detail, IReadOnlyList<InputFault> faults) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", detail) { Faults = faults };

    private static OwnApiProblem Unavailable(string detail) => new(StatusCodes.Status503ServiceUnavailable, "unavailable", detail);

    /// <summary>A refusal as its problem's type has it: <c>ChargeUnknown</c> is <c>charge-unknown</c>.</summary>
    private static string NameOf(Refusal refusal) => EnumWords.Of(refusal).Replace('_', '-');

    private static string DetailOf(Refusal refusal) => refusal switch
    {
        Refusal.AccountUnknown => "There is no such account.",
        Refusal.AccountClosed => "The account is closed. Reopen it first.",
        Refusal.AccountMerged => "The account is merged into another one. Use that one: the account names it as merged_into.",
        Refusal.AccountNotClosed => "The account is not closed.",
        Refusal.AccountNotMerged => "The account is not merged.",
        Refusal.AccountChanged => "The account has changed since the request began. Send it again under its Idempotency-Key.",
        Refusal.AccountOwes => "A charge of the account is open.",
        Refusal.AccountHasCredit => "The account has credit. Refund it, or let it settle a charge.",
        Refusal.AccountUnderWay => "A payment, a refund, a session or a booking of the account is under way.",
        Refusal.PaymentUnknown => "There is no such payment.",
        Refusal.InstrumentUnknown => "The account has no such instrument.",
        Refusal.InstrumentNotCharged => "Your own gateway holds this instrument: charge it there, and record the money that came.",
        Refusal.InstrumentGone => "The payment has no stored instrument, or it was replaced or removed, or its mandate has ended.",
        Refusal.PaymentNotFailed => "The payment was not declined and has not failed, so it is not tried again.",
        Refusal.ChargeUnknown => "The account has no such charge.",
        Refusal.ReferenceTaken => "Something else has this reference.",
        Refusal.PaymentNotCaptured => "The payment's money has not come, so none of it can be used or refunded.",
        Refusal.PaymentDisputed => "The payer disputes the payment, or the payer's bank has returned it: the money has gone back, and "
            + "none of it can be used or refunded while that stands.",
        Refusal.ExceedsRefundable => "The amount is more than the part of the payment that has not gone back to the payer.",
        Refusal.ChargeClaimed => "Another payment for this charge is under way.",
        Refusal.NothingDue => "Nothing is due on this charge any more.",
        Refusal.ExceedsDue => "The amount is more than is due on this charge.",
        Refusal.ExceedsUnallocated => "The amount is more than the part of the payment that settles no charge.",
        Refusal.BalanceOutOfRange => "The books can't take so large a sum.",
        Refusal.CurrencyMismatch => "The money is in another currency than the account, the charge or the payment.",
        Refusal.AmountUnsayable =>
            "No provider of yours can charge exactly this amount: it takes fewer digits of the currency. Ask for a rounder amount.",
        Refusal.ChargeNamedTwice => "The request names this charge twice.",
        Refusal.ChargeSettled => "A payment has settled a part of the charge, so it can't be cancelled. Credit what is open.",
        Refusal.ExceedsCorrected => "The amount is more than was forgiven or written off.",
        Refusal.NothingToChange => "All is so already.",
        Refusal.ExceedsSettled => "The amount is more than the payment settles there.",
        Refusal.HeldByProvider => "A provider or a gateway holds the money, and pays it back to the payer alone. Refund the payment.",
        Refusal.SameCustomer => "It is the same customer.",
        Refusal.CollectionChanged => "A collection's file has it: call the collection off, or import what the bank says of it.",
        Refusal.PerhapsSent => "It may have left in the time that a restore lost: a person says in the console whether it has.",
        Refusal.PartsExceedPayment => "The parts add up to more than the payment.",
        Refusal.SettlementBooked => "The line is booked, or another line is booked for the same payment or refund.",
        Refusal.SettlementNotBooked => "The line is not booked.",
        Refusal.SettlementUndone => "The import of the line was taken back. Import its file again, if it is to count.",
        Refusal.SettlementFinal => "The booking reversed a payment or paid refunds out, and is not taken back.",
        Refusal.SettlementMismatch => "The line is not of that amount, provider or kind.",
        Refusal.SettlementExceedsReturned =>
            "More goes back than the books say of this payment, or other lines are booked for it already.",
        Refusal.AttemptSettled or Refusal.AttemptOvertaken or Refusal.PaymentNotPending =>
            "The payment does not wait for its money any more.",
        Refusal.SecondPersonNeeded =>
            "It is above the limit of one person: ask for it in the console, and another person approves or releases it there.",
        _ => DetailOfCheckout(refusal),
    };

    /// <summary>Of sessions and payment links.</summary>
    private static string DetailOfCheckout(Refusal refusal) => refusal switch
    {
        Refusal.SessionUnknown => "There is no such session with a result: the token is not one that the widget gave for it.",
        Refusal.SessionUsed => "The session's result is booked or taken already.",
        Refusal.SessionExpired => "The session has ended.",
        Refusal.SessionOfOtherKind => "The session is for another result: an amount is booked, a card or bank account is taken.",
        Refusal.SessionChanged => "The payment link was opened meanwhile. Send the request again.",
        Refusal.LinkUnknown => "There is no such payment link.",
        Refusal.LinkPaid => "The payment link is paid already.",
        Refusal.LinkAmountNotDue => "The amount is another one than what is due on the charges. Leave it out, or send what is due.",
        Refusal.LinkTakenBack => "The payment link was taken back before.",
        _ => "The books do not allow it as they are.",
    };
}
