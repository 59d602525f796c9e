using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.TrainTravel;

/// <summary>The events that webhooks send to clients (Train Travel 3.6, 5.20): new bookings, and no payments.</summary>
public static class TrainTravelEvents
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<WebhookEvent> All { get; } = [new WebhookEvent("newBooking", [EventType.BookingHeld])];

    /// <summary>The body of a webhook about a new booking: the booking with its address.</summary>
    internal static async Task<Action<Utf8JsonWriter>?> TellAsync(
        Delivery delivery, IBookings bookings, PublicAddress address, CancellationToken cancel)
    {
        var booking = await bookings.FindAsync(new BookingId(delivery.Subscription.Id.Merchant, delivery.Subject), cancel)
            ?? throw new InvalidOperationException("An event tells of a booking that is not in the books.");
        return json => TrainTravelResponses.Booking.Write(json, new Linked<Booking>(booking, address));
    }
}
