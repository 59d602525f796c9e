using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Web;
using Quittance.Providers;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Console;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Nothing secret goes unencrypted over a network.</summary>
public sealed class TransportTests(BooksFixture books) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-tls-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "certificate.pem");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("unencrypted", "serve", "--listen", "0.0.0.0", "--public-url", "http://192.0.2.2:18085")]
    [InlineData("unencrypted", "serve", "--listen", "0.0.0.0", "--public-url", "http://127.0.0.1:8080")]
    [InlineData("unencrypted", "serve", "--public-url", "http://pay.example.com")]
    [InlineData("--trusted-proxy", "serve", "--listen", "0.0.0.0", "--public-url", "https://pay.example.com")]
    [InlineData("--trusted-proxy", "serve", "--listen", "192.0.2.2", "--public-url", "https://pay.example.com")]
    [InlineData("can't be read", "serve", "--tls-certificate", "nowhere.pem")]
    [InlineData("--tls-certificate", "serve", "--tls-key", "nowhere.pem")]
    [InlineData("https", "provider", "connect", "sandbox", "--url", "http://192.0.2.2:18095", "--merchant", "1")]
    [InlineData("link-local", "webhook", "add", "--url", "http://169.254.169.254/x", "--api", "tmf676", "--credential", "1",
        "--merchant", "1")]
    public async Task Command_ThatWouldSendSecretsUnencrypted_IsRefused(string says, params string[] command)
    {
        var (exitCode, _, error) = await RunningProgram.RunAsync([.. command, "--database", books.ConnectionString]);
        Assert.Equal(1, exitCode);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.9", "/paymentManagement/v4/payment", false)]
    [InlineData("192.0.2.9", "/console/sign-in", false)]
    [InlineData("192.0.2.9", "/healthy", false)]
    [InlineData("192.0.2.9", "/health/live", true)]
    [InlineData("10.0.0.7", "/console/sign-in", true)]
    [InlineData("::ffff:10.0.0.7", "/console/sign-in", true)]
    [InlineData("127.0.0.1", "/console/sign-in", true)]
    [InlineData("::1", "/console/sign-in", true)]
    public async Task ServerWithoutTls_BeyondThisMachine_AnswersItsProxiesAlone(string sender, string path, bool isAnswered)
    {
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress("https://pay.example.com"), IsDemo: false)
            {
                RefusesStrangers = true,
                TrustedProxies = [IPNetwork.Parse("10.0.0.0/24")],
            },
            books.Database, books.Engine, books.Vault,
            logging => logging.Services.AddSingleton<IStartupFilter>(new SentFrom(IPAddress.Parse(sender))));
        await server.StartAsync(Cancel);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}{path}"));
        // The proxy's word for where the request is from makes no stranger of the proxy, and a stranger's no proxy of the stranger.
        request.Headers.Add("X-Forwarded-For", isAnswered ? "192.0.2.9" : "10.0.0.7");

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(!isAnswered, answer.Headers.ConnectionClose ?? false);
        Assert.Equal(
            !isAnswered, (await answer.Content.ReadAsStringAsync(Cancel)).Contains("--trusted-proxy", StringComparison.Ordinal));
        await server.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("https://pay.example.com", true)]
    [InlineData("http://127.0.0.1:8090", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://[::1]:1", true)]
    [InlineData("http://10.0.0.1", false)]
    [InlineData("http://pay.example.com", false)]
    [InlineData("ftp://127.0.0.1", false)]
    public void Secrets_GoByTlsOrOnThisMachine(string address, bool expected) =>
        Assert.Equal(expected, SecretAddress.Allows(new Uri(address)));

    [Fact]
    public async Task ProviderOfAnEarlierVersion_ByPlainHttp_GetsNoCard()
    {
        var accounts = new Accounts("http://192.0.2.2:1");
        var providers = new ProviderDirectory(
            accounts, new ProviderOptions(), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.Null(await providers.FindAsync(new MerchantId(1), "sandbox", Cancel));
        accounts.Address = "http://127.0.0.1:1";
        Assert.NotNull(await providers.FindAsync(new MerchantId(1), "sandbox", Cancel));
    }

    [Fact]
    public async Task Server_SpeaksTls_WithTheCertificateThatIsRenewed()
    {
        var clock = new Clock();
        var first = Write(clock.GetUtcNow());
        var certificate = new TlsCertificate(File, File, clock);
        Assert.Null(certificate.Problem);
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"https://127.0.0.1:{port}"), IsDemo: false)
            {
                Certificate = certificate,
            }, books.Database, books.Engine, books.Vault);
        await server.StartAsync(Cancel);

        Assert.True(await IsShownAsync(port, first));
        var second = Write(clock.GetUtcNow());
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UnixEpoch.AddYears(60));
        Assert.True(await IsShownAsync(port, first));
        clock.Add(TimeSpan.FromSeconds(11));
        Assert.Equal((false, true), (await IsShownAsync(port, first), await IsShownAsync(port, second)));
        // Half-written.
        await System.IO.File.WriteAllTextAsync(File, "-----BEGIN CERTIFICATE-----", Cancel);
        clock.Add(TimeSpan.FromSeconds(11));
        Assert.True(await IsShownAsync(port, second));
        Assert.NotNull(certificate.Problem);

        using var client = Client(port, second);
        using var answer = await client.GetAsync(new Uri("/paymentManagement/v4/payment", UriKind.Relative), Cancel);
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task EveryCookie_BehindTls_IsOfThisHostAloneAndGoesByTlsAlone()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var shop = await TokenShop.OpenAsync(books);
        var rail = await shop.ClientAsync(redirectUris: Visitor.RedirectUri);
        var clock = new Clock();
        var trusted = Write(clock.GetUtcNow());
        var port = BooksFixture.FreePort();
        // A scheme has no case.
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"HTTPS://127.0.0.1:{port}"), IsDemo: false)
            {
                Certificate = new TlsCertificate(File, File, clock),
            }, books.Database, books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        using var client = Client(port, trusted);

        using var entered = await SendAsync("/console/sign-in", ("_handler", "sign-in"), ("User", desk.Person.Email),
            ("Password", "correct horse battery staple"), ("Merchant", $"{desk.Merchant.Value}"));
        var session = CookiesIn(entered).Single(cookie => cookie.Contains("quittance-console", StringComparison.Ordinal)).Split(';')[0];
        client.DefaultRequestHeaders.Add("Cookie", session);
        using var left = await SendAsync("/console/sign-out", ("_handler", "sign-out"));
        using var asked = await client.GetAsync(new Uri(Visitor.AddressOf(rail), UriKind.Relative), Cancel);

        HttpResponseMessage[] answers = [entered, left, asked];
        Assert.Equal(
            ["__Host-quittance-console", "__Host-quittance-device", "__Host-quittance-console", "__Host-quittance-form"],
            answers.SelectMany(answer => CookiesIn(answer).Select(cookie => cookie.Split('=')[0]).Order(StringComparer.Ordinal)));
        Assert.All(answers.SelectMany(CookiesIn), cookie => Assert.Superset(
            new HashSet<string> { "secure", "httponly", "path=/" },
            cookie.Split("; ").Skip(1).Select(part => part.ToLowerInvariant()).ToHashSet()));
        Assert.All(answers.SelectMany(CookiesIn), cookie => Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase));
        await server.StopAsync(Cancel);

        async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] fields)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
            {
                Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            };
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            return await client.SendAsync(request, Cancel);
        }
    }

    private static IEnumerable<string> CookiesIn(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [];

    [Fact]
    public void Certificate_ThatIsExpiredOrHasAnotherKey_IsRefused()
    {
        var clock = new Clock();
        Write(clock.GetUtcNow().AddYears(-2));
        Assert.Contains("has expired", new TlsCertificate(File, File, clock).Problem, StringComparison.Ordinal);
        Write(clock.GetUtcNow().AddDays(2));
        Assert.Contains("is valid from", new TlsCertificate(File, File, clock).Problem, StringComparison.Ordinal);
        Write(clock.GetUtcNow());
        var other = Path.Combine(_folder.FullName, "key.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        System.IO.File.WriteAllText(other, key.ExportPkcs8PrivateKeyPem());
        Assert.Contains("has not its key", new TlsCertificate(File, other, clock).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example:18081", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1:1", true)]
    public async Task Demo_AnswersUnderNamesOfThisMachineAlone(string host, bool isAnswered)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(books.Address, "/paymentManagement/v4/payment"));
        request.Headers.Host = host;
        using var client = new HttpClient();
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task BooksOfADemo_UnderAServer_HaveNoSessionsLeft_AndNameWhatStillOpensThem()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (demo, other) = (await own.MerchantAsync(), await own.MerchantAsync());
        var merchants = new Merchants(own.Database, TimeProvider.System);
        foreach (var merchant in new[] { demo, other })
        {
            var installation = await merchants.InstallAsync(merchant, "tmf676", Currency.Parse("EUR"), Cancel);
            await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "made", $"made {merchant.Value}", [], Cancel);
            if (merchant == demo)
                await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "demo", "demo-telco", [], Cancel);
            using var people = new People(own.Database, TimeProvider.System, new HashSet<string>());
            await people.EnsureAsync(
                merchant, "ada@example.com", "Ada", "correct horse battery staple", Cancel, OperatorRole.Admin);
            var person = (await people.FindAsync(merchant, "ada@example.com", Cancel))!;
            await new ConsoleSessions(own.Database, TimeProvider.System).OpenAsync(person, Cancel);
            await new PendingSignIns(own.Database, TimeProvider.System).OpenAsync(person, isProven: false, Cancel);
            await people.EnsureAsync(merchant, "demo", "Demo", "demo", Cancel, OperatorRole.Admin);
            await new Clients(own.Database, TimeProvider.System, new HashSet<string>()).EnsureAsync(
                installation, $"app-{merchant.Value}", "App", $"secret of {merchant.Value}", [], [], Cancel);
        }

        // Each credential has given a token out, and has a webhook.
        await using (var used = own.Database.CreateCommand("""
            WITH permitted AS (
                INSERT INTO authorisation (merchant_id, id, credential_id, subject, scopes, expires_at)
                SELECT merchant_id, gen_random_uuid(), id, gen_random_uuid(), '{}', '2100-01-01' FROM credential
                RETURNING merchant_id, id),
                 given AS (
                INSERT INTO token (merchant_id, hash, authorisation_id, kind, scopes, issued_at, expires_at)
                SELECT merchant_id, sha256(id::text::bytea), id, 'access', '{}', '2000-01-01', '2100-01-01' FROM permitted)
            INSERT INTO subscription (merchant_id, id, credential_id, dialect, address, event_types, created_at)
            SELECT merchant_id,
                   format('00000000-0000-7000-8000-00000000%s%s', lpad(merchant_id::text, 2, '0'), lpad(id::text, 2, '0'))::uuid, id,
                   'tmf676', 'https://a.example/' || id, '{payment.captured}', '2000-01-01'
              FROM credential
            """))
        {
            await used.ExecuteNonQueryAsync(Cancel);
        }

        var left = await DemoRemains.EndAsync(
            own.Database, ["demo-telco", "demo-brm"], ["demo"], TimeProvider.System.GetUtcNow(), Cancel);

        Assert.Equal(
            [
                "OAuth client 3 (App)", "credential 1 (made)", "person ada@example.com (Ada)",
                $"webhook 00000000-0000-7000-8000-00000000{demo.Value:00}01 (https://a.example/1)",
                $"webhook 00000000-0000-7000-8000-00000000{demo.Value:00}03 (https://a.example/3)",
            ],
            left.Order(StringComparer.Ordinal));
        Assert.Equal(
            $"{other.Value} {other.Value}",
            await TextAsync(
                "SELECT concat_ws(' ', (SELECT string_agg(merchant_id::text, ',') FROM console_session), "
                    + "(SELECT string_agg(merchant_id::text, ',') FROM pending_sign_in))"));
        var kept = $"{demo.Value}:1,{demo.Value}:3,{other.Value}:1,{other.Value}:2";
        const string Kept = "string_agg(merchant_id || ':' || credential_id, ',' ORDER BY merchant_id, credential_id)";
        Assert.Equal(
            $"{kept} {kept} 4",
            await TextAsync(
                $"SELECT concat_ws(' ', (SELECT {Kept} FROM authorisation), (SELECT {Kept} FROM subscription WHERE ended_at IS NULL), "
                    + "(SELECT count(*) FROM token))"));

        async Task<string> TextAsync(string sql)
        {
            await using var found = own.Database.CreateCommand(sql);
            return (string)(await found.ExecuteScalarAsync(Cancel))!;
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task PasswordOfTheDatabase_IsNotToldToAStranger(byte asked)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = StrangerAsync(listener, asked);
        await using var database = Database.Open(
            $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Username=u;Password=s3cret-db-password;SSL Mode=Disable;"
            + "GSS Encryption Mode=Disable");

        await Assert.ThrowsAnyAsync<Exception>(async () => await database.OpenConnectionAsync(Cancel));

        Assert.Equal(0, await heard);
    }

    /// <summary>Asks for the password, in clear or as its MD5, and counts the bytes of the answer.</summary>
    private static async Task<int> StrangerAsync(TcpListener listener, byte asked)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        await using var stream = client.GetStream();
        var buffer = new byte[1024];
        _ = await stream.ReadAsync(buffer, Cancel);
        byte[] ask = asked == 3 ? [(byte)'R', 0, 0, 0, 8, 0, 0, 0, 3] : [(byte)'R', 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4];
        await stream.WriteAsync(ask, Cancel);
        var read = await stream.ReadAsync(buffer, Cancel);
        // A polite end of the connection is no password.
        return read > 0 && buffer[0] == (byte)'p' ? read : 0;
    }

    /// <summary>A client that trusts one certificate.</summary>
    private static HttpClient Client(int port, string trusted)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(trusted));
        return new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = { CertificateChainPolicy = policy },
        })
        {
            BaseAddress = new Uri($"https://127.0.0.1:{port}"),
        };
    }

    private static async Task<bool> IsShownAsync(int port, string certificate)
    {
        using var client = Client(port, certificate);
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Writes a certificate for a year with its key.</summary>
    /// <returns>The certificate, PEM.</returns>
    private string Write(DateTimeOffset from)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(from.AddDays(-1), from.AddYears(1));
        System.IO.File.WriteAllText(File, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return certificate.ExportCertificatePem();
    }

    /// <summary>Gives every request another sender, before the server sees it.</summary>
    private sealed class SentFrom(IPAddress sender) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(rest => http =>
            {
                http.Connection.RemoteIpAddress = sender;
                return rest(http);
            });
            next(app);
        };
    }

    private sealed class Accounts(string address) : IProviderAccounts
    {
        public string Address { get; set; } = address;

        public ValueTask<ProviderAccount?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel) =>
            ValueTask.FromResult<ProviderAccount?>(new ProviderAccount(merchant, provider, new Uri(Address), "key", []));
    }

    private sealed class Clock : TimeProvider
    {
        private TimeSpan _passed;

        public void Add(TimeSpan time) => _passed += time;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => GetUtcNow().UtcTicks;
    }
}
