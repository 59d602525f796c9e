using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;
using Npgsql;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>The network and the server break while a customer pays; no customer is left without a word, and none pays twice.</summary>
public sealed class WidgetOutageTests(BooksFixture books, Browser browser)
{
    private const string Session = "**/widget/session";
    private const string Payment = "**/widget/session/payment";
    private const string Unanswered = "4000000000000119";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NetworkThatIsAway_IsSaid_AndTheFormComesWhenItIsBack()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.Page.RouteAsync(Session, route => route.AbortAsync("internetdisconnected"));
        var (studio, member, widget) = await OpenAsync(shop, opened, "CASH");

        await Expect(widget.Heading).ToHaveTextAsync("The payment service cannot be reached");
        await opened.LookAsync("unreachable");
        await widget.Button.ClickAsync();
        await Expect(widget.Heading).ToHaveTextAsync("The payment service cannot be reached");
        await opened.Page.UnrouteAsync(Session);
        await widget.Button.ClickAsync();

        await Expect(widget.Heading).ToContainTextAsync("€20.00");
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.All(opened.Errors, error => Assert.Contains("ERR_INTERNET_DISCONNECTED", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnswerThatIsLost_IsAskedForAgain_AndPaidOnce()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenAsync(shop, opened, "CREDIT_CARD");
        await widget.FillCardAsync();
        var keys = new ConcurrentBag<string>();
        await opened.Page.RouteAsync(Payment, async route =>
        {
            keys.Add(route.Request.Headers["idempotency-key"]);
            await route.FetchAsync();
            await route.AbortAsync("connectionreset");
        });

        await widget.PayAsync();
        await Expect(widget.Banner).ToHaveTextAsync("The connection was lost. Please try again; you will not be charged twice.");
        await opened.LookAsync("connection-lost");
        Assert.Equal(3, keys.Count);
        await opened.Page.UnrouteAsync(Payment);
        await opened.Page.RouteAsync(Payment, async route =>
        {
            keys.Add(route.Request.Headers["idempotency-key"]);
            await route.ContinueAsync();
        });
        await widget.PayAsync();

        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.Equal(4, keys.Count);
        Assert.Single(keys.Distinct());
        var visits = new Visits(books, studio.Studio);
        Assert.Equal((0, 1), (await visits.PaymentsAsync(member, "authorised"), await visits.PaymentsAsync(member, "captured")));
        Assert.All(opened.Errors, error => Assert.Contains("ERR_CONNECTION_RESET", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServerWithoutItsBooks_IsSaid_AndPaysWhenTheyAreBack()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(books.ConnectionString) { Host = "127.0.0.1", Port = BooksFixture.FreePort() };
        await using var database = Storage.Database.Open(nowhere.ConnectionString);
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true), database,
            books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.Page.RouteAsync(Session, ToItAsync);
        var (studio, member, widget) = await OpenAsync(shop, opened, "CREDIT_CARD");
        await Expect(widget.Heading).ToHaveTextAsync("The payment service cannot be reached");
        await opened.Page.UnrouteAsync(Session);
        await widget.Button.ClickAsync();

        await widget.FillCardAsync();
        await opened.Page.RouteAsync(Payment, ToItAsync);
        await widget.PayAsync();
        await Expect(widget.Banner)
            .ToHaveTextAsync("The payment service is not available right now. Nothing was charged. Please try again in a moment.");
        await opened.LookAsync("unavailable");
        await opened.Page.UnrouteAsync(Payment);
        await widget.PayAsync();

        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.All(opened.Errors, error => Assert.Contains("503", error, StringComparison.Ordinal));
        await server.StopAsync(Cancel);

        Task ToItAsync(IRoute route) =>
            route.ContinueAsync(new() { Url = $"http://127.0.0.1:{port}{new Uri(route.Request.Url).PathAndQuery}" });
    }

    [Fact]
    public async Task ProviderThatIsSilent_IsWaitedFor_AlsoWithoutTheNetwork()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (studio, member, widget) = await OpenAsync(shop, opened, "CREDIT_CARD");
        await widget.FillCardAsync(Unanswered);
        var lost = 0;
        await opened.Page.RouteAsync(Session, route =>
        {
            // Twice no server is reached; then the network is back.
            return Interlocked.Increment(ref lost) <= 2 ? route.AbortAsync("internetdisconnected") : route.ContinueAsync();
        });

        await widget.PayAsync();
        await Expect(widget.Heading).ToHaveTextAsync("Waiting for confirmation");
        await opened.LookAsync("waiting");

        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.True(lost > 2, "The network was never away.");
        Assert.All(opened.Errors, error => Assert.Contains("ERR_INTERNET_DISCONNECTED", error, StringComparison.Ordinal));
    }

    private async Task<(WidgetStudio Studio, long Member, EmbeddedWidget Widget)> OpenAsync(
        EmbeddingShop shop, BrowserPage opened, string choice)
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await opened.GoAsync(shop.Address);
        return (studio, member, await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 20, choice)));
    }
}
