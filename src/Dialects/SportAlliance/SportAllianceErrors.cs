using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.SportAlliance.Messages;

namespace Quittance.Dialects.SportAlliance;

/// <summary>An error, before its text is chosen in a language (Sport Alliance 3.3).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The key of the text, as the API's documents have such keys.</param>
/// <param name="Message">The text.</param>
/// <param name="Reference">The path of the offending input, as in <c>debtClaimIds.1</c>; null where nothing sent is to blame.</param>
/// <param name="Arguments">The values inside the text.</param>
public sealed record SportAllianceError(
    int Status, string Code, Message Message, string? Reference = null, params IReadOnlyList<MessageArgument> Arguments)
{
    /// <summary>The code of mistakes in a request that have no code of their own.</summary>
    public const string ValidationFailed = "errormessage.validation.failed";

    /// <summary>A mistake in what was sent (400).</summary>
    public static SportAllianceError Invalid(string reference, Message message, params IReadOnlyList<MessageArgument> arguments) =>
        new(StatusCodes.Status400BadRequest, ValidationFailed, message, reference, arguments);

    /// <summary>The answer with the error, in the language that the request prefers.</summary>
    public Answer ToAnswer(HttpContext http)
    {
        var language = Languages.Choose(http.Request.Headers.AcceptLanguage, Studio.Of(http)?.Locale ?? "");
        return SportAllianceResponses.Error.ToAnswer(new ShownError(this, language, RequestTrace.Of(http)), Status) with
        {
            Challenge = Status == StatusCodes.Status401Unauthorized ? "ApiKey" : null,
            RetryAfterSeconds = Status == StatusCodes.Status503ServiceUnavailable ? 1 : null,
        };
    }
}

/// <summary>The errors of Sport Alliance (Sport Alliance 3.3, 5.1, 5.2).</summary>
public static class SportAllianceErrors
{
    private const int MaxKeyLength = 255;

    /// <summary>The customer is unknown, or another studio's: ids exist per studio, so the two look alike (404).</summary>
    public static SportAllianceError CustomerUnknown { get; } =
        new(StatusCodes.Status404NotFound, "errormessage.entity.notfound", Message.EntityNotFound);

    /// <summary>Another request is at work on the same thing (409).</summary>
    public static SportAllianceError Concurrent { get; } =
        new(StatusCodes.Status409Conflict, "errormessage.concurrent.modification", Message.ConcurrentModification);

    /// <summary>Nothing of what the session permits can be offered here (Sport Alliance 5.5).</summary>
    public static SportAllianceError NoPaymentChoice { get; } =
        SportAllianceError.Invalid("permittedPaymentChoices", Message.NoPaymentChoice);

    /// <summary>The payment request token is not ours (Sport Alliance 5.2).</summary>
    public static SportAllianceError TokenUnknown { get; } = TokenError("unknown", Message.TokenUnknown);

    /// <summary>The payment request token was used before (Sport Alliance 5.2).</summary>
    public static SportAllianceError TokenUsed { get; } = TokenError("used", Message.TokenUsed);

    /// <summary>The payment request token is another customer's (Sport Alliance 5.2).</summary>
    public static SportAllianceError TokenOfAnother { get; } = TokenError("customer.mismatch", Message.TokenCustomerMismatch);

    /// <summary>A payment was asked for with a token that stands for an instrument (Sport Alliance 5.2).</summary>
    public static SportAllianceError TokenWithoutAmount { get; } = TokenError("kind.mismatch", Message.TokenWithoutAmount);

    /// <summary>An instrument was to be replaced with a token that stands for a payment (Sport Alliance 5.2).</summary>
    public static SportAllianceError TokenWithAmount { get; } = TokenError("kind.mismatch", Message.TokenWithAmount);

    /// <summary>The provider declined the payment (Sport Alliance 5.2).</summary>
    public static SportAllianceError Declined { get; } =
        new(StatusCodes.Status400BadRequest, "errormessage.payment.declined", Message.PaymentDeclined);

