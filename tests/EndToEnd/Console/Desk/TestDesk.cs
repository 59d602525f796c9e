using System.Net;
using Microsoft.Playwright;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using Quittance.Tests.Web;

namespace Quittance.Tests.Console;

/// <summary>A person of a role, signed in at the console of a merchant: with a browser or without.</summary>
internal sealed class TestDesk : IDisposable
{
    private const string CookieName = "quittance-console";
    private const int PhoneWidth = 360;
    private const int DeskWidth = 1280;
    private const int Height = 900;

    private static int _number;

    private readonly Uri _address;
    private string _token;

    private TestDesk(Uri address, Person person, string token)
    {
        (_address, Person, _token) = (address, person, token);
        SecretWatch.OfTheRun.Add([token[(token.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        Client = new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = address };
        Client.DefaultRequestHeaders.Add("Cookie", $"{CookieName}={token}");
    }

    /// <summary>The person who is signed in.</summary>
    public Person Person { get; }

    public MerchantId Merchant => Person.Merchant;

    /// <summary>Sends the session's cookie, and follows no redirect.</summary>
    public HttpClient Client { get; }

    /// <summary>Signs a new person in, with a new merchant unless one is given.</summary>
    public static async Task<TestDesk> OpenAsync(
        BooksFixture books, OperatorRole role = OperatorRole.Admin, MerchantId? merchant = null, string? name = null)
    {
        var whose = merchant ?? await books.Merchants.CreateAsync(
            $"Northwind {Interlocked.Increment(ref _number)}", TestContext.Current.CancellationToken);
        return await OpenAsync(books.Database, books.Address, role, whose, name);
    }

    /// <summary>Signs a new person in at a server of its own.</summary>
    public static async Task<TestDesk> OpenAsync(
        NpgsqlDataSource books, Uri address, OperatorRole role, MerchantId merchant, string? name = null)
    {
        var number = Interlocked.Increment(ref _number);
        var email = $"{role}.{number}@example.com".ToLowerInvariant();
        var person = await SignedUp.AddAsync(books, merchant, email, name ?? $"Ada {number}", role);
        var token = await new ConsoleSessions(books, TimeProvider.System).OpenAsync(person, TestContext.Current.CancellationToken);
        return new TestDesk(address, person, token);
    }

    /// <summary>Goes on with the session that an answer opened.</summary>
    public void Follow(HttpResponseMessage answer) => Follow(CookieIn(answer));

    /// <summary>Goes on with the session of a cookie.</summary>
    public void Follow(string cookie)
    {
        _token = cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..];
        SecretWatch.OfTheRun.Add([_token[(_token.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        Client.DefaultRequestHeaders.Remove("Cookie");
        Client.DefaultRequestHeaders.Add("Cookie", cookie);
    }

    /// <summary>The session's cookie in an answer.</summary>
    public static string CookieIn(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith(CookieName, StringComparison.Ordinal)).Split(';')[0];

    /// <summary>
    /// People of this merchant who wait after a guess wait an hour longer: a wait of one second may end before the next request
    /// on a busy machine.
    /// </summary>
    public Task LengthenWaitsAsync(BooksFixture books) => books.ScalarAsync(
        "UPDATE sign_in_try SET not_before = not_before + interval '1 hour' WHERE merchant_id = $1 AND tries > 5", Merchant.Value);

    /// <summary>The page at an address, as text.</summary>
    public Task<string> PageAsync(string path) => Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    /// <summary>Sends a form as a browser would from a page of ours.</summary>
    /// <param name="path">The page that the form is on.</param>
    /// <param name="fields">Its fields; the form's name is <c>action</c> unless <c>_handler</c> says another.</param>
    public async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] fields)
    {
        var posted = fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).ToList();
        if (posted.TrueForAll(field => field.Key != "_handler"))
            posted.Add(KeyValuePair.Create("_handler", "action"));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(posted) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A browser's page, signed in.</summary>
    public async Task<BrowserPage> BrowseAsync(
        Browser browser, string path, ColorScheme scheme = ColorScheme.Light, int width = DeskWidth, string locale = "en-GB",
        bool withScripts = true)
    {
        var opened = await OpenAsync(browser, scheme, width, locale, withScripts);
        await opened.GoAsync(new Uri(_address, path).AbsoluteUri);
        return opened;
    }

    /// <summary>
    /// Looks at a page on a desk in light and dark and on a phone: axe finds nothing, nothing is cut off, nothing moves by itself, the
    /// browser complains of nothing. The dark comes over the page as it is, as in the evening; for the phone it is loaded anew. Scripts
    /// come after the page was painted, as over a slow line: their additions must have their place.
    /// </summary>
    /// <param name="path">The page.</param>
    /// <param name="name">The name of its pictures.</param>
    /// <param name="expected">How it is answered.</param>
    public async Task LookEverywhereAsync(Browser browser, string path, string name, HttpStatusCode expected = HttpStatusCode.OK)
    {
        await using var opened = await OpenAsync(browser, ColorScheme.Light, DeskWidth);
        await opened.Page.RouteAsync("**/*.js", async script =>
        {
            await opened.Page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint').length > 0");
            await script.ContinueAsync();
        });
        await GoAsync();
        await LookAsync("");
        await opened.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await LookAsync("-dark", isRecoloured: true);
        await opened.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await opened.Page.SetViewportSizeAsync(PhoneWidth, Height);
        await GoAsync();
        await LookAsync("-phone");
        // Chromium complains of a page that is answered with a fault, however well it is made.
        Assert.All(opened.Errors, error => Assert.True(
            expected != HttpStatusCode.OK && error.Contains($"status of {(int)expected}", StringComparison.Ordinal), error));

        async Task GoAsync()
        {
            var status = (await opened.GoAsync(new Uri(_address, path).AbsoluteUri))!.Status;
            Assert.True(status == (int)expected, $"{path}: {status} and not {(int)expected}. {SecretWatch.OfTheRun.Bugs}");
            await opened.AssertStillAsync(path);
        }

        Task LookAsync(string suffix, bool isRecoloured = false) => opened.LookAsync($"console-{name}{suffix}", isRecoloured);
    }

    private async Task<BrowserPage> OpenAsync(
        Browser browser, ColorScheme scheme, int width, string locale = "en-GB", bool withScripts = true)
    {
        var opened = await browser.OpenAsync(new()
        {
            Locale = locale,
            ColorScheme = scheme,
            // Colours are looked at as they are in the end, and not on their way there.
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = Height },
            BaseURL = _address.AbsoluteUri,
            JavaScriptEnabled = withScripts,
        });
        await opened.Page.Context.AddCookiesAsync(
            [new() { Name = CookieName, Value = _token, Url = new Uri(_address, "/console").AbsoluteUri,
            SameSite = SameSiteAttribute.Strict, HttpOnly = true }]);
        return opened;
    }

    public void Dispose() => Client.Dispose();
}
