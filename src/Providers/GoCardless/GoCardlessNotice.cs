using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Quittance.Core.Providers;
using Quittance.Providers.Http;
using Quittance.Providers.Notices;

namespace Quittance.Providers.GoCardless;

/// <summary>
/// Checks and reads GoCardless's events, of which one request brings up to 250 (developer.gocardless.com/api-reference, Webhooks). They
/// come in any order and name GoCardless's objects, so each is a question to GoCardless.
/// </summary>
internal static class GoCardlessNotice
{
    /// <summary>Of the resources whose events are about the books. GoCardless sends all events to an endpoint.</summary>
    public static readonly IReadOnlyList<string> Resources =
        [GoCardlessPayment.Resource, GoCardlessRefund.Resource, GoCardlessMandate.Resource];

    public static NoticeBatch Read(PostedNotice posted)
    {
        if (!IsSigned(posted))
            return NoticeBatch.Refused("Webhook-Signature is missing or wrong.");
        using var document = GoCardlessJson.TryParse(posted.Body);
        if (document is null || !document.RootElement.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Array)
            return new NoticeBatch { Unreadable = 1 };
        var read = events.EnumerateArray().Select(Read).ToList();
        return new NoticeBatch([.. read.OfType<IReadOnlyList<ReadNotice>>().SelectMany(of => of)])
        {
            Unreadable = read.Count(of => of is null),
        };
    }

    /// <summary>The notices of an event, none where it is not about the books; null where it can't be read.</summary>
    private static IReadOnlyList<ReadNotice>? Read(JsonElement told)
    {
        if (told.ValueKind != JsonValueKind.Object || GoCardlessJson.Id(told) is not { } id
            || GoCardlessJson.Time(told, "created_at") is not { } at || StrictJson.Text(told, "resource_type") is not { } resource
            || StrictJson.Text(told, "action") is not { } action)
        {
            return null;
        }

        switch (resource, action)
        {
            case (GoCardlessPayment.Resource, "charged_back" or "chargeback_cancelled"):
                return GoCardlessJson.Link(told, "payment") is { } disputed ? [new(id, new DisputeTouched(at, disputed))] : null;
            case (GoCardlessPayment.Resource, "failed"):
                // The bank may have paid it before: then it is a returned debit.
                return GoCardlessJson.Link(told, "payment") is { } failed
                    ? [
                        new(id, new ObjectTouched(at, $"{resource}/{failed}")),
                        new($"{id}-dispute", new DisputeTouched(at, failed)),
                    ] : null;
            case (GoCardlessPayment.Resource, "confirmed" or "cancelled" or "customer_approval_granted" or "customer_approval_denied"):
                return GoCardlessJson.Link(told, "payment") is { } payment
                    ? [new(id, new ObjectTouched(at, $"{resource}/{payment}"))] : null;
            case (GoCardlessRefund.Resource, not "created"):
                return GoCardlessJson.Link(told, "refund") is { } refund
                    ? [new(id, new ObjectTouched(at, $"{resource}/{refund}"))] : null;
            case (GoCardlessMandate.Resource, "cancelled" or "failed" or "expired" or "consumed" or "blocked"):
                return GoCardlessJson.Link(told, "mandate") is { } mandate
                    ? [new(id, new MandateTouched(at, $"{resource}/{mandate}"))] : null;
            default:
                return [];
        }
    }

    /// <summary>Whether the header <c>Webhook-Signature</c> is the HMAC-SHA256 of the body, in hexadecimal.</summary>
    private static bool IsSigned(PostedNotice posted)
    {
        var given = Encoding.ASCII.GetBytes(posted.Header("Webhook-Signature") ?? "");
        var isSigned = false;
        foreach (var key in posted.Keys)
        {
            var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), posted.Body.Span));
            // All are compared, each in constant time: how long it takes tells nothing about a key.
            isSigned |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), given);
        }

        return isSigned;
    }
}
