using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankCollections.Writing;

/// <summary>A file of transfers for the payer's bank: refunds, and credit that is paid out.</summary>
/// <param name="MessageId">Names the file towards the bank: a SEPA identifier, never used before.</param>
public sealed record TransferFile(string MessageId, DateTimeOffset CreatedAt, TransferPayer Payer, IReadOnlyList<TransferGroup> Groups);

/// <summary>The payer, and the account that pays.</summary>
/// <param name="Bic">The bank; null where the IBAN tells it.</param>
public sealed record TransferPayer(string Name, Iban Iban, string? Bic);

/// <summary>Transfers of one day.</summary>
/// <param name="Id">Names the group towards the bank, and comes back with its lump: a SEPA identifier, never used before.</param>
/// <param name="ExecuteOn">The day on which the bank is to pay.</param>
/// <param name="Count">How many transfers it has.</param>
/// <param name="SumMinor">Their sum, in cents.</param>
/// <param name="Transfers">The transfers, read once while the file is written.</param>
public sealed record TransferGroup(string Id, DateOnly ExecuteOn, int Count, long SumMinor, IAsyncEnumerable<FileTransfer> Transfers)
{
    /// <summary>Whether the bank books one lump; else each transfer by itself, so that a statement shows each.</summary>
    public bool IsBookedAsLump { get; init; }
}

/// <summary>One transfer of a file.</summary>
/// <param name="EndToEndId">Names the transfer towards all banks, and comes back with its return: a SEPA identifier.</param>
/// <param name="AmountMinor">How much, in cents.</param>
/// <param name="Text">The text for the payee.</param>
public sealed record FileTransfer(string EndToEndId, long AmountMinor, string PayeeName, Iban Payee, string Text)
{
    /// <summary>The payee's bank; null where the IBAN tells it.</summary>
    public string? PayeeBic { get; init; }

    /// <summary>Null for none. See <see cref="Iban.IsInEea"/>.</summary>
    public FileAddress? PayeeAddress { get; init; }

    /// <summary>Why a bank would refuse the transfer; null where nothing tells so. A caller leaves it out of its file then.</summary>
    public string? Problem => this switch
    {
        _ when !SepaText.IsIdentifier(EndToEndId) => "its end-to-end id is no SEPA identifier",
        { AmountMinor: <= 0 or > FileDebit.MaxAmountMinor } => "its amount is not between 0.01 and 999,999,999.99 euros",
        _ when SepaText.Of(PayeeName, SepaText.NameLength).Length == 0 => "its payee has no name",
        { Payee.IsInSepa: false } => "its payee's account is outside SEPA",
        _ => null,
    };
}
