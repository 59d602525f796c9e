using System.Xml;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>An element of a bank's message, with the elements in it that the readers use and without all others.</summary>
internal sealed class MessageElement
{
    /// <summary>An entry of fifty thousand transactions has fewer: a studio's debits in one lump.</summary>
    private const int MaxElements = 2_000_000;

    /// <summary>Longer than every text that is used.</summary>
    private const int MaxText = 5_000;

    private static readonly HashSet<string> Used =
    [
        "AcctSvcrRef", "AddtlInf", "AddtlNtryInf", "AddtlRmtInf", "AddtlTxInf", "Amt", "AmtDtls", "BkTxCd", "BookgDt", "Btch",
        "Ccy", "CcyXchg", "Cd", "CdOrPrtry", "CdtDbtInd", "Cdtr", "CdtrAcct", "CdtrRefInf", "CdtrSchmeId", "ChqNb", "ChrgInclInd",
        "Chrgs", "CntrValAmt", "Dbtr", "DbtrAcct", "Domn", "DrctDbtMndt", "DrctDbtTx", "Dt", "DtTm", "EndToEndId", "Fmly", "IBAN",
        "Id", "InstdAmt", "InstrId", "LastPgInd", "LclInstrm", "LineDtls", "MndtId", "MndtRltdInf", "MsgId", "Nb", "NbOfTxs", "Nm",
        "NtryDtls", "OrgnlEndToEndId", "OrgnlInstrId", "OrgnlTxRef", "Othr", "Ownr", "PgNb", "PmtId", "PmtInfId", "Prtry", "PrvtId",
        "Pty", "Rcrd", "Ref", "Refs", "RfrdDocAmt", "RfrdDocInf", "RltdPties", "RltdRmtInf", "RmtId", "RmtInf", "RmtdAmt", "Rsn",
        "RtrInf", "RvslInd", "Strd", "Sts", "StsRsnInf", "SubFmlyCd", "Tp", "TtlAmt", "TtlChrgsAndTaxAmt", "TxAmt", "TxDtls",
        "TxId", "TxSts", "UltmtCdtr", "UltmtDbtr", "Ustrd", "ValDt", "XchgRate",
    ];

    private List<MessageElement>? _children;

    private MessageElement(string name) => Name = name;

    /// <summary>Its name, without the namespace.</summary>
    public string Name { get; }

    /// <summary>The attribute <c>Ccy</c>; null where there is none.</summary>
    public string? Currency { get; private init; }

    /// <summary>Its own text, cut where it is longer than any that is used.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Whether there are elements in it, used or not.</summary>
    public bool HasElements { get; private set; }

    public IReadOnlyList<MessageElement> Children => _children ?? [];

    /// <summary>Reads the element at which a reader stands, and moves on behind it.</summary>
    /// <exception cref="BoundExceededException">It is too deep or has too much in it.</exception>
    public static async Task<MessageElement> ReadAsync(XmlReader xml, CancellationToken cancel)
    {
        var (line, depth, count) = (BoundedXml.LineOf(xml), xml.Depth, 0);
        var top = Of(xml);
        var open = new Stack<MessageElement>([top]);
        var isOver = xml.IsEmptyElement;
        await BoundedXml.MoveAsync(xml);
        while (!isOver)
        {
            cancel.ThrowIfCancellationRequested();
            switch (xml.NodeType)
            {
                case XmlNodeType.EndElement:
                    open.Pop();
                    isOver = xml.Depth == depth;
                    await BoundedXml.MoveAsync(xml);
                    break;
                case XmlNodeType.Element when !Used.Contains(xml.LocalName):
                    open.Peek().HasElements = true;
                    await BoundedXml.SkipAsync(xml, cancel);
                    break;
                case XmlNodeType.Element:
                    if (++count > MaxElements)
                        throw new BoundExceededException(line, "the entry has too many transactions: split it");
                    var (child, isEmpty) = (Of(xml), xml.IsEmptyElement);
                    open.Peek().HasElements = true;
                    (open.Peek()._children ??= []).Add(child);
                    if (!isEmpty)
                        open.Push(child);
                    await BoundedXml.MoveAsync(xml);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    open.Peek().Append(await xml.GetValueAsync());
                    await BoundedXml.MoveAsync(xml);
                    break;
                default:
                    await BoundedXml.MoveAsync(xml);
                    break;
            }
        }

        return top;
    }

    /// <summary>The first element along a path of names; null for none.</summary>
    public MessageElement? Child(params ReadOnlySpan<string> path)
    {
        var at = this;
        foreach (var name in path)
        {
            at = at.All(name).FirstOrDefault();
            if (at is null)
                return null;
        }

        return at;
    }

    /// <summary>The text of the element along a path of names; null for none.</summary>
    public string? TextOf(params ReadOnlySpan<string> path) =>
        Child(path) is { HasElements: false } leaf && leaf.Text.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The elements of a name.</summary>
    public IEnumerable<MessageElement> All(string name) => Children.Where(child => child.Name == name);

    private static MessageElement Of(XmlReader xml) => new(xml.LocalName) { Currency = xml.GetAttribute("Ccy") };

    private void Append(string text)
    {
        if (Text.Length < MaxText)
            Text = string.Concat(Text, text.AsSpan(0, Math.Min(text.Length, MaxText - Text.Length)));
    }
}
