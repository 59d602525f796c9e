namespace Quittance.Core.Access;

/// <summary>Tokens as they are given to a client, this once.</summary>
/// <param name="AccessToken">Goes with every request.</param>
/// <param name="RefreshToken">Gets the next ones, once; null where the client needs none.</param>
/// <param name="Scopes">What the access token may do.</param>
/// <param name="Lifetime">For how long the access token is good.</param>
public sealed record IssuedTokens(string AccessToken, string? RefreshToken, IReadOnlyCollection<string> Scopes, TimeSpan Lifetime)
{
    /// <summary>Never the tokens.</summary>
    public override string ToString() => "tokens";
}
