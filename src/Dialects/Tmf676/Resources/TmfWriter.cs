using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>An object of a TMF resource, which can write its own attributes.</summary>
public interface ITmfValue
{
    /// <summary>Writes the attributes, within an object that is open.</summary>
    void Write(TmfWriter writer);
}

/// <summary>
/// Writes TMF objects in one of two styles: attributes without a value are left out (TMF676 mount, TMF676 5.5),
/// or are written as null (Oracle BRM, Oracle BRM 3.2).
/// </summary>
/// <param name="json">Where to write.</param>
/// <param name="writesNulls">Whether attributes without a value are written.</param>
public readonly struct TmfWriter(Utf8JsonWriter json, bool writesNulls)
{
    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public void Text(string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
        else
            Null(name);
    }

    /// <summary>True or false.</summary>
    public void Boolean(string name, bool? value)
    {
        if (value is { } known)
            json.WriteBoolean(name, known);
        else
            Null(name);
    }

    /// <summary>A moment, in UTC and to the millisecond: <c>2027-03-04T15:02:41.000Z</c>.</summary>
    public void Moment(string name, DateTimeOffset? value) => Text(name, value?.UtcDateTime.ToString(MomentFormat));

    /// <summary>Currency and exact value of an amount in major units.</summary>
    public void Amount(Money? amount)
    {
        if (amount is not { } known)
        {
            Null("unit");
            Null("value");
            return;
        }

        json.WriteString("unit"u8, known.Currency.Code);
        json.WriteAmount("value"u8, known);
    }

    public void Object(string name, ITmfValue? value)
    {
        if (value is null)
        {
            Null(name);
            return;
        }

        json.WriteStartObject(name);
        value.Write(this);
        json.WriteEndObject();
    }

    /// <summary>An array of objects; an empty one counts as no value.</summary>
    public void Objects(string name, IReadOnlyList<ITmfValue> values)
    {
        if (values.Count == 0)
        {
            Null(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            value.Write(this);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Null(string name)
    {
        if (writesNulls)
            json.WriteNull(name);
    }
}

/// <summary>
/// How long texts may be, characters. The standard sets no limits; these keep one request from filling the books.
/// </summary>
internal static class TmfLength
{
    /// <summary>Ids, codes and type names; an id must also fit an index.</summary>
    public const int Id = 255;

    public const int Name = 255;

    public const int Description = 2000;

    public const int Address = 2048;

    /// <summary>Items of an array.</summary>
    public const int Items = 1000;
}
