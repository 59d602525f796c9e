using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Quittance.Console.Languages;

/// <summary>
/// A language of the console, with its ways to write numbers and days. The pages have the English texts; another language has for each of
/// them a text of its own, in a file for each family of pages (<c>texts</c>).
/// </summary>
internal sealed class ReaderLanguage
{
    // The file of the sentences that the back office says.
    private const string BackOffice = "back-office";

    // Between sentences in a row.
    private const string Break = "; ";

    private static readonly AsyncLocal<ReaderLanguage?> OfRequest = new();

    private readonly FrozenDictionary<string, string> _texts;
    private readonly FrozenDictionary<string, string> _ofBackOffice;
    private readonly FrozenDictionary<string, string> _patterns;
    private readonly Lazy<IReadOnlyList<(Regex Shape, string Text, bool HasBreak)>> _shapes;

    private ReaderLanguage(string tag, string name, CultureInfo forms, Dictionary<string, string> patterns)
    {
        (Tag, Name, Forms) = (tag, name, CultureInfo.ReadOnly(forms));
        _texts = Load(tag).ToFrozenDictionary(StringComparer.Ordinal);
        _ofBackOffice = Load(tag, BackOffice).ToFrozenDictionary(StringComparer.Ordinal);
        _shapes = new(() =>
        [
            // The one with the most words of its own is the closest. One that begins with a value fits many sentences of others.
            .. from text in _ofBackOffice
               where text.Key.Contains("{0}", StringComparison.Ordinal)
               orderby text.Key[0] == '{', text.Key.Length descending
               select (new Regex(ShapeOf(text.Key), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking), text.Value,
                   text.Key.Contains(Break, StringComparison.Ordinal)),
        ]);
        _patterns = patterns.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static ReaderLanguage English { get; } = new("en", "English", (CultureInfo)CultureInfo.InvariantCulture.Clone(), []);

    public static ReaderLanguage German { get; } = new("de", "Deutsch", GermanForms(), new()
    {
        ["d MMM"] = "dd.MM.",
        ["d MMM yyyy"] = "dd.MM.yyyy",
        ["d MMMM yyyy"] = "d. MMMM yyyy",
        ["dddd, d MMMM yyyy"] = "dddd, d. MMMM yyyy",
    });

    /// <summary>All of them; the first is that of a browser that likes none.</summary>
    public static IReadOnlyList<ReaderLanguage> All { get; } = [English, German];

    /// <summary>The language of who reads the page that is being made.</summary>
    public static ReaderLanguage Current => OfRequest.Value ?? English;

    /// <summary>The tag of BCP 47.</summary>
    public string Tag { get; }

    /// <summary>Its name in itself.</summary>
    public string Name { get; }

    /// <summary>How it writes numbers, and calls days and months.</summary>
    public CultureInfo Forms { get; }

    /// <summary>The texts that differ from the English ones, each by the English one.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>Those of them that the pages say themselves.</summary>
    internal IEnumerable<string> OfPages => _texts.Keys.Where(text => !_ofBackOffice.ContainsKey(text));

    /// <summary>Makes a language that of the pages from here on, until the request ends.</summary>
    public static void Read(ReaderLanguage language) => OfRequest.Value = language;

    /// <summary>The language that a person chose in a browser; else the one that the browser likes best of ours.</summary>
    public static ReaderLanguage Of(HttpRequest request, string? chosen)
    {
        IList<StringWithQualityHeaderValue> sent =
            StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var ranges) ? ranges : [];
        var liked = sent.Where(range => range.Quality != 0).OrderByDescending(range => range.Quality ?? 1)
            .Select(range => range.Value.Value);
        return liked.Prepend(chosen).Select(Find).OfType<ReaderLanguage>().FirstOrDefault(English);
    }

    /// <summary>The language of ours for a tag such as <c>de-AT</c>; null for none.</summary>
    public static ReaderLanguage? Find(string? tag)
    {
        var language = (tag ?? "").Split('-')[0];
        return All.FirstOrDefault(known => known.Tag.Equals(language, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// The text for an English one, which stands where there is none. What stands behind two bars tells two uses of an English text apart:
    /// <c>Open||state</c>.
    /// </summary>
    public string Of(string english) => _texts.TryGetValue(english, out var text) ? text : english.Split("||", 2)[0];

    /// <summary>The text for an English sentence with its values, of which each can be such a sentence.</summary>
    public string Heard(string english) => _texts.GetValueOrDefault(english) ?? HeardOrNone(english) ?? english;

    /// <summary>
    /// The text for an English sentence that the back office says, or that a person typed in its place: a word of the pages is no sentence
    /// of it.
    /// </summary>
    public string HeardOrTyped(string english) => HeardOrNone(english) ?? english;

    /// <summary>Writes a number, a day or a moment.</summary>
    /// <param name="format">The English form, such as <c>d MMM yyyy</c>.</param>
    public string Write(IFormattable value, string? format) =>
        value.ToString(format is null ? null : _patterns.GetValueOrDefault(format, format), Forms);

    private string? HeardOrNone(string english)
    {
        if (_ofBackOffice.TryGetValue(english, out var known))
            return known;
        if (!english.Contains(Break, StringComparison.Ordinal))
            return Shaped(english, _shapes.Value);
        // Several sentences in a row, unless one of them has such a break in itself or in a value.
        if (Shaped(english, _shapes.Value.Where(shape => shape.HasBreak)) is { } whole)
            return whole;
        (string Said, string? Heard)[] parts = [.. english.Split(Break).Select(part => (part, HeardOrNone(part)))];
        return (parts.All(part => part.Heard is not null) ? null : Shaped(english, _shapes.Value))
            ?? (parts.Any(part => part.Heard is not null) ? string.Join(Break, parts.Select(part => part.Heard ?? part.Said)) : null);
    }

    private string? Shaped(string english, IEnumerable<(Regex Shape, string Text, bool HasBreak)> shapes)
    {
        foreach (var (shape, text, _) in shapes)
        {
            if (shape.Match(english) is { Success: true } found)
                return Languages.Texts.Filled(text, [.. found.Groups.Values.Skip(1).Select(value => ValueOf(value.Value))]);
        }

        return null;
    }

    // A name begins with a capital, and stands as it is also where it is a word of the pages.
    private string ValueOf(string english) =>
        (english.Length > 0 && char.IsLower(english[0]) ? _texts.GetValueOrDefault(english) : null) ?? HeardOrTyped(english);

    private static CultureInfo GermanForms()
    {
        var forms = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (forms.NumberFormat.NumberDecimalSeparator, forms.NumberFormat.NumberGroupSeparator) = (",", ".");
        var dates = forms.DateTimeFormat;
        dates.DayNames = ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"];
        dates.AbbreviatedDayNames = ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"];
        dates.MonthNames = dates.MonthGenitiveNames =
        [
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember", "",
        ];
        dates.AbbreviatedMonthNames = dates.AbbreviatedMonthGenitiveNames =
            ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.", ""];
        return forms;
    }

    private static string ShapeOf(string template) => $"^{string.Concat(Languages.Texts.Pieces(template).Select(
        piece => Regex.Escape(piece.Literal) + (piece.Place is null ? "" : "(.*)")))}$";

    private static Dictionary<string, string> Load(string tag, string family = "")
    {
        var assembly = typeof(ReaderLanguage).Assembly;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith($"console/texts/{tag}/{family}", StringComparison.Ordinal))
                continue;
            using var file = assembly.GetManifestResourceStream(name)!;
            foreach (var (english, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(file)!)
                texts.Add(english, text);
        }

        return texts;
    }
}
