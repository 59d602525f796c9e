using System.Text.Json;
using System.Text.Unicode;

namespace Quittance.Providers.Http;

/// <summary>Reads what providers write: each member as exactly what it must be, or not at all.</summary>
internal static class StrictJson
{
    /// <summary>The object that a body is; null when it is something else. The caller disposes of it.</summary>
    /// <param name="depth">How deep the provider's objects lie in one another.</param>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body, int depth)
    {
        // The parser takes bytes that are no text, and then fails where they are read.
        if (!Utf8.IsValid(body.Span))
            return null;
        try
        {
            // A member that comes twice says two things.
            var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = depth });
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

    /// <summary>An object; null when it is missing, null or something else.</summary>
    public static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    /// <summary>The objects of a list; null when one of them is something else, or the list is none.</summary>
    public static IReadOnlyList<JsonElement>? Objects(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array
            && member.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            ? [.. member.EnumerateArray()]
            : null;
}
