using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using Quittance.Tests.Web;

namespace Quittance.Tests.Console;

/// <summary>When the server itself fails, operators see a page with advice and nothing of the inside.</summary>
public sealed class FaultPageTests(BooksFixture books, Browser browser)
{
    private const string CookieName = "quittance-console";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bug_IsReportedByAPage_WithTheNameThatTheLogHasForIt_AndNothingElse()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var token = await SignInAsync(own);
        using var log = new KeptLines();
        var (server, address) = await ServeAsync(own.Database, engine, logging => logging.AddProvider(log));
        await using var running = server;
        using var client = Signed(address, token);
        using (var before = await client.GetAsync("/console/payments", Cancel))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        // A database that is not as the program made it: no code of ours expects that.
        await ExecuteAsync(own, "ALTER TABLE payment RENAME TO payment_of_nobody");

        foreach (var path in new[] { "/console/payments", "/console", "/console/payments/1" })
        {
            using var failed = await client.GetAsync(path, Cancel);
            var page = await failed.Content.ReadAsStringAsync(Cancel);
            Assert.Equal((path, HttpStatusCode.InternalServerError, "text/html"),
                (path, failed.StatusCode, failed.Content.Headers.ContentType?.MediaType));
            Assert.Contains("<h1>Something went wrong</h1>", page, StringComparison.Ordinal);
            Assert.Contains(
                "frame-ancestors 'none'", failed.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            foreach (var inside in new[] { "Exception", "Npgsql", "42P01", "relation", "payment_of_nobody", "   at ", "SELECT", ".cs:",
                token })
            {
                Assert.DoesNotContain(inside, page, StringComparison.Ordinal);
            }

            var trace = Regex.Match(page, "(?<=<code>)[0-9a-f]{32}(?=</code>)", RegexOptions.None, TimeSpan.FromMinutes(1)).Value;
            Assert.Contains(log.Lines, line => trace.Length > 0 && line.Contains(trace, StringComparison.Ordinal));
        }

        await LookAsync(address, "/console/payments", token, "fault");
        await ExecuteAsync(own, "ALTER TABLE payment_of_nobody RENAME TO payment");
        using var after = await client.GetAsync("/console/payments", Cancel);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/console")]
    [InlineData("GET", "/console/payments/1")]
    [InlineData("GET", "/console/sign-in")]
    [InlineData("GET", "/console/payments.csv")]
    [InlineData("POST", "/console/payments/1/refund")]
    public async Task Books_ThatCannotBeReached_AreReportedByAPage(string method, string path)
    {
        var nowhere = new NpgsqlConnectionStringBuilder(books.ConnectionString) { Host = "127.0.0.1", Port = BooksFixture.FreePort() };
        await using var database = Storage.Database.Open(nowhere.ConnectionString);
        var (server, address) = await ServeAsync(database, books.Engine);
        await using var running = server;
        using var client = Signed(address, "1.token");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new FormUrlEncodedContent([new("_handler", "action"), new("Amount", "1"), new("Reason", "because")]);

        using var failed = await client.SendAsync(request, Cancel);

        var page = WebUtility.HtmlDecode(await failed.Content.ReadAsStringAsync(Cancel));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/html"), (failed.StatusCode, failed.Content.Headers.ContentType?.MediaType));
        Assert.Contains("<h1>The books can't be reached just now</h1>", page, StringComparison.Ordinal);
        foreach (var inside in new[] { "Exception", "Npgsql", "127.0.0.1", "   at ", "<code>" })
            Assert.DoesNotContain(inside, page, StringComparison.Ordinal);
        if (path == "/console")
            await LookAsync(address, path, "1.token", "unreachable");
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task Page_WithoutAPlaceToReadInTime_IsToBeAskedForAgain()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var token = await SignInAsync(own);
        var (server, address) = await ServeAsync(own.Database, engine, with: settings => settings with
        {
            ReadPlaces = 1,
            ReadPatience = TimeSpan.Zero,
        });
        await using var running = server;
        using var client = Signed(address, token);
        using (await server.Services.GetRequiredService<ReadBudget>().EnterAsync(new MerchantId(1), Cancel))
        {
            using var refused = await client.GetAsync("/console/payments", Cancel);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains(
                "<h1>Too much is read just now</h1>", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        using var after = await client.GetAsync("/console/payments", Cancel);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private async Task<(Microsoft.AspNetCore.Builder.WebApplication Server, Uri Address)> ServeAsync(
        NpgsqlDataSource database, Core.Engine.PaymentEngine engine, Action<ILoggingBuilder>? logTo = null,
        Func<ServerSettings, ServerSettings>? with = null)
    {
        var address = new Uri($"http://127.0.0.1:{BooksFixture.FreePort()}");
        var settings =
            new ServerSettings(IPAddress.Loopback, address.Port, new PublicAddress(address.OriginalString.TrimEnd('/')), IsDemo: false);
        var server = HostedServer.Build(with?.Invoke(settings) ?? settings, database, engine, books.Vault, logTo);
        await server.StartAsync(Cancel);
        return (server, address);
    }

    private static async Task<string> SignInAsync(OwnBooks own)
    {
        var merchant = await own.MerchantAsync();
        using var people = new People(own.Database, TimeProvider.System, new HashSet<string>());
        await people.EnsureAsync(merchant, "ada@example.com", "Ada", "correct horse battery staple", Cancel, OperatorRole.Admin);
        var (person, _) = Assert.Single(await people.ListAsync(merchant, Cancel));
        var token = await new ConsoleSessions(own.Database, TimeProvider.System).OpenAsync(person, Cancel);
        SecretWatch.OfTheRun.Add([token[(token.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        return token;
    }

    private static HttpClient Signed(Uri address, string token)
    {
        var client = new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = address };
        client.DefaultRequestHeaders.Add("Cookie", $"{CookieName}={token}");
        return client;
    }

    private async Task LookAsync(Uri address, string path, string token, string name)
    {
        foreach (var (scheme, width, suffix) in new[] { (Microsoft.Playwright.ColorScheme.Light, 1280, ""),
            (Microsoft.Playwright.ColorScheme.Dark, 1280, "-dark"), (Microsoft.Playwright.ColorScheme.Light, 360, "-phone") })
        {
            await using var opened =
                await browser.OpenAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
            await opened.Page.Context.AddCookiesAsync(
                [new() { Name = CookieName, Value = token, Url = new Uri(address, "/console").AbsoluteUri, HttpOnly = true }]);
            await opened.GoAsync(new Uri(address, path).AbsoluteUri);
            await opened.LookAsync($"console-{name}{suffix}");
        }
    }

    private static async Task ExecuteAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private sealed class KeptLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
