using System.Net;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Bookings;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Dialects.TrainTravel;
using Quittance.Tests.Running;

namespace Quittance.Tests.TrainTravel;

/// <summary>The answers before and around the operations: to strangers, to too many requests, and to faults.</summary>
public sealed class EdgeTests(BooksFixture books)
{
    private const string Anyones = "/bookings/1725ff48-ab45-4bb5-9d02-88745177dedb";

    private static readonly (HttpMethod Method, string Path, bool Writes)[] Operations =
    [
        (HttpMethod.Get, "/stations", false), (HttpMethod.Get, "/trips", false), (HttpMethod.Get, "/bookings", false),
        (HttpMethod.Post, "/bookings", true),
        (HttpMethod.Get, Anyones, false), (HttpMethod.Delete, Anyones, true), (HttpMethod.Post, $"{Anyones}/payment", false),
    ];

    [Theory]
    [InlineData(null, "Bearer")]
    [InlineData("Bearer nonsense", "Bearer error=\"invalid_token\"")]
    [InlineData("Bearer", "Bearer error=\"invalid_request\"")]
    [InlineData("Basic ZGVtbzpkZW1v", "Bearer")]
    [InlineData("Bearer demo-brm", "Bearer error=\"invalid_token\"")]
    public async Task Request_WithoutAGoodToken_IsNobodys(string? authorization, string challenge)
    {
        foreach (var (method, path, _) in Operations)
        {
            var refused = await Traveller.SendAsync(books.Client, authorization, method, path, method == HttpMethod.Post ? "{}" : null);
            Assert.Equal((path, (401, "unauthorized"), challenge), (path, refused.Problem, refused.Headers["WWW-Authenticate"]));
            Assert.Equal("limit=1000, remaining=1000, reset=60", refused.Headers["RateLimit"]);
            Assert.Equal(path, (string)refused.Json["instance"]!);
        }
    }

    [Fact]
    public async Task Scopes_ReadAndPay_OrBookAndPay()
    {
        var (reader, writer) = (await Traveller.OpenAsync(books, "read"), await Traveller.OpenAsync(books, "write"));
        foreach (var (method, path, writes) in Operations)
        {
            var body = method == HttpMethod.Post ? "{}" : null;
            var isPayment = path.EndsWith("payment", StringComparison.Ordinal);
            var (read, written) = (await reader.SendAsync(method, path, body), await writer.SendAsync(method, path, body));
            Assert.Equal((path, method, writes), (path, method, read.Status == HttpStatusCode.Forbidden));
            Assert.Equal((path, method, !writes && !isPayment), (path, method, written.Status == HttpStatusCode.Forbidden));
            if (isPayment)
                continue;
            var refused = writes ? read : written;
            Assert.Equal((403, "forbidden"), refused.Problem);
            Assert.Equal(
                $"Bearer error=\"insufficient_scope\", scope=\"{(writes ? "write" : "read")}\"", refused.Headers["WWW-Authenticate"]);
        }
    }

    [Fact]
    public async Task Problem_IsReportedInTheFormThatIsWanted()
    {
        var traveller = await Traveller.OpenAsync(books);

        var xml = await traveller.PostAsync("/bookings", "{}", accept: "application/xml");

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+xml"), (xml.Status, xml.MediaType));
        XNamespace problem = "urn:ietf:rfc:7807";
        Assert.Equal(problem + "problem", xml.Xml.Name);
        Assert.Equal(
            [("type", $"{books.Address}problems/bad-request"), ("title", "Bad Request"), ("status", "400"),
                ("detail", "2 members of the booking are invalid."), ("instance", "/bookings")],
            xml.Xml.Elements().Take(5).Select(element => (element.Name.LocalName, element.Value)));
        Assert.Equal(
            [("/trip_id", "is required and must be a text"), ("/passenger_name", "is required and must be a text")],
            xml.Xml.Element(problem + "errors")!.Elements(problem + "i")
                .Select(error => (error.Element(problem + "pointer")!.Value, error.Element(problem + "detail")!.Value)));

        var json = await traveller.PostAsync("/bookings", "{}", accept: "text/html;q=0.1, application/problem+json");
        Assert.Equal((400, "bad-request"), json.Problem);
        Assert.Equal(["type", "title", "status", "detail", "instance", "errors"], json.Json.AsObject().Select(member => member.Key));
        // A client that takes neither form gets JSON.
        Assert.Equal("application/problem+json", (await traveller.GetAsync("/bookings/1", "image/png")).MediaType);
        Assert.Equal("application/problem+xml", (await traveller.GetAsync("/trips/x/y", "application/xml")).MediaType);
        Assert.Equal((404, "not-found"), (await traveller.GetAsync("/bookings/1/tickets")).Problem);
    }

