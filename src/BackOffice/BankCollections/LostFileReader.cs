using System.Xml;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankCollections;

/// <summary>A file of debits or transfers that was written by the books and that a restore lost, as it was read again.</summary>
/// <param name="Faults">Why it is refused; empty for a file that was read.</param>
/// <param name="Hash">The SHA-256 of the whole file.</param>
public sealed record ReadLostFile(
    string? MessageId, CollectionKind Kind, IReadOnlyList<LostGroup> Groups, IReadOnlyList<FileFault> Faults, ReadOnlyMemory<byte> Hash);

/// <summary>A group of such a file.</summary>
/// <param name="DueOn">The day on which it is due.</param>
/// <param name="Iban">The merchant's bank account.</param>
/// <param name="Creditor">The creditor identifier; null for transfers.</param>
/// <param name="FileLine">The line at which it begins, from 1.</param>
public sealed record LostGroup(
    string Id, DateOnly DueOn, string Iban, string? Creditor, bool IsOfBusinesses, IReadOnlyList<LostItem> Items, int FileLine);

/// <summary>A debit or a transfer of such a file.</summary>
/// <param name="Mandate">The reference of its mandate; null for a transfer, and for CH-DD.</param>
/// <param name="FileLine">The line at which it begins, from 1.</param>
public sealed record LostItem(string EndToEndId, Money Amount, string? Mandate, int FileLine);

/// <summary>
/// Reads the files that we write for banks, pain.008 and pain.001, when one is handed in after a restore. A refused file changes nothing.
/// </summary>
public sealed class LostFileReader
{
    private const string Debits = "CstmrDrctDbtInitn", Transfers = "CstmrCdtTrfInitn";
    private const string DebitItem = "DrctDbtTxInf", TransferItem = "CdtTrfTxInf";

    private readonly Findings _found;
    private readonly List<LostGroup> _groups = [];
    private string? _messageId;
    private CollectionKind _kind;
    private int _count;

    private LostFileReader(Findings found) => _found = found;

    /// <param name="file">The file; it must support seeking and is read twice.</param>
    public static async Task<ReadLostFile> ReadAsync(Stream file, CancellationToken cancel)
    {
        var found = new Findings(new ReadingOptions());
        var reader = new LostFileReader(found);
        var hash = await BoundedFile.ReadAsync(
            file, found, inTime => BoundedXml.EachAsync(file, xml => reader.ReadPartsAsync(xml, inTime), inTime), cancel);
        if (found.Faults.Count == 0 && (reader._messageId is null || reader._count == 0))
            found.Refuse(0, reader._messageId is null ? "MsgId" : "PmtInf", "the file has no id, or nothing in it");
        return new ReadLostFile(reader._messageId, reader._kind, reader._groups, found.Faults, hash);
    }

    /// <summary>Whether a file is one of debits or transfers, as its namespace says.</summary>
    /// <param name="file">The file; it must support seeking, and is read again from its beginning.</param>
    public static async Task<bool> IsOneAsync(Stream file, CancellationToken cancel)
    {
        var isOne = false;
        try
        {
            await BoundedXml.EachAsync(file, xml =>
            {
                isOne = xml.NamespaceURI.Contains("pain.008", StringComparison.Ordinal)
                    || xml.NamespaceURI.Contains("pain.001", StringComparison.Ordinal);
                return Task.FromResult(false);
            }, cancel);
        }
        catch (Exception unreadable) when (unreadable is XmlException or BoundExceededException)
        {
            // The reader of statements says why it can't be read.
            isOne = false;
        }

        file.Position = 0;
        return isOne;
    }

