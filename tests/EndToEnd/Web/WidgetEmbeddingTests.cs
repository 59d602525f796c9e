using Microsoft.Playwright;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>The page around the widget and its limits, and sessions in which nothing can be paid any more.</summary>
public sealed class WidgetEmbeddingTests(BooksFixture books, Browser browser)
{
    // The loader waits for the frame before it says that it did not come.
    private const float LoaderGivesUp = 15_000;

    [Fact]
    public async Task OriginThatNobodyAllowed_EmbedsNothing_AndSaysSo()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Stranger);

        await EmbedAsync(opened, await studio.OpenSessionAsync(member, 20));

        await Expect(opened.Page.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The payment form could not be loaded. Please reload the page.", new() { Timeout = LoaderGivesUp });
        Assert.Contains(opened.Errors, error => error.Contains("frame-ancestors", StringComparison.Ordinal));
        Assert.Equal(
            "not_ready", await opened.Page.EvaluateAsync<string>("() => widgets[0].submitPayment().catch((failure) => failure.code)"));
        await opened.KeepAsync("origin-not-allowed");
    }

    [Fact]
    public async Task OriginOfTheInstallation_Embeds()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        Assert.Equal(0, (await studio.OriginAsync("add", shop.Stranger.TrimEnd('/'))).ExitCode);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Stranger);

        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 20));

        await Expect(widget.Heading).ToContainTextAsync("€20.00");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task MessagesFromElsewhere_AreIgnored()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 20, "CASH"));

        // Into the frame, with a port of one's own and without; and into the page, as if the frame said it.
        var answers = await opened.Page.EvaluateAsync<int>("""
            async () => {
              let answers = 0;
              const frame = document.querySelector('iframe').contentWindow;
              const channel = new MessageChannel();
              channel.port1.onmessage = () => answers++;
              frame.postMessage({ type: 'quittance:port' }, '*', [channel.port2]);
              channel.port1.postMessage({ type: 'submit', id: 1 });
              const toFrame = [{ type: 'submit', id: 1 }, { type: 'start', token: 'us_other' }, 'text', null, new Uint8Array(100_000)];
              const redirect = { type: 'redirect', address: 'javascript:alert(1)' };
              const toPage = [{ type: 'success', paymentRequestToken: 'prt_forged' }, redirect, 7];
              for (const data of toFrame) frame.postMessage(data, '*');
              for (const data of toPage) window.postMessage(data, '*');
              await new Promise((resolve) => setTimeout(resolve, 500));
              return answers;
            }
            """);

        Assert.Equal((0, 0), (answers, await opened.Page.EvaluateAsync<int>("() => heard.length")));
        await Expect(widget.Heading).ToContainTextAsync("€20.00");
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task FrameThatWaits_TakesItsPortFromThePageAroundItOnly()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var token = await studio.OpenSessionAsync(await studio.Studio.MemberAsync(), 20, "CASH");
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        await opened.Page.EvaluateAsync(
            """
            (address) => new Promise((resolve) => {
              document.body.append(document.createElement('iframe'));
              const frame = document.createElement('iframe');
              frame.addEventListener('load', () => setTimeout(resolve, 200));
              frame.src = address;
              document.body.append(frame);
            })
            """,
            new Uri(books.Address, $"/widget/frame?session={token[3..35]}").ToString());
        const string Start = """
            (token) => new Promise((resolve) => {
              const channel = new MessageChannel();
              channel.port1.onmessage = () => resolve('answered');
              setTimeout(() => resolve('silent'), 700);
              parent.frames[1].postMessage({ type: 'quittance:port' }, '*', [channel.port2]);
              const returnUrl = 'https://elsewhere.example/';
              channel.port1.postMessage({ type: 'start', token, environment: 'test', countryCode: 'DE', locale: 'en', returnUrl });
            })
            """;

        var sibling = opened.Page.Frames.Single(frame => frame.Url == "about:blank");
        Assert.Equal("silent", await sibling.EvaluateAsync<string>(Start, token));
        Assert.Equal("answered", await opened.Page.EvaluateAsync<string>(Start, token));
    }

    [Fact]
    public async Task TokenOfAnotherSession_IsNotTaken()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var token = await studio.OpenSessionAsync(member, 20);

        // A proof of another session, and a session that does not exist.
        var other = await studio.OpenSessionAsync(member, 20);
        var forged = await new EmbeddedWidget(opened.Page).OpenAsync(token[..35] + other[35..]);
        var nothing = await new EmbeddedWidget(opened.Page, "two").OpenAsync($"us_{new string('0', 75)}");

        await Expect(forged.Heading).ToHaveTextAsync("This payment session is not valid");
        await Expect(nothing.Heading).ToHaveTextAsync("This payment session is not valid");
        await opened.LookAsync("session-invalid");
    }

    [Fact]
    public async Task SessionThatIsOver_IsSaidPlainly_AlsoInTheMiddleOfIt()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var token = await studio.OpenSessionAsync(member, 20, "CREDIT_CARD");
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(token);
        await widget.FillCardAsync();

        await studio.ExpireAsync(token);
        await widget.PayAsync();
        await Expect(widget.Heading).ToHaveTextAsync("This payment session has expired");
        await opened.Page.ReloadAsync();
        await Expect(widget.Heading).ToHaveTextAsync("This payment session has expired");
        await opened.LookAsync("session-expired");
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => heard.length"));
    }

    [Fact]
    public async Task SessionWithTooManyTriesDeclined_IsSaidPlainly()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var token = await studio.OpenSessionAsync(member, 20, "CREDIT_CARD");
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(token);
        for (var tries = 1; tries <= 10; tries++)
            await Visits.SubmitAsync(books.Client, token, Visits.Card("4000000000000002"), once: null);

        await widget.FillCardAsync();
        await widget.PayAsync();
        await Expect(widget.Heading).ToHaveTextAsync("Too many attempts were declined");
        await opened.Page.ReloadAsync();
        await Expect(widget.Heading).ToHaveTextAsync("Too many attempts were declined");
        await opened.LookAsync("session-exhausted");
    }

    [Fact]
    public async Task PageWithALongQuery_IsComeBackToWithoutIt()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync($"{shop.Address}?member=7&note={new string('x', 3000)}#pay");
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 20, "CREDIT_CARD"));

        await widget.FillCardAsync("4000000000003220");
        await widget.PayAsync();
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await studio.BookAsync(member, await widget.TokenAsync(), 20);
        Assert.Equal(
            shop.Address, await books.ScalarAsync(
            "SELECT return_to FROM attempt WHERE merchant_id = $1 AND verb = 'authorise'", studio.Studio.Merchant.Value));
    }

    [Fact]
    public async Task SessionThatEnds_WhileTheCustomerLooksAtIt_SaysSoByItself()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var token = await studio.OpenSessionAsync(member, 20, "CASH");
        await studio.ExpireAsync(token, left: TimeSpan.FromSeconds(5));

        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(token);

        await Expect(widget.Heading).ToHaveTextAsync("This payment session has expired");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task SessionThatIsUsed_IsSaidPlainly()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var token = await studio.OpenSessionAsync(member, 20, "CASH");
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(token);
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 20);

        await opened.Page.ReloadAsync();
        await widget.OpenAsync(token);

        await Expect(widget.Heading).ToHaveTextAsync("This payment is already complete");
        await opened.LookAsync("session-used");
        Assert.Empty(opened.Errors);
    }

    private static Task EmbedAsync(BrowserPage opened, string token) =>
        opened.Page.EvaluateAsync("(userSessionToken) => embed({ userSessionToken, container: 'one' })", token);
}