    /// <summary>The payment request token is too old (Sport Alliance 5.2).</summary>
    /// <param name="validUntil">The moment until which it was valid.</param>
    /// <param name="studio">Tells it in the studio's time.</param>
    public static SportAllianceError TokenExpired(DateTimeOffset validUntil, Installation studio) =>
        TokenError("expired", Message.TokenExpired, MessageArgument.Of(studio.InZone(validUntil)));

    /// <summary>The amount is not the one that was authorised (Sport Alliance 5.2).</summary>
    public static SportAllianceError AmountDiffers(Money authorised) =>
        TokenError("amount.mismatch", Message.TokenAmountMismatch, MessageArgument.Of(authorised)) with
        {
            Reference = SportAllianceRequests.AmountOfMoney,
        };

    /// <summary>An error before or around an operation.</summary>
    public static SportAllianceError Of(EdgeFault fault) => fault switch
    {
        EdgeFault.Unauthenticated => new(
            StatusCodes.Status401Unauthorized, "errormessage.authentication.failed", Message.AuthenticationFailed),
        EdgeFault.Forbidden => new(StatusCodes.Status403Forbidden, "errormessage.permission.denied", Message.PermissionDenied),
        EdgeFault.RateLimited => new(StatusCodes.Status429TooManyRequests, "errormessage.ratelimit.exceeded", Message.RateLimitExceeded),
        EdgeFault.PathUnknown => CustomerUnknown,
        EdgeFault.MethodNotAllowed => new(
            StatusCodes.Status405MethodNotAllowed, "errormessage.method.notallowed", Message.MethodNotAllowed),
        EdgeFault.MediaTypeUnsupported => new(
            StatusCodes.Status415UnsupportedMediaType, "errormessage.mediatype.unsupported", Message.MediaTypeUnsupported),
        EdgeFault.BodyTooLarge => new(StatusCodes.Status413PayloadTooLarge, "errormessage.body.toolarge", Message.BodyTooLarge),
        EdgeFault.BodyBroken => Unreadable,
        EdgeFault.KeyMalformed => SportAllianceError.Invalid(
            "Idempotency-Key", Message.IdempotencyKeyInvalid, MessageArgument.Of(1), MessageArgument.Of(MaxKeyLength)),
        EdgeFault.Overloaded or EdgeFault.Unavailable => new(
            StatusCodes.Status503ServiceUnavailable, "errormessage.service.unavailable", Message.ServiceUnavailable),
        EdgeFault.Held => new(StatusCodes.Status503ServiceUnavailable, "errormessage.books.held", Message.BooksHeld),
        // Sport Alliance 5.10: the booking client gets 500 while the outcome is unknown, and 409 when it repeats the request.
        EdgeFault.OutcomeUnknown => new(StatusCodes.Status500InternalServerError, "errormessage.outcome.unknown", Message.OutcomeUnknown),
        EdgeFault.TakenOn or EdgeFault.Internal =>
            new(StatusCodes.Status500InternalServerError, "errormessage.system.error", Message.SystemError),
    };

    /// <summary>The body is not JSON.</summary>
    public static SportAllianceError Of(JsonFault fault) => fault.Kind switch
    {
        JsonFaultKind.Empty or JsonFaultKind.NotUtf8 or JsonFaultKind.NotJson or JsonFaultKind.TooDeep or JsonFaultKind.MalformedName =>
            Unreadable,
        JsonFaultKind.DuplicateMember => SportAllianceError.Invalid(Dotted(fault.Path), Message.ValueDuplicate),
    };

    /// <summary>A member of a body that is not of its type, or a list or an id that is too large.</summary>
    public static SportAllianceError Of(FieldFault fault)
    {
        var place = Dotted(fault.Path);
        if (place.Length == 0)
            return new(StatusCodes.Status400BadRequest, SportAllianceError.ValidationFailed, Message.BodyNotObject);
        return fault.Problem switch
        {
            FieldProblem.Missing => SportAllianceError.Invalid(place, Message.ValueRequired),
            FieldProblem.Malformed => SportAllianceError.Invalid(place, Message.TextInvalid),
            FieldProblem.OutOfRange => NotWithin(place, 1, long.MaxValue),
            FieldProblem.TooMany => SportAllianceError.Invalid(
                place, Message.ListTooLong, MessageArgument.Of(SportAllianceRequests.MaxItems)),
            // The bounds of texts, choices and amounts are this dialect's own rules, and unknown members are passed over.
            FieldProblem.WrongType or FieldProblem.TooShort or FieldProblem.TooLong or FieldProblem.NotInList or FieldProblem.TooPrecise
                or FieldProblem.Unknown => SportAllianceError.Invalid(place, Message.ValueWrongType),
        };
    }

