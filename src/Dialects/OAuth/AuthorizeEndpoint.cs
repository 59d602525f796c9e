using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Pages;

namespace Quittance.Dialects.OAuth;

/// <summary>The answer to a person whom a client sends here; one of three.</summary>
/// <param name="Request">The question for them; null for the other two.</param>
/// <param name="Back">Their way back to the client, where there is one.</param>
/// <param name="Location">Where to send them at once.</param>
/// <param name="Trouble">The error to show them instead.</param>
internal readonly record struct AuthorizeOutcome(AuthorizeRequest? Request, RedirectBack? Back, string? Location, string? Trouble)
{
    /// <summary>Show the page on which they sign in.</summary>
    public static AuthorizeOutcome Ask(AuthorizeRequest request, RedirectBack back) => new(request, back, null, null);

    /// <summary>Send them back with an error for the client.</summary>
    public static AuthorizeOutcome SendBack(string location) => new(null, null, location, null);

    /// <summary>Show a page that says what is wrong, and send them nowhere.</summary>
    public static AuthorizeOutcome ShowPage(string trouble) => new(null, null, null, trouble);
}

/// <summary>The way back to the client: its registered address with the result (RFC 6749 4.1.2) and our name (RFC 9207).</summary>
/// <param name="RedirectUri">The address.</param>
/// <param name="State">The client's own, given back as it is; null when there is none.</param>
internal sealed record RedirectBack(string RedirectUri, string? State, string Issuer)
{
    /// <summary>
    /// For the policy of a page whose form leads there: the address without path, or only the scheme where that is an app's.
    /// </summary>
    public string Origin => new Uri(RedirectUri) is var uri && uri.Scheme is "http" or "https" ? uri.GetLeftPart(UriPartial.Authority)
        : $"{new Uri(RedirectUri).Scheme}:";

    public string With(string code) => To(("code", code));

    public string With(OAuthError error) => To(("error", error.Code), ("error_description", error.Description));

