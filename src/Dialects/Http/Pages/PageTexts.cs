using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Quittance.Papers;

namespace Quittance.Dialects.Http.Pages;

/// <summary>The words of the pages in the widget's languages, and those of receipts.</summary>
internal static class PageTexts
{
    public static FrozenDictionary<string, CustomerTexts> All { get; } = CustomerTexts.Load(
        typeof(PageTexts).Assembly, "Quittance.Dialects.Pages.texts", CustomerTexts.OfPapers);

    /// <summary>The parameter of the address that chooses a language.</summary>
    public const string Query = "language";

    /// <summary>The cookie that keeps the language that the customer chose on the page.</summary>
    public const string Cookie = "quittance_language";

    /// <summary>
    /// The language that the customer chose on the page, else the one that the browser likes best; without one of ours, the merchant's.
    /// </summary>
    public static CustomerTexts Choose(HttpRequest request, string? locale) => Choose(All, request, locale);

    /// <inheritdoc cref="Choose(HttpRequest, string?)"/>
    /// <param name="all">The words to choose from.</param>
    public static CustomerTexts Choose(FrozenDictionary<string, CustomerTexts> all, HttpRequest request, string? locale)
    {
        IList<StringWithQualityHeaderValue> ranges =
            StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var sent) ? sent : [];
        var liked = ranges.Where(range => range.Quality != 0).OrderByDescending(range => range.Quality ?? 1)
            .Select(range => range.Value.Value);
        return CustomerTexts.Choose(all, liked.Prepend(request.Cookies[Cookie]).Append(locale));
    }
}
