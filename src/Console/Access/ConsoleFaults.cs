using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Quittance.Core.Books;

namespace Quittance.Console.Access;

/// <summary>
/// Answers with a page in place of a bare status: a failure, books out of reach, or a missing page.
/// </summary>
public sealed class ConsoleFaults(RequestDelegate next)
{
    private static readonly object OutcomeUnknown = new();
    private static readonly object ReadersWait = new();

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
        var isBusy = http.Items.ContainsKey(ReadersWait);
        if (isBusy)
            http.Response.Headers.RetryAfter = ReadBudget.RetryAfterSeconds.ToString();
        // The log names a bug by the same id.
        var isUnknown = http.Items.ContainsKey(OutcomeUnknown);
        var trace = status == StatusCodes.Status500InternalServerError && !isUnknown ? http.TraceIdentifier : null;
        var page = new { Status = status, Trace = trace, IsUnknown = isUnknown, IsBusy = isBusy };
        await new RazorComponentResult<Fault>(page).ExecuteAsync(http);
    }

    /// <summary>Refuses a page for which no place among the readers came free in time.</summary>
    internal static void RefuseReader(HttpContext http)
    {
        http.Items[ReadersWait] = true;
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    /// <summary>Notes that the database did not confirm in time whether the request was carried out.</summary>
    internal static void NoteOutcomeUnknown(HttpContext http) => http.Items[OutcomeUnknown] = true;
}
