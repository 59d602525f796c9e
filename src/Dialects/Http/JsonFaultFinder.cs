using System.Diagnostics;
using System.Text.Json;

namespace Quittance.Dialects.Http;

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
