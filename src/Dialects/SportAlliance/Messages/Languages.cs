using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Quittance.Dialects.SportAlliance.Messages;

/// <summary>The languages of messages, and which of them a request wants (Sport Alliance 3.2).</summary>
public static class Languages
{
    private const string Fallback = "en";

    // The longest tag that is registered has fewer characters; what is longer is no language.
    private const int MaxTagLength = 35;

    /// <summary>The tags of all languages and variants.</summary>
    public static IReadOnlyList<string> Tags { get; } =
    [
        "cs", "de", "de-CH", "de-LI", "en", "en-CA", "en-GB", "en-US", "es", "fr", "fr-LU", "hu", "it", "nb", "nl", "pl", "ro", "ru", "sl",
        "sv", "tr",
    ];

    private static readonly FrozenDictionary<string, MessageLanguage> ByTag =
        Tags.Select(Load).ToFrozenDictionary(language => language.Tag, StringComparer.OrdinalIgnoreCase);

    /// <summary>The language of a tag that is one of <see cref="Tags"/>.</summary>
    public static MessageLanguage Of(string tag) => ByTag[tag];

    /// <summary>
    /// The language that a client likes best among ours; <c>en</c> where it likes none of them. Without the header, and where it
    /// can't be read, the studio's own.
    /// </summary>
    /// <param name="acceptLanguage">The header.</param>
    /// <param name="locale">The studio's language.</param>
    public static MessageLanguage Choose(StringValues acceptLanguage, string locale)
    {
        var own = Find(locale) ?? ByTag[Fallback];
        if (acceptLanguage.Count == 0 || !StringWithQualityHeaderValue.TryParseStrictList(acceptLanguage, out var ranges) || ranges.Count == 0)
            return own;

        MessageLanguage? best = null;
        double bestQuality = 0;
        foreach (var range in ranges)
        {
            // What comes first is liked better where qualities are equal; what has none is not wanted.
            var quality = range.Quality ?? 1;
            if (quality <= bestQuality || (range.Value == "*" ? own : Find(range.Value.Value!)) is not { } found)
                continue;
            (best, bestQuality) = (found, quality);
        }

        return best ?? ByTag[Fallback];
    }

    /// <summary>The language of a tag, or of what is left when its end is cut off: <c>de-LU</c> is <c>de</c>. Null when there is none.</summary>
    private static MessageLanguage? Find(string tag)
    {
        if (tag.Length > MaxTagLength)
            return null;
        for (var end = tag.Length; end > 0; end = tag.LastIndexOf('-', end - 1))
        {
            if (ByTag.TryGetValue(tag[..end], out var language))
                return language;
        }

        return null;
    }

    private static MessageLanguage Load(string tag)
    {
        var own = LanguageFile.Load(tag);
        var end = tag.IndexOf('-', StringComparison.Ordinal);
        return new MessageLanguage(tag, own, end < 0 ? own : LanguageFile.Load(tag[..end]));
    }
}
