using System.Xml;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankCollections;

/// <summary>
/// Reads a bank's report about a file of debits or transfers, in ISO 20022 pain.002 of any version. A refused file changes nothing.
/// </summary>
public sealed class PainStatusReader
{
    private const string Namespace = "urn:iso:std:iso:20022:tech:xsd:pain.";
    private const string NoReport = "this is no report of a bank about a file (pain.002)";

    private readonly Findings _found;
    private readonly List<GroupReport> _groups = [];
    private readonly List<StatusReason> _reasons = [];
    private int _count;
    private string? _messageId;
    private string? _originalId;
    private string? _originalName;
    private int _originalLine;
    private long? _originalCount;
    private FileStatus? _status;

    private PainStatusReader(Findings found) => _found = found;

    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <param name="options">The bounds of the file; null for the usual ones.</param>
    public static async Task<ReadStatusReport> ReadAsync(Stream file, ReadingOptions? options, CancellationToken cancel)
    {
        var found = new Findings(options ?? new ReadingOptions());
        List<StatusReport> reports = [];
        var hash = await BoundedFile.ReadAsync(
            file, found, inTime => FileParts.EachAsync(
                file, found, (part, kind) => ReadAsync(part, kind, found, reports, inTime), inTime),
            cancel);
        if (found.Faults.Count == 0 && reports.Count == 0)
            found.Refuse(0, null, NoReport);
        var isRead = found.Faults.Count == 0;
        return new ReadStatusReport(isRead ? reports.FirstOrDefault() : null, found.Faults, hash)
        {
            Remarks = found.Remarks,
            Further = isRead ? [.. reports.Skip(1)] : [],
        };
    }

    private static Task ReadAsync(
        Stream file, FileKind kind, Findings found, List<StatusReport> reports, CancellationToken cancel)
    {
        if (kind == FileKind.Xml)
            return BoundedXml.EachAsync(file, xml => ReadAsync(xml, found, reports, cancel), cancel);
        found.Refuse(0, null, NoReport);
        return Task.CompletedTask;
    }

    private static async Task<bool> ReadAsync(XmlReader xml, Findings found, List<StatusReport> reports, CancellationToken cancel)
    {
        var (line, root) = (BoundedXml.LineOf(xml), xml.LocalName);
        var kind = await MessageKinds.OfAsync(xml);
        if (kind == MessageKind.None)
        {
            found.Refuse(line, root, NoReport);
        }
        else if (kind is not (MessageKind.Status or MessageKind.Header))
        {
            var space = xml.NamespaceURI;
            found.Refuse(BoundedXml.LineOf(xml), xml.LocalName, space.StartsWith(Namespace, StringComparison.Ordinal)
                ? $"this is {space[(Namespace.Length - "pain.".Length)..]}; a bank's report about a file is pain.002" : NoReport);
        }
        else if (kind == MessageKind.Status && await ReadAsync(xml, found, cancel) is { } report)
        {
            reports.Add(report);
        }

        return found.Faults.Count == 0;
    }

    /// <summary>Reads the report in a document; null where it is refused.</summary>
    internal static async Task<StatusReport?> ReadAsync(XmlReader xml, Findings found, CancellationToken cancel)
    {
        var reader = new PainStatusReader(found);
        await reader.ReadAsync(xml, cancel);
        return reader.End();
    }

    private async Task ReadAsync(XmlReader xml, CancellationToken cancel)
    {
        if (xml.LocalName == "Document")
        {
            await BoundedXml.MoveAsync(xml);
            await xml.MoveToContentAsync();
        }

        if (xml.NodeType != XmlNodeType.Element
            || (xml.LocalName != "CstmrPmtStsRpt" && !xml.LocalName.StartsWith("pain.002", StringComparison.Ordinal)))
        {
            _found.Refuse(BoundedXml.LineOf(xml), xml.LocalName, NoReport);
            return;
        }

        List<DebitReport> alone = [];
        await EachPartAsync(xml, async line =>
        {
            switch (xml.LocalName)
            {
                case "GrpHdr":
                    await EachPartAsync(xml, async _ => Take(await MessageElement.ReadAsync(xml, cancel)), cancel);
                    break;
                case "OrgnlGrpInfAndSts":
                    await EachPartAsync(xml, async at => TakeOriginal(await MessageElement.ReadAsync(xml, cancel), at), cancel);
                    break;
                case "OrgnlPmtInfAndSts":
                    await ReadGroupAsync(xml, line, cancel);
                    break;
                // Some banks leave the groups out.
                case "TxInfAndSts":
                    if (_found.MayHave(_count++, line))
                        alone.Add(DebitOf(await MessageElement.ReadAsync(xml, cancel), line));
                    break;
                default:
                    await BoundedXml.SkipAsync(xml, cancel);
                    break;
            }
        }, cancel);
        if (alone.Count > 0)
            _groups.Add(new GroupReport(null, null, [], alone) { FileLine = alone[0].FileLine });
    }

    private Task EachPartAsync(XmlReader xml, Func<int, Task> read, CancellationToken cancel) =>
        BoundedXml.EachPartAsync(xml, _found, read, cancel);

    private void Take(MessageElement part)
    {
        if (part.Name == "MsgId")
            _messageId ??= Short(part.Text);
    }

