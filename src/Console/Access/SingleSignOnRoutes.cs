using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Access;

/// <summary>The way to the identity provider and back.</summary>
internal static class SingleSignOnRoutes
{
    /// <summary>Where a browser sets out.</summary>
    public const string Begin = $"{ConsoleRoutes.Root}/sign-in/single";

    // In its query: the person signs in at the provider anew.
    private const string Again = "again";

    private const string Return = $"{ConsoleRoutes.Root}/sign-in/return";
    private const string Cookie = "quittance-sign-in";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Where a browser sets out whose person signs in at the provider anew.</summary>
    /// <param name="to">The page that was asked for.</param>
    public static string AddressOfAnother(string to) => $"{Begin}?to={Uri.EscapeDataString(to)}&{Again}=1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Begin, http => AnswerAsync(http, BeginAsync)).WithMetadata(new OpenAttribute());
        routes.MapGet(Return, http => AnswerAsync(http, ReturnAsync)).WithMetadata(new OpenAttribute());
    }

    private static async Task AnswerAsync(HttpContext http, Func<HttpContext, Task<IResult>> act) =>
        await (await act(http)).ExecuteAsync(http);

    private static async Task<IResult> BeginAsync(HttpContext http)
    {
        var settings = http.RequestServices.GetRequiredService<ConsoleSettings>();
        // A picture or a frame on a page elsewhere: no person has clicked.
        if (http.Request.Headers["Sec-Fetch-Dest"] is [not "document"])
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var journey = SignInJourney.Begin(Pages.SigningIn.SignIn.PageOf(http.Request.Query["to"]));
        var address = await http.RequestServices.GetRequiredService<SingleSignOn>()
            .AddressAsync(journey, settings.PublicAddress + Return, http.Request.Query.ContainsKey(Again), http.RequestAborted);
        if (address is null)
            return BackToSignIn("unavailable");
        http.Response.Cookies.Append(NameOf(settings), journey.ToString(), Options(settings, Longest));
        return Results.Redirect(address);
    }

    private static async Task<IResult> ReturnAsync(HttpContext http)
    {
        var (parts, query, cancel) = (http.RequestServices, http.Request.Query, http.RequestAborted);
        var settings = parts.GetRequiredService<ConsoleSettings>();
        var provider = parts.GetRequiredService<SingleSignOnSettings>();
        var journey = SignInJourney.Parse(http.Request.Cookies[NameOf(settings)]);
        http.Response.Cookies.Delete(NameOf(settings), Options(settings, null));
        if (journey is null || !IsSame(journey.State, query["state"]) || (query["iss"] is [{ } issuer] && issuer != provider.Issuer))
            return BackToSignIn("begun-elsewhere");
        if (query["code"] is not [{ Length: > 0 } code])
            return BackToSignIn("not-signed-in");
        // The browser may have made its cookie up, with a state that fits: the provider is asked no more often than passwords are looked
        // at. A request from a page elsewhere has no cookie that fits, and uses up no try.
        if (parts.GetRequiredService<IPeople>().CountTry(provider.Merchant) is not null)
            return BackToSignIn("too-many");
        var (identity, fault) = await parts.GetRequiredService<SingleSignOn>()
            .IdentifyAsync(code, journey, settings.PublicAddress + Return, cancel);
        if (fault == SingleSignOnFault.Unavailable)
            return BackToSignIn("unavailable");
        var admitted = await parts.GetRequiredService<IPeople>().AdmitAsync(provider.Merchant, identity, cancel);
        if (identity?.Role is null || admitted.Person is not { } person)
        {
            return BackToSignIn(fault switch
            {
                SingleSignOnFault.NoRole => "no-role",
                SingleSignOnFault.Unproven => "unproven",
                _ => "another-person",
            });
        }

        var sessions = parts.GetRequiredService<ConsoleSessions>();
        if (ConsoleCookie.Of(http) is { } former)
            await sessions.EndAsync(former, cancel);
        // A sign-in of which the provider does not say when it was proves nothing on a page that asks again.
        ConsoleCookie.Put(http, await sessions.OpenAsync(
            person, cancel, ConsoleCookie.PlaceOf(http), identity.SignedInAt ?? DateTimeOffset.UnixEpoch));
        // The session's cookie goes with no request that began at another site: a page of ours begins the next one.
        return new RazorComponentResult<SignedIn>(
            new Dictionary<string, object?> { [nameof(SignedIn.To)] = Pages.SigningIn.SignIn.PageOf(journey.To) });
    }

    // Over TLS a neighbouring host can't plant one of this name.
    private static string NameOf(ConsoleSettings settings) => settings.IsSecure ? $"__Host-{Cookie}" : Cookie;

    private static IResult BackToSignIn(string trouble) => Results.Redirect($"{ConsoleRoutes.Root}/sign-in?trouble={trouble}");

    private static bool IsSame(string state, string? given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(given ?? ""));

    private static CookieOptions Options(ConsoleSettings settings, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = settings.IsSecure ? "/" : $"{ConsoleRoutes.Root}/sign-in",
        // It goes with the provider's answer, which is a request from another site.
        SameSite = SameSiteMode.Lax,
        Secure = settings.IsSecure,
    };
}
