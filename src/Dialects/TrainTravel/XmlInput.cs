using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Xml;

namespace Quittance.Dialects.TrainTravel;

/// <summary>
/// Reads an XML body of one element with texts in it, as the JSON with the same members: so one reader checks both.
/// Document types, which could name other files and grow without bound, are refused.
/// </summary>
public static class XmlInput
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>The JSON object that an XML body says.</summary>
    /// <param name="root">The name of its root element, which has no namespace.</param>
    /// <param name="flags">The elements that are true or false.</param>
    /// <param name="json">The object; members stand in it as often as in the body.</param>
    /// <returns>False where the body is not such XML.</returns>
    public static bool TryReadObject(
        ReadOnlyMemory<byte> body, string root, IReadOnlyCollection<string> flags, [NotNullWhen(true)] out byte[]? json)
    {
        json = null;
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(body.ToArray(), writable: false), Settings);
            using var writer = new Utf8JsonWriter(buffer);
            if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != root || xml.NamespaceURI.Length > 0)
                return false;
            writer.WriteStartObject();
            ReadMembers(xml, writer, flags);
            writer.WriteEndObject();
            while (xml.Read())
            {
                // Until the end: what is broken there is broken.
            }
        }
        catch (XmlException)
        {
            return false;
        }

        json = buffer.WrittenSpan.ToArray();
        return true;
    }

    private static void ReadMembers(XmlReader xml, Utf8JsonWriter writer, IReadOnlyCollection<string> flags)
    {
        if (xml.IsEmptyElement)
            return;
        xml.ReadStartElement();
        while (xml.NodeType != XmlNodeType.EndElement)
        {
            // Text between the elements, or elements within a text, end in an XmlException.
            if (xml.NodeType != XmlNodeType.Element)
                throw new XmlException("An element is expected.");
            var name = xml.LocalName;
            var text = xml.ReadElementContentAsString();
            writer.WritePropertyName(name);
            if (flags.Contains(name) && text.Trim() is "true" or "1" or "false" or "0")
                writer.WriteBooleanValue(text.Trim() is "true" or "1");
            else
                writer.WriteStringValue(text);
        }
    }
}
