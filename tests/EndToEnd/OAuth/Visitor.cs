using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Quittance.Core.Access;
using Quittance.Tests.Console;

namespace Quittance.Tests.OAuth;

/// <summary>
/// Someone with a browser of their own, whom a client sends to sign in. They give the query with which they are sent back.
/// </summary>
internal sealed partial class Visitor : IDisposable
{
    public const string RedirectUri = "https://rail.example/back?from=quittance";

    /// <summary>As RFC 7636 has it in its appendix B.</summary>
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private readonly HttpClient _browser;

    private Visitor(Uri server, string email, string password)
    {
        _browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = server };
        (Email, Password) = (email, password);
    }

    public string Email { get; }

    public string Password { get; }

    /// <summary>The person; null where the test has not made them.</summary>
    public Person? Person { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Someone who signs in with a merchant.</summary>
    /// <param name="role">Their role; without one they are a customer.</param>
    public static async Task<Visitor> OfAsync(TokenShop shop, OperatorRole? role = OperatorRole.Operator)
    {
        var unique = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var visitor = new Visitor(shop.Server, $"ada.{unique}@example.com", TokenShop.Watched(SignedUp.Password));
        visitor.Person = await SignedUp.AddAsync(shop.Database, shop.Merchant, visitor.Email, "Ada Nkemelu", role);
        return visitor;
    }

    /// <summary>Someone whom an operator let sign in.</summary>
    public static Visitor Known(TokenShop shop, string email, string password) => new(shop.Server, email, password);

    /// <summary>
    /// The address to which a client sends people. A parameter that is given replaces the usual one; an empty one leaves it out.
    /// </summary>
    public static string AddressOf(ClientUnderTest client, params (string Name, string Value)[] parameters)
    {
        var all = new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = client.Name,
            ["redirect_uri"] = RedirectUri,
            ["scope"] = TokenShop.Read,
            ["state"] = "a b&c=d/é",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in parameters)
            all[name] = value;
        return "/oauth/authorize?"
            + string.Join(
            '&', all.Where(parameter => parameter.Value.Length > 0)
            .Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));
    }

    public async Task<Page> GoAsync(string address)
    {
        using var answer = await _browser.GetAsync(new Uri(address, UriKind.Relative), Cancel);
        return await Page.OfAsync(answer);
    }

    /// <summary>Fills in the form of a page.</summary>
    public async Task<Page> SendAsync(
        Page page, string decision = "allow", string? email = null, string? password = null, string? proof = null)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["proof"] = proof ?? page.Proof,
            ["email"] = email ?? Email,
            ["password"] = password ?? Password,
            ["decision"] = decision,
        });
        using var answer = await _browser.PostAsync(new Uri(page.Action, UriKind.Relative), form, Cancel);
        return await Page.OfAsync(answer);
    }

    /// <summary>Sends the code of the second factor.</summary>
    public async Task<Page> SendCodeAsync(Page page, string code, string? pending = null)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["proof"] = page.Proof,
            ["pending"] = pending ?? page.Pending,
            ["code"] = code,
            ["decision"] = "allow",
        });
        using var answer = await _browser.PostAsync(new Uri(page.Action, UriKind.Relative), form, Cancel);
        return await Page.OfAsync(answer);
    }

    /// <summary>Allows what a page says that the client can get.</summary>
    /// <param name="scopes">What the form says instead.</param>
    public async Task<Page> ConsentAsync(Page page, string? scopes = null)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["proof"] = page.Proof,
            ["kept"] = page.Kept,
            ["scopes"] = scopes ?? page.Scopes,
            ["decision"] = "allow",
        });
        using var answer = await _browser.PostAsync(new Uri(page.Action, UriKind.Relative), form, Cancel);
        return await Page.OfAsync(answer);
    }

    /// <summary>Signs in and allows what the client asks. Returns the code.</summary>
    public async Task<string> AllowAsync(ClientUnderTest client, params (string Name, string Value)[] parameters)
    {
        var back = await SendAsync(await GoAsync(AddressOf(client, parameters)));
        Assert.True(back.Location is not null, back.Html);
        return TokenShop.Watched(back.Query["code"]);
    }

    public void Dispose() => _browser.Dispose();

    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    /// <summary>The page that the browser shows, or the address to which it is sent.</summary>
    internal sealed partial record Page(HttpStatusCode Status, string Html, string? Location, IReadOnlyDictionary<string, string> Headers)
    {
        public string Proof => ProofIn().Match(Html).Groups["value"].Value;

        public string Pending => PendingIn().Match(Html).Groups["value"].Value;

        public string Kept => KeptIn().Match(Html).Groups["value"].Value;

        public string Scopes => ScopesIn().Match(Html).Groups["value"].Value;

        /// <summary>What the page says that the client can do.</summary>
        public IReadOnlyList<string> Listed =>
            [.. ListedIn().Matches(Html).Select(found => WebUtility.HtmlDecode(found.Groups["value"].Value))];

        public string Action => WebUtility.HtmlDecode(ActionIn().Match(Html).Groups["value"].Value);

        public string Trouble => WebUtility.HtmlDecode(TroubleIn().Match(Html).Groups["value"].Value);

        /// <summary>The client's answer in the address.</summary>
        public IReadOnlyDictionary<string, string> Query =>
            Location![(Location!.IndexOf('?') + 1)..].Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));

        public static async Task<Page> OfAsync(HttpResponseMessage answer) => new(
            answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer.Headers.Location?.OriginalString,
            answer.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));

        [GeneratedRegex("name=\"proof\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex ProofIn();

        [GeneratedRegex("name=\"pending\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex PendingIn();

        [GeneratedRegex("name=\"kept\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex KeptIn();

        [GeneratedRegex("name=\"scopes\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex ScopesIn();

        [GeneratedRegex("<li>(?<value>[^<]*)</li>", RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex ListedIn();

        [GeneratedRegex("action=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex ActionIn();

        [GeneratedRegex("role=\"alert\">(?<value>[^<]*)<", RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex TroubleIn();
    }
}
