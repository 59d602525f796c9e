namespace Quittance.Core.Access;

/// <summary>Where credentials are looked up.</summary>
public interface ICredentials
{
    /// <summary>
    /// The live credential of this kind, dialect and secret; null when there is none. Unknown, revoked and
    /// foreign look the same. A revoked one may be let in for a few seconds more.
    /// </summary>
    ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel);
}
