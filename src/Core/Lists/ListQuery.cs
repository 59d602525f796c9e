namespace Quittance.Core.Lists;

/// <summary>Which of a merchant's payments or refunds to read. They come in the order in which they were taken on, which their ids carry.</summary>
/// <param name="Merchant">Whose they are.</param>
/// <param name="Limit">How many at most.</param>
public sealed record ListQuery(MerchantId Merchant, int Limit)
{
    /// <summary>What they must fulfil, all of it.</summary>
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];

    /// <summary>Whether the newest come first.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>The item behind which to begin: where the last reading has ended. Null to begin at the first.</summary>
    public Guid? After { get; init; }

    /// <summary>How many to pass over, from there. They are read all the same: to go far, go from item to item.</summary>
    public long Offset { get; init; }

    /// <summary>How many of all that fulfil the criteria, on whatever page, to count at most; zero to count none.</summary>
    public long CountsUpTo { get; init; }
}
