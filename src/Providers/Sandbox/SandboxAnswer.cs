using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Sandbox;

/// <summary>The sandbox's answer about a request.</summary>
/// <param name="Id">Which request.</param>
/// <param name="Verb">The request's verb.</param>
/// <param name="Authorisation">The authorisation it was about.</param>
/// <param name="Amount">How much it was about.</param>
/// <param name="Answer">The verdict on the request.</param>
internal sealed record SandboxAnswer(Guid Id, Verb Verb, Guid? Authorisation, Money? Amount, ProviderAnswer Answer)
{
    /// <summary>Reads an answer; null when anything of it is missing or wrong.</summary>
    public static SandboxAnswer? TryParse(ReadOnlyMemory<byte> body)
    {
        using var document = StrictJson.TryParse(body);
        if (document?.RootElement is not { } root
            || StrictJson.Id(root, "id") is not { } id
            || SandboxWords.ToVerb(StrictJson.Text(root, "verb")) is not { } verb
            || AnswerOf(root) is not { } answer)
        {
            return null;
        }

        return new SandboxAnswer(id, verb, StrictJson.Id(root, "authorisation"), StrictJson.Amount(root, "amount_minor"), answer);
    }

    /// <summary>The sandbox's word for a refusal; null when the body is not one of its refusals, with any status.</summary>
    public static string? TryParseRefusal(ReadOnlyMemory<byte> body)
    {
        using var document = StrictJson.TryParse(body);
        return document is not null && StrictJson.Object(document.RootElement, "error") is { } error ? StrictJson.Word(error, "code")
            : null;
    }

    /// <summary>In what it is not about the request that was sent; null when it is.</summary>
    public string? DiffersIn(Verb verb, ProviderRequest request)
    {
        if (Id != request.Id.Value)
            return "id";
        if (Verb != verb)
            return "verb";
        if (request.Authorisation is { } authorisation && Authorisation != authorisation.Value)
            return "authorisation";
        // A void has no amount: it gives the whole reservation back.
        if (verb == Verb.Void)
            return null;
        if (Amount?.Currency != request.Amount.Currency)
            return "currency";
        return Amount == request.Amount ? null : "amount";
    }

    private static ProviderAnswer? AnswerOf(JsonElement root) =>
        DecisionOf(root) is { } answer ? answer with { Reference = StrictJson.Reference(root, "reference") } : null;

    private static ProviderAnswer? DecisionOf(JsonElement root) => SandboxWords.ToVerdict(StrictJson.Text(root, "state")) switch
    {
        Verdict.Approved => ProviderAnswer.Approved,
        Verdict.Declined => ProviderAnswer.Declined(SandboxWords.ToReason(StrictJson.Text(root, "reason"))),
        Verdict.Pending when StrictJson.Address(root, "redirect_to") is { } page => ProviderAnswer.Pending with { RedirectTo = page },
        Verdict.Pending when StrictJson.Text(root, "redirect_to") is null => ProviderAnswer.Pending,
        _ => null,
    };
}
