using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Webhooks;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;

namespace Quittance.BackOffice.Access;

/// <summary>The secrets of programs.</summary>
public static class CredentialActs
{
    public const string Number = "credential";
    public const string KeepOld = "keep_old";
    public const string EndWebhooks = "end_webhooks";

    /// <summary>The most hours for which an old secret works beside the new one.</summary>
    public const int MostHours = 30 * 24;

    public const int MostAge = 100 * 366 * 24;

    public static DeclaredAct Rotate { get; } = new(
        "credential.rotate", "Gives a credential a new secret",
        "It keeps its number, its history and its webhooks. Running servers may take the old secret for another five seconds. A program "
        + "gives no new secret to another credential that has the scope `administer`, nor to an OAuth client: a person does.",
        OperatorRole.Admin, [
            new(Number, AskKind.Whole, "Credential", "Its number.") { Most = long.MaxValue },
            new(
                KeepOld, AskKind.Whole, "Hours of the old secret",
                "How many hours the old secret works beside the new one. Without this it ends at once, and so do former ones.")
            {
                IsOptional = true,
                Most = MostHours,
            },
            new(
                EndWebhooks, AskKind.Whole, "Hours of its webhooks",
                "The webhooks that it made in the last so many hours end, with 0 all: a thief of the old secret may have made some. "
                + "Without this it keeps them.")
            {
                IsOptional = true,
                Least = 0,
                Most = MostAge,
            },
        ],
        RotateAsync)
    {
        Operation = new("rotateCredential", "credentials/rotate", "Credentials", Scopes.Administer),
        HasSteps = true,
        GivesSecret = true,
    };

    /// <summary>Why a credential did not change, in a sentence; null where it did.</summary>
    public static string? ProblemOf(CredentialOutcome outcome) => outcome switch
    {
        CredentialOutcome.Changed => null,
        CredentialOutcome.Unknown => "There is no such credential.",
        CredentialOutcome.Ended => "The credential has ended, or is a former secret that will end.",
        CredentialOutcome.WithoutSecret => "The credential has no secret that could be changed.",
        CredentialOutcome.OneSecretOnly => "A client of the authorisation server has one secret at a time: its old one ends at once.",
        CredentialOutcome.Repeated =>
            "You sent this form before, and it is done. The page showed the secret once; if it is lost, make another.",
        CredentialOutcome.KeyReused => "This was sent before with other contents.",
    };

    private static async Task<ActResult> RotateAsync(ActRequest request)
    {
        var (issued, subscriptions, clock) =
            (request.Part<IssuedCredentials>(), request.Part<Subscriptions>(), request.Part<TimeProvider>());
        var number = request.Asked.Whole(Number)!.Value;
        var all = await issued.ListAsync(request.Merchant, request.Cancel);
        if (all.FirstOrDefault(one => one.Id == number) is not { } credential)
            return ActResult.NoSuch(Number, "credential", $"There is no credential {number}.");
        var by = request.By($"credential {number} ({credential.Name})");
        if (LetsOthersIn(credential) && by.Credential != 0 && by.Credential != number)
        {
            return ActResult.Refused(
                "A person gives it a new secret, in the console or on the command line: it lets others in, or is an OAuth client.");
        }

        var secret = NewSecret.Of(credential.Kind);
        DateTimeOffset? until = request.Asked.Whole(KeepOld) is { } hours ? clock.GetUtcNow().AddHours(hours) : null;
        DateTimeOffset? since = request.Asked.Whole(EndWebhooks) is not { } age ? null
            : age == 0 ? DateTimeOffset.MinValue : clock.GetUtcNow().AddHours(-age);
        var outcome = await issued.RotateAsync(request.Merchant, number, secret, until, by, request.Cancel);
        if (outcome == CredentialOutcome.OneSecretOnly)
            return ActResult.Wrong(KeepOld, ProblemOf(outcome)!);
        if (outcome is not (CredentialOutcome.Changed or CredentialOutcome.Repeated))
            return ActResult.Refused(ProblemOf(outcome)!);
        var ended = since is not { } from ? 0 : await subscriptions.EndSinceAsync(
            request.Merchant, number, from, one => EndingOf(one, request, clock), request.Cancel);
        var sentence = $"Credential {number} ({credential.Name}) has a new secret. "
            + (until is { } end ? $"The old one works until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC." : "The old one has ended.")
            + (ended == 0 ? "" : $" Webhooks ended: {ended}.");
        return outcome == CredentialOutcome.Changed ? ActResult.DoneWithSecret(sentence, secret)
            : ActResult.Done(ProblemOf(outcome)!, isChanged: false);
    }

    /// <summary>Signs the end of a webhook: each is an action of its own, or a request would end only the first.</summary>
    private static Origin EndingOf(Subscription webhook, ActRequest request, TimeProvider clock)
    {
        var by = request.By($"receiver {webhook.Id.Value:D}");
        return by with { Request = Guid.CreateVersion7(clock.GetUtcNow()), Action = by.Action! with { What = "webhook.end" } };
    }

    private static bool LetsOthersIn(IssuedCredential credential) =>
        credential.Client is not null || credential.Scopes.Contains(Scopes.Administer, StringComparer.Ordinal);
}
