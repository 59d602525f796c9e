using System.Text.Json;

namespace Quittance.Dialects.Http;

/// <summary>An array in a body. Its items are read, and their faults found, as they are enumerated: enumerate once.</summary>
public sealed class JsonItems
{
    private readonly JsonBody _body;
    private readonly JsonFields? _parent;
    private readonly string _name;
    private readonly JsonElement _element;

    private JsonItems(JsonBody body, JsonFields? parent, string name, JsonElement element)
    {
        _body = body;
        _parent = parent;
        _name = name;
        _element = element;
        Count = element.GetArrayLength();
    }

    /// <summary>How many items there are, of whatever type.</summary>
    public int Count { get; }

    /// <summary>The items as objects; one that is something else adds a fault and is passed over.</summary>
    public IEnumerable<JsonFields> Objects()
    {
        var index = 0;
        foreach (var item in _element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
                yield return new(_body, _parent, _name, index, item);
            else
                _body.Add(new(PathOf(index), FieldProblem.WrongType, "an object"));
            index++;
        }
    }

    /// <summary>The items as texts; one that is something else adds a fault and is passed over.</summary>
    /// <param name="maxLength">The most characters (Unicode code points) each may have.</param>
    public IEnumerable<string> Texts(int maxLength)
    {
        var index = 0;
        foreach (var item in _element.EnumerateArray())
        {
            if (JsonText.TryRead(item, 0, maxLength, out var text, out var problem))
                yield return text;
            else
                _body.Add(new(PathOf(index), problem, JsonText.Expected(0, maxLength)));
            index++;
        }
    }

    /// <summary>The items as whole numbers with their places; one that is something else, or outside the range, adds a fault and is passed over.</summary>
    /// <param name="min">The smallest each may be.</param>
    /// <param name="max">The largest each may be.</param>
    public IEnumerable<(int Index, long Value)> Integers(long min, long max)
    {
        var index = 0;
        foreach (var item in _element.EnumerateArray())
        {
            var problem = JsonFields.ReadInteger(item, out var integer);
            if (problem is null && integer >= min && integer <= max)
                yield return (index, integer);
            else
                _body.Add(new(PathOf(index), problem ?? FieldProblem.OutOfRange, $"a whole number from {min} to {max}"));
            index++;
        }
    }

    internal static JsonItems? Read(JsonBody body, JsonFields? parent, string name, JsonElement element, int maxItems)
    {
        FieldProblem problem;
        if (element.ValueKind != JsonValueKind.Array)
            problem = FieldProblem.WrongType;
        else if (element.GetArrayLength() > maxItems)
            problem = FieldProblem.TooMany;
        else
            return new(body, parent, name, element);

        body.Add(new(parent?.PathOf(name) ?? name, problem, $"an array of at most {maxItems} items"));
        return null;
    }

    private string PathOf(int index) => JsonPath.Item(_parent?.PathOf(_name) ?? _name, index);
}
