namespace Quittance.Core.Debits;

/// <summary>The rulebook of a SEPA direct debit.</summary>
public enum DebitScheme
{
    /// <summary>Of anyone. The debtor may have the bank take it back within eight weeks.</summary>
    Core,

    /// <summary>Between businesses. The debtor's bank has confirmed the mandate, and the debtor has no right to a refund.</summary>
    B2B,
}

/// <summary>The rulebooks, as people and programs name them.</summary>
public static class DebitSchemes
{
    public const string Core = "core";
    public const string B2B = "b2b";

    public static IReadOnlyList<string> Words { get; } = [Core, B2B];

    /// <summary>Null for another word.</summary>
    public static DebitScheme? Of(string? word) => word switch
    {
        Core => DebitScheme.Core,
        B2B => DebitScheme.B2B,
        _ => null,
    };
}

/// <summary>The place of a debit among the debits of its mandate.</summary>
public enum DebitSequence
{
    /// <summary>The only one: the mandate is good for one debit.</summary>
    OneOff,

    /// <summary>The first of several. Since November 2016 banks take <see cref="Recurring"/> for it too.</summary>
    First,

    Recurring,

    /// <summary>The last: it ends the mandate.</summary>
    Final,
}
