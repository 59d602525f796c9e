using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Quittance.Dialects.Http.Json;

/// <summary>Why a body cannot be read at all.</summary>
public enum JsonFaultKind
{
    /// <summary>There is no body, or nothing but blanks in it.</summary>
    Empty,

    /// <summary>Its bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>It is not one JSON value; comments and trailing commas are not JSON.</summary>
    NotJson,

    /// <summary>Objects and arrays are nested deeper than <see cref="JsonBody.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>An object says a member twice, so that two readers could understand it differently.</summary>
    DuplicateMember,

    /// <summary>The name of a member is not text: half of a surrogate pair.</summary>
    MalformedName,
}

/// <summary>The first thing found that makes a body unreadable. It repeats nothing of the body but names of members.</summary>
/// <param name="Path">
/// The repeated member of <see cref="JsonFaultKind.DuplicateMember"/>, as in <c>totalAmount.value</c>; the object or array
/// at fault for <see cref="JsonFaultKind.MalformedName"/> and <see cref="JsonFaultKind.TooDeep"/>, empty at the top; else empty.
/// </param>
/// <param name="Line">The line, from 1, of <see cref="JsonFaultKind.NotJson"/>; else 0.</param>
/// <param name="BytePosition">The byte within the line, from 1, of <see cref="JsonFaultKind.NotJson"/>; else 0.</param>
public sealed record JsonFault(JsonFaultKind Kind, string Path = "", long Line = 0, long BytePosition = 0)
{
    /// <summary>The fault in an English sentence for the client's developer.</summary>
    public string Message => Kind switch
    {
        JsonFaultKind.Empty => "The body is empty.",
        JsonFaultKind.NotUtf8 => "The body is not valid UTF-8.",
        JsonFaultKind.NotJson => $"The body is not valid JSON: line {Line}, byte {BytePosition}.",
        JsonFaultKind.TooDeep => $"The body is nested deeper than {JsonBody.MaxDepth} levels.",
        JsonFaultKind.DuplicateMember => $"The member '{Path}' is given more than once.",
        JsonFaultKind.MalformedName => "The name of a member is not valid text.",
    };
}

/// <summary>The fault of a member of a body.</summary>
public enum FieldProblem
{
    /// <summary>It is required, and absent or null.</summary>
    Missing,

    /// <summary>It is of another JSON type; a number within a string is of another type.</summary>
    WrongType,

    /// <summary>It is a text of too few characters.</summary>
    TooShort,

    /// <summary>It is a text of too many characters.</summary>
    TooLong,

    /// <summary>It is an array of too many items.</summary>
    TooMany,

    /// <summary>It is an unknown value.</summary>
    NotInList,

    /// <summary>It is of the right type but does not say such a value; or a text that is none: lone surrogates, U+0000.</summary>
    Malformed,

    /// <summary>It is a number too small or too large.</summary>
    OutOfRange,

    /// <summary>It is an amount of more decimals than the currency has.</summary>
    TooPrecise,

    /// <summary>There is no such member.</summary>
    Unknown,
}