    private string To(params IReadOnlyList<(string Name, string Value)> added)
    {
        IEnumerable<(string Name, string Value)> all =
            [.. added, .. State is null ? [] : ((string, string)[])[("state", State)], ("iss", Issuer)];
        return RedirectUri + (RedirectUri.Contains('?') ? "&" : "?")
            + string.Join('&', all.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
    }
}

/// <summary>A client's request to a person (RFC 6749 4.1.1, RFC 7636 4.3).</summary>
/// <param name="RedirectUri">The address to which the server sends the person back: one of the client's, character by character.</param>
/// <param name="State">The client's own, given back as it is; null when there is none.</param>
/// <param name="Scopes">The scopes that the client wants.</param>
/// <param name="Challenge">SHA-256 of the verifier that the client keeps.</param>
internal sealed record AuthorizeRequest(
    Client Client, string RedirectUri, string? State, IReadOnlyCollection<string> Scopes, ReadOnlyMemory<byte> Challenge)
{
    /// <summary>Whether the client names the scopes. Else it wants what it can get.</summary>
    public bool NamesScopes { get; init; }

    /// <summary>
    /// Reads the query. Where the address to go back to is not valid, the person gets a page (RFC 6749 4.1.2.1); other errors go to the
    /// client.
    /// </summary>
    public static async Task<AuthorizeOutcome> ReadAsync(HttpContext http, IClients clients, string issuer)
    {
        var query = new OAuthForm(http.Request.Query);
        if (query["client_id"] is not { } name || await clients.FindAsync(name, http.RequestAborted) is not { } client)
        {
            return AuthorizeOutcome.ShowPage(
                "The program that sent you here is not known. Go back to it and try again, or tell its makers.");
        }

        if (query["redirect_uri"] is not { } redirectUri || !client.RedirectUris.Contains(redirectUri))
        {
            return AuthorizeOutcome.ShowPage(
                $"{client.Title} wants you sent back to an address that it has not registered. Go back to it and try again, or tell its "
                + "makers.");
        }

        var back = new RedirectBack(redirectUri, query["state"], issuer);
        if (ErrorIn(query) is { } error)
            return AuthorizeOutcome.SendBack(back.With(error));
        if (OAuth.Scopes.Asked(query["scope"], client.Credential.Scopes) is not { } scopes)
            return AuthorizeOutcome.SendBack(back.With(OAuthError.InvalidScope(client.Credential.Scopes)));
        return AuthorizeOutcome.Ask(
            new AuthorizeRequest(client, redirectUri, back.State, scopes, Base64Url.DecodeFromChars(query["code_challenge"]))
            {
                NamesScopes = query["scope"] is not null,
            },
            back);
    }

    private static OAuthError? ErrorIn(OAuthForm query)
    {
        if (query.IsMalformed)
            return OAuthError.InvalidRequest("Send each parameter once, without NUL.");
        if (query["response_type"] is not { } type)
            return OAuthError.InvalidRequest("Send response_type=code.");
        if (type != "code")
            return new OAuthError("unsupported_response_type", "Use response_type=code.");
        if (query["response_mode"] is not (null or "query"))
            return OAuthError.InvalidRequest("Use response_mode=query, or leave it out.");
        // Without a method it would be plain, which an attacker who sees the request can use.
        if (query["code_challenge_method"] != "S256" || query["code_challenge"] is not { } challenge || !IsChallenge(challenge))
            return OAuthError.InvalidRequest("Send code_challenge, and code_challenge_method=S256 (RFC 7636).");
        return null;
    }

    // SHA-256 in base64url without padding.
    private static bool IsChallenge(string challenge) =>
        challenge.Length == 43 && !challenge.Contains('=') && Base64Url.IsValid(challenge, out var length) && length == 32;
}

/// <summary>
/// Where clients send people, and people sign in and decide whether the client may act for them. They do not stay signed in, so the next
/// person at the browser can do nothing.
/// </summary>
internal sealed class AuthorizeEndpoint(
    PublicAddress address, IClients clients, IPeople people, IAuthorisations authorisations, PeopleRights rights,
    Func<Installation, string, string> words, long bodyLimit)
{
    private readonly FormGuard _guard = new(address);

    /// <summary><c>GET /oauth/authorize</c>.</summary>
    public async Task ShowAsync(HttpContext http)
    {
        var outcome = await AuthorizeRequest.ReadAsync(http, clients, address.Base);
        await DialectRoutes.WriteAsync(http, outcome.Request is null ? Turn(http, outcome) : Page(http, outcome, StatusCodes.Status200OK));
    }

    /// <summary><c>POST /oauth/authorize</c>: the page's own form, to the address that the page has.</summary>
    public async Task DecideAsync(HttpContext http) => await DialectRoutes.WriteAsync(http, await AnswerAsync(http));

    private async Task<Answer> AnswerAsync(HttpContext http)
    {
        var outcome = await AuthorizeRequest.ReadAsync(http, clients, address.Base);
        if (outcome.Request is not { } request)
            return Turn(http, outcome);
        var (form, error) = await OAuthForm.ReadAsync(http, bodyLimit);
        if (form is null)
        {
            return AuthorizePages.Answer(
                http, error!.Status, AuthorizePages.Trouble("The form did not arrive as it was sent. Go back and try again."));
        }

        if (!_guard.Accepts(http, form["proof"]))
        {
            return Page(http, outcome, StatusCodes.Status400BadRequest, form["email"],
                "Your browser did not keep the cookie of this page. Allow it, and try again.");
        }

        var back = outcome.Back!;
        switch (form["decision"])
        {
            case "allow" when form["kept"] is { } kept:
                return await people.TakeUpAsync(kept, http.RequestAborted) is { } known
                    && known.Merchant == request.Client.Credential.Merchant
                    ? await GiveAsync(http, outcome, known, form["scopes"])
                    : Page(http, outcome, StatusCodes.Status403Forbidden, trouble: "This took too long. Sign in again.");
            case "allow" when form["pending"] is { } pending:
                return await AllowAsync(
                    http, outcome, await people.ProveAsync(pending, form["code"] ?? "", http.RequestAborted), null,
                    "This took too long. Sign in again.");
            case "allow" when form["email"] is { } email && form["password"] is { } password:
                var signIn = await people.SignInAsync(request.Client.Credential.Merchant, email, password, http.RequestAborted);
                return await AllowAsync(http, outcome, signIn, email, "The e-mail address or the password is wrong.");
            case "deny":
                if (form["kept"] is { } left)
                    await people.TakeUpAsync(left, http.RequestAborted);
                return Leave(http, back.With(new OAuthError("access_denied", "The person did not allow it.")));
            default:
                return Page(http, outcome, StatusCodes.Status400BadRequest, form["email"], "Type your e-mail address and your password.");
        }
    }

    /// <summary>Gives the client its code, where the sign-in is complete; else asks for the next step, or says what was wrong.</summary>
    private async Task<Answer> AllowAsync(HttpContext http, AuthorizeOutcome outcome, SignIn signIn, string? email, string refused)
    {
        var request = outcome.Request!;
        // A sign-in with another merchant opens nothing here.
        if (signIn.Named is { } named && named.Merchant != request.Client.Credential.Merchant)
            return Page(http, outcome, StatusCodes.Status403Forbidden, email, refused);
        switch (signIn)
        {
            case { Person: { } person }:
                return await GiveAsync(http, outcome, person, seen: null);
            case { Wait: { } wait }:
                return Waiting(http, outcome, email, wait, signIn.Pending);
            case { Next: SignInStep.Code, Code: var wrong }:
                var (status, trouble) = wrong is null ? (StatusCodes.Status200OK, null)
                    : (StatusCodes.Status403Forbidden, SignInWords.ProblemOf(wrong.Value));
                return Page(http, outcome, status, email, trouble, signIn.Pending);
            case { Next: not null }:
                return Page(http, outcome, StatusCodes.Status403Forbidden, email,
                    $"Sign in at {address.Base}/console/sign-in first: it asks for a password of your own, or for a second factor. "
                    + "Then come back.");
            default:
                return Page(http, outcome, StatusCodes.Status403Forbidden, email, refused);
        }
    }

    /// <summary>
    /// Gives the client its code for what the person may do themselves. Where the client has named more, it gets an error; where it wants
    /// what it can get, the person sees first what that is.
    /// </summary>
    /// <param name="seen">The scopes on the page that the person has allowed; null where that page had all that the client wants.</param>
    private async Task<Answer> GiveAsync(HttpContext http, AuthorizeOutcome outcome, Person person, string? seen)
    {
        var (request, back) = (outcome.Request!, outcome.Back!);
        var given = rights.Of(request.Client.Credential.Installation.Dialect, person.Role, request.Scopes);
        if (given.Count < request.Scopes.Count && (request.NamesScopes || given.Count == 0))
            return Leave(http, back.With(OAuthError.NotTheirs(request.Scopes.Except(given), given)));
        var scopes = string.Join(' ', given.Order(StringComparer.Ordinal));
        if (given.Count < request.Scopes.Count && seen != scopes)
        {
            var kept = await people.KeepAsync(person, http.RequestAborted);
            return Page(http, outcome, AuthorizePages.Consent(
                request.Client, person, [.. given.Order(StringComparer.Ordinal)], new ConsentForm(kept, scopes, SentBackTo(request))
                {
                    Action = ActionOf(http),
                    Proof = _guard.Issue(http),
                    Words = scope => words(request.Client.Credential.Installation, scope),
                }), StatusCodes.Status200OK);
        }

        var terms = new CodeTerms(request.RedirectUri, request.Challenge);
        return Leave(http, back.With(await authorisations.AllowAsync(request.Client, person, given, terms, http.RequestAborted)));
    }

    private Answer Waiting(HttpContext http, AuthorizeOutcome outcome, string? email, TimeSpan time, string? pending)
    {
        var seconds = (int)Math.Ceiling(time.TotalSeconds);
        return Page(http, outcome, StatusCodes.Status429TooManyRequests, email, SignInWords.WaitFor(seconds), pending) with
        {
            RetryAfterSeconds = seconds,
        };
    }

    private Answer Page(
        HttpContext http, AuthorizeOutcome outcome, int status, string? email = null, string? trouble = null, string? pending = null)
    {
        var request = outcome.Request!;
        var page = AuthorizePages.SignIn(
            request, SentBackTo(request), scope => words(request.Client.Credential.Installation, scope), ActionOf(http),
            _guard.Issue(http), email, trouble, pending);
        return Page(http, outcome, page, status);
    }

    private static Answer Page(HttpContext http, AuthorizeOutcome outcome, Markup page, int status) =>
        AuthorizePages.Answer(http, status, page, outcome.Back!.Origin);

    private static string ActionOf(HttpContext http) => $"{OAuthRoutes.AuthorizePath}{http.Request.QueryString}";

    private static string SentBackTo(AuthorizeRequest request) =>
        new Uri(request.RedirectUri) is { Host.Length: > 0 } uri ? uri.Authority : request.Client.Title;

    private static Answer Turn(HttpContext http, AuthorizeOutcome outcome) => outcome.Location is { } location
        ? Leave(http, location)
        : AuthorizePages.Answer(http, StatusCodes.Status400BadRequest, AuthorizePages.Trouble(outcome.Trouble!));

    /// <summary>By 303: what was typed here is not sent on.</summary>
    private static Answer Leave(HttpContext http, string location)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return new Answer(StatusCodes.Status303SeeOther, null) { Location = location };
    }
}

