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
