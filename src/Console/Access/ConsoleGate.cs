using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Quittance.Console.Layout;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Storage.Tenancy;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Access;

/// <summary>
/// Stands before every page of the console. It sends strangers to the sign-in, says what a role does not allow, and refuses requests that
/// another site started. Browsers keep no page, no site frames one, and no script runs from elsewhere.
/// </summary>
public sealed class ConsoleGate(
    RequestDelegate next, ConsoleSessions sessions, ConsoleSettings settings, ReadBudget reads, TimeProvider clock)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri "
        + "'none'; frame-ancestors 'none'";

    // A form of ours has some fields that people type. A page for files names its own limit.
    private const long UsualLength = 64 * 1024;

    /// <summary>Lets a request pass, or answers it.</summary>
    public async Task InvokeAsync(HttpContext http, CurrentOperator desk)
    {
        Protect(http.Response.Headers);
        if (!IsOwn(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await Results.Text(Say("Another site sent this. Nothing has changed.")).ExecuteAsync(http);
            return;
        }

        if (http.Request.Query.Any(HasNul))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        // The role is checked before the form is read: a stranger's form is not read at all.
        var metadata = http.GetEndpoint()?.Metadata;
        // An open page needs neither sign-in nor books: a page about books that are out of reach loads its style all the same.
        var isOpen = metadata?.GetMetadata<OpenAttribute>() is not null;
        if (!isOpen && ConsoleCookie.Of(http) is { } token && await sessions.FindAsync(token, http.RequestAborted) is { } user)
            desk.Take(user);
        if (!isOpen && !desk.IsTaken)
        {
            http.Response.Redirect(Pages.SigningIn.SignIn.AddressFor(http.Request));
        }
        else if (!isOpen && !desk.May(metadata?.GetMetadata<NeedsAttribute>()?.Role ?? OperatorRole.Viewer))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await new RazorComponentResult<NotAllowed>().ExecuteAsync(http);
        }
        else if (metadata?.GetMetadata<ProvesAttribute>() is not null && !Proof.IsRecent(desk.User, http.Request, clock.GetUtcNow()))
        {
            http.GoTo(Proof.AddressFor(http.Request));
        }
        else if (await FaultOfFormAsync(http, metadata?.GetMetadata<TakesAttribute>()?.MaxBytes ?? UsualLength) is { } status)
        {
            http.Response.StatusCode = status;
        }
        else if (!isOpen && HttpMethods.IsGet(http.Request.Method)
            && (metadata?.GetMetadata<ComponentTypeMetadata>() is not null || metadata?.GetMetadata<DrawnAttribute>() is not null))
        {
            await ReadAsync(http, desk);
        }
        else
        {
            await ShowAsync(http);
        }
    }

    /// <summary>
    /// Shows a page with a place among the readers. Files that are read in small parts as they are sent take none; papers are drawn.
    /// </summary>
    private async Task ReadAsync(HttpContext http, CurrentOperator desk)
    {
        using var place = await reads.EnterAsync(desk.Merchant, http.RequestAborted);
        if (place is not null)
            await ShowAsync(http);
        else
            ConsoleFaults.RefuseReader(http);
    }

    private async Task ShowAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OutcomeUnknownException) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            ConsoleFaults.NoteOutcomeUnknown(http);
        }
    }

    /// <summary>Lets browsers show an answer once, and nothing else.</summary>
    internal static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), display-capture=(), payment=()";
    }

    /// <summary>
    /// The status for a form that can't be read; null where it can. A broken form is its sender's mistake, not ours.
    /// </summary>
    private static async Task<int?> FaultOfFormAsync(HttpContext http, long longest)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
            return null;
        if (!http.Request.HasFormContentType)
            return StatusCodes.Status400BadRequest;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = longest;
        try
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return form.Any(HasNul) || form.Files.Any(file => HasNul(file.Name) || HasNul(file.FileName)) ? StatusCodes.Status400BadRequest
                : null;
        }
        catch (BadHttpRequestException refused)
        {
            return refused.StatusCode;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            return StatusCodes.Status400BadRequest;
        }
    }

    /// <summary>Whether a field has a character that no text in the database can have, and no person types.</summary>
    private static bool HasNul(KeyValuePair<string, StringValues> field) => HasNul(field.Key) || field.Value.Any(HasNul);

    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true;

    /// <summary>
    /// Whether a request that may change something comes from a page of ours. Browsers send one of these headers with every form. A sender
    /// of neither is no browser, and has no person's cookie.
    /// </summary>
    private bool IsOwn(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return true;
        if (request.Headers["Sec-Fetch-Site"] is [{ } site])
            return site is "same-origin" or "none";
        return request.Headers.Origin is not [{ } origin]
            || origin == settings.PublicAddress
            || origin == $"{request.Scheme}://{request.Host}";
    }
}
