using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankCollections.Writing;

/// <summary>A file of CH-DD direct debits for PostFinance.</summary>
/// <param name="MessageId">Names the file towards the bank: a SEPA identifier, never used before.</param>
/// <param name="Currency">CHF or EUR.</param>
public sealed record SwissDebitFile(
    string MessageId, DateTimeOffset CreatedAt, SwissCreditor Creditor, string Currency, IReadOnlyList<DebitGroup> Groups);

/// <summary>The creditor, who collects the money.</summary>
/// <param name="Id">The creditor's number at PostFinance (RS-PID).</param>
/// <param name="Iban">The account, kept in Switzerland or Liechtenstein.</param>
public sealed record SwissCreditor(string Name, string Id, Iban Iban);

/// <summary>
/// Writes CH-DD direct debits as a pain.008.001.02.ch.03 file (SIX, implementation guidelines for the Swiss direct debits), with one debit
/// in memory at a time. The scheme has no sequences, and its files tell no mandate.
/// </summary>
public static class SwissDebitWriter
{
    private const string Service = "CHDD";

    private static readonly PainXml Xml = new("http://www.six-interbank-clearing.com/de/pain.008.001.02.ch.03.xsd");

    /// <param name="file">Its texts are written in the characters of SEPA, cut where they are too long.</param>
    /// <param name="to">Where the file goes. It stays open.</param>
    /// <exception cref="ArgumentException">The file has a debit that the bank refuses, or an id that is none.</exception>
    /// <exception cref="InvalidOperationException">A group's debits are not the number or the sum that the group tells.</exception>
    public static Task WriteAsync(SwissDebitFile file, Stream to, CancellationToken cancel) => Xml.WriteAsync(
        new PainMessage(
            "CstmrDrctDbtInitn", file.MessageId, file.CreatedAt,
            [Xml.Name(file.Creditor.Name), Xml.Of("Id", Xml.Of("OrgId", Xml.Of("Othr", Xml.Of("Id", file.Creditor.Id))))],
            [
                .. file.Groups.Select(group => new PainGroup(
                    group.Id, group.Count, group.SumMinor, [.. HeadOf(group, file.Creditor)],
                    PartsAsync(group.Debits, file.Currency, cancel))),
            ]),
        to, cancel);

    /// <summary>Why the bank would refuse a debit; null where nothing tells so. A caller leaves it out of its file then.</summary>
    public static string? ProblemOf(FileDebit debit) => debit switch
    {
        _ when !SepaText.IsIdentifier(debit.EndToEndId) => "its end-to-end id is no SEPA identifier",
        { AmountMinor: <= 0 or > FileDebit.MaxAmountMinor } => "its amount is not between 0.01 and 999,999,999.99",
        _ when SepaText.Of(debit.DebtorName, SepaText.NameLength).Length == 0 => "its debtor has no name",
        { Debtor.Country: not ("CH" or "LI") } => "its debtor's account is not kept in Switzerland or Liechtenstein",
        _ => null,
    };

    private static IEnumerable<XElement> HeadOf(DebitGroup group, SwissCreditor creditor)
    {
        yield return Xml.Of("PmtInfId", PainXml.Identifier(group.Id));
        yield return Xml.Of("PmtMtd", "DD");
        yield return Xml.Of(
            "PmtTpInf", Xml.Of("SvcLvl", Xml.Of("Prtry", Service)), Xml.Of("LclInstrm", Xml.Of("Prtry", WordOf(group.Scheme))));
        yield return Xml.Of("ReqdColltnDt", PainXml.Day(group.DueOn));
        yield return Xml.Of("Cdtr", Xml.Name(creditor.Name));
        yield return Xml.Account("CdtrAcct", creditor.Iban);
        yield return Bank("CdtrAgt", creditor.Iban);
        yield return Xml.Of(
            "CdtrSchmeId", Xml.Of("Id", Xml.Of("PrvtId", Xml.Of(
                "Othr", Xml.Of("Id", creditor.Id), Xml.Of("SchmeNm", Xml.Of("Prtry", Service))))));
    }

    private static async IAsyncEnumerable<PainPart> PartsAsync(
        IAsyncEnumerable<FileDebit> debits, string currency, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var debit in debits.WithCancellation(cancel))
        {
            if (ProblemOf(debit) is { } problem)
                throw new ArgumentException($"The bank refuses the debit {debit.EndToEndId}: {problem}.", nameof(debits));
            yield return new PainPart(
                Xml.Of(
                    "DrctDbtTxInf",
                    Xml.Of("PmtId", Xml.Of("InstrId", debit.EndToEndId), Xml.Of("EndToEndId", debit.EndToEndId)),
                    Xml.Amount(debit.AmountMinor, currency), Bank("DbtrAgt", debit.Debtor), Xml.Of("Dbtr", Xml.Name(debit.DebtorName)),
                    Xml.Account("DbtrAcct", debit.Debtor), Xml.Remittance(debit.Text)),
                debit.AmountMinor);
        }
    }

    /// <summary>A bank by its clearing number, which a Swiss IBAN has behind its check digits.</summary>
    private static XElement Bank(string element, Iban iban) =>
        Xml.Of(element, Xml.Of("FinInstnId", Xml.Of("ClrSysMmbId", Xml.Of("MmbId", iban.Reveal()[4..9]))));

    private static string WordOf(DebitScheme scheme) => scheme switch
    {
        DebitScheme.Core => "DDCOR1",
        DebitScheme.B2B => "DDB2B1",
    };
}
