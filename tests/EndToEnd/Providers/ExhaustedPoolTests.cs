using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Providers;
using Quittance.Storage;
using Quittance.Storage.Lanes;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>
/// The database does not answer between the commit of a payment and the call to its provider. A client without a key repeats a request that
/// was answered as not done, so the provider must move money once for each answer that says <em>taken on</em> or <em>done</em>, and for no
/// other.
/// </summary>
[Long("clients that hold all connections for seconds")]
public sealed class ExhaustedPoolTests(BooksFixture books)
{
    private const int Requests = 40;
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(2);

    // A request waits one second for a connection, and one for a table.
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(2.5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payments_WhileSlowReadersHoldAllConnections_AreCapturedOnceForEachThatWasTakenOn()
    {
        await using var telco = await SmallServer.StartAsync(books);
        var customer = await telco.CustomerAsync();
        await telco.AnswerAsync(Telco.Payments, customer.Payment(1_00));

        var answers = await telco.CrowdAsync(Telco.Payments, customer.Payment(33_00), telco.HoldConnectionsAsync);

        await telco.SettledAsync();
        Assert.Equal(answers.Count(IsTakenOn), (await telco.AtProviderAsync("captured_minor")).Count(minor => minor == 33_00));
        Assert.Contains(HttpStatusCode.Conflict, answers);
    }

    [Fact]
    public async Task Refunds_WhileTheProvidersAccountCanNotBeRead_AreGivenOnceForEachThatWasTakenOn()
    {
        await using var telco = await SmallServer.StartAsync(books);
        var customer = await telco.CustomerAsync();
        var paid = await telco.AnswerAsync(Telco.Payments, customer.Payment(1000_00));
        await Task.Delay(ProviderAccounts.RememberedFor, TimeProvider.System, Cancel);

        var answers = await telco.CrowdAsync(Telco.Refunds, Refunds.Body(customer.Account, paid.Id, "5"), telco.LockProviderAccountsAsync);

        await telco.SettledAsync();
        Assert.Equal(answers.Count(IsTakenOn) * 5_00, (await telco.AtProviderAsync("refunded_minor")).Sum());
        Assert.Contains(HttpStatusCode.Conflict, answers);
    }

    [Fact]
    public async Task Records_WhileSlowReadersHoldAllConnections_AreKeptOnceForEachThatWasTakenOn()
    {
        await using var telco = await SmallServer.StartAsync(books);
        const string Record = """{"account":{"id":"A-1"},"paymentMethod":{},"totalAmount":{}}""";
        await telco.AnswerAsync(Telco.Refunds, Record);

        var answers = await telco.CrowdAsync(Telco.Refunds, Record, telco.HoldConnectionsAsync);

        Assert.Equal(answers.Count(IsTakenOn) + 1, await telco.CountAsync("refund"));
        Assert.Contains(HttpStatusCode.Conflict, answers);
    }

    private static bool IsTakenOn(HttpStatusCode answer) => answer switch
    {
        HttpStatusCode.Created or HttpStatusCode.Conflict => true,
        HttpStatusCode.ServiceUnavailable => false,
        _ => throw new InvalidOperationException($"{answer}"),
    };

    /// <summary>A telecom's server of its own, with the smallest pool of connections there is.</summary>
    private sealed class SmallServer : IAsyncDisposable
    {
        private readonly OwnBooks _own;
        private readonly Uri _sandbox;
        private readonly MerchantId _merchant;
        private readonly NpgsqlDataSource _database;
        private readonly PaymentEngine _engine;
        private readonly PostgresVault _vault;
        private readonly Microsoft.AspNetCore.Builder.WebApplication _server;
        private readonly HttpClient _client;
        private readonly string _apiKey = $"sk_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

        private SmallServer(OwnBooks own, Uri sandbox, MerchantId merchant, string token, NpgsqlDataSource database, PostgresVault vault)
        {
            (_own, _sandbox, _merchant, _database, _vault) = (own, sandbox, merchant, database, vault);
            _engine = new PaymentEngine(
                new PostgresStore(_database), TimeProvider.System, new EngineOptions { Lanes = 2, Lease = 3 * ProviderTimeout });
            var address = $"http://127.0.0.1:{BooksFixture.FreePort()}";
            _server = HostedServer.Build(
                new ServerSettings(IPAddress.Loopback, new Uri(address).Port, new PublicAddress(address), IsDemo: false)
                {
                    ProviderTimeouts = new ProviderTimeouts { Total = ProviderTimeout },
                },
                _database, _engine, vault);
            _client = new HttpClient
            {
                BaseAddress = new Uri(address),
                DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) }
            };
        }

