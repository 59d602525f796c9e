using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Quittance.Dialects.Http;

/// <summary>Chooses between the forms.</summary>
public static class DocumentFormats
{
    private static readonly string[] Json = ["application/json", "application/problem+json"];
    private static readonly string[] Xml = ["application/xml", "application/problem+xml"];

    /// <summary>The form that the header Accept likes best; null when it takes neither. A header that can't be read takes everything.</summary>
    public static DocumentFormat? Accepted(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            return DocumentFormat.Json;
        var (json, xml) = (QualityOf(Json, ranges), QualityOf(Xml, ranges));
        if (json <= 0 && xml <= 0)
            return null;
        return xml > json ? DocumentFormat.Xml : DocumentFormat.Json;
    }

    /// <summary>The quality that the most specific range gives a form: RFC 9110, 12.5.1.</summary>
    private static double QualityOf(string[] mediaTypes, IList<MediaTypeHeaderValue> ranges)
    {
        var named = ranges.Where(range => mediaTypes.Contains(range.MediaType.Value, StringComparer.OrdinalIgnoreCase)).ToList();
        if (named.Count == 0)
            named = [.. ranges.Where(range => range is { MatchesAllSubTypes: true, MatchesAllTypes: false } && range.Type.Equals("application", StringComparison.OrdinalIgnoreCase))];
        if (named.Count == 0)
            named = [.. ranges.Where(range => range.MatchesAllTypes)];
        return named.Count == 0 ? 0 : named.Max(range => range.Quality ?? 1);
    }
}
