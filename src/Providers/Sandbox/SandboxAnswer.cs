using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Sandbox;

/// <summary>What the sandbox says of a request.</summary>
/// <param name="Id">Which request.</param>
/// <param name="Verb">What it was.</param>
/// <param name="Authorisation">The authorisation it was about.</param>
/// <param name="Amount">How much it was about.</param>
/// <param name="Answer">The verdict on the request.</param>
internal sealed record SandboxAnswer(Guid Id, Verb Verb, Guid? Authorisation, Money? Amount, ProviderAnswer Answer)
{
    /// <summary>Reads an answer; null when anything of it is missing or wrong.</summary>
    public static SandboxAnswer? TryParse(ReadOnlyMemory<byte> body)
    {
        using var document = SandboxJson.TryParse(body);
        if (document?.RootElement is not { } root
            || SandboxJson.Id(root, "id") is not { } id
            || SandboxWords.ToVerb(StrictJson.Text(root, "verb")) is not { } verb
            || AnswerOf(root) is not { } answer)
        {
            return null;
        }

        return new SandboxAnswer(id, verb, SandboxJson.Id(root, "authorisation"), SandboxJson.Amount(root, "amount_minor"), answer);
    }

    /// <summary>The sandbox's word for a refusal; null when the body is not one of its refusals, with any status.</summary>
    public static string? TryParseRefusal(ReadOnlyMemory<byte> body)
    {
        using var document = SandboxJson.TryParse(body);
        var code = document is not null && document.RootElement.TryGetProperty("error", out var error)
            && error.ValueKind == JsonValueKind.Object
            ? StrictJson.Text(error, "code")
            : null;
        // Nothing but a word gets into a log.
        return code is { Length: > 0 and <= 40 } && code.All(static letter => char.IsAsciiLetterLower(letter) || letter == '_') ? code
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
        DecisionOf(root) is { } answer ? answer with { Reference = SandboxJson.Reference(root) } : null;

    private static ProviderAnswer? DecisionOf(JsonElement root) => SandboxWords.ToVerdict(StrictJson.Text(root, "state")) switch
    {
        Verdict.Approved => ProviderAnswer.Approved,
        Verdict.Declined => ProviderAnswer.Declined(SandboxWords.ToReason(StrictJson.Text(root, "reason"))),
        Verdict.Pending => PendingOf(StrictJson.Text(root, "redirect_to")),
        _ => null,
    };

    private static ProviderAnswer? PendingOf(string? redirectTo)
    {
        if (redirectTo is null)
            return ProviderAnswer.Pending;
        return Uri.TryCreate(redirectTo, UriKind.Absolute, out var page) && page.Scheme is "http" or "https"
            ? ProviderAnswer.Pending with { RedirectTo = page }
            : null;
    }
}
