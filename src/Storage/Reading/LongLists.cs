using System.Collections.Concurrent;
using Quittance.Core;
using Quittance.Core.Books;

namespace Quittance.Storage.Reading;

/// <summary>
/// The merchants whose list of payments, say, is known to be longer than lists are counted. Rows of such a table stay, so it is counted
/// no more: of a page of 100 the count took a third.
/// </summary>
internal sealed class LongLists
{
    private readonly ConcurrentDictionary<MerchantId, long> _least = [];

    /// <summary>Whether the whole list is known to be as long as a query counts it.</summary>
    public bool Has(ListQuery query) =>
        IsWhole(query) && _least.TryGetValue(query.Merchant, out var least) && least >= query.CountsUpTo;

    /// <summary>Keeps what a query has counted.</summary>
    public void Keep(ListQuery query, long count)
    {
        if (IsWhole(query) && count >= query.CountsUpTo)
            _least[query.Merchant] = count;
    }

    private static bool IsWhole(ListQuery query) => query is { Criteria.Count: 0, CountsUpTo: > 0 };
}
