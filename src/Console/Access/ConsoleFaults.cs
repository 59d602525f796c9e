using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Quittance.Console.Access;

/// <summary>
/// Tells in a page what only a status would tell: that something failed, that the books can't be reached, or that there is no such page.
/// </summary>
/// <param name="next">What it stands around.</param>
public sealed class ConsoleFaults(RequestDelegate next)
{
    private static readonly object OutcomeUnknown = new();

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (http.Response is not { HasStarted: false, StatusCode: >= 400 })
            return;
        var status = http.Response.StatusCode;
        // The page that failed may have been begun with the request's own parts, which take one page each.
        await using var scope = http.RequestServices.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        http.Response.Clear();
        ConsoleGate.Protect(http.Response.Headers);
        http.Response.StatusCode = status;
        // The log names a bug by the same id.
        var isUnknown = http.Items.ContainsKey(OutcomeUnknown);
        var trace = status == StatusCodes.Status500InternalServerError && !isUnknown ? Activity.Current?.TraceId.ToHexString() : null;
        await new RazorComponentResult<Fault>(new { Status = status, Trace = trace, IsUnknown = isUnknown }).ExecuteAsync(http);
    }

    /// <summary>Takes note that the database has not told in time whether a request was carried out.</summary>
    internal static void NoteOutcomeUnknown(HttpContext http) => http.Items[OutcomeUnknown] = true;
}
