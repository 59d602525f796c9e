using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Books;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>Pages of a list of one kind of resource, of what the books find by keys.</summary>
/// <typeparam name="TView">The view of an item in the books.</typeparam>
internal class TmfPages<TView>(TmfKind<TView> kind, Call call)
    where TView : class
{
    // TMF676 3.1: beyond this, answers tell the count only to clients that ask for it.
    private protected const int CountedAtMost = 10_000;

    /// <summary>Whether the newest come first.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>The address of the list.</summary>
    public required string Address { get; init; }

    /// <summary>Writes an item.</summary>
    public required Action<Utf8JsonWriter, TView> Write { get; init; }

    /// <summary>Answers a request for a page.</summary>
    /// <param name="request">The page and what is shown of each item.</param>
    /// <param name="criteria">The criteria of each item.</param>
    public async Task<Answer> AnswerAsync(TmfListRequest request, IReadOnlyList<Criterion> criteria) =>
        AnswerOf(request, await FoundAsync(request, QueryOf(request, criteria)));

    private protected Guid IdOf(TView item) => kind.IdOf(item);

    private protected Task<ListSlice<TView>> ReadAsync(ListQuery query) => kind.ListAsync(call, query);

    private protected ListQuery QueryOf(TmfListRequest request, IReadOnlyList<Criterion> criteria) =>
        new(call.Credential.Merchant, request.Limit) { Criteria = criteria, IsNewestFirst = IsNewestFirst };

    private protected async Task<Page> FoundAsync(TmfListRequest request, ListQuery query)
    {
        var slice = await ReadAsync(query with
        {
            After = request.After,
            Offset = request.Offset,
            CountsUpTo = request.CountsAll ? long.MaxValue : CountedAtMost + 1,
        });
        return new Page(slice.Items, slice.HasMore, request.CountsAll || slice.Count <= CountedAtMost ? slice.Count : null);
    }

    private protected Answer AnswerOf(TmfListRequest request, Page page)
    {
        List<(string Name, string Value)> headers = [("X-Result-Count", page.Items.Count.ToString())];
        if (page.Total is { } total)
            headers.Add(("X-Total-Count", total.ToString()));
        if (request.CountsAll)
            headers.Add(("Preference-Applied", "count=exact"));
        if (page is { HasMore: true, Items: [.., var last] })
            headers.Add(("Link", $"<{AddressAfter(IdOf(last))}>; rel=\"next\""));
        return new Answer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var item in page.Items)
                request.Selection.Write(json, writer => Write(writer, item));
            json.WriteEndArray();
        })
        {
            Headers = headers,
        };
    }

    private string AddressAfter(Guid last)
    {
        var parameters = call.Http.Request.Query.Where(
            parameter => parameter.Key is not (TmfListRequest.AfterParameter or TmfListRequest.OffsetParameter))
            .SelectMany(parameter => parameter.Value.Select(
                value => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(value ?? "")}"))
            .Append($"{TmfListRequest.AfterParameter}={last:D}");
        return $"{Address}?{string.Join('&', parameters)}";
    }

    private protected sealed record Page(IReadOnlyList<TView> Items, bool HasMore, long? Total);
}

/// <summary>
/// Lists of one kind of resource. The books filter and count by their keys; by any other attribute each item is filtered as it is shown.
/// </summary>
/// <typeparam name="TView">The view of an item in the books.</typeparam>
internal sealed class TmfList<TView>(TmfKind<TView> kind, Call call) : TmfPages<TView>(kind, call)
    where TView : class
{
    private const int FilteredAtMost = 100_000;
    private const int ReadAtOnce = 500;

    private readonly HttpRequest _request = call.Http.Request;

    /// <summary>The attributes of the items.</summary>
    public required TmfAttributes Attributes { get; init; }

    /// <summary>The attributes that are always shown.</summary>
    public required string[] AlwaysShown { get; init; }

    /// <summary>The criteria by which the books answer a filter; null when they have no key for it.</summary>
    public required Func<TmfFilter, Task<IReadOnlyList<Criterion>?>> ToCriteriaAsync { get; init; }

    /// <summary>Answers a request for a list.</summary>
    public async Task<Reading<Answer, TmfError>> AnswerAsync()
    {
        if (!TmfListRequest.Read(_request, Attributes, AlwaysShown).TryGet(out var request, out var error))
            return error;
        List<Criterion> criteria = [];
        List<TmfFilter> others = [];
        foreach (var filter in request.Filters)
        {
            if (await ToCriteriaAsync(filter) is { } found)
                criteria.AddRange(found);
            else
                others.Add(filter);
        }

        var query = QueryOf(request, criteria);
        if (others.Count == 0)
            return AnswerOf(request, await FoundAsync(request, query));
        if (criteria.Count == 0 && (await ReadAsync(query with { Limit = 0, CountsUpTo = FilteredAtMost + 1 })).Count > FilteredAtMost)
        {
            return TmfError.Invalid(
                $"{others[0].Attribute} alone can't be filtered by among more than {FilteredAtMost} records.",
                "Filter by id, href, account.id, status, correlatorId, paymentMethod.@type, totalAmount.value or a date as well.");
        }

        return AnswerOf(request, await SiftedAsync(request, query, others));
    }

    /// <summary>
    /// Goes through all that the books find, as it is shown, until the page is full and all that is to be counted is counted.
    /// </summary>
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