/// <summary>A member of a body that is not as it should be.</summary>
/// <param name="Path">Where it is, as in <c>paymentItem[0].item.id</c>; empty for the body as a whole.</param>
/// <param name="Expected">The expected value, in English, such as <c>a text of at most 36 characters</c>.</param>
public readonly record struct FieldFault(string Path, FieldProblem Problem, string Expected);

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

    /// <summary>The faults of the fields read so far, in the order found; at most <see cref="MaxFaults"/>.</summary>
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

    /// <summary>Reads a body from its bytes to what the dialect makes of it.</summary>
    /// <param name="utf8">The bytes received.</param>
    /// <param name="read">Reads the fields; what it gives counts only where it leaves no faults.</param>
    /// <param name="unreadable">Says that the bytes are no JSON.</param>
    /// <param name="invalid">Says what is wrong with the fields.</param>
    public static Reading<T, TError> Read<T, TError>(
        ReadOnlyMemory<byte> utf8, Func<JsonBody, T?> read, Func<JsonFault, TError> unreadable,
        Func<IReadOnlyList<FieldFault>, TError> invalid)
        where T : class
        where TError : class
    {
        if (!TryParse(utf8, out var body, out var fault))
            return unreadable(fault);
        using (body)
        {
            var value = read(body);
            return body.Faults.Count > 0 ? invalid(body.Faults) : value!;
        }
    }

    /// <summary>The body itself, for a dialect that reads it by rules of its own.</summary>
    internal JsonElement Root => _document.RootElement;

    /// <summary>The body as an object; null, with a fault, when it is something else.</summary>
    public JsonFields? Object()
    {
        if (_document.RootElement.ValueKind == JsonValueKind.Object)
            return new(this, null, "", JsonFields.NoIndex, _document.RootElement);
        Add(new("", FieldProblem.WrongType, JsonText.Not(_document.RootElement, "an object")));
        return null;
    }

    /// <summary>The body as an array; null, with a fault, when it is something else or has too many items.</summary>
    /// <param name="maxItems">The most items it may have.</param>
    public JsonItems? Array(int maxItems) => JsonItems.Read(this, null, "", _document.RootElement, maxItems);

    public void Dispose() => _document.Dispose();

    internal void Add(FieldFault fault)
    {
        _faults ??= [];
        if (_faults.Count < MaxFaults)
            _faults.Add(fault);
    }
}

/// <summary>
/// Reads a body that was refused once more, slowly, to say where its first fault is: the parser names the member that is
/// said twice, but not the object it is in.
/// </summary>
internal static class JsonFaultFinder
{
    public static JsonFault Find(ReadOnlySpan<byte> utf8)
    {
        // One level more than allowed, so that the first level too many is met here.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = JsonBody.MaxDepth + 1 });
        try
        {
            return FindFirst(ref reader);
        }
        catch (JsonException exception)
        {
            return new(JsonFaultKind.NotJson, "", (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1);
        }
    }

    private static JsonFault FindFirst(ref Utf8JsonReader reader)
    {
        var open = new Stack<Container>();
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                open.Pop();
                continue;
            }

            open.TryPeek(out var parent);
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryReadName(ref reader, out var name))
                    return new(JsonFaultKind.MalformedName, parent!.Path);

                parent!.Member = name;
                if (!parent.Names.Add(name))
                    return new(JsonFaultKind.DuplicateMember, parent.ChildPath);
                continue;
            }

            if (parent is { IsArray: true })
                parent.Index++;
            if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                continue;

            if (open.Count == JsonBody.MaxDepth)
                return new(JsonFaultKind.TooDeep, parent!.ChildPath);
            open.Push(new Container(parent, reader.TokenType == JsonTokenType.StartArray));
        }

        throw new UnreachableException("A body that was refused has no fault.");
    }

    private static bool TryReadName(ref Utf8JsonReader reader, out string name)
    {
        try
        {
            name = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }

    /// <summary>An object or array that is being read. Paths are put together only for the one fault.</summary>
    private sealed class Container(Container? parent, bool isArray)
    {
        public bool IsArray => isArray;

        public HashSet<string> Names => field ??= [];

        public string Member { get; set; } = "";

        public int Index { get; set; } = -1;

        public string Path => parent?.ChildPath ?? "";

        public string ChildPath => isArray ? JsonPath.Item(Path, Index) : JsonPath.Member(Path, JsonPath.Printable(Member));
    }
}

/// <summary>How faults name a place in a body: <c>paymentItem[0].item.id</c>.</summary>
internal static class JsonPath
{
    private const int MaxNameLength = 64;

    public static string Member(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>A name that a client chose, made fit for answers, logs and the database: short, no control characters.</summary>
    public static string Printable(string name)
    {
        if (name.Length > MaxNameLength)
        {
            var kept = char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength;
            name = string.Concat(name.AsSpan(0, kept), "…");
        }

        return string.Create(name.Length, name, static (printable, original) =>
        {
            for (var at = 0; at < original.Length; at++)
                printable[at] = char.IsControl(original[at]) ? '\uFFFD' : original[at];
        });
    }
}
