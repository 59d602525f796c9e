using System.Text.Json;
using Quittance.Core;

namespace Quittance.Providers.Sandbox;

/// <summary>Reads what the sandbox writes: each member as exactly what it must be, or not at all.</summary>
internal static class SandboxJson
{
    // A member that comes twice says two things.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>The object that a body is; null when it is something else. The caller disposes of it.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var document = JsonDocument.Parse(body, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // Half an answer, or a page of a proxy.
        }

        return null;
    }

    /// <summary>A text; null when it is missing, null or something else.</summary>
    public static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>An id in the form in which we write ids; null when it is something else.</summary>
    public static Guid? Id(JsonElement parent, string name) =>
        Guid.TryParseExact(Text(parent, name), "D", out var id) ? id : null;

    /// <summary>An amount in minor units of the object's currency, from zero to the largest that is taken from outside; null when it is something else.</summary>
    public static Money? Amount(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var minor) && minor is >= 0 and <= Money.MaxAmountMinor
        && Currency.TryParse(Text(parent, "currency"), out var currency)
            ? new Money(minor, currency)
            : null;

    /// <summary>A moment with its offset; null when it is something else.</summary>
    public static DateTimeOffset? Time(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.TryGetDateTimeOffset(out var time)
            ? time
            : null;
}