        public static async Task<SmallServer> StartAsync(BooksFixture books)
        {
            var own = await OwnBooks.CreateAsync(books);
            var database = Database.Open($"{own.ConnectionString};Maximum Pool Size=12;Timeout=1;Command Timeout=1");
            var vault = await PostgresVault.OpenAsync(database, MasterKey.Generate(), TimeProvider.System, Cancel);
            var merchants = new Merchants(database, TimeProvider.System);
            var merchant = await own.MerchantAsync();
            var installation = await merchants.InstallAsync(merchant, "tmf676", Currency.Parse("USD"), Cancel);
            var token = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
            await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", token, [.. Api.Tmf676.Scopes], Cancel);
            var server = new SmallServer(own, books.Sandbox, merchant, token, database, vault);
            await new ProviderAccounts(database, vault, TimeProvider.System).SaveAsync(
                new(merchant, "sandbox", books.Sandbox, server._apiKey, [SigningKey.New()]), Cancel);
            await server._server.StartAsync(Cancel);
            return server;
        }

        public Task<Customer> CustomerAsync() =>
            new Customers(_engine, _vault, _merchant, "tmf676").CreateAsync(Customers.CardOf(VaultedPayments.GoodCard));

        public async Task<(HttpStatusCode Status, string? Id)> AnswerAsync(string path, string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
            var report = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            return (answer.StatusCode, report.TryGetProperty("id", out var id) ? id.GetString() : null);
        }

        /// <summary>The answers to the same request, sent many times while something is held again and again.</summary>
        public async Task<IReadOnlyList<HttpStatusCode>> CrowdAsync(string path, string body, Func<CancellationToken, Task> holdAsync)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var holding = holdAsync(enough.Token);
            var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(async number =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 * number), TimeProvider.System, Cancel);
                return (await AnswerAsync(path, body)).Status;
            }));
            await enough.CancelAsync();
            await holding;
            return answers;
        }

        public Task<long> CountAsync(string table) => _own.CountAsync(table);

        public async Task SettledAsync()
        {
            await NoticePost.UntilAsync(async () => await _own.CountAsync("attempt WHERE status NOT IN ('approved', 'declined')") == 0);
            await _own.AssertCleanAsync();
        }

        /// <summary>An amount of each authorisation, as the provider has it, minor units.</summary>
        public async Task<IReadOnlyList<long>> AtProviderAsync(string amount)
        {
            using var client =
                new HttpClient { BaseAddress = _sandbox, DefaultRequestHeaders = { Authorization = new("Bearer", _apiKey) } };
            var found = await client.GetFromJsonAsync<JsonElement>("/v1/books", Cancel);
            return [.. found.GetProperty("authorisations").EnumerateArray().Select(one => one.GetProperty(amount).GetInt64())];
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await _server.StopAsync(CancellationToken.None);
            await _server.DisposeAsync();
            await _engine.DisposeAsync();
            await _database.DisposeAsync();
            await _own.DisposeAsync();
        }

        /// <summary>
        /// Holds all connections for longer than a request waits for one, gives them back for a moment, and begins again.
        /// </summary>
        public async Task HoldConnectionsAsync(CancellationToken enough)
        {
            List<NpgsqlConnection> held = [];
            while (!enough.IsCancellationRequested)
            {
                for (var until = TimeProvider.System.GetUtcNow() + Held; TimeProvider.System.GetUtcNow() < until;)
                {
                    using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                    try
                    {
                        held.Add(await _database.OpenConnectionAsync(soon.Token));
                    }
                    catch (OperationCanceledException)
                    {
                        // All are taken.
                    }
                }

                foreach (var connection in held)
                    await connection.DisposeAsync();
                held.Clear();
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            }
        }

        /// <summary>Locks the table of the merchant's provider accounts against all readers, with short pauses.</summary>
        public async Task LockProviderAccountsAsync(CancellationToken enough)
        {
            while (!enough.IsCancellationRequested)
            {
                await using var connection = await _own.Database.OpenConnectionAsync(CancellationToken.None);
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                await using var command =
                    new NpgsqlCommand("LOCK TABLE provider_account IN ACCESS EXCLUSIVE MODE", connection, transaction);
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                await Task.Delay(Held, TimeProvider.System, CancellationToken.None);
                await transaction.RollbackAsync(CancellationToken.None);
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
