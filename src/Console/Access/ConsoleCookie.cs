using Microsoft.AspNetCore.Http;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Access;

/// <summary>
/// The cookie that carries a session's token. It goes to the console alone, and with no request that another site starts.
/// </summary>
internal static class ConsoleCookie
{
    private const string Name = "quittance-console";

    public static string? Of(HttpContext http) => http.Request.Cookies[Name];

    public static void Put(HttpContext http, string token) =>
        http.Response.Cookies.Append(Name, token, Options(http, ConsoleSessions.Longest));

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    private static CookieOptions Options(HttpContext http, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = ConsoleRoutes.Root,
        SameSite = SameSiteMode.Strict,
        Secure = http.RequestServices.GetService(typeof(ConsoleSettings)) is ConsoleSettings { IsSecure: true },
    };
}
