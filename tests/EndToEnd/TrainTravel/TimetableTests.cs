using System.Text;
using Quittance.Dialects.TrainTravel.Timetables;

namespace Quittance.Tests.TrainTravel;

/// <summary>Stations, and trains on any day.</summary>
public sealed class TimetableTests
{
    private const string NightTrains = """
        {"stations": [
          {"key": "a", "id": "00000000-0000-0000-0000-00000000000a", "name": "Aa", "address": "A", "country": "DE",
           "timeZone": "Europe/Berlin", "latitude": 52, "longitude": 13},
          {"key": "b", "id": "00000000-0000-0000-0000-00000000000b", "name": "Bb", "address": "B", "country": "GB",
           "timeZone": "Europe/London", "latitude": 51, "longitude": 0},
          {"key": "c", "id": "00000000-0000-0000-0000-00000000000c", "name": "Cc", "address": "C", "country": "TR",
           "timeZone": "Europe/Istanbul", "latitude": 41, "longitude": 29}],
         "lines": [
          {"number": 2, "operator": "Night", "seats": 10, "bicycles": true, "dogs": false, "days": "Sun",
           "out": ["02:30"], "back": ["23:50"],
           "stops": [{"station": "a", "arrives": 0, "departs": 0}, {"station": "b", "arrives": 90, "departs": 100},
                     {"station": "c", "arrives": 2000, "departs": 2000}],
           "faresMinor": {"EUR": [1000, 2500], "GBP": [900, 2200], "TRY": [40000, 90000]} }]}
        """;

    private static readonly Timetable Own = Timetable.Read(new MemoryStream(Encoding.UTF8.GetBytes(NightTrains)));
    private static readonly Station A = Own.Stations[0];
    private static readonly Station B = Own.Stations[1];
    private static readonly Station C = Own.Stations[2];

    [Fact]
    public void Timetable_HasThirtyStationsAndMore_EachOnceAndWhereItIs()
    {
        var stations = Traveller.Timetable.Stations;
        Assert.InRange(stations.Count, 30, 60);
        Assert.Equal(stations.Count, stations.Select(station => station.Id).Distinct().Count());
        Assert.Equal(stations.Count, stations.Select(station => station.Name).Distinct().Count());
        // Europe's stations, and each within the hours of its clocks.
        Assert.All(stations, station => Assert.InRange(station.Coordinates.Latitude, 36, 71));
        Assert.All(stations, station => Assert.InRange(station.Coordinates.Longitude, -10, 40));
        Assert.Equal(
            877, Traveller.Station("Berlin Hauptbahnhof").Coordinates.KilometresTo(Traveller.Station("Paris Gare du Nord").Coordinates),
            tolerance: 5);
    }

