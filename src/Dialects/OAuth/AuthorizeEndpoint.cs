using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OAuth;

/// <summary>
/// Where clients send people, and people sign in and say whether they let the client act for them. Nobody stays signed in: who holds the
/// browser later can do nothing.
/// </summary>
internal sealed class AuthorizeEndpoint(
    PublicAddress address, IClients clients, IPeople people, IAuthorisations authorisations, Func<Installation, string, string> words, long bodyLimit)
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
            return AuthorizePages.Answer(http, error!.Status, AuthorizePages.Trouble("The form did not arrive as it was sent. Go back and try again."));
        if (!_guard.Accepts(http, form["proof"]))
            return Page(http, outcome, StatusCodes.Status400BadRequest, form["email"], "Your browser did not keep the cookie of this page. Allow it, and try again.");

        var back = outcome.Back!;
        switch (form["decision"])
        {
            case "allow" when form["email"] is { } email && form["password"] is { } password:
                var signIn = await people.SignInAsync(request.Client.Credential.Merchant, email, password, http.RequestAborted);
                if (signIn.Person is not { } person)
                    return Refused(http, outcome, email, signIn.Wait);
                var terms = new CodeTerms(request.RedirectUri, request.Challenge);
                return Leave(http, back.With(await authorisations.AllowAsync(request.Client, person, request.Scopes, terms, http.RequestAborted)));
            case "deny":
                return Leave(http, back.With(new OAuthError("access_denied", "The person did not allow it.")));
            default:
                return Page(http, outcome, StatusCodes.Status400BadRequest, form["email"], "Type your e-mail address and your password.");
        }
    }

    private Answer Refused(HttpContext http, AuthorizeOutcome outcome, string email, TimeSpan? wait)
    {
        if (wait is not { } time)
            return Page(http, outcome, StatusCodes.Status403Forbidden, email, "E-mail address or password are wrong.");
        var seconds = (int)Math.Ceiling(time.TotalSeconds);
        var told = seconds < 60 ? $"{seconds} {(seconds == 1 ? "second" : "seconds")}" : $"{(seconds + 59) / 60} minutes";
        return Page(http, outcome, StatusCodes.Status429TooManyRequests, email, $"There were too many tries. Wait {told}, and try again.") with { RetryAfterSeconds = seconds };
    }

    private Answer Page(HttpContext http, AuthorizeOutcome outcome, int status, string? email = null, string? trouble = null)
    {
        var request = outcome.Request!;
        var origin = outcome.Back!.Origin;
        var sentBackTo = new Uri(request.RedirectUri) is { Host.Length: > 0 } uri ? uri.Authority : request.Client.Title;
        var page = AuthorizePages.SignIn(
            request, sentBackTo, scope => words(request.Client.Credential.Installation, scope),
            $"{OAuthRoutes.AuthorizePath}{http.Request.QueryString}", _guard.Issue(http), email, trouble);
        return AuthorizePages.Answer(http, status, page, origin);
    }

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
