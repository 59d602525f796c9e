using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankCollections.Writing;

/// <summary>A message to a bank.</summary>
/// <param name="Name">The name of its element.</param>
/// <param name="Initiator">The party who sends it: what its element has in it.</param>
internal sealed record PainMessage(
    string Name, string Id, DateTimeOffset CreatedAt, IReadOnlyList<XElement> Initiator, IReadOnlyList<PainGroup> Groups);

/// <summary>A group of a message.</summary>
/// <param name="Head">The elements before its parts.</param>
internal sealed record PainGroup(
    string Id, int Count, long SumMinor, IReadOnlyList<XElement> Head, IAsyncEnumerable<PainPart> Parts);

/// <summary>One debit or transfer as an element.</summary>
internal sealed record PainPart(XElement Element, long AmountMinor);

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

    /// <summary>An amount in cents as the decimal number of the schema.</summary>
    public static string Decimal(long minor) => string.Create(CultureInfo.InvariantCulture, $"{minor / 100}.{minor % 100:00}");

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentException">The text is no SEPA identifier.</exception>
    public static string Identifier(string text) =>
        SepaText.IsIdentifier(text) ? text : throw new ArgumentException($"'{text}' is no SEPA identifier.", nameof(text));

    /// <summary>An element with parts or a text.</summary>
    public XElement Of(string name, params object?[] content) => new(space + name, content);

    /// <summary>Writes a message with one of its parts in memory at a time.</summary>
    /// <exception cref="InvalidOperationException">A group's parts are not the number or the sum that the group tells.</exception>
    public async Task WriteAsync(PainMessage message, Stream to, CancellationToken cancel)
    {
        await using var xml = XmlWriter.Create(to, Settings);
        await xml.WriteStartDocumentAsync();
        await BeginAsync(xml, "Document");
        await BeginAsync(xml, message.Name);
        await HeaderOf(message).WriteToAsync(xml, cancel);
        foreach (var group in message.Groups)
        {
            await BeginAsync(xml, "PmtInf");
            foreach (var part in group.Head)
                await part.WriteToAsync(xml, cancel);
            var (count, sumMinor) = (0, 0L);
            await foreach (var (element, amountMinor) in group.Parts.WithCancellation(cancel))
            {
                await element.WriteToAsync(xml, cancel);
                (count, sumMinor) = (count + 1, checked(sumMinor + amountMinor));
            }

            if ((count, sumMinor) != (group.Count, group.SumMinor))
                throw new InvalidOperationException($"The group {group.Id} tells another number or sum than its parts have.");
            await xml.WriteEndElementAsync();
        }

        await xml.WriteEndDocumentAsync();
        await xml.FlushAsync();
    }

    /// <param name="currency">A currency with cents.</param>
    public XElement Amount(long minor, string currency = "EUR") => Of("InstdAmt", new XAttribute("Ccy", currency), Decimal(minor));

    /// <summary>How the head of a group begins in SEPA.</summary>
    /// <param name="method">DD for debits, TRF for transfers.</param>
    public IReadOnlyList<XElement> Begin(string id, string method, bool isBookedAsLump, int count, long sumMinor) =>
    [
        Of("PmtInfId", Identifier(id)), Of("PmtMtd", method), Of("BtchBookg", isBookedAsLump), Of("NbOfTxs", count),
        Of("CtrlSum", Decimal(sumMinor)),
    ];

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

    private Task BeginAsync(XmlWriter xml, string name) => xml.WriteStartElementAsync(null, name, space.NamespaceName);

    private XElement HeaderOf(PainMessage message)
    {
        Int128 sumMinor = 0;
        foreach (var group in message.Groups)
            sumMinor += group.SumMinor;
        return Of(
            "GrpHdr", Of("MsgId", Identifier(message.Id)),
            Of("CreDtTm", message.CreatedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
            Of("NbOfTxs", message.Groups.Sum(group => (long)group.Count)), Of("CtrlSum", Decimal(checked((long)sumMinor))),
            Of("InitgPty", message.Initiator));
    }
}
