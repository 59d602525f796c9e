using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Bookings;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.TrainTravel.Timetables;

namespace Quittance.Dialects.TrainTravel;

/// <summary>The Train Travel API: stations, trips, bookings, and paying for them.</summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="timetable">The trains.</param>
/// <param name="bookings">The bookings, to read.</param>
/// <param name="vault">Seals what bookings are paid with.</param>
/// <param name="tries">Counts the payments that were declined.</param>
/// <param name="routing">Chooses the provider that charges cards and bank accounts.</param>
/// <param name="rateLimit">How many requests it takes; 1,000 a minute where nothing else is said.</param>
public sealed class TrainTravelRoutes(
    PublicAddress address, Timetable timetable, IBookings bookings, IVault vault, CardTries tries, ProviderRouting routing,
    RateLimit? rateLimit = null) : Dialect
{
    /// <summary>The scope of operations that read; it permits to pay too (Train Travel 2, 5.1).</summary>
    public const string ReadScope = "read";

    /// <summary>The scope of booking and of giving a booking back.</summary>
    public const string WriteScope = "write";

    private const string Id = "id";
    private const string Booking = $"/bookings/{{{TrainTravelRequests.BookingId}}}";
    private const string ForAnHour = "public, max-age=3600";
    private const string ForAMinute = "max-age=60";

    private readonly TrainTravelBookings _bookings = new(address, timetable, bookings);
    private readonly TrainTravelPayments _payments = new(address, bookings, vault, tries, routing);

    /// <summary>Its clients get tokens from the authorisation server. Accounts and charges come with bookings.</summary>
    public static DialectSetup Setup { get; } = new(
        TrainTravelNames.Dialect, [CredentialKind.Client],
        [
            new(ReadScope, Reach.Customer, "See your bookings, and pay for them"),
            new(WriteScope, Reach.Customer, "Book trips for you, and cancel bookings"),
        ],
        _ => TrainTravelNames.Booking, _ => TrainTravelNames.Booking)
    {
        WebhookEvents = TrainTravelEvents.All,
        ServesBrowsers = true,
    };

    public override string Name => TrainTravelNames.Dialect;

    public override IReadOnlyList<string> Paths { get; } = ["/stations", "/trips", "/bookings"];

    public override IReadOnlyList<string> CrossOriginApis { get; } = [TrainTravelNames.Dialect];

    public override long BodyLimit => 64 * 1024;

    public override bool IsForCustomers => true;

    /// <remarks>Train Travel 4.12, 5.21.</remarks>
    public override RateLimit RateLimit { get; } =
        (rateLimit ?? new RateLimit(1000, TimeSpan.FromMinutes(1))) with { CountsPermittedOnly = true };

    public override IReadOnlyList<WebhookEvent> WebhookEvents => TrainTravelEvents.All;

    public override IReadOnlyList<Problem> Problems => TrainTravelErrors.Known;

    public override ApiDescription Description => TrainTravelDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        routes.Get("/stations", ReadScope, Counted(StationsAsync)).WithMetadata(TrainTravelDocument.ListStations);
        routes.Get($"/stations/{{{Id}}}", ReadScope, Counted(StationAsync)).WithMetadata(TrainTravelDocument.FindStation);
        routes.Get("/trips", ReadScope, Counted(TripsAsync)).WithMetadata(TrainTravelDocument.ListTrips);
        routes.Get($"/trips/{{{Id}}}", ReadScope, Counted(TripAsync)).WithMetadata(TrainTravelDocument.FindTrip);
        routes.Get("/bookings", ReadScope, Counted(_bookings.ListAsync)).WithMetadata(TrainTravelDocument.ListBookings);
        routes.Post("booking.create", "/bookings", WriteScope, Counted(_bookings.CreateAsync), ["application/json", "application/xml"])
            .WithMetadata(TrainTravelDocument.CreateBooking);
        routes.Get(Booking, ReadScope, Counted(_bookings.FindAsync)).WithMetadata(TrainTravelDocument.FindBooking);
        routes.Delete(Booking, WriteScope, Counted(_bookings.ReleaseAsync)).WithMetadata(TrainTravelDocument.ReleaseBooking);
        routes.Post("booking.pay", $"{Booking}/payment", ReadScope, Counted(_payments.PayAsync), orScope: WriteScope)
            .WithMetadata(TrainTravelDocument.PayBooking);
    }

    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) =>
        BearerToken.FindAsync(http, credentials, Name);

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
        WithLimit(http,
            TrainTravelErrors.Of(fault, detail).ToAnswer(http, address) with { Challenge = BearerToken.Challenge(http, fault) });

    public override Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IBooks books, CancellationToken cancel) =>
        TrainTravelEvents.TellAsync(delivery, bookings, address, cancel);

    /// <summary>The answer of an operation, with the client's rate limit (Train Travel 3.2).</summary>
    private Func<Call, Task<Answer>> Counted(Func<Call, Task<Answer>> operation) => async call =>
        WithLimit(call.Http, await operation(call));

    /// <summary>The same for an operation whose answer has two forms.</summary>
    private Func<Call, Task<Answer>> Counted(Func<Call, DocumentFormat, Task<Answer>> operation) => Counted(call =>
        DocumentFormats.Accepted(call.Http.Request) is { } format
            ? operation(call, format)
            : Task.FromResult(TrainTravelErrors.NotAcceptable.ToAnswer(call.Http, address)));

    /// <summary>A request that counted for no client leaves the whole window.</summary>
    private Answer WithLimit(HttpContext http, Answer answer) => answer with
    {
        RateLimit = (RequestCount.Of(http)
            ?? new RequestCount(RateLimit.Requests, RateLimit.Requests, (int)RateLimit.Window.TotalSeconds, IsAdmitted: true)).ToString(),
    };

    private Task<Answer> StationsAsync(Call call, DocumentFormat format) => Task.FromResult(Listed(
        call, format, TrainTravelRequests.Stations(call.Http.Request.Query), query => query.Page, query => query.In(timetable), ForAnHour,
        TrainTravelResponses.Stations));

    private Task<Answer> TripsAsync(Call call, DocumentFormat format) => Task.FromResult(Listed(
        call, format, TrainTravelRequests.Trips(call.Http.Request.Query, timetable), query => query.Page, Find, ForAMinute,
        TrainTravelResponses.Trips));

    private IReadOnlyList<Linked<Trip>> Find(TripQuery query) =>
        timetable.Station(query.Origin) is { } origin && timetable.Station(query.Destination) is { } destination
            ?
            [
                .. timetable.Trips(origin, destination, query.From)
                    .Where(trip => (trip.TakesBicycles || !query.HasBicycle) && (trip.TakesDogs || !query.HasDog))
                    .Select(trip => new Linked<Trip>(trip, address)),
            ]
            : [];

    private Task<Answer> StationAsync(Call call, DocumentFormat format) => Task.FromResult(Single(
        call, format, timetable.Station, TrainTravelErrors.StationUnknown, ForAnHour, TrainTravelResponses.Station));

    private Task<Answer> TripAsync(Call call, DocumentFormat format) => Task.FromResult(Single(
        call, format, id => timetable.Trip(id) is { } trip ? new Linked<Trip>(trip, address) : null,
        TrainTravelErrors.TripUnknown, ForAMinute, TrainTravelResponses.Trip));

    private Answer Listed<TQuery, T>(
        Call call, DocumentFormat format, Reading<TQuery, TrainTravelProblem> reading, Func<TQuery, Page> pageOf,
        Func<TQuery, IReadOnlyList<T>> find, string cached, Resource<ItemPage<T>> resource)
        where TQuery : notnull
    {
        if (!reading.TryGet(out var query, out var problem))
            return problem.ToAnswer(call.Http, address);
        var page = pageOf(query);
        var (items, hasNext) = page.Of(find(query));
        var links = TrainTravelResponses.LinksOf(call.Http.Request, address, page, hasNext);
        return resource.ToAnswer(StatusCodes.Status200OK, format, new ItemPage<T>(items, links)) with { CacheControl = cached };
    }

    private Answer Single<T>(
        Call call, DocumentFormat format, Func<Guid, T?> find, TrainTravelProblem unknown, string cached, Resource<T> resource)
        where T : class
    {
        if (!TrainTravelRequests.Id(call, Id).TryGet(out var id, out var problem))
            return problem.ToAnswer(call.Http, address);
        return find(id) is { } found
            ? resource.ToAnswer(StatusCodes.Status200OK, format, found) with { CacheControl = cached }
            : unknown.ToAnswer(call.Http, address);
    }
}
