using System.Net;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A passkey that proves nothing costs its sender a try, fills no log, and makes its owner's browser never wait.</summary>
public sealed class PasskeyLimitTests(BooksFixture books)
{
    private const string Email = "ada@example.com";
    private const string Password = "correct horse battery staple";
    private const string NewPath = "/console/second-factor/passkeys/new";
    private const string Nonsense = """{"x":1}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Address_TriesSoManyPasskeysAMinute_AndABrowserInWhichThePersonHasSignedInGoesOn()
    {
        await using var server = await ServeAsync(limit: 5);
        using var device = new PasskeyDevice { Origin = OriginOf(server) };
        using var known = await RegisterAsync(server, device);
        using var stranger = Client(server);
        var question = await AskedPage.GetAsync(stranger, "/console/sign-in");
        var stolen = await PasswordAsync(stranger);
        Assert.NotEmpty(stolen.Field("Pending"));

        // Two passwords have been looked at before.
        for (var tries = 0; tries < 3; tries++)
            Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(stranger, stolen, Nonsense));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(stranger, stolen, Nonsense));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(stranger, stolen, device.Get(stolen.Options)));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(stranger, question, device.Get(question.Options)));

        var step = await PasswordAsync(known);
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(known, step, device.Get(step.Options)));
        server.Clock.Pass(TimeSpan.FromSeconds(1));
        var alone = await AskedPage.GetAsync(known, "/console/sign-in");
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(known, alone, device.Get(alone.Options)));
    }

    [Fact]
    public async Task Thief_OfAPassword_LeavesTenRowsInTheAuditLogWithinAnHour_HoweverManyPasskeysFail()
    {
        await using var server = await ServeAsync(limit: 1000);
        using var device = new PasskeyDevice { Origin = OriginOf(server) };
        using var known = await RegisterAsync(server, device);
        using var thief = Client(server);
        var stolen = await PasswordAsync(thief);
        for (var tries = 0; tries < 100; tries++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(thief, stolen, Nonsense));
            server.Clock.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(10L, await FailuresAsync(server));
        // The owner does not wait.
        var step = await PasswordAsync(known);
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(known, step, device.Get(step.Options)));
    }

    [Fact]
    public async Task DamagedKeyOfAMerchant_LeavesPasswordsTheirWay()
    {
        await using var server = await ServeAsync(limit: 1000);
        var other = await new Merchants(server.Database, server.Clock).CreateAsync("Southwind", Cancel);
        using (var people = new People(server.Database, server.Clock, new HashSet<string>()))
            await people.EnsureAsync(other, Email, "Grace", Password, Cancel, OperatorRole.Admin);
        // Another process has made the key, so that this one opens it later.
        var vault = await PostgresVault.OpenAsync(server.Database, RunningProgram.MasterKeyOfExternalDatabases, server.Clock, Cancel);
        await vault.SealTextAsync(new MerchantId(1), "a test", "x", Cancel);
        await using (var damage = server.Database.CreateCommand("UPDATE data_key SET wrapped = sha256(wrapped) WHERE merchant_id = 1"))
            Assert.Equal(1, await damage.ExecuteNonQueryAsync(Cancel));
        using var client = Client(server);

        var page = await AskedPage.GetAsync(client, "/console/sign-in");
        Assert.Equal((HttpStatusCode.OK, ""), (page.Status, page.Options));
        foreach (var merchant in new[] { 1, 2 })
        {
            var entered = await PasswordAsync(client, merchant);
            Assert.Equal((HttpStatusCode.SeeOther, true), (entered.Status, entered.Cookie is not null));
        }
    }

    private static string OriginOf(TokenServer server) => $"http://localhost:{server.Client.BaseAddress!.Port}";

    private async Task<TokenServer> ServeAsync(int limit)
    {
        var server = await TokenServer.StartAsync(books, settings => settings with { SignInLimit = limit });
        var merchant = await new Merchants(server.Database, server.Clock).CreateAsync("Northwind", Cancel);
        using var people = new People(server.Database, server.Clock, new HashSet<string>());
        await people.EnsureAsync(merchant, Email, "Ada", Password, Cancel, OperatorRole.Admin);
        return server;
    }

    /// <summary>A browser in which the person has signed in and registered a device.</summary>
    private static async Task<HttpClient> RegisterAsync(TokenServer server, PasskeyDevice device)
    {
        var client = Client(server);
        Assert.NotNull((await PasswordAsync(client)).Cookie);
        var asked = await AskedPage.GetAsync(client, NewPath);
        var done = await AskedPage.SendAsync(
            client, NewPath, "action",
            [new("Name", "Key"), new("State", asked.Field("State")), new("Credential", device.Create(asked.Options))]);
        Assert.NotNull(done.Cookie);
        return client;
    }

    private static Task<AskedPage> PasswordAsync(HttpClient client, int merchant = 1) => AskedPage.SendAsync(
        client, "/console/sign-in", "sign-in", [new("Merchant", $"{merchant}"), new("User", Email), new("Password", Password)]);

    private static async Task<HttpStatusCode> TryAsync(HttpClient client, AskedPage asked, string credential) => (await AskedPage.SendAsync(
        client, "/console/sign-in", "sign-in",
        [new("Pending", asked.Field("Pending")), new("State", asked.Field("State")), new("Credential", credential)])).Status;

    private static async Task<long> FailuresAsync(TokenServer server)
    {
        await using var count = server.Database.CreateCommand("SELECT count(*) FROM operator_action WHERE what = 'console.passkey-fail'");
        return (long)(await count.ExecuteScalarAsync(Cancel))!;
    }

    private static HttpClient Client(TokenServer server)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Client.BaseAddress };
        client.DefaultRequestHeaders.Host = new Uri(OriginOf(server)).Authority;
        return client;
    }
}
