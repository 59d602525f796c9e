using System.Globalization;

namespace Quittance.Tests.Settlements;

/// <summary>Builds pages of a statement, as banks part long ones.</summary>
internal static class CamtPage
{
    private static int _entries;

    /// <summary>A page of the statement P-310.</summary>
    /// <param name="number">Its number; null for a statement without pages.</param>
    public static string Of(
        int? number, bool isLast, (string Type, decimal Amount) first, (string Type, decimal Amount) last, decimal[] entries,
        string text = "Invoice") => string.Create(CultureInfo.InvariantCulture, $"""
        <Stmt><Id>P-310</Id>{Pagination(number, isLast)}
        <CreDtTm>2027-11-05T20:15:00</CreDtTm><Acct><Id><IBAN>{Camt.Iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
        {Balance(first)}{Balance(last)}{string.Concat(entries.Select(amount => Entry(amount, text)))}</Stmt>
        """);

    public static string File(params string[] statements) =>
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>\n"
        + $"{string.Join('\n', statements)}\n</BkToCstmrStmt></Document>";

    private static string Pagination(int? number, bool isLast) => number is null ? ""
        : $"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{(isLast ? "true" : "false")}</LastPgInd></StmtPgntn>";

    private static string Balance((string Type, decimal Amount) balance) => string.Create(
        CultureInfo.InvariantCulture,
        $"<Bal><Tp><CdOrPrtry><Cd>{balance.Type}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{balance.Amount:0.00}</Amt>"
            + $"<CdtDbtInd>CRDT</CdtDbtInd></Bal>");

    private static string Entry(decimal amount, string text) => string.Create(CultureInfo.InvariantCulture, $"""
        <Ntry><Amt Ccy="EUR">{Math.Abs(amount):0.00}</Amt><CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2027-11-05</Dt></BookgDt><AcctSvcrRef>P-{Interlocked.Increment(ref _entries)}</AcctSvcrRef><NtryDtls><TxDtls>
        <RltdPties><Dbtr><Pty><Nm>Anna Bell</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
        """);
}
