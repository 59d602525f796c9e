using System.Net;

namespace Quittance.Host.Web;

/// <summary>
/// The client's address behind proxies. Each proxy adds to a header the address from which it got the request, so the last entries are
/// those of our proxies, and what stands before them comes from the client and proves nothing.
/// </summary>
internal static class ForwardedClient
{
    public const string XForwardedFor = "X-Forwarded-For";

    /// <summary>RFC 7239.</summary>
    public const string Forwarded = "Forwarded";

    private const string For = "for=";

    /// <summary>The address that the last trusted proxy got the request from; that of the sender where it is not trusted.</summary>
    /// <param name="sender">The address that is connected.</param>
    /// <param name="trusted">The proxies.</param>
    /// <param name="header">The header that they set.</param>
    public static IPAddress? Of(IPAddress? sender, IHeaderDictionary headers, IReadOnlyList<IPNetwork> trusted, string header)
    {
        if (sender is null || !IsTrusted(sender, trusted))
            return sender;
        var client = sender;
        foreach (var entry in headers[header].SelectMany(line => SplitOutsideQuotes(line ?? "", ',')).Reverse())
        {
            if (AddressOf(header == Forwarded ? NodeOf(entry) : entry) is not { } address)
                break;
            client = address;
            if (!IsTrusted(client, trusted))
                break;
        }

        return client;
    }

    /// <summary>Whether the address is a trusted proxy's.</summary>
    public static bool IsTrusted(IPAddress address, IReadOnlyList<IPNetwork> trusted)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return trusted.Any(network => network.Contains(plain));
    }

    /// <summary>The node of <c>for=</c> in an element, without its quotes; nothing where it names none.</summary>
    private static string NodeOf(string element) => SplitOutsideQuotes(element, ';')
        .Select(pair => pair.Trim())
        .Where(pair => pair.StartsWith(For, StringComparison.OrdinalIgnoreCase))
        .Select(pair => pair[For.Length..].Trim('"'))
        .FirstOrDefault("");

    /// <summary>An address with or without a port; null for a hidden or unknown one, and for no address.</summary>
    private static IPAddress? AddressOf(string node)
    {
        var text = node.Trim();
        return IPEndPoint.TryParse(text, out var end) && (text.Contains('.', StringComparison.Ordinal)
            || text.Contains(':', StringComparison.Ordinal)) ? end.Address : null;
    }

    private static IEnumerable<string> SplitOutsideQuotes(string text, char separator)
    {
        var (from, isQuoted) = (0, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[at] == separator && !isQuoted)
            {
                yield return text[from..at];
                from = at + 1;
            }
        }

        yield return text[from..];
    }
}
