using System.Collections;
using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OpenApi;

/// <summary>
/// A kind of object in answers: its members, each declared once with the value that it shows. The document's shape and the answer's bytes
/// both follow from them. A required member without a value is null; an optional one is left out.
/// </summary>
/// <typeparam name="T">What is shown.</typeparam>
/// <param name="name">The name of the shape in its document; null for an object of one place only.</param>
/// <param name="description">What it is.</param>
/// <param name="element">The element that a value is in XML; null for JSON alone.</param>
public sealed class Resource<T>(string? name, string description, string? element = null) : IEnumerable<Member>
{
    private readonly List<(Member Member, Action<DocumentWriter, T> Write, Func<T, object?> Value)> _members = [];

    public string? Element => element;

    /// <summary>As documents describe it.</summary>
    public Shape Shape
    {
        get
        {
            Member[] members = [.. this];
            var shape = name is null ? Shape.Inline(description, members) : Shape.Object(name, description, members);
            return element is null ? shape : shape.InXml(element);
        }
    }

    /// <summary>A member that is always null.</summary>
    public void Add(Member member) => Add(member, _ => (string?)null);

    public void Add(Member member, Func<T, string?> value) => Add(member, value, static (writer, name, text) => writer.Text(name, text!));

    public void Add(Member member, Func<T, Guid> value) => Add(member, shown => value(shown).ToString("D"));

    public void Add(Member member, Func<T, long?> value) =>
        Add(member, value, static (writer, name, number) => writer.Integer(name, number!.Value));

    public void Add(Member member, Func<T, bool?> value) =>
        Add(member, value, static (writer, name, flag) => writer.Flag(name, flag!.Value));

    public void Add(Member member, Func<T, Money?> value) =>
        Add(member, value, static (writer, name, amount) => writer.Amount(name, amount!.Value));

    /// <summary>All members of another resource.</summary>
    public void Add<TPart>(Resource<TPart> other, Func<T, TPart> part)
    {
        foreach (var (member, write, value) in other._members)
            _members.Add((member, (writer, shown) => write(writer, part(shown)), shown => value(part(shown))));
    }

    /// <summary>A member that is an object.</summary>
    public void Add<TPart>(Member member, Resource<TPart> part, Func<T, TPart?> value)
        where TPart : notnull =>
        Add(member, value, (writer, name, shown) => writer.Object(name, () => part.Write(writer, shown!)));

    /// <summary>A member that is a list of objects.</summary>
    public void Add<TItem>(Member member, Resource<TItem> item, Func<T, IReadOnlyList<TItem>> items) =>
        Add(member, items, (writer, name, shown) => writer.List(
            name, member.Shape.ElementName ?? name, item.Element ?? name, shown!, one => item.Write(writer, one)));

    /// <summary>
    /// The value of a member, to compare it: a text, a decimal (of an amount in major units), or true or false; null where there is none.
    /// </summary>
    public object? ValueOf(string member, T value) => _members.Find(one => one.Member.Name == member).Value(value) switch
    {
        long number => (decimal)number,
        Money amount => decimal.Parse(amount.ToText(AmountDecimals.Full), CultureInfo.InvariantCulture),
        var other => other,
    };

    /// <summary>Writes the members of a value into an object that is open.</summary>
    public void Write(DocumentWriter writer, T value)
    {
        foreach (var (_, write, _) in _members)
            write(writer, value);
    }

    /// <summary>Writes a value as an object of JSON.</summary>
    public void Write(Utf8JsonWriter json, T value)
    {
        json.WriteStartObject();
        Write(new JsonDocumentWriter(json), value);
        json.WriteEndObject();
    }

    /// <summary>An answer with a value as its body.</summary>
    public Answer ToAnswer(int status, DocumentFormat format, T value) =>
        DocumentWriter.Answer(status, format, element ?? "", writer => Write(writer, value));

    /// <summary>Writes an array of JSON with values.</summary>
    public void WriteAll(Utf8JsonWriter json, IEnumerable<T> values)
    {
        json.WriteStartArray();
        foreach (var value in values)
            Write(json, value);
        json.WriteEndArray();
    }

    public IEnumerator<Member> GetEnumerator() => _members.Select(member => member.Member).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public static implicit operator Shape(Resource<T> resource) => resource.Shape;

    private void Add<TValue>(Member member, Func<T, TValue> value, Action<DocumentWriter, string, TValue> write) =>
        _members.Add((member, (writer, shown) =>
        {
            if (value(shown) is { } known)
                write(writer, member.Name, known);
            else if (member.IsRequired)
                writer.Null(member.Name);
        }, shown => value(shown)));
}
