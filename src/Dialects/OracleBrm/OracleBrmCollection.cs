using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The payments or the refunds of Oracle BRM: how clients look one up and list them (Oracle BRM 3.4, 3.7).</summary>
/// <param name="kind">Which of them.</param>
/// <param name="resource">The queries that they take.</param>
/// <param name="address">The address of the collection.</param>
internal sealed class OracleBrmCollection<TView>(TmfKind<TView> kind, OracleBrmResource resource, string address)
    where TView : class
{
    /// <summary>Writes one, as its plain or its extended type.</summary>
    public required Action<Utf8JsonWriter, TView, bool> Write { get; init; }

    /// <summary>GET of one, or of the attributes that the client selects of it.</summary>
    public async Task<Answer> FindAsync(Call call)
    {
        if (!OracleBrmQuery.ReadOne(call.Http.Request, resource).TryGet(out var query, out var error))
            return Refuse(error);
        var name = call.PathValue("id");
        // Oracle BRM 4.4: a POID of the wrong class is a mistake and no unknown id.
        if (Poid.TryParse(name.Replace(' ', '+'), out var poid) && poid.Class != kind.ItemClass)
            return Refuse(OracleBrmErrors.WrongClass("id", poid, kind.ItemClass));
        return await kind.FindAsync(call, name) is { } view
            ? new Answer(StatusCodes.Status200OK, json => query.Page.Selection.Write(json, whole => Write(whole, view, query.IsExtended)))
            : Refuse(kind.Unknown);
    }

    /// <summary>GET of the list, the newest first (Oracle BRM 5.13).</summary>
    public async Task<Answer> ListAsync(Call call)
    {
        if (!OracleBrmQuery.ReadList(call.Http.Request, resource).TryGet(out var query, out var error))
            return Refuse(error);
        var pages = new TmfPages<TView>(kind, call)
        {
            IsNewestFirst = true,
            Address = address,
            Write = (json, view) => Write(json, view, query.IsExtended),
        };
        return await pages.AnswerAsync(query.Page, await query.ToCriteriaAsync(call, resource));
    }

    private static Answer Refuse(TmfError error) => error.ToAnswer(writesNulls: true);
}
