using System.Security;
using System.Text;
using Quittance.Core;

namespace Quittance.Tests.Settlements.Banks;

/// <summary>A bank that writes camt.053: statements in pages, in one document or in several, with lumps and with all details.</summary>
/// <param name="version">The version of the format: 2, 4 or 8.</param>
internal sealed class CamtBank(int version, Random random) : IBankWriter
{
    private enum PageBalances
    {
        /// <summary>Each page tells where it begins and ends.</summary>
        OfPages,

        /// <summary>Each page repeats the balances of the whole statement.</summary>
        OfAll,
    }

    private sealed record Page(string Xml, int Number, IReadOnlyList<BankLine> Lines);

    private readonly string _encoding = random.Of(["UTF-8", "UTF-8", "ISO-8859-1", "UTF-16"]);

    public bool HasDetails => true;

    public IEnumerable<BankDocument> Write(IReadOnlyList<BankStatement> statements)
    {
        var pages = statements.SelectMany(PagesOf).ToList();
        foreach (var some in pages.InParts(random, 4))
        {
            List<List<BankLine>> read = [];
            foreach (var page in some)
            {
                if (page.Number > 1 && read.Count > 0)
                    read[^1].AddRange(page.Lines);
                else
                    read.Add([.. page.Lines]);
            }

            var xml = $"""
                <?xml version="1.0" encoding="{_encoding}"?>
                <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:00}"><BkToCstmrStmt>
                <GrpHdr><MsgId>M</MsgId><CreDtTm>{statements[0].WrittenOn:yyyy-MM-dd}T23:00:00</CreDtTm></GrpHdr>
                {string.Concat(some.Select(page => page.Xml))}
                </BkToCstmrStmt></Document>
                """;
            var encoding = Encoding.GetEncoding(_encoding);
            yield return new BankDocument([.. encoding.GetPreamble(), .. encoding.GetBytes(xml)], Told.All, read);
        }
    }

    private IEnumerable<Page> PagesOf(BankStatement statement)
    {
        List<List<BankLine>> entries = [];
        foreach (var line in statement.Lines)
        {
            if (line.Lump is not null && entries.Count > 0 && entries[^1][0].Lump == line.Lump)
                entries[^1].Add(line);
            else
                entries.Add([line]);
        }

        // Equal lines of two pages that repeat the balances of all can be one line of the bank.
        var hasTwins = statement.Lines.Distinct().Count() < statement.Lines.Count;
        var parts = !hasTwins && random.Once(3) ? entries.InParts(random, 5).ToList() : [entries];
        var balances = random.Of([PageBalances.OfPages, PageBalances.OfAll]);
        var minor = statement.OpeningMinor;
        for (var at = 0; at < parts.Count; at++)
        {
            List<BankLine> lines = [.. parts[at].SelectMany(entry => entry)];
            var (from, to) = (minor, minor + lines.Sum(line => line.AmountMinor));
            minor = to;
            var (first, last) = (at == 0, at == parts.Count - 1);
            var told = balances == PageBalances.OfAll || parts.Count == 1
                ? Balance(statement, "OPBD", statement.OpeningMinor) + Balance(statement, "CLBD", statement.ClosingMinor)
                : Balance(statement, first ? "OPBD" : "ITBD", from) + Balance(statement, last ? "CLBD" : "ITBD", to);
            var pagination = parts.Count == 1 && random.Once(2) ? ""
                : $"<StmtPgntn><PgNb>{at + 1}</PgNb><LastPgInd>{(last ? "true" : "false")}</LastPgInd></StmtPgntn>";
            yield return new Page(
                $"""
                <Stmt><Id>{statement.Number}</Id>{pagination}<CreDtTm>{statement.WrittenOn:yyyy-MM-dd}T22:00:00</CreDtTm>
                <Acct><Id><IBAN>{statement.Account.Iban}</IBAN></Id><Ccy>{statement.Account.Currency.Code}</Ccy></Acct>
                {told}{string.Concat(parts[at].Select(entry => Entry(entry, statement.Account.Currency)))}{Pending(statement)}</Stmt>

                """,
                at + 1, lines);
        }
    }

    private static string Balance(BankStatement statement, string kind, long minor) =>
        $"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{Signed(minor, statement.Account.Currency)}"
        + $"<Dt><Dt>{statement.WrittenOn:yyyy-MM-dd}</Dt></Dt></Bal>\n";

