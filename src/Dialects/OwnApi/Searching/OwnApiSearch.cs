using Microsoft.AspNetCore.Builder;
using Quittance.Core.Searching;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Searching;

/// <summary>The search for things of any kind.</summary>
internal sealed class OwnApiSearch(PublicAddress address, ISearch search)
{
    public const string Typed = "q";

    /// <summary>How many things of each kind it finds.</summary>
    public const int Most = 10;

    private static readonly HashSet<FoundKind> AllKinds = [.. Enum.GetValues<FoundKind>()];
    private static readonly HashSet<FoundKind> OfTheBooks = [.. AllKinds.Where(kind => kind != FoundKind.Line)];

    public void Map(DialectRoutes routes) =>
        routes.Get($"{Mount}/search", ReadScope, FindAsync).WithMetadata(SearchShapes.Search);

    private async Task<Answer> FindAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var text = query.Text(Typed);
        var asked = TypedSearch.Read(text, out var typed);
        if (asked is not null && (text is not null || query.Problem() is null))
            query.Refuse(Typed, asked);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        var kinds = call.Credential.Scopes.Contains(SettleScope) ? AllKinds : OfTheBooks;
        var found = await search.FindAsync(call.Credential.Merchant, typed, kinds, Most, call.Cancel);
        return SearchShapes.Result.ToAnswer([.. found.Items.Select(item => new ShownItem(item, $"{address.Base}{PathOf(item)}"))]);
    }

    private static string PathOf(FoundItem item) => item.Kind switch
    {
        FoundKind.Account => $"{AccountsPath}/{item.Id:D}",
        FoundKind.Payment => $"{PaymentsPath}/{item.Id:D}",
        FoundKind.Charge => $"{ChargesPath}/{item.Id:D}",
        FoundKind.Refund => $"{RefundsPath}/{item.Id:D}",
        FoundKind.Instrument => $"{Mount}/instruments/{item.Id:D}",
        FoundKind.Line => $"{LinesPath}/{item.Id:D}",
    };
}
