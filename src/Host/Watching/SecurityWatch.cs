using Quittance.Console;
using Quittance.Console.Access;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Watching;

/// <summary>Writes to the security log what the answers of the server refuse, whichever part of it refused.</summary>
internal sealed class SecurityWatch(RequestDelegate next, SecurityLog log, OperatorActions actions, TimeProvider clock)
{
    private const string Notices = "/providers";
    private static readonly PathString SignOut = ConsoleRoutes.Root + "/sign-out";

    private Func<object, Task>? _write;

    public Task InvokeAsync(HttpContext http)
    {
        // Before the client has the answer: the log has it already.
        http.Response.OnStarting(_write ??= answered => WriteAsync((HttpContext)answered), http);
        return next(http);
    }

    private Task WriteAsync(HttpContext http)
    {
        if (http.Response.StatusCode >= StatusCodes.Status400BadRequest)
            return WriteRefusalAsync(http);
        if (HttpMethods.IsPost(http.Request.Method) && http.Request.Path.Equals(SignOut, StringComparison.OrdinalIgnoreCase)
            && http.RequestServices.GetRequiredService<CurrentOperator>() is { IsTaken: true } desk)
        {
            log.Write(SecurityEvent.SignedOut, desk.Merchant, desk.User.Person.ToString("D"), "console", http);
        }

        return Task.CompletedTask;
    }

    private async Task WriteRefusalAsync(HttpContext http)
    {
        var status = http.Response.StatusCode;
        if (http.Request.Path.StartsWithSegments(ConsoleRoutes.Root, StringComparison.OrdinalIgnoreCase))
        {
            if (status == StatusCodes.Status403Forbidden)
                await RoleRefusedAsync(http);
            return;
        }

        var sender = http.Features.Get<Sender>()?.Credential;
        var dialect = http.GetEndpoint()?.Metadata.GetMetadata<Dialect>()?.Name ?? "server";
        if (http.Features.Get<RefusedCard>() is { Limit: var limit })
        {
            log.Write(
                limit == CardLimit.Merchant ? SecurityEvent.CardsRefused : SecurityEvent.CardRefused, sender?.Merchant,
                sender?.Id.ToString(), dialect, http);
            return;
        }

        if (status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests))
            return;
        if (http.Request.Path.StartsWithSegments(Notices, StringComparison.OrdinalIgnoreCase))
        {
            log.Write(SecurityEvent.NoticeRefused, null, null, "notices", http);
            return;
        }

        log.Write(
            status switch
            {
                StatusCodes.Status401Unauthorized => SecurityEvent.CredentialRefused,
                StatusCodes.Status403Forbidden => SecurityEvent.ScopeRefused,
                _ => SecurityEvent.RequestsLimited,
            },
            sender?.Merchant, sender?.Id.ToString(), dialect, http);
    }

    private async Task RoleRefusedAsync(HttpContext http)
    {
        var desk = http.RequestServices.GetRequiredService<CurrentOperator>();
        if (!desk.IsTaken)
            return;
        log.Write(SecurityEvent.RoleRefused, desk.Merchant, desk.User.Person.ToString("D"), "console", http);
        try
        {
            await actions.AddAsync(desk.Does("console.refuse", $"page {http.Request.Path}"), clock.GetUtcNow(), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The line of the log has it.
        }
    }
}