    /// <summary>What the bank has not booked is no line.</summary>
    private string Pending(BankStatement statement) => random.Once(5)
        ? $"<Ntry>{Signed(99, statement.Account.Currency)}{Status("PDNG")}"
            + $"<BookgDt><Dt>{statement.WrittenOn:yyyy-MM-dd}</Dt></BookgDt></Ntry>"
        : "";

    private string Status(string code) => version >= 8 ? $"<Sts><Cd>{code}</Cd></Sts>" : $"<Sts>{code}</Sts>";

    private static string Amount(long minor, Currency currency) =>
        $"<Amt Ccy=\"{currency.Code}\">{BankText.Amount(minor, currency)}</Amt>";

    private static string Signed(long minor, Currency currency) =>
        $"{Amount(minor, currency)}<CdtDbtInd>{(minor < 0 ? "DBIT" : "CRDT")}</CdtDbtInd>";

    private string Entry(List<BankLine> lines, Currency currency)
    {
        var first = lines[0];
        var code = first.IsUnpaid ? "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>" : "";
        // The reference of a part is the entry's and its own.
        var reference = lines.Count == 1 ? first.Reference : first.Reference.Split(' ')[0];
        var batch = lines.Count > 1 && random.Once(2) ? $"<Btch><NbOfTxs>{lines.Count}</NbOfTxs></Btch>" : "";
        return $"""
            <Ntry>{Signed(lines.Sum(line => line.AmountMinor), currency)}{(first.IsReversal ? "<RvslInd>true</RvslInd>" : "")}
            {Status("BOOK")}
            <BookgDt><Dt>{first.BookedOn:yyyy-MM-dd}</Dt></BookgDt><ValDt><Dt>{first.ValueOn:yyyy-MM-dd}</Dt></ValDt>
            <AcctSvcrRef>{reference}</AcctSvcrRef>{code}
            <NtryDtls>{batch}{string.Concat(lines.Select(line => Transaction(line, lines.Count > 1, currency)))}</NtryDtls></Ntry>

            """;
    }

    private string Transaction(BankLine line, bool isPart, Currency currency)
    {
        var isFromDebtor = line.AmountMinor > 0 != (line.IsReturn || line.IsReversal);
        var (debtor, creditor) = isFromDebtor ? (line.Party, "Our Own Shop") : ("Our Own Shop", line.Party);
        var part = isPart ? $"<AcctSvcrRef>{line.Reference.Split(' ')[1]}</AcctSvcrRef>" : "";
        var endToEnd = line.EndToEnd is { } id ? SecurityElement.Escape(id) : "NOTPROVIDED";
        var amounts = (isPart, version) switch
        {
            (true, 2) => $"<AmtDtls><TxAmt>{Amount(line.AmountMinor, currency)}</TxAmt></AmtDtls>",
            (true, _) => Signed(line.AmountMinor, currency),
            _ when line.ChargesMinor > 0 =>
                $"<AmtDtls><InstdAmt>{Amount(line.SettlesMinor, currency)}</InstdAmt></AmtDtls>{Charges(line, currency)}",
            _ => "",
        };
        var back = line.ReturnReason is { } reason ? $"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" : "";
        return $"""
            <TxDtls><Refs>{part}<EndToEndId>{endToEnd}</EndToEndId></Refs>{amounts}
            <RltdPties>{Party("Dbtr", debtor)}{Party("Cdtr", creditor)}</RltdPties>
            <RmtInf>{Remittance(line.Text)}</RmtInf>{back}</TxDtls>
            """;
    }

    private string Charges(BankLine line, Currency currency) => version == 2
        ? $"<Chrgs>{Amount(line.ChargesMinor, currency)}</Chrgs>"
        : $"<Chrgs><Rcrd>{Amount(line.ChargesMinor, currency)}<ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>";

    private string Party(string role, string name)
    {
        var said = $"<Nm>{SecurityElement.Escape(name)}</Nm>";
        return version >= 8 ? $"<{role}><Pty>{said}</Pty></{role}>" : $"<{role}>{said}</{role}>";
    }

    /// <summary>A text in one field or in two, or in that of a reference.</summary>
    private string Remittance(string text)
    {
        var blank = text.IndexOf(' ', text.Length / 2);
        if (blank < 0 && random.Once(3))
            return $"<Strd><CdtrRefInf><Ref>{SecurityElement.Escape(text)}</Ref></CdtrRefInf></Strd>";
        return blank > 0 && random.Once(4)
            ? $"<Ustrd>{SecurityElement.Escape(text[..blank])}</Ustrd><Ustrd>{SecurityElement.Escape(text[(blank + 1)..])}</Ustrd>"
            : $"<Ustrd>{SecurityElement.Escape(text)}</Ustrd>";
    }
}
