using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676;
using Quittance.Host;
using Quittance.Host.Demo;
using Quittance.Sandbox;
using Quittance.Storage.Backups;
using Quittance.Storage.Lanes;
using Quittance.Storage.Migrating;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;

namespace Quittance.Tests.Restoring;

/// <summary>
/// A telco whose database is lost and restored, while its payment provider goes on. One server at a time serves the first books or the
/// restored ones, at one address.
/// </summary>
internal sealed class RestorableTelco : IAsyncDisposable
{
    private const string Token = "qt_the token of the telco that is restored";
    private const string GoodCard = "4242424242424242";

    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-lost-").FullName;
    private readonly int _port = BooksFixture.FreePort();
    private readonly OwnBooks _first;
    private OwnBooks _restored;
    private readonly SandboxServer _sandbox;
    private WebApplication? _server;

    private RestorableTelco(OwnBooks first, OwnBooks restored, SandboxServer sandbox, MerchantId merchant, PostgresVault vault)
    {
        (_first, _restored, _sandbox, Merchant, Vault, Books) = (first, restored, sandbox, merchant, vault, first);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(30) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public MerchantId Merchant { get; }

    public HttpClient Client { get; }

    /// <summary>The books that are served.</summary>
    public OwnBooks Books { get; private set; }

    public PaymentEngine Engine { get; private set; } = null!;

    private PostgresVault Vault { get; set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeProvider Clock => TimeProvider.System;

    private static IReadOnlyList<MasterKey> Keys => [RunningProgram.MasterKeyOfExternalDatabases];

    private string File => Path.Combine(_folder, "backup");

    public static async Task<RestorableTelco> StartAsync(BooksFixture books)
    {
        var first = await OwnBooks.CreateAsync(books);
        var merchant = await first.MerchantAsync();
        var merchants = new Merchants(first.Database, Clock);
        var installation = await merchants.InstallAsync(merchant, "tmf676", Currency.Parse("USD"), Cancel);
        await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "test", Token, [Tmf676Routes.ReadScope, Tmf676Routes.WriteScope], Cancel);
        SecretWatch.OfTheRun.Add([Token]);
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { LateBy = TimeSpan.FromMilliseconds(100) });
        var vault = await VaultOfAsync(first.Database);
        await DemoSandbox.ConnectAsync(new ProviderAccounts(first.Database, vault, Clock), merchant, sandbox.Address, Cancel);
        var telco = new RestorableTelco(first, await OperatedBooks.EmptyAsync(books), sandbox, merchant, vault);
        await telco.ServeAsync();
        return telco;
    }

    public Task BackUpAsync() => Backup.WriteAsync(_first.Database, File, Keys, Clock, null, Cancel);

    /// <summary>Loses the books, and restores the backup. The provider has all that it had.</summary>
    public async Task RestoreAsync()
    {
        await StopAsync();
        await using (var file = await BackupFileReader.OpenAsync(File, Keys, Cancel))
            await Restoration.ReadAsync(Migrations.OfThisVersion, _restored.Database, file, Clock, null, Cancel);
        (Books, Vault) = (_restored, await VaultOfAsync(_restored.Database));
        await ServeAsync();
    }

    /// <summary>Loses the restored books too, and restores the same backup once more.</summary>
    public async Task RestoreAgainAsync(BooksFixture books)
    {
        await StopAsync();
        await _restored.DisposeAsync();
        _restored = await OperatedBooks.EmptyAsync(books);
        await RestoreAsync();
    }

    /// <summary>Lets the restored books take changes, without a look at the provider.</summary>
    public async Task ReleaseAsync()
    {
        var epochs = new Epochs(Books.Database, Clock);
        await epochs.ReleaseAsync(isForced: true, By, Cancel);
        await UntilItTakesChangesAsync();
    }

    public Task UntilItTakesChangesAsync() => NoticePost.UntilAsync(async () =>
        (await Client.GetStringAsync("/health/ready", Cancel)).Contains("They take changes.", StringComparison.Ordinal));

