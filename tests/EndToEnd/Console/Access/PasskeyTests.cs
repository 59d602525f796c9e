using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Quittance.Console;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>Passkeys: after the password, in its place, and where a page asks again.</summary>
public sealed class PasskeyTests(BooksFixture books, Browser browser)
{
    private const string Password = "correct horse battery staple";
    private const string NewPath = "/console/second-factor/passkeys/new";
    private const string Refused = "This passkey does not fit";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Origin => $"http://localhost:{books.Address.Port}";

    [Fact]
    public async Task Passkey_OpensTheConsole_AfterThePassword_InItsPlace_AndAgain()
    {
        using var desk = await OpenAsync();
        using var elsewhere = Client((await ReadyAsync(desk)).Cookie);
        using var device = new PasskeyDevice { Origin = Origin };
        var codes = await RegisterAsync(desk, device);
        // The first second factor brings recovery codes, and ends the sessions that began without it.
        Assert.Equal((10, HttpStatusCode.Redirect), (codes.Count, await StatusAsync(elsewhere)));
        Assert.Contains("You sign in with a passkey. You have 10 recovery codes left.", await desk.PageAsync("/console/second-factor"),
            StringComparison.Ordinal);
        using (var second = new PasskeyDevice { Origin = Origin })
            Assert.Empty(await RegisterAsync(desk, second));

        var asked = await ReadyAsync(desk);
        Assert.Null(asked.Cookie);
        var entered = await AnswerAsync(asked, device);
        Assert.Equal((HttpStatusCode.SeeOther, true), (entered.Status, entered.Cookie is not null));
        var alone = await AnswerAsync(await SignInPageAsync(), device);
        Assert.Equal((HttpStatusCode.SeeOther, true), (alone.Status, alone.Cookie is not null));
        // A code that no authenticator shows is wrong; a recovery code does.
        Assert.Contains("This code is wrong.", (await CodeAsync(await ReadyAsync(desk), "123456")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await CodeAsync(await ReadyAsync(desk), codes[0])).Status);

        await books.ScalarAsync(
            "UPDATE console_session SET proven_at = now() - interval '11 minutes' WHERE merchant_id = $1 RETURNING 1", desk.Merchant.Value);
        var confirm = await AskedPage.GetAsync(desk.Client, "/console/confirm?to=%2Fconsole%2Faccess%2Fpeople%2Fnew");
        var again = await AskedPage.SendAsync(
            desk.Client, "/console/confirm?to=%2Fconsole%2Faccess%2Fpeople%2Fnew", "action",
            [new("State", confirm.Field("State")), new("Credential", device.Get(confirm.Options))]);
        Assert.Equal((HttpStatusCode.SeeOther, "/console/access/people/new"), (again.Status, again.Location));
        Assert.Equal(HttpStatusCode.OK, (await AskedPage.GetAsync(desk.Client, "/console/access/people/new")).Status);
        Assert.Equal("console.code-fail:1,console.sign-in:4,factor.recover:1,passkey.add:2", await ActionsAsync(desk));
    }