/// <summary>
/// Proves that a form was filled in on our own page: the page holds a hash of what the browser has in a cookie. Another site can neither
/// read the one nor have the other sent.
/// </summary>
/// <param name="address">Where browsers reach this server.</param>
internal sealed class FormGuard(PublicAddress address)
{
    private const int NonceLength = 32;

    private readonly bool _isSecure = address.Base.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    // The prefix keeps neighbouring hosts from planting one; without TLS browsers do not take it.
    private string CookieName => _isSecure ? "__Host-quittance-form" : "quittance-form";

    /// <summary>The proof for a page that is shown now. A browser with several pages open has one cookie for all.</summary>
    public string Issue(HttpContext http)
    {
        if (NonceOf(http.Request) is not { } nonce)
        {
            nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceLength));
            http.Response.Cookies.Append(
                CookieName, nonce, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = _isSecure, Path = "/" });
        }

        return ProofOf(nonce);
    }

    /// <summary>Whether a form comes with the right proof.</summary>
    public bool Accepts(HttpContext http, string? proof) =>
        proof is not null && NonceOf(http.Request) is { } nonce
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof), Encoding.UTF8.GetBytes(ProofOf(nonce)));

    private string? NonceOf(HttpRequest request) =>
        request.Cookies[CookieName] is { } nonce && Base64Url.IsValid(nonce, out var length) && length == NonceLength ? nonce : null;

    private static string ProofOf(string nonce) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"form {nonce}")));
}
