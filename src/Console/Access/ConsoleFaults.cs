using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Quittance.Console.Access;

/// <summary>
/// Answers with a page in place of a bare status: a failure, books out of reach, or a missing page.
/// </summary>
public sealed class ConsoleFaults(RequestDelegate next)
{
    private static readonly object OutcomeUnknown = new();

    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (http.Response is not { HasStarted: false, StatusCode: >= 400 })
            return;
        var status = http.Response.StatusCode;
        // The failed page may have used the request's own services, which serve one page each.
        await using var scope = http.RequestServices.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        http.Response.Clear();
        ConsoleGate.Protect(http.Response.Headers);
        http.Response.StatusCode = status;
        // The log names a bug by the same id.
        var isUnknown = http.Items.ContainsKey(OutcomeUnknown);
        var trace = status == StatusCodes.Status500InternalServerError && !isUnknown ? http.TraceIdentifier : null;
        await new RazorComponentResult<Fault>(new { Status = status, Trace = trace, IsUnknown = isUnknown }).ExecuteAsync(http);
    }

    /// <summary>Notes that the database did not confirm in time whether the request was carried out.</summary>
    internal static void NoteOutcomeUnknown(HttpContext http) => http.Items[OutcomeUnknown] = true;
}
