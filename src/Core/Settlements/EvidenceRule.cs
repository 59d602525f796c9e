namespace Quittance.Core.Settlements;

/// <summary>What else than a name in a line's text says whose money it is.</summary>
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

    /// <summary>The payer's bank account has paid for the customer before, in the customer's name or by an operator's word.</summary>
    KnownAccount = 8,
}

/// <summary>
/// How much a line has to say before it is booked without a person's word. A name alone is never enough; what falls short is proposed.
/// <code>
/// the line names           it pays     booked by itself with
/// ----------------------   ---------   --------------------------------------------------------
/// letters and digits       exactly     any witness
/// letters and digits       a part      the payer, two names, or a known account
/// a bare or short number   exactly     the payer, two names, or a known account
/// a bare or short number   a part      never
/// </code>
/// That no other customer owes the amount does not speak for a bare number: where all pay the same fee, the last who owes it stands alone.
/// </summary>
public static class EvidenceRule
{
    private const int ShortestTelling = 5;

    /// <summary>Whether the evidence is enough.</summary>
    /// <param name="isTelling">Whether a name of letters and digits leads to one customer alone.</param>
    /// <param name="isExact">Whether the line pays exactly what is open on what it names.</param>
    /// <param name="witnesses">What else speaks for it.</param>
    public static bool IsEnough(bool isTelling, bool isExact, Witness witnesses) => (isTelling, isExact) switch
    {
        (true, true) => witnesses != Witness.None,
        (true, false) or (false, true) => (witnesses & (Witness.Holder | Witness.TwoNames | Witness.KnownAccount)) != Witness.None,
        (false, false) => false,
    };

    /// <summary>Whether a name has letters and digits and is not short: such names stand in no text by chance.</summary>
    public static bool IsTelling(string name) => name.Length >= ShortestTelling && name.Any(char.IsLetter) && name.Any(char.IsAsciiDigit);
}
