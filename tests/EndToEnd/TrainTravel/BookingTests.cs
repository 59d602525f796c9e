using System.Net;
using System.Xml.Linq;
using Quittance.Dialects.TrainTravel.Timetables;
using Quittance.Tests.Running;

namespace Quittance.Tests.TrainTravel;

/// <summary>Booking trips, looking at bookings, giving them back.</summary>
public sealed class BookingTests(BooksFixture books)
{
    [Fact]
    public async Task Booking_IsHeldAndShown_InJsonAndXml()
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip("Zürich HB", "München Hauptbahnhof");

        var booked =
            await traveller.PostAsync("/bookings", Traveller.Booking(trip, ""","has_bicycle":true,"id":"passed over","extra":1"""));

        Assert.Equal(
            (HttpStatusCode.Created, "application/json", "no-store"), (booked.Status, booked.MediaType, booked.Headers["Cache-Control"]));
        var (id, self) = ((string)booked.Json["id"]!, (string)booked.Json["links"]!["self"]!);
        Assert.Equal((self, $"{books.Address}bookings/{id}"), (booked.Headers["Location"], self));
        Assert.StartsWith("limit=1000, remaining=999, reset=", booked.Headers["RateLimit"], StringComparison.Ordinal);
        var shape = $$"""{"id":"{{id}}","trip_id":"{{trip.Id}}","passenger_name":"Ada Nkemelu","has_bicycle":true,"has_dog":false""";
        Assert.Equal($$$"""{{{shape}}},"links":{"self":"{{{self}}}"}}""", booked.Text);
        Assert.Equal(booked.Text, (await traveller.GetAsync($"/bookings/{id}")).Text);
        Assert.Equal(
            $$$"""{"data":[{{{shape}}}}],"links":{"self":"{{{books.Address}}}bookings"}}""", (await traveller.GetAsync("/bookings")).Text);
        Assert.Equal("held", await traveller.StatusAsync(Guid.Parse(id)));

