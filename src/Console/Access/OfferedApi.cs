using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Ledger;

namespace Quittance.Console.Access;

/// <summary>What an admin must know of an API of this server to let clients into it.</summary>
/// <param name="Dialect">Its name.</param>
/// <param name="Credentials">The credentials that a client needs, all of them.</param>
/// <param name="Scopes">What a client may do at most.</param>
/// <param name="TakesTokens">Whether clients of the authorisation server get tokens for it.</param>
public sealed record OfferedApi(string Dialect, IReadOnlyList<CredentialKind> Credentials, IReadOnlyList<string> Scopes, bool TakesTokens)
{
    /// <summary>The header that carries a secret.</summary>
    public required Func<CredentialKind, string, string> Header { get; init; }

    /// <summary>The domain that a merchant's clients name beside their user; null where they name none.</summary>
    public Func<MerchantId, string?> Domain { get; init; } = _ => null;

    /// <summary>What its clients can be told of by webhooks: the name of each event, and what happens then.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<EventType> Types)> Events { get; init; } = [];

    /// <summary>Whether a secret alone lets a client in, without the authorisation server.</summary>
    public bool TakesSecrets => !Credentials.Contains(CredentialKind.Client);
}
