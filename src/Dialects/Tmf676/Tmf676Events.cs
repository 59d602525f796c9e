using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>The standard's events of payments and refunds, whichever dialect these came through (TMF676 3.6, 5.17).</summary>
public static class Tmf676Events
{
    // Beside the status only the bills that the payment settles change.
    private const string ChangedField = "paymentItem";

    private static readonly WebhookEvent Created = new("PaymentCreateEvent", [EventType.PaymentRecorded, EventType.PaymentBegun]);

    private static readonly WebhookEvent StateChanged = new(
        "PaymentStateChangeEvent",
        [
            EventType.PaymentCapturing, EventType.PaymentAuthorised, EventType.PaymentCaptured, EventType.PaymentUnanswered,
            EventType.PaymentCapturePending,
            EventType.PaymentDeclined, EventType.PaymentFailed, EventType.PaymentCancelled,
        ]);

    private static readonly WebhookEvent ValueChanged = new(
        "PaymentAttributeValueChangeEvent",
        [
            EventType.PaymentAllocated, EventType.PaymentReversed, EventType.PaymentReinstated, EventType.PaymentRefunding,
            EventType.PaymentRefunded,
            EventType.PaymentRefundFailed, EventType.PaymentUnallocated, EventType.PaymentMoved, EventType.PaymentUnbooked,
        ]);

    private static readonly WebhookEvent RefundCreated = new(
        "RefundCreateEvent", [EventType.RefundRecorded, EventType.RefundMade, EventType.RefundAsked]);

    private static readonly WebhookEvent RefundStateChanged = new("RefundStateChangeEvent", [EventType.RefundDone, EventType.RefundFailed]);

    /// <summary>
    /// All of them. An event without types never happens: nothing is deleted, and nothing of a refund changes but its status.
    /// </summary>
    public static IReadOnlyList<WebhookEvent> All { get; } =
    [
        Created, StateChanged, ValueChanged, new("PaymentDeleteEvent", []),
        RefundCreated, RefundStateChanged, new("RefundAttributeValueChangeEvent", []), new("RefundDeleteEvent", []),
    ];

    /// <summary>The body of a webhook about an event; null where the subscription does not ask for this event.</summary>
    /// <param name="delivery">The event, and the subscription that it is for.</param>
    /// <param name="mount">The address of the mount.</param>
    /// <param name="cancel">Ends the reading.</param>
    internal static async Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IBooks books, string mount, CancellationToken cancel)
    {
        var happened = All.First(webhook => webhook.Types.Contains(delivery.Type));
        return happened == RefundCreated || happened == RefundStateChanged
            ? await TellOfRefundAsync(delivery, happened, books, mount, cancel)
            : await TellOfPaymentAsync(delivery, happened, books, mount, cancel);
    }

    private static async Task<Action<Utf8JsonWriter>?> TellOfPaymentAsync(
        Delivery delivery, WebhookEvent happened, IBooks books, string mount, CancellationToken cancel)
    {
        var id = new PaymentId(delivery.Subscription.Id.Merchant, delivery.Subject);
        var view = await books.PaymentAfterAsync(id, delivery.Sequence, cancel)
            ?? throw new InvalidOperationException("An event tells of a payment that is not in the books.");
        var before = happened == Created ? null : await books.PaymentAfterAsync(id, delivery.Sequence - 1, cancel);
        if (happened == StateChanged && TmfWords.Status(before!.Payment.Status) == TmfWords.Status(view.Payment.Status))
            return null;
        if (delivery.Type is EventType.PaymentRefunding or EventType.PaymentRefunded or EventType.PaymentRefundFailed
            && before!.Payment.AllocatedMinor == view.Payment.AllocatedMinor)
        {
            return null;
        }

        var href = $"{mount}/payment/{delivery.Subject:D}";
        return Body(delivery, happened, "payment", Tmf676Document.PaymentAttributes, href,
            json => Tmf676Responses.Payment(json, view, href));
    }

    private static async Task<Action<Utf8JsonWriter>?> TellOfRefundAsync(
        Delivery delivery, WebhookEvent happened, IBooks books, string mount, CancellationToken cancel)
    {
        var id = new RefundId(delivery.Subscription.Id.Merchant, delivery.Subject);
        var view = await books.RefundAfterAsync(id, delivery.Sequence, cancel)
            ?? throw new InvalidOperationException("An event tells of a refund that is not in the books.");
        if (view.Refund.ShareOf is not null)
            return null;
        var href = $"{mount}/refund/{delivery.Subject:D}";
        return Body(
            delivery, happened, "refund", Tmf676Document.RefundAttributes, href, json =>
                Tmf676Responses.Refund(json, view, href, $"{mount}/payment"));
    }

    private static Action<Utf8JsonWriter>? Body(
        Delivery delivery, WebhookEvent happened, string name, TmfAttributes attributes, string href, Action<Utf8JsonWriter> resource)
    {
        if (Tmf676Query.Read(delivery.Subscription.Query) is not { } query || !query.Passes(attributes, resource))
            return null;
        return json =>
        {
            json.WriteStartObject();
            json.WriteString("eventId", delivery.Message);
            json.WriteString("eventTime", TmfShapes.TextOf(delivery.At));
            // Misspelt in the standard.
            json.WriteString("timeOcurred", TmfShapes.TextOf(delivery.At));
            json.WriteString("eventType", happened.Name);
            if (happened == ValueChanged)
            {
                json.WriteString("fieldPath", ChangedField);
            }
            else
            {
                json.WriteString("id", delivery.Subject);
                json.WriteString("href", href);
            }

            json.WriteStartObject("event");
            json.WritePropertyName(name);
            resource(json);
            json.WriteEndObject();
            json.WriteEndObject();
        };
    }
}

