using System.Net;
using System.Net.Sockets;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Http;

/// <summary>Checks the address to which a client wants its events sent: it must not lead into a private network.</summary>
public static class CallbackAddress
{
    private const int MostCharacters = 2000;

    // What IANA sets apart for special purposes, of IPv4: https://www.iana.org/assignments/iana-ipv4-special-registry
    private static readonly IPNetwork[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6 only this is public at all, and that within it is not. So neither is what hides an IPv4 address: mapped, 6to4, Teredo, NAT64.
    private static readonly IPNetwork Public6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse),
    ];

    // RFC 3927 and RFC 4291; and where AWS (IPv6), Alibaba, Oracle and Azure answer for their machines.
    private static readonly IPNetwork[] OfTheLink =
    [
        .. new[] { "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32" }
            .Select(IPNetwork.Parse),
    ];

    // NAT64, whose last four bytes are an IPv4 address.
    private static readonly IPNetwork[] Translated = [.. new[] { "64:ff9b::/96", "::/96" }.Select(IPNetwork.Parse)];

    /// <summary>Reads an address: absolute, http or https, without a user, a password, a fragment or the port 0.</summary>
    /// <returns>Null where the text is not such an address.</returns>
    public static Uri? Parse(string text) =>
        text.Length <= MostCharacters && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        && address is { UserInfo: "", Fragment: "", Host.Length: > 0, Port: not 0 }
            && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter))
            ? address
            : null;

    /// <summary>Why no webhook goes to an address, as what is expected of it; null where one may.</summary>
    /// <param name="address">Null where <see cref="Parse"/> read none.</param>
    /// <param name="allowsPrivateNetworks">Whether receivers may be in private networks, and need no TLS.</param>
    public static string? ExpectedOf(Uri? address, bool allowsPrivateNetworks) =>
        address is null ? "an absolute https address without a user, a password, a fragment or the port 0"
        : IsOfTheLink(address) ? "an address that is not link-local"
        : !allowsPrivateNetworks && !MayBePublic(address) ? "an https address that is not of a private network" : null;

    /// <summary>Reads the address in a body, and refuses one to which no webhook goes.</summary>
    /// <param name="name">The member that has it.</param>
    /// <param name="text">Its text; null where it is missing.</param>
    /// <param name="allowsPrivateNetworks">Whether receivers may be in private networks, and need no TLS.</param>
    /// <returns>Null where it is malformed or missing.</returns>
    public static Uri? Read(JsonFields fields, string name, string? text, bool allowsPrivateNetworks)
    {
        var address = text is null ? null : Parse(text);
        if (text is not null && ExpectedOf(address, allowsPrivateNetworks) is { } expected)
            fields.Refuse(name, address is null ? FieldProblem.Malformed : FieldProblem.OutOfRange, expected);
        return address;
    }

    /// <summary>Whether the address itself, before its name is looked up, is fit for a server that stays out of private networks.</summary>
    public static bool MayBePublic(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps && !address.IsLoopback
            && (!IPAddress.TryParse(address.DnsSafeHost, out var host) || IsPublic(host));

    /// <summary>
    /// Whether an IP address is of the link itself, where a cloud's machine asks for its own credentials, or one that clouds use for the
    /// same. No receiver of webhooks has it, in no network.
    /// </summary>
    public static bool IsOfTheLink(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (Translated.Any(network => network.Contains(address)))
            address = new IPAddress(address.GetAddressBytes().AsSpan(12));
        return OfTheLink.Any(network => network.Contains(address)) || address.IsIPv6LinkLocal;
    }

    /// <summary>Whether the address itself, before its name is looked up, leads to the link.</summary>
    public static bool IsOfTheLink(Uri address) => IPAddress.TryParse(address.DnsSafeHost, out var host) && IsOfTheLink(host);

    /// <summary>Whether an IP address is one of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Special4.Any(network => network.Contains(address)),
            AddressFamily.InterNetworkV6 =>
                address.ScopeId == 0 && Public6.Contains(address) && !Special6.Any(network => network.Contains(address)),
            _ => false,
        };
    }
}
