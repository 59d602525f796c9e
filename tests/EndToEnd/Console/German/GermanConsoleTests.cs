using System.Net;
using System.Text.RegularExpressions;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The console in German.</summary>
public sealed partial class GermanConsoleTests(BooksFixture books)
{
    /// <summary>Words that stand in most English sentences and in no German one.</summary>
    private static readonly string[] EnglishWords =
        ["the", "of", "and", "is", "are", "not", "its", "by", "has", "have", "it", "that", "for", "with", "each", "your", "this", "no"];

    // Milliseconds; it is there against a text on which the expression never ends.
    private const int Patience = 60_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachPage_IsInTheLanguageThatTheBrowserLikes()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        var english = new List<string>();
        foreach (var page in ConsolePages.All.Where(page => page is { Heading: not null, Least: not null }))
        {
            var path = page.Sample(samples)!;
            var text = await ReadAsync(desk, path, "de-AT, en;q=0.5");
            Assert.Contains("<html lang=\"de\">", text, StringComparison.Ordinal);
            english.AddRange(SentencesOf(text).Where(IsEnglish).Select(sentence => $"{page.Template}: {sentence}"));
        }

        Assert.True(english.Count == 0, string.Join('\n', english.Distinct()));
    }

    [Fact]
    public async Task Choice_HoldsBeforeTheLanguageOfTheBrowser()
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = books.Address };
        using var chosen = await ChooseAsync(client, "de", new Uri(books.Address, "/console/sign-in?to=%2Fconsole%2Fpayments").AbsoluteUri);
        Assert.Equal(HttpStatusCode.SeeOther, chosen.StatusCode);
        Assert.Equal("/console/sign-in?to=%2Fconsole%2Fpayments", $"{chosen.Headers.Location}");

        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        var page = await client.GetStringAsync(new Uri("/console/sign-in", UriKind.Relative), Cancel);

        Assert.Contains("<html lang=\"de\">", page, StringComparison.Ordinal);
        Assert.Contains(">Anmelden</button>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xx", null, HttpStatusCode.BadRequest, null)]
    [InlineData("", null, HttpStatusCode.BadRequest, null)]
    [InlineData("de", "https://elsewhere.example/console/audit", HttpStatusCode.SeeOther, "/console/audit")]
    [InlineData("de", "https://elsewhere.example/v1", HttpStatusCode.SeeOther, "/console")]
    [InlineData("de", "//elsewhere.example/x", HttpStatusCode.SeeOther, "/console")]
    [InlineData("de", null, HttpStatusCode.SeeOther, "/console")]
    public async Task StrangeChoice_LeadsNowhereElse(string language, string? from, HttpStatusCode status, string? to)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = books.Address };
        using var answer = await ChooseAsync(client, language, from);

        Assert.Equal((status, to), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task AmountsAndDays_AreWrittenAsTheReaderDoes()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        var path = ConsolePages.All.Single(page => page.Template == "/console/payments").Sample(samples)!;

        var english = await ReadAsync(desk, path, "en");
        var german = await ReadAsync(desk, path, "de");

        var amount = Figure().Match(english).Groups["text"].Value;
        Assert.Contains(
            amount.Replace(',', '\0').Replace('.', ',').Replace('\0', '.'),
            Figure().Matches(german).Select(figure => figure.Groups["text"].Value));
    }

    private static async Task<HttpResponseMessage> ChooseAsync(HttpClient client, string language, string? from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/language")
        {
            Content = new FormUrlEncodedContent([new("language", language)]),
        };
        if (from is not null)
            request.Headers.TryAddWithoutValidation("Referer", from);
        return await client.SendAsync(request, Cancel);
    }

    private static async Task<string> ReadAsync(TestDesk desk, string path, string languages)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptLanguage.ParseAdd(languages);
        using var answer = await desk.Client.SendAsync(request, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static IEnumerable<string> SentencesOf(string page) =>
        Tag().Split(Script().Replace(page, "")).Concat(Shown().Matches(page).Select(shown => shown.Groups["text"].Value))
            .Select(text => Quoted().Replace(WebUtility.HtmlDecode(text), "").Trim()).Where(text => text.Length > 0);

    // A name of the books or a word of a program has none of them twice.
    private static bool IsEnglish(string sentence) =>
        Word().Matches(sentence).Count(word => EnglishWords.Contains(word.Value, StringComparer.OrdinalIgnoreCase)) >= 2;

    // What somebody said in another language.
    [GeneratedRegex("„[^“]*“", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();

    [GeneratedRegex("<(?<tag>script|style|code|pre)[^>]*>.*?</\\k<tag>>|<article .*?</article>", RegexOptions.Singleline, Patience)]
    private static partial Regex Script();

    [GeneratedRegex(
        "(aria-label|placeholder|title|data-label)=\"(?<text>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Shown();

    [GeneratedRegex("[A-Za-z]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex("<span class=\"figure\">(?<text>[0-9.,]+)</span>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Figure();
}
