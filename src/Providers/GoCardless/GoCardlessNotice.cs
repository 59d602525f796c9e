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
    public static readonly IReadOnlyList<string> Resources = ["payments", "refunds", "mandates"];

    public static NoticeBatch Read(PostedNotice posted)
    {
        // The header is the HMAC-SHA256 of the body, in hexadecimal.
        if (!posted.IsSigned(posted.Body.Span, posted.Header("Webhook-Signature") ?? ""))
            return NoticeBatch.Refused("Webhook-Signature is missing or wrong.");
        using var document = StrictJson.TryParse(posted.Body);
        if (document is null || !document.RootElement.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Array)
            return new NoticeBatch { Unreadable = 1 };
        var read = events.EnumerateArray().Select(Read).ToList();
        return new NoticeBatch([.. read.OfType<IReadOnlyList<ReadNotice>>().SelectMany(of => of)])
        {
            Unreadable = read.Count(of => of is null),
        };
    }

    /// <summary>The notices of an event, none where it is not about the books; null where it can't be read.</summary>
    private static IReadOnlyList<ReadNotice>? Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || StrictJson.Reference(entry) is not { } id
            || StrictJson.Moment(entry, "created_at") is not { } at || StrictJson.Text(entry, "resource_type") is not { } resource
            || StrictJson.Text(entry, "action") is not { } action)
        {
            return null;
        }

        var name = GoCardlessJson.Link(entry, resource.TrimEnd('s'));
        IReadOnlyList<ProviderNotice> notices = (resource, action) switch
        {
            ("payments", "charged_back" or "chargeback_cancelled") => [new DisputeTouched(at, name!)],
            // The bank may have paid it before: then it is a returned debit.
            ("payments", "failed") => [new ObjectTouched(at, $"{resource}/{name}"), new DisputeTouched(at, name!)],
            // They change nothing that the books have.
            ("payments", "created" or "submitted" or "paid_out" or "resubmission_requested" or "chargeback_settled"
                or "late_failure_settled" or "surcharge_fee_credited" or "surcharge_fee_debited")
                or ("mandates", "created" or "submitted" or "active" or "reinstated" or "transferred" or "replaced"
                    or "customer_approval_granted" or "customer_approval_skipped" or "suspended_by_payer") => [],
            // A refund may be made at GoCardless's console. An action that is not known here is a question too.
            ("payments", _) => [new ObjectTouched(at, $"{resource}/{name}"), .. Disputed(at, action, name)],
            ("refunds", _) => [new ObjectTouched(at, $"{resource}/{name}")],
            ("mandates", _) => [new MandateTouched(at, $"{resource}/{name}")],
            _ => [],
        };
        return notices.Count > 0 && name is null ? null
            : [.. notices.Select((notice, nth) => new ReadNotice(nth == 0 ? id : $"{id}-dispute", notice))];
    }

    private static IEnumerable<ProviderNotice> Disputed(DateTimeOffset at, string action, string? payment) =>
        action is "confirmed" or "cancelled" or "customer_approval_granted" or "customer_approval_denied"
            ? [] : [new DisputeTouched(at, payment!)];
}
