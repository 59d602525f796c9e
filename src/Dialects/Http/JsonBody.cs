using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Quittance.Dialects.Http;

/// <summary>
/// The JSON body of a request. Reading its fields never throws and never stops: what is wrong with them gathers in
/// <see cref="Faults"/>. To be disposed of once it is read; its fields cannot be read after that.
/// </summary>
public sealed class JsonBody : IDisposable
{
    /// <summary>How many objects and arrays may lie within each other.</summary>
    public const int MaxDepth = 32;

    /// <summary>How many faults are kept: enough for every honest client, and a bound for the others.</summary>
    public const int MaxFaults = 50;

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    private readonly JsonDocument _document;
    private List<FieldFault>? _faults;

    private JsonBody(JsonDocument document) => _document = document;

    /// <summary>What is wrong with the fields read so far, in the order found; at most <see cref="MaxFaults"/>.</summary>
    public IReadOnlyList<FieldFault> Faults => _faults is null ? [] : _faults;

    /// <summary>Parses a body.</summary>
    /// <param name="utf8">
    /// The bytes received; a byte order mark is skipped. Not copied: they must stay unchanged until the body is disposed of.
    /// </param>
    /// <param name="body">The body, when it is JSON.</param>
    /// <param name="fault">Why it is not.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8,
        [NotNullWhen(true)] out JsonBody? body,
        [NotNullWhen(false)] out JsonFault? fault)
    {
        body = null;
        fault = null;
        if (utf8.Span.StartsWith("\uFEFF"u8))
            utf8 = utf8["\uFEFF"u8.Length..];

        if (!utf8.Span.ContainsAnyExcept(" \t\r\n"u8))
            fault = new(JsonFaultKind.Empty);
        else if (!Utf8.IsValid(utf8.Span))
            fault = new(JsonFaultKind.NotUtf8);
        if (fault is not null)
            return false;

        try
        {
            body = new(JsonDocument.Parse(utf8, Strict));
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name holds half of a surrogate pair and cannot be compared with the others.
            fault = JsonFaultFinder.Find(utf8.Span);
            return false;
        }
    }

    /// <summary>The body itself, for a dialect that reads it by rules of its own.</summary>
    internal JsonElement Root => _document.RootElement;

    /// <summary>The body as an object; null, with a fault, when it is something else.</summary>
    public JsonFields? Object()
    {
        if (_document.RootElement.ValueKind == JsonValueKind.Object)
            return new(this, null, "", JsonFields.NoIndex, _document.RootElement);
        Add(new("", FieldProblem.WrongType, "an object"));
        return null;
    }

    /// <summary>The body as an array; null, with a fault, when it is something else or has too many items.</summary>
    /// <param name="maxItems">The most items it may have.</param>
    public JsonItems? Array(int maxItems) => JsonItems.Read(this, null, "", _document.RootElement, maxItems);

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    internal void Add(FieldFault fault)
    {
        _faults ??= [];
        if (_faults.Count < MaxFaults)
            _faults.Add(fault);
    }
}
