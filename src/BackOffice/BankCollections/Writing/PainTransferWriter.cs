using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Quittance.BackOffice.BankCollections.Writing;

/// <summary>
/// Writes transfers as a pain.001.001.09 file within the rules of the SEPA schemes (EPC132-08), with one transfer in memory at a time.
/// </summary>
public static class PainTransferWriter
{
    private static readonly PainXml Xml = new("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09");

    /// <param name="file">Its texts are written in the characters of SEPA, cut where they are too long.</param>
    /// <param name="to">Where the file goes. It stays open.</param>
    /// <exception cref="ArgumentException">The file has a transfer that a bank refuses, or an id that is none.</exception>
    /// <exception cref="InvalidOperationException">A group's transfers are not the number or the sum that the group tells.</exception>
    public static Task WriteAsync(TransferFile file, Stream to, CancellationToken cancel) => Xml.WriteAsync(
        new PainMessage(
            "CstmrCdtTrfInitn", file.MessageId, file.CreatedAt, [Xml.Name(file.Payer.Name)],
            [
                .. file.Groups.Select(group => new PainGroup(
                    group.Id, group.Count, group.SumMinor,
                    [
                        .. Xml.Begin(group.Id, "TRF", group.IsBookedAsLump, group.Count, group.SumMinor), .. HeadOf(group, file.Payer),
                    ],
                    PartsAsync(group.Transfers, cancel))),
            ]),
        to, cancel);

    private static IEnumerable<XElement> HeadOf(TransferGroup group, TransferPayer payer)
    {
        yield return Xml.Of("PmtTpInf", Xml.Of("SvcLvl", Xml.Of("Cd", "SEPA")));
        yield return Xml.Of("ReqdExctnDt", Xml.Of("Dt", PainXml.Day(group.ExecuteOn)));
        yield return Xml.Of("Dbtr", Xml.Name(payer.Name));
        yield return Xml.Account("DbtrAcct", payer.Iban);
        yield return Xml.Agent("DbtrAgt", payer.Bic);
        yield return Xml.Of("ChrgBr", "SLEV");
    }

    private static async IAsyncEnumerable<PainPart> PartsAsync(
        IAsyncEnumerable<FileTransfer> transfers, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var transfer in transfers.WithCancellation(cancel))
        {
            if (transfer.Problem is { } problem)
                throw new ArgumentException($"A bank refuses the transfer {transfer.EndToEndId}: {problem}.", nameof(transfers));
            yield return new PainPart(Of(transfer), transfer.AmountMinor);
        }
    }

    /// <summary>A payee's bank that the IBAN tells is left out: EPC knows no word for it here.</summary>
    private static XElement Of(FileTransfer transfer) => Xml.Of(
        "CdtTrfTxInf", Xml.Of("PmtId", Xml.Of("EndToEndId", transfer.EndToEndId)), Xml.Of("Amt", Xml.Amount(transfer.AmountMinor)),
        transfer.PayeeBic is { } bic ? Xml.Agent("CdtrAgt", bic) : null,
        Xml.Of("Cdtr", Xml.Name(transfer.PayeeName), Xml.Address(transfer.PayeeAddress)), Xml.Account("CdtrAcct", transfer.Payee),
        Xml.Remittance(transfer.Text));
}
