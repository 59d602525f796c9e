using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Access;

/// <summary>
/// The origin of a web page, as browsers send it: scheme, host and port, such as <c>https://shop.example</c> or
/// <c>http://10.0.0.7:8443</c>.
/// </summary>
public sealed record WebOrigin
{
    private readonly string _text;

    private WebOrigin(string text) => _text = text;

    /// <summary>
    /// Reads an origin. In lower case and without the usual port it is one text, however it was written. Nothing that a
    /// Content-Security-Policy would read in another way is one: no path, no wildcard, no list, and no host in brackets or other letters.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WebOrigin? origin)
    {
        origin = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            return false;
        var plain = $"{uri.Scheme}://{uri.Host}";
        var full = $"{plain}:{uri.Port}";
        var isNothingElse = text.Equals(full, StringComparison.OrdinalIgnoreCase)
            || (uri.IsDefaultPort && text.Equals(plain, StringComparison.OrdinalIgnoreCase));
        // Content-Security-Policy: the letters of a host-source.
        if (!isNothingElse || uri.Port == 0 || !uri.Host.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.'))
            return false;
        origin = new WebOrigin(uri.IsDefaultPort ? plain : full);
        return true;
    }

    public override string ToString() => _text;
}
