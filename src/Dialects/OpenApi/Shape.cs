using System.Text.Json;

namespace Quittance.Dialects.OpenApi;

/// <summary>A member of an object.</summary>
/// <param name="Shape">The shape of its value.</param>
/// <param name="IsRequired">Whether it is always there; in requests, whether it must be.</param>
/// <param name="Description">Its meaning here; null for the meaning of its shape everywhere.</param>
public sealed record Member(string Name, Shape Shape, bool IsRequired, string? Description = null)
{
    /// <summary>When it is read: members of a lower turn first, so their faults come first.</summary>
    internal int Turn { get; private init; }

    /// <summary>Whether it is a moment that may lie outside the <see cref="Core.DayWindow"/>.</summary>
    internal bool IsOfAnyTime { get; private init; }

    /// <summary>A member that is always there.</summary>
    public static Member Required(string name, Shape shape, string? description = null) => new(name, shape, IsRequired: true, description);

    /// <summary>A member that may be missing.</summary>
    public static Member Optional(string name, Shape shape, string? description = null) => new(name, shape, IsRequired: false, description);

    internal Member ReadFirst() => this with { Turn = -1 };

    internal Member ReadLater() => this with { Turn = Turn + 1 };

    internal Member OfAnyTime() => this with { IsOfAnyTime = true };
}

