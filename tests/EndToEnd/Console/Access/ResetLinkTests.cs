using System.Net;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A link to a new password works once and for an hour, and only its owner learns the password.</summary>
public sealed class ResetLinkTests(BooksFixture books, Browser browser)
{
    private const string Next = "twelve quiet herons";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_SetsAPasswordOnce()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, admin.Merchant);
        var (first, link) = (await LinkAsync(admin, grace), await LinkAsync(admin, grace));
        // Whoever made it or reads it has not signed anybody out.
        Assert.Equal(HttpStatusCode.OK, (await grace.Client.GetAsync("/console", Cancel)).StatusCode);
        Assert.Contains("does not work any more", await PageAsync(first), StringComparison.Ordinal);
        await LookAsync(link, "reset");

        Assert.Contains(
            "Many people take this password", (await SendAsync(link, "P@ssword2026", "P@ssword2026")).Page, StringComparison.Ordinal);
        Assert.Contains("The two passwords differ.", (await SendAsync(link, Next, $"{Next}!")).Page, StringComparison.Ordinal);
        var answers = await Task.WhenAll(SendAsync(link, Next, Next), SendAsync(link, "thirteen loud herons", "thirteen loud herons"));
        Assert.Single(answers, one => one.Status == HttpStatusCode.SeeOther);

        Assert.Contains("does not work any more", await PageAsync(link), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await grace.Client.GetAsync("/console", Cancel)).StatusCode);
        Assert.Equal("By a link", await books.ScalarAsync(
            "SELECT string_agg(reason, ',') FROM operator_action WHERE merchant_id = $1 AND person_id = $2 AND what = 'person.password'",
            admin.Merchant.Value, grace.Person.Id));
        await LookAsync(link, "reset-ended");
    }

    [Fact]
    public async Task Link_EndsAfterAnHour()
    {
        await using var server = await TokenServer.StartAsync(books);
        var merchant = await new Merchants(server.Database, server.Clock).CreateAsync("Northwind", Cancel);
        using var people = new People(server.Database, server.Clock, new HashSet<string>());
        await people.EnsureAsync(merchant, "ada@example.com", "Ada", "correct horse battery staple", Cancel, OperatorRole.Admin);
        var (exitCode, output, error) = await RunningProgram.RunAsync(
            ["person", "reset-link", "--email", "ada@example.com", "--server", "https://pay.example/", "--merchant", "1", "--database",
            server.ConnectionString]);
        Assert.True(exitCode == 0, error);
        var link = new Uri(output.Trim().Split('\n')[^1].Trim());
        SecretWatch.OfTheRun.Add([link.Query[(link.Query.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        var token = Uri.UnescapeDataString(link.Query["?token=".Length..]);

        Assert.Equal(("pay.example", "/console/reset"), (link.Host, link.AbsolutePath));
        server.Clock.Now = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(59);
        Assert.Equal("ada@example.com", (await people.FindByResetLinkAsync(token, Cancel))?.Email);
        server.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Null(await people.FindByResetLinkAsync(token, Cancel));
    }

    private static async Task<string> LinkAsync(TestDesk admin, TestDesk of)
    {
        using var made = await admin.SendAsync(
            $"/console/access/people/{of.Person.Id:D}/reset-link", ("Reason", "She forgot her password"),
            ("Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N")));
        var page = WebUtility.HtmlDecode(await made.Content.ReadAsStringAsync(Cancel));
        var link = page[page.IndexOf("/console/reset?", StringComparison.Ordinal)..];
        return link[..link.IndexOf('<', StringComparison.Ordinal)];
    }

    private async Task<string> PageAsync(string link)
    {
        using var client = new HttpClient { BaseAddress = books.Address };
        return await client.GetStringAsync(link, Cancel);
    }

    private async Task<(HttpStatusCode Status, string Page)> SendAsync(string link, string password, string again)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = books.Address };
        using var form = new FormUrlEncodedContent([new("_handler", "reset"), new("Password", password), new("Again", again)]);
        using var answer = await client.PostAsync(link, form, Cancel);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel)));
    }

    private async Task LookAsync(string link, string name)
    {
        using var anybody = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await anybody.LookEverywhereAsync(browser, link, name);
    }
}
