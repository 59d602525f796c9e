using System.Collections.Frozen;
using Quittance.Core.Providers;

namespace Quittance.Core.Debits;

/// <summary>A bank's reason for a reject, a return or a refund, and its meaning for us.</summary>
/// <param name="Code">The ISO code (ISO 20022, external code sets, status and return reasons).</param>
/// <param name="Reason">It decides whether the debit may be tried again.</param>
/// <param name="Meaning">For people.</param>
public sealed record ReturnReason(string Code, DeclineReason Reason, string Meaning)
{
    /// <summary>Whether the mandate ends: the debtor denies it, or it can't be used again.</summary>
    public bool StopsMandate { get; init; }

    /// <summary>Whether no debit of this account can succeed.</summary>
    public bool StopsInstrument { get; init; }

    /// <summary>
    /// Whether the account of which the code speaks is the customer's in transfers alone (true) or in debits alone (false), and ours in
    /// the others; null where the code does not depend on it.
    /// </summary>
    public bool? IsOfTransfers { get; init; }

    /// <summary>Whether the customer's bank account can't be used again, or its mandate ends.</summary>
    /// <param name="isTransfer">Whether the bank says it of a transfer to the customer, and not of a debit.</param>
    public bool Stops(bool isTransfer) => (StopsInstrument || StopsMandate) && isTransfer == (IsOfTransfers ?? isTransfer);

    /// <summary>Whether the bank rejects it since it has the same already. The first one counts.</summary>
    public bool IsDuplicate { get; init; }
}

/// <summary>
/// The ISO codes of the reasons that banks give for rejects, returns and refunds of SEPA debits and transfers. The codes of direct debits
/// and what the creditor is to do are EPC173-14's (guidance on reason codes for SDD R-transactions), those of transfers the SCT rulebook's;
/// those of whole files are what banks put into pain.002 beside them.
/// </summary>
public static class ReturnReasons
{
    /// <summary>
    /// The most that a bank charges for a return, minor units: what a return takes above the debit is a charge up to here, also where the
    /// bank does not tell it.
    /// </summary>
    public const long MostChargesMinor = 15_00;

