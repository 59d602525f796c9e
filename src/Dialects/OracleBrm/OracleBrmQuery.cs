using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The query of a GET (Oracle BRM 3.4, 3.7, 5.4, 5.13).</summary>
/// <param name="IsExtended">Whether the extended type is asked for.</param>
/// <param name="Page">The page, and the attributes to show.</param>
/// <param name="Filters">The filters that each item must pass, all of them.</param>
internal sealed record OracleBrmQuery(bool IsExtended, TmfListRequest Page, IReadOnlyList<OracleBrmFilter> Filters)
{
    /// <summary>The parameter that chooses the type.</summary>
    public const string TypeParameter = "@type";

    /// <summary>The attributes that every answer shows, even where the client does not select them (Oracle BRM 5.13).</summary>
    public static readonly string[] AlwaysShown = ["id", "href", "@type"];

    private static readonly string[] PageParameters =
        [TmfListRequest.LimitParameter, TmfListRequest.OffsetParameter, TmfListRequest.AfterParameter];

    /// <summary>Reads the query of a GET of one resource.</summary>
    /// <returns>The query, or what is wrong with it.</returns>
    public static Reading<OracleBrmQuery, TmfError> ReadOne(HttpRequest request, OracleBrmResource resource) =>
        ReadOnly(request, resource, TypeParameter, TmfSelection.Parameter);

    /// <summary>Reads the query of a GET of what a resource looks like.</summary>
    /// <returns>The query, or what is wrong with it.</returns>
    public static Reading<OracleBrmQuery, TmfError> ReadType(HttpRequest request, OracleBrmResource resource) =>
        ReadOnly(request, resource, TypeParameter);

    /// <summary>Reads the query of a GET of a list.</summary>
    /// <returns>The query, or what is wrong with it.</returns>
    public static Reading<OracleBrmQuery, TmfError> ReadList(HttpRequest request, OracleBrmResource resource)
    {
        List<OracleBrmFilter> filters = [];
        foreach (var (name, values) in request.Query)
        {
            if (name is TypeParameter or TmfSelection.Parameter || PageParameters.Contains(name))
                continue;
            if (!OracleBrmFilter.Read(name, values, resource).TryGet(out var filter, out var wrong))
                return wrong;
            filters.Add(filter);
        }

        var page = TmfListRequest.ReadPage(request);
        return page.Error is { } error ? error : Read(request, resource, page.Value, filters);
    }

    /// <summary>The criteria by which the books answer the filters.</summary>
    public async Task<IReadOnlyList<Criterion>> ToCriteriaAsync(Call call, OracleBrmResource resource)
    {
        List<Criterion> criteria = [];
        foreach (var filter in Filters)
            criteria.AddRange(await filter.ToCriteriaAsync(call, resource));
        return criteria;
    }

    private static Reading<OracleBrmQuery, TmfError> ReadOnly(
        HttpRequest request, OracleBrmResource resource, params ReadOnlySpan<string> parameters)
    {
        foreach (var name in request.Query.Keys)
        {
            if (!parameters.Contains(name))
                return OracleBrmErrors.UnknownParameter(name);
        }

        return Read(request, resource, new TmfListRequest(), []);
    }

    private static Reading<OracleBrmQuery, TmfError> Read(
        HttpRequest request, OracleBrmResource resource, TmfListRequest page, IReadOnlyList<OracleBrmFilter> filters)
    {
        var isExtended = false;
        if (request.Query[TypeParameter] is { Count: > 0 } type)
        {
            if (type is not [{ } only] || (only != resource.Type && only != resource.ExtendedType))
                return OracleBrmErrors.UnknownType(resource);
            isExtended = only == resource.ExtendedType;
        }

        if (request.Query[TmfSelection.Parameter] is not { Count: > 0 } fields)
            return new OracleBrmQuery(isExtended, page, filters);

        string[] names = [.. fields.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))];
        foreach (var name in names)
        {
            // Oracle BRM 5.13: what is only of the extended type can't be selected of the plain one.
            if (!resource.Has(name, isExtended))
                return OracleBrmErrors.UnknownField(name, resource);
        }

        return new OracleBrmQuery(isExtended, page with { Selection = TmfSelection.Of([.. AlwaysShown, .. names]) }, filters);
    }
}

