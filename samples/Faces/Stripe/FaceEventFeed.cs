using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.Stripe;

/// <summary>The changes of the books, as Stripe's events.</summary>
internal sealed class FaceEventFeed(SandboxBooks books, StripeFace face)
{
    /// <summary>The events of a time, each with its object as it stands now.</summary>
    /// <param name="until">The end of the time, which is no part of it.</param>
    public IEnumerable<JsonObject> Between(string account, Uri sandbox, DateTimeOffset since, DateTimeOffset until)
    {
        foreach (var change in books.Changes(account, since, until))
        {
            var about = change.Dispute is { } dispute ? face.ObjectOf(account, dispute) : face.ObjectOf(account, change.Request!, sandbox);
            if (about is not null && TypeOf(change, about) is { } type)
                yield return EventOf(type, about, change.At);
        }
    }

    /// <summary>The type of the event about a change; null for none.</summary>
    private static string? TypeOf(BookedChange change, JsonObject about) => change.Dispute is { } dispute
        ? dispute.State == DisputeState.Opened ? "charge.dispute.created" : "charge.dispute.closed"
        : (change.Request!.Verb, change.Request.State) switch
        {
            (RequestVerb.Authorise, RequestState.Approved) =>
                (string?)about["capture_method"] == "manual" ? "payment_intent.amount_capturable_updated" : "payment_intent.created",
            (RequestVerb.Authorise, RequestState.Pending) => "payment_intent.requires_action",
            (RequestVerb.Authorise or RequestVerb.Capture, RequestState.Declined) => "payment_intent.payment_failed",
            (RequestVerb.Capture, RequestState.Approved) => "payment_intent.succeeded",
            (RequestVerb.Capture, RequestState.Pending) => "payment_intent.processing",
            (RequestVerb.Void, RequestState.Approved) => "payment_intent.canceled",
            (RequestVerb.Refund, RequestState.Approved) => "refund.created",
            _ => null,
        };

    private static JsonObject EventOf(string type, JsonObject about, DateTimeOffset at) => new()
    {
        ["id"] = FaceIds.Of("evt", Face.IdOf($"{type} {at:O} {about["id"]}")),
        ["object"] = "event",
        ["api_version"] = "2024-06-20",
        ["created"] = at.ToUnixTimeSeconds(),
        ["data"] = new JsonObject { ["object"] = about },
        ["livemode"] = false,
        ["pending_webhooks"] = 1,
        ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
        ["type"] = type,
    };
}
