using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>The payments or the refunds of the TMF676 mount: how clients look one up and list them.</summary>
/// <param name="kind">Which of them.</param>
/// <param name="attributes">The attributes that clients may select and filter by.</param>
/// <param name="addressOf">The address of the collection, as a request reaches it.</param>
internal sealed class Tmf676Collection<TView>(TmfKind<TView> kind, TmfAttributes attributes, Func<HttpRequest, string> addressOf)
    where TView : class
{
    /// <summary>The attributes that every answer shows, even where the client does not select them.</summary>
    private static readonly string[] AlwaysShown = ["id", "href"];

    /// <summary>Writes one, with its address.</summary>
    public required Action<Utf8JsonWriter, TView, string, HttpRequest> Write { get; init; }

    /// <summary>The criteria by which the books find what passes a filter; null when they have no key for it.</summary>
    public required Func<TmfFilter, Call, string, Task<IReadOnlyList<Criterion>?>> ToCriteriaAsync { get; init; }

    /// <summary>The address of one.</summary>
    public string HrefOf(Call call, TView view) => $"{addressOf(call.Http.Request)}/{kind.IdOf(view):D}";

    public Action<Utf8JsonWriter> Writing(Call call, TView view) => Writing(call, view, HrefOf(call, view));

    /// <param name="href">Its address.</param>
    public Action<Utf8JsonWriter> Writing(Call call, TView view, string href) => json => Write(json, view, href, call.Http.Request);

    /// <summary>GET of one, or of the attributes that the client selects of it.</summary>
    public async Task<Answer> FindAsync(Call call)
    {
        if (TmfSelection.Read(call.Http.Request.Query[TmfSelection.Parameter], attributes, AlwaysShown) is not { } selection)
            return Refuse(TmfListRequest.NothingSelected);
        return await kind.FindAsync(call, call.PathValue("id")) is { } view
            ? new Answer(StatusCodes.Status200OK, json => selection.Write(json, Writing(call, view)))
            : Refuse(kind.Unknown);
    }

    /// <summary>GET of the list.</summary>
    public async Task<Answer> ListAsync(Call call)
    {
        var address = addressOf(call.Http.Request);
        var answer = await new TmfList<TView>(kind, call)
        {
            Attributes = attributes,
            AlwaysShown = AlwaysShown,
            Address = address,
            Write = (json, view) => Writing(call, view)(json),
            ToCriteriaAsync = filter => ToCriteriaAsync(filter, call, $"{address}/"),
        }.AnswerAsync();
        return answer.Error is { } error ? Refuse(error) : answer.Value;
    }

    private static Answer Refuse(TmfError error) => error.ToAnswer(writesNulls: false);
}