    [Fact]
    public async Task Payment_IsJsonAlone()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        Assert.Equal((415, "unsupported-media-type"),
            (await traveller.PostAsync($"/bookings/{booking}/payment", "<payment/>", mediaType: "application/xml")).Problem);
        Assert.Equal((415, "unsupported-media-type"),
            (await traveller.PostAsync("/bookings", "a=b", mediaType: "application/x-www-form-urlencoded")).Problem);
        var paid = await traveller.PostAsync($"/bookings/{booking}/payment", Traveller.Card(), accept: "application/xml");
        Assert.Equal((HttpStatusCode.OK, "application/json"), (paid.Status, paid.MediaType));
    }

    [Fact]
    public async Task Request_OverTheLimit_WaitsForTheWindowToEnd()
    {
        var clock = new Clock();
        await using var server = await Server.StartAsync(new RateLimit(2, TimeSpan.FromSeconds(60)), clock, "read");
        Assert.Equal("limit=2, remaining=1, reset=60", (await server.GetAsync("/stations")).Headers["RateLimit"]);
        clock.Add(20.5);
        Assert.Equal("limit=2, remaining=0, reset=40", (await server.GetAsync("/stations")).Headers["RateLimit"]);

        var refused = await server.GetAsync("/stations");

        Assert.Equal((429, "too-many-requests"), refused.Problem);
        Assert.Equal(("limit=2, remaining=0, reset=40", "40"), (refused.Headers["RateLimit"], refused.Headers["Retry-After"]));
        // A request that is not permitted gets that answer first, and counts for nothing.
        for (var i = 0; i < 5; i++)
            Assert.Equal(403, (await Traveller.SendAsync(server.Client, "Bearer t", HttpMethod.Post, "/bookings", "{}")).Problem.Status);
        clock.Add(40);
        Assert.Equal("limit=2, remaining=1, reset=60", (await server.GetAsync("/stations")).Headers["RateLimit"]);
    }

    [Fact]
    public async Task Limit_IsThatOfEachOperation()
    {
        await using var server = await Server.StartAsync(new RateLimit(1, TimeSpan.FromSeconds(60)), new Clock(), "read", "write");
        foreach (var (method, path, _) in Operations)
        {
            var body = method == HttpMethod.Post ? "{}" : null;
            Assert.NotEqual(429, (int)(await Traveller.SendAsync(server.Client, "Bearer t", method, path, body)).Status);
            var refused = await Traveller.SendAsync(server.Client, "Bearer t", method, path, body);
            Assert.Equal((path, (429, "too-many-requests"), "60"), (path, refused.Problem, refused.Headers["Retry-After"]));
        }
    }

    [Fact]
    public async Task Token_WithoutEitherScope_PermitsNothing()
    {
        await using var server = await Server.StartAsync(new RateLimit(100, TimeSpan.FromSeconds(60)), new Clock(), "other");
        foreach (var (method, path, writes) in Operations)
        {
            var refused = await Traveller.SendAsync(server.Client, "Bearer t", method, path, method == HttpMethod.Post ? "{}" : null);
            Assert.Equal((path, (403, "forbidden")), (path, refused.Problem));
            Assert.Equal(
                $"Bearer error=\"insufficient_scope\", scope=\"{(writes ? "write" : "read")}\"", refused.Headers["WWW-Authenticate"]);
        }
    }

    [Fact]
    public async Task Bug_IsReportedWithoutWhatItIs()
    {
        await using var server = await Server.StartAsync(new RateLimit(100, TimeSpan.FromSeconds(60)), new Clock(), "read", "write");
        var met = await server.GetAsync("/bookings");
        Assert.Equal((500, "internal-server-error"), met.Problem);
        Assert.Equal("limit=100, remaining=99, reset=60", met.Headers["RateLimit"]);

        server.Tokens.AreBroken = true;
        foreach (var (method, path, _) in Operations)
        {
            var failed = await Traveller.SendAsync(server.Client, "Bearer t", method, path, method == HttpMethod.Post ? "{}" : null);
            Assert.Equal((path, (500, "internal-server-error")), (path, failed.Problem));
            Assert.DoesNotContain("on purpose", failed.Text, StringComparison.Ordinal);
        }

        var xml = await Traveller.SendAsync(server.Client, "Bearer t", HttpMethod.Get, "/bookings", accept: "application/xml");
        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+xml"), (xml.Status, xml.MediaType));
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public void Add(double seconds) => _now += TimeSpan.FromSeconds(seconds);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;
    }

    /// <summary>The dialect alone, with one token, and bookings that can't be read.</summary>
    private sealed class Server(WebApplication app, HttpClient client, OneToken tokens) : IAsyncDisposable
    {
        public OneToken Tokens => tokens;

        public HttpClient Client => client;

        public static async Task<Server> StartAsync(RateLimit limit, TimeProvider clock, params string[] scopes)
        {
            var port = BooksFixture.FreePort();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var address = new PublicAddress($"http://127.0.0.1:{port}");
            var dialect = new TrainTravelRoutes(address, Traveller.Timetable, new BrokenBookings(), null!, null!, null!, limit);
            app.UseMiddleware<DialectErrors>((IReadOnlyList<Dialect>)[dialect]);
            app.UseRouting();
            var tokens = new OneToken(scopes);
            dialect.Map(new DialectRoutes(app, dialect, null!, null!, tokens, clock, new Hold(IsHeld: false)));
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new Server(app, DescribedAnswers.Client(new Uri(address.Base)), tokens);
        }

        public Task<TravelAnswer> GetAsync(string path) => Traveller.SendAsync(client, "Bearer t", HttpMethod.Get, path);

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await app.DisposeAsync();
        }
    }

    private sealed class OneToken(string[] scopes) : Core.Access.ICredentials
    {
        /// <summary>Whether no client can be looked up.</summary>
        public bool AreBroken { get; set; }

        public ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel) =>
            ValueTask.FromResult<Credential?>(null);

        public ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel) => AreBroken
            ? throw new InvalidOperationException("broken on purpose")
            : ValueTask.FromResult<Credential?>(new Credential(
                new Installation(new MerchantId(1), 1, dialect, Currency.Parse("EUR"), "en", "Etc/UTC"), 1, kind, scopes.ToHashSet(),
                new byte[32]));
    }

    private sealed class BrokenBookings : IBookings
    {
        public Task<Booking?> FindAsync(BookingId id, CancellationToken cancel) => throw new InvalidOperationException("broken on purpose");

        public Task<IReadOnlyList<Booking>> OfOwnerAsync(
            MerchantId merchant, Guid owner, long offset, int limit, CancellationToken cancel) =>
            throw new InvalidOperationException("broken on purpose");

        public Task<IReadOnlyList<Booking>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
            throw new InvalidOperationException("broken on purpose");
    }
}
