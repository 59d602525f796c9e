using System.Net;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>Signing in at the console.</summary>
public sealed class SignInTests(BooksFixture books, Browser browser)
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public async Task SignIn_LeadsToWhatWasAskedFor_AndSignOutEndsIt()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await using var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = 360, Height = 800 } });
        await opened.GoAsync(new Uri(books.Address, "/console/nothing?at=1").AbsoluteUri);
        await FillInAsync(opened.Page, desk, "wrong");
        await Expect(opened.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("User or password is wrong.");
        await opened.LookAsync("console-sign-in-wrong-phone");

        await FillInAsync(opened.Page, desk, Password);
        await Expect(opened.Page).ToHaveURLAsync(new Uri(books.Address, "/console/nothing?at=1").AbsoluteUri);
        await opened.Page.GotoAsync(new Uri(books.Address, "/console").AbsoluteUri);
        await opened.Page.GetByText(desk.Person.Name).ClickAsync();
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You are signed out.");

        await opened.Page.GotoAsync(new Uri(books.Address, "/console").AbsoluteUri);
        await Expect(opened.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Guessing_IsLockedOut_AlsoForWhoKnowsThePasswordThen()
    {
        using var desk = await TestDesk.OpenAsync(books);
        HttpStatusCode last = default;
        for (var tries = 0; tries < 20 && last != HttpStatusCode.TooManyRequests; tries++)
            last = (await SignInAsync(desk, "wrong")).StatusCode;

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        await desk.LengthenWaitsAsync(books);
        using var known = await SignInAsync(desk, Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, known.StatusCode);
        Assert.True(known.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.False(known.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(61, 0)]
    public async Task Session_ThatHasEnded_IsForgotten(int minutesLater, long left)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var clock = new HandMovedClock();
        using var people = new People(own.Database, clock, new HashSet<string>());
        await people.EnsureAsync(merchant, "ada@example.com", "Ada", Password, cancel, OperatorRole.Viewer);
        await new ConsoleSessions(own.Database, clock).OpenAsync(Assert.Single(await people.ListAsync(merchant, cancel)).Person, cancel);

        clock.Pass(TimeSpan.FromMinutes(minutesLater));
        await new Pruning(own.Database, new Merchants(own.Database, clock), clock).PruneAsync(cancel);

        Assert.Equal(left, await own.CountAsync("console_session"));
    }

    [Fact]
    public async Task Person_WithoutARole_OrWhoHasLeft_IsNotLetIn()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books);
        await books.ScalarAsync("UPDATE person SET role = NULL WHERE merchant_id = $1 RETURNING 1", desk.Merchant.Value);
        using (var without = await SignInAsync(desk, Password))
            Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        using (var shut = await desk.Client.GetAsync("/console", cancel))
            Assert.Equal("/console/sign-in", shut.Headers.Location!.OriginalString);

        await books.ScalarAsync(
            "UPDATE person SET role = 'admin', ended_at = now() WHERE merchant_id = $1 RETURNING 1", desk.Merchant.Value);
        using var left = await SignInAsync(desk, Password);
        Assert.Equal(HttpStatusCode.Unauthorized, left.StatusCode);
    }

    [Fact]
    public async Task SessionThatWasSlippedToSomeone_EndsWhenTheySignIn()
    {
        using var attacker = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var victim = await TestDesk.OpenAsync(books, OperatorRole.Admin);

        // The victim's browser sends the attacker's cookie along.
        using var signedIn = await attacker.SendAsync(
            "/console/sign-in", ("_handler", "sign-in"), ("Merchant", $"{victim.Merchant.Value}"), ("User", victim.Person.Email),
            ("Password", Password));

        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.All(
            signedIn.Headers.GetValues("Set-Cookie"),
            cookie => Assert.Contains("samesite=strict; httponly", cookie, StringComparison.Ordinal));
        using var fixated = await attacker.Client.GetAsync("/console", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, fixated.StatusCode);
    }

    [Fact]
    public async Task Session_EndsByItself_WhenNobodyUsesIt_AndAfterADay()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books);
        var clock = new Later();
        var sessions = new ConsoleSessions(books.Database, clock);
        var token = await sessions.OpenAsync(desk.Person, cancel);
        SecretWatch.OfTheRun.Add([token]);

        for (clock.By = TimeSpan.Zero; clock.By < ConsoleSessions.Longest; clock.By += TimeSpan.FromMinutes(14))
            Assert.Equal(desk.Person.Id, (await sessions.FindAsync(token, cancel))?.Person);
        Assert.Null(await sessions.FindAsync(token, cancel));

        clock.By = TimeSpan.Zero;
        token = await sessions.OpenAsync(desk.Person, cancel);
        SecretWatch.OfTheRun.Add([token]);
        clock.By = ConsoleSessions.UsualPause + TimeSpan.FromSeconds(1);
        Assert.Null(await sessions.FindAsync(token, cancel));
    }

    [Theory]
    [InlineData("https://evil.example/console")]
    [InlineData("//evil.example/console")]
    [InlineData("/consoles")]
    [InlineData("/console/../..//evil.example")]
    [InlineData("/console/%2e%2e/oauth/authorize")]
    [InlineData("/console//evil.example")]
    [InlineData("/console\\..\\evil")]
    [InlineData("/oauth/authorize")]
    public async Task SignIn_LeadsNowhereElse(string to)
    {
        using var desk = await TestDesk.OpenAsync(books);
        using var signedIn = await desk.SendAsync(
            $"/console/sign-in?to={Uri.EscapeDataString(to)}", ("_handler", "sign-in"), ("Merchant", $"{desk.Merchant.Value}"),
            ("User", desk.Person.Email), ("Password", Password));
        Assert.Equal("/console", signedIn.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1e0")]
    [InlineData("999999999")]
    [InlineData("99999999999999999999")]
    public async Task MerchantWhomNobodyKnows_IsNotAnotherMerchant(string number)
    {
        // The first of at least two, since one alone needs no number: nothing else may mean them.
        await books.Merchants.CreateAsync("Southwind", TestContext.Current.CancellationToken);
        var first = (await books.Merchants.ListAsync(TestContext.Current.CancellationToken))[0].Id;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, first);
        for (var tries = 0; tries < 7; tries++)
        {
            using var refused = await SignInAsync(number);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.False(refused.Headers.Contains("Set-Cookie"));
            Assert.Contains("User or password is wrong.", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }

        using var meant = await SignInAsync($" {first.Value} ");
        Assert.Equal(HttpStatusCode.SeeOther, meant.StatusCode);

        Task<HttpResponseMessage> SignInAsync(string merchant) => desk.SendAsync(
            "/console/sign-in", ("_handler", "sign-in"), ("Merchant", merchant), ("User", desk.Person.Email), ("Password", Password));
    }

    private static Task<HttpResponseMessage> SignInAsync(TestDesk desk, string password) => desk.SendAsync(
        "/console/sign-in", ("_handler", "sign-in"), ("Merchant", $"{desk.Merchant.Value}"), ("User", desk.Person.Email),
        ("Password", password));

    private static async Task FillInAsync(IPage page, TestDesk desk, string password)
    {
        await page.GetByLabel("Merchant number").FillAsync($"{desk.Merchant.Value}");
        await page.GetByLabel("User").FillAsync(desk.Person.Email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private sealed class Later : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
