using Quittance.Core.Access;

namespace Quittance.Storage.Console;

/// <summary>A credential without its secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">How it is presented.</param>
/// <param name="Dialect">The API of its installation.</param>
/// <param name="Client">The name of the OAuth client that it is; null where it is none.</param>
/// <param name="RevokedAt">Since when it lets nobody in; null where it does.</param>
public sealed record ToldCredential(long Id, string Name, CredentialKind Kind, string Dialect, string? Client, DateTimeOffset? RevokedAt);
