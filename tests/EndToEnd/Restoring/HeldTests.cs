using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Backups;
using Quittance.Storage.Vault;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;

namespace Quittance.Tests.Restoring;

/// <summary>Books that were restored are read, and take no changes until an operator releases them.</summary>
[Long("programs over restored books")]
public sealed class HeldTests(BooksFixture books)
{
    private static readonly Dictionary<string, (string Name, string Value)[]> Credentials = new()
    {
        ["tmf676"] = [("Authorization", "Bearer demo-telco")],
        ["oracle-brm"] = [("Authorization", "Bearer demo-brm")],
        ["midnight"] = [("Authorization", "PRC demo-prc, Midnight demo-midnight"), ("MISKEY", "demo-mis")],
        ["sport-alliance"] = [("X-API-KEY", "demo-studio")],
        ["train-travel"] = [("Authorization", "Bearer demo-rail")],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeProvider Clock => TimeProvider.System;

    [Fact]
    public async Task Demo_OverHeldBooks_SaysSoInALine()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        await new Epochs(own.Database, Clock).BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);

        var (exitCode, output, error) = await RunningProgram.RunAsync(
            "demo", "--port", $"{BooksFixture.FreePort()}", "--database", own.ConnectionString);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("quittance reconcile", $"{output}{error}".ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", $"{output}{error}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_OverHeldBooks_ReadsAndRefusesChangesInEachDialectsShape()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        await using var engine = own.Engine();
        await using var server = await ServeAsync(own, engine);
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
        // Beside a running server, as after a restore with other tools.
        var epochs = new Epochs(own.Database, Clock);
        await epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);
        var command = new Customers(engine, books.Vault, new MerchantId(1), "tmf676");

        // The engine knows it without delay.
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => command.CreateAsync(Customers.CardOf("4242424242424242")));
        Assert.Contains($"{Refusal.Held}", refused.Message, StringComparison.Ordinal);
        await NoticePost.UntilAsync(async () => (await client.GetStringAsync("/health/ready", Cancel))
            .Contains("take no changes until an operator releases them", StringComparison.Ordinal));

        HashSet<string> dialects = [];
        foreach (var route in WritingRoutesOf(server))
        {
            var dialect = route.Metadata.GetMetadata<Writes>()!.Dialect.Name;
            if (!Credentials.TryGetValue(dialect, out var credentials))
                continue;
            dialects.Add(dialect);
            using var request = Request(HttpMethod.Post, $"/{route.RoutePattern.RawText!.TrimStart('/')}", credentials);
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request, Cancel);
            var body = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{request.RequestUri}: {answer.StatusCode} {body}");
            Assert.Contains("restored", body, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromMinutes(1), answer.Headers.RetryAfter?.Delta);
        }

        Assert.Equal(Credentials.Keys.Order(StringComparer.Ordinal), dialects.Order(StringComparer.Ordinal));
        using var read = Request(HttpMethod.Get, "/paymentManagement/v4/payment", Credentials["tmf676"]);
        using var payments = await client.SendAsync(read, Cancel);
        Assert.Equal(HttpStatusCode.OK, payments.StatusCode);
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task Release_IsRefusedUntilTheBooksWereCompared_UnlessItIsForced()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        Assert.Contains("are not held", (await ReleaseAsync(own)).Error, StringComparison.Ordinal);
        var epochs = new Epochs(own.Database, Clock);
        await epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);

        var early = await ReleaseAsync(own);

        Assert.Equal(1, early.ExitCode);
        Assert.Contains("not compared with their providers", early.Error, StringComparison.Ordinal);
        Assert.True((await epochs.LatestAsync(Cancel))!.IsHeld);
        Assert.Equal(0, (await ReleaseAsync(own, "--force")).ExitCode);
        Assert.False((await epochs.LatestAsync(Cancel))!.IsHeld);
        Assert.Equal(["0"], await OperatedBooks.ReadAsync(own.Database, "SELECT count(*)::text FROM slot WHERE is_held"));
        Assert.Equal(["a drill"], await OperatedBooks.ReadAsync(
            own.Database, "SELECT DISTINCT reason FROM operator_action WHERE what = 'books.release' AND reason <> 'a test'"));
    }

    [Fact]
    public async Task Server_OverHeldBooks_AnswersARefundWithTheReason()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var anna = await telco.CustomerAsync();
        var payment = await telco.PayAsync(anna, 30_00);
        await telco.BackUpAsync();
        await telco.RestoreAsync();

        var (status, body) = await telco.TryRefundAsync(anna, payment, 10_00);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        using var error = JsonDocument.Parse(body);
        Assert.Contains("restored", error.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakeOver_SendsNoCapture_UntilTheRelease()
    {
        await using var telco = await RestorableTelco.StartAsync(books);
        var anna = await telco.CustomerAsync();
        // The server stopped when it had begun the payment, and the provider has approved the authorisation.
        var payment = await telco.BeginAsync(anna, 30_00);
        await telco.BackUpAsync();
        await telco.AuthoriseAtProviderAsync(payment, 30_00);
        await telco.RestoreAsync();

        var after = await telco.ReconcileAsync("--take-over", "--reason", "a drill");

        Assert.True(after.ExitCode == 0, string.Join(", ", after.Differences));
        // The approval opened the capture, which nothing has sent.
        Assert.Equal(["capture unknown"], await OperatedBooks.ReadAsync(
            telco.Books.Database, "SELECT verb || ' ' || status FROM attempt WHERE verb <> 'authorise'"));
        Assert.Equal((0, 0), await telco.AtProviderAsync(payment));
        await telco.ReleaseAsync();
        await NoticePost.UntilAsync(async () => await telco.AtProviderAsync(payment) == (30_00, 0));
    }

    private static Task<(int ExitCode, string Output, string Error)> ReleaseAsync(OwnBooks own, params string[] more) =>
        RunningProgram.RunAsync(["release", "--reason", "a drill", "--database", own.ConnectionString, .. more]);

    private static IEnumerable<RouteEndpoint> WritingRoutesOf(WebApplication server) =>
        server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<Writes>() is not null);

    private static HttpRequestMessage Request(HttpMethod method, string path, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(
            method, new Uri(path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal), UriKind.Relative));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static async Task<WebApplication> ServeAsync(OwnBooks own, PaymentEngine engine)
    {
        var port = BooksFixture.FreePort();
        var vault = await PostgresVault.OpenAsync(
            own.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), Clock, Cancel);
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true),
            own.Database, engine, vault, SecretWatch.OfTheRun.LogTo);
        await server.StartAsync(Cancel);
        return server;
    }
}
