using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Quittance.Console.Access;
using Quittance.Console.Layout;

namespace Quittance.Console.Languages;

/// <summary>The language that a person chose, kept in the browser: it holds before the sign-in, too.</summary>
internal static class LanguageCookie
{
    /// <summary>The address that takes a choice.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/language";

    /// <summary>The field that has the language.</summary>
    public const string Chosen = "language";

    private const string Name = "quittance-console-language";

    /// <summary>Maps the choice.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, Choose).WithMetadata(new OpenAttribute());

    /// <summary>
    /// Makes the reader's language that of the request. Files of figures go on to other programs, and are English for every reader.
    /// </summary>
    public static Task ReadAsync(HttpContext http, RequestDelegate next)
    {
        if (System.IO.Path.GetExtension(http.Request.Path.Value) is not (".csv" or ".xlsx"))
            ReaderLanguage.Read(ReaderLanguage.Of(http.Request, http.Request.Cookies[Name]));
        return next(http);
    }

    // The gate has read the form.
    private static void Choose(HttpContext http)
    {
        if (ReaderLanguage.Find(http.Request.Form[Chosen]) is not { } language)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var isSecure = http.RequestServices.GetService(typeof(ConsoleSettings)) is ConsoleSettings { IsSecure: true };
        http.Response.Cookies.Append(Name, language.Tag, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            Path = ConsoleRoutes.Root,
            SameSite = SameSiteMode.Lax,
            Secure = isSecure,
        });
        // Back to the page on which it was chosen, which the browser names; of its address nothing counts but the path and the query.
        var here = http.Request.GetTypedHeaders().Referer;
        http.GoTo(Pages.SigningIn.SignIn.PageOf(here is { IsAbsoluteUri: true } ? here.PathAndQuery : null));
    }
}
