using Microsoft.AspNetCore.Http.Features;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Notices;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>
/// Where providers send their notices. A notice is checked, kept and answered; it is processed after. Errors are problem details
/// (RFC 9457) and say nothing of keys.
/// </summary>
internal sealed class NoticeRoutes(IProviderAccounts accounts, Notices notices, NoticeService service, TimeProvider clock)
{
    private const int MaxBodyLength = 64 * 1024;

    /// <summary>The path for a merchant's notices of a provider.</summary>
    public static string PathOf(MerchantId merchant, string provider) => $"/providers/{provider}/merchants/{merchant.Value}/notices";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/providers/{provider}/merchants/{merchant:long}/notices", TakeAsync);

    private async Task<IResult> TakeAsync(string provider, long merchant, HttpContext http)
    {
        if (provider != SandboxProvider.ProviderName)
            return Problem(StatusCodes.Status404NotFound, "There is no such provider.");
        if (await ReadAsync(http) is not { } body)
            return Problem(StatusCodes.Status413PayloadTooLarge, $"A notice has at most {MaxBodyLength} bytes.");

        // Who guesses learns nothing: a merchant without an account and a wrong signature look the same.
        var account = await accounts.FindAsync(new MerchantId(merchant), provider, http.RequestAborted);
        var headers = http.Request.Headers;
        string? id = headers["webhook-id"];
        switch (NoticeSignature.Check(
            account?.NoticeKeys ?? [], id, headers["webhook-timestamp"], headers["webhook-signature"], body, clock.GetUtcNow()))
        {
            case NoticeCheck.Valid:
                break;
            case NoticeCheck.Missing:
                return Problem(StatusCodes.Status401Unauthorized, "Send webhook-id, webhook-timestamp and webhook-signature.");
            case NoticeCheck.Malformed:
                return Problem(StatusCodes.Status401Unauthorized, "The signature's headers are malformed.");
            case NoticeCheck.TooOld or NoticeCheck.TooNew:
                return Problem(StatusCodes.Status401Unauthorized, "webhook-timestamp is more than five minutes off.");
            case NoticeCheck.Wrong:
                return Problem(StatusCodes.Status401Unauthorized, "The signature is wrong.");
        }

        if (SandboxNotice.TryParse(body) is not { } notice)
            return Problem(StatusCodes.Status400BadRequest, "The notice is of no kind that is known here, or something in it is missing.");
        if (await notices.KeepAsync(new MerchantId(merchant), provider, id!, notice.ToRedactedJson(), http.RequestAborted))
            service.Arrived();
        return Results.NoContent();
    }

    /// <summary>The whole body; null when it is too long.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBodyLength)
            return null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyLength;
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
