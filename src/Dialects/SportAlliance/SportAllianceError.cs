using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;
using Quittance.Dialects.SportAlliance.Messages;

namespace Quittance.Dialects.SportAlliance;

/// <summary>What a client is told when something is wrong, in no language yet (Sport Alliance 3.3).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The key of the text, as the API's documents have such keys.</param>
/// <param name="Message">The text.</param>
/// <param name="Reference">The path of the offending input, as in <c>debtClaimIds.1</c>; null where nothing sent is to blame.</param>
/// <param name="Arguments">What the text says in its middle.</param>
public sealed record SportAllianceError(
    int Status, string Code, Message Message, string? Reference = null, params IReadOnlyList<MessageArgument> Arguments)
{
    /// <summary>The code of all mistakes in what was sent that have none of their own.</summary>
    public const string ValidationFailed = "errormessage.validation.failed";

    /// <summary>A mistake in what was sent (400).</summary>
    public static SportAllianceError Invalid(string reference, Message message, params IReadOnlyList<MessageArgument> arguments) =>
        new(StatusCodes.Status400BadRequest, ValidationFailed, message, reference, arguments);

    /// <summary>The answer that tells it in the language that the request wants.</summary>
    public Answer ToAnswer(HttpContext http)
    {
        var language = Languages.Choose(http.Request.Headers.AcceptLanguage, Studio.Of(http)?.Locale ?? "");
        var trace = RequestTrace.Of(http);
        return new Answer(Status, json => Write(json, language, trace))
        {
            Challenge = Status == StatusCodes.Status401Unauthorized ? "ApiKey" : null,
            RetryAfterSeconds = Status == StatusCodes.Status503ServiceUnavailable ? 1 : null,
        };
    }

    private void Write(Utf8JsonWriter json, MessageLanguage language, Guid trace)
    {
        json.WriteStartObject();
        json.WriteString("errorMessage"u8, language.Format(Message, Arguments));
        json.WriteString("errorCode"u8, Code);
        json.WriteString("traceId"u8, trace.ToString("N"));
        if (Reference is not null)
            json.WriteString("reference"u8, Reference);
        if (Reference is not null || Arguments.Count > 0)
            WriteArguments(json);
        json.WriteEndObject();
    }

    private void WriteArguments(Utf8JsonWriter json)
    {
        json.WriteStartArray("args"u8);
        foreach (var argument in Arguments)
            argument.WriteValue(json);
        json.WriteEndArray();
        json.WriteStartArray("typedArgs"u8);
        foreach (var argument in Arguments)
        {
            json.WriteStartObject();
            json.WritePropertyName("value"u8);
            argument.WriteValue(json);
            json.WriteString("type"u8, argument.Type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
