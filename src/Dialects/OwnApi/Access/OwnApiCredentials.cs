using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Access;

/// <summary>The credentials of the merchant's programs. A secret is answered once, and never again.</summary>
/// <param name="apis">The APIs of this server.</param>
internal sealed class OwnApiCredentials(PublicAddress address, IIssuedCredentials credentials, IReadOnlyList<DialectSetup> apis)
{
    public void Map(DialectRoutes routes)
    {
        routes.Get(CredentialsPath, AdministerScope, ListAsync).WithMetadata(AccessShapes.ListCredentials);
        routes.Post("credential.create", CredentialsPath, AdministerScope, CreateAsync, needsKey: true)
            .WithMetadata(AccessShapes.CreateCredential, AsOperator.GraveOfAdmin);
        routes.Post("credential.end", $"{CredentialsPath}/{{{Id}}}/end", AdministerScope, EndAsync, needsKey: true)
            .WithMetadata(AccessShapes.EndCredential, AsOperator.GraveOfAdmin);
    }

    private async Task<Answer> ListAsync(Call call) =>
        AccessShapes.Credentials.ToAnswer(await credentials.ListAsync(call.Credential.Merchant, call.Cancel));

    /// <summary>Lets a program into an API of the merchant.</summary>
    private async Task<Answer> CreateAsync(Call call)
    {
        if (!AccessShapes.ReadCredential(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await credentials.InstallationAsync(call.Credential.Merchant, asked.Api!, call.Cancel) is not { } installation
            || apis.FirstOrDefault(api => api.Dialect == asked.Api && !api.Credentials.Contains(CredentialKind.Client)) is not { } setup)
        {
            return OwnApiErrors.OfInput([InputFault.At("/api", "must be an API that the merchant has, and that takes secrets")])
                .ToAnswer(address);
        }

        // Only a person makes a credential that gives others access, so a stolen one can't give access on.
        var given = setup.Scopes.Except([OwnApiRoutes.AdministerScope]).ToList();
        IReadOnlyList<string> scopes = [.. (asked.Scopes ?? setup.UsualScopes).Distinct()];
        var wrong = scopes.TakeWhile(given.Contains).Count();
        if (wrong < scopes.Count)
        {
            return OwnApiErrors.OfInput([InputFault.At($"/scopes/{wrong}", $"must be one of {string.Join(", ", given)}")])
                .ToAnswer(address);
        }

        var (key, secrets) = await credentials.IssueAsync(
            installation, setup.Credentials, asked.Name!, scopes,
            number => call.Does("credential.create", $"credential {number} ({asked.Name})"), call.KeyUse(), call.Cancel);
        return key switch
        {
            KeyState.New => AccessShapes.NewCredentials.ToAnswer(
                new IssuedSecrets(asked.Api!, asked.Name!, scopes, secrets), StatusCodes.Status201Created),
            KeyState.Repeated => OwnApiErrors.SecretAnswered.ToAnswer(address),
            KeyState.Reused => OwnApiErrors.Of(Core.Refusal.KeyReused).ToAnswer(address),
        };
    }

    /// <summary>Lets a credential in no more.</summary>
    private async Task<Answer> EndAsync(Call call)
    {
        if (!OwnApiRequests.ReadReason(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var merchant = call.Credential.Merchant;
        if (await FindAsync(call) is not { } credential)
            return OwnApiErrors.NoSuch("credential").ToAnswer(address);
        var by = call.Does(
            credential.Client is null ? "credential.revoke" : "client.revoke", $"credential {credential.Id} ({credential.Name})",
            asked.Reason!);
        return await credentials.RevokeAsync(merchant, credential.Id, by, call.KeyUse(), call.Cancel) switch
        {
            CredentialOutcome.Changed => await ShownAsync(call, isReplayed: false),
            CredentialOutcome.Repeated => await ShownAsync(call, isReplayed: true),
            CredentialOutcome.KeyReused => OwnApiErrors.Of(Core.Refusal.KeyReused).ToAnswer(address),
            CredentialOutcome.Unknown => OwnApiErrors.NoSuch("credential").ToAnswer(address),
            CredentialOutcome.Ended or CredentialOutcome.WithoutSecret or CredentialOutcome.OneSecretOnly => new OwnApiProblem(
                StatusCodes.Status409Conflict, "credential-ended", "The credential has ended.").ToAnswer(address),
        };
    }

    private async Task<Answer> ShownAsync(Call call, bool isReplayed) =>
        AccessShapes.Credential.ToAnswer((await FindAsync(call))!) with { Replayed = isReplayed };

    private async Task<IssuedCredential?> FindAsync(Call call) =>
        long.TryParse(call.PathValue(OwnApiRoutes.Id), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? (await credentials.ListAsync(call.Credential.Merchant, call.Cancel)).FirstOrDefault(one => one.Id == id) : null;
}