    /// <summary>Runs a command on the served books.</summary>
    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        RunningProgram.RunAsync([.. arguments, "--database", Books.ConnectionString]);

    /// <summary>Tries the backup in a scratch database beside the books.</summary>
    public Task<(int ExitCode, string Output, string Error)> DrillAsync(params string[] arguments) =>
        RunAsync(["drill", File, .. arguments]);

    /// <summary>Compares the served books with the provider.</summary>
    public async Task<(int ExitCode, IReadOnlyList<string> Differences)> ReconcileAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(["reconcile", "--json", .. arguments]);
        Assert.True(output.Length > 0, error);
        using var document = JsonDocument.Parse(output);
        var provider = Assert.Single(document.RootElement.GetProperty("providers").EnumerateArray());
        Assert.True(provider.GetProperty("answered").GetBoolean());
        return (exitCode, [.. provider.GetProperty("differences").EnumerateArray().Select(difference =>
            $"{difference.GetProperty("subject").GetString()} {difference.GetProperty("kind").GetString()}")]);
    }

    /// <summary>A customer's bank takes money of a payment back.</summary>
    public async Task DisputeAsync(Guid payment, string dispute, long amountMinor, bool won = false)
    {
        using var client = ProviderClient();
        using var opened = await client.PostAsJsonAsync(
            "/v1/disputes",
            new
            {
                id = dispute,
                authorisation = AuthorisationOf(payment),
                kind = "chargeback",
                amount_minor = amountMinor,
                fee_minor = 1500,
            },
            Cancel);
        opened.EnsureSuccessStatusCode();
        if (!won)
            return;
        using var ended = await client.PostAsync($"/v1/disputes/{dispute}/won", null, Cancel);
        ended.EnsureSuccessStatusCode();
    }

    /// <summary>The money that the provider holds for the merchant, and its fees, minor units.</summary>
    public async Task<(long HeldMinor, long FeesMinor)> HeldAtProviderAsync()
    {
        using var client = ProviderClient();
        using var books = JsonDocument.Parse(await client.GetStringAsync("/v1/books?limit=1000", Cancel));
        var totals = books.RootElement.GetProperty("totals").GetProperty("USD");
        long Minor(string name) => totals.GetProperty(name).GetInt64();
        return (
            Minor("captured_minor") - Minor("refunded_minor") - Minor("reversed_minor") - Minor("disputed_minor") - Minor("fees_minor"),
            Minor("fees_minor"));
    }

    /// <summary>The same by the books.</summary>
    public async Task<(long HeldMinor, long FeesMinor)> HeldByTheBooksAsync()
    {
        const string Sum = "SELECT coalesce(sum(debits_minor - credits_minor), 0)::text FROM ledger_account WHERE kind = ";
        return (
            long.Parse((await OperatedBooks.ReadAsync(Books.Database, $"{Sum}'clearing' AND purpose = 'sandbox'"))[0]),
            long.Parse((await OperatedBooks.ReadAsync(Books.Database, $"{Sum}'fees'"))[0]));
    }

    public static Origin By(MerchantId merchant) => new(merchant, 0, Guid.CreateVersion7(Clock.GetUtcNow()))
    {
        Action = new OperatorAction(null, OperatorAction.CommandLine, "books.release", "the books", "a test"),
    };

    /// <summary>A new customer with a card, and bills.</summary>
    public Task<Customer> CustomerAsync(params long[] billsMinor) =>
        new Customers(Engine, Vault, Merchant, "tmf676").CreateAsync(Customers.CardOf(GoodCard), billsMinor);

    /// <summary>Pays by card; the payment's id.</summary>
    public async Task<Guid> PayAsync(Customer customer, long amountMinor, string? bill = null, string? key = null)
    {
        var (status, body) = await PostAsync("/paymentManagement/v4/payment", customer.Payment(amountMinor, bill), key);
        Assert.True(status == HttpStatusCode.Created, body);
        using var payment = JsonDocument.Parse(body);
        Assert.Equal("done", payment.RootElement.GetProperty("status").GetString());
        return payment.RootElement.GetProperty("id").GetGuid();
    }

    /// <summary>Begins a payment by card, of which the provider does not hear.</summary>
    public async Task<Guid> BeginAsync(Customer customer, long amountMinor)
    {
        var id = Guid.CreateVersion7(Clock.GetUtcNow());
        var begun = await Engine.SubmitAsync(new RecordPayment(
            By(Merchant), AccountTarget.Named(new Reference(Merchant, "tmf676", "account", customer.Account)), new PaymentId(Merchant, id),
            "tmf676")
        {
            Amount = new Money(amountMinor, Currency.Parse("USD")),
            Instrument = new Reference(Merchant, "tmf676", "payment-method", customer.Instrument),
        });
        Assert.True(begun.Accepted, string.Join(", ", begun.Faults));
        return id;
    }

    /// <summary>The provider hears of a payment all the same.</summary>
    public async Task AuthoriseAtProviderAsync(Guid payment, long amountMinor)
    {
        using var client = ProviderClient();
        using var authorised = await client.PostAsJsonAsync(
            "/v1/authorisations",
            new
            {
                id = AuthorisationOf(payment),
                amount_minor = amountMinor,
                currency = "USD",
                instrument = new { kind = "card", number = GoodCard, expiry_month = 12, expiry_year = 2090 },
            },
            Cancel);
        authorised.EnsureSuccessStatusCode();
    }

    /// <summary>A link for bills of a customer, made by an installation of the telco.</summary>
    public async Task<PaymentLink> LinkAsync(Customer customer, params string[] bills)
    {
        var id = new PaymentLinkId(Merchant, Guid.CreateVersion7(Clock.GetUtcNow()));
        var made = await Engine.SubmitAsync(new MakeLink(
            By(Merchant), AccountTarget.Named(new Reference(Merchant, "tmf676", "account", customer.Account)), id, 1,
            [.. bills.Select(bill => new Reference(Merchant, "tmf676", "bill", bill))], Amount: null, Clock.GetUtcNow().AddDays(30)));
        Assert.True(made.Accepted, string.Join(", ", made.Faults));
        return (await new Links(Books.Database).FindAsync(id, Cancel))!;
    }

    /// <summary>A customer pays by a link in the lost time: the provider has the money, as the widget asks it for it.</summary>
    public async Task<PaymentId> PayByLinkAsync(PaymentLink link)
    {
        using var client = ProviderClient();
        var payment = link.PaymentOf(Guid.CreateVersion7(Clock.GetUtcNow()));
        async Task AskAsync(string path, object body)
        {
            using var asked = await client.PostAsJsonAsync(path, body, Cancel);
            Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync(Cancel));
        }

        await AskAsync("/v1/authorisations", new
        {
            id = AuthorisationOf(payment.Value),
            amount_minor = link.Amount.AmountMinor,
            currency = "USD",
            instrument = new { kind = "card", number = GoodCard, expiry_month = 12, expiry_year = 2090 },
            payment = payment.Value,
            customer = link.Account.Value,
        });
        await AskAsync("/v1/captures", new
        {
            id = AttemptId.Of(payment, Verb.Capture, nth: 1).Value,
            authorisation = AuthorisationOf(payment.Value),
            amount_minor = link.Amount.AmountMinor,
            currency = "USD",
        });
        return payment;
    }

    /// <summary>Opens a link as its page does.</summary>
    public async Task<Outcome> OpenAsync(PaymentLinkId id)
    {
        var link = (await new Links(Books.Database).FindAsync(id, Cancel))!;
        var last = link.Session is { } session ? await new Sessions(Books.Database).FindAsync(session, Cancel) : null;
        return await Engine.SubmitAsync(new OpenLink(
            By(Merchant), link, last, new SessionId(Merchant, Guid.CreateVersion7(Clock.GetUtcNow())), [PaymentChoice.CreditCard],
            TimeSpan.FromHours(1)));
    }

    /// <summary>Gives money of a payment back; the refund's status.</summary>
    public async Task<string> RefundAsync(Customer customer, Guid payment, long amountMinor)
    {
        var (status, body) = await TryRefundAsync(customer, payment, amountMinor);
        Assert.True(status == HttpStatusCode.Created, body);
        using var refund = JsonDocument.Parse(body);
        return refund.RootElement.GetProperty("status").GetString()!;
    }

    public Task<(HttpStatusCode Status, string Body)> TryRefundAsync(Customer customer, Guid payment, long amountMinor) => PostAsync(
        "/paymentManagement/v4/refund",
        $$"""
        {"account":{"id":"{{customer.Account}}"},"paymentMethod":{},"payment":{"id":"{{payment}}"},
         "totalAmount":{"unit":"USD","value":{{Customer.Decimal(amountMinor)}} } }
        """);

    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>All that the served books have given out: ids, human numbers, keys for the provider and names of events.</summary>
    public async Task<HashSet<string>> GivenOutAsync()
    {
        HashSet<string> given = [];
        foreach (var (what, sql) in new[]
            {
                ("account", "SELECT id::text FROM account"), ("charge", "SELECT id::text FROM charge"),
                ("payment", "SELECT id::text FROM payment"), ("refund", "SELECT id::text FROM refund"),
                ("attempt", "SELECT id::text FROM attempt"), ("message", $"SELECT {Deliveries.Message} FROM event v"),
                ("number",
                    "SELECT number::text FROM account UNION ALL SELECT number::text FROM charge UNION ALL SELECT number::text FROM payment "
                    + "UNION ALL SELECT number::text FROM refund"),
            })
        {
            given.UnionWith((await OperatedBooks.ReadAsync(Books.Database, sql)).Select(value => $"{what} {value}"));
        }

        return given;
    }

    /// <summary>The provider's movements of a payment's money, minor units.</summary>
    public async Task<(long CapturedMinor, long RefundedMinor)> AtProviderAsync(Guid payment)
    {
        using var client = ProviderClient();
        using var books = JsonDocument.Parse(await client.GetStringAsync("/v1/books?limit=1000", Cancel));
        var authorisation = AuthorisationOf(payment);
        var found = books.RootElement.GetProperty("authorisations").EnumerateArray()
            .Single(known => known.GetProperty("id").GetGuid() == authorisation);
        return (found.GetProperty("captured_minor").GetInt64(), found.GetProperty("refunded_minor").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
        await _sandbox.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await _first.DisposeAsync();
        await _restored.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Guid AuthorisationOf(Guid payment) => AttemptId.Of(new PaymentId(Merchant, payment), Verb.Authorise, nth: 1).Value;

    private HttpClient ProviderClient()
    {
        var client = new HttpClient { BaseAddress = _sandbox.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoSandbox.ApiKey);
        return client;
    }

    internal static Task<PostgresVault> VaultOfAsync(NpgsqlDataSource database) =>
        PostgresVault.OpenAsync(database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), Clock, Cancel);

    private async Task ServeAsync()
    {
        Engine = new PaymentEngine(new PostgresStore(Books.Database), Clock, new EngineOptions { Lanes = 2 });
        _server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, _port, new PublicAddress($"http://127.0.0.1:{_port}"), IsDemo: false)
            {
                Attempts = new AttemptSchedule { FirstPause = TimeSpan.FromMilliseconds(500) },
            },
            Books.Database, Engine, Vault, SecretWatch.OfTheRun.LogTo);
        await _server.StartAsync(Cancel);
    }

    private async Task StopAsync()
    {
        if (_server is null)
            return;
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        await Engine.DisposeAsync();
        _server = null;
    }
}
