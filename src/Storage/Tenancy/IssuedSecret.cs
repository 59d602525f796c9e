using Quittance.Core.Access;

namespace Quittance.Storage.Tenancy;

/// <summary>A new credential with its secret, this once.</summary>
/// <param name="Id">The credential's number.</param>
/// <param name="Kind">How the secret is presented.</param>
/// <param name="Secret">The secret.</param>
public sealed record IssuedSecret(long Id, CredentialKind Kind, string Secret)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => $"a secret of credential {Id}";
}
