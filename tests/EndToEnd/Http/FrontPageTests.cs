using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>What a developer finds at the root of a server, and behind the type of a problem.</summary>
public sealed class FrontPageTests(BooksFixture books)
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

    [Fact]
    public async Task Address_AtWhichNothingIs_IsAPageForABrowser_AndABareStatusForAProgram()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml");
        using var shown = await books.Client.SendAsync(request, Cancel);
        var html = await shown.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.NotFound, shown.StatusCode);
        Assert.Contains("There is no such page", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/console/search\"", html, StringComparison.Ordinal);

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
}