    [Fact]
    public async Task Answer_ThatProvesNothing_OpensNothing()
    {
        using var desk = await OpenAsync();
        using var other = await OpenAsync(desk);
        using var device = new PasskeyDevice { Origin = Origin };
        using var othersDevice = new PasskeyDevice { Origin = Origin };
        await RegisterAsync(desk, device);
        await RegisterAsync(other, othersDevice);

        await RefuseAsync("another origin", of => of.Origin = "http://localhost:1");
        await RefuseAsync("another origin of this machine", of => of.Origin = books.Address.GetLeftPart(UriPartial.Authority));
        await RefuseAsync("another challenge", of => of.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        await RefuseAsync("an owner that was not checked", of => of.Verifies = false);
        await RefuseAsync("a counter that goes back", of => of.Signatures -= 2);

        // A key of another person, at the step and with the page's own state.
        var asked = await ReadyAsync(desk);
        Assert.Contains(Refused, (await AnswerAsync(asked, othersDevice)).Html, StringComparison.Ordinal);
        // A state that this server did not make, and one for another purpose.
        var credential = device.Get(asked.Options);
        foreach (var state in new[] { "", "1", $"{desk.Merchant.Value}.AAAA", asked.Field("Pending") })
            Assert.Contains(Refused, (await AnswerAsync(asked, state, credential)).Html, StringComparison.Ordinal);
        // No JSON, and JSON of another shape.
        foreach (var odd in new[] { "x", "[]", "{}", "{\"response\":{\"userHandle\":7}}", new string('[', 10_000) })
        {
            Assert.Contains(Refused, (await AnswerAsync(asked, asked.Field("State"), odd)).Html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, (await AnswerAsync(await SignInPageAsync(), asked.Field("State"), odd)).Status);
        }

        // The first use of an answer lets in; the second does not, nor does an older question, also where the device counts nothing.
        using var uncounted = new PasskeyDevice { Origin = Origin, Counts = false };
        await RegisterAsync(desk, uncounted);
        var (older, newer) = (await ReadyAsync(desk), await ReadyAsync(desk));
        var answer = uncounted.Get(newer.Options);
        var both = await Task.WhenAll(
            AnswerAsync(newer, newer.Field("State"), answer),
            AnswerAsync((await ReadyAsync(desk)) with { Html = newer.Html }, newer.Field("State"), answer));
        Assert.Single(both, one => one.Cookie is not null);
        Assert.Contains(Refused, (await AnswerAsync(await ReadyAsync(desk), newer.Field("State"), answer)).Html, StringComparison.Ordinal);
        Assert.Contains(Refused, (await AnswerAsync(older, uncounted)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await AnswerAsync(await ReadyAsync(desk), uncounted)).Status);

        async Task RefuseAsync(string what, Action<PasskeyDevice> change)
        {
            var (origin, signatures) = (device.Origin, device.Signatures);
            change(device);
            foreach (var page in new[] { await ReadyAsync(desk), await SignInPageAsync() })
            {
                var answered = await AnswerAsync(page, device);
                Assert.True(answered.Html.Contains(Refused, StringComparison.Ordinal), what);
                Assert.Equal((HttpStatusCode.Unauthorized, null), (answered.Status, answered.Cookie));
            }

            (device.Origin, device.Challenge, device.Verifies, device.Signatures) = (origin, null, true, signatures + 2);
            // The honest device gets in.
            Assert.Equal((what, HttpStatusCode.SeeOther), (what, (await AnswerAsync(await ReadyAsync(desk), device)).Status));
        }
    }

    [Fact]
    public async Task Registering_TakesNoAnswerOfAnotherOriginPersonOrQuestion()
    {
        using var desk = await OpenAsync();
        using var other = await OpenAsync(desk);
        using var device = new PasskeyDevice { Origin = Origin };
        var asked = await AskedPage.GetAsync(desk.Client, NewPath);
        device.Origin = "https://evil.example";
        Assert.Contains(Refused, (await AddAsync(desk, asked, device)).Html, StringComparison.Ordinal);
        device.Origin = Origin;
        device.Verifies = false;
        Assert.Contains(Refused, (await AddAsync(desk, asked, device)).Html, StringComparison.Ordinal);
        device.Verifies = true;
        Assert.Contains(Refused, (await AddAsync(other, asked, device)).Html, StringComparison.Ordinal);
        Assert.Contains("Your browser gave no passkey.", (await AskedPage.SendAsync(
            desk.Client, NewPath, "action", [new("Name", "Key"), new("State", asked.Field("State"))])).Html, StringComparison.Ordinal);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM passkey WHERE merchant_id = $1", desk.Merchant.Value));

        await RegisterAsync(desk, device);
        // The same device at another person's desk.
        var taken = await AddAsync(other, await AskedPage.GetAsync(other.Client, NewPath), device);
        Assert.Contains("This passkey is registered already", taken.Html, StringComparison.Ordinal);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM passkey WHERE merchant_id = $1", desk.Merchant.Value));
        Assert.Equal(false, await books.ScalarAsync(
            "SELECT secured_at IS NOT NULL FROM person WHERE merchant_id = $1 AND id = $2", desk.Merchant.Value, other.Person.Id));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Question_IsGoodForFiveMinutes(int minutes, bool isGood)
    {
        using var desk = await TestDesk.OpenAsync(books);
        using var device = new PasskeyDevice { Origin = Origin };
        var clock = new HandMovedClock();
        var passkeys = new PasskeyDesk(
            new ConsoleSettings(Origin, IsDemo: false), books.Vault,
            new HttpContextAccessor { HttpContext = new DefaultHttpContext { Request = { Host = new HostString("localhost") } } }, clock);
        var question = await passkeys.AskForNewAsync(desk.Person, [], Cancel);
        var answer = new PasskeyAnswer(question.State, device.Create(question.Options));

        clock.Pass(TimeSpan.FromMinutes(minutes));

        Assert.Equal(isGood, await passkeys.ReadNewAsync(desk.Person, [], "Key", answer, Cancel) is not null);
    }

    [Fact]
    public async Task RequiredFactor_IsMetByAPasskey_AndTheLastOneStays()
    {
        using var admin = await OpenAsync();
        using var viewer = await OpenAsync(admin, OperatorRole.Viewer);
        using var device = new PasskeyDevice { Origin = Origin };
        await RegisterAsync(admin, device);
        using (var required = await admin.SendAsync("/console/access/second-factor", ("IsRequired", "yes"), ("Reason", "PCI")))
            Assert.Equal(HttpStatusCode.SeeOther, required.StatusCode);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (await StatusAsync(admin.Client), await StatusAsync(viewer.Client)));
        Assert.Equal(HttpStatusCode.SeeOther, (await AnswerAsync(await ReadyAsync(admin), device)).Status);
        var passkey = ("Passkey", $"{await books.ScalarAsync("SELECT id FROM passkey WHERE merchant_id = $1", admin.Merchant.Value):D}");
        const string Remove = "/console/second-factor/passkeys/remove";
        using (var others = await viewer.SendAsync(Remove, passkey))
            Assert.Equal(HttpStatusCode.Redirect, others.StatusCode);
        using (var kept = await admin.SendAsync(Remove, passkey))
            Assert.Contains("this is your only one", await kept.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        // The commit itself asks: of two removals at once, the second finds the only one.
        var by = new Origin(admin.Merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(admin.Person.Id, admin.Person.Name, "passkey.remove", "person", "Key"),
        };
        Assert.Equal(ChangeOutcome.Nothing, await new Passkeys(books.Database, TimeProvider.System).RemoveAsync(
            admin.Merchant, admin.Person.Id, Guid.Parse(passkey.Item2), by, Cancel));
        using (var optional = await admin.SendAsync("/console/access/second-factor", ("IsRequired", "no"), ("Reason", "A test")))
            Assert.Equal(HttpStatusCode.SeeOther, optional.StatusCode);
        using (var removed = await admin.SendAsync(Remove, passkey))
        {
            Assert.Equal("/console/second-factor?done=passkey-removed", removed.Headers.Location!.OriginalString);
            admin.Follow(removed);
        }

        // Without a second factor the password is enough, and the recovery codes are gone.
        Assert.NotNull((await ReadyAsync(admin)).Cookie);
        Assert.Equal(true, await books.ScalarAsync(
            "SELECT secured_at IS NULL AND recovery_codes = '' FROM person WHERE merchant_id = $1 AND id = $2",
            admin.Merchant.Value, admin.Person.Id));
    }

    [Fact]
    public async Task Admin_TakesPasskeysAwayWithTheSecondFactor()
    {
        using var admin = await OpenAsync();
        using var grace = await OpenAsync(admin, OperatorRole.Operator);
        using var device = new PasskeyDevice { Origin = Origin };
        await RegisterAsync(grace, device);
        using (var taken = await admin.SendAsync(
            $"/console/access/people/{grace.Person.Id:D}/second-factor", ("Reason", "She lost her key and called")))
        {
            Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(grace.Client));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AnswerAsync(await SignInPageAsync(), device)).Status);
        Assert.NotNull((await ReadyAsync(grace)).Cookie);
    }

