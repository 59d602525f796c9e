using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Host.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>A server takes the tokens of somebody else's authorisation server in place of its own.</summary>
public sealed class IssuerTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_OfTheIssuer_OpenTheInstallation_ForWhoeverTheyAreFor()
    {
        await using var issuer = await RunningIssuer.StartAsync();
        await using var server = await TokenServer.StartAsync(books, settings => settings with { Issuer = issuer.Settings });
        var shop = await ConnectAsync(server, issuer.Settings);

        foreach (var token in (string[])[await issuer.TokenAsync(), await issuer.TokenForAsync("ada")])
            Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);
        var narrow = await shop.UseAsync(await issuer.TokenAsync(TokenShop.Write));
        Assert.Equal((HttpStatusCode.Forbidden, "Bearer error=\"insufficient_scope\", scope=\"payment.read\""),
            (narrow.Status, narrow.Headers["WWW-Authenticate"]));
        var unknown = await shop.UseAsync("unknown");
        Assert.Equal(
            (HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\""), (unknown.Status, unknown.Headers["WWW-Authenticate"]));
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await shop.UseAsync(await issuer.TokenForAsync("ada"), "/brm/payment/v4/payment/P1-0")).Status);

        var credentials = server.Parts.GetRequiredService<Core.Access.ICredentials>();
        var callers = new List<Credential>();
        foreach (var person in (string[])["ada", "ada", "bob"])
            callers.Add((await credentials.FindAsync(CredentialKind.Bearer, "tmf676", await issuer.TokenForAsync(person), Cancel))!);
        Assert.Equal(callers[0].Subject, callers[1].Subject);
        Assert.NotEqual(callers[0].Subject, callers[2].Subject);
        Assert.Equal((new MerchantId(1), CredentialKind.Issuer, true), (callers[0].Merchant, callers[0].Kind, callers[0].Id > 0));
    }

    [Fact]
    public async Task OwnServer_IsNotThere_AndOwnSecretsStillAre()
    {
        await using var issuer = await RunningIssuer.StartAsync();
        await using var server = await TokenServer.StartAsync(books, settings => settings with { Issuer = issuer.Settings });
        var shop = await ConnectAsync(server, issuer.Settings);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.TokenAsync(null, ("grant_type", "client_credentials"))).Status);
        Assert.Equal(
            HttpStatusCode.NotFound, (await shop.SendAsync(HttpMethod.Get, "/.well-known/oauth-authorization-server", null, null)).Status);

        var merchants = new Merchants(server.Database, TimeProvider.System);
        var installation = await merchants.InstallAsync(new MerchantId(1), "tmf676", Currency.Parse("USD"), Cancel);
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "own", "qt_of_our_own", [TokenShop.Read], Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync("qt_of_our_own")).Status);
    }

    [Fact]
    public async Task Token_RevokedExpiredOrForOthers_IsNoGoodAfterAFewSeconds()
    {
        await using var issuer = await RunningIssuer.StartAsync();
        await using var server = await TokenServer.StartAsync(books, all => all with { Issuer = issuer.Settings });
        var shop = await ConnectAsync(server, issuer.Settings);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await shop.UseAsync(await issuer.TokenForAsync("ada", audience: "https://another.example"))).Status);

        var revoked = await issuer.TokenForAsync("ada");
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(revoked)).Status);
        await issuer.RevokeAsync(revoked);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(revoked)).Status);
        server.Clock.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(revoked)).Status);

        var expired = await issuer.TokenForAsync("ada");
        server.Clock.Pass(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(expired)).Status);
    }

    [Fact]
    public async Task Issuer_ThatIsGone_OpensNothing()
    {
        await using var issuer = await RunningIssuer.StartAsync();
        await using var server = await TokenServer.StartAsync(books, settings => settings with { Issuer = issuer.Settings });
        var shop = await ConnectAsync(server, issuer.Settings);
        var token = await issuer.TokenForAsync("ada");
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);

        await issuer.StopAsync();

        // Its last answer holds for a few seconds.
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);
        server.Clock.Pass(TimeSpan.FromSeconds(5));
        var answer = await shop.UseAsync(token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.Status, answer.Headers.ContainsKey("Retry-After")));
        Assert.Contains("The server can't check the access token", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"active":"true","sub":"ada"}""", 503)]
    [InlineData(200, """{"sub":"ada"}""", 503)]
    [InlineData(200, """[true]""", 503)]
    [InlineData(200, "<html>", 503)]
    [InlineData(200, """{"active":true,"sub":"ada",ISS,AUD,"exp":99999999999999}""", 503)]
    [InlineData(500, """{"active":true,"sub":"ada","scope":"payment.read"}""", 503)]
    [InlineData(401, """{"error":"invalid_client"}""", 503)]
    [InlineData(302, """{"active":true,"sub":"ada","scope":"payment.read"}""", 503)]
    [InlineData(200, """{"active":true}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read","iss":"https://another.example",REST}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read",AUD,"exp":33000000000}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read",ISS,"exp":33000000000}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read",ISS,"aud":"https://another.example","exp":33000000000}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read",ISS,AUD}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read",ISS,AUD,"exp":1}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read","token_type":"DPoP",ISS,REST}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read","cnf":{"x5t#S256":"bwcK0esc3ACC3DB2Y5"},ISS,REST}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"payment.read","nbf":33000000000,ISS,REST}""", 401)]
    [InlineData(200, """{"active":true,"sub":"ada","scope":"admin",ISS,REST}""", 403)]
    [InlineData(200, """{"active":true,"sub":"ada",ISS,REST}""", 403)]
    [InlineData(200, """{"active":true,"client_id":"rail","scope":"admin payment.read",ISS,REST}""", 404)]
    public async Task Issuer_ThatSaysAnythingButAClearYes_OpensNothing(int status, string report, int expected)
    {
        report = report.Replace("REST", "AUD,\"exp\":33000000000", StringComparison.Ordinal)
            .Replace("AUD", $"\"aud\":[\"x\",\"{RunningIssuer.Audience}\"]", StringComparison.Ordinal)
            .Replace("ISS", "\"iss\":\"https://login.example\"", StringComparison.Ordinal);
        await using var issuer = await OddIssuer.StartAsync(status, report);
        var settings = new IssuerSettings(
            "https://login.example", "quittance", "a secret", new MerchantId(1), "tmf676", RunningIssuer.Audience)
        {
            Introspection = issuer.Address,
        };
        await using var server = await TokenServer.StartAsync(books, all => all with { Issuer = settings });
        var shop = await ConnectAsync(server, settings);
        Assert.Equal(expected, (int)(await shop.UseAsync("token")).Status);
    }

    [Fact]
    public async Task Guesses_AreAskedAboutOnceAMinute_AFewAtATime_AndOnlyWhereTheyMayBeTokens()
    {
        await using var issuer = await OddIssuer.StartAsync(200, """{"active":false}""", isSilent: true);
        var settings = new IssuerSettings(
            "https://login.example", "quittance", "a secret", new MerchantId(1), "tmf676", RunningIssuer.Audience)
        {
            Introspection = issuer.Address,
            Timeout = TimeSpan.FromSeconds(30),
        };
        await using var server = await TokenServer.StartAsync(books, all => all with { Issuer = settings });
        var shop = await ConnectAsync(server, settings);
        foreach (var guess in (string[])["no token", "{}", new string('a', 9000), "a=b"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(guess)).Status);
        Assert.Equal(0, issuer.Asked);

        var asking = Task.WhenAll(Enumerable.Range(0, 60).Select(number => shop.UseAsync($"guess-{number}")));
        for (var tries = 0; issuer.Asked < IssuerSettings.QuestionsAtOnce; tries++)
        {
            Assert.True(tries < 200, "The issuer was not asked.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }

        // The server answers others meanwhile, and asks no more.
        for (var others = 0; others < 20; others++)
            await shop.UseAsync("a=b");
        Assert.Equal(IssuerSettings.QuestionsAtOnce, issuer.Asked);
        issuer.Answer();
        var guesses = await asking;
        Assert.All(guesses, guess => Assert.Equal(HttpStatusCode.Unauthorized, guess.Status));
        Assert.Equal(60, issuer.Asked);
        server.Clock.Pass(TimeSpan.FromSeconds(59));
        await shop.UseAsync("guess-1");
        Assert.Equal(60, issuer.Asked);
        server.Clock.Pass(TimeSpan.FromSeconds(1));
        await shop.UseAsync("guess-1");
        Assert.Equal(61, issuer.Asked);
    }

    [Long]
    [Fact]
    public async Task Server_StartedByCommand_TakesItsTokens()
    {
        await using var issuer = await RunningIssuer.StartAsync();
        await using var own = await OwnBooks.CreateAsync(books);
        await own.MerchantAsync();
        var variables =
            new Dictionary<string, string>
            {
                ["QUITTANCE_ISSUER_CLIENT_ID"] = "quittance",
                ["QUITTANCE_ISSUER_CLIENT_SECRET"] = issuer.Secret
            };
        await using var program = await RunningProgram.StartAsync(
            variables, "serve", "--database", own.ConnectionString, "--issuer", issuer.Name, "--issuer-for", "1/tmf676",
            "--issuer-audience", RunningIssuer.Audience);
        using var http = new HttpClient { BaseAddress = program.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await issuer.TokenForAsync("ada"));
        using var answer = await http.GetAsync(new Uri(TokenShop.Operation, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>The first merchant of a server's own books, and what its issuer's tokens open.</summary>
    private static async Task<TokenShop> ConnectAsync(TokenServer server, IssuerSettings settings)
    {
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        Assert.Equal(settings.Merchant, shop.Merchant);
        await settings.ConnectAsync(new Merchants(server.Database, TimeProvider.System), [TokenShop.Read, TokenShop.Write], Cancel);
        return shop;
    }

    /// <summary>An issuer that says the same to everything.</summary>
    private sealed class OddIssuer(WebApplication app, Uri address) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public Uri Address { get; } = new(address, "/introspect");

        public int Asked => _asked;

        /// <param name="isSilent">Whether it answers only on command.</param>
        public static async Task<OddIssuer> StartAsync(int status, string report, bool isSilent = false)
        {
            OddIssuer? started = null;
            var port = BooksFixture.FreePort();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.MapPost("/introspect", async context =>
            {
                Interlocked.Increment(ref started!._asked);
                await started._answers.Task;
                context.Response.StatusCode = status;
                context.Response.Headers.Location = $"http://127.0.0.1:{port}/elsewhere";
                await context.Response.WriteAsync(report, context.RequestAborted);
            });
            started = new OddIssuer(app, new Uri($"http://127.0.0.1:{port}"));
            if (!isSilent)
                started.Answer();
            await app.StartAsync(Cancel);
            return started;
        }

        public void Answer() => _answers.TrySetResult();

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
