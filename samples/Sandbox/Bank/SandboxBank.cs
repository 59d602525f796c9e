using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Quittance.Sandbox.Bank;

/// <summary>
/// A creditor's bank: takes a file of direct debits and gives the files that a real one gives in the days after. The same file gets the
/// same answers.
/// </summary>
public static class SandboxBank
{
    private const long OpeningCents = 1_000_00;

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        IndentChars = " ",
    };

    private static readonly XNamespace Status = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10";
    private static readonly XNamespace Statement = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";
    private static readonly XNamespace Notification = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08";

    /// <param name="order">A pain.008.001.08 file.</param>
    /// <returns>
    /// The bank's files by name, in the order of their days: the status report, and a statement for each day on which money moves.
    /// </returns>
    /// <exception cref="XmlException">The file is none that the bank takes.</exception>
    public static IReadOnlyList<(string Name, byte[] File)> Answer(Stream order)
    {
        var debits = DebitOrder.Read(order);
        List<(string, byte[])> files = [("status.xml", BytesOf(StatusOf(debits)))];
        var balanceCents = OpeningCents;
        foreach (var day in Movements(debits).GroupBy(movement => movement.On).OrderBy(day => day.Key))
        {
            var name = day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            if (day.Where(movement => movement.IsNotified).ToList() is { Count: > 0 } notified)
                files.Add(($"notification-{name}.xml", BytesOf(NotificationOf(debits, day.Key, notified))));
            var closingCents = balanceCents + day.Sum(movement => movement.Cents);
            files.Add(($"statement-{name}.xml", BytesOf(StatementOf(debits, day.Key, balanceCents, closingCents, [.. day]))));
            balanceCents = closingCents;
        }

        return files;
    }

    /// <summary>Money that moves on the creditor's account.</summary>
    private sealed record Movement(DateOnly On, long Cents, Func<XNamespace, XElement> Details, bool IsNotified = false);

    private static IEnumerable<Movement> Movements(DebitOrder order)
    {
        foreach (var group in order.Groups)
        {
            var taken = group.Debits.Where(debit => debit.Behaviour.Reject is null).ToList();
            var lump = taken.Where(debit => !debit.Behaviour.IsBookedAlone).ToList();
            var cents = lump.Sum(debit => debit.Cents);
            if (lump.Count > 0)
                yield return new Movement(group.DueOn, cents, space => Lump(space, order, group, lump.Count, cents));

            foreach (var debit in taken.Where(debit => debit.Behaviour.IsBookedAlone))
                yield return new Movement(BusinessDays(group.DueOn, 1), debit.Cents, space => Alone(space, group, debit));
            foreach (var debit in taken.Where(debit => debit.Behaviour.Return is not null))
            {
                yield return new Movement(
                    BusinessDays(group.DueOn, debit.Behaviour.ReturnDays), -(debit.Cents + debit.Behaviour.ChargesCents),
                    space => Returned(space, debit), debit.Behaviour.IsNotified);
            }
        }
    }

    private static DateOnly BusinessDays(DateOnly day, int days)
    {
        for (; days > 0; days--)
        {
            do
                day = day.AddDays(1);
            while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
        }

        return day;
    }

    private static XElement StatusOf(DebitOrder order)
    {
        XElement Of(string name, params object?[] content) => new(Status + name, content);
        var isRejected = order.Groups.Any(group => group.Debits.Any(debit => debit.Behaviour.Reject is not null));
        return Of("Document", Of(
            "CstmrPmtStsRpt",
            Of("GrpHdr", Of("MsgId", Name("ST", order.MessageId)), Of("CreDtTm", At(order.Groups[0].DueOn))),
            Of(
                "OrgnlGrpInfAndSts", Of("OrgnlMsgId", order.MessageId), Of("OrgnlMsgNmId", "pain.008.001.08"),
                Of("OrgnlNbOfTxs", order.Groups.Sum(group => group.Debits.Count)), Of("GrpSts", isRejected ? "PART" : "ACCP")),
            order.Groups.Select(group => Of(
                "OrgnlPmtInfAndSts", Of("OrgnlPmtInfId", group.Id),
                Of("PmtInfSts", group.Debits.Any(debit => debit.Behaviour.Reject is not null) ? "PART" : "ACCP"),
                group.Debits.Where(debit => debit.Behaviour.Reject is not null).Select(debit => Of(
                    "TxInfAndSts", Of("OrgnlEndToEndId", debit.EndToEndId), Of("TxSts", "RJCT"),
                    Of("StsRsnInf", Of("Rsn", Of("Cd", debit.Behaviour.Reject)))))))));
    }

    private static XElement StatementOf(
        DebitOrder order, DateOnly day, long openingCents, long closingCents, IReadOnlyList<Movement> movements)
    {
        XElement Of(string name, params object?[] content) => new(Statement + name, content);
        XElement Balance(string type, long cents) => Of(
            "Bal", Of("Tp", Of("CdOrPrtry", Of("Cd", type))), Amount(Statement, "Amt", cents), Side(Statement, cents),
            Of("Dt", Of("Dt", Day(day))));
        return Of("Document", Of(
            "BkToCstmrStmt",
            Of("GrpHdr", Of("MsgId", Name("CS", order.MessageId, day)), Of("CreDtTm", At(day))),
            Of(
                "Stmt", Of("Id", Name("CS", order.MessageId, day)), Of("CreDtTm", At(day)), Account(Statement, order),
                Balance("OPBD", openingCents), Balance("CLBD", closingCents), Entries(Statement, order, movements))));
    }

    private static XElement NotificationOf(DebitOrder order, DateOnly day, IReadOnlyList<Movement> movements)
    {
        XElement Of(string name, params object?[] content) => new(Notification + name, content);
        return Of("Document", Of(
            "BkToCstmrDbtCdtNtfctn",
            Of("GrpHdr", Of("MsgId", Name("CN", order.MessageId, day)), Of("CreDtTm", At(day))),
            Of(
                "Ntfctn", Of("Id", Name("CN", order.MessageId, day)), Of("CreDtTm", At(day)), Account(Notification, order),
                Entries(Notification, order, movements))));
    }

    private static IEnumerable<XElement> Entries(XNamespace space, DebitOrder order, IReadOnlyList<Movement> movements) =>
        movements.Select((movement, at) => new XElement(
            space + "Ntry", Amount(space, "Amt", movement.Cents), Side(space, movement.Cents),
            new XElement(space + "Sts", new XElement(space + "Cd", "BOOK")),
            new XElement(space + "BookgDt", new XElement(space + "Dt", Day(movement.On))),
            new XElement(space + "ValDt", new XElement(space + "Dt", Day(movement.On))),
            new XElement(space + "AcctSvcrRef", Name($"{at + 1:00000}-", order.MessageId, movement.On)), new XElement(space + "BkTxCd"),
            new XElement(space + "NtryDtls", movement.Details(space))));

    private static XElement Lump(XNamespace space, DebitOrder order, OrderGroup group, int count, long cents) => new(
        space + "Btch", new XElement(space + "MsgId", order.MessageId), new XElement(space + "PmtInfId", group.Id),
        new XElement(space + "NbOfTxs", count), Amount(space, "TtlAmt", cents), Side(space, cents));

    private static XElement Alone(XNamespace space, OrderGroup group, OrderDebit debit) => new(
        space + "TxDtls",
        new XElement(
            space + "Refs", new XElement(space + "PmtInfId", group.Id), new XElement(space + "EndToEndId", debit.EndToEndId),
            new XElement(space + "MndtId", debit.Mandate)),
        Amount(space, "Amt", debit.Cents), Side(space, debit.Cents));

    private static XElement Returned(XNamespace space, OrderDebit debit)
    {
        var cents = debit.Cents + debit.Behaviour.ChargesCents;
        return new XElement(
            space + "TxDtls",
            new XElement(
                space + "Refs", new XElement(space + "EndToEndId", debit.EndToEndId), new XElement(space + "MndtId", debit.Mandate)),
            Amount(space, "Amt", cents), Side(space, -cents),
            new XElement(space + "AmtDtls", new XElement(space + "InstdAmt", Amount(space, "Amt", debit.Cents))),
            debit.Behaviour.ChargesCents == 0 ? null : new XElement(
                space + "Chrgs", new XElement(space + "Rcrd", Amount(space, "Amt", debit.Behaviour.ChargesCents))),
            new XElement(
                space + "RltdPties",
                new XElement(space + "Dbtr", new XElement(space + "Pty", new XElement(space + "Nm", debit.Debtor))),
                new XElement(space + "DbtrAcct", new XElement(space + "Id", new XElement(space + "IBAN", debit.Iban)))),
            new XElement(space + "RtrInf", new XElement(space + "Rsn", new XElement(space + "Cd", debit.Behaviour.Return))));
    }

    private static XElement Account(XNamespace space, DebitOrder order) => new(
        space + "Acct", new XElement(space + "Id", new XElement(space + "IBAN", order.Iban)), new XElement(space + "Ccy", "EUR"));

    private static XElement Amount(XNamespace space, string name, long cents) => new(
        space + name, new XAttribute("Ccy", "EUR"),
        string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(cents) / 100}.{Math.Abs(cents) % 100:00}"));

    private static XElement Side(XNamespace space, long cents) => new(space + "CdtDbtInd", cents < 0 ? "DBIT" : "CRDT");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string At(DateOnly day) => $"{Day(day)}T18:00:00Z";

    private static string Name(string kind, string message, DateOnly? day = null)
    {
        var name = $"{kind}{(day is { } on ? on.ToString("yyMMdd", CultureInfo.InvariantCulture) : "")}-{message}";
        return name[..Math.Min(name.Length, 35)];
    }

    private static byte[] BytesOf(XElement root)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, Settings))
            root.WriteTo(xml);
        return file.ToArray();
    }
}
