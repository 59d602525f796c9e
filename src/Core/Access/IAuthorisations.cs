namespace Quittance.Core.Access;

/// <summary>What clients may do for whom, and their codes and tokens. A code or token of another client looks like one that does not exist.</summary>
public interface IAuthorisations
{
    /// <summary>A person lets a client act for them. Returns the code for it.</summary>
    Task<string> AllowAsync(Client client, Person person, IReadOnlyCollection<string> scopes, CodeTerms terms, CancellationToken cancel);

    /// <summary>An access token with which a client acts for itself.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="scopes">What it may do.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <param name="isRefreshable">Whether a refresh token comes with it.</param>
    Task<IssuedTokens> IssueAsync(Client client, IReadOnlyCollection<string> scopes, CancellationToken cancel, bool isRefreshable = false);

    /// <summary>
    /// Exchanges a code. Null when it is unknown, expired, or bound to something else, which uses it up; or was used before, which also
    /// revokes what it gave.
    /// </summary>
    /// <param name="client">Who asks.</param>
    /// <param name="code">The code.</param>
    /// <param name="shown">The redirect URI, and the challenge of the verifier, that the client shows with it.</param>
    /// <param name="cancel">Ends the work.</param>
    Task<IssuedTokens?> RedeemAsync(Client client, string code, CodeTerms shown, CancellationToken cancel);

    /// <summary>Exchanges a refresh token for the next ones. One that was used before revokes its whole family.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="refreshToken">The token.</param>
    /// <param name="scopes">What the access token shall do; null for all that was allowed.</param>
    /// <param name="cancel">Ends the work.</param>
    Task<Refreshed> RefreshAsync(Client client, string refreshToken, IReadOnlyCollection<string>? scopes, CancellationToken cancel);

    /// <summary>
    /// Whose tokens these are: a client of a dialect. Null unless they were given together. Neither need be good any more.
    /// </summary>
    Task<Client?> ClientOfAsync(string dialect, string accessToken, string refreshToken, CancellationToken cancel);

    /// <summary>Revokes an access token, or with a refresh token its whole family.</summary>
    Task RevokeAsync(Client client, string token, CancellationToken cancel);

    /// <summary>What a token stands for; null unless it is good and of the client's own installation.</summary>
    Task<TokenState?> FindAsync(Client client, string token, CancellationToken cancel);
}
