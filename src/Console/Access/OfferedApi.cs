using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Ledger;

namespace Quittance.Console.Access;

/// <summary>An API that an admin can give a client access to.</summary>
/// <param name="Dialect">Its name.</param>
/// <param name="Credentials">The credentials that a client needs, all of them.</param>
/// <param name="TakesTokens">Whether clients of the authorisation server get tokens for it.</param>
public sealed record OfferedApi(string Dialect, IReadOnlyList<CredentialKind> Credentials, IReadOnlyList<string> Scopes, bool TakesTokens)
{
    /// <summary>The scopes of a credential where none is chosen.</summary>
    public IReadOnlyList<string> UsualScopes { get; init; } = Scopes;

    /// <summary>The header that carries a secret.</summary>
    public required Func<CredentialKind, string, string> Header { get; init; }

    /// <summary>The domain that a merchant's clients send beside their user; null for none.</summary>
    public Func<MerchantId, string?> Domain { get; init; } = _ => null;

    /// <summary>The events of its webhooks: each name with its types.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<EventType> Types)> Events { get; init; } = [];

    /// <summary>Whether a receiver that names no events gets every one, also of types that come later.</summary>
    public bool SendsEveryEvent { get; init; }

    /// <summary>Whether a secret alone lets a client in, without the authorisation server.</summary>
    public bool TakesSecrets => !Credentials.Contains(CredentialKind.Client);
}
