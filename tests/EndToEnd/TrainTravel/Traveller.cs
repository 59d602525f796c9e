using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.TrainTravel.Timetables;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.TrainTravel;

/// <summary>Somebody who books trains of Demo Company: a client with a token, over HTTP.</summary>
internal sealed class Traveller(BooksFixture books, string token)
{
    public const string GoodCard = "4242424242424242";

    public static readonly Timetable Timetable = Timetable.Load();

    private static readonly DateTimeOffset FirstDay = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static int lastDay;

    public BooksFixture Books => books;

    public string Token => token;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A client of its own, with a token.</summary>
    public static Task<Traveller> OpenAsync(BooksFixture books, params string[] scopes) => OpenAsync(books, books.DemoCompany, scopes);

    /// <summary>A client of a merchant, with a token.</summary>
    public static async Task<Traveller> OpenAsync(BooksFixture books, MerchantId merchant, params string[] scopes)
    {
        var installation = await books.Merchants.InstallAsync(merchant, "train-travel", Currency.Parse("EUR"), Cancel);
        var token = await TokenAsync(books.Client, books.Database, installation, scopes);
        return new Traveller(books, token);
    }

    /// <summary>A token of a client that is made for it, as any server of the database gives it.</summary>
    public static async Task<string> TokenAsync(
        HttpClient client, NpgsqlDataSource database, Installation installation, params IReadOnlyCollection<string> scopes)
    {
        var (name, secret) = ($"qc_{NewText()}", $"qs_{NewText()}");
        await new Clients(database, TimeProvider.System, new HashSet<string>())
            .EnsureAsync(installation, name, "Rail & Sail", secret, scopes.Count == 0 ? ["read", "write"] : scopes, [], Cancel);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/oauth/token", UriKind.Relative)) { Content = form };
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secret}")));
        using var answer = await client.SendAsync(request, Cancel);
        var tokens = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        var token = (string)tokens["access_token"]!;
        SecretWatch.OfTheRun.Add([token, secret]);
        return token;
    }

    /// <summary>The first trip between two stations on a day that no other test travels on.</summary>
    public static Trip NewTrip(string origin = "London St Pancras International", string destination = "Paris Gare du Nord") =>
        Timetable.Trips(Station(origin), Station(destination), FirstDay.AddDays(Interlocked.Increment(ref lastDay)))[0];

    public static Station Station(string name) => Timetable.Stations.Single(station => station.Name == name);

    public static string NewText() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    public static string Booking(Trip trip, string more = "") =>
        $$"""{"trip_id":"{{trip.Id:D}}","passenger_name":"Ada Nkemelu"{{more}} }""";

    /// <summary>The body of a payment by card.</summary>
    public static string Card(
        string number = GoodCard, string more = "", string expiry = "\"exp_month\":12,\"exp_year\":2090", string cvc = "\"871\"") =>
        $$"""
        {"source":{"object":"card","name":"Ada Nkemelu","number":"{{number}}","cvc":{{cvc}},{{expiry}},"address_line1":"8 Hidden Lane",
         "address_city":"Rennes","address_country":"fr","address_post_code":"35000"}{{more}} }
        """;

    /// <summary>Books a trip. Returns the booking's id.</summary>
    public async Task<Guid> BookAsync(Trip? trip = null)
    {
        var booked = await PostAsync("/bookings", Booking(trip ?? NewTrip()));
        Assert.True(booked.Status == HttpStatusCode.Created, booked.Text);
        return Guid.Parse((string)booked.Json["id"]!);
    }

    public Task<TravelAnswer> PayAsync(Guid booking, string body, string? key = null) =>
        PostAsync($"/bookings/{booking:D}/payment", body, key);

    public Task<TravelAnswer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, accept: accept);

    public Task<TravelAnswer> DeleteAsync(Guid booking) => SendAsync(HttpMethod.Delete, $"/bookings/{booking:D}");

    public Task<TravelAnswer> PostAsync(
        string path, string body, string? key = null, string mediaType = "application/json", string? accept = null) =>
        SendAsync(HttpMethod.Post, path, body, key, mediaType, accept);

    public Task<TravelAnswer> SendAsync(
        HttpMethod method, string path, string? body = null, string? key = null, string mediaType = "application/json",
        string? accept = null) =>
        SendAsync(books.Client, $"Bearer {token}", method, path, body, key, mediaType, accept);

    public static async Task<TravelAnswer> SendAsync(
        HttpClient client, string? authorization, HttpMethod method, string path, string? body = null, string? key = null,
        string mediaType = "application/json", string? accept = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        using var answer = await client.SendAsync(request, Cancel);
        return new TravelAnswer(
            answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel),
            answer.Headers.Concat(answer.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>How many times a provider was asked to capture money for a booking, and has taken it.</summary>
    public async Task<long> ChargedAsync(Guid booking) => (long)(await books.ScalarAsync(
        """
        SELECT count(*) FROM attempt a JOIN payment p ON p.merchant_id = a.merchant_id AND p.id = a.payment_id
          JOIN booking b ON b.merchant_id = p.merchant_id AND b.account_id = p.account_id
         WHERE b.id = $1 AND a.verb = 'capture' AND a.status = 'approved'
        """,
        booking))!;

    /// <summary>How many attempts were made at a provider for a booking.</summary>
    public async Task<long> AttemptsAsync(Guid booking) => (long)(await books.ScalarAsync(
        """
        SELECT count(*) FROM attempt a JOIN payment p ON p.merchant_id = a.merchant_id AND p.id = a.payment_id
          JOIN booking b ON b.merchant_id = p.merchant_id AND b.account_id = p.account_id
         WHERE b.id = $1
        """,
        booking))!;

    public async Task<string> StatusAsync(Guid booking) =>
        (string)(await books.ScalarAsync("SELECT status FROM booking WHERE id = $1", booking))!;
}

/// <summary>The answer.</summary>
internal sealed record TravelAnswer(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public XElement Xml => XDocument.Parse(Text).Root!;

    public string? MediaType => Headers.TryGetValue("Content-Type", out var type) ? type.Split(';')[0] : null;

    /// <summary>Status and the last part of the problem's type.</summary>
    public (int Status, string? Type) Problem =>
        ((int)Status, MediaType == "application/problem+json" ? ((string)Json["type"]!).Split('/')[^1] : null);

    /// <summary>Where the problem says that something is wrong.</summary>
    public IReadOnlyList<string> Places =>
        [.. Json["errors"]?.AsArray()
            .Select(error => (string?)error!["pointer"] ?? (string?)error["parameter"] ?? (string)error["header"]!) ?? []];

    /// <summary>Whether it repeats an earlier answer.</summary>
    public bool Replayed => Headers.ContainsKey("Idempotency-Replayed");
}