/// <summary>One filter of a list (Oracle BRM 3.4, 3.7).</summary>
/// <param name="Test">The test that it must pass; its text has the plus signs that form decoding may have turned into blanks.</param>
internal sealed record OracleBrmFilter(string Attribute, TmfTest Test)
{
    private const string Unallocated = "Unallocated";

    /// <summary>Reads a parameter: an attribute, or one with an operator, once and with one value.</summary>
    /// <returns>The filter, or what is wrong.</returns>
    public static Reading<OracleBrmFilter, TmfError> Read(string name, IReadOnlyList<string?> values, OracleBrmResource resource)
    {
        // Oracle has no operator eq.
        if (name.EndsWith(".eq", StringComparison.Ordinal)
            || TmfFilter.AttributeOf(name, path => resource.KindOf(path) is not null) is not var (attribute, comparison))
        {
            return OracleBrmErrors.UnknownParameter(name);
        }

        var kind = resource.KindOf(attribute)!.Value;
        if (kind == TmfAttributeKind.Text && comparison != TmfOperator.Equal)
            return TmfError.Invalid($"{name} can't be compared by size.", "Use operators on dates and amounts only.");
        if (values is not [{ } value])
            return TmfError.Invalid($"{name} is given more than once.", "Give each parameter once.");
        // Oracle BRM 4.2: the plus of a POID may have been decoded to a space; the spaces of a number are its own.
        var text = kind == TmfAttributeKind.Text && value.Replace(' ', '+') is var restored && Poid.TryParse(restored, out _) ? restored
            : value;
        if (TmfTest.Read(kind, comparison, text) is not { } test)
            return TmfFilter.Unreadable(name, kind, comparison);
        return Wrong(attribute, text, resource) is { } error ? error : new OracleBrmFilter(attribute, test);
    }

    /// <summary>The criteria by which the books answer it.</summary>
    public async Task<IEnumerable<Criterion>> ToCriteriaAsync(Call call, OracleBrmResource resource) => Attribute switch
    {
        "id" => [IdOf(resource)],
        // What was paid before a merge stays with the merged account, so that the old name finds both.
        "account.id" => [new AccountCriterion(
            [
                .. (await call.Books.AccountsAsync([OracleBrmNames.Account(Test.Text, call.Credential.Merchant)], call.Cancel))
                    .Select(account => account.Id.Value),
            ])],
        "bill.id" => [new ChargeCriterion(OracleBrmNames.Bill(Test.Text, call.Credential.Merchant))],
        "status" => [new UnallocatedCriterion()],
        // Only what is captured, or done, shows when that was.
        "paymentDate" => [new StatusCriterion<PaymentStatus>([PaymentStatus.Captured]), new StatusAtCriterion([.. Times()])],
        "refundDate" => [new StatusCriterion<RefundStatus>([RefundStatus.Done]), new StatusAtCriterion([.. Times()])],
        _ => [new AmountCriterion([Test.Range()])],
    };

    private Criterion IdOf(OracleBrmResource resource)
    {
        if (Guid.TryParseExact(Test.Text, "D", out var id))
            return new IdCriterion([id]);
        return resource.Kind.NumberOf(Test.Text) is { } number ? new NumberCriterion(number) : new IdCriterion([]);
    }

    /// <summary>Oracle BRM 5.14: a moment without a fraction is the whole second.</summary>
    private IEnumerable<Range<DateTimeOffset>> Times() =>
        Test.Operator == TmfOperator.Equal && !Test.Text.Contains('.', StringComparison.Ordinal)
            && Test.Moment < DateTimeOffset.MaxValue.AddSeconds(-1)
            ? [new Range<DateTimeOffset>(Test.Moment, Test.Moment.AddSeconds(1), ExcludesTo: true)]
            : Test.Times();

    /// <summary>Oracle BRM 3.4, 4.4, 5.2: a value that can't be meant, though it is of the right form.</summary>
    private static TmfError? Wrong(string attribute, string text, OracleBrmResource resource)
    {
        if (attribute == "status")
            return text == Unallocated ? null : TmfError.Invalid($"status may only be {Unallocated}.", "Leave it out, or use that.");
        var wanted = attribute switch
        {
            "id" => resource.Kind.ItemClass,
            "account.id" => Poid.AccountClass,
            "bill.id" => Poid.BillClass,
            _ => null,
        };
        return wanted is not null && Poid.TryParse(text, out var poid) && poid.Class != wanted
            ? OracleBrmErrors.WrongClass(attribute, poid, wanted)
            : null;
    }
}
