using System.Xml;
using Quittance.Core;

namespace Quittance.Dialects.Http;

/// <summary>Writes members as XML elements.</summary>
internal sealed class XmlDocumentWriter(XmlWriter xml, string xmlNamespace) : DocumentWriter
{
    public override void Text(string name, string value) => xml.WriteElementString(name, xmlNamespace, Sayable(value));

    public override void Flag(string name, bool value) => Text(name, XmlConvert.ToString(value));

    public override void Integer(string name, long value) => Text(name, XmlConvert.ToString(value));

    public override void Amount(string name, Money amount) => Text(name, amount.ToText(AmountDecimals.Shortest));

    public override void Object(string name, Action write)
    {
        xml.WriteStartElement(name, xmlNamespace);
        write();
        xml.WriteEndElement();
    }

    public override void List<T>(string name, string xmlName, string xmlItem, IReadOnlyList<T> items, Action<T> write) => Object(xmlName, () =>
    {
        foreach (var item in items)
            Object(xmlItem, () => write(item));
    });

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
