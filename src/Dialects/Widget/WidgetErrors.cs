using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Widget;

/// <summary>An error for the frame.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The code by which the frame chooses its own words.</param>
internal sealed record WidgetError(int Status, string Code)
{
    /// <summary>The answer with this error.</summary>
    public Answer ToAnswer() => new(Status, json =>
    {
        json.WriteStartObject();
        json.WriteString("code", Code);
        json.WriteEndObject();
    })
    {
        Challenge = Status == 401 ? "Bearer" : null,
        RetryAfterSeconds = Status is 409 or 503 ? 1 : null,
    };
}

/// <summary>The errors for the frame: a status and a code, for which the frame has texts of its own.</summary>
internal static class WidgetErrors
{
    /// <summary>The error for a fault before or around an operation.</summary>
    public static WidgetError Of(EdgeFault fault) => fault switch
    {
        EdgeFault.Unauthenticated => new WidgetError(401, "unauthorized"),
        EdgeFault.Forbidden => new WidgetError(403, "forbidden"),
        EdgeFault.RateLimited => new WidgetError(429, "too_many_requests"),
        EdgeFault.PathUnknown => new WidgetError(404, "not_found"),
        EdgeFault.MethodNotAllowed => new WidgetError(405, "method_not_allowed"),
        EdgeFault.MediaTypeUnsupported => new WidgetError(415, "media_type_unsupported"),
        EdgeFault.BodyTooLarge => new WidgetError(413, "body_too_large"),
        EdgeFault.BodyBroken => new WidgetError(400, "body_broken"),
        EdgeFault.KeyMalformed => new WidgetError(400, "key_malformed"),
        EdgeFault.Overloaded or EdgeFault.Unavailable => new WidgetError(503, "unavailable"),
        EdgeFault.Held => new WidgetError(503, "held"),
        EdgeFault.OutcomeUnknown => new WidgetError(500, "outcome_unknown"),
        EdgeFault.TakenOn => new WidgetError(409, "in_progress"),
        EdgeFault.Internal => new WidgetError(500, "internal"),
    };

    /// <summary>Too many tries were declined in the session.</summary>
    public static WidgetError TriedOut { get; } = new(410, "exhausted");

    /// <summary>The customer comes back from the provider's page without having entered anything.</summary>
    public static WidgetError NotEntered { get; } = new(422, "not_entered");

    /// <summary>The code of a payment that was given up before its money moved.</summary>
    public const string GivenUp = "given_up";

    /// <summary>Fields that are not as they should be.</summary>
    public static Answer Of(IReadOnlyList<FieldFault> faults) => new(422, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("fields");
        foreach (var fault in faults)
        {
            json.WriteStartObject();
            json.WriteString("field", fault.Path);
            json.WriteString("code", CodeOf(fault.Problem));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>A refusal of the engine.</summary>
    public static WidgetError Of(Refusal refusal) => (refusal.Class(), refusal) switch
    {
        (_, Refusal.SessionChanged) => new WidgetError(409, "in_progress"),
        (_, Refusal.SessionExpired) => new WidgetError(410, "expired"),
        (_, Refusal.TriedOut) => TriedOut,
        (_, Refusal.SessionUsed or Refusal.SessionSubmitted) => new WidgetError(410, "used"),
        (_, Refusal.ChargeClaimed) => new WidgetError(409, "claimed"),
        (_, Refusal.KeyReused) => new WidgetError(409, "key_reused"),
        (_, Refusal.InstrumentUnknown) => new WidgetError(422, "instrument_unknown"),
        (_, Refusal.ChoiceNotOffered) => new WidgetError(422, "choice_not_offered"),
        (RefusalClass.Busy or RefusalClass.Unavailable, _) => new WidgetError(503, "unavailable"),
        (RefusalClass.Held, _) => new WidgetError(503, "held"),
        (RefusalClass.UnderWay, _) => new WidgetError(409, "in_progress"),
        (RefusalClass.Reused or RefusalClass.Unknown or RefusalClass.Conflict or RefusalClass.Invalid or RefusalClass.BackOffice, _) =>
            new WidgetError(409, "refused"),
    };

    /// <summary>The provider refused the payment.</summary>
    public static WidgetError Declined(DeclineReason reason) => new(402, reason switch
    {
        DeclineReason.InsufficientFunds => "insufficient_funds",
        DeclineReason.Expired => "expired_card",
        DeclineReason.SecurityCodeWrong => "security_code_wrong",
        DeclineReason.NotConfirmed => "not_confirmed",
        DeclineReason.InstrumentInvalid => "instrument_invalid",
        DeclineReason.Declined or DeclineReason.AuthorisationInvalid or DeclineReason.RequestRefused or DeclineReason.NeverArrived =>
            "declined",
    });

    private static string CodeOf(FieldProblem problem) => problem switch
    {
        FieldProblem.Missing => "missing",
        FieldProblem.WrongType or FieldProblem.Malformed or FieldProblem.NotInList or FieldProblem.TooPrecise => "invalid",
        FieldProblem.TooShort => "too_short",
        FieldProblem.TooLong or FieldProblem.TooMany => "too_long",
        FieldProblem.OutOfRange => "out_of_range",
        FieldProblem.Unknown => "unknown",
    };
}