    private void TakeOriginal(MessageElement part, int line)
    {
        switch (part.Name)
        {
            case "OrgnlMsgId":
                if (_originalId is null)
                    (_originalId, _originalLine) = (Short(part.Text), line);
                break;
            case "OrgnlMsgNmId":
                _originalName ??= Short(part.Text);
                break;
            case "OrgnlNbOfTxs":
                _originalCount = long.TryParse(part.Text.Trim(), out var count) && count >= 0 ? count : null;
                break;
            case "GrpSts":
                _status = StatusOf(part.Text, line, "GrpSts");
                break;
            case "StsRsnInf":
                _reasons.Add(ReasonOf(part));
                break;
            default:
                break;
        }
    }

    private async Task ReadGroupAsync(XmlReader xml, int line, CancellationToken cancel)
    {
        string? id = null;
        FileStatus? status = null;
        List<StatusReason> reasons = [];
        List<DebitReport> debits = [];
        await EachPartAsync(xml, async at =>
        {
            if (xml.LocalName is not ("OrgnlPmtInfId" or "PmtInfSts" or "StsRsnInf" or "TxInfAndSts"))
            {
                await BoundedXml.SkipAsync(xml, cancel);
                return;
            }

            var part = await MessageElement.ReadAsync(xml, cancel);
            switch (part.Name)
            {
                case "OrgnlPmtInfId":
                    id ??= Short(part.Text);
                    break;
                case "PmtInfSts":
                    status = StatusOf(part.Text, at, "PmtInfSts");
                    break;
                case "StsRsnInf":
                    reasons.Add(ReasonOf(part));
                    break;
                default:
                    if (_found.MayHave(_count++, at))
                        debits.Add(DebitOf(part, at));
                    break;
            }
        }, cancel);
        if (id is null && debits.Count == 0)
            _found.Refuse(line, "OrgnlPmtInfId", "the group has no id");
        else
            _groups.Add(new GroupReport(id, status, reasons, debits) { FileLine = line });
    }

    private DebitReport DebitOf(MessageElement part, int line)
    {
        var id = BankReference.Of(part.TextOf("OrgnlEndToEndId")) ?? BankReference.Of(part.TextOf("OrgnlInstrId"));
        FileStatus? status = part.TextOf("TxSts") is { } code ? StatusOf(code, line, "TxSts") : null;
        return new DebitReport(id, status, [.. part.All("StsRsnInf").Select(ReasonOf)])
        {
            FileLine = line,
            AmountMinor = MinorOf(part.Child("OrgnlTxRef", "Amt", "InstdAmt") ?? part.Child("OrgnlTxRef", "IntrBkSttlmAmt")),
            MandateReference = part.TextOf("OrgnlTxRef", "MndtRltdInf", "MndtId")
                ?? part.TextOf("OrgnlTxRef", "MndtRltdInf", "DrctDbtMndt", "MndtId"),
        };
    }

    private static long? MinorOf(MessageElement? amount) =>
        amount is not null && Currency.TryParse(amount.Currency, out var currency) ? AmountText.OfSchema(amount.Text, currency) : null;

    private static StatusReason ReasonOf(MessageElement reason) => new(
        reason.TextOf("Rsn", "Cd") ?? NumberMask.Apply(reason.TextOf("Rsn", "Prtry")),
        NumberMask.Apply(string.Join(' ', reason.All("AddtlInf").Select(part => part.Text.Trim()))));

    /// <summary>The status of a code. One that we do not know is a remark.</summary>
    private FileStatus StatusOf(string text, int line, string element)
    {
        var status = text.Trim() switch
        {
            "RCVD" => FileStatus.Received,
            "PDNG" => FileStatus.Pending,
            "ACTC" or "ACCP" or "ACFC" or "ACSP" or "ACSC" or "ACWC" or "ACWP" or "ACCC" => FileStatus.Accepted,
            "PART" or "PATC" => FileStatus.PartlyAccepted,
            "RJCT" => FileStatus.Rejected,
            "CANC" => FileStatus.Cancelled,
            "RCVC" => FileStatus.PayeeAgrees,
            "RVMC" or "RVCM" => FileStatus.PayeeNearlyAgrees,
            "RVNM" => FileStatus.PayeeDiffers,
            "RVNA" => FileStatus.PayeeUnknown,
            _ => FileStatus.Unknown,
        };
        if (status == FileStatus.Unknown)
            _found.Remark(line, element, "we do not know this status: it changes nothing");
        return status;
    }

    private static string? Short(string text) => text.Trim() is { Length: > 0 } name ? name[..Math.Min(name.Length, 140)] : null;

    private StatusReport? End()
    {
        if (_found.Faults.Count > 0)
            return null;
        if (_messageId is null || _originalId is null)
        {
            _found.Refuse(0, _messageId is null ? "MsgId" : "OrgnlMsgId", _messageId is null
                ? "the report has no id" : "the report does not name the file that it is about");
            return null;
        }

        if (_status is null && _groups.Count == 0)
        {
            _found.Refuse(0, "GrpSts", "the report gives no status: neither of the file nor of a group");
            return null;
        }

        return new StatusReport(_messageId, _originalId, _originalName, _status, _reasons, _groups)
        {
            FileLine = _originalLine,
            OriginalCount = _originalCount,
        };
    }
}
