namespace Quittance.Tests.Settlements;

/// <summary>A bank's notification of credits (camt.054), as the bank writes it.</summary>
internal static class Camt054
{
    public static string Of(params IEnumerable<string> entries) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
          <GrpHdr><MsgId>M1</MsgId><CreDtTm>2027-11-05T20:15:00</CreDtTm></GrpHdr>
          <Ntfctn><Id>NT1</Id><CreDtTm>2027-11-05T20:15:00</CreDtTm><Acct><Id><IBAN>{Camt.Iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
          {string.Join("\n", entries)}
          </Ntfctn>
        </BkToCstmrDbtCdtNtfctn></Document>
        """;
}
