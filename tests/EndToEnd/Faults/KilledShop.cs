using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.OracleBrm;
using Quittance.Host.Demo;
using Quittance.Sandbox;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>A merchant whose server is a process that can be killed, with a payment provider that outlives it and a proxy between them.</summary>
internal sealed class KilledShop : IAsyncDisposable
{
    private const string Token = "qt_the token of the shop that is killed";
    private static readonly TimeSpan RepeatsFor = TimeSpan.FromSeconds(90);

    private readonly OwnBooks _own;
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-killed-").FullName;
    private readonly int _port = BooksFixture.FreePort();
    private readonly HttpClient _client;
    private SandboxServer _sandbox = null!;
    private PostgresVault _vault = null!;
    private RunningProgram? _server;

    private KilledShop(OwnBooks own)
    {
        _own = own;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(30) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public SteppingProxy Proxy { get; private set; } = null!;

    public IReadOnlyList<Purchase> Purchases { get; private set; } = [];

    public string ConnectionString => _own.ConnectionString;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public MerchantId Merchant { get; private set; }

    public Uri Address => _client.BaseAddress!;

    public NpgsqlDataSource Database => _own.Database;

    /// <summary>The merchants' accounts at providers, read anew.</summary>
    public ProviderAccounts Accounts => new(_own.Database, _vault, TimeProvider.System);

    public static async Task<KilledShop> CreateAsync(BooksFixture books, params IReadOnlyList<Purchase> purchases)
    {
        var shop = new KilledShop(await OwnBooks.CreateAsync(books));
        await shop.StartSandboxAsync();
        shop.Proxy = await SteppingProxy.ToAsync(shop._sandbox.Address);
        await shop.FillInAsync(purchases.Count > 0 ? purchases : Purchase.All);
        return shop;
    }

    /// <summary>Starts the server, if it is to be with its database behind a proxy.</summary>
    /// <param name="database">Its database; directly unless said.</param>
    /// <param name="providerTimeoutSeconds">How long it waits for the provider.</param>
    public async Task StartAsync(string? database = null, int providerTimeoutSeconds = 1) => _server = await RunningProgram.StartAsync(
        "serve", "--port", $"{_port}", "--provider-timeout", $"{providerTimeoutSeconds}", "--database", database ?? _own.ConnectionString);

    public async Task KillAsync()
    {
        await _server!.KillAsync();
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>What the provider could not tell while nobody listened it tells at once after a restart.</summary>
    public async Task RestartSandboxAsync()
    {
        await _sandbox.DisposeAsync();
        await StartSandboxAsync();
        Proxy.Provider = _sandbox.Address;
    }

    /// <summary>Makes a payment; null when no answer came.</summary>
    public async Task<Told?> PayAsync(Purchase purchase)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/brm/payment/v4/payment")
        {
            Content = new StringContent(purchase.Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", purchase.Key);
        try
        {
            using var answer = await _client.SendAsync(request, Cancel);
            return new Told(answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Makes a payment, again and again where the answer says that this may help.</summary>
    public async Task<Told?> PayPatientlyAsync(Purchase purchase)
    {
        var clock = TimeProvider.System;
        for (var until = clock.GetUtcNow() + RepeatsFor; ;)
        {
            var told = await PayAsync(purchase);
            if (told is not null && (int)told.Status is not (409 or 503) || clock.GetUtcNow() > until)
                return told;
            await Task.Delay(TimeSpan.FromMilliseconds(500), clock, Cancel);
        }
    }

    /// <summary>What our books and the provider's do not agree on, and what is not finished; nothing at the end.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        using var client = new HttpClient { BaseAddress = _sandbox.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoSandbox.ApiKey);
        using var theirs = JsonDocument.Parse(await client.GetStringAsync("/v1/books?limit=1000", Cancel));
        return await ProviderBooks.CompareAsync(_own.Database, theirs.RootElement, Purchases);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await KillAsync();
        _client.Dispose();
        await Proxy.DisposeAsync();
        await _sandbox.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await _own.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartSandboxAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions
    {
        DataFolder = _folder,
        // Longer than an answer is waited for: what the provider tells late comes after its answer, or after the answer is lost.
        LateBy = TimeSpan.FromSeconds(2),
        AnswerLateBy = TimeSpan.FromMilliseconds(1500),
        NoAnswerFor = TimeSpan.FromSeconds(5),
    });

    private async Task FillInAsync(IReadOnlyList<Purchase> all)
    {
        var merchant = Merchant = await _own.MerchantAsync();
        _vault = await PostgresVault.OpenAsync(
            _own.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), TimeProvider.System, Cancel);
        var merchants = new Merchants(_own.Database, TimeProvider.System);
        var installation = await merchants.InstallAsync(merchant, "oracle-brm", Currency.Parse("USD"), Cancel);
        await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "test", Token, [OracleBrmRoutes.ReadScope, OracleBrmRoutes.WriteScope], Cancel);
        await DemoSandbox.ConnectAsync(Accounts, merchant, Proxy.Address, Cancel);
        SecretWatch.OfTheRun.Add([Token, .. (await Accounts.FindAsync(merchant, "sandbox", Cancel))!.NoticeKeys]);
        await using var engine = _own.Engine();
        var customers = new Customers(engine, _vault, merchant);
        List<Purchase> purchases = [];
        foreach (var purchase in all)
        {
            // Every other one names a bill; the rest settle what is due longest, or nothing.
            long[] bills = purchases.Count % 2 == 0 ? [purchase.AmountMinor] : [];
            purchases.Add(purchase with { Customer = await customers.CreateAsync(purchase.Secret, bills) });
        }

        Purchases = purchases;
    }
}