/// <summary>
/// The form of a JSON value, in the words of JSON Schema 2020-12. A shape with a name stands in a document once and is referred to from
/// everywhere else.
/// </summary>
public sealed record Shape
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private readonly string _type;

    private Shape(string type, string? description) => (_type, Description) = (type, description);

    /// <summary>Its name among the shapes of a document; null where it is written in place.</summary>
    public string? Name { get; private init; }

    /// <summary>Its meaning, for people.</summary>
    public string? Description { get; private init; }

    private string? Format { get; init; }

    private string? Pattern { get; init; }

    internal (long? Least, long? Most) Bounds { get; private init; }

    private bool IsAboveZero { get; init; }

    private bool IsNullable { get; init; }

    private bool IsClosed { get; init; }

    private (string Name, string? Namespace)? Element { get; init; }

    private IReadOnlyList<string> Words { get; init; } = [];

    private IReadOnlyList<Member> Members { get; init; } = [];

    private IReadOnlyList<Shape> Choices { get; init; } = [];

    /// <summary>The most characters that a name of a map's member has.</summary>
    private int? LongestName { get; init; }

    /// <summary>The shape of the items of an array, or of the values of a map.</summary>
    private Shape? Content { get; init; }

    internal string? ElementName => Element?.Name;

    internal IEnumerable<string> MemberNames => Members.Select(member => member.Name);

    /// <summary>Whether it has members of its own, or items that have.</summary>
    internal bool IsWhole => _type is "object" or "array";

    /// <summary>Whether it is a <see cref="NameText"/>.</summary>
    internal bool IsName { get; private init; }

    internal bool IsNumber => _type == "number";

    internal bool IsFlag => _type == "boolean";

    internal bool IsMoment => Format == "date-time";

    /// <summary>The members of an object, and those of the objects and lists in it, by their dotted paths: <c>account.id</c>.</summary>
    internal IEnumerable<(string Path, Shape Shape)> Paths() => (Content ?? this).Members.SelectMany(member =>
        member.Shape.Paths().Select(part => ($"{member.Name}.{part.Path}", part.Shape)).Prepend((member.Name, member.Shape)));

    /// <summary>A text.</summary>
    /// <param name="most">The most characters it has.</param>
    /// <param name="least">The fewest.</param>
    public static Shape Text(string description, long? most = null, long? least = null) =>
        new("string", description) { Bounds = (least, most) };

    /// <summary>A text that names a thing or gives a reason: see <see cref="Quittance.Core.OneLine.IsName"/>.</summary>
    /// <param name="most">The most characters it has.</param>
    /// <param name="least">The fewest.</param>
    public static Shape NameText(string description, long most, long? least = null) =>
        Text(description, most, least) with { IsName = true };

    /// <summary>A text of one form.</summary>
    /// <param name="pattern">The form, a regular expression of ECMA-262.</param>
    public static Shape Like(string description, string pattern) => new("string", description) { Pattern = pattern };

    public static Shape Uuid(string description) => new("string", description) { Format = "uuid" };

    /// <summary>A date and time by RFC 3339, with an offset.</summary>
    public static Shape Moment(string description) => new("string", description) { Format = "date-time" };

    public static Shape Day(string description) => new("string", description) { Format = "date" };

    /// <summary>An address, absolute.</summary>
    public static Shape Link(string description) => new("string", description) { Format = "uri" };

    /// <summary>One of a few words.</summary>
    public static Shape Word(string description, params IReadOnlyList<string> words) => new("string", description) { Words = words };

    /// <summary>True or false.</summary>
    public static Shape Flag(string description) => new("boolean", description);

    /// <summary>A whole number.</summary>
    /// <param name="description">Its meaning, with its unit.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    public static Shape Whole(string description, long? least = null, long? most = null) =>
        new("integer", description) { Bounds = (least, most) };

    /// <summary>An amount of money in major units, exact.</summary>
    /// <param name="isAboveZero">Whether it is always more than nothing.</param>
    public static Shape Amount(string description, bool isAboveZero = false) => new("number", description) { IsAboveZero = isAboveZero };

    /// <summary>An array.</summary>
    /// <param name="item">The shape of its items.</param>
    /// <param name="most">The most items it has.</param>
    /// <param name="least">The fewest.</param>
    public static Shape List(Shape item, string? description = null, long? most = null, long? least = null) =>
        new("array", description) { Content = item, Bounds = (least, most) };

    /// <summary>An object whose members' names say something.</summary>
    /// <param name="value">The shape of their values.</param>
    /// <param name="most">The most members it has.</param>
    /// <param name="longestName">The most characters that a name has.</param>
    public static Shape Map(Shape value, string description, long? most = null, int? longestName = null) =>
        new("object", description) { Content = value, Bounds = (null, most), LongestName = longestName };

    /// <summary>An object.</summary>
    /// <param name="name">Its name among the shapes of its document.</param>
    public static Shape Object(string name, string description, params IReadOnlyList<Member> members) =>
        new("object", description) { Name = name, Members = members };

    /// <summary>An object of one place only, which needs no name.</summary>
    public static Shape Inline(string description, params IReadOnlyList<Member> members) =>
        new("object", description) { Members = members };

    /// <summary>One of several shapes.</summary>
    /// <param name="choices">The shapes; a value may fit several.</param>
    public static Shape Either(string description, params IReadOnlyList<Shape> choices) => new("", description) { Choices = choices };

    /// <summary>The same, or null.</summary>
    public Shape OrNull() => Name is null && Choices.Count == 0
        ? this with { IsNullable = true }
        : new Shape("", null) { Choices = [this, new Shape("null", null)] };

    /// <summary>The same object under another name, of which only some members are always there.</summary>
    /// <param name="always">The members that are always there.</param>
    public Shape Selected(string name, string description, params IReadOnlyList<string> always) => this with
    {
        Name = name,
        Description = description,
        Members = [.. Members.Select(member => member with { IsRequired = always.Contains(member.Name) })],
    };

    /// <summary>The same object, but with members that it does not have it is refused.</summary>
    public Shape Closed() => this with { IsClosed = true };

    /// <summary>The same, with its element in XML; that of a list is around its items.</summary>
    /// <param name="element">The name of the element.</param>
    /// <param name="xmlNamespace">The namespace of it and of all within it; null for none.</param>
    public Shape InXml(string element, string? xmlNamespace = null) => this with { Element = (element, xmlNamespace) };

    /// <summary>All shapes with a name that it needs, itself among them.</summary>
    public IEnumerable<Shape> Named()
    {
        IEnumerable<Shape> parts = [.. Members.Select(member => member.Shape), .. Choices, .. Content is null ? (Shape[])[] : [Content]];
        return parts.SelectMany(part => part.Named()).Append(this).Where(shape => shape.Name is not null);
    }

    /// <summary>Writes it as a JSON Schema that stands alone.</summary>
    public void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("$schema", Dialect);
        if (Name is not null)
            json.WriteString("title", Name);
        WriteKeywords(json, "#/$defs/");
        var others = Named().Where(shape => shape.Name != Name).DistinctBy(shape => shape.Name).ToList();
        if (others.Count > 0)
        {
            json.WriteStartObject("$defs");
            foreach (var other in others)
                other.WriteDefinition(json, "#/$defs/");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes it among the definitions of a document, under its name.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="definitions">The first part of references.</param>
    internal void WriteDefinition(Utf8JsonWriter json, string definitions)
    {
        json.WriteStartObject(Name!);
        WriteKeywords(json, definitions);
        json.WriteEndObject();
    }

    /// <summary>Writes it where it is used: whole, or where it has a name a reference.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="definitions">The first part of references.</param>
    /// <param name="description">Its meaning there; null for its meaning everywhere, empty where the text beside it says it.</param>
    internal void Write(Utf8JsonWriter json, string definitions, string? description = null)
    {
        json.WriteStartObject();
        if (Name is not null)
        {
            json.WriteString("$ref", definitions + Name);
            if (!string.IsNullOrEmpty(description))
                json.WriteString("description", description);
        }
        else
        {
            (description is null ? this : this with { Description = description.Length == 0 ? null : description })
                .WriteKeywords(json, definitions);
        }

        json.WriteEndObject();
    }

    private void WriteKeywords(Utf8JsonWriter json, string definitions)
    {
        if (IsNullable)
            WriteTexts(json, "type", [_type, "null"]);
        else if (_type.Length > 0)
            json.WriteString("type", _type);
        if (Description is not null)
            json.WriteString("description", Description);
        if (Format is not null)
            json.WriteString("format", Format);
        if (Pattern is not null)
            json.WriteString("pattern", Pattern);
        WriteWords(json);
        WriteBounds(json);
        if (Members.Count > 0)
            WriteMembers(json, definitions);
        if (Content is not null)
        {
            json.WritePropertyName(_type == "array" ? "items" : "additionalProperties");
            Content.Write(json, definitions);
        }

        if (Element is { } element)
            WriteElement(json, element.Name, element.Namespace);
        if (IsClosed)
            json.WriteBoolean("additionalProperties", false);
        if (Choices.Count == 0)
            return;
        json.WriteStartArray("anyOf");
        foreach (var choice in Choices)
            choice.Write(json, definitions);
        json.WriteEndArray();
    }

    private void WriteWords(Utf8JsonWriter json)
    {
        if (Words.Count == 0)
            return;
        json.WriteStartArray("enum");
        foreach (var word in Words)
            json.WriteStringValue(word);
        if (IsNullable)
            json.WriteNullValue();
        json.WriteEndArray();
    }

    private void WriteBounds(Utf8JsonWriter json)
    {
        var (least, most) = _type switch
        {
            "string" => ("minLength", "maxLength"),
            "array" => ("minItems", "maxItems"),
            "object" => ("minProperties", "maxProperties"),
            _ => ("minimum", "maximum"),
        };
        if (Bounds.Least is { } lower)
            json.WriteNumber(least, lower);
        if (Bounds.Most is { } upper)
            json.WriteNumber(most, upper);
        if (IsAboveZero)
            json.WriteNumber("exclusiveMinimum", 0);
        if (LongestName is { } longest)
        {
            json.WriteStartObject("propertyNames");
            json.WriteNumber("maxLength", longest);
            json.WriteEndObject();
        }
    }

    private void WriteMembers(Utf8JsonWriter json, string definitions)
    {
        string[] required = [.. Members.Where(member => member.IsRequired).Select(member => member.Name)];
        if (required.Length > 0)
            WriteTexts(json, "required", required);
        json.WriteStartObject("properties");
        foreach (var member in Members)
        {
            json.WritePropertyName(member.Name);
            member.Shape.Write(json, definitions, member.Description);
        }

        json.WriteEndObject();
    }

    private void WriteElement(Utf8JsonWriter json, string name, string? xmlNamespace)
    {
        json.WriteStartObject("xml");
        json.WriteString("name", name);
        if (xmlNamespace is not null)
            json.WriteString("namespace", xmlNamespace);
        if (_type == "array")
            json.WriteBoolean("wrapped", true);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
