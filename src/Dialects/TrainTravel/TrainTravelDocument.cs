using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.TrainTravel;

/// <summary>The operations in the document of Train Travel.</summary>
internal static class TrainTravelDocument
{
    private const string Stations = "Stations";
    private const string Trips = "Trips";
    private const string Bookings = "Bookings";
    private const string Payments = "Payments";

    private static readonly Shape BookingCreate = Object(
        "BookingCreate", "A trip to book.",
        Required("trip_id", Uuid("The trip.")), Required("passenger_name", Text("Who travels.", 400, 1)),
        Optional("has_bicycle", Flag("Whether a bicycle comes along.")), Optional("has_dog", Flag("Whether a dog comes along.")))
            .InXml("booking");

    private static readonly Shape CardCreate = Object(
        "CardCreate", "A card to pay with.",
        Optional("object", Word("What it is; the other members tell it as well.", "card")), Required("name", Text("The name on it.", 200)),
        Required("number", Text("Its number.", 40)), Required(
            "cvc", Either("Its security code.", Text("Three or four digits.", 40), Whole("As a number, without zeros before it."))),
        Required("exp_month", Whole("The month in which it ends.", 1, 12)),
        Required("exp_year", Whole("The year in which it ends.", 1000, 9999)),
        Required("address_country", TrainTravelResponses.Country), Optional("address_city", Text("The city of its holder.", 200)),
        Optional("address_post_code", Text("The post code of its holder.", 200)),
        Optional("address_line1", Text("The street of its holder.", 200)),
        Optional("address_line2", Text("The street of its holder, continued.", 200))).Closed();

    private static readonly Shape BankAccountCreate = Object(
        "BankAccountCreate", "A bank account to be debited.",
        Optional("object", Word("What it is; the other members tell it as well.", "bank_account")),
        Required("name", Text("Its holder.", 200, 1)),
        Required("number", Text("Its IBAN; of a British account six to eight digits.", 40)),
        Optional("sort_code", Text("The sort code of a British account, which needs one.", 40)),
        Required("account_type", TrainTravelResponses.AccountType), Required("bank_name", Text("The bank.", 200)),
        Required("country", TrainTravelResponses.Country)).Closed();

    private static readonly Shape PaymentCreate = Object(
        "BookingPaymentCreate", "A payment for a booking.",
        Optional("amount", Amount("How much, in the major unit: what the booking costs.", isAboveZero: true)),
        Optional("currency", TrainTravelResponses.Currency),
        Required("source", Either("What is paid with.", CardCreate, BankAccountCreate)));

    private static readonly Parameter[] OfPages =
        [InQuery("page", Whole("Which page, from 1.", 1)), InQuery("limit", Whole("How many items a page has.", 1, 100))];

    private static readonly SentHeader[] Cached = [new("Cache-Control", Text("How long it may be kept."))];

