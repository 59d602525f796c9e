using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.OpenApi;

/// <summary>
/// A kind of object in bodies: its members, each declared once, with the value that answers show and with what a request's value becomes.
/// The document's shape, the answer's bytes, and the faults of a request all follow from them. In an answer, a required member without a
/// value is null; an optional one is left out. A collection initialiser passes over a member that is null.
/// </summary>
/// <typeparam name="T">The thing to show or read.</typeparam>
/// <param name="name">The name of the shape in its document; null for an object of one place only.</param>
/// <param name="element">The element that a value is in XML; null for JSON alone.</param>
/// <param name="isClosed">Whether a request with other members is refused.</param>
public sealed class Resource<T>(string? name, string description, string? element = null, bool isClosed = false) : IEnumerable<Member>
{
    /// <summary>The most characters that a request's text has where its shape does not say it.</summary>
    private const int UsualMost = 255;

    private readonly List<Entry> _entries = [];
    private Entry[]? _byTurn;
    private byte[][]? _names;
    private Shape? _shape;

    public string? Element => element;

    /// <summary>As documents describe it.</summary>
    public Shape Shape => _shape ??= Described();

    /// <summary>A member that is always null.</summary>
    public void Add(Member? member) => Add(member, _ => (string?)null);

    public void Add(Member? member, Func<T, string?> value, Action<T, string?>? set = null) => Add(
        member, value,
        static (writer, name, text) => writer.Text(name, text!),
        set is null ? null : (fields, to) => set(to, TextIn(fields, member!)));

    /// <summary>A member that is a moment, with its text in answers.</summary>
    public void Add(Member? member, Func<T, string?> value, Action<T, DateTimeOffset?> set) => Add(
        member, value,
        static (writer, name, text) => writer.Text(name, text!),
        (fields, to) => set(to, fields.DateTime(member!.Name, member.IsRequired, member.IsOfAnyTime)));

    /// <summary>A member that is a day, with its text in answers.</summary>
    public void Add(Member? member, Func<T, string?> value, Action<T, DateOnly?> set) => Add(
        member, value,
        static (writer, name, text) => writer.Text(name, text!),
        (fields, to) => set(to, fields.Day(member!.Name, member.IsRequired)));

    public void Add(Member? member, Func<T, Guid?> value) => Add(member, shown => value(shown)?.ToString("D"));

    public void Add(Member? member, Func<T, long?> value) =>
        Add(member, value, static (writer, name, number) => writer.Integer(name, number!.Value));

    public void Add(Member? member, Func<T, bool?> value, Action<T, bool?>? set = null) => Add(
        member, value,
        static (writer, name, flag) => writer.Flag(name, flag!.Value),
        set is null ? null : (fields, to) => set(to, fields.Boolean(member!.Name, member.IsRequired)));

    public void Add(Member? member, Func<T, Money?> value) =>
        Add(member, value, static (writer, name, amount) => writer.Amount(name, amount!.Value));

    /// <summary>A member that is a list of texts. It is read only where a request has one.</summary>
    public void Add(Member? member, Func<T, IReadOnlyList<string>?> values, Action<T, JsonItems>? read = null) => Add(
        member, values,
        static (writer, name, texts) => writer.Texts(name, texts!),
        read is null ? null : (fields, to) => ReadItems(fields, member!, to, read));

    /// <summary>A member that has a form in JSON only. It is read as an object, and only where a request has one.</summary>
    public void Add(Member? member, Func<T, Action<Utf8JsonWriter>?> value, Action<T, JsonFields>? read = null) => Add(
        member, value,
        static (writer, name, write) => writer.Json(name, write!),
        read is null ? null : (fields, to) =>
        {
            if (fields.Object(member!.Name, member.IsRequired) is { } given)
                read(to, given);
        });

    /// <summary>All members of another resource.</summary>
    public void Add<TPart>(Resource<TPart> other, Func<T, TPart> part)
    {
        foreach (var (member, write, value, read) in other._entries)
        {
            _entries.Add(new(
                member, (writer, shown) => write(writer, part(shown)), shown => value(part(shown)),
                read is null ? null : (fields, to) => read(fields, part(to))));
        }
    }

    /// <summary>A member that is an object. It is read only where a request has one.</summary>
    public void Add<TPart>(Member? member, Resource<TPart> part, Func<T, TPart?> value, Action<T, JsonFields>? read = null)
        where TPart : notnull => Add(
        member, value,
        (writer, name, shown) =>
        {
            writer.StartObject(name);
            part.Write(writer, shown!);
            writer.EndObject();
        },
        read is null ? null : (fields, to) =>
        {
            if (fields.Object(member!.Name, member.IsRequired) is { } given)
                read(to, given);
        });

