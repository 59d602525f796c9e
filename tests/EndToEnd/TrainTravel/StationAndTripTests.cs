using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Tests.Running;

namespace Quittance.Tests.TrainTravel;

/// <summary>Finding stations and trips.</summary>
public sealed class StationAndTripTests(BooksFixture books)
{
    [Fact]
    public async Task Stations_AreFoundByNameAddressCountryAndPlace()
    {
        var traveller = await Traveller.OpenAsync(books);
        Assert.Equal(["Zürich HB"], await NamesAsync(traveller, "?search=ZURICH"));
        Assert.Equal(["Lyon Part-Dieu"], await NamesAsync(traveller, "?search=beraudier"));
        Assert.Equal(["Basel SBB", "Genève-Cornavin", "Zürich HB"], await NamesAsync(traveller, "?country=ch"));
        // The nearest first, and none that is far away.
        Assert.Equal(["Paris Gare de Lyon", "Paris Gare du Nord"], await NamesAsync(traveller, "?coordinates=48.8443,2.3735"));
        Assert.Equal(
            ["Paris Gare du Nord", "Paris Gare de Lyon"], await NamesAsync(traveller, "?coordinates=48.8809%2C%202.3553&country=FR"));
        Assert.Empty(await NamesAsync(traveller, "?coordinates=0,0"));
        Assert.Empty(await NamesAsync(traveller, "?country=xx"));
    }

    [Fact]
    public async Task Station_HasItsShapeInJsonAndXml()
    {
        var traveller = await Traveller.OpenAsync(books);
        var station = Traveller.Station("Genève-Cornavin");

        var json = await traveller.GetAsync("/stations?search=cornavin");

        Assert.Equal(
            (HttpStatusCode.OK, "application/json", "public, max-age=3600"), (json.Status, json.MediaType, json.Headers["Cache-Control"]));
        Assert.Equal(
            $$$"""{"data":[{"id":"{{{station.Id}}}","name":"Genève-Cornavin","address":"Place de Cornavin 7, 1201 Genève, """
                + $$$"""Switzerland","country_code":"CH","timezone":"Europe/Zurich"}],"links":"""
                + $$$"""{"self":"{{{books.Address}}}stations?search=cornavin"}}""",
            json.Text);

        var xml = await traveller.GetAsync("/stations?search=cornavin", "application/xml");

        Assert.Equal((HttpStatusCode.OK, "application/xml"), (xml.Status, xml.MediaType));
        Assert.Equal(
            $"<data><stations><station><id>{station.Id}</id><name>Genève-Cornavin</name><address>Place de Cornavin 7, 1201 Genève, "
                + $"Switzerland</address>"
            + "<country_code>CH</country_code><timezone>Europe/Zurich</timezone></station></stations>"
            + $"<links><self>{books.Address}stations?search=cornavin</self></links></data>",
            xml.Xml.ToString(SaveOptions.DisableFormatting));
    }

    [Fact]
    public async Task Trip_HasItsShapeInJsonAndXml_AndItsLinksLeadSomewhere()
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip("Zürich HB", "München Hauptbahnhof");
        var path = $"/trips?origin={trip.Origin.Id}&destination={trip.Destination.Id}&date={trip.DepartsAt:yyyy-MM-dd}T00:00:00Z&limit=1";

