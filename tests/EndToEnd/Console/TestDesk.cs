using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using Quittance.Tests.Web;

namespace Quittance.Tests.Console;

/// <summary>Somebody of a role, signed in at the console of a merchant: with a browser or without.</summary>
internal sealed class TestDesk : IDisposable
{
    private const string CookieName = "quittance-console";
    private const int PhoneWidth = 360;
    private const int DeskWidth = 1280;

    private static int _number;

    private readonly Uri _address;
    private readonly string _token;

    private TestDesk(Uri address, Person person, string token)
    {
        (_address, Person, _token) = (address, person, token);
        SecretWatch.OfTheRun.Add([token[(token.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        Client = new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = address };
        Client.DefaultRequestHeaders.Add("Cookie", $"{CookieName}={token}");
    }

    /// <summary>Who is signed in.</summary>
    public Person Person { get; }

    public MerchantId Merchant => Person.Merchant;

    /// <summary>Sends the session's cookie, and follows no redirect.</summary>
    public HttpClient Client { get; }

    /// <summary>Signs somebody new in, with a new merchant unless one is given.</summary>
    public static async Task<TestDesk> OpenAsync(BooksFixture books, OperatorRole role = OperatorRole.Admin, MerchantId? merchant = null, string? name = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        var number = Interlocked.Increment(ref _number);
        var whose = merchant ?? await books.Merchants.CreateAsync($"Northwind {number}", cancel);
        using var people = new People(books.Database, TimeProvider.System, new HashSet<string>());
        var email = $"{role}.{number}@example.com".ToLowerInvariant();
        name ??= $"Ada {number}";
        await people.EnsureAsync(whose, email, name, "correct horse battery staple", cancel, role);
        var id = (Guid)(await books.ScalarAsync("SELECT id FROM person WHERE merchant_id = $1 AND email = $2", whose.Value, email))!;
        var person = new Person(whose, id, email, name, role);
        var token = await new ConsoleSessions(books.Database, TimeProvider.System).OpenAsync(person, cancel);
        return new TestDesk(books.Address, person, token);
    }

    /// <summary>The page at an address, as text.</summary>
    public Task<string> PageAsync(string path) => Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    /// <summary>Sends a form as a browser would from a page of ours.</summary>
    /// <param name="path">The page that the form is on.</param>
    /// <param name="fields">Its fields; the form's name is <c>action</c> unless <c>_handler</c> says another.</param>
    public async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] fields)
    {
        var posted = fields.ToDictionary(field => field.Name, field => field.Value);
        posted.TryAdd("_handler", "action");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(posted) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A browser's page, signed in.</summary>
    public async Task<BrowserPage> BrowseAsync(Browser browser, string path, ColorScheme scheme = ColorScheme.Light, int width = DeskWidth)
    {
        var opened = await browser.OpenAsync(new() { Locale = "en-GB", ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 }, BaseURL = _address.AbsoluteUri });
        await opened.Page.Context.AddCookiesAsync([new() { Name = CookieName, Value = _token, Url = new Uri(_address, "/console").AbsoluteUri, SameSite = SameSiteAttribute.Strict, HttpOnly = true }]);
        await opened.GoAsync(new Uri(_address, path).AbsoluteUri);
        return opened;
    }

    /// <summary>Looks at a page on a desk in light and dark and on a phone: axe finds nothing, nothing is cut off, the browser complains of nothing.</summary>
    public async Task LookEverywhereAsync(Browser browser, string path, string name)
    {
        foreach (var (scheme, width, suffix) in new[] { (ColorScheme.Light, DeskWidth, ""), (ColorScheme.Dark, DeskWidth, "-dark"), (ColorScheme.Light, PhoneWidth, "-phone") })
        {
            await using var opened = await BrowseAsync(browser, path, scheme, width);
            await opened.LookAsync($"console-{name}{suffix}");
            Assert.Empty(opened.Errors);
        }
    }

    public void Dispose() => Client.Dispose();
}
