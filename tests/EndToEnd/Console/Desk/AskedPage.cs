using System.Net;
using System.Text.RegularExpressions;

namespace Quittance.Tests.Console;

/// <summary>A page that asks for a passkey, or an answer to its form.</summary>
internal sealed record AskedPage(HttpStatusCode Status, string Html, string? Cookie, string? Location)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The question of the page to a browser.</summary>
    public string Options => Match("(?<=data-options=\")[^\"]*");

    public static async Task<AskedPage> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        return await ReadAsync(answer);
    }

    /// <summary>Sends a form as a browser does from a page of ours; empty fields stay away.</summary>
    public static async Task<AskedPage> SendAsync(
        HttpClient client, string path, string form, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Append(new("_handler", form)).Where(field => field.Value.Length > 0)),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await client.SendAsync(request, Cancel);
        return await ReadAsync(answer);
    }

    public static async Task<AskedPage> ReadAsync(HttpResponseMessage answer) => new(
        answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel),
        answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            && cookies.Any(cookie => cookie.StartsWith("quittance-console", StringComparison.Ordinal)) ? TestDesk.CookieIn(answer) : null,
        answer.Headers.Location?.OriginalString);

    public string Field(string name) => Match($"(?<=name=\"{name}\" value=\")[^\"]*");

    private string Match(string pattern) =>
        WebUtility.HtmlDecode(Regex.Match(Html, pattern, RegexOptions.None, TimeSpan.FromMinutes(1)).Value);
}
