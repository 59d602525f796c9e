using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;

namespace Quittance.Dialects.OwnApi.Acts;

/// <summary>The operations that follow from declared acts: their routes, their documents, their requests and their answers.</summary>
/// <param name="parts">The parts of the server that do them.</param>
internal sealed class OwnApiActs(PublicAddress address, IReadOnlyList<DeclaredAct> acts, IActKeys keys, IServiceProvider parts)
{
    private const string Reason = "reason";

    private static readonly Resource<(DeclaredAct Act, ActResult Result)> Done = new("ActDone", "What an act did.")
    {
        { Required("act", Text("The action, as the audit log has it.")), done => done.Act.Word },
        { Required("said", Text("What it did, in a sentence.")), done => done.Result.Sentence },
    };

    private static readonly Resource<(DeclaredAct Act, ActResult Result)> DoneWithSecret = new("ActSecret", "What an act did.")
    {
        { Required("act", Text("The action, as the audit log has it.")), done => done.Act.Word },
        { Required("said", Text("What it did, in a sentence.")), done => done.Result.Sentence },
        { Required("secret", Text("The secret that it made, which no other answer has.")), done => done.Result.Secret },
    };

    private static readonly Resource<(DeclaredAct Act, ActResult Result, ActFile File)> DoneWithFile = new("ActFile", "What an act did.")
    {
        { Required("act", Text("The action, as the audit log has it.")), done => done.Act.Word },
        { Required("said", Text("What it did, in a sentence.")), done => done.Result.Sentence },
        { Required("name", Text("The name of the file, for people.")), done => done.File.Name },
        { Required("file", Text("The bytes of the file in Base64.")), done => Convert.ToBase64String(done.File.Content.Span) },
    };

    /// <summary>Maps the operations. Where the scope of one is enough for its act, its route says no more.</summary>
    public void Map(DialectRoutes routes)
    {
        foreach (var act in acts)
        {
            if (act.Operation is not { } operation)
                continue;
            var mark = new AsOperator(act.Role, act.IsGrave);
            var reach = OwnApiRoutes.Setup.OfferedScopes.Single(scope => scope.Scope == operation.Scope).Reach;
            routes.Post(
                operation.Name, $"{OwnApiRoutes.Mount}/{operation.Path}", operation.Scope, call => DoAsync(call, act), needsKey: true)
                .WithMetadata([DescriptionOf(act, operation), .. act.IsGrave || mark.Reach > reach ? [mark] : (object[])[]]);
        }
    }

