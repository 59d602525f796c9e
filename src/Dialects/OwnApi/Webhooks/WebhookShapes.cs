using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Events;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Webhooks;

/// <summary>A webhook to add.</summary>
internal sealed class WebhookRequest
{
    public string? Url { get; set; }

    /// <summary>Null for every event.</summary>
    public IReadOnlyList<string>? Events { get; set; }

    /// <summary>Null for every account.</summary>
    public string? Account { get; set; }

    public Uri? Address { get; set; }
}

/// <summary>A webhook.</summary>
/// <param name="Secret">The secret of its signatures; null but in the answer to the request that made the secret.</param>
/// <param name="Standing">How its receiver stands; null where the answer does not say it.</param>
internal sealed record ShownWebhook(Subscription Subscription, string? Secret = null, ReceiverStanding? Standing = null);

/// <summary>A new secret of signatures.</summary>
internal sealed record NewSigningSecret(string Secret);

/// <summary>The requests and answers about webhooks, with their descriptions.</summary>
internal static class WebhookShapes
{
    private const string Tag = "Webhooks";

    public static readonly Resource<WebhookRequest> Request = new("WebhookCreate", "A webhook to add.", isClosed: true)
    {
        { Required("url", Link("Where the events go: an https address.")), asked => asked.Url, (asked, text) => asked.Url = text },
        {
            Optional("events", List(Word("A type of event.", EnumWords.All<EventType>()),
                "The types of the events; without them every event, also of types that come later.", EnumWords.All<EventType>().Count, 1)),
            asked => asked.Events, (asked, items) => asked.Events = [.. items.Texts(OwnApiRequests.MostText)]
        },
        {
            Optional("account", Text("Only what happens to this account and what belongs to it: its id or your reference.",
                OwnApiRequests.MostText, 1)),
            asked => asked.Account, (asked, text) => asked.Account = text
        },
    };

    private static readonly Resource<ShownWebhook> Webhook = new("Webhook", "An address to which events are sent.")
    {
        { Required("id", Uuid("Its id.")), shown => shown.Subscription.Id.Value },
        { Required("url", Link("Where the events go.")), shown => shown.Subscription.Address.OriginalString },
        {
            Optional("events", List(Word("A type of event.", EnumWords.All<EventType>()),
                "The types of the events; missing for every event.")),
            shown => shown.Subscription.Events is { } types ? [.. types.Select(EnumWords.Of)] : null
        },
        {
            Optional("account", Uuid("The account whose events it gets; missing for all.")),
            shown => OwnApiEvents.AccountIn(shown.Subscription)?.Value
        },
    };

    public static readonly Resource<ShownWebhook> Made = new("NewWebhook", "An address to which events are sent from now on.")
    {
        { Webhook, shown => shown },
        {
            Optional("secret", Text("The secret of the signatures of all webhooks of this credential. Only the answer to the request that "
                + "adds the first one has it, and no repeat of that request.")),
            shown => shown.Secret
        },
    };

    private static readonly Resource<ShownWebhook> Listed = new(
        "ListedWebhook", "An address to which events are sent, and how it takes them.")
    {
        { Webhook, shown => shown },
        {
            Optional("state", Word("How it takes what it gets: `failing` once it has failed for minutes, or the last event was given up.",
                EnumWords.All<ReceiverState>())),
            shown => shown.Standing is { } standing ? EnumWords.Of(standing.State) : null
        },
        {
            Optional("failures", Whole("How often the event that failed most has failed in a row.")),
            shown => shown.Standing is { Failures: > 0 and var failures } ? (long?)failures : null
        },
        {
            Optional("failing_since", Moment("The time of that event.")),
            shown => shown.Standing?.Since is { } since ? TextOf(since) : null
        },
        {
            Optional("next_try", Moment("When the next of those that failed is sent again.")),
            shown => shown.Standing?.NextTry is { } next ? TextOf(next) : null
        },
    };

    public static readonly Resource<IReadOnlyList<ShownWebhook>> Webhooks = new("WebhookList", "The webhooks.")
    {
        { Required("items", List(Listed, "All of this credential, the oldest first.")), Listed, webhooks => webhooks },
    };

    public static readonly Resource<NewSigningSecret> NewSecret = new("SigningSecret", "A new secret of signatures.")
    {
        { Required("secret", Text("The secret, which no other answer has.")), made => made.Secret },
    };

    public static Operation Add { get; } = new("addWebhook", Tag, "Sends events to an address from now on")
    {
        Description = "Each webhook has the event as its body, as the list of events has it, and is signed as Standard Webhooks define. "
            + "The server tries for a day; the events of one subject come in their order.",
        Body = Request,
        Replies =
        [
            new(201, "The webhook.", Made) { Headers = [SentHeader.Location] }, NoSuch("account"),
            Conflict("The address gets these events already, or the credential has as many webhooks as it may have"),
        ],
    };

    public static Operation ListAll { get; } = new("listWebhooks", Tag, "Lists the webhooks of this credential")
    {
        Description = "No answer has a secret.",
        Replies = [new(200, "The webhooks.", Webhooks), new(400, "Something in the request is not valid.")],
    };

    public static Operation Remove { get; } = new("removeWebhook", Tag, "Sends no more events to an address")
    {
        Description = "Events that wait are not sent either. A repeated request is answered the same.",
        Parameters = [InPath(OwnApiRoutes.Id, Text("Its id."))],
        Replies = [new(204, "It gets no more events."), NoSuch("webhook")],
    };

    public static Operation Rotate { get; } = new("rotateWebhookSecret", Tag, "Gives the webhooks of this credential a new secret")
    {
        Description = "For 24 hours the server signs with the former one too. A repeated request is refused with `secret-answered`.",
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(201, "The secret.", NewSecret),
            Conflict("The request was carried out before"),
        ],
    };

    /// <summary>Reads a webhook to add.</summary>
    /// <param name="allowsPrivateNetworks">Whether receivers may be in private networks, and need no TLS.</param>
    public static Reading<WebhookRequest, OwnApiProblem> Read(ReadOnlyMemory<byte> body, bool allowsPrivateNetworks) =>
        OwnApiRequests.Read(body, fields =>
        {
            var asked = Request.Read(fields, new WebhookRequest());
            asked.Address = CallbackAddress.Read(fields, "url", asked.Url, allowsPrivateNetworks);
            if (asked.Events is [])
                fields.Refuse("events", FieldProblem.TooShort, "at least one type of event");
            else if (asked.Events?.FirstOrDefault(word => EnumWords.Find<EventType>(word) is null) is not null)
                fields.Refuse("events", FieldProblem.NotInList, "types of events, such as charge.raised");
            return asked;
        });
}
