namespace Quittance.Core.Access;

/// <summary>Where a client may have people sent back to.</summary>
public static class RedirectTarget
{
    /// <summary>Whether it is an absolute https address without a fragment, one of the same machine, or one of an app (<c>com.example.app:/…</c>).</summary>
    // RFC 9700 4.1.3 and RFC 8252 7: anything else could be read on its way, or run as a script.
    public static bool MayBe(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.UserInfo.Length == 0
        && uri.All(character => char.IsAscii(character) && !char.IsWhiteSpace(character) && character != '#')
        && (parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback) || parsed.Scheme.Contains('.'));
}