    [Fact]
    public void Stations_AreAllServed_InBothDirectionsAndInEveryCurrency()
    {
        var monday = new DateTimeOffset(2027, 3, 5, 0, 0, 0, TimeSpan.Zero);
        var stations = Traveller.Timetable.Stations;
        var trips = (from origin in stations
                     from destination in stations
                     where origin != destination
                     from trip in Traveller.Timetable.Trips(origin, destination, monday)
                     select trip).ToList();

        Assert.Equal(stations.Count, trips.Select(trip => trip.Origin).Distinct().Count());
        Assert.Equal(stations.Count, trips.Select(trip => trip.Destination).Distinct().Count());
        Assert.Equal(
            Fares.Words, trips.Select(trip => trip.Price.Currency.Code.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(trips.Count, trips.Select(trip => trip.Id).Distinct().Count());
        Assert.All(trips, trip =>
        {
            Assert.True(trip.DepartsAt < trip.ArrivesAt);
            Assert.True(trip.Price.AmountMinor > 0);
            Assert.Equal(Fares.CurrencyOf(trip.Origin.Country), trip.Price.Currency);
            Assert.Equal(trip, Traveller.Timetable.Trip(trip.Id));
        });
    }

    [Fact]
    public void Trip_SaysItsFareOfEachPartAndSharesItsTrainsSeats()
    {
        var whole = Assert.Single(Own.Trips(A, C, At("2027-03-07T00:00:00+01:00")));
        var part = Assert.Single(Own.Trips(A, B, At("2027-03-07T00:00:00+01:00")));
        Assert.Equal(("35.00 EUR", "10.00 EUR"), (whole.Price.ToString(), part.Price.ToString()));
        Assert.Equal("22.00 GBP", Assert.Single(Own.Trips(B, C, At("2027-03-07T00:00:00Z"))).Price.ToString());
        Assert.Equal((whole.Run, 10), (part.Run, part.Seats));
        Assert.NotEqual(whole.Id, part.Id);
        Assert.Equal(A.At(new DateOnly(2027, 3, 7), new TimeOnly(2, 30)).AddMinutes(2000), whole.ArrivesAt);
        Assert.Equal(TimeSpan.FromHours(3), whole.ArrivesAt.Offset);
        // The way back has its own fares and ids.
        Assert.Equal("1300.00 TRY", Assert.Single(Own.Trips(C, A, At("2027-03-07T00:00:00+03:00"))).Price.ToString());
    }

    [Theory]
    // Sundays in winter, on the day on which clocks leave 02:30 out, on the one on which they show it twice, and in summer.
    [InlineData("2027-03-21", "2027-03-21T02:30:00+01:00")]
    [InlineData("2027-03-28", "2027-03-28T03:30:00+02:00")]
    [InlineData("2027-10-31", "2027-10-31T02:30:00+02:00")]
    [InlineData("2027-06-06", "2027-06-06T02:30:00+02:00")]
    public void Departure_AtATimeThatClocksLeaveOutOrShowTwice_IsOneMoment(string day, string departs)
    {
        var trip = Assert.Single(Own.Trips(A, B, At($"{day}T00:00:00+01:00")));
        Assert.Equal((At(departs), At(departs).Offset), (trip.DepartsAt, trip.DepartsAt.Offset));
        Assert.Equal(At(departs).AddMinutes(90), trip.ArrivesAt);
    }

    [Fact]
    public void Trips_AreThoseOfTheOriginsDay_FromTheMomentOn()
    {
        // Leaves C on Sundays at 23:50, and B the day after, when it is Monday there.
        var trips = Own.Trips(B, A, At("2027-03-08T12:00:00Z"));
        Assert.Equal("2027-03-09T04:40:00Z",
            Own.Trips(B, A, At("2027-03-09T00:00:00Z"))[0].DepartsAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        Assert.Empty(trips);
        Assert.Empty(Own.Trips(A, B, At("2027-03-07T02:31:00+01:00")));
        Assert.Single(Own.Trips(A, B, At("2027-03-07T02:30:00+01:00")));
        Assert.Empty(Own.Trips(A, B, At("2027-03-08T00:00:00+01:00")));
        // 23:30 in London is tomorrow already in Berlin.
        Assert.Single(Own.Trips(A, B, At("2027-03-06T23:30:00Z")));
        Assert.Empty(Own.Trips(A, A, At("2027-03-07T00:00:00Z")));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1999-12-26T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void Trips_OfFarDays_AreNone(string moment) => Assert.Empty(Own.Trips(A, B, At(moment)));

    [Fact]
    public void Id_ThatIsNotOfATrip_IsUnknown()
    {
        var trip = Own.Trips(A, B, At("2027-03-07T00:00:00Z"))[0];
        Assert.Null(Own.Trip(Guid.CreateVersion7(TimeProvider.System.GetUtcNow())));
        Assert.Null(Own.Trip(Guid.Empty));
        Assert.Null(Own.Trip(trip.Run));
        var bytes = trip.Id.ToByteArray(bigEndian: true);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 1;
            Assert.Null(Own.Trip(new Guid(changed, bigEndian: true)));
        }
    }

    [Theory]
    [InlineData("GENEVE", "geneve")]
    [InlineData("Genève", "geneve")]
    [InlineData("Gene\u0300ve", "geneve")]
    [InlineData("İstanbul Söğütlüçeşme", "istanbul sogutlucesme")]
    [InlineData("Strømgaten", "stromgaten")]
    [InlineData("Bayerstraße", "bayerstrasse")]
    public void PlainText_HasNeitherCaseNorAccents(string text, string plain) => Assert.Equal(plain, PlainText.Of(text));

    [Theory]
    [InlineData("52.5,13.4", true)]
    [InlineData("-90, 180", true)]
    [InlineData("90.1,0", false)]
    [InlineData("0,-180.5", false)]
    [InlineData("NaN,0", false)]
    [InlineData("1e1,0", false)]
    [InlineData("52.5", false)]
    [InlineData("52.5,13.4,1", false)]
    [InlineData(",", false)]
    public void Coordinates_AreDegreesOnEarth(string text, bool isPlace) => Assert.Equal(isPlace, Coordinates.TryParse(text) is not null);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text);
}