    /// <summary>A member that is a list of objects. It is read only where a request has one.</summary>
    public void Add<TItem>(
        Member? member, Resource<TItem> item, Func<T, IReadOnlyList<TItem>?> items, Action<T, JsonItems>? read = null) => Add(
        member, items,
        (writer, name, shown) =>
        {
            writer.StartList(name, member!.Shape.ElementName ?? name);
            foreach (var one in shown!)
            {
                writer.StartItem(item.Element ?? name);
                item.Write(writer, one);
                writer.EndObject();
            }

            writer.EndList();
        },
        read is null ? null : (fields, to) => ReadItems(fields, member!, to, read));

    /// <summary>
    /// Reads the members of an object that a request has; what is wrong with them is among the faults of its body. A member that only
    /// answers have is passed over.
    /// </summary>
    /// <param name="fields">The object.</param>
    /// <param name="to">The object that takes the values, without any so far.</param>
    /// <returns>The same, with the values.</returns>
    public T Read(JsonFields fields, T to)
    {
        var entries = _byTurn ??= [.. _entries.OrderBy(entry => entry.Member.Turn)];
        var names = _names ??= [.. entries.Select(entry => Encoding.UTF8.GetBytes(entry.Member.Name))];
        Span<bool> given = stackalloc bool[names.Length];
        fields.Find(names, given);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            if (!given[i] && !entry.Member.IsRequired)
                continue;
            if (entry.Read is { } read)
                read(fields, to);
            else
                fields.Has(entry.Member.Name);
        }

        if (isClosed)
            fields.RefuseUnknown();
        return to;
    }

    /// <summary>
    /// The value of a member, to compare it: a text, a decimal (of an amount in major units), or true or false; null where there is none.
    /// </summary>
    public object? ValueOf(string member, T value) => _entries.Find(one => one.Member.Name == member)!.Value(value) switch
    {
        long number => (decimal)number,
        Money amount => decimal.Parse(amount.ToText(AmountDecimals.Full), CultureInfo.InvariantCulture),
        var other => other,
    };

    /// <summary>Writes the members of a value into an object that is open.</summary>
    public void Write(DocumentWriter writer, T value)
    {
        foreach (var entry in _entries)
            entry.Write(writer, value);
    }

    /// <summary>Writes a value as an object of JSON.</summary>
    public void Write(Utf8JsonWriter json, T value)
    {
        json.WriteStartObject();
        Write(new JsonDocumentWriter(json), value);
        json.WriteEndObject();
    }

    /// <summary>An answer in JSON with a value as its body.</summary>
    public Answer ToAnswer(T value, int status = StatusCodes.Status200OK) => new(status, json => Write(json, value));

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

    public IEnumerator<Member> GetEnumerator() => _entries.Select(entry => entry.Member).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public static implicit operator Shape(Resource<T> resource) => resource.Shape;

    private void Add<TValue>(
        Member? member, Func<T, TValue> value, Action<DocumentWriter, string, TValue> write, Action<JsonFields, T>? read = null)
    {
        if (member is null)
            return;
        var (name, isRequired) = (member.Name, member.IsRequired);
        _entries.Add(new(
            member,
            (writer, shown) =>
            {
                if (value(shown) is { } known)
                    write(writer, name, known);
                else if (isRequired)
                    writer.Null(name);
            },
            shown => value(shown),
            read));
    }

    private static void ReadItems(JsonFields fields, Member member, T to, Action<T, JsonItems> read)
    {
        if (fields.Array(member.Name, (int)(member.Shape.Bounds.Most ?? int.MaxValue), member.IsRequired) is { } given)
            read(to, given);
    }

    private static string? TextIn(JsonFields fields, Member member)
    {
        var (least, most) = member.Shape.Bounds;
        var (longest, shortest) = ((int)(most ?? UsualMost), (int)(least ?? 0));
        return member.Shape.IsName
            ? fields.Name(member.Name, longest, member.IsRequired, shortest)
            : fields.Text(member.Name, longest, member.IsRequired, shortest);
    }

    private Shape Described()
    {
        Member[] members = [.. this];
        var shape = name is null ? Shape.Inline(description, members) : Shape.Object(name, description, members);
        if (isClosed)
            shape = shape.Closed();
        return element is null ? shape : shape.InXml(element);
    }

    private sealed record Entry(Member Member, Action<DocumentWriter, T> Write, Func<T, object?> Value, Action<JsonFields, T>? Read);
}
