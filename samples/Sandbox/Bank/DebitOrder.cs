using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Quittance.Sandbox.Bank;

/// <summary>A file of direct debits as the bank gets it (pain.008.001.08).</summary>
/// <param name="Iban">The creditor's account.</param>
internal sealed record DebitOrder(string MessageId, string Iban, IReadOnlyList<OrderGroup> Groups)
{
    private static readonly XNamespace Space = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08";

    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <exception cref="XmlException">The file is no such file, or has a document type.</exception>
    public static DebitOrder Read(Stream file)
    {
        using var xml = XmlReader.Create(file, Settings);
        var root = XDocument.Load(xml).Root!;
        if (root.Name != Space + "Document")
            throw new XmlException("The file is no pain.008.001.08.");
        var groups = root.Descendants(Space + "PmtInf").ToList();
        return new DebitOrder(
            Text(root, "CstmrDrctDbtInitn", "GrpHdr", "MsgId"), groups.Count == 0 ? throw new XmlException("The file has no debits.")
                : Text(groups[0], "CdtrAcct", "Id", "IBAN"),
            [
                .. groups.Select(group => new OrderGroup(
                    Text(group, "PmtInfId"),
                    DateOnly.ParseExact(Text(group, "ReqdColltnDt"), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                    [.. group.Elements(Space + "DrctDbtTxInf").Select(Of)])),
            ]);
    }

    private static OrderDebit Of(XElement debit)
    {
        var iban = Text(debit, "DbtrAcct", "Id", "IBAN");
        var cents = decimal.Parse(Text(debit, "InstdAmt"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 100;
        return new OrderDebit(
            Text(debit, "PmtId", "EndToEndId"), (long)cents, Text(debit, "DrctDbtTx", "MndtRltdInf", "MndtId"), Text(debit, "Dbtr", "Nm"),
            iban, BankBehaviour.Of(iban, (long)cents));
    }

    private static string Text(XElement from, params string[] path)
    {
        var at = from;
        foreach (var name in path)
            at = at.Element(Space + name) ?? throw new XmlException($"{name} is missing.");
        return at.Value;
    }
}

/// <summary>A group of a file of debits.</summary>
internal sealed record OrderGroup(string Id, DateOnly DueOn, IReadOnlyList<OrderDebit> Debits);

/// <summary>One debit of a file.</summary>
internal sealed record OrderDebit(
    string EndToEndId, long Cents, string Mandate, string Debtor, string Iban, BankBehaviour Behaviour);

/// <summary>How a debit behaves at the bank.</summary>
/// <param name="Reject">The code with which the status report rejects it; null for a debit that is taken on.</param>
/// <param name="Return">The code with which it comes back; null for one that stays paid.</param>
/// <param name="ReturnDays">How many business days after its day it comes back.</param>
/// <param name="ChargesCents">The bank's charges inside the amount that comes back.</param>
internal sealed record BankBehaviour(string? Reject = null, string? Return = null, int ReturnDays = 2, long ChargesCents = 300)
{
    /// <summary>Whether a notification tells of the return too, beside the statement.</summary>
    public bool IsNotified { get; init; }

    /// <summary>Whether the bank books it by itself, a business day after the lump.</summary>
    public bool IsBookedAlone { get; init; }

    /// <summary>The behaviour of a debit: by its amount, else by the end of the debtor's account.</summary>
    public static BankBehaviour Of(string iban, long cents) => cents switch
    {
        666_20 => new BankBehaviour(Reject: "AC04"),
        666_21 => new BankBehaviour(Return: "AM04"),
        666_22 => new BankBehaviour(Return: "MD01", ReturnDays: 3, ChargesCents: 0),
        666_23 => new BankBehaviour(Return: "MD06", ReturnDays: 30),
        666_24 => new BankBehaviour(Return: "AC04", ReturnDays: 4) { IsNotified = true },
        666_25 => new BankBehaviour { IsBookedAlone = true },
        _ when iban.EndsWith("0002", StringComparison.Ordinal) => new BankBehaviour(Reject: "AC01"),
        _ when iban.EndsWith("0003", StringComparison.Ordinal) => new BankBehaviour(Return: "MS03", ReturnDays: 5),
        _ => new BankBehaviour(),
    };
}