    private static readonly Reply NoSuchForm = new(406, "The header Accept takes neither JSON nor XML.");

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Train Travel", "Stations, trips, bookings, and paying for them. Answers come as JSON or XML, as the header Accept likes it.",
        TrainTravelResponses.Problem.Shape.InXml("problem", TrainTravelProblem.Namespace))
    {
        Security = [Security.Http("bearer", "bearer", "An access token of the authorisation server.")],
        MediaTypes = ["application/json", "application/xml"],
        RefusalMediaTypes = ["application/problem+json", "application/problem+xml"],
        Headers = [new(
            "RateLimit", Like("How many requests there are in a minute, how many of them are left, and in how many seconds it ends.",
            "^limit=[0-9]+, remaining=[0-9]+, reset=[0-9]+$"), IsRequired: true)],
    };

    /// <summary>GET /stations.</summary>
    public static Operation ListStations { get; } = new("get-stations", Stations, "Lists stations")
    {
        Parameters =
        [
            InQuery("coordinates", Text("Latitude and longitude in degrees, such as `52.5,13.4`: the nearest come first.")),
            InQuery("search", Text("What the name or the address contains.", 200)),
            InQuery("country", Like("The country, by ISO 3166.", "^[A-Za-z]{2}$")), .. OfPages,
        ],
        Replies = [new(200, "A page of the list.", TrainTravelResponses.Stations) { Headers = Cached }, Invalid, NoSuchForm],
    };

    /// <summary>GET /stations/{id}.</summary>
    public static Operation FindStation { get; } = Finding("get-station", Stations, "Gives a station", "id", TrainTravelResponses.Station);

    /// <summary>GET /trips.</summary>
    public static Operation ListTrips { get; } = new("get-trips", Trips, "Lists trips")
    {
        Parameters =
        [
            InQuery("origin", Uuid("The station where they begin."), isRequired: true),
            InQuery("destination", Uuid("The station where they end."), isRequired: true),
            InQuery(
                "date",
                Moment("From when on they depart: without an offset by the clocks of the origin, and of a day alone from its midnight."),
                isRequired: true),
            InQuery("bicycles", Word("Whether bicycles must be allowed.", "true", "false")),
            InQuery("dogs", Word("Whether dogs must be allowed.", "true", "false")), .. OfPages,
        ],
        Replies = [new(200, "A page of the list.", TrainTravelResponses.Trips) { Headers = Cached }, Invalid, NoSuchForm],
    };

    /// <summary>GET /trips/{id}.</summary>
    public static Operation FindTrip { get; } = Finding("get-trip", Trips, "Gives a trip", "id", TrainTravelResponses.Trip);

    /// <summary>GET /bookings.</summary>
    public static Operation ListBookings { get; } = new("get-bookings", Bookings, "Lists the traveller's bookings")
    {
        Parameters = OfPages,
        Replies =
        [
            new(200, "A page of the list.", TrainTravelResponses.Bookings) { Headers = Cached },
            Invalid, NoSuchForm,
        ],
    };

    /// <summary>POST /bookings.</summary>
    public static Operation CreateBooking { get; } = new("create-booking", Bookings, "Books a trip")
    {
        Description = "A seat is held for an hour, or until the train leaves. Pay within that time.",
        Body = BookingCreate,
        Replies =
        [
            new(201, "The booking.", TrainTravelResponses.Booking) { Headers = [SentHeader.Location, .. Cached] }, Invalid,
            new(404, "There is no such trip."), NoSuchForm,
            new(409, "The train has left or has no seat, no place for a bicycle or none for a dog; or the Idempotency-Key was used for "
                + "another request."),
        ],
    };

    /// <summary>GET /bookings/{bookingId}.</summary>
    public static Operation FindBooking { get; } =
        Finding("get-booking", Bookings, "Gives a booking", TrainTravelRequests.BookingId, TrainTravelResponses.Booking);

    /// <summary>DELETE /bookings/{bookingId}.</summary>
    public static Operation ReleaseBooking { get; } = new("delete-booking", Bookings, "Gives a booking back")
    {
        Parameters = [InPath(TrainTravelRequests.BookingId, Uuid("The booking."))],
        Replies = [new(204, "The booking is given back."), Invalid, new(404, "There is no such booking."),
            new(409, "It is paid for, or is being paid for, or its time is over.")],
    };

    /// <summary>POST /bookings/{bookingId}/payment.</summary>
    public static Operation PayBooking { get; } = new("create-booking-payment", Payments, "Pays for a booking")
    {
        Description = "All of it, and once: who asks again gets the payment that there is. A payment that failed may be tried again.",
        Parameters = [InPath(TrainTravelRequests.BookingId, Uuid("The booking."))],
        Body = PaymentCreate,
        Replies =
        [
            new(200, "The payment, with its status.", TrainTravelResponses.Paid) { MediaTypes = ["application/json"], Headers = Cached },
            Invalid,
            new(404, "There is no such booking."),
            new(409, "The time to pay is over, or the booking is being paid for, or the Idempotency-Key was used for another request."),
        ],
    };

    private static Reply Invalid => new(400, "Something in the request is not valid.");

    private static Operation Finding(string id, string tag, string summary, string parameter, Shape found) => new(id, tag, summary)
    {
        Parameters = [InPath(parameter, Uuid("Its id."))],
        Replies = [new(200, "It.", found) { Headers = Cached }, Invalid, new(404, "There is no such thing."), NoSuchForm],
    };
}
