namespace Quittance.Dialects.TrainTravel;

/// <summary>A page of a list (Train Travel 3.1).</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Limit">How many items it has at most.</param>
public sealed record Page(int Number, int Limit)
{
    /// <summary>How many items come before it.</summary>
    public long Offset => (Number - 1L) * Limit;

    /// <summary>The items of this page of a list that is read whole, and whether there is a next page.</summary>
    public (IReadOnlyList<T> Items, bool HasNext) Of<T>(IReadOnlyList<T> all) => Offset >= all.Count
        ? ([], false)
        : ([.. all.Skip((int)Offset).Take(Limit)], Offset + Limit < all.Count);
}
