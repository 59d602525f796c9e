using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>A resource that a client asks to create.</summary>
/// <param name="Command">The command that creates it.</param>
/// <param name="ErrorOf">The error for a fault that the engine finds.</param>
/// <param name="AnswerAsync">The answer when it is created.</param>
internal sealed record TmfCreation(Command Command, Func<Fault, TmfError> ErrorOf, Func<Outcome, Task<Answer>> AnswerAsync);

/// <summary>The part that the TMF676 mount and the Oracle BRM mount share: creating resources, and the form of errors.</summary>
public abstract class TmfDialect : Dialect
{
    /// <summary>Whether attributes without a value are written as null.</summary>
    protected abstract bool WritesNulls { get; }

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
        Refuse(Tmf676Errors.Of(fault, detail)) with { Challenge = BearerToken.Challenge(http, fault) };

    private protected Answer Refuse(TmfError error) => error.ToAnswer(WritesNulls);

    /// <summary>POST of anything: reads the body, submits the command that follows from it, and answers 201.</summary>
    /// <param name="call">The request.</param>
    /// <param name="read">Reads the body; null, with faults in it, when it is not well formed.</param>
    /// <param name="toCreationAsync">The creation that follows from the request, or the part of it that contradicts this merchant's
    /// books.</param>
    private protected Task<Answer> CreateAsync<TRequest>(
        Call call, Func<JsonBody, TRequest?> read, Func<TRequest, Task<Reading<TmfCreation, TmfError>>> toCreationAsync)
        where TRequest : class =>
        JsonBody.Read(call.Body, read, Tmf676Errors.Of, Tmf676Errors.Of).TryGet(out var request, out var unreadable)
            ? CreateAsync(call, toCreationAsync(request)) : Task.FromResult(Refuse(unreadable));

    // Without a type parameter: a generic async method looks its own types up at each call.
    private async Task<Answer> CreateAsync(Call call, Task<Reading<TmfCreation, TmfError>> asked)
    {
        if (!(await asked).TryGet(out var creation, out var error))
            return Refuse(error);

        var (command, errorOf, answerAsync) = creation;
        var outcome = await call.SubmitAsync(call.KeyUse() is { } use ? command with { Key = use } : command);
        return outcome.Accepted ? (await answerAsync(outcome)) with { Replayed = outcome.Replayed } : Refuse(errorOf(outcome.Faults[0]));
    }

    /// <summary>201 with what was created and its address.</summary>
    private protected static Answer Created(string href, Action<Utf8JsonWriter>? write) =>
        new(StatusCodes.Status201Created, write) { Location = href };
}
