using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Stripe;

/// <summary>What changes in the books, as Stripe's events.</summary>
internal sealed class FaceEventFeed(SandboxBooks books, StripeFace face)
{
    /// <summary>The events of a time, each with its object as it stands now.</summary>
    /// <param name="until">The end of the time, which is no part of it.</param>
    public IEnumerable<JsonObject> Between(string account, Uri sandbox, DateTimeOffset since, DateTimeOffset until)
    {
        for (int? next = 0; next is { } page;)
        {
            var changes = books.Changes(account, since, until, page, limit: 100);
            foreach (var change in changes.Changes)
            {
                var about = change.Dispute is { } dispute ? face.ObjectOf(account, dispute)
                    : face.ObjectOf(account, change.Request!, sandbox);
                if (about is not null && TypeOf(change, about) is { } type)
                    yield return EventOf(type, about, change.At);
            }

            next = changes.Next;
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

    private static JsonObject EventOf(string type, JsonObject about, DateTimeOffset at)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{type} {at:O} {about["id"]}")).AsSpan(0, 16));
        return new JsonObject
        {
            ["id"] = FaceIds.Of("evt", id),
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
}
