using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676;
using Quittance.Host;
using Quittance.Host.Watching;
using Quittance.Host.Webhooks;
using Quittance.Storage;
using Quittance.Storage.Lanes;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>A merchant of its own with subscribers, and a clock that can be put forward.</summary>
internal sealed class Teller : IAsyncDisposable
{
    public const string Token = "qt_the token of a merchant who tells";

    /// <summary>The number of the merchant's only credential.</summary>
    public const long Credential = 1;

    private readonly OwnBooks _own;
    private readonly Business _business;
    private readonly List<IDisposable> _senders = [];
    private int _accounts;

    private Teller(OwnBooks own, IVault vault, MerchantId merchant)
    {
        (_own, _business, Merchant, Vault) = (own, new Business(merchant), merchant, vault);
        // Its commands come in thousands, and none may be refused because the machine is busy.
        Engine = new PaymentEngine(
            new PostgresStore(own.Database), TimeProvider.System, new EngineOptions { Lanes = 2, Patience = TimeSpan.FromMinutes(1) });
        Subscriptions = new Subscriptions(own.Database, Clock);
        Deliveries = new Deliveries(own.Database, Clock);
        Secrets = new WebhookSecrets(own.Database, vault, Clock);
    }

    public SteppedClock Clock { get; } = new();

    public MerchantId Merchant { get; }

    public IVault Vault { get; }

    public PaymentEngine Engine { get; }

    public Subscriptions Subscriptions { get; }

    public Deliveries Deliveries { get; }

    public WebhookSecrets Secrets { get; }

    public OwnBooks Own => _own;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Teller> CreateAsync(BooksFixture books)
    {
        var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var installation = await merchants.InstallAsync(merchant, "tmf676", Currency.Parse("EUR"), Cancel);
        await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "test", Token, [Tmf676Routes.ReadScope, Tmf676Routes.WriteScope], Cancel);
        var vault = await PostgresVault.OpenAsync(
            own.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), TimeProvider.System, Cancel);
        SecretWatch.OfTheRun.Add([Token]);
        return new Teller(own, vault, merchant);
    }

    /// <summary>Subscribes a receiver to payments, and gives the secret that signs.</summary>
    public async Task<(Subscription Subscription, string Secret)> SubscribeAsync(Uri address, params IReadOnlyList<WebhookEvent> events)
    {
        var subscription = Wish(address, events);
        Assert.Equal(SubscriptionOutcome.Added, await Subscriptions.AddAsync(subscription, Cancel));
        var secret = SigningKey.New();
        if (!await Secrets.EnsureAsync(Merchant, Credential, secret, Cancel))
            secret = (await Secrets.SigningAsync(Merchant, Credential, Cancel))[0];
        SecretWatch.OfTheRun.Add([secret]);
        return (subscription, secret);
    }

    public Subscription Wish(Uri address, params IReadOnlyList<WebhookEvent> events) => new(
        new SubscriptionId(Merchant, Business.NewId()), Credential, "tmf676", address,
        [.. (events.Count > 0 ? events : Tmf676Events.All).SelectMany(family => family.Types)], Query: null);

    /// <summary>Records a payment of 10 EUR that can be allocated.</summary>
    public async Task<PaymentId> PayAsync()
    {
        var account = $"T-{Interlocked.Increment(ref _accounts)}";
        var payment = _business.Payment(account);
        await AcceptAsync(payment);
        return payment.Id;
    }

    /// <summary>A payment with a number of further events.</summary>
    public async Task<PaymentId> PayAsync(int allocations)
    {
        var account = $"T-{Interlocked.Increment(ref _accounts)}";
        var payment = _business.Payment(account);
        await AcceptAsync(payment);
        await AcceptAsync(_business.Charge(account, account));
        for (var nth = 0; nth < allocations; nth++)
            await AcceptAsync(Allocation(account, payment.Id));
        return payment.Id;
    }

    public WebhookService Service(WebhookSettings? settings = null, IHold? hold = null)
    {
        settings ??= new WebhookSettings { AllowsPrivateNetworks = true };
        var sender = new WebhookSender(settings, Clock);
        var outages = new OutageService(
            Engine, new WriteProof(_own.Database, TimeProvider.System), Topology.Single, TimeProvider.System,
            NullLogger<OutageService>.Instance);
        var service = new WebhookService(
            Deliveries, Subscriptions, Secrets,
            [new Tmf676Routes(new PublicAddress("http://us.example"), new Subscriptions(_own.Database, Clock),
            allowsPrivateNetworks: true)], new Books(_own.Database), sender, settings, hold ?? new Hold(IsHeld: false), outages,
            Topology.Single, Clock, NullLogger<WebhookService>.Instance);
        _senders.AddRange([sender, outages, service]);
        return service;
    }

    /// <summary>How many deliveries there are of each status.</summary>
    public async Task<string> StandAsync()
    {
        await using var command = _own.Database.CreateCommand(
            "SELECT coalesce(string_agg(format('%s %s', status, n), ', ' ORDER BY status), '') FROM (SELECT status, count(*) AS n FROM "
                + "delivery GROUP BY status) x");
        return (string)(await command.ExecuteScalarAsync(Cancel))!;
    }

    public async ValueTask DisposeAsync()
    {
        _senders.ForEach(sender => sender.Dispose());
        await Engine.DisposeAsync();
        await _own.AssertCleanAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
        await _own.DisposeAsync();
    }

    private AllocatePayment Allocation(string account, PaymentId payment) => new(
        new Origin(Merchant, 0, Guid.Empty), AccountTarget.Named(_business.AccountName(account)), payment,
        [Part.Charge(_business.ChargeName(account), 1_00)]);

    private Task AcceptAsync(Command command) => Engine.DoAsync(command);
}

/// <summary>The time, and what a test has added to it. Timers run by the real one.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
}