        var members =
            $"<id>{id}</id><trip_id>{trip.Id}</trip_id><passenger_name>Ada "
                + $"Nkemelu</passenger_name><has_bicycle>true</has_bicycle><has_dog>false</has_dog>";
        Assert.Equal($"<booking>{members}<links><self>{self}</self></links></booking>",
            Text(await traveller.GetAsync($"/bookings/{id}", "application/xml")));
        Assert.Equal(
            $"<data><bookings><booking>{members}</booking></bookings><links><self>{books.Address}bookings</self></links></data>",
            Text(await traveller.GetAsync("/bookings", "application/xml")));
    }

    [Fact]
    public async Task Booking_SentAsXml_IsTheSame()
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip("Zürich HB", "München Hauptbahnhof");
        var sent = $"""
            <?xml version="1.0" encoding="utf-8"?>
            <booking><!-- a comment --><trip_id>{trip.Id}</trip_id><passenger_name> Zoë &amp; Søn </passenger_name>
            """ + "<has_dog>1</has_dog><has_bicycle/></booking>";
        // An empty flag is neither true nor false.
        Assert.Equal(["/has_bicycle"], (await traveller.PostAsync("/bookings", sent, mediaType: "application/xml")).Places);

        var booked = await traveller.PostAsync(
            "/bookings", sent.Replace("<has_bicycle/>", "", StringComparison.Ordinal), mediaType: "application/xml; charset=utf-8",
            accept: "application/xml");

        Assert.Equal((HttpStatusCode.Created, "application/xml"), (booked.Status, booked.MediaType));
        Assert.Equal(("Zoë & Søn", "true"), (booked.Xml.Element("passenger_name")!.Value, booked.Xml.Element("has_dog")!.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("<booking>")]
    [InlineData("<booking/><booking/>")]
    [InlineData("<Booking></Booking>")]
    [InlineData("<booking xmlns='urn:x'></booking>")]
    [InlineData("<booking>text</booking>")]
    [InlineData("<booking><trip_id><deep/></trip_id></booking>")]
    [InlineData("<booking><trip_id>1</trip_id><trip_id>2</trip_id></booking>")]
    [InlineData("<!DOCTYPE booking SYSTEM 'file:///etc/passwd'><booking/>")]
    [InlineData("<!DOCTYPE b [<!ENTITY e 'x'><!ENTITY f '&e;&e;&e;&e;'>]><booking><passenger_name>&f;</passenger_name></booking>")]
    [InlineData("<?xml version='1.0' encoding='no-such'?><booking/>")]
    public async Task Xml_ThatIsNoBooking_IsRefused(string body)
    {
        var traveller = await Traveller.OpenAsync(books);
        var refused = await traveller.PostAsync("/bookings", body, mediaType: "application/xml");
        Assert.Equal((400, "bad-request"), refused.Problem);
        Assert.Empty((await traveller.GetAsync("/bookings")).Json["data"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"passenger_name":"A"}""", "/trip_id")]
    [InlineData("""{"trip_id":"1","passenger_name":"A"}""", "/trip_id")]
    [InlineData("""{"trip_id":"TRIP"}""", "/passenger_name")]
    [InlineData("""{"trip_id":"TRIP","passenger_name":"   "}""", "/passenger_name")]
    [InlineData("""{"trip_id":"TRIP","passenger_name":"A\u0007"}""", "/passenger_name")]
    [InlineData("""{"trip_id":"TRIP","passenger_name":7,"has_dog":"yes"}""", "/passenger_name", "/has_dog")]
    public async Task Booking_WithSomethingWrongInIt_IsRefusedByPointer(string body, params string[] places)
    {
        var traveller = await Traveller.OpenAsync(books);
        var refused = await traveller.PostAsync("/bookings", body.Replace("TRIP", $"{Traveller.NewTrip().Id}", StringComparison.Ordinal));
        Assert.Equal((400, "bad-request"), refused.Problem);
        Assert.Equal(places, refused.Places);
    }

    [Fact]
    public async Task Passenger_HasUpToTwoHundredCharacters()
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip();
        Assert.Equal(HttpStatusCode.Created, (await NamedAsync(new string('n', 200))).Status);
        Assert.Equal(HttpStatusCode.Created, (await NamedAsync(string.Concat(Enumerable.Repeat("😀", 200)))).Status);
        Assert.Equal(["/passenger_name"], (await NamedAsync(new string('n', 201))).Places);

        Task<TravelAnswer> NamedAsync(string name) =>
            traveller.PostAsync("/bookings", $$"""{"trip_id":"{{trip.Id}}","passenger_name":"{{name}}"}""");
    }

    [Fact]
    public async Task Trip_ThatCannotBeBooked_IsReported()
    {
        var traveller = await Traveller.OpenAsync(books);
        var channel = Traveller.NewTrip();
        var past = Traveller.Timetable.Trips(
            channel.Origin, channel.Destination, new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero))[0];

        var unknown = await traveller.PostAsync(
            "/bookings", Traveller.Booking(channel with { Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()) }));

        Assert.Equal((404, "not-found", "No such trip."), (unknown.Problem.Status, unknown.Problem.Type, (string)unknown.Json["detail"]!));
        Assert.Equal((409, "departed"), (await traveller.PostAsync("/bookings", Traveller.Booking(past))).Problem);
        Assert.Equal((409, "bicycle-not-allowed"),
            (await traveller.PostAsync("/bookings", Traveller.Booking(channel, ""","has_bicycle":true"""))).Problem);
        Assert.Equal(
            (409, "dog-not-allowed"), (await traveller.PostAsync("/bookings", Traveller.Booking(channel, ""","has_dog":true"""))).Problem);
        Assert.Empty((await traveller.GetAsync("/bookings")).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task Booking_OfSomebodyElse_LooksLikeNone()
    {
        var (owner, other) = (await Traveller.OpenAsync(books), await Traveller.OpenAsync(books));
        var booking = await owner.BookAsync();
        var nobodys = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        TravelAnswer[] foreign =
            [await other.GetAsync($"/bookings/{booking}"), await other.PayAsync(booking, Traveller.Card()),
            await other.DeleteAsync(booking)];
        TravelAnswer[] missing =
            [await other.GetAsync($"/bookings/{nobodys}"), await other.PayAsync(nobodys, Traveller.Card()),
            await other.DeleteAsync(nobodys)];

        Assert.All(foreign, answer => Assert.Equal((404, "not-found"), answer.Problem));
        Assert.Equal(
            missing.Select(answer => answer.Text.Replace($"{nobodys}", "ID", StringComparison.Ordinal)),
            foreign.Select(answer => answer.Text.Replace($"{booking}", "ID", StringComparison.Ordinal)));
        Assert.Empty((await other.GetAsync("/bookings")).Json["data"]!.AsArray());
        Assert.Equal(("held", 0), (await owner.StatusAsync(booking), await owner.AttemptsAsync(booking)));
    }

    [Fact]
    public async Task Booking_GivenBack_IsGoneAndItsSeatIsFree()
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip();
        var (kept, given) = (await traveller.BookAsync(trip), await traveller.BookAsync(trip));
        Assert.Equal(2, await TakenAsync(trip));

        var released = await traveller.DeleteAsync(given);

        Assert.Equal((HttpStatusCode.NoContent, ""), (released.Status, released.Text));
        Assert.StartsWith("limit=1000", released.Headers["RateLimit"], StringComparison.Ordinal);
        Assert.Equal(1, await TakenAsync(trip));
        Assert.Equal((404, "not-found"), (await traveller.DeleteAsync(given)).Problem);
        Assert.Equal(["bookingId"], (await traveller.SendAsync(HttpMethod.Delete, "/bookings/1")).Places);
        Assert.Equal((404, "not-found"), (await traveller.GetAsync($"/bookings/{given}")).Problem);
        Assert.Equal((404, "not-found"), (await traveller.PayAsync(given, Traveller.Card())).Problem);
        var left = Assert.Single((await traveller.GetAsync("/bookings")).Json["data"]!.AsArray());
        Assert.Equal($"{kept}", (string)left!["id"]!);
    }

    [Fact]
    public async Task Bookings_AreListedPageByPage_TheOldestFirst()
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip();
        Guid[] booked = [await traveller.BookAsync(trip), await traveller.BookAsync(trip), await traveller.BookAsync(trip)];

        var first = (await traveller.GetAsync("/bookings?limit=2")).Json;
        var second = (await traveller.GetAsync(new Uri((string)first["links"]!["next"]!).PathAndQuery)).Json;

        Assert.Equal(booked.Select(id => $"{id}"),
            first["data"]!.AsArray().Concat(second["data"]!.AsArray()).Select(booking => (string)booking!["id"]!));
        Assert.Equal(["self", "next"], first["links"]!.AsObject().Select(link => link.Key));
        Assert.Equal(["self", "prev"], second["links"]!.AsObject().Select(link => link.Key));
        Assert.Equal($"{books.Address}bookings?limit=2&page=1", (string)second["links"]!["prev"]!);
    }

    [Fact]
    public async Task LastSeat_AskedForAHundredTimesAtOnce_IsBookedOnce()
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip("Sarajevo", "Mostar");
        await Task.WhenAll(Enumerable.Range(1, trip.Seats - 1).Select(_ => traveller.BookAsync(trip)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => traveller.PostAsync("/bookings", Traveller.Booking(trip))));

        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(99, answers.Count(answer => answer.Problem == (409, "sold-out")));
        Assert.Equal(trip.Seats, await TakenAsync(trip));
        // A passenger who gives a seat back lets the next one in.
        await traveller.DeleteAsync(Guid.Parse((string)won.Json["id"]!));
        await traveller.BookAsync(trip);
    }

    [Fact]
    public async Task Seat_OfAPartOfTheWay_IsASeatOfTheTrain()
    {
        var traveller = await Traveller.OpenAsync(books);
        var whole = Traveller.NewTrip("London King's Cross", "Edinburgh Waverley");
        var part = Traveller.Timetable.Trips(Traveller.Station("York"), whole.Destination, whole.DepartsAt)
            .First(trip => trip.Run == whole.Run);
        await traveller.BookAsync(whole);
        await traveller.BookAsync(part);
        Assert.Equal(2, await TakenAsync(whole));
    }

    [Fact]
    public async Task Booking_RepeatedUnderAKey_IsTheFirstOne()
    {
        var traveller = await Traveller.OpenAsync(books);
        var (trip, key) = (Traveller.NewTrip(), Traveller.NewText());
        var first = await traveller.PostAsync("/bookings", Traveller.Booking(trip), key);

        var again = await traveller.PostAsync("/bookings", Traveller.Booking(trip), key);

        Assert.Equal((first.Text, first.Status, false, true), (again.Text, again.Status, first.Replayed, again.Replayed));
        Assert.Equal(1, await TakenAsync(trip));
        Assert.Equal(
            (409, "idempotency-key-reused"), (await traveller.PostAsync("/bookings", Traveller.Booking(Traveller.NewTrip()), key)).Problem);
        // Another client's key is another one.
        Assert.False((await (await Traveller.OpenAsync(books)).PostAsync("/bookings", Traveller.Booking(trip), key)).Replayed);
    }

    private async Task<int> TakenAsync(Trip trip) => (int)(await books.ScalarAsync("SELECT taken FROM departure WHERE id = $1", trip.Run))!;

    private static string Text(TravelAnswer answer) => answer.Xml.ToString(SaveOptions.DisableFormatting);
}