    [Fact]
    public async Task Address_InNumbers_SaysWherePasskeysWork()
    {
        using var desk = await TestDesk.OpenAsync(books);
        Assert.Contains($"{Origin}/console", await desk.PageAsync("/console/second-factor"), StringComparison.Ordinal);
        Assert.DoesNotContain("Use a passkey", await desk.Client.GetStringAsync("/console/sign-in", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passkey_IsRegisteredAndUsedInABrowser_AndLooksRight()
    {
        using var desk = await OpenAsync();
        await using var opened = await browser.OpenAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        var page = opened.Page;
        var tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        await EnterPasswordAsync();
        await Expect(page).ToHaveURLAsync($"{Origin}/console/second-factor");
        await page.GetByRole(AriaRole.Link, new() { Name = "New passkey" }).ClickAsync();
        await LookAsync(opened, "passkey-new");
        await page.GetByLabel("Name").FillAsync("Key on my desk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your passkey is registered.");
        SecretWatch.OfTheRun.Add(Authenticator.CodesIn(await page.ContentAsync()));
        await page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "Key on my desk", Exact = true })).ToBeVisibleAsync();
        await LookAsync(opened, "passkeys");

        // In place of the password.
        await page.Context.ClearCookiesAsync();
        await opened.GoAsync($"{Origin}/console/sign-in?to=%2Fconsole%2Fpayments");
        await LookAsync(opened, "sign-in-passkey");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{Origin}/console/payments");

        // After it.
        await page.Context.ClearCookiesAsync();
        await EnterPasswordAsync();
        await LookAsync(opened, "sign-in-code-or-passkey");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{Origin}/console/second-factor");

        // Where a page asks again.
        await books.ScalarAsync(
            "UPDATE console_session SET proven_at = now() - interval '11 minutes' WHERE merchant_id = $1 RETURNING 1", desk.Merchant.Value);
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove the passkey Key on my desk" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Is it still you?" })).ToBeVisibleAsync();
        await LookAsync(opened, "confirm-passkey");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Remove a passkey" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("opens nothing any more");

        // A passkey that the server does not know any more.
        await page.Context.ClearCookiesAsync();
        await opened.GoAsync($"{Origin}/console/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync(Refused);
        Assert.All(opened.Errors, error => Assert.Contains("status of 401", error, StringComparison.Ordinal));

        async Task EnterPasswordAsync()
        {
            await opened.GoAsync($"{Origin}/console/sign-in?to=%2Fconsole%2Fsecond-factor");
            await page.GetByLabel("Merchant number").FillAsync($"{desk.Merchant.Value}");
            await page.GetByLabel("User").FillAsync(desk.Person.Email);
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        }
    }

    private static async Task LookAsync(BrowserPage opened, string name)
    {
        await opened.Page.SetViewportSizeAsync(1280, 900);
        await opened.LookAsync($"console-{name}");
        await opened.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await opened.LookAsync($"console-{name}-dark", isRecoloured: true);
        await opened.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await opened.Page.SetViewportSizeAsync(360, 900);
        await opened.LookAsync($"console-{name}-phone", isRecoloured: true);
        await opened.Page.SetViewportSizeAsync(1280, 900);
    }

    /// <summary>A desk whose browser has the server's name in its address, as passkeys need it.</summary>
    private async Task<TestDesk> OpenAsync(TestDesk? colleague = null, OperatorRole role = OperatorRole.Admin)
    {
        var desk = await TestDesk.OpenAsync(books, role, colleague?.Merchant);
        desk.Client.DefaultRequestHeaders.Host = new Uri(Origin).Authority;
        return desk;
    }

    /// <summary>Registers a device. Returns the recovery codes that the page shows.</summary>
    private static async Task<IReadOnlyList<string>> RegisterAsync(TestDesk desk, PasskeyDevice device)
    {
        var done = await AddAsync(desk, await AskedPage.GetAsync(desk.Client, NewPath), device);
        Assert.True(done.Cookie is not null, done.Html);
        desk.Follow(done.Cookie);
        var codes = Authenticator.CodesIn(done.Html);
        SecretWatch.OfTheRun.Add(codes);
        return codes;
    }

    private static Task<AskedPage> AddAsync(TestDesk desk, AskedPage asked, PasskeyDevice device) => AskedPage.SendAsync(
        desk.Client, NewPath, "action",
        [new("Name", "Key"), new("State", asked.Field("State")), new("Credential", device.Create(asked.Options))]);

    /// <summary>Sends the password.</summary>
    private Task<AskedPage> ReadyAsync(TestDesk desk) => SignInAsync(
        new("Merchant", $"{desk.Merchant.Value}"), new("User", desk.Person.Email), new("Password", Password));

    private Task<AskedPage> CodeAsync(AskedPage asked, string code) =>
        SignInAsync(new("Pending", asked.Field("Pending")), new("Code", code));

    private Task<AskedPage> AnswerAsync(AskedPage asked, PasskeyDevice device) =>
        AnswerAsync(asked, asked.Field("State"), device.Get(asked.Options));

    private Task<AskedPage> AnswerAsync(AskedPage asked, string state, string credential) =>
        SignInAsync(new("Pending", asked.Field("Pending")), new("State", state), new("Credential", credential));

    private async Task<AskedPage> SignInAsync(params KeyValuePair<string, string>[] fields)
    {
        using var client = Client();
        return await AskedPage.SendAsync(client, "/console/sign-in", "sign-in", fields);
    }

    private async Task<AskedPage> SignInPageAsync()
    {
        using var client = Client();
        return await AskedPage.GetAsync(client, "/console/sign-in");
    }

    private HttpClient Client(string? cookie = null)
    {
        var client = new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = books.Address };
        client.DefaultRequestHeaders.Host = new Uri(Origin).Authority;
        if (cookie is not null)
            client.DefaultRequestHeaders.Add("Cookie", cookie);
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client) => (await AskedPage.GetAsync(client, "/console")).Status;

    private async Task<object?> ActionsAsync(TestDesk desk) => await books.ScalarAsync(
        "SELECT string_agg(what || ':' || n, ',' ORDER BY what) FROM (SELECT what, count(*) AS n FROM operator_action "
            + "WHERE merchant_id = $1 AND person_id = $2 GROUP BY what) x",
        desk.Merchant.Value, desk.Person.Id);
}
