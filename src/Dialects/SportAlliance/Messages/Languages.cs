using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Quittance.Core;

namespace Quittance.Dialects.SportAlliance.Messages;

/// <summary>The languages of messages, and which of them a request wants (Sport Alliance 3.2).</summary>
public static class Languages
{
    private const string Fallback = "en";

    // No registered tag has more characters, so a longer one names no language.
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
    /// The language that a client prefers among ours; <c>en</c> where it names none of them. Without the header, and where it
    /// can't be read, the studio's own.
    /// </summary>
    /// <param name="acceptLanguage">The header.</param>
    /// <param name="locale">The studio's language.</param>
    public static MessageLanguage Choose(StringValues acceptLanguage, string locale)
    {
        var own = Find(locale) ?? ByTag[Fallback];
        if (acceptLanguage.Count == 0 || !StringWithQualityHeaderValue.TryParseStrictList(acceptLanguage, out var ranges)
            || ranges.Count == 0)
        {
            return own;
        }

        MessageLanguage? best = null;
        double bestQuality = 0;
        foreach (var range in ranges)
        {
            // Of equal qualities the first one counts; a language without a quality is not wanted.
            var quality = range.Quality ?? 1;
            if (quality <= bestQuality || (range.Value == "*" ? own : Find(range.Value.Value!)) is not { } found)
                continue;
            (best, bestQuality) = (found, quality);
        }

        return best ?? ByTag[Fallback];
    }

    /// <summary>
    /// The language of a tag, or of its beginning: <c>de-LU</c> is <c>de</c>. Null when no language has the tag.
    /// </summary>
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

/// <summary>The messages of one language, or of a variant of it, and how it writes numbers and times.</summary>
public sealed class MessageLanguage
{
    private const int GroupLength = 3;

    private readonly LanguageFile _own;
    private readonly LanguageFile _base;

    internal MessageLanguage(string tag, LanguageFile own, LanguageFile @base) => (Tag, _own, _base) = (tag, own, @base);

    /// <summary>Its tag, such as <c>de-CH</c>.</summary>
    public string Tag { get; }

    /// <summary>The text of a message before its arguments are filled in: a variant says only what it says differently.</summary>
    public string TextOf(Message message) => _own.TextOf(message) ?? _base.TextOf(message)
        ?? throw new InvalidOperationException($"{Tag} has no text for {message}.");

    public string Format(Message message, IReadOnlyList<MessageArgument> arguments)
    {
        var text = new StringBuilder(TextOf(message));
        for (var i = 0; i < arguments.Count; i++)
            text.Replace($"{{{i}}}", arguments[i].ToText(this));
        return text.ToString();
    }

    /// <summary>An amount with the code of its currency, as in <c>1.234,50 EUR</c>.</summary>
    public string Format(Money money)
    {
        var digits = money.ToText(AmountDecimals.Full);
        var sign = digits[0] == '-' ? "-" : "";
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = new StringBuilder(digits[sign.Length..(point < 0 ? digits.Length : point)]);
        for (var at = whole.Length - GroupLength; at > 0; at -= GroupLength)
            whole.Insert(at, GroupSeparator);
        var fraction = point < 0 ? "" : DecimalPoint + digits[(point + 1)..];
        return MoneyPattern
            .Replace("{amount}", $"{sign}{whole}{fraction}", StringComparison.Ordinal)
            .Replace("{currency}", money.Currency.Code, StringComparison.Ordinal);
    }

    /// <summary>A day with its time, in the offset that it has.</summary>
    public string Format(DateTimeOffset moment) => moment.ToString(TimestampPattern);

    private string DecimalPoint => _own.DecimalPoint ?? _base.DecimalPoint!;

    private string GroupSeparator => _own.GroupSeparator ?? _base.GroupSeparator!;

    private string MoneyPattern => _own.Money ?? _base.Money!;

    private string TimestampPattern => _own.Timestamp ?? _base.Timestamp!;
}

/// <summary>
/// A file of texts, beside this one or in the folder Variants. A variant's file has only the texts that differ from its language.
/// </summary>
/// <param name="DecimalPoint">Between whole units and decimals.</param>
/// <param name="GroupSeparator">Between groups of three digits.</param>
/// <param name="Money">Where <c>{amount}</c> and <c>{currency}</c> stand.</param>
/// <param name="Timestamp">A day with its time, as .NET writes such patterns; digits only, as there are no names of months here.</param>
/// <param name="Messages">The texts by the names of their messages.</param>
internal sealed record LanguageFile(
    string? DecimalPoint, string? GroupSeparator, string? Money, string? Timestamp, IReadOnlyDictionary<Message, string>? Messages)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    public string? TextOf(Message message) => Messages?.GetValueOrDefault(message);

    /// <summary>Reads the file of a tag, which is part of this assembly.</summary>
    public static LanguageFile Load(string tag)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Quittance.Dialects.SportAlliance.Messages.{tag}.json")
            ?? throw new InvalidOperationException($"There are no messages in {tag}.");
        return JsonSerializer.Deserialize<LanguageFile>(file, Options)!;
    }
}
