using System.Globalization;
using System.Text;

namespace Quittance.Tests.Settlements;

/// <summary>A bank's statement, as the bank writes it.</summary>
internal sealed class Camt
{
    public const string Iban = "DE89370400440532013000";

    private readonly StringBuilder _entries = new();
    private decimal _sum;
    private int _count;

    public string Id { get; init; } = "2027/11";

    /// <summary>The number of its bank account.</summary>
    public string Account { get; init; } = Iban;

    public string Version { get; init; } = "001.02";

    public string Currency { get; init; } = "EUR";

    /// <summary>The balance before its entries.</summary>
    public decimal Opening { get; init; } = 1000;

    /// <summary>Money that came in, or went out where it is below zero.</summary>
    public Camt With(decimal amount, string remittance, string? endToEnd = null, string status = "<Sts>BOOK</Sts>",
        string? bankReference = null, string? currency = null)
    {
        _count++;
        if (status.Contains("BOOK", StringComparison.Ordinal))
            _sum += amount;
        _entries.Append(CultureInfo.InvariantCulture, $"""

                <Ntry>
                  <Amt Ccy="{currency ?? Currency}">{Math.Abs(amount):0.00}</Amt>
                  <CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd>{status}
                  <BookgDt><Dt>2027-11-{1 + (_count % 28):00}</Dt></BookgDt><AcctSvcrRef>{bankReference ?? $"BANK{_count}"}</AcctSvcrRef>
                  <NtryDtls><TxDtls>
                    <Refs><EndToEndId>{endToEnd ?? "NOTPROVIDED"}</EndToEndId></Refs>
                    <RltdPties><Dbtr><Nm>Anna Bell</Nm></Dbtr><Cdtr><Nm>Supplier</Nm></Cdtr></RltdPties>
                    <RmtInf><Ustrd>{remittance}</Ustrd></RmtInf>
                  </TxDtls></NtryDtls>
                </Ntry>
            """);
        return this;
    }

    /// <summary>An entry as it is, with its amount for the balance.</summary>
    public Camt WithEntry(decimal amount, string xml)
    {
        _sum += amount;
        _entries.Append(xml);
        return this;
    }

    public string ToXml(decimal closingOff = 0) => string.Create(CultureInfo.InvariantCulture, $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.{Version}">
          <BkToCstmrStmt>
            <GrpHdr><MsgId>M1</MsgId><CreDtTm>2027-11-30T20:00:00</CreDtTm></GrpHdr>
            <Stmt>
              <Id>{Id}</Id><CreDtTm>2027-11-30T20:00:00</CreDtTm>
              <Acct><Id><IBAN>{Account}</IBAN></Id><Ccy>{Currency}</Ccy></Acct>
              {Balance("OPBD", Opening, "2027-11-01")}
              {Balance("CLBD", Opening + _sum + closingOff, "2027-11-30")}{_entries}
            </Stmt>
          </BkToCstmrStmt>
        </Document>
        """);

    private string Balance(string kind, decimal amount, string day) => string.Create(CultureInfo.InvariantCulture, $"""
        <Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{Currency}">{Math.Abs(amount):0.00}</Amt>
        <CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
        """);
}
