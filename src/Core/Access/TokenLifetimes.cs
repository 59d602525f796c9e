namespace Quittance.Core.Access;

/// <summary>For how long codes and tokens are good.</summary>
public static class TokenLifetimes
{
    /// <summary>A code, from when the person is sent back to when the client exchanges it (RFC 6749 4.1.2: ten minutes at most).</summary>
    public static readonly TimeSpan Code = TimeSpan.FromSeconds(60);

    /// <summary>An access token.</summary>
    public static readonly TimeSpan Access = TimeSpan.FromHours(1);

    /// <summary>A refresh token that nobody uses. The one that takes its place has as long again.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromDays(30);
}