    private async Task<bool> ReadPartsAsync(XmlReader xml, CancellationToken cancel)
    {
        if (_count > 0 || _messageId is not null)
        {
            _found.Refuse(BoundedXml.LineOf(xml), xml.LocalName, "there is another document behind the first one: hand in each by itself");
            return false;
        }

        var isDocument = xml.LocalName == "Document";
        if (isDocument)
        {
            await BoundedXml.MoveAsync(xml);
            await xml.MoveToContentAsync();
        }

        if (!isDocument || xml.NodeType != XmlNodeType.Element || xml.LocalName is not (Debits or Transfers))
        {
            _found.Refuse(BoundedXml.LineOf(xml), xml.LocalName, "this is no file of debits or transfers (pain.008 or pain.001)");
            return false;
        }

        _kind = xml.LocalName == Debits ? CollectionKind.Debits : CollectionKind.Transfers;
        await BoundedXml.EachPartAsync(xml, _found, async line =>
        {
            switch (xml.LocalName)
            {
                case "GrpHdr":
                    await BoundedXml.EachPartAsync(xml, _found, async _ =>
                    {
                        var part = await MessageElement.ReadAsync(xml, cancel);
                        if (part.Name == "MsgId")
                            _messageId ??= Short(part.Text);
                    }, cancel);
                    break;
                case "PmtInf":
                    await ReadGroupAsync(xml, line, cancel);
                    break;
                default:
                    await BoundedXml.SkipAsync(xml, cancel);
                    break;
            }
        }, cancel);
        return _found.Faults.Count == 0;
    }

    private async Task ReadGroupAsync(XmlReader xml, int line, CancellationToken cancel)
    {
        string? id = null, iban = null, creditor = null;
        DateOnly? dueOn = null;
        var isOfBusinesses = false;
        List<LostItem> items = [];
        await BoundedXml.EachPartAsync(xml, _found, async at =>
        {
            var part = await MessageElement.ReadAsync(xml, cancel);
            switch (part.Name)
            {
                case "PmtInfId":
                    id = Short(part.Text);
                    break;
                case "ReqdColltnDt" or "ReqdExctnDt":
                    dueOn = DayOf(part.TextOf("Dt") ?? part.Text);
                    break;
                case "CdtrAcct" when _kind == CollectionKind.Debits:
                case "DbtrAcct" when _kind == CollectionKind.Transfers:
                    iban = part.TextOf("Id", "IBAN");
                    break;
                case "CdtrSchmeId":
                    creditor = part.TextOf("Id", "PrvtId", "Othr", "Id");
                    break;
                case "PmtTpInf":
                    isOfBusinesses = (part.TextOf("LclInstrm", "Cd") ?? part.TextOf("LclInstrm", "Prtry")) is "B2B" or "DDB2B1";
                    break;
                case DebitItem or TransferItem:
                    if (_found.MayHave(_count++, at) && ItemOf(part, at) is { } item)
                        items.Add(item);
                    break;
                default:
                    break;
            }
        }, cancel);
        if (id is null)
            _found.Refuse(line, "PmtInfId", "the group has no id");
        else if (dueOn is not { } on)
            _found.Refuse(line, _kind == CollectionKind.Debits ? "ReqdColltnDt" : "ReqdExctnDt", "the group says no day");
        else
            _groups.Add(new LostGroup(id, on, iban ?? "", creditor, isOfBusinesses, items, line));
    }

    private LostItem? ItemOf(MessageElement part, int line)
    {
        var amount = part.Child("InstdAmt") ?? part.Child("Amt", "InstdAmt");
        if (part.TextOf("PmtId", "EndToEndId") is not { } id)
        {
            _found.Refuse(line, "EndToEndId", "it has no end-to-end id");
            return null;
        }

        if (amount is null || !Currency.TryParse(amount.Currency, out var currency)
            || AmountText.OfSchema(amount.Text, currency) is not { } minor)
        {
            _found.Refuse(line, "InstdAmt", "it has no amount");
            return null;
        }

        return new LostItem(id, new Money(minor, currency), part.TextOf("DrctDbtTx", "MndtRltdInf", "MndtId"), line);
    }

    private static DateOnly? DayOf(string text) =>
        DayWindow.TryRead(text.Trim(), out var day) ? day : null;

    private static string? Short(string text) => text.Trim() is { Length: > 0 } name ? name[..Math.Min(name.Length, 140)] : null;
}