    private static readonly FrozenDictionary<string, ReturnReason> Known = new ReturnReason[]
    {
        // EPC173-14: of the account.
        new("AC01", DeclineReason.InstrumentInvalid, "The account number is wrong.") { StopsInstrument = true },
        new("AC04", DeclineReason.InstrumentInvalid, "The account is closed.") { StopsInstrument = true },
        new("AC06", DeclineReason.InstrumentInvalid, "The account is blocked.") { StopsInstrument = true },
        new("AC13", DeclineReason.InstrumentInvalid, "The account is a consumer's, and takes no debit between businesses.")
        {
            StopsMandate = true,
        },
        new("AG01", DeclineReason.InstrumentInvalid, "The account takes no direct debits.") { StopsInstrument = true },
        new("DNOR", DeclineReason.InstrumentInvalid, "The debtor's bank takes no part in the scheme.") { StopsInstrument = true },
        new("RC01", DeclineReason.InstrumentInvalid, "The bank's identifier (BIC) is wrong.") { StopsInstrument = true },
        // Of the money.
        new("AM04", DeclineReason.InsufficientFunds, "The account has not enough money."),
        new("ED05", DeclineReason.Declined, "The banks' settlement failed."),
        // Of the debtor's will.
        new("MD01", DeclineReason.NotConfirmed, "There is no mandate, or the debtor denies it.") { StopsMandate = true },
        // Decision 62: the mandate stands, and no debit is tried again by itself.
        new("MD06", DeclineReason.NotConfirmed, "The debtor had the bank give the money back."),
        new("MD07", DeclineReason.InstrumentInvalid, "The debtor has died.") { StopsMandate = true, StopsInstrument = true },
        new("MS02", DeclineReason.NotConfirmed, "The debtor refuses, without a reason."),
        new("SL01", DeclineReason.NotConfirmed, "The debtor has the bank refuse debits of ours, or above an amount."),
        // Of the bank, which in some countries may not name another reason.
        new("MS03", DeclineReason.Declined, "The bank gives no reason."),
        new("RR04", DeclineReason.RequestRefused, "A law or an authority forbids it."),
        // Of the request.
        new("AG02", DeclineReason.RequestRefused, "The sequence or the kind of the debit is wrong."),
        new("AM05", DeclineReason.RequestRefused, "It is a duplicate.") { IsDuplicate = true },
        new("BE05", DeclineReason.RequestRefused, "The creditor identifier is wrong."),
        new("CNOR", DeclineReason.RequestRefused, "The creditor's bank takes no part in the scheme."),
        new("FF01", DeclineReason.RequestRefused, "The file's format is wrong."),
        new("FF05", DeclineReason.RequestRefused, "The scheme of the debit, Core or B2B, is wrong."),
        new("MD02", DeclineReason.RequestRefused, "The mandate's data are missing or wrong."),
        new("RR01", DeclineReason.RequestRefused, "The debtor's account or identification is missing."),
        new("RR02", DeclineReason.RequestRefused, "The debtor's name or address is missing."),
        new("RR03", DeclineReason.RequestRefused, "The creditor's name or address is missing."),
        // SCT rulebook: returns and recalls of transfers.
        new("AC03", DeclineReason.RequestRefused, "The payee's account number is wrong.") { StopsInstrument = true, IsOfTransfers = true },
        new("AC07", DeclineReason.RequestRefused, "The payee's account is closed.") { StopsInstrument = true, IsOfTransfers = true },
        new("AM09", DeclineReason.RequestRefused, "The amount is wrong."),
        new("ARDT", DeclineReason.Declined, "The transfer came back already."),
        new("BE04", DeclineReason.RequestRefused, "The payee's address is missing."),
        new("CUST", DeclineReason.Declined, "The customer asked for it."),
        new("DUPL", DeclineReason.RequestRefused, "It was sent twice.") { IsDuplicate = true },
        new("FOCR", DeclineReason.Declined, "The transfer was called back."),
        new("FRAD", DeclineReason.NotConfirmed, "The bank takes it for fraud."),
        new("TECH", DeclineReason.Declined, "A technical fault made it wrong."),
        new("UPAY", DeclineReason.Declined, "The payment was not due."),
        // Of whole files and groups, in pain.002.
        new("AC02", DeclineReason.InstrumentInvalid, "The debtor's account number is wrong.")
        {
            StopsInstrument = true, IsOfTransfers = false,
        },
        new("AC05", DeclineReason.InstrumentInvalid, "The debtor's account is closed.") { StopsInstrument = true, IsOfTransfers = false },
        new("AM02", DeclineReason.RequestRefused, "The amount is not allowed."),
        new("AM03", DeclineReason.RequestRefused, "The currency is not allowed."),
        new("AM10", DeclineReason.RequestRefused, "The file's sum is wrong."),
        new("AM18", DeclineReason.RequestRefused, "The file's number of transactions is wrong."),
        new("BE01", DeclineReason.InstrumentInvalid, "The account belongs to another person.") { StopsInstrument = true },
        new("BE07", DeclineReason.RequestRefused, "The debtor's address is missing."),
        new("CH03", DeclineReason.RequestRefused, "The day is too far ahead."),
        new("DS02", DeclineReason.RequestRefused, "The signer did not release the file."),
        new("DT01", DeclineReason.RequestRefused, "The day is wrong."),
        new("DU01", DeclineReason.RequestRefused, "The file's id was used before.") { IsDuplicate = true },
        new("DU02", DeclineReason.RequestRefused, "The group's id was used before.") { IsDuplicate = true },
        new("DU03", DeclineReason.RequestRefused, "The transaction's id was used before.") { IsDuplicate = true },
        new("DU04", DeclineReason.RequestRefused, "The end-to-end id was used before.") { IsDuplicate = true },
        new("DU05", DeclineReason.RequestRefused, "The instruction's id was used before.") { IsDuplicate = true },
        new("NARR", DeclineReason.Declined, "The bank gives the reason in words."),
        new("TM01", DeclineReason.RequestRefused, "The file came after the bank's cut-off hour."),
    }.ToFrozenDictionary(reason => reason.Code);

    /// <summary>All that are known, by their codes.</summary>
    public static IEnumerable<ReturnReason> All => Known.Values.OrderBy(reason => reason.Code, StringComparer.Ordinal);

    /// <summary>The reason of a code. An unknown code declines, and stops nothing.</summary>
    /// <param name="code">The code as the bank writes it; null for none.</param>
    public static ReturnReason Of(string? code) => Find(code) ?? new ReturnReason(
        code ?? "", DeclineReason.Declined, code is null ? "The bank gives no reason." : "The bank gives a reason that is not known.");

    /// <summary>The reason of a code; null where it is not known.</summary>
    public static ReturnReason? Find(string? code) =>
        code is not null && Known.TryGetValue(code.Trim().ToUpperInvariant(), out var reason) ? reason : null;
}
