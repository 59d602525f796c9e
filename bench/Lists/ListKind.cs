using Quittance.Bench.Books;

namespace Quittance.Bench.Lists;

/// <summary>A kind of request that is measured.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Path">Makes such a request's path and query.</param>
internal sealed record ListKind(string Name, string Key, Func<Random, string> Path)
{
    /// <summary>The pages of ten from the 951st to the 1,000th, found by following <c>Link</c> from the path on.</summary>
    public bool IsWalked { get; init; }
}

/// <summary>Books whose lists are measured.</summary>
internal interface IListedBooks
{
    BenchMerchant Merchant { get; }

    /// <summary>How many items they have.</summary>
    int Size { get; }

    IReadOnlyList<ListKind> Kinds { get; }

    /// <summary>Whether an answer lists nothing.</summary>
    bool IsEmpty(string answer);
}
