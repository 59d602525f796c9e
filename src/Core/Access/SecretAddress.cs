namespace Quittance.Core.Access;

/// <summary>The addresses to which the server sends numbers, keys and tokens: by TLS, or on this machine.</summary>
public static class SecretAddress
{
    /// <summary>Whether secrets may go to an address.</summary>
    public static bool Allows(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}
