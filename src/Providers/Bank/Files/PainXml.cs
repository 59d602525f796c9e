using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Quittance.Core.Instruments;

namespace Quittance.Providers.Bank.Files;

/// <summary>The parts that messages to a bank share (ISO 20022, pain).</summary>
/// <param name="space">The namespace of the message.</param>
internal sealed class PainXml(XNamespace space)
{
    private const int LongestStreet = 70;
    private const int ShortPart = 16;
    private const int LongestTown = 35;

    private static readonly XmlWriterSettings Settings = new()
    {
        Async = true,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        IndentChars = " ",
        NewLineChars = "\n",
    };

    public static XmlWriter To(Stream file) => XmlWriter.Create(file, Settings);

    /// <summary>An amount in cents as the decimal number of the schema.</summary>
    public static string Amount(long minor) => string.Create(CultureInfo.InvariantCulture, $"{minor / 100}.{minor % 100:00}");

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentException">The text is no SEPA identifier.</exception>
    public static string Identifier(string text) =>
        SepaText.IsIdentifier(text) ? text : throw new ArgumentException($"'{text}' is no SEPA identifier.", nameof(text));

    /// <summary>An element with parts or a text.</summary>
    public XElement Of(string name, params object?[] content) => new(space + name, content);

    /// <summary>Begins an element; its parts follow.</summary>
    public Task BeginAsync(XmlWriter xml, string name) => xml.WriteStartElementAsync(null, name, space.NamespaceName);

    public XElement GroupHeader(string messageId, DateTimeOffset createdAt, (long Count, Int128 SumMinor) total, string initiator) => Of(
        "GrpHdr", Of("MsgId", Identifier(messageId)),
        Of("CreDtTm", createdAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)), Of("NbOfTxs", total.Count),
        Of("CtrlSum", Amount(checked((long)total.SumMinor))), Of("InitgPty", Name(initiator)));

    public XElement Name(string name) => Of("Nm", SepaText.Of(name, SepaText.NameLength));

    public XElement Account(string element, Iban iban) => Of(element, Of("Id", Of("IBAN", iban.Reveal())));

    /// <summary>A bank: by its BIC, else by the word that the IBAN tells it.</summary>
    public XElement Agent(string element, string? bic) => Of(
        element, Of("FinInstnId", bic is null ? Of("Othr", Of("Id", "NOTPROVIDED")) : Of("BICFI", bic)));

    /// <summary>An address in parts; null for none.</summary>
    public XElement? Address(FileAddress? address) => address is null ? null : Of(
        "PstlAdr", Part("StrtNm", address.Street, LongestStreet), Part("BldgNb", address.Number, ShortPart),
        Part("PstCd", address.PostalCode, ShortPart), Part("TwnNm", address.Town, LongestTown), Of("Ctry", address.Country));

    /// <summary>The text for the other party; null for none.</summary>
    public XElement? Remittance(string text) =>
        Part("Ustrd", text, SepaText.RemittanceLength) is { } line ? Of("RmtInf", line) : null;

    private XElement? Part(string name, string? text, int maxLength) =>
        SepaText.Of(text, maxLength) is { Length: > 0 } fit ? Of(name, fit) : null;
}
