using System.Xml;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The message that a document of a bank has in it.</summary>
internal enum MessageKind
{
    /// <summary>camt.053.</summary>
    Statement,

    /// <summary>camt.054.</summary>
    Notification,

    /// <summary>camt.052: an interim report.</summary>
    Report,

    /// <summary>pain.002: a status report.</summary>
    Status,

    /// <summary>Another one.</summary>
    Other,

    /// <summary>The header that networks send before a message.</summary>
    Header,

    /// <summary>None: there is no document.</summary>
    None,
}

/// <summary>
/// Tells messages apart by their namespaces, of ISO 20022 or of a country, and where there is none by what they have in them.
/// </summary>
internal static class MessageKinds
{
    private static readonly (string Version, string Element, MessageKind Kind)[] Known =
    [
        ("camt.053", "BkToCstmrStmt", MessageKind.Statement), ("camt.054", "BkToCstmrDbtCdtNtfctn", MessageKind.Notification),
        ("camt.052", "BkToCstmrAcctRpt", MessageKind.Report), ("pain.002", "CstmrPmtStsRpt", MessageKind.Status),
    ];

    // An envelope has a header before its document.
    private const int MostBeforeDocument = 2000;

    /// <summary>
    /// The kind of the document at whose root a reader stands, or in whose envelope. It goes on to the document, and may go on to the first
    /// element in it.
    /// </summary>
    public static async Task<MessageKind> OfAsync(XmlReader xml)
    {
        if (xml is { NodeType: XmlNodeType.Element, LocalName: "AppHdr" })
            return MessageKind.Header;
        for (var nodes = 0; xml is not { NodeType: XmlNodeType.Element, LocalName: "Document" }; nodes++)
        {
            if (nodes == MostBeforeDocument || !await BoundedXml.MoveAsync(xml))
                return MessageKind.None;
        }

        foreach (var (version, _, kind) in Known)
        {
            if (xml.NamespaceURI.Contains(version, StringComparison.Ordinal))
                return kind;
        }

        if (xml.NamespaceURI.StartsWith("urn:iso:std:iso:20022:", StringComparison.Ordinal))
            return MessageKind.Other;
        while (await BoundedXml.MoveAsync(xml))
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            // The first version of the report calls the element like the message.
            return Known.Where(one => one.Element == xml.LocalName || xml.LocalName.StartsWith(one.Version, StringComparison.Ordinal))
                .Select(one => one.Kind).DefaultIfEmpty(MessageKind.Other).First();
        }

        return MessageKind.Other;
    }
}
