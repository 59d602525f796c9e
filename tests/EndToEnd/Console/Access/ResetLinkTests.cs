using System.Net;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A link to a new password works once and for an hour, and only its owner learns the password.</summary>
public sealed class ResetLinkTests(BooksFixture books, Browser browser)
{
    private const string Present = "correct horse battery staple";
    private const string Next = "twelve quiet herons";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_SetsAPasswordOnce()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, admin.Merchant);
        var (first, link) = (await LinkAsync(admin, grace), await LinkAsync(admin, grace));
        // A link that is made or read signs no one out.
        Assert.Equal(HttpStatusCode.OK, (await grace.Client.GetAsync("/console", Cancel)).StatusCode);
        Assert.Contains("does not work any more", await PageAsync(first), StringComparison.Ordinal);
        using var shown = await admin.Client.GetAsync(link, Cancel);
        Assert.Equal("strict-origin", shown.Headers.GetValues("Referrer-Policy").Single());
        await LookAsync(link, "reset");

        Assert.Contains(
            "Many people take this password", (await SendAsync(link, "P@ssword2026", "P@ssword2026")).Page, StringComparison.Ordinal);
        Assert.Contains("The two passwords differ.", (await SendAsync(link, Next, $"{Next}!")).Page, StringComparison.Ordinal);
        Assert.Contains("This is the present password.", (await SendAsync(link, Present, Present)).Page, StringComparison.Ordinal);
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

    [Fact]
    public async Task Link_ThatEndsWhileAPasswordWaitsForItsTurn_SetsNone()
    {
        await using var server = await TokenServer.StartAsync(books);
        var merchant = await new Merchants(server.Database, server.Clock).CreateAsync("Northwind", Cancel);
        using var people = new People(server.Database, server.Clock, new HashSet<string>());
        await people.EnsureAsync(merchant, "ada@example.com", "Ada", Present, Cancel, OperatorRole.Admin);
        var ada = Assert.Single(await people.ListAsync(merchant, Cancel)).Person;
        var session = await new ConsoleSessions(server.Database, server.Clock).OpenAsync(ada, Cancel);
        var (replaced, late) = (await MakeAsync(), await MakeAsync());
        SecretWatch.OfTheRun.Add([session, replaced, late]);

        Assert.Equal(PersonOutcome.LinkEnded, await people.SetPasswordByLinkAsync(ada, replaced, Next, By("person.password"), Cancel));
        // It has ended nothing either.
        await using (var count = server.Database.CreateCommand("SELECT count(*) FROM console_session"))
            Assert.Equal(1L, await count.ExecuteScalarAsync(Cancel));
        server.Clock.Pass(People.ResetLinkLasts);
        Assert.Equal(PersonOutcome.LinkEnded, await people.SetPasswordByLinkAsync(ada, late, Next, By("person.password"), Cancel));
        Assert.NotNull((await people.CheckAsync(merchant, ada.Email, Present, TryKind.Password, Cancel)).Person);

        var good = await MakeAsync();
        SecretWatch.OfTheRun.Add([good]);
        Assert.Equal(PersonOutcome.Changed, await people.SetPasswordByLinkAsync(ada, good, Next, By("person.password"), Cancel));

        async Task<string> MakeAsync() => (await people.MakeResetLinkAsync(merchant, ada.Id, By("person.reset-link"), Cancel)).Token!;

        Origin By(string what) => new(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(ada.Id, ada.Name, what, "person Ada", ""),
        };
    }

    [Fact]
    public async Task Form_SentTwice_MakesOneLink()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, admin.Merchant);
        var key = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var link = LinkIn(await MadeAsync(admin, grace, key));

        var again = await MadeAsync(admin, grace, key);

        Assert.Contains("You sent this form before, and it is done.", again, StringComparison.Ordinal);
        Assert.DoesNotContain("/console/reset?", again, StringComparison.Ordinal);
        Assert.Contains($"Choose a password for {grace.Person.Email}.", await PageAsync(link), StringComparison.Ordinal);
    }

    private static async Task<string> LinkAsync(TestDesk admin, TestDesk of) =>
        LinkIn(await MadeAsync(admin, of, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N")));

    private static async Task<string> MadeAsync(TestDesk admin, TestDesk of, string key)
    {
        using var made = await admin.SendAsync(
            $"/console/access/people/{of.Person.Id:D}/reset-link", ("Reason", "She forgot her password"), ("Key", key));
        return WebUtility.HtmlDecode(await made.Content.ReadAsStringAsync(Cancel));
    }

    private static string LinkIn(string page)
    {
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
