using System.Net;
using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Verification;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>People sign in at the console with their organisation's identity provider.</summary>
public sealed class SingleSignOnTests(BooksFixture books, Browser browser)
{
    private static readonly MerchantId Merchant = new(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Person_OfTheOrganisation_EntersWithItsNameAndRole_AndLandsWhereTheyWanted()
    {
        await using var office = await OfficeAsync();
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(office.At("/console/ledger"));
        await opened.LookAsync("console-sign-in-single");
        await SignInAsync(opened, "ada");

        await Expect(opened.Page).ToHaveURLAsync(office.At("/console/ledger"));
        await Expect(opened.Page.GetByText("Ada Lovelace")).ToBeVisibleAsync();
        var ada = Assert.Single(await office.PeopleAsync());
        Assert.Equal(("ada@example.com", "Ada Lovelace", OperatorRole.Operator), (ada.Email, ada.Name, ada.Role));
        Assert.Equal(
            ["person.follow", "console.sign-in"], await office.TextsAsync("SELECT what FROM operator_action ORDER BY at, what DESC"));

        // The second time nothing is new.
        await opened.Page.Context.ClearCookiesAsync();
        await opened.GoAsync(office.At("/console"));
        await SignInAsync(opened, "ada");
        await Expect(opened.Page.GetByText("Ada Lovelace")).ToBeVisibleAsync();
        Assert.Equal(ada, Assert.Single(await office.PeopleAsync()));
        await office.AssertCleanAsync();
    }

    [Fact]
    public async Task Person_WhoHasAPassword_BecomesTheOneOfTheVerifiedAddress_AndTheRoleIsTheProviders()
    {
        await using var office = await OfficeAsync();
        using var people = office.People();
        await people.EnsureAsync(Merchant, "grace@example.com", "Grace", "correct horse battery staple", Cancel, OperatorRole.Viewer);
        var before = Assert.Single(await office.PeopleAsync());
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(office.At("/console"));
        await SignInAsync(opened, "grace");
        await Expect(opened.Page.GetByText("Grace Hopper")).ToBeVisibleAsync();
        Assert.Equal(
            before with { Name = "Grace Hopper", Role = OperatorRole.Admin }, Assert.Single(await office.PeopleAsync()));
        await office.AssertCleanAsync();
    }

    [Fact]
    public async Task PageThatAsksAgain_WantsASignInAtTheProvider_AlsoWhereItKnowsTheBrowser()
    {
        await using var office = await OfficeAsync();
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(office.At("/console"));
        await SignInAsync(opened, "grace");
        await Expect(opened.Page.GetByText("Grace Hopper")).ToBeVisibleAsync();
        await office.TextsAsync("UPDATE console_session SET proven_at = proven_at - interval '1 hour' RETURNING id::text");

        await opened.GoAsync(office.At("/console/access/people/new"));
        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = "Is it still you?" })).ToBeVisibleAsync();
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organisation again" }).ClickAsync();
        await opened.Page.GetByLabel("Name").FillAsync("grace");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Enter" }).ClickAsync();
        await Expect(opened.Page).ToHaveURLAsync(office.At("/console/access/people/new"));
    }

    [Fact]
    public async Task Session_OfASignInLongAgo_HasNoProof()
    {
        await using var office = await OfficeAsync();
        using var people = office.People();
        var ada = new ProvenIdentity(office.Issuer.Name, "ada", "ada@example.com", true, "Ada", OperatorRole.Admin);
        var person = (await people.AdmitAsync(Merchant, ada, Cancel)).Person!;
        var sessions = office.Sessions();
        var then = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(10);
        var token = await sessions.OpenAsync(person, Cancel, provenAt: then);
        Assert.True((await sessions.FindAsync(token, Cancel))!.ProvenAt <= then);
    }

    [Theory]
    [InlineData("eve", "gives you no role")]
    [InlineData("mallory", "belongs to another person")]
    public async Task Person_WithoutARole_OrWithTheAddressOfAnother_StaysOutside(string who, string word)
    {
        await using var office = await OfficeAsync();
        using var people = office.People();
        await people.EnsureAsync(Merchant, "ada@example.com", "Ada", "correct horse battery staple", Cancel, OperatorRole.Admin);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(office.At("/console"));
        await SignInAsync(opened, who);
        await Expect(opened.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(word);
        Assert.Equal("Ada", Assert.Single(await office.PeopleAsync()).Name);
        Assert.Equal(["0"], await office.TextsAsync("SELECT count(*)::text FROM console_session"));
    }

    [Fact]
    public async Task Person_WithASecondFactorHere_IsNotTakenOverByAnAddress()
    {
        await using var office = await OfficeAsync();
        using var people = office.People();
        await people.EnsureAsync(Merchant, "ada@example.com", "Ada", "correct horse battery staple", Cancel, OperatorRole.Admin);
        var ada = new ProvenIdentity(office.Issuer.Name, "ada", "ada@example.com", true, "Ada", OperatorRole.Viewer);
        await office.TextsAsync("UPDATE person SET sealed_secret = 'x', secured_at = now() RETURNING id::text");
        Assert.Null((await people.AdmitAsync(Merchant, ada, Cancel)).Person);
        await office.TextsAsync("UPDATE person SET sealed_secret = NULL, secured_at = NULL RETURNING id::text");
        Assert.NotNull((await people.AdmitAsync(Merchant, ada, Cancel)).Person);
    }

    [Fact]
    public async Task Person_WhoHasLeft_StaysOutside()
    {
        await using var office = await OfficeAsync();
        using var people = office.People();
        var ada = new ProvenIdentity(office.Issuer.Name, "ada", "ada@example.com", true, "Ada", OperatorRole.Viewer);
        var person = (await people.AdmitAsync(Merchant, ada, Cancel)).Person!;
        Assert.Equal(PersonOutcome.Changed, await people.EndAsync(Merchant, person.Id, OriginOf(person), Cancel));
        Assert.Null((await people.AdmitAsync(Merchant, ada, Cancel)).Person);
        Assert.Null((await people.AdmitAsync(Merchant, ada with { Subject = "another" }, Cancel)).Person);
    }

    [Fact]
    public async Task Answer_ThatThisBrowserHasNotAskedFor_LetsNobodyIn()
    {
        await using var office = await OfficeAsync();
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(office.At("/console/sign-in/return?code=stolen&state=stolen"));
        await Expect(opened.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("begun in another browser");
    }

    /// <summary>Over TLS its name keeps a neighbouring host from planting one.</summary>
    [Fact]
    public async Task Journey_IsInACookie_ThatGoesOverTlsAloneToThisHost()
    {
        await using var issuer = await RunningIssuer.StartAsync("https://127.0.0.1/console/sign-in/return");
        await using var server = await TokenServer.StartAsync(books, settings => settings with
        {
            SingleSignOn = issuer.SingleSignOn,
            PublicAddress = new PublicAddress($"https://127.0.0.1:{settings.Port}"),
        });
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = server.Client.BaseAddress,
        };

        using var begun = await client.GetAsync(new Uri("/console/sign-in/single", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        var parts = Assert.Single(begun.Headers.GetValues("Set-Cookie")).Split("; ");
        Assert.StartsWith("__Host-quittance-sign-in=", parts[0], StringComparison.Ordinal);
        Assert.Superset(
            new HashSet<string> { "secure", "httponly", "path=/", "samesite=lax" },
            parts.Skip(1).Select(part => part.ToLowerInvariant()).ToHashSet());
    }

    [Fact]
    public async Task Provider_ThatDoesNotAnswer_IsReportedOf_AndPasswordsStillWork()
    {
        await using var office = await OfficeAsync();
        await office.Issuer.StopAsync();
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(office.At("/console"));
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organisation" }).ClickAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not answer");
        await Expect(opened.Page.GetByLabel("Password")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Answers_ThatAnAddressMakesUp_ReachTheProviderSoOftenAsPasswordsAreLookedAt()
    {
        await using var office = await OfficeAsync(signInLimit: 2);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        client.DefaultRequestHeaders.Add("Cookie", "quittance-sign-in=s.n.v.%2Fconsole");
        List<string> troubles = [];
        for (var tries = 0; tries < 3; tries++)
        {
            using var answer = await client.GetAsync(office.At("/console/sign-in/return?code=made-up&state=s"), Cancel);
            troubles.Add(answer.Headers.Location!.OriginalString);
        }

        Assert.Equal("/console/sign-in?trouble=too-many", troubles[2]);
        Assert.DoesNotContain(troubles[2], troubles.Take(2));
    }

    [Fact]
    public async Task Pictures_OnAPageElsewhere_UseNoTryUp_AndBeginNothing()
    {
        await using var office = await OfficeAsync(signInLimit: 1);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        for (var pictures = 0; pictures < 5; pictures++)
        {
            using var returned = await client.GetAsync(office.At("/console/sign-in/return?code=made-up&state=s"), Cancel);
            Assert.Equal("/console/sign-in?trouble=begun-elsewhere", returned.Headers.Location!.OriginalString);
            using var picture = new HttpRequestMessage(HttpMethod.Get, office.At("/console/sign-in/single"));
            picture.Headers.Add("Sec-Fetch-Dest", "image");
            using var begun = await client.SendAsync(picture, Cancel);
            Assert.Equal((HttpStatusCode.Forbidden, false), (begun.StatusCode, begun.Headers.Contains("Set-Cookie")));
        }

        // One person signs in: the way there and back is one try.
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(office.At("/console"));
        await SignInAsync(opened, "ada");
        await Expect(opened.Page.GetByText("Ada Lovelace")).ToBeVisibleAsync();
    }

    private static Origin OriginOf(Person person) => new(Merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
    {
        Action = new OperatorAction(Guid.Empty, "a test", "person.end", $"person {person.Email}", ""),
    };

    private static async Task SignInAsync(BrowserPage opened, string who)
    {
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organisation" }).ClickAsync();
        await opened.Page.GetByLabel("Name").FillAsync(who);
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Enter" }).ClickAsync();
    }

    private async Task<Office> OfficeAsync(int signInLimit = 1000)
    {
        var port = BooksFixture.FreePort();
        var issuer = await RunningIssuer.StartAsync($"http://127.0.0.1:{port}/console/sign-in/return");
        var server = await TokenServer.StartAsync(
            books, settings => settings with { SingleSignOn = issuer.SingleSignOn, SignInLimit = signInLimit }, port);
        Assert.Equal(Merchant, await new Merchants(server.Database, server.Clock).CreateAsync("Studio North", Cancel));
        return new Office(issuer, server);
    }

    /// <summary>A console, and the identity provider of its people.</summary>
    private sealed class Office(RunningIssuer issuer, TokenServer server) : IAsyncDisposable
    {
        public RunningIssuer Issuer => issuer;

        public string At(string path) => new Uri(server.Client.BaseAddress!, path).AbsoluteUri;

        public People People() => new(server.Database, server.Clock, new HashSet<string>());

        public ConsoleSessions Sessions() => new(server.Database, server.Clock);

        public async Task<IReadOnlyList<Person>> PeopleAsync()
        {
            using var people = People();
            return [.. (await people.ListAsync(Merchant, Cancel)).Select(known => known.Person)];
        }

        public async Task<IReadOnlyList<string>> TextsAsync(string sql)
        {
            await using var command = server.Database.CreateCommand(sql);
            await using var row = await command.ExecuteReaderAsync(Cancel);
            List<string> texts = [];
            while (await row.ReadAsync(Cancel))
                texts.Add(row.GetString(0));
            return texts;
        }

        public async Task AssertCleanAsync() =>
            Assert.All(await new Verifier(server.Database).VerifyAsync(null, Cancel), report => Assert.Empty(report.Differences));

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await issuer.DisposeAsync();
        }
    }
}
