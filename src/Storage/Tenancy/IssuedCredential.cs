using Quittance.Core.Access;

namespace Quittance.Storage.Tenancy;

/// <summary>A credential as operators see it: all but its secret.</summary>
/// <param name="Id">Its number, unique per merchant.</param>
/// <param name="Dialect">The dialect it is for.</param>
/// <param name="Kind">How its secret is presented.</param>
/// <param name="Name">Whom it is for.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">Since when it is there.</param>
/// <param name="EndsAt">When it ceased to let anybody in, or will; null for never.</param>
public sealed record IssuedCredential(
    long Id, string Dialect, CredentialKind Kind, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? EndsAt)
{
    /// <summary>The client that has it; null where it is no client's.</summary>
    public IssuedClient? Client { get; init; }

    /// <summary>Whether it lets its holder in at a time.</summary>
    public bool LetsIn(DateTimeOffset at) => EndsAt is not { } end || at < end;
}
