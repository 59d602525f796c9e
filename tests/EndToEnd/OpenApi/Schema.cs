using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Quittance.Tests.OpenApi;

/// <summary>The schemas of a document, against which values are held.</summary>
internal sealed class Schema
{
    private const string Definitions = "https://schemas.test/definitions";

    private static readonly EvaluationOptions AllFaults = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly bool _isStrict;
    private readonly BuildOptions _options = new() { Dialect = Dialect.Draft202012, SchemaRegistry = new SchemaRegistry() };
    private readonly Dictionary<string, JsonSchema> _built = new(StringComparer.Ordinal);

    // A registry of schemas takes one at a time, and tests that run beside each other share it.
    private readonly Lock _registry = new();

    /// <param name="document">A document of OpenAPI, or a schema that stands alone: schemas refer to its definitions.</param>
    /// <param name="isStrict">
    /// Whether members that a schema does not name are faults. Else they are none, and neither is null for a member that may be missing:
    /// that is what a server takes.
    /// </param>
    public Schema(JsonElement document, bool isStrict)
    {
        _isStrict = isStrict;
        var definitions = document.TryGetProperty("components", out var components) ? components.GetProperty("schemas")
            : document.TryGetProperty("$defs", out var own) ? own : JsonSerializer.SerializeToElement(new { });
        var root = new JsonObject
        {
            ["$id"] = Definitions,
            ["$defs"] = EachOf(JsonObject.Create(definitions)!, (_, schema) => Rewritten(schema)),
        };
        JsonSchema.Build(JsonSerializer.SerializeToElement(root), _options);
    }

    /// <summary>The parts of a value that are not as a schema of the document says.</summary>
    /// <param name="place">The name of the value.</param>
    public IEnumerable<string> Faults(JsonElement schema, JsonElement value, string place)
    {
        var result = Evaluated(schema.GetRawText(), value);
        if (result.IsValid)
            return [];
        string[] faults =
        [
            .. from part in (result.Details ?? []).Append(result)
               from fault in part.Errors ?? []
               select $"{place}{part.InstanceLocation}: {fault.Value}",
        ];
        return faults.Length > 0 ? faults.Distinct() : [$"{place} is not as the schema says"];
    }

    private EvaluationResults Evaluated(string schema, JsonElement value)
    {
        lock (_registry)
        {
            if (!_built.TryGetValue(schema, out var built))
            {
                _built[schema] = built = JsonSchema.Build(
                    JsonSerializer.SerializeToElement(Rewritten(JsonNode.Parse(schema))), _options,
                    new Uri($"https://schemas.test/{_built.Count + 1}"));
            }

            return built.Evaluate(value, AllFaults);
        }
    }

    /// <summary>A schema that says itself what is strict, and refers to the definitions wherever it stands.</summary>
    private JsonNode? Rewritten(JsonNode? schema)
    {
        if (schema is not JsonObject keywords)
            return schema?.DeepClone();
        var rewritten = new JsonObject();
        foreach (var (name, value) in keywords)
        {
            switch (name)
            {
                case "$schema" or "$defs" or "xml":
                    break;
                case "$ref":
                    rewritten[name] = $"{Definitions}#/$defs/{value!.GetValue<string>().Split('/')[^1]}";
                    break;
                case "properties":
                    rewritten[name] = EachOf(value!.AsObject(), (member, described) => Member(keywords, member, described));
                    break;
                case "anyOf":
                    rewritten[name] = new JsonArray([.. value!.AsArray().Select(Rewritten)]);
                    break;
                case "items" or "additionalProperties":
                    rewritten[name] = Rewritten(value);
                    break;
                default:
                    rewritten[name] = value?.DeepClone();
                    break;
            }
        }

        if (_isStrict && keywords.ContainsKey("properties") && !keywords.ContainsKey("additionalProperties"))
            rewritten["additionalProperties"] = false;
        return rewritten;
    }

    private JsonNode? Member(JsonObject schema, string name, JsonNode? described)
    {
        var isRequired = schema["required"] is JsonArray required && required.Any(one => one!.GetValue<string>() == name);
        return _isStrict || isRequired ? Rewritten(described)
            : new JsonObject { ["anyOf"] = new JsonArray(Rewritten(described), new JsonObject { ["type"] = "null" }) };
    }

    private static JsonObject EachOf(JsonObject members, Func<string, JsonNode?, JsonNode?> change) =>
        new(members.Select(member => KeyValuePair.Create(member.Key, change(member.Key, member.Value))));
}
