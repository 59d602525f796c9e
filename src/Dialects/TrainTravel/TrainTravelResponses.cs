using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.TrainTravel.Timetables;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.TrainTravel;

/// <summary>Something that is shown with its addresses.</summary>
/// <param name="Item">It.</param>
/// <param name="Address">Where clients reach this server.</param>
internal sealed record Linked<T>(T Item, PublicAddress Address);

/// <summary>The addresses of a page of a list and of its neighbours; null where there is none.</summary>
internal sealed record PageLinks(string Self, string? Next, string? Previous);

internal sealed record ItemPage<T>(IReadOnlyList<T> Items, PageLinks Links);

/// <summary>A problem with the path of the request.</summary>
internal sealed record ProblemAt(Problem Problem, PublicAddress Address, string Instance) : ShownProblem(Problem, Address);

/// <summary>A payment for a booking.</summary>
internal sealed record PaidBooking(Payment Payment, BookingId Booking, PublicAddress Address);

/// <summary>The answers of Train Travel.</summary>
internal static class TrainTravelResponses
{
    private const string PageParameter = "page";

    private static readonly Resource<PageLinks> Links = new(null, "Where pages are.")
    {
        { Required("self", Link("This one.")), links => links.Self },
        { Optional("next", Link("The next one.")), links => links.Next },
        { Optional("prev", Link("The one before.")), links => links.Previous },
    };

    private static readonly Resource<Linked<Trip>> TripLinks = new(null, "Where things are.")
    {
        { Required("self", Link("The trip.")), trip => $"{trip.Address.Base}/trips/{trip.Item.Id:D}" },
        { Required("origin", Link("The station where it begins.")), trip => $"{trip.Address.Base}/stations/{trip.Item.Origin.Id:D}" },
        { Required("destination", Link("The station where it ends.")),
            trip => $"{trip.Address.Base}/stations/{trip.Item.Destination.Id:D}" },
    };

    private static readonly Resource<Linked<Booking>> BookingLinks = new(null, "Where things are.")
    {
        { Required("self", Link("The booking.")), booking => Href(booking.Address, booking.Item.Id) },
    };

    private static readonly Resource<PaidBooking> PaymentLinks = new(null, "Where things are.")
    {
        { Required("booking", Link("The booking.")), paid => Href(paid.Address, paid.Booking) },
    };

    private static readonly Resource<InputFault> Fault = new(null, "A thing that is wrong.", "i")
    {
        { ProblemShape.Place, fault => fault },
        { Required("detail", Text("What is wrong with it.")), fault => fault.Detail },
    };

    /// <summary>A problem (Train Travel 3.8).</summary>
    public static readonly Resource<ProblemAt> Problem = new("Problem", "What is wrong (RFC 9457).")
    {
        { ProblemShape.Members, shown => shown },
        { Required("instance", Text("The path of the request.")), shown => shown.Instance },
        {
            // RFC 7807, appendix A: what is an array in JSON is a list of elements named i.
            Optional("errors", List(Fault, "All that is wrong with the request.").InXml("errors")), Fault, ProblemShape.FaultsOf
        },
    };

    /// <summary>A station (Train Travel 3.4).</summary>
    public static readonly Resource<Station> Station = new("Station", "A station.", "station")
    {
        { Required("id", Uuid("Its id.")), station => station.Id },
        { Required("name", Text("Its name.")), station => station.Name },
        { Required("address", Text("Where it is.")), station => station.Address },
        { Required("country_code", Like("The country, by ISO 3166.", "^[A-Z]{2}$")), station => station.Country },
        { Required("timezone", Text("The name of its time zone.")), station => station.Zone.Id },
    };

    /// <summary>A trip (Train Travel 3.5).</summary>
    public static readonly Resource<Linked<Trip>> Trip = new("Trip", "A trip of a train.", "trip")
    {
        { Required("id", Uuid("Its id.")), trip => trip.Item.Id },
        { Required("origin", Uuid("The station where it begins.")), trip => trip.Item.Origin.Id },
        { Required("destination", Uuid("The station where it ends.")), trip => trip.Item.Destination.Id },
        { Required("departure_time", Moment("When it departs, in the time of the place.")), trip => TextOf(trip.Item.DepartsAt) },
        { Required("arrival_time", Moment("When it arrives, in the time of the place.")), trip => TextOf(trip.Item.ArrivesAt) },
        { Required("operator", Text("Who runs the train.")), trip => trip.Item.Operator },
        { Required("price", Amount("What it costs, in the major unit of the currency of its line.", isAboveZero: true)),
            trip => trip.Item.Price },
        { Required("bicycles_allowed", Flag("Whether bicycles may come along.")), trip => trip.Item.TakesBicycles },
        { Required("dogs_allowed", Flag("Whether dogs may come along.")), trip => trip.Item.TakesDogs },
        { Required("links", TripLinks), TripLinks, trip => trip },
    };

