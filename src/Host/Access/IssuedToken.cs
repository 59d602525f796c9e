namespace Quittance.Host.Access;

/// <summary>What an issuer says of a token that is good.</summary>
/// <param name="Subject">For whom its client acts; the client where it acts for itself.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresAt">Until when; null where the issuer does not say.</param>
internal sealed record IssuedToken(string Subject, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt);
