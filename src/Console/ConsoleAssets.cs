using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Quittance.Console;

/// <summary>The files that the console's pages load: style, scripts and icon, out of the assembly itself.</summary>
public static class ConsoleAssets
{
    private const string Folder = "console/";
    private const string Root = "/console/assets/";

    private static readonly FrozenDictionary<string, string> Versions = typeof(ConsoleAssets).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Folder.Length..], name =>
        {
            using var content = typeof(ConsoleAssets).Assembly.GetManifestResourceStream(name)!;
            return Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
        });

    /// <summary>Whether there is such a file: a build without packages from npm lacks those that come from there.</summary>
    /// <param name="name">The file's name.</param>
    public static bool Has(string name) => Versions.ContainsKey(name);

    /// <summary>The address of a file. Another content has another address, so browsers may keep what they have.</summary>
    /// <param name="name">The file's name.</param>
    public static string Href(string name) => $"{Root}{name}?v={Versions[name]}";
}
