using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Quittance.Papers;

namespace Quittance.Dialects.PaymentPage;

/// <summary>The words of the payment page in the widget's languages, and those of receipts.</summary>
internal static class PageTexts
{
    private static readonly FrozenDictionary<string, CustomerTexts> All = CustomerTexts.Load(
        typeof(PageTexts).Assembly, "Quittance.Dialects.PaymentPage.texts", CustomerTexts.OfPapers);

    /// <summary>The parameter of the address that chooses a language.</summary>
    public const string Query = "language";

    /// <summary>The cookie that keeps the language that the customer chose on the page.</summary>
    public const string Cookie = "quittance_language";

    /// <summary>
    /// The language that the customer chose on the page, else the one that the browser likes best; without one of ours, the merchant's.
    /// </summary>
    public static CustomerTexts Choose(HttpRequest request, string? locale)
    {
        IList<StringWithQualityHeaderValue> ranges =
            StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var sent) ? sent : [];
        var liked = ranges.Where(range => range.Quality != 0).OrderByDescending(range => range.Quality ?? 1)
            .Select(range => range.Value.Value);
        return CustomerTexts.Choose(All, liked.Prepend(request.Cookies[Cookie]).Append(locale));
    }
}