    private static readonly Shape ShownCard = Object(
        "Card", "A card.",
        Required("object", Word("What it is.", "card")), Required("name", Text("The name on it.")),
        Required("number", Text("Its number, of which the last four digits are shown.")),
        Required("exp_month", Whole("The month in which it ends.", 1, 12)), Required("exp_year", Whole("The year in which it ends.")),
        Optional("address_city", Text("The city of its holder.")), Required("address_country", Country),
        Optional("address_post_code", Text("The post code of its holder.")));

    private static readonly Shape ShownAccount = Object(
        "BankAccount", "A bank account.",
        Required("object", Word("What it is.", "bank_account")), Required("name", Text("Its holder.")),
        Required("number", Text("Its number or IBAN, of which the last characters are shown.")),
        Optional("sort_code", Text("The sort code of a British account.")),
        Required("account_type", AccountType), Required("bank_name", Text("The bank.")), Required("country", Country));

    /// <summary>A payment (Train Travel 3.7).</summary>
    public static readonly Resource<PaidBooking> Paid = new("BookingPayment", "A payment for a booking.")
    {
        { Required("id", Uuid("Its id.")), paid => paid.Payment.Id.Value },
        { Required("amount", Amount("How much, in the major unit.", isAboveZero: true)), paid => paid.Payment.Amount },
        { Required("currency", Currency), paid => paid.Payment.Amount!.Value.Currency.Code.ToLowerInvariant() },
        { Required("source", Either("What is paid with.", ShownCard, ShownAccount)),
            paid => json => json.WriteRawValue(paid.Payment.Details!) },
        { Required("status", Word("Its status.", "pending", "succeeded", "failed")), paid => StatusOf(paid.Payment.Status) },
        { Required("links", PaymentLinks), PaymentLinks, paid => paid },
    };

    /// <summary>A booking in a list, which shows no links (Train Travel 3.6).</summary>
    public static readonly Resource<Booking> ListedBooking = new("ListedBooking", "A booking.", TrainTravelRequests.Booking)
    {
        { Required("id", Uuid("Its id.")), booking => booking.Id.Value },
        { Required("trip_id", Uuid("The trip.")), booking => booking.Trip },
        { Optional("passenger_name", Text("Who travels; it may have been erased.")), booking => booking.Passenger },
        { Required("has_bicycle", Flag("Whether a bicycle comes along.")), booking => booking.HasBicycle },
        { Required("has_dog", Flag("Whether a dog comes along.")), booking => booking.HasDog },
    };

    /// <summary>A booking (Train Travel 3.6, 5.15).</summary>
    public static readonly Resource<Linked<Booking>> Booking = new("Booking", "A booking.", TrainTravelRequests.Booking)
    {
        { ListedBooking, booking => booking.Item },
        { Required("links", BookingLinks), BookingLinks, booking => booking },
    };

    public static readonly Resource<ItemPage<Station>> Stations = PageOf("StationPage", Station, "stations");

    public static readonly Resource<ItemPage<Linked<Trip>>> Trips = PageOf("TripPage", Trip, "trips");

    public static readonly Resource<ItemPage<Booking>> Bookings = PageOf("BookingPage", ListedBooking, "bookings");

    public static Shape Country => Like("The country, by ISO 3166.", "^[A-Za-z]{2}$");

    public static Shape AccountType => Word("The kind of its holder.", "individual", "company");

    public static Shape Currency => Word("The currency, by ISO 4217.", [.. Fares.Words]);

    public static string Href(PublicAddress address, BookingId booking) => $"{address.Base}/bookings/{booking.Value:D}";

    /// <summary>The links of a page of a list; they keep the other parameters of the address (Train Travel 3.1).</summary>
    public static PageLinks LinksOf(HttpRequest request, PublicAddress address, Page page, bool hasNext) => new(
        $"{address.Base}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}",
        hasNext ? LinkTo(request, address, page.Number + 1) : null,
        page.Number > 1 ? LinkTo(request, address, page.Number - 1) : null);

    private static string StatusOf(PaymentStatus status) => status switch
    {
        PaymentStatus.Captured => "succeeded",
        PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised or PaymentStatus.Settling => "pending",
        PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => "failed",
    };

    private static Resource<ItemPage<T>> PageOf<T>(string name, Resource<T> item, string element) => new(name, "A page of a list.", "data")
    {
        { Required("data", List(item, "The items.").InXml(element)), item, page => page.Items },
        { Required("links", Links), Links, page => page.Links },
    };

    private static string LinkTo(HttpRequest request, PublicAddress address, int page)
    {
        var others = request.Query.Where(parameter => parameter.Key != PageParameter);
        return QueryHelpers.AddQueryString(
            $"{address.Base}{request.Path.ToUriComponent()}", [.. others, new(PageParameter, $"{page}")]);
    }

    private static string TextOf(DateTimeOffset moment) =>
        moment.ToString(moment.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz");
}
