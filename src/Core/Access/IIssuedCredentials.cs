using Quittance.Core.Engine;

namespace Quittance.Core.Access;

/// <summary>A credential as its client of the authorisation server has it.</summary>
/// <param name="Name">How the client names itself.</param>
/// <param name="IsPublic">Whether it can keep no secret.</param>
/// <param name="RedirectUris">Where people may be sent back to.</param>
public sealed record IssuedClient(string Name, bool IsPublic, IReadOnlyList<string> RedirectUris);

/// <summary>A credential as operators see it: all but its secret.</summary>
/// <param name="Id">Its number, unique per merchant.</param>
/// <param name="Dialect">The dialect it is for.</param>
/// <param name="Kind">How its secret is presented.</param>
/// <param name="Scopes">The scopes that it has.</param>
/// <param name="CreatedAt">The moment at which it was created.</param>
/// <param name="EndsAt">When its access ended, or will end; null for never.</param>
public sealed record IssuedCredential(
    long Id, string Dialect, CredentialKind Kind, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt,
    DateTimeOffset? EndsAt)
{
    /// <summary>The client that has it; null where it is no client's.</summary>
    public IssuedClient? Client { get; init; }

    /// <summary>Whether it lets its holder in at a time.</summary>
    public bool LetsIn(DateTimeOffset at) => EndsAt is not { } end || at < end;
}

/// <summary>A new credential with its secret, this once.</summary>
/// <param name="Id">The credential's number.</param>
/// <param name="Kind">How the secret is presented.</param>
public sealed record IssuedSecret(long Id, CredentialKind Kind, string Secret)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => $"a secret of credential {Id}";
}

/// <summary>The result of an operator's change to a credential.</summary>
public enum CredentialOutcome
{
    /// <summary>It was changed.</summary>
    Changed,

    /// <summary>The merchant has no such credential.</summary>
    Unknown,

    /// <summary>Its access has ended, or it is a former secret whose access will end soon.</summary>
    Ended,

    /// <summary>It has no secret that could be changed.</summary>
    WithoutSecret,

    /// <summary>A client has one secret at a time: the old one can't be kept beside the new one.</summary>
    OneSecretOnly,

    /// <summary>The same request has done it before, and nothing again.</summary>
    Repeated,

    /// <summary>The idempotency key was used before for another request.</summary>
    KeyReused,
}

/// <summary>The credentials that programs have.</summary>
public interface IIssuedCredentials
{
    /// <summary>A merchant's credentials in the order of their numbers, those that have ended too.</summary>
    Task<IReadOnlyList<IssuedCredential>> ListAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>A merchant's view of an API; null where the merchant has not opened it.</summary>
    Task<Installation?> InstallationAsync(MerchantId merchant, string dialect, CancellationToken cancel);

    /// <summary>Gives access to an installation: one credential for each way to present a secret. Only the hashes are kept.</summary>
    /// <param name="kinds">The ways.</param>
    /// <param name="scopes">The scopes that they have.</param>
    /// <param name="by">The operator, for the number of each.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    /// <returns>The state of the key, and the secrets; empty where the same request has done it before.</returns>
    Task<(KeyState Key, IReadOnlyList<IssuedSecret> Secrets)> IssueAsync(
        Installation installation, IReadOnlyList<CredentialKind> kinds, string name, IReadOnlyCollection<string> scopes,
        Func<long, Origin> by, KeyUse? key, CancellationToken cancel);

    /// <summary>Lets a credential in no more, nor its former secrets. Running servers may take them for a few seconds yet.</summary>
    /// <param name="id">The credential's number.</param>
    /// <param name="by">The operator; null for the server.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    Task<CredentialOutcome> RevokeAsync(MerchantId merchant, long id, Origin? by, KeyUse? key, CancellationToken cancel);
}
