using Microsoft.AspNetCore.Http;

namespace Quittance.Console.Parts;

/// <summary>Leads a browser on.</summary>
internal static class Leaving
{
    /// <summary>
    /// Has the browser ask for another page of the console once a form is carried out. The address names no host, so that it holds behind any proxy.
    /// </summary>
    public static void GoTo(this HttpContext http, string address)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = address;
    }
}
