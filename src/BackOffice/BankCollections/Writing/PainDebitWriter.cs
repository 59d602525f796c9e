using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankCollections.Writing;

/// <summary>
/// Writes direct debits as a pain.008.001.08 file within the rules of the SEPA schemes (EPC130-08, EPC131-08), with one debit in memory at
/// a time.
/// </summary>
public static class PainDebitWriter
{
    private static readonly PainXml Xml = new("urn:iso:std:iso:20022:tech:xsd:pain.008.001.08");

    /// <param name="file">Its texts are written in the characters of SEPA, cut where they are too long.</param>
    /// <param name="to">Where the file goes. It stays open.</param>
    /// <exception cref="ArgumentException">The file has a debit that a bank refuses, or an id that is none.</exception>
    /// <exception cref="InvalidOperationException">A group's debits are not the number or the sum that the group tells.</exception>
    public static Task WriteAsync(DebitFile file, Stream to, CancellationToken cancel) => Xml.WriteAsync(
        new PainMessage(
            "CstmrDrctDbtInitn", file.MessageId, file.CreatedAt, [Xml.Name(file.Creditor.Name)],
            [
                .. file.Groups.Select(group => new PainGroup(
                    group.Id, group.Count, group.SumMinor,
                    [
                        .. Xml.Begin(group.Id, "DD", file.IsBookedAsLump, group.Count, group.SumMinor), .. HeadOf(group, file.Creditor),
                    ],
                    PartsAsync(group.Debits, cancel))),
            ]),
        to, cancel);

    private static IEnumerable<XElement> HeadOf(DebitGroup group, DebitCreditor creditor)
    {
        yield return Xml.Of(
            "PmtTpInf", Xml.Of("SvcLvl", Xml.Of("Cd", "SEPA")), Xml.Of("LclInstrm", Xml.Of("Cd", WordOf(group.Scheme))),
            Xml.Of("SeqTp", WordOf(group.Sequence)));
        yield return Xml.Of("ReqdColltnDt", PainXml.Day(group.DueOn));
        yield return Xml.Of("Cdtr", Xml.Name(creditor.Name), Xml.Address(creditor.Address));
        yield return Xml.Account("CdtrAcct", creditor.Iban);
        yield return Xml.Agent("CdtrAgt", creditor.Bic);
        yield return Xml.Of("ChrgBr", "SLEV");
        yield return Xml.Of("CdtrSchmeId", Scheme(creditor.Identifier));
    }

    private static async IAsyncEnumerable<PainPart> PartsAsync(
        IAsyncEnumerable<FileDebit> debits, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var debit in debits.WithCancellation(cancel))
        {
            if (debit.Problem is { } problem)
                throw new ArgumentException($"A bank refuses the debit {debit.EndToEndId}: {problem}.", nameof(debits));
            yield return new PainPart(Of(debit), debit.AmountMinor);
        }
    }

    private static XElement Of(FileDebit debit) => Xml.Of(
        "DrctDbtTxInf", Xml.Of("PmtId", Xml.Of("EndToEndId", debit.EndToEndId)), Xml.Amount(debit.AmountMinor),
        Xml.Of("DrctDbtTx", MandateOf(debit)), Xml.Agent("DbtrAgt", debit.DebtorBic),
        Xml.Of("Dbtr", Xml.Name(debit.DebtorName), Xml.Address(debit.DebtorAddress)), Xml.Account("DbtrAcct", debit.Debtor),
        Xml.Remittance(debit.Text));

    private static XElement MandateOf(FileDebit debit) => Xml.Of(
        "MndtRltdInf", Xml.Of("MndtId", debit.MandateReference), Xml.Of("DtOfSgntr", PainXml.Day(debit.SignedOn)),
        Xml.Of("AmdmntInd", debit.Amendment is not null),
        debit.Amendment is { } amendment ? Xml.Of(
            "AmdmntInfDtls",
            amendment.OldReference is { } reference ? Xml.Of("OrgnlMndtId", reference) : null,
            amendment is { OldIdentifier: null, OldCreditorName: null } ? null : Xml.Of(
                "OrgnlCdtrSchmeId", amendment.OldCreditorName is { } name ? Xml.Name(name) : null,
                amendment.OldIdentifier is { } identifier ? Scheme(identifier) : null),
            // EPC: the same mandate, now with another account ("SMNDA"), at any bank.
            amendment.HasNewAccount ? Xml.Of("OrgnlDbtrAcct", Xml.Of("Id", Xml.Of("Othr", Xml.Of("Id", "SMNDA")))) : null) : null);

    private static XElement Scheme(CreditorIdentifier identifier) => Xml.Of(
        "Id", Xml.Of("PrvtId", Xml.Of(
            "Othr", Xml.Of("Id", identifier.ToString()), Xml.Of("SchmeNm", Xml.Of("Prtry", "SEPA")))));

    private static string WordOf(DebitScheme scheme) => scheme switch
    {
        DebitScheme.Core => "CORE",
        DebitScheme.B2B => "B2B",
    };

    private static string WordOf(DebitSequence sequence) => sequence switch
    {
        DebitSequence.OneOff => "OOFF",
        DebitSequence.First => "FRST",
        DebitSequence.Recurring => "RCUR",
        DebitSequence.Final => "FNAL",
    };
}
