using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Quittance.Core;

namespace Quittance.Dialects.PaymentPage;

/// <summary>The words of the payment page in one of the widget's languages, with its ways to write amounts and days.</summary>
internal sealed class PageTexts
{
    private const string Fallback = "en";

    private static readonly FrozenDictionary<string, PageTexts> All =
        new[] { "de", "en", "es", "fr", "it", "nl" }.ToFrozenDictionary(tag => tag, tag => new PageTexts(tag));

    private readonly FrozenDictionary<string, string> _texts;

    private PageTexts(string tag)
    {
        Tag = tag;
        using var file = typeof(PageTexts).Assembly.GetManifestResourceStream($"Quittance.Dialects.PaymentPage.texts.{tag}.json")!;
        _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!.ToFrozenDictionary();
    }

    /// <summary>The language, such as <c>de</c>.</summary>
    public string Tag { get; }

    public string this[string key] => _texts[key];

    /// <summary>A text with values in its places.</summary>
    public string With(string key, params (string Name, string Value)[] values) =>
        values.Aggregate(_texts[key], (text, value) => text.Replace($"{{{value.Name}}}", value.Value, StringComparison.Ordinal));

    public string Of(DateOnly day) => day.ToString(_texts["day"], CultureInfo.InvariantCulture);

    /// <summary>An amount as the language writes it, such as <c>1.234,50 €</c>.</summary>
    public string Of(Money money)
    {
        var text = money.ToText(AmountDecimals.Full);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, rest) = point < 0 ? (text, "") : (text[..point], text[(point + 1)..]);
        var (group, mark) = Tag switch
        {
            // Francs are written so in all languages of their country.
            _ when money.Currency.Code == "CHF" => ("’", "."),
            "en" => (",", "."),
            "fr" => ("\u202f", ","),
            _ => (".", ","),
        };
        for (var place = whole.Length - 3; place > 0; place -= 3)
            whole = whole.Insert(place, group);
        var number = rest.Length == 0 ? whole : $"{whole}{mark}{rest}";
        return (Tag, money.Currency.Code) switch
        {
            ("en", "EUR") => $"€{number}",
            ("nl", "EUR") => $"€\u00a0{number}",
            (_, "EUR") => $"{number}\u00a0€",
            (_, var code) => $"{code}\u00a0{number}",
        };
    }

    /// <summary>The language that a browser likes best; without one of ours, the merchant's.</summary>
    public static PageTexts Choose(StringValues acceptLanguage, string? locale)
    {
        IList<StringWithQualityHeaderValue> ranges =
            StringWithQualityHeaderValue.TryParseList(acceptLanguage, out var sent) ? sent : [];
        var liked = ranges.Where(range => range.Quality != 0).OrderByDescending(range => range.Quality ?? 1)
            .Select(range => Find(range.Value.Value)).FirstOrDefault(found => found is not null);
        return liked ?? Find(locale) ?? All[Fallback];
    }

    private static PageTexts? Find(string? tag) => All.GetValueOrDefault((tag ?? "").Split('-', '_')[0].ToLowerInvariant());
}
