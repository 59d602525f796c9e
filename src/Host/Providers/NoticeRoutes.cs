using Microsoft.AspNetCore.Http.Features;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Notices;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>
/// The routes of providers' notices. A notice is checked, kept and answered; it is processed after. Errors are problem details
/// (RFC 9457) and say nothing of keys.
/// </summary>
internal sealed partial class NoticeRoutes(
    IProviderAccounts accounts, Notices notices, NoticeService service, TimeProvider clock, ILogger<NoticeRoutes> log)
{
    /// <summary>The path for a merchant's notices of a provider.</summary>
    public static string PathOf(MerchantId merchant, string provider) => $"/providers/{provider}/merchants/{merchant.Value}/notices";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/providers/{provider}/merchants/{merchant:long}/notices", TakeAsync);

    private async Task<IResult> TakeAsync(string provider, long merchant, HttpContext http)
    {
        if (ProviderDirectory.Kind(provider) is not { } kind)
            return Problem(StatusCodes.Status404NotFound, "There is no such provider.");
        var most = kind.Setup.MaxNoticeLength;
        if (await ReadAsync(http, most) is not { } body)
            return Problem(StatusCodes.Status413PayloadTooLarge, $"A notice has at most {most} bytes.");

        // A merchant without an account and a wrong signature look the same, so a guess teaches nothing.
        var (owner, headers) = (new MerchantId(merchant), http.Request.Headers);
        var account = await accounts.FindAsync(owner, provider, http.RequestAborted);
        var batch = kind.ReadNotices(new PostedNotice(name => headers[name], body, account?.NoticeKeys ?? [], clock.GetUtcNow()));
        if (batch.Refusal is { } refusal)
            return Problem(StatusCodes.Status401Unauthorized, refusal);
        foreach (var (id, notice) in batch.Notices)
        {
            if (await notices.KeepAsync(owner, provider, id, notice.ToRedactedJson(), http.RequestAborted))
                service.Arrived();
        }

        if (batch.Unreadable == 0)
            return Results.NoContent();
        // The readable ones are kept. The provider sends the others again, until its own console shows that they do not arrive.
        LogUnreadable(log, batch.Unreadable, provider, merchant);
        return Problem(StatusCodes.Status400BadRequest, "A notice is of no kind that is known here, or something in it is missing.");
    }

    [LoggerMessage(LogLevel.Critical, "ALERT: {Count} notices of {Provider} for merchant {Merchant} can't be read, and are not booked")]
    private static partial void LogUnreadable(ILogger log, int count, string provider, long merchant);

    /// <summary>The whole body; null when it is too long.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext http, int most)
    {
        if (http.Request.ContentLength > most)
            return null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            return body.ToArray();
        }
        catch (BadHttpRequestException tooLong) when (tooLong.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private static IResult Problem(int status, string title) => Results.Problem(title: title, statusCode: status);
}
