using Quittance.Core.Books;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// Lists of one kind of resource. What the books find by a key they filter and count; by all else each item is filtered as it is shown.
/// </summary>
/// <typeparam name="TView">What the books give of an item.</typeparam>
internal sealed class TmfList<TView> : TmfPages<TView>
{
    private const int FilteredAtMost = 100_000;
    private const int ReadAtOnce = 500;

    /// <summary>The attributes of the items.</summary>
    public required TmfAttributes Attributes { get; init; }

    /// <summary>The attributes that are always shown.</summary>
    public required string[] AlwaysShown { get; init; }

    /// <summary>What the books find for a filter; null when they have no key for it.</summary>
    public required Func<TmfFilter, Task<IReadOnlyList<Criterion>?>> ToCriteriaAsync { get; init; }

    /// <summary>Answers a request for a list.</summary>
    public async Task<(Answer? Answer, TmfError? Error)> AnswerAsync(Call call)
    {
        var (request, error) = TmfListRequest.Read(call.Http.Request, Attributes, AlwaysShown);
        if (request is null)
            return (null, error);
        List<Criterion> criteria = [];
        List<TmfFilter> others = [];
        foreach (var filter in request.Filters)
        {
            if (await ToCriteriaAsync(filter) is { } found)
                criteria.AddRange(found);
            else
                others.Add(filter);
        }

        var query = QueryOf(call, request, criteria);
        if (others.Count == 0)
            return (AnswerOf(call.Http.Request, request, await FoundAsync(request, query)), null);
        if (criteria.Count == 0 && (await ReadAsync(query with { Limit = 0, CountsUpTo = FilteredAtMost + 1 })).Count > FilteredAtMost)
        {
            return (null, TmfError.Invalid(
                $"{others[0].Attribute} alone can't be filtered by among more than {FilteredAtMost} records.",
                "Filter by id, href, account.id, status, correlatorId, paymentMethod.@type, totalAmount.value or a date as well."));
        }

        return (AnswerOf(call.Http.Request, request, await SiftedAsync(request, query, others)), null);
    }

    /// <summary>Goes through all that the books find, as it is shown, until the page is full and all that is to be counted is counted.</summary>
    private async Task<Page> SiftedAsync(TmfListRequest request, ListQuery query, List<TmfFilter> filters)
    {
        List<TView> page = [];
        var (count, seen, passedOver, hasMore) = (0L, 0L, 0L, false);
        for (var slice = await NextAsync(null); ; slice = await NextAsync(IdOf(slice.Items[^1])))
        {
            foreach (var item in slice.Items.Where(item => Passes(item, filters)))
            {
                count++;
                if (request.After is { } after && !IsBehind(IdOf(item), after))
                    continue;
                if (passedOver++ < request.Offset)
                    continue;
                hasMore = page.Count == request.Limit;
                if (!hasMore)
                    page.Add(item);
            }

            seen += slice.Items.Count;
            if (!slice.HasMore)
                return new Page(page, hasMore, count);
            if (hasMore && !request.CountsAll && (count > CountedAtMost || seen > FilteredAtMost))
                return new Page(page, hasMore, null);
        }

        Task<ListSlice<TView>> NextAsync(Guid? after) => ReadAsync(query with { Limit = ReadAtOnce, After = after });
    }

    private bool Passes(TView item, List<TmfFilter> filters)
    {
        using var shown = TmfSelection.Shown(json => Write(json, item));
        return filters.TrueForAll(filter => filter.Passes(shown.RootElement));
    }

    // Ids compare as the database compares them: from the first byte on.
    private bool IsBehind(Guid id, Guid after) => IsNewestFirst ? id.CompareTo(after) < 0 : id.CompareTo(after) > 0;
}
