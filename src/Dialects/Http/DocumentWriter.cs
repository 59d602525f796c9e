using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Quittance.Core;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Http;

/// <summary>The forms in which a resource can be had.</summary>
public enum DocumentFormat
{
    /// <summary><c>application/json</c>, the default.</summary>
    Json,

    /// <summary><c>application/xml</c>.</summary>
    Xml,
}

/// <summary>Chooses between the forms.</summary>
public static class DocumentFormats
{
    private static readonly string[] Json = ["application/json", "application/problem+json"];
    private static readonly string[] Xml = ["application/xml", "application/problem+xml"];

    /// <summary>
    /// The form that the header Accept likes best; null when it takes neither. A header that can't be read takes everything.
    /// </summary>
    public static DocumentFormat? Accepted(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            return DocumentFormat.Json;
        var (json, xml) = (QualityOf(Json, ranges), QualityOf(Xml, ranges));
        if (json <= 0 && xml <= 0)
            return null;
        return xml > json ? DocumentFormat.Xml : DocumentFormat.Json;
    }

    /// <summary>The quality that the most specific range gives a form: RFC 9110, 12.5.1.</summary>
    private static double QualityOf(string[] mediaTypes, IList<MediaTypeHeaderValue> ranges)
    {
        var named = ranges.Where(range => mediaTypes.Contains(range.MediaType.Value, StringComparer.OrdinalIgnoreCase)).ToList();
        if (named.Count == 0)
        {
            named = [.. ranges.Where(range => range is { MatchesAllSubTypes: true, MatchesAllTypes: false }
                && range.Type.Equals("application", StringComparison.OrdinalIgnoreCase))];
        }

        if (named.Count == 0)
            named = [.. ranges.Where(range => range.MatchesAllTypes)];
        return named.Count == 0 ? 0 : named.Max(range => range.Quality ?? 1);
    }
}

/// <summary>Writes the members of a resource as JSON or as XML, from one list of members.</summary>
public abstract class DocumentWriter
{
    public abstract void Text(string name, string value);

    /// <summary>True or false.</summary>
    public abstract void Flag(string name, bool value);

    /// <summary>A whole number.</summary>
    public abstract void Integer(string name, long value);

    /// <summary>An amount in major units, exact and with the fewest decimals, without its currency.</summary>
    public abstract void Amount(string name, Money amount);

    /// <summary>A list of texts.</summary>
    public abstract void Texts(string name, IReadOnlyList<string> values);

    /// <summary>A value that has a form in JSON only.</summary>
    public abstract void Json(string name, Action<Utf8JsonWriter> write);

    /// <summary>A member without a value; XML leaves it out.</summary>
    public abstract void Null(string name);

    /// <summary>Begins an object; its members follow, then <see cref="EndObject"/>.</summary>
    public abstract void StartObject(string name);

    public abstract void EndObject();

    /// <summary>Begins a list of objects: each begins with <see cref="StartItem"/> and ends with <see cref="EndObject"/>.</summary>
    public abstract void StartList(string name, string xmlName);

    public abstract void StartItem(string xmlName);

    public abstract void EndList();

    /// <summary>An answer with a resource as its body.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="format">The form.</param>
    /// <param name="xmlRoot">The name of the root element in XML.</param>
    /// <param name="write">Writes its members.</param>
    /// <param name="xmlNamespace">The namespace of all elements; empty for none.</param>
    /// <param name="subtype">The first part of the media type's subtype, such as <c>problem+</c>.</param>
    public static Answer Answer(
        int status, DocumentFormat format, string xmlRoot, Action<DocumentWriter> write, string xmlNamespace = "", string subtype = "") =>
            format switch
            {
                DocumentFormat.Json => new Answer(status, json =>
                {
                    json.WriteStartObject();
                    write(new JsonDocumentWriter(json));
                    json.WriteEndObject();
                })
                {
                    MediaType = $"application/{subtype}json",
                },
                DocumentFormat.Xml => new Answer(status, null)
                {
                    XmlBody = xml =>
                    {
                        xml.WriteStartElement(xmlRoot, xmlNamespace);
                        write(new XmlDocumentWriter(xml, xmlNamespace));
                        xml.WriteEndElement();
                    },
                    MediaType = $"application/{subtype}xml;charset=utf-8",
                },
            };
}

/// <summary>Writes members as JSON.</summary>
internal sealed class JsonDocumentWriter(Utf8JsonWriter json) : DocumentWriter
{
    public override void Text(string name, string value) => json.WriteString(name, value);

    public override void Flag(string name, bool value) => json.WriteBoolean(name, value);

    public override void Integer(string name, long value) => json.WriteNumber(name, value);

    public override void Amount(string name, Money amount)
    {
        json.WritePropertyName(name);
        json.WriteAmountValue(amount);
    }

    public override void Texts(string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public override void Json(string name, Action<Utf8JsonWriter> write)
    {
        json.WritePropertyName(name);
        write(json);
    }

    public override void Null(string name) => json.WriteNull(name);

    public override void StartObject(string name) => json.WriteStartObject(name);

    public override void EndObject() => json.WriteEndObject();

    public override void StartList(string name, string xmlName) => json.WriteStartArray(name);

    public override void StartItem(string xmlName) => json.WriteStartObject();

    public override void EndList() => json.WriteEndArray();
}

/// <summary>Writes members as XML elements.</summary>
internal sealed class XmlDocumentWriter(XmlWriter xml, string xmlNamespace) : DocumentWriter
{
    public override void Text(string name, string value) => xml.WriteElementString(name, xmlNamespace, Sayable(value));

    public override void Flag(string name, bool value) => Text(name, XmlConvert.ToString(value));

    public override void Integer(string name, long value) => Text(name, XmlConvert.ToString(value));

    public override void Amount(string name, Money amount) => Text(name, amount.ToText(AmountDecimals.Shortest));

    public override void Texts(string name, IReadOnlyList<string> values)
    {
        foreach (var value in values)
            Text(name, value);
    }

    public override void Json(string name, Action<Utf8JsonWriter> write) =>
        throw new NotSupportedException($"{name} has no form in XML.");

    public override void Null(string name)
    {
        // A missing element says the same.
    }

    public override void StartObject(string name) => xml.WriteStartElement(name, xmlNamespace);

    public override void EndObject() => xml.WriteEndElement();

    public override void StartList(string name, string xmlName) => StartObject(xmlName);

    public override void StartItem(string xmlName) => StartObject(xmlName);

    public override void EndList() => EndObject();

    /// <summary>What XML has no way to say, such as U+0001, becomes a replacement character.</summary>
    private static string Sayable(string text)
    {
        var kept = new char[text.Length];
        for (var at = 0; at < text.Length; at++)
        {
            kept[at] = text[at];
            if (at + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[at + 1], text[at]))
                kept[at + 1] = text[++at];
            else if (!XmlConvert.IsXmlChar(text[at]))
                kept[at] = '\uFFFD';
        }

        return new string(kept);
    }
}
