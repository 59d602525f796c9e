using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Books;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>Pages of a list of one kind of resource, of what the books find by keys.</summary>
/// <typeparam name="TView">What the books give of an item.</typeparam>
internal class TmfPages<TView>
{
    // TMF676 3.1: beyond this nobody is told how many there are, unless he asks for it.
    private protected const int CountedAtMost = 10_000;

    /// <summary>Whether the newest come first.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>The address of the list.</summary>
    public required string Address { get; init; }

    /// <summary>Reads items.</summary>
    public required Func<ListQuery, Task<ListSlice<TView>>> ReadAsync { get; init; }

    /// <summary>Our own id of an item.</summary>
    public required Func<TView, Guid> IdOf { get; init; }

    /// <summary>Writes an item.</summary>
    public required Action<Utf8JsonWriter, TView> Write { get; init; }

    /// <summary>Answers a request for a page.</summary>
    /// <param name="call">The request.</param>
    /// <param name="request">Its page and what is shown of each item.</param>
    /// <param name="criteria">What each item must fulfil.</param>
    public async Task<Answer> AnswerAsync(Call call, TmfListRequest request, IReadOnlyList<Criterion> criteria) =>
        AnswerOf(call.Http.Request, request, await FoundAsync(request, QueryOf(call, request, criteria)));

    private protected ListQuery QueryOf(Call call, TmfListRequest request, IReadOnlyList<Criterion> criteria) =>
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

    private protected Answer AnswerOf(HttpRequest http, TmfListRequest request, Page page)
    {
        List<(string Name, string Value)> headers = [("X-Result-Count", page.Items.Count.ToString())];
        if (page.Total is { } total)
            headers.Add(("X-Total-Count", total.ToString()));
        if (request.CountsAll)
            headers.Add(("Preference-Applied", "count=exact"));
        if (page is { HasMore: true, Items: [.., var last] })
            headers.Add(("Link", $"<{AddressAfter(http, IdOf(last))}>; rel=\"next\""));
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

    private string AddressAfter(HttpRequest http, Guid last)
    {
        var parameters = http.Query.Where(parameter => parameter.Key is not (TmfListRequest.AfterParameter or TmfListRequest.OffsetParameter))
            .SelectMany(parameter => parameter.Value.Select(value => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(value ?? "")}"))
            .Append($"{TmfListRequest.AfterParameter}={last:D}");
        return $"{Address}?{string.Join('&', parameters)}";
    }

    private protected sealed record Page(IReadOnlyList<TView> Items, bool HasMore, long? Total);
}
