using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.TrainTravel.Timetables;

namespace Quittance.Dialects.TrainTravel;

/// <summary>Writes the answers of Train Travel.</summary>
internal static class TrainTravelResponses
{
    private const string PageParameter = "page";

    /// <summary>The address of a booking.</summary>
    public static string Href(PublicAddress address, BookingId booking) => $"{address.Base}/bookings/{booking.Value:D}";

    /// <summary>A list of stations.</summary>
    public static Action<DocumentWriter> Stations(IReadOnlyList<Station> stations, Action<DocumentWriter> links) => writer =>
    {
        writer.List("data", "stations", "station", stations, station => Station(station)(writer));
        links(writer);
    };

    /// <summary>A station (Train Travel 3.4).</summary>
    public static Action<DocumentWriter> Station(Station station) => writer =>
    {
        writer.Text("id", station.Id.ToString("D"));
        writer.Text("name", station.Name);
        writer.Text("address", station.Address);
        writer.Text("country_code", station.Country);
        writer.Text("timezone", station.Zone.Id);
    };

    /// <summary>A list of trips.</summary>
    public static Action<DocumentWriter> Trips(IReadOnlyList<Trip> trips, PublicAddress address, Action<DocumentWriter> links) => writer =>
    {
        writer.List("data", "trips", "trip", trips, trip => Trip(trip, address)(writer));
        links(writer);
    };

    /// <summary>A trip (Train Travel 3.5).</summary>
    public static Action<DocumentWriter> Trip(Trip trip, PublicAddress address) => writer =>
    {
        writer.Text("id", trip.Id.ToString("D"));
        writer.Text("origin", trip.Origin.Id.ToString("D"));
        writer.Text("destination", trip.Destination.Id.ToString("D"));
        writer.Text("departure_time", TextOf(trip.DepartsAt));
        writer.Text("arrival_time", TextOf(trip.ArrivesAt));
        writer.Text("operator", trip.Operator);
        writer.Amount("price", trip.Price);
        writer.Flag("bicycles_allowed", trip.TakesBicycles);
        writer.Flag("dogs_allowed", trip.TakesDogs);
        writer.Object("links", () =>
        {
            writer.Text("self", $"{address.Base}/trips/{trip.Id:D}");
            writer.Text("origin", $"{address.Base}/stations/{trip.Origin.Id:D}");
            writer.Text("destination", $"{address.Base}/stations/{trip.Destination.Id:D}");
        });
    };

    /// <summary>A list of bookings, which are shown without their links (Train Travel 3.6).</summary>
    public static Action<DocumentWriter> Bookings(IReadOnlyList<Booking> bookings, Action<DocumentWriter> links) => writer =>
    {
        writer.List("data", "bookings", TrainTravelRequests.Booking, bookings, booking => WriteBooking(writer, booking));
        links(writer);
    };

    /// <summary>A booking (Train Travel 3.6, 5.15).</summary>
    public static Action<DocumentWriter> Booking(Booking booking, PublicAddress address) => writer =>
    {
        WriteBooking(writer, booking);
        writer.Object("links", () => writer.Text("self", Href(address, booking.Id)));
    };

    /// <summary>The links of a page of a list; they keep the other parameters of the address (Train Travel 3.1).</summary>
    public static Action<DocumentWriter> Links(HttpRequest request, PublicAddress address, Page page, bool hasNext) => writer => writer.Object("links", () =>
    {
        writer.Text("self", $"{address.Base}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}");
        if (hasNext)
            writer.Text("next", LinkTo(request, address, page.Number + 1));
        if (page.Number > 1)
            writer.Text("prev", LinkTo(request, address, page.Number - 1));
    });

    /// <summary>A payment (Train Travel 3.7).</summary>
    public static void Payment(Utf8JsonWriter json, Payment payment, BookingId booking, PublicAddress address)
    {
        var amount = payment.Amount!.Value;
        json.WriteStartObject();
        json.WriteString("id", payment.Id.Value);
        json.WriteAmount("amount"u8, amount);
        json.WriteString("currency", amount.Currency.Code.ToLowerInvariant());
        json.WritePropertyName("source");
        json.WriteRawValue(payment.Details!);
        json.WriteString("status", StatusOf(payment.Status));
        json.WriteStartObject("links");
        json.WriteString("booking", Href(address, booking));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string StatusOf(PaymentStatus status) => status switch
    {
        PaymentStatus.Captured => "succeeded",
        PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised or PaymentStatus.Settling => "pending",
        PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => "failed",
    };

    private static void WriteBooking(DocumentWriter writer, Booking booking)
    {
        writer.Text("id", booking.Id.Value.ToString("D"));
        writer.Text("trip_id", booking.Trip.ToString("D"));
        if (booking.Passenger is not null)
            writer.Text("passenger_name", booking.Passenger);
        writer.Flag("has_bicycle", booking.HasBicycle);
        writer.Flag("has_dog", booking.HasDog);
    }

    private static string LinkTo(HttpRequest request, PublicAddress address, int page)
    {
        var others = request.Query.Where(parameter => parameter.Key != PageParameter);
        return QueryHelpers.AddQueryString(
            $"{address.Base}{request.Path.ToUriComponent()}", [.. others, new(PageParameter, $"{page}")]);
    }

    private static string TextOf(DateTimeOffset moment) =>
        moment.ToString(moment.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz");
}
