using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Core.Profiles;

namespace Quittance.Console.Pages.Profile;

/// <summary>The merchant's logo as a picture.</summary>
internal static class LogoPicture
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/logo";

    /// <summary>The address of one logo: another one has another address, so browsers keep it.</summary>
    public static string At(string tag) => $"{Path}?{tag}";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, IProfiles profiles)
    {
        if (await profiles.LogoAsync(desk.Merchant, http.RequestAborted) is not { } logo)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = http.Response.Headers;
        (headers.CacheControl, headers.ContentSecurityPolicy) = ("private, max-age=86400", Logo.Policy);
        http.Response.ContentType = logo.MediaType;
        await http.Response.Body.WriteAsync(logo.Content, http.RequestAborted);
    }
}
