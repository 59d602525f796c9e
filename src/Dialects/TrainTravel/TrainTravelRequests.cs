using System.Globalization;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.TrainTravel.Timetables;

namespace Quittance.Dialects.TrainTravel;

/// <summary>A page of a list (Train Travel 3.1).</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Limit">How many items it has at most.</param>
public sealed record Page(int Number, int Limit)
{
    /// <summary>How many items come before it.</summary>
    public long Offset => (Number - 1L) * Limit;

    /// <summary>The items of this page of a list that is read whole, and whether there is a next page.</summary>
    public (IReadOnlyList<T> Items, bool HasNext) Of<T>(IReadOnlyList<T> all) => Offset >= all.Count
        ? ([], false)
        : ([.. all.Skip((int)Offset).Take(Limit)], Offset + Limit < all.Count);
}

/// <summary>A search for stations (Train Travel 3.4).</summary>
/// <param name="Near">Where the client is; null for anywhere.</param>
/// <param name="Text">A part of the name or the address, without case and accents; null for any.</param>
/// <param name="Country">The country, upper case; null for any.</param>
public sealed record StationQuery(Coordinates? Near, string? Text, string? Country, Page Page)
{
    private const double NearKilometres = 100;

    /// <summary>The stations that it finds: the nearest first, else by name.</summary>
    public IReadOnlyList<Station> In(Timetable timetable)
    {
        var found = timetable.Stations.Where(station =>
            (Country is null || station.Country == Country) && (Text is null || station.Mentions(Text)));
        return Near is { } here
            ? [.. found.Select(station => (Station: station, Away: here.KilometresTo(station.Coordinates)))
                .Where(found => found.Away <= NearKilometres).OrderBy(found => found.Away).Select(found => found.Station)]
            : [.. found];
    }
}

/// <summary>A search for trips (Train Travel 3.5).</summary>
/// <param name="Origin">The id of the station where it begins.</param>
/// <param name="Destination">The id of the station where it ends.</param>
/// <param name="From">The moment from which on.</param>
public sealed record TripQuery(Guid Origin, Guid Destination, DateTimeOffset From, Page Page)
{
    /// <summary>Whether a bicycle comes along.</summary>
    public bool HasBicycle { get; init; }

    /// <summary>Whether a dog comes along.</summary>
    public bool HasDog { get; init; }
}

/// <summary>A request to book a trip (Train Travel 3.6, 5.3).</summary>
/// <param name="Trip">The id of the trip.</param>
/// <param name="Passenger">The passenger.</param>
/// <param name="HasBicycle">Whether a bicycle comes along.</param>
/// <param name="HasDog">Whether a dog comes along.</param>
public sealed record BookingRequest(Guid Trip, string Passenger, bool HasBicycle, bool HasDog);

/// <summary>A request to pay for a booking, found to be well formed (Train Travel 3.7).</summary>
/// <param name="AmountMinor">The amount that the client wants to pay, minor units; null for the booking's price.</param>
/// <param name="Currency">The currency of that; null for the booking's.</param>
/// <param name="Source">The source that pays.</param>
public sealed record PaymentRequest(long? AmountMinor, Currency? Currency, PaymentSource Source);

/// <summary>Reads addresses and bodies. Each method gives the request, or the problem with all that is wrong with it.</summary>
public static class TrainTravelRequests
{
    /// <summary>The name of the booking's id in paths.</summary>
    public const string BookingId = "bookingId";

    /// <summary>The root element of a booking in XML.</summary>
    public const string Booking = "booking";

    private const string What = "request";
    private const int UsualLimit = 10;
    private const int MaxLimit = 100;
    private const int MaxName = 200;
    private const int MaxSearch = 200;

    private static readonly string[] Moments = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    private static readonly string[] TimesOfAClock = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd"];

    /// <summary>An id in the path.</summary>
    /// <param name="call">The request.</param>
    /// <param name="name">The name in the path's pattern.</param>
    public static Reading<Guid, TrainTravelProblem> Id(Call call, string name) => Guid.TryParseExact(call.PathValue(name), "D", out var id)
        ? id
        : TrainTravelErrors.Of(What, [InputFault.In(name, "must be a UUID")]);

    /// <summary>A page of a list of bookings.</summary>
    public static Reading<Page, TrainTravelProblem> Page(IQueryCollection query)
    {
        var faults = new List<InputFault>();
        var page = PageOf(query, faults);
        return faults.Count == 0 ? page : TrainTravelErrors.Of(What, faults);
    }

