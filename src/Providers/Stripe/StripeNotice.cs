using System.Globalization;
using System.Text;
using System.Text.Json;
using Quittance.Core.Providers;
using Quittance.Providers.Http;
using Quittance.Providers.Notices;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Checks and reads Stripe's events (docs.stripe.com/webhooks). They come in any order, so an event of a request says only that the
/// request has changed, and Stripe is asked.
/// </summary>
internal static class StripeNotice
{
    /// <summary>The events to switch on.</summary>
    public static readonly IReadOnlyList<string> Events =
    [
        "payment_intent.amount_capturable_updated", "payment_intent.canceled", "payment_intent.payment_failed", "payment_intent.processing",
        "payment_intent.succeeded", "refund.created", "refund.failed", "refund.updated",
        "charge.dispute.closed", "charge.dispute.created", "charge.dispute.funds_reinstated", "charge.dispute.funds_withdrawn",
        // Endpoints of older versions get no refund.created for most refunds.
        "charge.refunded",
    ];

    /// <summary>The beginning of an object's name in a notice: an intent, a refund, and all refunds of an intent.</summary>
    internal const string Intents = "payment_intents";
    internal const string Refunds = "refunds";
    internal const string RefundsOf = "refunds-of";

    private static readonly string[] OurIds = ["attempt", "capture"];

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static NoticeBatch Read(PostedNotice posted)
    {
        if (WhyRefused(posted) is { } refusal)
            return NoticeBatch.Refused(refusal);
        using var document = StrictJson.TryParse(posted.Body);
        if (document?.RootElement is not { } sent || StrictJson.Reference(sent) is not { } id
            || StrictJson.Text(sent, "type") is not { } type || StripeJson.Time(sent, "created") is not { } at
            || StrictJson.Object(sent, "data") is not { } data || StrictJson.Object(data, "object") is not { } about)
        {
            return new NoticeBatch { Unreadable = 1 };
        }

        // A dispute names Stripe's charge and intent, and not our attempt.
        if (type.StartsWith("charge.dispute.", StringComparison.Ordinal))
        {
            return StrictJson.Reference(about) is { } dispute
                ? new NoticeBatch(new ReadNotice(id, new DisputeTouched(at, dispute))) : new NoticeBatch { Unreadable = 1 };
        }

        // A merchant may have other payments at Stripe, which are not in the books.
        var kind = StrictJson.Text(about, "object");
        return new NoticeBatch(
        [
            .. kind is "payment_intent" or "refund"
                ? OurIds.Where(name => StrictJson.OfMetadata(about, name) is not null)
                    .Select(name => new ReadNotice($"{id}-{name}", new RequestTouched(at, StrictJson.OfMetadata(about, name)!.Value)))
                : Array.Empty<ReadNotice>(),
            .. AtTheConsole(kind, type, about) is var (made, of)
                ? [new ReadNotice(id, new ObjectTouched(at, made) { Of = of })] : Array.Empty<ReadNotice>(),
        ]);
    }

    /// <summary>
    /// What a person may have made at Stripe's console, or another program: it carries no id of ours, but it names an intent, and the books
    /// may have that. Null for anything else.
    /// </summary>
    private static (string Made, string Of)? AtTheConsole(string? kind, string type, JsonElement about) => kind switch
    {
        "payment_intent" when type == "payment_intent.succeeded" && StrictJson.OfMetadata(about, "attempt") is not null
            && StrictJson.OfMetadata(about, "capture") is null && StrictJson.Reference(about) is { } intent =>
            ($"{Intents}/{intent}", intent),
        "refund" when StrictJson.OfMetadata(about, "attempt") is null && StrictJson.Reference(about) is { } refund
            && StrictJson.Reference(about, "payment_intent") is { } of => ($"{Refunds}/{refund}", of),
        "charge" when type == "charge.refunded" && StrictJson.Reference(about, "payment_intent") is { } of => ($"{RefundsOf}/{of}", of),
        _ => null,
    };

    /// <summary>Why the header <c>Stripe-Signature</c>, such as <c>t=1492774577,v1=5257…</c>, is refused; null where it is not.</summary>
    private static string? WhyRefused(PostedNotice posted)
    {
        var parts = (posted.Header("Stripe-Signature") ?? "").Split(',')
            .Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToLookup(part => part[0].Trim(), part => part[1].Trim());
        if (parts["t"].ToArray() is not [var time]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return "Send Stripe-Signature with one time and a signature.";
        }

        if (Math.Abs((decimal)posted.Now.ToUnixTimeSeconds() - seconds) > (decimal)Tolerance.TotalSeconds)
            return "The time of Stripe-Signature is more than five minutes off.";
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{time}."), .. posted.Body.Span];
        return posted.IsSigned(signed, [.. parts["v1"]]) ? null : "The signature is wrong.";
    }
}
