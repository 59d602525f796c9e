using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>What a developer finds at the root of a server, and behind the type of a problem.</summary>
public sealed partial class FrontPageTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Root_LeadsToTheConsoleAndTheApis()
    {
        var (status, html) = await PageAsync("/");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("href=\"/console\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/openapi\"", html, StringComparison.Ordinal);
        using var head = await books.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"), Cancel);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    /// <summary>Every guide is a page, and what a guide links of them leads to a heading that is there.</summary>
    [Fact]
    public async Task Guides_AreListed_AndEachIsAPage_WhoseLinksLead()
    {
        var (_, front) = await PageAsync("/");
        Assert.Contains("href=\"/guides\"", front, StringComparison.Ordinal);
        Dictionary<string, string> read = new(StringComparer.Ordinal);
        Queue<string> next = new(["/guides"]);
        List<(string From, string To)> links = [];
        while (next.TryDequeue(out var path))
        {
            if (read.ContainsKey(path))
                continue;
            var (status, html) = await GuideAsync(path);
            Assert.Equal((path, HttpStatusCode.OK), (path, status));
            read[path] = html;
            foreach (var link in GuideLinks().Matches(html).Select(match => match.Groups["to"].Value))
            {
                var to = link.StartsWith('#') ? path + link : link;
                links.Add((path, to));
                next.Enqueue(to.Split('#')[0]);
            }
        }

        Assert.True(read.Count > 20, $"{read.Count}");
        Assert.All(links.Where(link => link.To.Contains('#', StringComparison.Ordinal)), link =>
        {
            var parts = link.To.Split('#');
            Assert.True(read[parts[0]].Contains($" id=\"{parts[1]}\"", StringComparison.Ordinal), $"{link.From} leads to {link.To}");
        });
        // What a reader copies is as it stands in the guide.
        Assert.Contains("<pre><code>curl -s http", read["/guides/connect"], StringComparison.Ordinal);
        Assert.DoesNotContain("](", read["/guides/receivables"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await PageAsync("/guides/nothing")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PageAsync("/guides/README")).Status);
    }

    [Fact]
    public async Task Address_AtWhichNothingIs_IsAPageForABrowser_AndABareStatusForAProgram()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml");
        using var shown = await books.Client.SendAsync(request, Cancel);
        var html = await shown.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.NotFound, shown.StatusCode);
        Assert.Contains("There is no such page", html, StringComparison.Ordinal);
        Assert.Contains("<form role=\"search\" action=\"/console/search\">", html, StringComparison.Ordinal);
        Assert.Contains("name=\"q\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/openapi\"", html, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        Assert.Equal((HttpStatusCode.NotFound, ""), await PageAsync("/nowhere"));
    }

    [Fact]
    public async Task Type_OfEachProblem_IsAPageThatExplainsIt()
    {
        var types = books.Dialects.SelectMany(dialect => dialect.Problems).ToList();
        Assert.True(types.Count > 100, $"{types.Count}");

        foreach (var type in types.Select(problem => problem.Type).Distinct())
        {
            var (status, html) = await PageAsync($"/problems/{type}");
            Assert.True(status == HttpStatusCode.OK && html.Contains($"<h1>{type}</h1>", StringComparison.Ordinal), type);
        }
    }

    [Fact]
    public async Task Type_OfAnAnswer_IsTheAddressOfItsPage()
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await biller.GetAsync($"{Biller.Charges}/none");

        var (status, html) = await PageAsync((string)refused.Json["type"]!);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("no such charge", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await PageAsync("/problems/%3Cb%3E")).Status);
    }

    [Theory]
    [InlineData("//paymentManagement/v4/payment")]
    [InlineData("///paymentManagement/v4/payment/1")]
    [InlineData("//api/v1/accounts")]
    [InlineData("//v1/customers/1001/account")]
    public async Task Path_WithASlashTooMany_IsUnknownInTheShapeOfItsApi(string path)
    {
        using var answer = await books.Client.GetAsync(new Uri($"{books.Address.AbsoluteUri.TrimEnd('/')}{path}"), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.True(answer.Headers.Contains("Quittance-Trace"));
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel)));
    }

    private async Task<(HttpStatusCode Status, string Html)> PageAsync(string address)
    {
        using var answer = await books.Client.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute), Cancel);
        if (answer.StatusCode == HttpStatusCode.OK)
            Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Guides show the demo's secrets and cards for trials, which everyone knows: the tests do not watch for them there.</summary>
    private async Task<(HttpStatusCode Status, string Html)> GuideAsync(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = books.Address };
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    [GeneratedRegex("href=\"(?<to>/guides/[^\"]+|#[^\"]+)\"", RegexOptions.None, 60_000)]
    private static partial Regex GuideLinks();
}