    /// <summary>A search for stations.</summary>
    public static Reading<StationQuery, TrainTravelProblem> Stations(IQueryCollection query)
    {
        var faults = new List<InputFault>();
        var page = PageOf(query, faults);
        Coordinates? near = null;
        if (Value(query, "coordinates", faults) is { } place && (near = Coordinates.TryParse(place)) is null)
            faults.Add(InputFault.In("coordinates", "must be latitude and longitude in degrees, such as 52.5,13.4"));
        var search = Value(query, "search", faults);
        if (search?.Length > MaxSearch)
            faults.Add(InputFault.In("search", $"must be a text of at most {MaxSearch} characters"));
        var country = Value(query, "country", faults);
        if (country is not null && !(country is [var first, var second] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second)))
            faults.Add(InputFault.In("country", "must be the two letters of a country"));
        return faults.Count == 0
            ? new StationQuery(near, search is null ? null : PlainText.Of(search.Trim()), country?.ToUpperInvariant(), page)
            : TrainTravelErrors.Of(What, faults);
    }

    /// <summary>A search for trips.</summary>
    /// <param name="timetable">Where the clocks of the origin are found, which a date without an offset is by.</param>
    public static Reading<TripQuery, TrainTravelProblem> Trips(IQueryCollection query, Timetable timetable)
    {
        var faults = new List<InputFault>();
        var page = PageOf(query, faults);
        var (origin, destination) = (IdOf(query, "origin", faults), IdOf(query, "destination", faults));
        var (bicycles, dogs) = (FlagOf(query, "bicycles", faults), FlagOf(query, "dogs", faults));
        var date = default(DateTimeOffset);
        if (Required(query, "date", faults) is { } text && !TryReadDate(text, timetable.Station(origin), out date))
        {
            faults.Add(InputFault.In(
                "date", $"must be a day or a date and time, such as 2027-03-01 or 2027-03-01T09:00:00+01:00, {DayWindow.Rule}"));
        }

        return faults.Count == 0
            ? new TripQuery(origin, destination, date, page) { HasBicycle = bicycles, HasDog = dogs }
            : TrainTravelErrors.Of(What, faults);
    }

    /// <summary>A trip to book.</summary>
    /// <param name="http">The request, for its media type.</param>
    public static Reading<BookingRequest, TrainTravelProblem> Booked(HttpRequest http, ReadOnlyMemory<byte> body)
    {
        if (http.ContentType?.StartsWith("application/xml", StringComparison.OrdinalIgnoreCase) == true)
        {
            if (!XmlInput.TryReadObject(body, Booking, ["has_bicycle", "has_dog"], out var json))
                return TrainTravelErrors.BadRequest($"The body is no XML document with the root element {Booking}.");
            body = json;
        }

        return Read<BookingRequest>(body, Booking, fields =>
        {
            Guid trip = default;
            if (fields.Text("trip_id", MaxName, required: true) is { } id && !Guid.TryParseExact(id, "D", out trip))
                fields.Refuse("trip_id", FieldProblem.Malformed, "a UUID");
            var passenger = fields.Text("passenger_name", MaxName * 2, required: true)?.Trim();
            if (passenger is not null && passenger.EnumerateRunes().Count() is 0 or > MaxName)
                fields.Refuse("passenger_name", FieldProblem.Malformed, $"a text of 1 to {MaxName} characters");
            else if (passenger is not null && !OneLine.IsName(passenger))
                fields.Refuse("passenger_name", FieldProblem.Malformed, $"a text {OneLine.Rule}");
            var (bicycle, dog) = (fields.Boolean("has_bicycle") ?? false, fields.Boolean("has_dog") ?? false);
            return passenger is null ? null : new BookingRequest(trip, passenger, bicycle, dog);
        });
    }

    /// <summary>A payment for a booking.</summary>
    public static Reading<PaymentRequest, TrainTravelProblem> Payment(ReadOnlyMemory<byte> body, Booking booking)
    {
        var owed = booking.Price;
        var reading = Read<PaymentRequest>(body, "payment", fields =>
        {
            var amount = fields.Amount("amount", owed.Currency);
            if (amount is { AmountMinor: <= 0 })
                fields.Refuse("amount", FieldProblem.OutOfRange, "above zero");
            var currency = fields.Choice("currency", [.. Fares.Words]);
            var source = SourceReader.Read(fields, owed.Currency);
            return source is null
                ? null
                : new PaymentRequest(amount?.AmountMinor, currency is null ? null : Currency.Parse(currency.ToUpperInvariant()), source);
        });
        // Train Travel 5.6: a client that asks for the payment again gets it, even with another amount.
        return reading.Error is null && booking.Status != BookingStatus.Confirmed && MismatchOf(reading.Value, owed) is { } mismatch
            ? mismatch
            : reading;
    }

    /// <summary>The problem of an amount that is not the amount owed (Train Travel 5.4).</summary>
    private static TrainTravelProblem? MismatchOf(PaymentRequest request, Money owed)
    {
        var faults = new List<InputFault>();
        if (request.AmountMinor is { } amountMinor && amountMinor != owed.AmountMinor)
            faults.Add(InputFault.At("/amount", $"must be {owed.ToText(AmountDecimals.Full)}, what the booking costs"));
        if (request.Currency is { } currency && currency != owed.Currency)
            faults.Add(InputFault.At("/currency", $"must be {owed.Currency.Code.ToLowerInvariant()}, the currency of the booking"));
        return faults.Count == 0
            ? null
            : TrainTravelErrors.Of(
                "payment", faults) with
            { Type = faults[0].Pointer == "/amount" ? "amount-mismatch" : "currency-mismatch" };
    }

    private static Reading<T, TrainTravelProblem> Read<T>(ReadOnlyMemory<byte> utf8, string what, Func<JsonFields, T?> readFields)
        where T : class => JsonBody.Read(
            utf8, body => body.Object() is { } fields ? readFields(fields) : null, TrainTravelErrors.Of,
            faults => TrainTravelErrors.Of(what, [.. faults.Select(InputFault.Of)]));

    private static Page PageOf(IQueryCollection query, List<InputFault> faults) =>
        new(IntegerOf(query, "page", int.MaxValue, 1, faults), IntegerOf(query, "limit", MaxLimit, UsualLimit, faults));

    private static int IntegerOf(IQueryCollection query, string name, int max, int usual, List<InputFault> faults)
    {
        if (Value(query, name, faults) is not { } text)
            return usual;
        if (int.TryParse(text, NumberStyles.None, null, out var number) && number >= 1 && number <= max)
            return number;
        faults.Add(InputFault.In(name, max == int.MaxValue ? "must be a whole number from 1" : $"must be a whole number from 1 to {max}"));
        return usual;
    }

    private static bool FlagOf(IQueryCollection query, string name, List<InputFault> faults)
    {
        if (Value(query, name, faults) is not { } text)
            return false;
        var flag = QueryFlag.Parse(text);
        if (flag is null)
            faults.Add(InputFault.In(name, "must be true or false"));
        return flag == true;
    }

    /// <summary>Reads a moment, or a time by the clocks of the origin; a day alone begins there at midnight.</summary>
    /// <param name="origin">The origin; null for an unknown one, from which there are no trips at any time.</param>
    private static bool TryReadDate(string text, Station? origin, out DateTimeOffset date)
    {
        text = QueryMoment.Repaired(text);
        if (DateTimeOffset.TryParseExact(text, Moments, null, DateTimeStyles.AssumeUniversal, out date))
            return DayWindow.Holds(date);
        if (!DateTimeOffset.TryParseExact(text, TimesOfAClock, null, DateTimeStyles.AssumeUniversal, out var shown)
            || !DayWindow.Holds(shown))
        {
            return false;
        }

        date = origin?.At(DateOnly.FromDateTime(shown.DateTime), TimeOnly.FromDateTime(shown.DateTime)) ?? shown;
        return true;
    }

    private static Guid IdOf(IQueryCollection query, string name, List<InputFault> faults)
    {
        if (Required(query, name, faults) is { } text && !Guid.TryParseExact(text, "D", out _))
            faults.Add(InputFault.In(name, "must be a UUID"));
        return Guid.TryParseExact(query[name], "D", out var id) ? id : default;
    }

    private static string? Required(IQueryCollection query, string name, List<InputFault> faults)
    {
        if (!query.ContainsKey(name))
            faults.Add(InputFault.In(name, "is required"));
        return Value(query, name, faults);
    }

    private static string? Value(IQueryCollection query, string name, List<InputFault> faults)
    {
        if (!query.TryGetValue(name, out var sent))
            return null;
        if (sent is [{ } only])
            return only;
        faults.Add(InputFault.In(name, "must be given once only"));
        return null;
    }
}
