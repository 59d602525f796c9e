namespace Quittance.Core.Access;

/// <summary>An address to which a client may have people sent back.</summary>
public static class RedirectTarget
{
    /// <summary>
    /// Whether it is an absolute https address without a fragment, one of the same machine, or one of an app (<c>com.example.app:/…</c>).
    /// </summary>
    // RFC 9700 4.1.3 and RFC 8252 7: anything else could be read on its way, or run as a script.
    public static bool MayBe(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.UserInfo.Length == 0
        && uri.All(character => char.IsAscii(character) && !char.IsWhiteSpace(character) && character != '#')
        && (parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback)
            || parsed.Scheme.Contains('.'));
}

/// <summary>A client of the authorisation server: a credential that gets tokens for itself and for people.</summary>
/// <param name="Credential">The credential: its installation and its most scopes.</param>
/// <param name="Name">How it names itself at the endpoints (<c>client_id</c>).</param>
/// <param name="Title">The name that people see.</param>
/// <param name="IsPublic">Whether it can keep no secret, as a program on its user's own device.</param>
/// <param name="RedirectUris">Where people may be sent back to, character by character.</param>
public sealed record Client(Credential Credential, string Name, string Title, bool IsPublic, IReadOnlyList<string> RedirectUris);

/// <summary>Looks clients of the authorisation server up.</summary>
public interface IClients
{
    /// <summary>The client of this name; null where there is none or it was revoked. It does not authenticate the caller.</summary>
    Task<Client?> FindAsync(string name, CancellationToken cancel);

    /// <summary>The client of this name and secret; null when there is none, it was revoked, or it is public and has no secret.</summary>
    Task<Client?> FindAsync(string name, string secret, CancellationToken cancel);
}
