using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Watching;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.Console;

/// <summary>The security log has each sign-in and each refusal, with the address; the audit log has those of people too.</summary>
public sealed class SecurityLogTests(BooksFixture books) : IDisposable
{
    private const string Password = "correct horse battery staple";

    private readonly SecurityLines _heard = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _heard.Dispose();

    [Fact]
    public async Task SignIns_AndRefusals_AreWritten_WithTheAddressAndWithoutSecrets()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany, "Vera Viewer");
        await using var server = await ServeAsync();
        using var client = Client(server);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(client, desk, "a wrong password")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(client, desk, Password, "nobody@example.com")).StatusCode);
        using var entered = await SignInAsync(client, desk, Password);
        var cookie = TestDesk.CookieIn(entered);
        using (var forbidden = new HttpRequestMessage(HttpMethod.Get, "/console/access/people/new"))
        {
            forbidden.Headers.Add("Cookie", cookie);
            using var refused = await client.SendAsync(forbidden, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        using (var stranger = new HttpRequestMessage(HttpMethod.Get, "/paymentManagement/v4/payment"))
        {
            stranger.Headers.Add("Authorization", "Bearer a-made-up-token");
            using var refused = await client.SendAsync(stranger, Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var notice = await client.PostAsync("/providers/sandbox/merchants/1/notices", new StringContent("{}"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, notice.StatusCode);

        Assert.Equal(
            ["sign-in.failed", "sign-in.failed", "sign-in.ok", "role.refused", "credential.refused", "notice.refused"],
            _heard.Lines.Select(line => line["Kind"]));
        Assert.All(_heard.Lines, line =>
        {
            Assert.Equal(("127.0.0.1", "tests/1.0"), (line["Address"], line["Agent"]));
            Assert.Matches("^[0-9a-f]{32}$", line["Trace"]);
            Assert.DoesNotContain("a wrong password", string.Join(' ', line.Values), StringComparison.Ordinal);
            Assert.DoesNotContain("a-made-up-token", string.Join(' ', line.Values), StringComparison.Ordinal);
            Assert.DoesNotContain("example.com", string.Join(' ', line.Values), StringComparison.Ordinal);
        });
        var person = desk.Person.Id.ToString("D");
        Assert.Equal([person, null, person, person, null, null], _heard.Lines.Select(line => line["Who"]));
        Assert.Equal(
            "console.refuse,console.sign-in,console.sign-in-fail",
            await books.ScalarAsync("SELECT string_agg(what, ',' ORDER BY what) FROM operator_action WHERE who = 'Vera Viewer'"));
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task WrongPasswordsAndCodes_OfPeopleWhoAreSignedIn_AreInBothLogs()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany, "Paula Password");
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany, "Cora Code");
        var phone = await Authenticator.SetUpAsync(grace);
        await using var server = await ServeAsync();
        using var client = Client(server);

        await SendAsync(client, ada, "/console/confirm", ("Password", "a wrong password"));
        await SendAsync(
            client, ada, "/console/password", ("Present", "a wrong password"), ("New", "twelve quiet herons"),
            ("Again", "twelve quiet herons"));
        await SendAsync(client, grace, "/console/confirm", ("Code", "000000"));
        await SendAsync(client, grace, "/console/confirm", ("Code", phone.RecoveryCodes[0]));

        Assert.Equal(
            ["sign-in.failed", "sign-in.failed", "sign-in.code-failed", "sign-in.recovery-code"],
            _heard.Lines.Select(line => line["Kind"]));
        Assert.All(_heard.Lines, line => Assert.Equal("confirm", line["Where"]));
        var (first, second) = (ada.Person.Id.ToString("D"), grace.Person.Id.ToString("D"));
        Assert.Equal([first, first, second, second], _heard.Lines.Select(line => line["Who"]));
        Assert.Equal(
            "Cora Code console.code-fail,Cora Code factor.recover,Cora Code factor.set,Paula Password console.sign-in-fail,"
                + "Paula Password console.sign-in-fail",
            await books.ScalarAsync(
                "SELECT string_agg(who || ' ' || what, ',' ORDER BY who, what) FROM operator_action "
                    + "WHERE who IN ('Cora Code', 'Paula Password')"));
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task PersonWithASecondFactor_WhoWaitsAndWhoLeaves_IsWritten()
    {
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Viewer, name: "Wanda Waits");
        await Authenticator.SetUpAsync(grace);
        await using var server = await ServeAsync();
        using var client = Client(server);

        using var asked = await SignInAsync(client, grace, Password);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        await SendAsync(client, grace, "/console/sign-out", ("_handler", "sign-out"));
        var last = HttpStatusCode.Unauthorized;
        // The pause grows with each try; on a busy machine the first ones are over before the next try.
        for (var tries = 0; tries < 15 && last != HttpStatusCode.TooManyRequests; tries++)
        {
            using var guess = await SignInAsync(client, grace, "a wrong password");
            last = guess.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        var kinds = _heard.Lines.Select(line => line["Kind"]).Distinct();
        Assert.Equal(["sign-in.password", "sign-out", "sign-in.failed", "sign-in.locked"], kinds);
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task RefusalsOfCredentials_InEveryDialect_AreWritten()
    {
        await using var server = await ServeAsync(limit: 1);
        using var client = Client(server);
        var routes = books.WritingRoutes.GroupBy(route => route.Metadata.GetMetadata<Writes>()!.Dialect.Name)
            .Select(dialect => (Dialect: dialect.Key, Path: WritingRoutes.PathOf(dialect.First()))).ToList();
        Assert.True(routes.Count >= 6, string.Join(", ", routes));
        foreach (var (dialect, path) in routes)
        {
            using var stranger = new HttpRequestMessage(HttpMethod.Post, path.Replace("{", "", StringComparison.Ordinal)
                .Replace("}", "", StringComparison.Ordinal))
            {
                Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
            };
            stranger.Headers.Add("Authorization", "Bearer a-made-up-token");
            using var refused = await client.SendAsync(stranger, Cancel);
            Assert.Equal((dialect, HttpStatusCode.Unauthorized), (dialect, refused.StatusCode));
        }

        Assert.Equal(
            routes.Select(route => $"credential.refused {route.Dialect}"), _heard.Lines.Select(line => $"{line["Kind"]} {line["Where"]}"));

        var installation = await books.Merchants.InstallAsync(books.DemoCompany, "tmf676", Currency.Parse("USD"), Cancel);
        var secret = NewSecret.Of(CredentialKind.Bearer);
        SecretWatch.OfTheRun.Add([secret]);
        await books.Merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "Reading", secret, ["payment.read"], Cancel);
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {secret}");
        using var body = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var forbidden = await client.PostAsync("/paymentManagement/v4/payment", body, Cancel);
        using var limited = await client.GetAsync("/paymentManagement/v4/payment", Cancel);
        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests), (forbidden.StatusCode, limited.StatusCode));
        Assert.Equal(["scope.refused", "requests.limited"], _heard.Lines.Skip(routes.Count).Select(line => line["Kind"]));
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task PersonWhoApprovesTheirOwnRequest_IsInTheLog()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.LimitAsync(5_00);
        var request = await till.AskAsync(await till.PayAsync("A"), 10_00, desk.Person.Name, desk.Person.Id);
        await using var server = await ServeAsync();
        using var client = Client(server);

        await SendAsync(client, desk, $"/console/approvals/{request}/approve", ("Reason", "I know"));

        var line = Assert.Single(_heard.Lines);
        Assert.Equal(
            ("approval.refused", $"request {request}", desk.Person.Id.ToString("D")), (line["Kind"], line["Where"], line["Who"]));
        Assert.Equal("waiting", await till.RequestAsync(request));
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task Flood_OfOneAddress_IsAFewLinesWithItsNumber()
    {
        await using var server = await ServeAsync();
        using var client = Client(server);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer a-made-up-token");
        for (var sent = 0; sent < 60; sent++)
        {
            using var refused = await client.GetAsync("/paymentManagement/v4/payment", Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal(20, _heard.Lines.Count(line => line["Kind"] == "credential.refused"));
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task EveryWebhook_OfAFloodOfThem_HasItsLine()
    {
        await using var server = await ServeAsync();
        var installation = await books.Merchants.InstallAsync(books.DemoCompany, "tmf676", Currency.Parse("USD"), Cancel);
        var secret = NewSecret.Of(CredentialKind.Bearer);
        SecretWatch.OfTheRun.Add([secret]);
        await books.Merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "Flooding", secret, ["payment.read", "payment.write"], Cancel);
        using var client = Client(server);
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {secret}");
        for (var hook = 0; hook < 25; hook++)
        {
            using var body = new StringContent(
                $$"""{"callback":"https://receiver.example/{{hook}}"}""", System.Text.Encoding.UTF8, "application/json");
            using var made = await client.PostAsync("/paymentManagement/v4/hub", body, Cancel);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            using var ended = await client.DeleteAsync(made.Headers.Location!.AbsolutePath, Cancel);
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        }

        Assert.Equal(
            (25, 25),
            (_heard.Lines.Count(line => line["Kind"] == "subscription.created"),
                _heard.Lines.Count(line => line["Kind"] == "subscription.ended")));
        await server.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "X-Forwarded-For", "X-Forwarded-For: 198.51.100.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.0/8", "X-Forwarded-For", "X-Forwarded-For: 198.51.100.1, 203.0.113.7, 127.0.0.3", "203.0.113.7")]
    [InlineData("127.0.0.0/8", "X-Forwarded-For", "X-Forwarded-For: 203.0.113.7:4711", "203.0.113.7")]
    [InlineData("127.0.0.0/8", "X-Forwarded-For", "X-Forwarded-For: 203.0.113.7, unknown", "127.0.0.1")]
    [InlineData("127.0.0.0/8", "X-Forwarded-For", "Forwarded: for=203.0.113.7", "127.0.0.1")]
    [InlineData("10.0.0.0/8", "X-Forwarded-For", "X-Forwarded-For: 203.0.113.7", "127.0.0.1")]
    [InlineData("127.0.0.0/8", "Forwarded", "Forwarded: for=198.51.100.1, for=203.0.113.7;proto=https;by=127.0.0.1", "203.0.113.7")]
    [InlineData("127.0.0.0/8", "Forwarded", "Forwarded: For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17")]
    [InlineData("127.0.0.0/8", "Forwarded", "Forwarded: for=203.0.113.7, for=\"127.0.0.2:80\"", "203.0.113.7")]
    [InlineData("127.0.0.0/8", "Forwarded", "Forwarded: for=203.0.113.7, for=_hidden", "127.0.0.1")]
    [InlineData("127.0.0.0/8", "Forwarded", "Forwarded: for=\"203.0.113.7, 198.51.100.1\"", "127.0.0.1")]
    [InlineData("127.0.0.0/8", "Forwarded", "X-Forwarded-For: 203.0.113.7", "127.0.0.1")]
    [InlineData("10.0.0.0/8", "Forwarded", "Forwarded: for=203.0.113.7", "127.0.0.1")]
    public async Task ClientsAddress_ComesFromTheHeaderOfATrustedProxyAlone(string proxies, string believed, string sent, string expected)
    {
        await using var server = await ServeAsync([IPNetwork.Parse(proxies)], believed);
        using var client = Client(server);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer a-made-up-token");
        client.DefaultRequestHeaders.TryAddWithoutValidation(sent.Split(": ")[0], sent.Split(": ")[1]);
        using var refused = await client.GetAsync("/paymentManagement/v4/payment", Cancel);

        Assert.Equal(expected, Assert.Single(_heard.Lines)["Address"]);
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task CredentialsAndSubscriptions_AreWritten_WithTheirMakersAndEnders()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, books.DemoCompany, "Ada Admin");
        await using var server = await ServeAsync();
        var issued = server.Services.GetRequiredService<IssuedCredentials>();
        var installation = await books.Merchants.InstallAsync(books.DemoCompany, "tmf676", Currency.Parse("USD"), Cancel);
        var secret = Assert.Single(await issued.IssueAsync(
            installation, [CredentialKind.Bearer], "Watched", ["payment.read", "payment.write"], _ => By("credential.create"), Cancel));
        SecretWatch.OfTheRun.Add([secret.Secret]);
        using var client = Client(server);
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {secret.Secret}");
        using var hook = await client.PostAsync(
            "/paymentManagement/v4/hub",
            new StringContent("""{"callback":"https://receiver.example/x"}""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.Created, hook.StatusCode);
        var place = hook.Headers.Location!;
        using var ended = await client.DeleteAsync(place.AbsolutePath, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        var another = NewSecret.Of(CredentialKind.Bearer);
        await issued.RotateAsync(books.DemoCompany, secret.Id, another, null, By("credential.rotate"), Cancel);
        await issued.RevokeAsync(books.DemoCompany, secret.Id, By("credential.revoke"), key: null, Cancel);
        await issued.RevokeAsync(books.DemoCompany, secret.Id, By("credential.revoke"), key: null, Cancel);

        Assert.Equal(
            ["credential.created", "subscription.created", "subscription.ended", "credential.rotated", "credential.ended"],
            _heard.Lines.Select(line => line["Kind"]));
        var (person, credential) = (desk.Person.Id.ToString("D"), $"{secret.Id}");
        Assert.Equal([person, credential, credential, person, person], _heard.Lines.Select(line => line["Who"]));
        var subscription = $"subscription {place.Segments[^1]}";
        Assert.Equal(
            [$"credential {credential}", subscription, subscription, $"credential {credential}", $"credential {credential}"],
            _heard.Lines.Select(line => line["Where"]));
        await server.StopAsync(Cancel);

        Origin By(string what) => new(books.DemoCompany, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(desk.Person.Id, "Ada Admin", what, $"{what} of a test", ""),
        };
    }

    [Fact]
    public async Task Number_ThatLeavesTheVault_IsWrittenWithItsAttempt()
    {
        await using var server = await ServeAsync();
        using var client = Client(server);
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        var paid = await Traveller.SendAsync(
            client, $"Bearer {traveller.Token}", HttpMethod.Post, $"/bookings/{booking:D}/payment", Traveller.Card());

        var attempt = await books.ScalarAsync(
            "SELECT id FROM attempt WHERE payment_id = $1 AND verb = 'authorise'", Guid.Parse((string)paid.Json["id"]!));
        Assert.Empty(_heard.Lines);
        var line = Assert.Single(_heard.Openings, one => one["Where"] == $"attempt {attempt:D}");
        Assert.DoesNotContain(Traveller.GoodCard, string.Join(' ', line.Values), StringComparison.Ordinal);
        Assert.Equal(
            $"vault.opened at attempt {attempt:D}, merchant {line["Merchant"]}, from 127.0.0.1 (tests/1.0), trace {line["Trace"]}",
            line["Text"]);
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task Text_LeavesOutWhatIsNotKnown_AndItsValuesStay()
    {
        await using var server = await ServeAsync();
        using var client = Client(server);
        client.DefaultRequestHeaders.UserAgent.Clear();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer a-made-up-token");
        using var refused = await client.GetAsync("/paymentManagement/v4/payment", Cancel);

        var line = Assert.Single(_heard.Lines);
        Assert.Equal($"credential.refused at {line["Where"]}, from 127.0.0.1, trace {line["Trace"]}", line["Text"]);
        Assert.Equal((null, null, "", "0"), (line["Merchant"], line["Who"], line["Agent"], line["Unwritten"]));

        server.Services.GetRequiredService<SecurityLog>().Write(SecurityEvent.VaultOpened, new MerchantId(1), null, "attempt 7");
        Assert.Contains("vault.opened at attempt 7, merchant 1", _heard.Openings.Select(one => one["Text"]));
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task SignIn_SaysWhatProvedThePerson()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany, "Fay Factor");
        await using var server = await ServeAsync();
        var host = $"localhost:{new Uri(server.Urls.Single()).Port}";
        using var device = new PasskeyDevice { Origin = $"http://{host}" };
        using var signedIn = Client(server);
        signedIn.DefaultRequestHeaders.Host = host;
        signedIn.DefaultRequestHeaders.Add("Cookie", desk.Client.DefaultRequestHeaders.GetValues("Cookie"));
        const string NewPath = "/console/second-factor/passkeys/new";
        var asked = await AskedPage.GetAsync(signedIn, NewPath);
        var registered = await AskedPage.SendAsync(
            signedIn, NewPath, "action",
            [new("Name", "Key"), new("State", asked.Field("State")), new("Credential", device.Create(asked.Options))]);
        var codes = Authenticator.CodesIn(registered.Html);
        SecretWatch.OfTheRun.Add(codes);
        using var client = Client(server);
        client.DefaultRequestHeaders.Host = host;

        await AnswerAsync(await AskedPage.GetAsync(client, "/console/sign-in"));
        await AnswerAsync(await PasswordAsync());
        await SendAsync([new("Pending", (await PasswordAsync()).Field("Pending")), new("Code", codes[0])]);
        device.Challenge = new string('A', 43);
        await AnswerAsync(await AskedPage.GetAsync(client, "/console/sign-in"));
        await AnswerAsync(await PasswordAsync());

        Assert.Equal(
            [
                "sign-in.ok at sign-in by passkey", "sign-in.password at sign-in", "sign-in.ok at sign-in with a passkey",
                "sign-in.password at sign-in", "sign-in.recovery-code at sign-in with a code", "sign-in.ok at sign-in with a code",
                "sign-in.passkey-failed at sign-in by passkey", "sign-in.password at sign-in",
                "sign-in.passkey-failed at sign-in with a passkey",
            ],
            _heard.Lines.Select(line => $"{line["Kind"]} at {line["Where"]}"));
        await server.StopAsync(Cancel);

        Task<AskedPage> SendAsync(IEnumerable<KeyValuePair<string, string>> fields) =>
            AskedPage.SendAsync(client, "/console/sign-in", "sign-in", fields);

        Task<AskedPage> PasswordAsync() => SendAsync(
            [new("Merchant", $"{desk.Merchant.Value}"), new("User", desk.Person.Email), new("Password", Password)]);

        Task<AskedPage> AnswerAsync(AskedPage page) => SendAsync(
            [new("Pending", page.Field("Pending")), new("State", page.Field("State")), new("Credential", device.Get(page.Options))]);
    }

    [Fact]
    public async Task RefreshToken_ThatComesTwice_IsWritten()
    {
        var (shop, client, tokens) = await RefreshTests.AllowedAsync(books);
        await using var server = await ServeAsync();
        using var http = Client(server);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync()).StatusCode);
        Assert.Empty(_heard.Lines);
        Assert.Equal(HttpStatusCode.BadRequest, (await RefreshAsync()).StatusCode);

        var line = Assert.Single(_heard.Lines);
        Assert.Equal(("token.reused", $"{shop.Merchant.Value}"), (line["Kind"], line["Merchant"]));
        Assert.Matches("^credential [0-9]+$", line["Where"]);
        await server.StopAsync(Cancel);

        async Task<HttpResponseMessage> RefreshAsync()
        {
            using var form = new FormUrlEncodedContent(
                [KeyValuePair.Create("grant_type", "refresh_token"), KeyValuePair.Create("refresh_token", tokens["refresh_token"]!)]);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token") { Content = form };
            request.Headers.TryAddWithoutValidation("Authorization", $"Basic {client.Basic}");
            return await http.SendAsync(request, Cancel);
        }
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient client, TestDesk desk, string password, string? user = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/sign-in")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "sign-in",
                ["User"] = user ?? desk.Person.Email,
                ["Password"] = password,
                ["Merchant"] = $"{desk.Merchant.Value}",
            }),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await client.SendAsync(request, Cancel);
    }

    /// <summary>Sends a form to the server with the session of a desk.</summary>
    private static async Task SendAsync(HttpClient client, TestDesk desk, string path, params (string Name, string Value)[] fields)
    {
        var all = fields.ToDictionary(field => field.Name, field => field.Value);
        all.TryAdd("_handler", "action");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(all) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Cookie", desk.Client.DefaultRequestHeaders.GetValues("Cookie"));
        using var answer = await client.SendAsync(request, Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.SeeOther, $"{answer.StatusCode}");
    }

    private static HttpClient Client(WebApplication server)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(server.Urls.Single()),
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("tests/1.0");
        return client;
    }

    private async Task<WebApplication> ServeAsync(
        IReadOnlyList<IPNetwork>? proxies = null, string header = "X-Forwarded-For", int limit = SharedLimits.DefaultRequests)
    {
        var port = BooksFixture.FreePort();
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false)
            {
                TrustedProxies = proxies ?? [],
                ProxyHeader = header,
                RequestLimit = limit,
            },
            books.Database, books.Engine, books.Vault, logging => logging.Services.AddSingleton<ILoggerProvider>(_heard));
        await server.StartAsync(Cancel);
        return server;
    }

    /// <summary>The lines of the security log, as programs read them.</summary>
    private sealed class SecurityLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<IReadOnlyDictionary<string, string?>> _lines = new();

        /// <summary>Without the openings of the vault: the server also tries again what other tests left in the shared books.</summary>
        public IReadOnlyList<IReadOnlyDictionary<string, string?>> Lines => [.. _lines.Where(line => !IsOpening(line))];

        public IReadOnlyList<IReadOnlyDictionary<string, string?>> Openings => [.. _lines.Where(IsOpening)];

        private static bool IsOpening(IReadOnlyDictionary<string, string?> line) => line["Kind"] == "vault.opened";

        public ILogger CreateLogger(string categoryName) =>
            categoryName == "Quittance.Security" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(((IEnumerable<KeyValuePair<string, object?>>)state!).Append(new("Text", formatter(state, exception)))
                .ToDictionary(one => one.Key, one => one.Value?.ToString()));

        public void Dispose()
        {
        }
    }
}
