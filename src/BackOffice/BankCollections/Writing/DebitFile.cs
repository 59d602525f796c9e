using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankCollections.Writing;

/// <summary>A file of direct debits for the creditor's bank.</summary>
/// <param name="MessageId">Names the file towards the bank: a SEPA identifier, never used before.</param>
public sealed record DebitFile(string MessageId, DateTimeOffset CreatedAt, DebitCreditor Creditor, IReadOnlyList<DebitGroup> Groups)
{
    /// <summary>Whether the bank books one lump of each group; else each debit by itself, so that a statement shows each.</summary>
    public bool IsBookedAsLump { get; init; } = true;
}

/// <summary>The creditor, who collects the money, and the account.</summary>
/// <param name="Bic">The bank; null where the IBAN tells it.</param>
public sealed record DebitCreditor(string Name, Iban Iban, string? Bic, CreditorIdentifier Identifier)
{
    /// <summary>Null for none: banks need it only of some creditors outside the European Economic Area.</summary>
    public FileAddress? Address { get; init; }
}

/// <summary>The debits that the bank books as one lump, where the file says so.</summary>
/// <param name="Id">Names the group towards the bank, and comes back with the lump: a SEPA identifier, never used before.</param>
/// <param name="DueOn">The day on which the debtors' banks are to pay.</param>
/// <param name="Count">How many debits it has.</param>
/// <param name="SumMinor">Their sum, in cents.</param>
/// <param name="Debits">The debits, read once while the file is written.</param>
public sealed record DebitGroup(
    string Id, DateOnly DueOn, DebitScheme Scheme, DebitSequence Sequence, int Count, long SumMinor, IAsyncEnumerable<FileDebit> Debits);

/// <summary>One direct debit of a file.</summary>
/// <param name="EndToEndId">Names the debit towards all banks, and comes back with its return: a SEPA identifier.</param>
/// <param name="AmountMinor">How much, in cents.</param>
/// <param name="SignedOn">When the debtor signed the mandate.</param>
/// <param name="Text">The text for the debtor.</param>
public sealed record FileDebit(
    string EndToEndId, long AmountMinor, string MandateReference, DateOnly SignedOn, string DebtorName, Iban Debtor, string Text)
{
    /// <summary>The most that one debit or transfer may be, in cents (EPC130-08, AT-06).</summary>
    public const long MaxAmountMinor = 999_999_999_99;

    /// <summary>The change of the mandate since its last debit; null for none.</summary>
    public MandateAmendment? Amendment { get; init; }

    /// <summary>The debtor's bank; null where the IBAN tells it.</summary>
    public string? DebtorBic { get; init; }

    /// <summary>Null for none. See <see cref="Iban.IsInEea"/>.</summary>
    public FileAddress? DebtorAddress { get; init; }

    /// <summary>Why a debit outside the European Economic Area is left out.</summary>
    public const string NoAddress =
        "its debtor's account is outside the European Economic Area, and the debtor's town and country are not known";

    /// <summary>Why a bank would refuse the debit; null where nothing tells so. A caller leaves such a debit out of its file.</summary>
    public string? Problem => this switch
    {
        _ when !SepaText.IsIdentifier(EndToEndId) => "its end-to-end id is no SEPA identifier",
        _ when !SepaText.IsIdentifier(MandateReference) => "the reference of its mandate is no SEPA identifier",
        { AmountMinor: <= 0 or > MaxAmountMinor } => "its amount is not between 0.01 and 999,999,999.99 euros",
        _ when SepaText.Of(DebtorName, SepaText.NameLength).Length == 0 => "its debtor has no name",
        { Debtor.IsInSepa: false } => "its debtor's account is outside SEPA",
        { Debtor.IsInEea: false, DebtorAddress: null } => NoAddress,
        { Amendment: { OldReference: { } old } } when !SepaText.IsIdentifier(old) =>
            "the old reference of its mandate is no SEPA identifier",
        _ => null,
    };
}

/// <summary>A change of a mandate since its last debit. The first debit after the change tells it.</summary>
/// <param name="OldReference">The reference until then; null where it has not changed.</param>
/// <param name="OldIdentifier">The creditor's identifier until then; null where it has not changed.</param>
public sealed record MandateAmendment(string? OldReference, CreditorIdentifier? OldIdentifier)
{
    /// <summary>The creditor's name until then; null where it has not changed.</summary>
    public string? OldCreditorName { get; init; }

    /// <summary>Whether the debtor has another account since then.</summary>
    public bool HasNewAccount { get; init; }
}

/// <summary>An address in parts: since November 2026 banks refuse addresses in lines (EPC153-22).</summary>
/// <param name="Country">Its code, two upper-case letters.</param>
public sealed record FileAddress(string Town, string Country)
{
    public string? Street { get; init; }

    public string? Number { get; init; }

    public string? PostalCode { get; init; }
}
