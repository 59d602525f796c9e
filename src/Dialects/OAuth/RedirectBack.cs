namespace Quittance.Dialects.OAuth;

/// <summary>The way back to the client: its registered address with what it is told (RFC 6749 4.1.2), and by whom (RFC 9207).</summary>
/// <param name="RedirectUri">The address.</param>
/// <param name="State">The client's own, given back as it is; null when there is none.</param>
/// <param name="Issuer">Who we are.</param>
internal sealed record RedirectBack(string RedirectUri, string? State, string Issuer)
{
    /// <summary>For the policy of a page whose form leads there: the address without path, or only the scheme where that is an app's.</summary>
    public string Origin => new Uri(RedirectUri) is var uri && uri.Scheme is "http" or "https" ? uri.GetLeftPart(UriPartial.Authority) : $"{new Uri(RedirectUri).Scheme}:";

    /// <summary>With a code.</summary>
    public string With(string code) => To(("code", code));

    /// <summary>With an error.</summary>
    public string With(OAuthError error) => To(("error", error.Code), ("error_description", error.Description));

    private string To(params IReadOnlyList<(string Name, string Value)> told)
    {
        IEnumerable<(string Name, string Value)> added = [.. told, .. State is null ? [] : ((string, string)[])[("state", State)], ("iss", Issuer)];
        return RedirectUri + (RedirectUri.Contains('?') ? "&" : "?") + string.Join('&', added.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
    }
}
