namespace Quittance.Core.Settlements;

/// <summary>Evidence for the owner of a line's money, beside the names in its text.</summary>
[Flags]
public enum Witness
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>No other customer owes this very amount.</summary>
    SoleAmount = 1,

    /// <summary>The payer has the customer's name, and is no other customer's by that name.</summary>
    Holder = 2,

    /// <summary>The line names two things of the customer: the customer's number beside a charge's, or two charges.</summary>
    TwoNames = 4,

    /// <summary>The payer's bank account has paid for the customer before, in the customer's name or as an operator confirmed.</summary>
    KnownAccount = 8,

    /// <summary>The line has a reference that we made for a payment link, with right check digits.</summary>
    TransferReference = 16,

    /// <summary>
    /// The line names a bill of letters and digits and no other open one, and the payer is no other customer, by name or by account.
    /// </summary>
    SoleBill = 32,

    /// <summary>
    /// The line names a charge of the payer in another spelling or with a slip of typing. Beside the payer, a whole number books.
    /// </summary>
    NearName = 64,
}

/// <summary>
/// How much evidence a line needs to be booked without an operator. A name alone is never enough; less evidence makes a proposal.
/// <code>
/// the line names           it pays     booked by itself with
/// ----------------------   ---------   --------------------------------------------------------
/// a transfer reference     anything    nothing else
/// letters and digits       exactly     any witness; a bill's whole number is its own, unless the payer is another customer
/// letters and digits       a part      the payer, two names, or a known account
/// a bare or short number   exactly     the payer, two names, or a known account
/// a bare or short number   a part      never
/// </code>
/// A sole amount does not count for a bare number: where all customers pay the same fee, the last one who owes it is alone.
/// </summary>
public static class EvidenceRule
{
    private const int ShortestTelling = 5;

    /// <summary>Whether the evidence is enough.</summary>
    /// <param name="isTelling">Whether a name of letters and digits leads to one customer alone.</param>
    /// <param name="isExact">Whether the line pays exactly the open amount.</param>
    /// <param name="witnesses">The evidence beside the name.</param>
    public static bool IsEnough(bool isTelling, bool isExact, Witness witnesses) => (isTelling, isExact) switch
    {
        (true, true) => witnesses != Witness.None,
        (true, false) or (false, true) =>
            (witnesses & (Witness.Holder | Witness.TwoNames | Witness.KnownAccount | Witness.TransferReference)) != Witness.None,
        (false, false) => false,
    };

    /// <summary>Whether a name has letters and digits and is not short, so that no text has it by chance.</summary>
    public static bool IsTelling(string name) =>
        name.Length >= ShortestTelling && name.Any(char.IsLetter) && name.Any(char.IsAsciiDigit);
}
