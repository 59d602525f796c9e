namespace Quittance.Core.Access;

/// <summary>Where credentials are looked up.</summary>
public interface ICredentials
{
    /// <summary>
    /// The live credential of this kind, dialect and secret; null when there is none. Unknown, revoked, expired and
    /// foreign look the same. A revoked one may be let in for a few seconds more. A bearer's secret may also be an access
    /// token: then it is the client's credential, for the token's subject and with the token's scopes.
    /// </summary>
    ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel);

    /// <summary>
    /// What lets a customer of an installation in by a token of a session: a credential without a secret of its own. Null when there is
    /// no such installation.
    /// </summary>
    ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel);
}
