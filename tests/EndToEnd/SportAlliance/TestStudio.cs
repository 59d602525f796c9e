using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Host;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>A studio of a test's own, with its members.</summary>
internal sealed class TestStudio
{
    public static readonly Currency Euro = Currency.Parse("EUR");
    private static long lastId = 2_000_000;

    private readonly HttpClient _client;
    private readonly Merchants _merchants;
    private readonly PaymentEngine _engine;
    private readonly Installation _installation;
    private readonly Origin _origin;

    private TestStudio(HttpClient client, Merchants merchants, PaymentEngine engine, Installation installation)
    {
        (_client, _merchants, _engine, _installation) = (client, merchants, engine, installation);
        _origin = new Origin(installation.Merchant, 0, NewGuid());
    }

    public string Key { get; private set; } = "";

    public MerchantId Merchant => _installation.Merchant;

    public DateOnly Today => _installation.DayOf(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestStudio> OpenAsync(
        BooksFixture books, string locale = "en", string timeZone = "Etc/UTC", string currency = "EUR")
    {
        var merchant = await books.Merchants.CreateAsync("Studio", Cancel);
        var installation = await books.Merchants.InstallAsync(
            merchant, "sport-alliance", Currency.Parse(currency), Cancel, locale, timeZone);
        return await OfAsync(books.Client, books.Merchants, books.Engine, installation);
    }

    /// <summary>Demo Company's studio, which takes money at the sandbox, under a key of its own.</summary>
    public static async Task<TestStudio> OfDemoCompanyAsync(BooksFixture books) => await OfAsync(
        books.Client, books.Merchants, books.Engine, await books.Merchants.InstallAsync(books.DemoCompany, "sport-alliance", Euro, Cancel));

    /// <summary>A studio wherever it is, under a key of its own.</summary>
    /// <param name="client">Reaches its server.</param>
    /// <param name="merchants">Creates its keys.</param>
    /// <param name="engine">Sets its members up.</param>
    /// <param name="installation">The studio.</param>
    public static async Task<TestStudio> OfAsync(HttpClient client, Merchants merchants, PaymentEngine engine, Installation installation)
    {
        var studio = new TestStudio(client, merchants, engine, installation);
        studio.Key = await studio.KeyAsync([.. Api.SportAlliance.Scopes]);
        return studio;
    }

    public static long NewId() => Interlocked.Increment(ref lastId);

    /// <summary>A further key with these scopes.</summary>
    public async Task<string> KeyAsync(params string[] scopes)
    {
        var key = $"{NewGuid():N}";
        await _merchants.EnsureCredentialAsync(_installation, CredentialKind.ApiKey, "test", key, scopes, Cancel);
        return key;
    }

    /// <summary>A member's id.</summary>
    public async Task<long> MemberAsync(string? currency = null)
    {
        var id = NewId();
        await DoAsync(
            new OpenAccount(_origin, new AccountId(_origin.Merchant, NewGuid()), [Named("customer", id)], currency is null
            ? _installation.Currency : Currency.Parse(currency), $"Member {id}"));
        return id;
    }

    /// <summary>A debt claim; without an id, a charge that only our own number names.</summary>
    public Task ClaimAsync(long member, long? id, long amountMinor, DateOnly dueOn, string currency = "EUR") => DoAsync(new RaiseCharge(
        _origin, AccountTarget.Named(Named("customer", member)), new ChargeId(_origin.Merchant, NewGuid()),
        new Money(amountMinor, Currency.Parse(currency)), dueOn)
    {
        Reference = id is { } claim ? Named("debt-claim", claim) : null,
        ReferenceNumber = id,
        Description = id is { } named ? $"Claim {named}" : null,
    });

    /// <summary>Money in the till for these parts; what is for none becomes general credit.</summary>
    public Task PayAsync(long member, long amountMinor, params Part[] parts) =>
        DoAsync(new RecordPayment(
            _origin, AccountTarget.Named(Named("customer", member)), new PaymentId(_origin.Merchant, NewGuid()), "sport-alliance")
        {
            Amount = new Money(amountMinor, Euro),
            ReceivedBy = ClearingProvider.Cash,
            Parts = parts,
        });

    public Part Settling(long claim, long? amountMinor = null) => Part.Charge(Named("debt-claim", claim), amountMinor);

    public AccountTarget Target(long member) => AccountTarget.Named(Named("customer", member));

    public Task<Answered> GetAsync(string path, string? language = null, string? key = null) =>
        SendAsync(_client, HttpMethod.Get, path, key ?? Key, language);

    public Task<Answered> HeadAsync(string path, string? key) => SendAsync(_client, HttpMethod.Head, path, key, null);

    /// <summary>Sends a body, where it is wanted once only under an Idempotency-Key.</summary>
    public Task<Answered> PostAsync(string path, string body, string? language = null, string? once = null, string? key = null) =>
        SendAsync(_client, HttpMethod.Post, path, key ?? Key, language, body, once);

    public static Task<Answered> SendAsync(
        HttpClient client, HttpMethod method, string path, string? key, string? language, string? body = null, string? once = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("x-api-key", key);
        if (language is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
        if (once is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", once);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return SendAsync(client, request);
    }

    public static async Task<Answered> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using var sent = request;
        using var answer = await client.SendAsync(sent, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return new Answered(
            answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(), answer.Headers.RetryAfter?.Delta,
            [.. answer.Content.Headers.Allow])
        {
            Payment = answer.Headers.TryGetValues("Quittance-Payment", out var payments) ? Guid.Parse(payments.Single()) : null,
            Replayed = answer.Headers.Contains("Idempotency-Replayed"),
            Method = answer.Headers.TryGetValues("Quittance-Payment-Method", out var methods) ? methods.Single() : null,
        };
    }

    private async Task DoAsync(Command command)
    {
        var outcome = await _engine.SubmitAsync(command, patient: true);
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
    }

    private Reference Named(string kind, long value) =>
        new(_origin.Merchant, "sport-alliance", kind, value.ToString(CultureInfo.InvariantCulture));

    private static Guid NewGuid() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>The answer.</summary>
    internal sealed record Answered(HttpStatusCode Status, JsonObject? Body, TimeSpan? RetryAfter, IReadOnlyList<string> Allow)
    {
        /// <summary>The payment that the answer is about.</summary>
        public Guid? Payment { get; init; }

        /// <summary>Whether it is the first answer again.</summary>
        public bool Replayed { get; init; }

        /// <summary>The way in which the customer pays.</summary>
        public string? Method { get; init; }

        public string? Text(string member) => (string?)Body?[member];

        /// <summary>Status, code and reference of an error.</summary>
        public (int Status, string? Code, string? Reference) Error => ((int)Status, Text("errorCode"), Text("reference"));

        /// <summary>The ids of a list's entries.</summary>
        public IReadOnlyList<long> Ids => [.. Body!["result"]!.AsArray().Select(entry => (long)entry!["id"]!)];

        public string Json(string member) => Body![member]!.ToJsonString(JsonSerializerOptions.Web);
    }
}