/// <summary>The query of a subscription: events by their names, and filters on the resource in them (TMF676 5.15).</summary>
/// <param name="Parameters">The filters, not read yet: what they mean depends on the resource.</param>
internal sealed record Tmf676Query(IReadOnlyList<WebhookEvent> Events, IReadOnlyList<(string Name, string?[] Values)> Parameters)
{
    private const string EventType = "eventType";

    /// <summary>Reads a query; null when it can't be meant.</summary>
    /// <param name="text">The query as the client wrote it; null or empty for all events.</param>
    public static Tmf676Query? Read(string? text)
    {
        IReadOnlyList<WebhookEvent> events = Tmf676Events.All;
        List<(string Name, string?[] Values)> parameters = [];
        foreach (var (name, values) in QueryHelpers.ParseQuery(text))
        {
            if (name != EventType)
            {
                parameters.Add((name, [.. values]));
                continue;
            }

            string[] names = [.. values.SelectMany(value => (value ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))];
            events = [.. Tmf676Events.All.Where(webhook => names.Contains(webhook.Name))];
            if (!names.All(asked => events.Any(webhook => webhook.Name == asked)))
                return null;
        }

        var query = new Tmf676Query(events, parameters);
        return parameters.TrueForAll(parameter => IsReadable(parameter, Tmf676Document.PaymentAttributes)
            || IsReadable(parameter, Tmf676Document.RefundAttributes)) ? query : null;
    }

    /// <summary>Whether a resource passes, as the API shows it. A resource without an attribute of the query does not.</summary>
    public bool Passes(TmfAttributes attributes, Action<Utf8JsonWriter> resource)
    {
        if (Parameters.Count == 0)
            return true;
        using var shown = TmfSelection.Shown(resource);
        return Parameters.All(parameter =>
        {
            var filter = TmfFilter.Read(parameter.Name, parameter.Values, attributes);
            return filter.Error is null && filter.Value.Passes(shown.RootElement);
        });
    }

    private static bool IsReadable((string Name, string?[] Values) parameter, TmfAttributes attributes) =>
        TmfFilter.Read(parameter.Name, parameter.Values, attributes).Error is null;
}
