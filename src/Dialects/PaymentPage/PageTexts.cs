using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Quittance.Papers;

namespace Quittance.Dialects.PaymentPage;

/// <summary>The words of the payment page in the widget's languages, and those of receipts.</summary>
internal static class PageTexts
{
    private static readonly FrozenDictionary<string, CustomerTexts> All = CustomerTexts.Load(
        typeof(PageTexts).Assembly, "Quittance.Dialects.PaymentPage.texts", CustomerTexts.OfPapers);

    /// <summary>The language that a browser likes best; without one of ours, the merchant's.</summary>
    public static CustomerTexts Choose(StringValues acceptLanguage, string? locale)
    {
        IList<StringWithQualityHeaderValue> ranges =
            StringWithQualityHeaderValue.TryParseList(acceptLanguage, out var sent) ? sent : [];
        var liked = ranges.Where(range => range.Quality != 0).OrderByDescending(range => range.Quality ?? 1)
            .Select(range => range.Value.Value);
        return CustomerTexts.Choose(All, liked.Append(locale));
    }
}
