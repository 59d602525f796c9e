namespace Quittance.Core.Debits;

/// <summary>The bank's word about a file, a group of it or one debit or transfer (ISO 20022, external payment status codes).</summary>
public enum FileStatus
{
    /// <summary>RCVD: the bank has it.</summary>
    Received,

    /// <summary>PDNG: the bank still checks it.</summary>
    Pending,

    /// <summary>ACTC, ACCP, ACFC, ACSP, ACSC, ACWC, ACWP, ACCC: the bank carries it out, or has done so.</summary>
    Accepted,

    /// <summary>PART, PATC: the bank carries out a part; it names the rest one by one.</summary>
    PartlyAccepted,

    /// <summary>RJCT: the bank does not carry it out.</summary>
    Rejected,

    /// <summary>CANC: it was called off.</summary>
    Cancelled,

    /// <summary>RCVC: the payee of each transfer has the name that the file gives.</summary>
    PayeeAgrees,

    /// <summary>RVMC, RVCM: a payee has nearly the name that the file gives.</summary>
    PayeeNearlyAgrees,

    /// <summary>RVNM: a payee has another name than the file gives.</summary>
    PayeeDiffers,

    /// <summary>RVNA: the payee's bank could not tell.</summary>
    PayeeUnknown,

    /// <summary>A code that we do not know: it moves nothing, and hides what the bank says of the group or the file.</summary>
    Unknown,
}

/// <summary>Why a bank gives a status.</summary>
/// <param name="Code">The ISO code, or the bank's own; null for none. See <see cref="ReturnReasons"/>.</param>
/// <param name="Text">The bank's words, with masked numbers; null for none.</param>
public sealed record StatusReason(string? Code, string? Text);

/// <summary>A bank's report about a file of debits or transfers (pain.002), as it was read from a file.</summary>
/// <param name="MessageId">Names the report.</param>
/// <param name="OriginalMessageId">The message id of the file that it is about.</param>
/// <param name="OriginalMessageName">The kind of that file, as the bank writes it: <c>pain.008.001.08</c>; null for none.</param>
/// <param name="Status">The status of the whole file; null where the bank gives none.</param>
/// <param name="Reasons">The reasons for that status.</param>
public sealed record StatusReport(
    string MessageId, string OriginalMessageId, string? OriginalMessageName, FileStatus? Status, IReadOnlyList<StatusReason> Reasons,
    IReadOnlyList<GroupReport> Groups)
{
    /// <summary>The line of the report that names that file, from 1.</summary>
    public int FileLine { get; init; }

    /// <summary>How many debits or transfers the file has, as the bank says; null where it does not say.</summary>
    public long? OriginalCount { get; init; }

    /// <summary>All debits or transfers that the report names.</summary>
    public IEnumerable<DebitReport> Debits => Groups.SelectMany(group => group.Debits);
}

/// <summary>A bank's report about one group of a file.</summary>
/// <param name="Id">The group's id (PmtInfId); null where the report names debits alone.</param>
/// <param name="Status">Null where the bank gives none for the whole group.</param>
public sealed record GroupReport(
    string? Id, FileStatus? Status, IReadOnlyList<StatusReason> Reasons, IReadOnlyList<DebitReport> Debits)
{
    /// <summary>The line of the report at which it begins, from 1.</summary>
    public int FileLine { get; init; }
}

/// <summary>A bank's report about one debit or transfer.</summary>
/// <param name="EndToEndId">Its end-to-end id; null where the bank names it by mandate and amount alone.</param>
/// <param name="Status">Null where the bank gives none for it: then its group's or the file's counts.</param>
public sealed record DebitReport(string? EndToEndId, FileStatus? Status, IReadOnlyList<StatusReason> Reasons)
{
    /// <summary>The line of the report at which it begins, from 1.</summary>
    public int FileLine { get; init; }

    /// <summary>Its amount in the original file, minor units; null where the bank does not say.</summary>
    public long? AmountMinor { get; init; }

    /// <summary>The reference of its mandate; null where the bank does not say.</summary>
    public string? MandateReference { get; init; }
}
