using Microsoft.AspNetCore.Http;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Access;

/// <summary>
/// The cookie that carries a session's token. It goes with no request that another site starts.
/// </summary>
internal static class ConsoleCookie
{
    private const string Name = "quittance-console";

    // Browsers take a cookie of this name by TLS alone, for this host alone, and only with the root as its path.
    private const string HostName = "__Host-" + Name;

    public static string? Of(HttpContext http) => http.Request.Cookies[NameOf(http)];

    /// <summary>The browser of a request, as its owner finds it in the list of sessions.</summary>
    public static SessionPlace PlaceOf(HttpContext http) =>
        new(http.Connection.RemoteIpAddress?.ToString(), ClientProgram.Of(http));

    public static void Put(HttpContext http, string token) =>
        http.Response.Cookies.Append(NameOf(http), token, Options(http, ConsoleSessions.Longest));

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(NameOf(http), Options(http, null));

    private static string NameOf(HttpContext http) => IsSecure(http) ? HostName : Name;

    private static bool IsSecure(HttpContext http) =>
        http.RequestServices.GetService(typeof(ConsoleSettings)) is ConsoleSettings { IsSecure: true };

    private static CookieOptions Options(HttpContext http, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = IsSecure(http) ? "/" : ConsoleRoutes.Root,
        SameSite = SameSiteMode.Strict,
        Secure = IsSecure(http),
    };
}
