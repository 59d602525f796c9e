using Quittance.Core;

namespace Quittance.Dialects.Http;

/// <summary>Writes the members of a resource that can be had as JSON and as XML: what it shows is said once for both.</summary>
public abstract class DocumentWriter
{
    /// <summary>A text.</summary>
    public abstract void Text(string name, string value);

    /// <summary>True or false.</summary>
    public abstract void Flag(string name, bool value);

    /// <summary>A whole number.</summary>
    public abstract void Integer(string name, long value);

    /// <summary>An amount in major units, exact and with the fewest decimals, without its currency.</summary>
    public abstract void Amount(string name, Money amount);

    /// <summary>An object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="write">Writes its members.</param>
    public abstract void Object(string name, Action write);

    /// <summary>A list of objects.</summary>
    /// <param name="name">Its name in JSON.</param>
    /// <param name="xmlName">Its name in XML.</param>
    /// <param name="xmlItem">The name of each item in XML.</param>
    /// <param name="items">The items.</param>
    /// <param name="write">Writes the members of one.</param>
    public abstract void List<T>(string name, string xmlName, string xmlItem, IReadOnlyList<T> items, Action<T> write);

    /// <summary>An answer with a resource as its body.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="format">The form.</param>
    /// <param name="xmlRoot">The name of the root element in XML.</param>
    /// <param name="write">Writes its members.</param>
    /// <param name="xmlNamespace">The namespace of all elements; empty for none.</param>
    /// <param name="subtype">What the media type's subtype begins with, such as <c>problem+</c>.</param>
    public static Answer Answer(
        int status, DocumentFormat format, string xmlRoot, Action<DocumentWriter> write, string xmlNamespace = "", string subtype = "") => format switch
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