    /// <summary>A value that is not a whole number of a range.</summary>
    public static SportAllianceError NotWithin(string reference, long min, long max) =>
        SportAllianceError.Invalid(reference, Message.IntegerOutOfRange, MessageArgument.Of(min), MessageArgument.Of(max));

    /// <summary>A command that the engine refused.</summary>
    /// <param name="fault">Why, and about which of the command's parts.</param>
    /// <param name="studio">The studio's currency.</param>
    public static SportAllianceError Of(Fault fault, Currency studio) => (fault.Refusal.Class(), fault.Refusal) switch
    {
        (_, Refusal.AccountUnknown or Refusal.AccountClosed or Refusal.AccountMerged) => CustomerUnknown,
        (_, Refusal.CurrencyMismatch) when fault.Part < 0 => SportAllianceError.Invalid(
            SportAllianceRequests.CurrencyOfMoney, Message.CurrencyMismatch, MessageArgument.Of(studio.Code)),
        // Of three digits the provider takes two, and of two none.
        (_, Refusal.AmountUnsayable) => SportAllianceError.Invalid(
            SportAllianceRequests.AmountOfMoney, Message.AmountTooPrecise, MessageArgument.Of(studio.MinorUnits == 3 ? 2 : 0)),
        // Sport Alliance 5.6: a claim of another customer, or in another currency, gets the answer of an unknown one.
        (_, Refusal.CurrencyMismatch or Refusal.ChargeUnknown or Refusal.ChargeNamedTwice or Refusal.OrderUnknown or Refusal.NothingDue) =>
            SportAllianceError.Invalid(ClaimAt(fault.Part), Message.ClaimNotOpen),
        (_, Refusal.ExceedsDue or Refusal.PartsExceedPayment or Refusal.ExceedsUnallocated) =>
            SportAllianceError.Invalid(SportAllianceRequests.AmountOfMoney, Message.ClaimsExceedAmount),
        (_, Refusal.BalanceOutOfRange) => SportAllianceError.Invalid(SportAllianceRequests.AmountOfMoney, Message.BalanceOutOfRange),
        (_, Refusal.SessionUsed) => TokenUsed,
        (_, Refusal.SessionForeign) => TokenOfAnother,
        (_, Refusal.SessionExpired or Refusal.InstrumentNotOwn or Refusal.InstrumentNotCharged) => TokenUnknown,
        (_, Refusal.PaymentUnknown or Refusal.BookingUnknown) => Concurrent,
        (RefusalClass.Busy or RefusalClass.Unavailable, _) => Of(EdgeFault.Unavailable),
        (RefusalClass.Held, _) => Of(EdgeFault.Held),
        (RefusalClass.Reused, _) => new(
            StatusCodes.Status409Conflict, "errormessage.idempotencykey.reused", Message.IdempotencyKeyReused),
        (RefusalClass.Unknown or RefusalClass.Invalid, _) => TokenUnknown,
        (RefusalClass.UnderWay or RefusalClass.Conflict or RefusalClass.BackOffice, _) => Concurrent,
    };

    private static SportAllianceError Unreadable { get; } =
        new(StatusCodes.Status400BadRequest, SportAllianceError.ValidationFailed, Message.BodyUnreadable);

    private static SportAllianceError TokenError(string code, Message message, params IReadOnlyList<MessageArgument> arguments) => new(
        StatusCodes.Status400BadRequest, $"errormessage.payment.token.{code}", message, SportAllianceRequests.Token, arguments);

    private static string ClaimAt(int part) =>
        part < 0 ? SportAllianceRequests.DebtClaims : $"{SportAllianceRequests.DebtClaims}.{part}";

    /// <summary>A path as this API writes it: <c>debtClaimIds[1]</c> is <c>debtClaimIds.1</c>.</summary>
    private static string Dotted(string path) =>
        path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
}
