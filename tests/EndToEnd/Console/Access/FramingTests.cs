using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Browsers may show the console's pages, faults included, once and to their owner alone.</summary>
public sealed class FramingTests(BooksFixture books, Browser browser)
{
    [Long]
    [Fact]
    public async Task EveryPage_IsFramedAndKeptByNobody_AndRunsNothingOfOthers()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        using var admin = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, samples.Merchant);
        foreach (var page in ConsolePages.All)
        {
            using var shown = await admin.Client.GetAsync(page.Sample(samples)!, TestContext.Current.CancellationToken);
            AssertIsProtected(shown, page.Template);
            using var sent = await admin.SendAsync(page.Sample(samples)!, ("_handler", "no such form"));
            AssertIsProtected(sent, $"POST {page.Template}");
            using var refused = await viewer.Client.GetAsync(page.Sample(samples)!, TestContext.Current.CancellationToken);
            AssertIsProtected(refused, $"{page.Template} for a viewer");
        }
    }

    [Fact]
    public async Task Faults_AreShownAsPages_WithoutWhatIsInside()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, samples.Merchant);
        await AssertIsFaultAsync(
            await viewer.Client.GetAsync("/console/access/people/new", Cancel), HttpStatusCode.Forbidden, "Your role does not allow this");
        await AssertIsFaultAsync(await desk.Client.GetAsync("/console/nothing", Cancel), HttpStatusCode.NotFound, "There is no such page");
        await AssertIsFaultAsync(
            await desk.Client.GetAsync("/console/assets/nothing.js", Cancel), HttpStatusCode.NotFound, "There is no such page");
        await AssertIsFaultAsync(
            await desk.Client.GetAsync("/console/access/people/not-a-guid/role", Cancel), HttpStatusCode.NotFound, "There is no such page");
        await AssertIsFaultAsync(await desk.Client.GetAsync("/console/access/credentials/99999", Cancel), HttpStatusCode.NotFound,
            "There is no such credential");
        await AssertIsFaultAsync(await desk.SendAsync("/console/access/people/new", ("_handler", "no such form")),
            HttpStatusCode.BadRequest, "This can&#x27;t be done");
        await AssertIsFaultAsync(await SendAsync(desk, "multipart/form-data; boundary=x", "--x\r\nbroken"), null, null);
        await AssertIsFaultAsync(await SendAsync(desk, "application/json", "{\"Name\":"), null, null);
        await AssertIsFaultAsync(
            await SendAsync(desk, "application/x-www-form-urlencoded", string.Join('&', Enumerable.Repeat("a=b", 5000))), null, null);
    }

    [Fact]
    public async Task Frame_OfAnotherSite_StaysEmpty()
    {
        using var desk = await TestDesk.OpenAsync(books);
        await using var evil = await EvilSite.StartAsync(
            "127.0.0.1", $"<iframe title=\"prize\" src=\"{new Uri(books.Address, "/console/sign-in")}\"></iframe>");
        await using var opened = await desk.BrowseAsync(browser, "/console");
        await opened.Page.GotoAsync(evil.Address, new() { WaitUntil = WaitUntilState.Load });

        var frame = Assert.Single(opened.Page.Frames, frame => frame.ParentFrame is not null);
        Assert.DoesNotContain("Quittance", await frame.ContentAsync(), StringComparison.Ordinal);
        Assert.Contains(opened.Errors, error => error.Contains("frame", StringComparison.OrdinalIgnoreCase));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<HttpResponseMessage> SendAsync(TestDesk desk, string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/access/people/new") { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await desk.Client.SendAsync(request, Cancel);
    }

    private static async Task AssertIsFaultAsync(HttpResponseMessage answer, HttpStatusCode? status, string? heading)
    {
        using (answer)
        {
            var page = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == status || (status is null && (int)answer.StatusCode is >= 400 and < 500),
                $"{answer.RequestMessage!.RequestUri}: {answer.StatusCode}");
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains(heading ?? "<h1>", page, StringComparison.Ordinal);
            // One document, with its looks.
            foreach (var part in new[] { "<!DOCTYPE html>", "<main", "console.css" })
                Assert.Equal(2, page.Split(part).Length);
            foreach (var inside in new[] { "Exception", "   at ", "Quittance.Console", "Microsoft.", "Npgsql", ".cs:line" })
                Assert.DoesNotContain(inside, page, StringComparison.Ordinal);
            AssertIsProtected(answer, $"{answer.RequestMessage!.RequestUri}");
        }
    }

    private static void AssertIsProtected(HttpResponseMessage answer, string what)
    {
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.True(
            policy.Contains("default-src 'none'", StringComparison.Ordinal)
                && policy.Contains("frame-ancestors 'none'", StringComparison.Ordinal)
            && policy.Contains("base-uri 'none'", StringComparison.Ordinal)
                && policy.Contains("form-action 'self'", StringComparison.Ordinal), $"{what}: {policy}");
        Assert.False(
            policy.Contains("unsafe", StringComparison.Ordinal) || policy.Contains('*', StringComparison.Ordinal), $"{what}: {policy}");
        Assert.True(answer.Headers.CacheControl is { NoStore: true }, $"{what}: {answer.Headers.CacheControl}");
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }
}
