using System.Text.Json;
using System.Text.Unicode;
using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Providers.Sandbox;

/// <summary>Reads what the sandbox writes: each member as exactly what it must be, or not at all.</summary>
internal static class SandboxJson
{
    // A member that comes twice says two things.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>The object that a body is; null when it is something else. The caller disposes of it.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        // The parser takes bytes that are no text, and then fails where they are read.
        if (!Utf8.IsValid(body.Span))
            return null;
        try
        {
            var document = JsonDocument.Parse(body, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Half an answer, a page of a proxy, or a name with half a character in it.
        }

        return null;
    }

    /// <summary>A text; null when it is missing, null or something else.</summary>
    public static string? Text(JsonElement parent, string name)
    {
        try
        {
            return parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escape that stands for half a character.
            return null;
        }
    }

    /// <summary>An id in the form in which we write ids; null when it is something else.</summary>
    public static Guid? Id(JsonElement parent, string name) =>
        Guid.TryParseExact(Text(parent, name), "D", out var id) ? id : null;

    /// <summary>The sandbox's own id of a request; null where it says none that can be kept.</summary>
    public static string? Reference(JsonElement parent) => ProviderReference.Of(Text(parent, "reference"));

    /// <summary>An amount in minor units of the object's currency, zero or more; null when it is something else.</summary>
    public static Money? Amount(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var minor) && minor is >= 0 and <= Money.MaxAmountMinor
        && Currency.TryParse(Text(parent, "currency"), out var currency)
            ? new Money(minor, currency)
            : null;

    /// <summary>A moment of UTC or with its offset; null when it is something else.</summary>
    public static DateTimeOffset? Time(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
        && member.TryGetDateTime(out var local) && local.Kind != DateTimeKind.Unspecified && member.TryGetDateTimeOffset(out var time)
            ? time
            : null;
}
