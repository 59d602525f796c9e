using Microsoft.AspNetCore.Http;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The query of a GET (Oracle BRM 3.4, 3.7, 5.4, 5.13).</summary>
/// <param name="IsExtended">Whether the extended type is asked for.</param>
/// <param name="Page">What is shown of which page.</param>
/// <param name="Filters">What each item must pass, all of it.</param>
internal sealed record OracleBrmQuery(bool IsExtended, TmfListRequest Page, IReadOnlyList<OracleBrmFilter> Filters)
{
    /// <summary>The parameter that chooses the type.</summary>
    public const string TypeParameter = "@type";

    /// <summary>What is shown whatever a client selects (Oracle BRM 5.13).</summary>
    public static readonly string[] AlwaysShown = ["id", "href", "@type"];

    private static readonly string[] PageParameters = [TmfListRequest.LimitParameter, TmfListRequest.OffsetParameter, TmfListRequest.AfterParameter];

    /// <summary>Reads the query of a GET of one resource.</summary>
    /// <returns>The query, or what is wrong with it.</returns>
    public static (OracleBrmQuery? Query, TmfError? Error) ReadOne(HttpRequest request, OracleBrmResource resource) =>
        ReadOnly(request, resource, TypeParameter, TmfSelection.Parameter);

    /// <summary>Reads the query of a GET of what a resource looks like.</summary>
    /// <returns>The query, or what is wrong with it.</returns>
    public static (OracleBrmQuery? Query, TmfError? Error) ReadType(HttpRequest request, OracleBrmResource resource) => ReadOnly(request, resource, TypeParameter);

    /// <summary>Reads the query of a GET of a list.</summary>
    /// <returns>The query, or what is wrong with it.</returns>
    public static (OracleBrmQuery? Query, TmfError? Error) ReadList(HttpRequest request, OracleBrmResource resource)
    {
        List<OracleBrmFilter> filters = [];
        foreach (var (name, values) in request.Query)
        {
            if (name is TypeParameter or TmfSelection.Parameter || PageParameters.Contains(name))
                continue;
            var (filter, wrong) = OracleBrmFilter.Read(name, values, resource);
            if (filter is null)
                return (null, wrong);
            filters.Add(filter);
        }

        var (page, error) = TmfListRequest.ReadPage(request);
        return page is null ? (null, error) : Read(request, resource, page, filters);
    }

    /// <summary>What the books find for the filters.</summary>
    public async Task<IReadOnlyList<Criterion>> ToCriteriaAsync(Call call, OracleBrmResource resource)
    {
        List<Criterion> criteria = [];
        foreach (var filter in Filters)
            criteria.AddRange(await filter.ToCriteriaAsync(call, resource));
        return criteria;
    }

    private static (OracleBrmQuery? Query, TmfError? Error) ReadOnly(HttpRequest request, OracleBrmResource resource, params ReadOnlySpan<string> parameters)
    {
        foreach (var name in request.Query.Keys)
        {
            if (!parameters.Contains(name))
                return (null, OracleBrmErrors.UnknownParameter(name));
        }

        return Read(request, resource, new TmfListRequest(), []);
    }

    private static (OracleBrmQuery? Query, TmfError? Error) Read(
        HttpRequest request, OracleBrmResource resource, TmfListRequest page, IReadOnlyList<OracleBrmFilter> filters)
    {
        var isExtended = false;
        if (request.Query[TypeParameter] is { Count: > 0 } type)
        {
            if (type is not [{ } only] || (only != resource.Type && only != resource.ExtendedType))
                return (null, OracleBrmErrors.UnknownType(resource));
            isExtended = only == resource.ExtendedType;
        }

        if (request.Query[TmfSelection.Parameter] is not { Count: > 0 } fields)
            return (new OracleBrmQuery(isExtended, page, filters), null);

        string[] names = [.. fields.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))];
        foreach (var name in names)
        {
            // Oracle BRM 5.13: what is only of the extended type can't be selected of the plain one.
            if (!resource.Attributes.Contains(name) && !(isExtended && resource.Extras.Contains(name)))
                return (null, OracleBrmErrors.UnknownField(name, resource));
        }

        return (new OracleBrmQuery(isExtended, page with { Selection = TmfSelection.Of([.. AlwaysShown, .. names]) }, filters), null);
    }
}
