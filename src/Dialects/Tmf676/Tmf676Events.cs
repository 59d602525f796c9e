using System.Text.Json;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>The standard's events of payments, whichever dialect these came through (TMF676 3.6, 5.17).</summary>
public static class Tmf676Events
{
    // What changes beside the status is which bills the payment settles.
    private const string ChangedField = "paymentItem";

    private static readonly WebhookEvent Created = new("PaymentCreateEvent", [EventType.PaymentRecorded, EventType.PaymentBegun]);

    private static readonly WebhookEvent StateChanged = new(
        "PaymentStateChangeEvent",
        [
            EventType.PaymentCapturing, EventType.PaymentAuthorised, EventType.PaymentCaptured, EventType.PaymentUnanswered, EventType.PaymentCapturePending,
            EventType.PaymentDeclined, EventType.PaymentFailed, EventType.PaymentCancelled,
        ]);

    private static readonly WebhookEvent ValueChanged = new(
        "PaymentAttributeValueChangeEvent", [EventType.PaymentAllocated, EventType.PaymentReversed, EventType.PaymentReinstated]);

    /// <summary>All of them. A payment is never deleted, so nothing is told of that.</summary>
    public static IReadOnlyList<WebhookEvent> All { get; } = [Created, StateChanged, ValueChanged];

    /// <summary>The body that tells of an event; null where it has changed nothing that the standard has a word for.</summary>
    internal static async Task<Action<Utf8JsonWriter>?> TellAsync(
        Delivery delivery, IBooks books, Func<Payment, string> hrefOf, CancellationToken cancel)
    {
        var id = new PaymentId(delivery.Subscription.Id.Merchant, delivery.Subject);
        var happened = All.First(told => told.Types.Contains(delivery.Type));
        var view = await books.PaymentAfterAsync(id, delivery.Sequence, cancel)
            ?? throw new InvalidOperationException("An event tells of a payment that is not in the books.");
        if (happened == StateChanged)
        {
            var before = await books.PaymentAfterAsync(id, delivery.Sequence - 1, cancel);
            if (TmfWords.Status(before!.Payment.Status) == TmfWords.Status(view.Payment.Status))
                return null;
        }

        return json => Write(json, delivery, happened, view, hrefOf(view.Payment));
    }

    private static void Write(Utf8JsonWriter json, Delivery delivery, WebhookEvent happened, PaymentView view, string href)
    {
        var writer = new TmfWriter(json, writesNulls: false);
        json.WriteStartObject();
        writer.Text("eventId", delivery.Message);
        writer.Moment("eventTime", delivery.At);
        // Misspelt in the standard.
        writer.Moment("timeOcurred", delivery.At);
        writer.Text("eventType", happened.Name);
        if (happened == ValueChanged)
        {
            writer.Text("fieldPath", ChangedField);
        }
        else
        {
            writer.Text("id", view.Payment.Id.Value.ToString("D"));
            writer.Text("href", href);
        }

        json.WriteStartObject("event");
        json.WritePropertyName("payment");
        Tmf676Responses.Payment(json, view, href);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