        var json = await traveller.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, "max-age=60"), (json.Status, json.Headers["Cache-Control"]));
        var shown = json.Json["data"]![0]!.AsObject();
        Assert.Equal(
            ["id", "origin", "destination", "departure_time", "arrival_time", "operator", "price", "bicycles_allowed", "dogs_allowed",
                "links"],
            shown.Select(member => member.Key));
        Assert.Equal((trip.Id.ToString(), "45.6"), ((string)shown["id"]!, shown["price"]!.ToJsonString()));
        Assert.Equal(trip.DepartsAt, (DateTimeOffset)shown["departure_time"]!);
        Assert.Equal(trip.DepartsAt.ToString("yyyy-MM-dd'T'HH:mm:sszzz"), (string)shown["departure_time"]!);
        foreach (var link in shown["links"]!.AsObject())
        {
            var found = await traveller.GetAsync(new Uri((string)link.Value!).PathAndQuery);
            Assert.Equal((link.Key, HttpStatusCode.OK), (link.Key, found.Status));
            Assert.Equal((string)shown[link.Key == "self" ? "id" : link.Key]!, (string)found.Json["id"]!);
        }

        var xml = (await traveller.GetAsync(path, "application/xml")).Xml;
        Assert.Equal("data", xml.Name.LocalName);
        var element = Assert.Single(xml.Element("trips")!.Elements("trip"));
        Assert.Equal(shown.Select(member => member.Key), element.Elements().Select(member => member.Name.LocalName));
        Assert.Equal(("45.6", "true"), (element.Element("price")!.Value, element.Element("bicycles_allowed")!.Value));
        Assert.Equal($"{books.Address}stations/{trip.Origin.Id}", element.Element("links")!.Element("origin")!.Value);
    }

    [Fact]
    public async Task Trips_AreThoseThatTakeBicyclesAndDogs()
    {
        var traveller = await Traveller.OpenAsync(books);
        var (train, night) = (Traveller.Station("Zürich HB").Id, Traveller.Station("Wien Hauptbahnhof").Id);
        var path = $"/trips?origin={train}&destination={night}&date=2031-03-03T00:00:00%2B01:00";
        Assert.Equal(3, (await DataAsync(traveller, path)).Count);
        Assert.Equal(2, (await DataAsync(traveller, path + "&bicycles=true")).Count);
        Assert.Equal(2, (await DataAsync(traveller, path + "&dogs=True&bicycles=FALSE")).Count);
        Assert.Empty(await DataAsync(traveller, path.Replace($"origin={train}", $"origin={Guid.Empty}", StringComparison.Ordinal)));
        // From the moment on; a plus sign that was not escaped is one all the same.
        Assert.Equal(2, (await DataAsync(traveller, path.Replace("T00:00:00%2B", "T07:33:01+", StringComparison.Ordinal))).Count);
    }

    /// <summary>A train leaves at 07:33.</summary>
    [Theory]
    [InlineData("2031-03-03", 3)]
    [InlineData("2031-03-03T07:33:00", 3)]
    [InlineData("2031-03-03T07:33:00.000000001", 3)]
    [InlineData("2031-03-03T07:33:01", 2)]
    [InlineData("2031-03-03T07:33:00.123456789", 2)]
    [InlineData("2031-03-03T06:33:00.123456789Z", 2)]
    [InlineData("2031-03-03T07:33:00.123456789+01:00", 2)]
    public async Task Trips_WhoseDateHasNoOffset_AreThoseByTheClocksOfTheOrigin(string date, int found)
    {
        var traveller = await Traveller.OpenAsync(books);
        var (train, night) = (Traveller.Station("Zürich HB").Id, Traveller.Station("Wien Hauptbahnhof").Id);

        Assert.Equal(found, (await DataAsync(traveller, $"/trips?origin={train}&destination={night}&date={date}")).Count);
    }

    [Fact]
    public async Task Lists_AreReadPageByPage()
    {
        var traveller = await Traveller.OpenAsync(books);
        List<string> names = [];
        var next = "/stations?country=DE&limit=2";
        for (string? before = null; next is not null;)
        {
            var page = await traveller.GetAsync(next);
            var links = page.Json["links"]!;
            Assert.Equal(new Uri(books.Address, next).ToString(), (string)links["self"]!);
            Assert.Equal(before is null, links["prev"] is null);
            if (before is not null)
            {
                Assert.Equal(
                    await NamesOfAsync(traveller, before), await NamesOfAsync(traveller, new Uri((string)links["prev"]!).PathAndQuery));
            }

            names.AddRange(page.Json["data"]!.AsArray().Select(station => (string)station!["name"]!));
            before = next;
            next = links["next"] is { } link ? new Uri((string)link!).PathAndQuery : null;
        }

        Assert.Equal(
            ["Berlin Hauptbahnhof", "Frankfurt (Main) Hauptbahnhof", "Hamburg Hauptbahnhof", "Köln Hauptbahnhof", "München Hauptbahnhof"],
            names);
        var past = await traveller.GetAsync("/stations?country=DE&limit=5&page=2");
        Assert.Empty(past.Json["data"]!.AsArray());
        Assert.Equal(["self", "prev"], past.Json["links"]!.AsObject().Select(link => link.Key));
        Assert.Empty((await traveller.GetAsync("/stations?page=2147483647&limit=100")).Json["data"]!.AsArray());
        Assert.Equal(10, (await DataAsync(traveller, "/stations")).Count);
    }

    [Theory]
    [InlineData("/stations?page=0", "page")]
    [InlineData("/stations?page=-1", "page")]
    [InlineData("/stations?page=2147483648", "page")]
    [InlineData("/stations?page=1.5", "page")]
    [InlineData("/stations?page=", "page")]
    [InlineData("/stations?page=1&page=2", "page")]
    [InlineData("/stations?limit=0", "limit")]
    [InlineData("/stations?limit=101", "limit")]
    [InlineData("/bookings?limit=101&page=x", "page", "limit")]
    [InlineData("/stations?coordinates=91,0", "coordinates")]
    [InlineData("/stations?coordinates=0,181", "coordinates")]
    [InlineData("/stations?coordinates=here", "coordinates")]
    [InlineData("/stations?country=DEU", "country")]
    [InlineData("/stations?country=%C3%84%C3%96", "country")]
    [InlineData("/trips", "origin", "destination", "date")]
    [InlineData("/trips?origin=x&destination=y&date=z", "origin", "destination", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=2027-03-01T09:00", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=2027-02-30", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=0001-01-01", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=2027-02-30T09:00:00Z", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=0001-01-01T00:00:00%2B14:00", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=1989-12-31T23:59:59Z", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=2201-01-01T00:00:00Z", "date")]
    [InlineData("/trips?origin={0}&destination={0}&date=2027-03-01T09:00:00Z&bicycles=yes&dogs=1", "bicycles", "dogs")]
    [InlineData("/bookings/1725ff48", "bookingId")]
    [InlineData("/bookings/%7B1725ff48-ab45-4bb5-9d02-88745177dedb%7D", "bookingId")]
    [InlineData("/stations/1", "id")]
    [InlineData("/trips/1", "id")]
    public async Task Address_WithSomethingWrongInIt_IsRefusedByName(string path, params string[] places)
    {
        var traveller = await Traveller.OpenAsync(books);
        var refused = await traveller.GetAsync(string.Format(path, Guid.Empty));
        Assert.Equal((400, "bad-request"), refused.Problem);
        Assert.Equal(places, refused.Places);
    }

    [Theory]
    [InlineData("application/xml", "application/xml")]
    [InlineData("application/json;q=0.5, application/xml", "application/xml")]
    [InlineData("application/xml;q=0.5, */*", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("text/html, */*;q=0.1", "application/json")]
    [InlineData("application/json;q=0, application/*", "application/xml")]
    [InlineData("what is this", "application/json")]
    public async Task Accept_ChoosesTheForm(string accept, string mediaType)
    {
        var answer = await (await Traveller.OpenAsync(books)).GetAsync("/stations?limit=1", accept);
        Assert.Equal((HttpStatusCode.OK, mediaType), (answer.Status, answer.MediaType));
    }

    [Theory]
    [InlineData("/stations")]
    [InlineData("/trips")]
    [InlineData("/bookings")]
    [InlineData("/bookings/1725ff48-ab45-4bb5-9d02-88745177dedb")]
    public async Task Accept_OfNeitherForm_IsRefused(string path)
    {
        var traveller = await Traveller.OpenAsync(books);
        Assert.Equal((406, "not-acceptable"), (await traveller.GetAsync(path, "text/html")).Problem);
        Assert.Equal((406, "not-acceptable"), (await traveller.GetAsync(path, "application/json;q=0")).Problem);
    }

    private static Task<IReadOnlyList<string>> NamesAsync(Traveller traveller, string query) =>
        NamesOfAsync(traveller, "/stations" + query);

    private static async Task<IReadOnlyList<string>> NamesOfAsync(Traveller traveller, string path) =>
        [.. (await DataAsync(traveller, path)).Select(station => (string)station!["name"]!)];

    private static async Task<JsonArray> DataAsync(Traveller traveller, string path)
    {
        var answer = await traveller.GetAsync(path);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json["data"]!.AsArray();
    }
}
