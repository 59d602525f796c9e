using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.OwnApi;

/// <summary>Lists in the order of their ids, part by part.</summary>
internal static class OwnApiLists
{
    /// <summary>A part of a list.</summary>
    /// <param name="list">Its name in cursors.</param>
    /// <param name="criteriaAsync">Reads the criteria from the query; null where they name something that the books do not have, so that
    /// nothing is listed.</param>
    /// <param name="readAsync">Reads the part.</param>
    /// <param name="idOf">The id of an item.</param>
    /// <param name="page">How the part is shown.</param>
    public static async Task<Answer> AnswerAsync<T>(
        Call call, PublicAddress address, string list, Func<OwnApiQuery, Task<IReadOnlyList<Criterion>?>> criteriaAsync,
        Func<ListQuery, Task<ListSlice<T>>> readAsync, Func<T, Guid> idOf, Resource<ShownPage<T>> page)
    {
        var merchant = call.Credential.Merchant;
        var query = new OwnApiQuery(call.Http.Request);
        var size = query.Size();
        var after = query.Place<Guid>(
            OwnApiQuery.Cursor, list, merchant, text => Guid.TryParseExact(text, "N", out var id) ? id : null);
        var criteria = await criteriaAsync(query);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        if (criteria is null)
            return page.ToAnswer(new ShownPage<T>([], null));

        var found = await readAsync(new ListQuery(merchant, size) { Criteria = criteria, After = after });
        var next = found.HasMore ? ListCursor.Of(list, merchant, idOf(found.Items[^1]).ToString("N")) : null;
        return page.ToAnswer(new ShownPage<T>(found.Items, next));
    }

    /// <summary>Criteria, with the account that the query names; null where there is no such account.</summary>
    public static async Task<IReadOnlyList<Criterion>?> OfAccountAsync(
        this IReceivables receivables, OwnApiQuery query, Call call, IReadOnlyList<Criterion> criteria)
    {
        if (query.Text(OwnApiNames.Account) is not { } account)
            return criteria;
        return await receivables.FirstAsync(OwnApiNames.AccountNames(call.Credential.Merchant, account), call.Cancel) is { } id
            ? [.. criteria, new AccountCriterion([id])] : null;
    }

    /// <summary>The id of the first name that names something; null where none does.</summary>
    public static async Task<Guid?> FirstAsync(this IReceivables receivables, IReadOnlyList<Reference> names, CancellationToken cancel)
    {
        foreach (var name in names)
        {
            if (await receivables.ObjectAsync(name, cancel) is { } id)
                return id;
        }

        return null;
    }
}
