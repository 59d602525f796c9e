using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Quittance.Console.Pages.Access;

namespace Quittance.Console.Access;

/// <summary>Tells in a page what only a status would tell: that something failed, that the books can't be reached, or that there is no such page.</summary>
/// <param name="next">What it stands around.</param>
public sealed class ConsoleFaults(RequestDelegate next)
{
    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (http.Response is not { HasStarted: false, StatusCode: >= 400 })
            return;
        var status = http.Response.StatusCode;
        http.Response.Clear();
        ConsoleGate.Protect(http.Response.Headers);
        http.Response.StatusCode = status;
        await new RazorComponentResult<Fault>(new { Status = status }).ExecuteAsync(http);
    }
}
