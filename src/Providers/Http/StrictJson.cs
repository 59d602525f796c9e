using System.Text.Json;
using System.Text.Unicode;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Providers.Http;

/// <summary>Reads what providers write: each member as exactly what it must be, or not at all.</summary>
internal static class StrictJson
{
    // How deep the objects of an answer may lie in one another.
    private const int Depth = 32;

    /// <summary>The object that a body is; null when it is something else. The caller disposes of it.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        // The parser takes bytes that are no text, and then fails where they are read.
        if (!Utf8.IsValid(body.Span))
            return null;
        try
        {
            // A member that comes twice says two things.
            var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = Depth });
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

    public static bool IsTrue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    /// <summary>A whole number; null when it is something else.</summary>
    public static long? Whole(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number)
            ? number : null;

    /// <summary>An amount in minor units of the object's currency, zero or more; null when it is something else.</summary>
    public static Money? Amount(JsonElement parent, string name) =>
        Whole(parent, name) is >= 0 and <= Money.MaxAmountMinor and var minor
        && Currency.TryParse(Text(parent, "currency"), out var currency)
            ? new Money(minor, currency) : null;

    /// <summary>A moment of UTC or with its offset; null when it is something else.</summary>
    public static DateTimeOffset? Moment(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
        && member.TryGetDateTime(out var local) && local.Kind != DateTimeKind.Unspecified && member.TryGetDateTimeOffset(out var time)
            ? time : null;

    /// <summary>An address of a page; null when it is something else.</summary>
    public static Uri? Address(JsonElement parent, string name) =>
        Uri.TryCreate(Text(parent, name), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    /// <summary>A provider's own id of something; null where it is none that can be kept.</summary>
    public static string? Reference(JsonElement parent, string name = "id") => ProviderReference.Of(Text(parent, name));

    /// <summary>An id of ours, in the form in which we write ids; null when it is something else.</summary>
    public static Guid? Id(JsonElement parent, string name) => Guid.TryParseExact(Text(parent, name), "D", out var id) ? id : null;

    /// <summary>A text that we left in an object's metadata.</summary>
    public static string? Metadata(JsonElement parent, string name) =>
        Object(parent, "metadata") is { } metadata ? Text(metadata, name) : null;

    /// <summary>An id of ours in an object's metadata.</summary>
    public static Guid? OfMetadata(JsonElement parent, string name) =>
        Object(parent, "metadata") is { } metadata ? Id(metadata, name) : null;

    /// <summary>A provider's word for something, such as the code of an error: nothing else gets into a log.</summary>
    public static string? Word(JsonElement parent, string name) =>
        Text(parent, name) is { } text && IsWord(text) ? text : null;

    /// <summary>Whether a text is a word that may be in a log.</summary>
    public static bool IsWord(string text) =>
        text is { Length: > 0 and <= 60 } && text.All(static letter => char.IsAsciiLetterLower(letter) || letter == '_');

    /// <summary>The name of an instrument's holder. A customer can type anything into it, such as the number of the card.</summary>
    public static string? Holder(JsonElement parent, string name) =>
        Text(parent, name) is { Length: > 0 and <= 200 } holder && CardNumberMask.Apply(holder) == holder ? holder : null;
}
