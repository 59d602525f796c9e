namespace Quittance.Core.Profiles;

/// <summary>Links of a merchant's that its customers follow.</summary>
public static class WebLink
{
    /// <summary>The most characters.</summary>
    public const int Most = 300;

    /// <summary>The address as browsers write it; null where a text is no address at https, or one with a user's name in it.</summary>
    public static string? Of(string text) =>
        text.Length <= Most && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
            && address.UserInfo.Length == 0 && address.HostNameType == UriHostNameType.Dns
            && address.IdnHost.Contains('.', StringComparison.Ordinal) && address.AbsoluteUri is { Length: <= Most } written
            ? written : null;
}