    /// <summary>Does an act. A program that repeats it gets the same answer, and nothing is done again.</summary>
    private async Task<Answer> DoAsync(Call call, DeclaredAct act)
    {
        if (!OwnApiRequests.Read(call.Body, fields => Read(call, act, fields)).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var (key, id) = (call.KeyUse()!, call.IdOfRequest());
        var reason = CardNumberMask.Apply(asked.Text(Reason) ?? "");
        var request = new ActRequest(call.Credential.Merchant, asked, reason, Signed, key, parts, call.Cancel);
        var (state, result) = await keys.OnceAsync(key, () => act.OnceAsync(request), call.Cancel);
        return result switch
        {
            null => OwnApiErrors.Of(Refusal.KeyReused).ToAnswer(address),
            { IsDone: false } => ProblemOf(act, result).ToAnswer(address),
            { Secret: not null } => DoneWithSecret.ToAnswer((act, result)),
            _ when act.FileAsync is { } readAsync => DoneWithFile.ToAnswer((act, result, await readAsync(request))) with
            {
                Replayed = state == KeyState.Repeated,
            },
            _ when act.GivesSecret => OwnApiErrors.SecretAnswered.ToAnswer(address),
            _ => Done.ToAnswer((act, result)) with { Replayed = state == KeyState.Repeated },
        };

        // Only the client's words are masked: one hash of a journal in a hundred has digits in it that could be a card's.
        Origin Signed(string subject, string said)
        {
            var by = call.Does(act.Word, subject);
            return by with { Request = id, Action = by.Action! with { Reason = said } };
        }
    }

    private static OwnApiProblem ProblemOf(DeclaredAct act, ActResult result) => result switch
    {
        { Refusal: { } refusal } => OwnApiErrors.Of(refusal),
        { Unknown: { } what, Ask: { } of } when act.Asks.Any(ask => ask.IsInPath && ask.Name == of) => OwnApiErrors.NoSuch(what),
        { Unknown: { } what } => OwnApiErrors.NoSuch(what) with { Faults = [InputFault.At($"/{result.Ask}", result.Sentence)] },
        { Ask: { } ask, Each: [_, ..] each } => OwnApiErrors.OfInput([.. each.Select(one => InputFault.At($"/{ask}", one))]),
        { Ask: { } ask } => OwnApiErrors.OfInput([InputFault.At($"/{ask}", result.Sentence)]),
        _ => OwnApiErrors.NotDone(result.Sentence),
    };

    private static Operation DescriptionOf(DeclaredAct act, ActOperation operation) => new(operation.Name, operation.Group, act.Title)
    {
        Description = act.GivesSecret
            ? $"{act.Effect} The secret is answered once: a repeated request is refused with `secret-answered`."
            : act.FileAsync is not null ? $"{act.Effect} A repeated request gets the same file again." : act.Effect,
        Body = Object(
            $"{char.ToUpperInvariant(operation.Name[0])}{operation.Name[1..]}", act.Title,
            [
                .. act.Asks.Where(ask => !ask.IsInPath).Select(MemberOf),
                act.IsGrave ? OwnApiRequests.Because : OwnApiRequests.MayBecause,
            ]).Closed(),
        Parameters = [.. act.Asks.Where(ask => ask.IsInPath).Select(_ => OfId)],
        Replies =
        [
            new(200, "What it did.", act.GivesSecret ? DoneWithSecret : act.FileAsync is not null ? DoneWithFile : Done),
            NoSuch("thing as the request names"),
            Conflict("It can't be done as the books are"),
        ],
    };

    /// <summary>A flag that is left out is no.</summary>
    private static Member MemberOf(Ask ask) =>
        ask.IsOptional || ask.Kind == AskKind.Flag ? Optional(ask.Name, ShapeOf(ask), ask.Meaning)
            : Required(ask.Name, ShapeOf(ask), ask.Meaning);

    private static Shape ShapeOf(Ask ask) => ask.Kind switch
    {
        AskKind.Text when ask.IsMany => Either(
            ask.Meaning,
            NameText("With blanks between them.", ask.Most, 1), List(NameText("One of them.", ask.Most, 1), "A list of them.", least: 1)),
        AskKind.Text => NameText(ask.Meaning, ask.Most, 1),
        AskKind.Amount => OwnApiRequests.Sum,
        AskKind.Day => Day(ask.Meaning),
        AskKind.Word => Word(ask.Meaning, ask.Words),
        AskKind.Flag => Flag(ask.Meaning),
        AskKind.Whole => Whole(ask.Meaning, ask.Least, ask.Most),
    };

    private static Asked Read(Call call, DeclaredAct act, JsonFields fields)
    {
        var asked = new Asked();
        foreach (var ask in act.Asks)
            asked.With(ask.Name, ask.IsInPath ? call.PathValue(ask.Name) : ValueIn(fields, ask));
        asked.With(Reason, OwnApiRequests.Masked(fields.Name(Reason, OperatorAction.LongestReason, required: act.IsGrave)));
        fields.RefuseUnknown();
        return asked;
    }

    private static object? ValueIn(JsonFields fields, Ask ask)
    {
        var isRequired = !ask.IsOptional;
        return ask.Kind switch
        {
            AskKind.Text when ask.IsMany => fields.Names(ask.Name, (int)ask.Most, isRequired),
            AskKind.Text when ask.IsNoCard => fields.Name(ask.Name, (int)ask.Most, isRequired),
            AskKind.Text => OwnApiRequests.Masked(fields.Name(ask.Name, (int)ask.Most, isRequired)),
            AskKind.Amount => fields.Object(ask.Name, isRequired) is { } given ? OwnApiRequests.AmountIn(given) : null,
            AskKind.Day => fields.Day(ask.Name, isRequired),
            AskKind.Word => fields.Choice(ask.Name, [.. ask.Words], isRequired),
            AskKind.Flag => fields.Boolean(ask.Name),
            AskKind.Whole => fields.Integer(ask.Name, ask.Least, ask.Most, isRequired),
        };
    }
}
