using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Quittance.Tests.OpenApi;

/// <summary>
/// A schema of a document, against which values are held. It knows the keywords that our documents use, and throws on others.
/// </summary>
/// <param name="document">The whole document, for references.</param>
/// <param name="isStrict">Whether members that the schema does not name are faults.</param>
internal sealed class Schema(JsonElement document, bool isStrict)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The parts of a value that are not as the schema says.</summary>
    /// <param name="place">The name of the value.</param>
    public IEnumerable<string> Faults(JsonElement schema, JsonElement value, string place)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            foreach (var fault in FaultsOf(keyword, schema, value, place))
                yield return fault;
        }

        if (isStrict && value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var known)
            && !schema.TryGetProperty("additionalProperties", out _))
        {
            foreach (var member in value.EnumerateObject().Where(member => !known.TryGetProperty(member.Name, out _)))
                yield return $"{place}.{member.Name} is not in the document";
        }
    }

    private IEnumerable<string> FaultsOf(JsonProperty keyword, JsonElement schema, JsonElement value, string place) => keyword.Name switch
    {
        "description" or "title" or "xml" => [],
        "$ref" => Faults(Resolve(keyword.Value.GetString()!), value, place),
        "anyOf" => AnyOf(keyword.Value, value, place),
        "type" => TypesOf(keyword.Value).Any(type => IsOf(type, value)) ? [] : [$"{place} is of the wrong type"],
        "enum" => keyword.Value.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)) ? []
            : [$"{place} is {value}, which is not among the words"],
        "required" when value.ValueKind == JsonValueKind.Object => keyword.Value.EnumerateArray().Select(name => name.GetString()!)
            .Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{place}.{name} is missing"),
        "properties" when value.ValueKind == JsonValueKind.Object => keyword.Value.EnumerateObject()
            .SelectMany(member => value.TryGetProperty(member.Name, out var found) ? Member(schema, member, found, place) : []),
        "additionalProperties" when value.ValueKind == JsonValueKind.Object => Additional(keyword.Value, schema, value, place),
        "items" when value.ValueKind == JsonValueKind.Array =>
            value.EnumerateArray().SelectMany((item, index) => Faults(keyword.Value, item, $"{place}[{index}]")),
        "required" or "properties" or "additionalProperties" or "items" => [],
        _ => OfScalar(keyword, value, place),
    };

    // A request may send null for a member that it need not have.
    private IEnumerable<string> Member(JsonElement schema, JsonProperty member, JsonElement found, string place) =>
        !isStrict && found.ValueKind == JsonValueKind.Null && !IsRequired(schema, member.Name) ? []
            : Faults(member.Value, found, $"{place}.{member.Name}");

    private static bool IsRequired(JsonElement schema, string name) =>
        schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(one => one.GetString() == name);

    private IEnumerable<string> Additional(JsonElement allowed, JsonElement schema, JsonElement value, string place)
    {
        var others = value.EnumerateObject()
            .Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _));
        return allowed.ValueKind == JsonValueKind.False
            ? others.Select(member => $"{place}.{member.Name} is not in the document")
            : others.SelectMany(member => Faults(allowed, member.Value, $"{place}.{member.Name}"));
    }

    private IEnumerable<string> AnyOf(JsonElement choices, JsonElement value, string place)
    {
        List<string> faults = [];
        foreach (var choice in choices.EnumerateArray())
        {
            string[] found = [.. Faults(choice, value, place)];
            if (found.Length == 0)
                return [];
            faults.AddRange(found);
        }

        return [$"{place} is none of what it may be: {string.Join(", ", faults)}"];
    }

    private static IEnumerable<string> OfScalar(JsonProperty keyword, JsonElement value, string place)
    {
        var (text, number) =
            (value.ValueKind == JsonValueKind.String ? value.GetString() : null, value.ValueKind == JsonValueKind.Number ? NumberOf(value)
            : (decimal?)null);
        var length = text?.EnumerateRunes().Count();
        var items = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : (int?)null;
        var fits = keyword.Name switch
        {
            "format" => text is null || HasFormat(text, keyword.Value.GetString()!),
            "pattern" => text is null || Regex.IsMatch(text, keyword.Value.GetString()!, RegexOptions.ECMAScript, Patience),
            "minLength" => length is null || length >= keyword.Value.GetInt64(),
            "maxLength" => length is null || length <= keyword.Value.GetInt64(),
            "minItems" => items is null || items >= keyword.Value.GetInt64(),
            "maxItems" => items is null || items <= keyword.Value.GetInt64(),
            "minimum" => number is null || number >= NumberOf(keyword.Value),
            "maximum" => number is null || number <= NumberOf(keyword.Value),
            "exclusiveMinimum" => number is null || number > NumberOf(keyword.Value),
            _ => throw new NotSupportedException($"The keyword {keyword.Name} is not known here."),
        };
        return fits ? [] : [$"{place} is {value} and not as {keyword.Name} {keyword.Value} says"];
    }

    private static bool HasFormat(string text, string format) => format switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "date-time" =>
            Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.ExplicitCapture, Patience)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => throw new NotSupportedException($"The format {format} is not known here."),
    };

    private static decimal NumberOf(JsonElement value) =>
        decimal.Parse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(NumberOf(value)),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new NotSupportedException($"The type {type} is not known here."),
    };

    private JsonElement Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate(document, (at, name) => at.GetProperty(name));
}
