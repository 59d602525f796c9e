namespace Quittance.Core.Access;

/// <summary>The terms that bind a code, besides its client.</summary>
/// <param name="RedirectUri">Where the person is sent with it.</param>
/// <param name="Challenge">SHA-256 of the verifier that the client has to show (RFC 7636, method S256).</param>
public sealed record CodeTerms(string RedirectUri, ReadOnlyMemory<byte> Challenge);

/// <summary>For how long codes and tokens are good.</summary>
public static class TokenLifetimes
{
    /// <summary>A code, from when the person is sent back to when the client exchanges it (RFC 6749 4.1.2: ten minutes at most).</summary>
    public static readonly TimeSpan Code = TimeSpan.FromSeconds(60);

    /// <summary>An access token.</summary>
    public static readonly TimeSpan Access = TimeSpan.FromHours(1);

    /// <summary>The life of an unused refresh token. Its successor lives as long again.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromDays(30);

    /// <summary>A consent, from when the person gives it, however often its tokens are renewed.</summary>
    public static readonly TimeSpan Consent = TimeSpan.FromDays(180);
}

/// <summary>The rights of a valid token.</summary>
/// <param name="Client">The name of the client that has it.</param>
/// <param name="Subject">The subject for which the client acts.</param>
/// <param name="Email">That person's e-mail address; null where the client acts for itself.</param>
/// <param name="IsRefresh">Whether it is a refresh token.</param>
/// <param name="IssuedAt">The moment from which it is good.</param>
public sealed record TokenState(
    string Client, Guid Subject, string? Email, IReadOnlyCollection<string> Scopes, bool IsRefresh, DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt);

/// <summary>Tokens as they are given to a client, this once.</summary>
/// <param name="AccessToken">Goes with every request.</param>
/// <param name="RefreshToken">Gets the next ones, once; null where the client needs none.</param>
/// <param name="Lifetime">For how long the access token is good.</param>
public sealed record IssuedTokens(string AccessToken, string? RefreshToken, IReadOnlyCollection<string> Scopes, TimeSpan Lifetime)
{
    /// <summary>Never the tokens.</summary>
    public override string ToString() => "tokens";
}

/// <summary>The result of a refresh.</summary>
/// <param name="Tokens">The next tokens; null when there are none.</param>
/// <param name="AsksTooMuch">Whether more was asked for than was allowed; the refresh token is still good then.</param>
public readonly record struct Refreshed(IssuedTokens? Tokens, bool AsksTooMuch);

/// <summary>
/// The authorisations of clients, their codes and tokens. A code or token of another client looks like one that does not exist.
/// </summary>
public interface IAuthorisations
{
    /// <summary>A person lets a client act for them. Returns the code for it.</summary>
    Task<string> AllowAsync(Client client, Person person, IReadOnlyCollection<string> scopes, CodeTerms terms, CancellationToken cancel);

    /// <summary>An access token with which a client acts for itself.</summary>
    /// <param name="cancel">Ends the work.</param>
    /// <param name="isRefreshable">Whether a refresh token comes with it.</param>
    Task<IssuedTokens> IssueAsync(Client client, IReadOnlyCollection<string> scopes, CancellationToken cancel, bool isRefreshable = false);

    /// <summary>
    /// Exchanges a code. Null when it is unknown, expired, or bound to something else, which uses it up; or was used before, which also
    /// revokes what it gave.
    /// </summary>
    /// <param name="shown">The redirect URI, and the challenge of the verifier, that the client shows with it.</param>
    /// <param name="cancel">Ends the work.</param>
    Task<IssuedTokens?> RedeemAsync(Client client, string code, CodeTerms shown, CancellationToken cancel);

    /// <summary>Exchanges a refresh token for the next ones. A token that was used before revokes its whole family.</summary>
    /// <param name="refreshToken">The token.</param>
    /// <param name="scopes">The scopes that the access token gets; null for all that were allowed.</param>
    /// <param name="cancel">Ends the work.</param>
    Task<Refreshed> RefreshAsync(Client client, string refreshToken, IReadOnlyCollection<string>? scopes, CancellationToken cancel);

    /// <summary>
    /// The client of a dialect that has these tokens. Null unless they were given together. Neither need be good any more.
    /// </summary>
    Task<Client?> ClientOfAsync(string dialect, string accessToken, string refreshToken, CancellationToken cancel);

    /// <summary>Revokes an access token, or with a refresh token its whole family.</summary>
    Task RevokeAsync(Client client, string token, CancellationToken cancel);

    /// <summary>The rights of a token; null unless it is valid and of the client's own installation.</summary>
    Task<TokenState?> FindAsync(Client client, string token, CancellationToken cancel);
}

/// <summary>The authorisation server that gave a token can't be asked about it just now. The request has done nothing.</summary>
public sealed class IssuerUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
