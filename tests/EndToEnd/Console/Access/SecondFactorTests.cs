using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Verification;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The code after the password: at the console, and where a person lets a client act for them.</summary>
public sealed class SecondFactorTests(BooksFixture books, Browser browser)
{
    private const string Password = "correct horse battery staple";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_NeedsTheCodeAfterThePassword_AndEachCodeIsGoodOnce()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        using var elsewhere = await SignedInAsync(desk);
        var phone = await Authenticator.SetUpAsync(desk);
        // The session that set it up goes on, and the others end.
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (await StatusAsync(desk.Client), await StatusAsync(elsewhere)));

        var asked = await BeginAsync(desk);
        Assert.Equal((HttpStatusCode.OK, true), (asked.Status, asked.Html.Contains("name=\"Code\"", StringComparison.Ordinal)));
        // The code that set it up is used, and none of another minute or merchant works.
        Assert.Contains("This code was used before.", (await GoOnAsync(asked, phone.Code(-1))).Html, StringComparison.Ordinal);
        Assert.Contains("This code is wrong.", (await GoOnAsync(asked, "000 000")).Html, StringComparison.Ordinal);
        var late = await GoOnAsync(asked, phone.Code(-3));
        Assert.Equal(HttpStatusCode.Unauthorized, late.Status);
        Assert.Contains("the clock of your device is wrong", late.Html, StringComparison.Ordinal);
        Assert.Null(late.Cookie);
        // Of a code that opens soon nothing is said.
        Assert.Contains("This code is wrong.", (await GoOnAsync(asked, phone.Code(3))).Html, StringComparison.Ordinal);

        var entered = await GoOnAsync(asked, phone.Code());
        using var client = Client(entered.Cookie);
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.OK), (entered.Status, await StatusAsync(client)));
        // Neither the code nor the half of a sign-in works again.
        Assert.Equal(HttpStatusCode.Unauthorized, (await GoOnAsync(asked, phone.Code(1))).Status);
        Assert.Contains("This code was used before.", (await GoOnAsync(await BeginAsync(desk), phone.Code())).Html,
            StringComparison.Ordinal);
        Assert.Equal("console.code-fail:5,console.sign-in:2,factor.set:1", await ActionsAsync(desk));
    }

    [Fact]
    public async Task RequiredFactor_OfTwoServersWhoseClocksDiffer_IsTheOneThatTheAuditLogSaysLast()
    {
        using var admin = await TestDesk.OpenAsync(books);
        var ahead = new HandMovedClock();
        ahead.Pass(TimeSpan.FromMinutes(1));
        await RequireAsync(ahead, isRequired: true);
        await RequireAsync(TimeProvider.System, isRequired: false);
        Assert.All(
            await new Verifier(books.Database).VerifyAsync(admin.Merchant, Cancel), report => Assert.Empty(report.Differences));

        async Task RequireAsync(TimeProvider clock, bool isRequired)
        {
            var by = new Origin(admin.Merchant, 0, Guid.CreateVersion7(clock.GetUtcNow()))
            {
                Action = new OperatorAction(
                    admin.Person.Id, admin.Person.Name, "factor.require", SecondFactors.SubjectOf(isRequired), "PCI"),
            };
            Assert.True(await new SecondFactors(books.Database, books.Vault, clock).RequireAsync(admin.Merchant, isRequired, by, Cancel));
        }
    }

    [Fact]
    public async Task RecoveryCode_IsGoodOnce_AndNewOnesEndTheOthers()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var phone = await Authenticator.SetUpAsync(desk);
        var (first, second) = (phone.RecoveryCodes[0], phone.RecoveryCodes[1]);

        var used = await GoOnAsync(await BeginAsync(desk), $" {first.ToLowerInvariant().Replace('-', ' ')} ");
        Assert.Equal((HttpStatusCode.SeeOther, "/console?done=recovery-codes-9"), (used.Status, used.Location));
        using (var entered = Client(used.Cookie))
        {
            Assert.Contains(
                "You have used a recovery code. You have 9 recovery codes left.", await entered.GetStringAsync(used.Location, Cancel),
                StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await GoOnAsync(await BeginAsync(desk), first)).Status);
        Assert.Contains("You have 9 recovery codes left.", await desk.PageAsync("/console/second-factor"), StringComparison.Ordinal);

        using var renewed = await desk.SendAsync("/console/second-factor/codes", ("Key", NewKey()));
        var codes = Authenticator.CodesIn(await renewed.Content.ReadAsStringAsync(Cancel));
        SecretWatch.OfTheRun.Add(codes);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GoOnAsync(await BeginAsync(desk), second)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await GoOnAsync(await BeginAsync(desk), codes[0])).Status);
        Assert.Equal("console.code-fail:2,console.sign-in:2,factor.codes:1,factor.recover:2,factor.set:1", await ActionsAsync(desk));
    }

    [Fact]
    public async Task Code_SentTwiceAtOnce_LetsInOnce()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var phone = await Authenticator.SetUpAsync(desk);
        var asked = new List<Answer>();
        for (var begun = 0; begun < 4; begun++)
            asked.Add(await BeginAsync(desk));
        var byCode = await Task.WhenAll(asked.Take(2).Select(one => GoOnAsync(one, phone.Code())));
        var byRecovery = await Task.WhenAll(asked.Skip(2).Select(one => GoOnAsync(one, phone.RecoveryCodes[0])));

        Assert.Single(byCode, one => one.Cookie is not null);
        Assert.Single(byRecovery, one => one.Cookie is not null);
    }

    [Fact]
    public async Task Forms_SentTwice_ActOnce_AndTheFirstCodesStay()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var setUp = await SeenForm.OpenAsync(desk, "/console/second-factor/new");
        var phone = new Authenticator(setUp["Secret"]);
        IReadOnlyList<string> codes;
        using (var done = await desk.SendAsync(
            "/console/second-factor/new", ("Secret", phone.Secret), ("Key", setUp["Key"]), ("Code", phone.Code(-1))))
        {
            codes = Authenticator.CodesIn(await done.Content.ReadAsStringAsync(Cancel));
            desk.Follow(done);
        }

        SecretWatch.OfTheRun.Add(codes);
        var again = (await setUp.SendAsync(("Code", phone.Code(-1)))).Page;
        Assert.Contains("You sent this form before, and it is done.", again, StringComparison.Ordinal);
        Assert.Empty(Authenticator.CodesIn(again));
        SecretWatch.OfTheRun.Add([phone.Secret]);
        Assert.Equal(HttpStatusCode.SeeOther, (await GoOnAsync(await BeginAsync(desk), codes[0])).Status);

        var renewal = await SeenForm.OpenAsync(desk, "/console/second-factor/codes");
        var answers = await Task.WhenAll(renewal.SendAsync(), renewal.SendAsync());
        var renewed = Assert.Single(answers, answer => Authenticator.CodesIn(answer.Page).Count > 0).Page;
        Assert.Single(answers, answer => answer.Page.Contains("You sent this form before, and it is done.", StringComparison.Ordinal));
        SecretWatch.OfTheRun.Add(Authenticator.CodesIn(renewed));
        Assert.Equal(HttpStatusCode.SeeOther, (await GoOnAsync(await BeginAsync(desk), Authenticator.CodesIn(renewed)[0])).Status);
        Assert.Equal("console.sign-in:2,factor.codes:1,factor.recover:2,factor.set:1", await ActionsAsync(desk));
    }

    [Fact]
    public async Task Rule_ThatWasTakenBack_IsNotMadeAgainByItsForm()
    {
        using var admin = await TestDesk.OpenAsync(books);
        await Authenticator.SetUpAsync(admin);
        var (required, optional) = (NewKey(), NewKey());
        foreach (var (key, isRequired) in new[] { (required, "yes"), (optional, "no"), (required, "yes") })
        {
            using var sent = await admin.SendAsync(
                "/console/access/second-factor", ("IsRequired", isRequired), ("Reason", "PCI"), ("Key", key));
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        }

        Assert.Equal(false, await books.ScalarAsync("SELECT requires_second_factor FROM merchant WHERE id = $1", admin.Merchant.Value));
        Assert.Equal("factor.require:2,factor.set:1", await ActionsAsync(admin));
    }

    [Fact]
    public async Task InitialPassword_DoesNotStay()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await books.ScalarAsync("UPDATE person SET is_initial = true WHERE merchant_id = $1 RETURNING 1", desk.Merchant.Value);
        var asked = await BeginAsync(desk);

        var kept = await ChooseAsync(asked, Password);
        Assert.Contains("This is the present password.", kept.Html, StringComparison.Ordinal);
        Assert.Null(kept.Cookie);
        Assert.Equal(true, await books.ScalarAsync("SELECT is_initial FROM person WHERE merchant_id = $1", desk.Merchant.Value));
        var chosen = await ChooseAsync(kept, "twelve quiet herons");
        Assert.Equal(HttpStatusCode.SeeOther, chosen.Status);
        Assert.Equal(false, await books.ScalarAsync("SELECT is_initial FROM person WHERE merchant_id = $1", desk.Merchant.Value));

        Task<Answer> ChooseAsync(Answer form, string password) =>
            SendAsync([new("Pending", form.Field("Pending")), new("Password", password), new("Again", password)]);
    }

    [Fact]
    public async Task Guessing_TheCode_IsLockedOut()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var phone = await Authenticator.SetUpAsync(desk);
        var known = (await GoOnAsync(await BeginAsync(desk), phone.RecoveryCodes[0])).Device;
        var asked = await BeginAsync(desk);
        var tries = 0;
        while ((await GoOnAsync(asked, "000000")).Status == HttpStatusCode.Unauthorized)
            Assert.True(++tries < 20);

        // A busy machine takes more than six, since the first waits end between two requests.
        Assert.InRange(tries, 6, 10);
        await desk.LengthenWaitsAsync(books);
        var locked = await GoOnAsync(asked, phone.Code());
        Assert.Equal((HttpStatusCode.TooManyRequests, null), (locked.Status, locked.Cookie));
        // A person who is locked out of the codes may still try the password, which alone opens nothing.
        Assert.Equal(HttpStatusCode.OK, (await BeginAsync(desk)).Status);
        // A stranger who has the password does not make the owner's own browser wait.
        Assert.Equal(HttpStatusCode.SeeOther, (await GoOnAsync(asked, phone.Code(), known)).Status);
    }

    [Fact]
    public async Task RequiredFactor_IsSetUpBeforeAnyOtherPage()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, admin.Merchant);
        using var colleague = await TestDesk.OpenAsync(books, OperatorRole.Admin, admin.Merchant);
        using (var people = new People(books.Database, TimeProvider.System, new HashSet<string>()))
        {
            var carol = new ProvenIdentity(
                "https://login.example", "carol", colleague.Person.Email, IsEmailVerified: true, "Carol", OperatorRole.Admin);
            Assert.NotNull((await people.AdmitAsync(admin.Merchant, carol, Cancel)).Person);
        }

        using (var without = await admin.SendAsync("/console/access/second-factor", ("IsRequired", "yes"), ("Reason", "PCI")))
        {
            Assert.Contains(
                "Set up your own second factor first", await without.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        await Authenticator.SetUpAsync(admin);
        using (var required = await admin.SendAsync("/console/access/second-factor", ("IsRequired", "yes"), ("Reason", "PCI")))
            Assert.Equal(HttpStatusCode.SeeOther, required.StatusCode);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (await StatusAsync(admin.Client), await StatusAsync(viewer.Client)));
        // People of an identity provider give the factor that it asks for.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(colleague.Client));
        // A session that is opened just then, on the way from a check that came before.
        using (var late = await TestDesk.OpenAsync(books, OperatorRole.Viewer, admin.Merchant))
            Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(late.Client));

        var asked = await BeginAsync(viewer);
        Assert.Contains("A second factor is required here.", asked.Html, StringComparison.Ordinal);
        Assert.Null(asked.Cookie);
        var phone = new Authenticator(asked.Field("Secret"));
        Assert.Contains("This code is wrong.", (await GoOnAsync(asked, "123456")).Html, StringComparison.Ordinal);
        var done = await GoOnAsync(asked, phone.Code());
        SecretWatch.OfTheRun.Add([phone.Secret, .. Authenticator.CodesIn(done.Html)]);
        Assert.Equal(10, Authenticator.CodesIn(done.Html).Count);
        using var client = Client(done.Cookie);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        Assert.Equal("console.sign-in:1,factor.set:1", await ActionsAsync(viewer));

        using (var optional = await admin.SendAsync("/console/access/second-factor", ("IsRequired", "no"), ("Reason", "A test")))
            Assert.Equal(HttpStatusCode.SeeOther, optional.StatusCode);
        Assert.Equal(false, await books.ScalarAsync("SELECT requires_second_factor FROM merchant WHERE id = $1", admin.Merchant.Value));
    }

    [Fact]
    public async Task Admin_TakesALostFactorAway()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, admin.Merchant);
        await Authenticator.SetUpAsync(grace);
        var path = $"/console/access/people/{grace.Person.Id:D}/second-factor";
        Assert.Contains(path, await admin.PageAsync("/console/access/people"), StringComparison.Ordinal);

        using (var taken = await admin.SendAsync(path, ("Reason", "She lost her phone and called")))
            Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(grace.Client));
        using var client = await SignedInAsync(grace);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        Assert.Equal("factor.remove:1", await ActionsAsync(admin));
    }

    [Fact]
    public async Task Client_GetsNoCodeBeforeTheSecondFactor()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: Visitor.RedirectUri);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, shop.Merchant);
        using var foreign = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var (phone, foreignPhone) = (await Authenticator.SetUpAsync(desk), await Authenticator.SetUpAsync(foreign));
        using var visitor = Visitor.Known(shop, desk.Person.Email, Password);

        var asked = await visitor.SendAsync(await visitor.GoAsync(Visitor.AddressOf(client)));
        Assert.Equal((HttpStatusCode.OK, null), (asked.Status, asked.Location));
        // A sign-in with another merchant opens nothing here.
        var foreignAsked = await BeginAsync(foreign);
        var stolen = await visitor.SendCodeAsync(asked, foreignPhone.Code(), foreignAsked.Field("Pending"));
        Assert.Equal((HttpStatusCode.Forbidden, null), (stolen.Status, stolen.Location));
        var wrong = await visitor.SendCodeAsync(asked, "000000");
        Assert.Equal((HttpStatusCode.Forbidden, "This code is wrong. Is the clock of your device right?"), (wrong.Status, wrong.Trouble));

        var back = await visitor.SendCodeAsync(wrong, phone.Code());
        Assert.True(back.Location is not null, back.Html);
        TokenShop.Watched(back.Query["code"]);
    }

    [Fact]
    public async Task SecondFactor_IsSetUpAndUsedInABrowser_AndLooksRight()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var phone = await Authenticator.SetUpAsync(desk);
        await desk.LookEverywhereAsync(browser, "/console/second-factor", "second-factor-on");
        foreach (var (scheme, width, suffix) in new[] { (ColorScheme.Light, 1280, ""), (ColorScheme.Dark, 1280, "-dark"),
            (ColorScheme.Light, 360, "-phone") })
        {
            await using var codes = await desk.BrowseAsync(browser, "/console/second-factor/codes", scheme, width);
            await codes.Page.GetByRole(AriaRole.Button, new() { Name = "Make new recovery codes" }).ClickAsync();
            await Expect(codes.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("recovery codes");
            SecretWatch.OfTheRun.Add(Authenticator.CodesIn(await codes.Page.ContentAsync()));
            await codes.LookAsync($"console-recovery-codes{suffix}");

            await using var opened = await browser.OpenAsync(
                new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
            await opened.GoAsync(new Uri(books.Address, "/console/sign-in?to=%2Fconsole%2Fpayments").AbsoluteUri);
            await opened.Page.GetByLabel("Merchant number").FillAsync($"{desk.Merchant.Value}");
            await opened.Page.GetByLabel("User").FillAsync(desk.Person.Email);
            await opened.Page.GetByLabel("Password").FillAsync(Password);
            await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Expect(opened.Page.GetByLabel("Code")).ToBeFocusedAsync();
            await opened.LookAsync($"console-sign-in-code{suffix}");
            if (suffix.Length > 0)
                continue;
            await opened.Page.GetByLabel("Code").FillAsync(phone.Code());
            await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
            await Expect(opened.Page).ToHaveURLAsync(new Uri(books.Address, "/console/payments").AbsoluteUri);
        }
    }

    [Fact]
    public async Task FirstSignIn_LeadsFromTheInitialPasswordToTheSecondFactor_AndLooksRight()
    {
        using var admin = await TestDesk.OpenAsync(books);
        await Authenticator.SetUpAsync(admin);
        using (await admin.SendAsync("/console/access/second-factor", ("IsRequired", "yes"), ("Reason", "PCI")))
        {
        }

        using (var people = new People(books.Database, TimeProvider.System, new HashSet<string>()))
        {
            await people.EnsureAsync(
                admin.Merchant, "grace@example.com", "Grace", "as the admin made it", Cancel, OperatorRole.Viewer, isInitial: true);
        }

        await using var opened = await browser.OpenAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await opened.GoAsync(new Uri(books.Address, "/console/sign-in?to=%2Fconsole%2Fpayments").AbsoluteUri);
        await opened.Page.GetByLabel("Merchant number").FillAsync($"{admin.Merchant.Value}");
        await opened.Page.GetByLabel("User").FillAsync("grace@example.com");
        await opened.Page.GetByLabel("Password").FillAsync("as the admin made it");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(opened.Page.GetByText("Choose one of your own.")).ToBeVisibleAsync();
        await LookAsync(opened, "sign-in-new-password");
        await opened.Page.GetByLabel("New password", new() { Exact = true }).FillAsync("Grace1234567");
        await opened.Page.GetByLabel("New password again").FillAsync("Grace1234567");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(opened.Page.GetByText("This has your name or your address in it.")).ToBeVisibleAsync();
        await opened.Page.GetByLabel("New password", new() { Exact = true }).FillAsync("twelve quiet herons");
        await opened.Page.GetByLabel("New password again").FillAsync("twelve quiet herons");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();

        await Expect(opened.Page.GetByRole(AriaRole.Img, new() { Name = "The key for your authenticator" })).ToBeVisibleAsync();
        await LookAsync(opened, "sign-in-second-factor");
        var phone = new Authenticator(await opened.Page.Locator("dd code").InnerTextAsync());
        await opened.Page.GetByRole(AriaRole.Textbox, new() { Name = "Code" }).FillAsync(phone.Code());
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(SecondFactors.CodeCount);
        await LookAsync(opened, "sign-in-recovery-codes");
        SecretWatch.OfTheRun.Add([phone.Secret, .. Authenticator.CodesIn(await opened.Page.ContentAsync())]);
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
        await Expect(opened.Page).ToHaveURLAsync(new Uri(books.Address, "/console/payments").AbsoluteUri);
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
    }

    private static string NewKey() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/console", Cancel);
        return answer.StatusCode;
    }

    private HttpClient Client(string? cookie = null)
    {
        var client = new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = books.Address };
        if (cookie is not null)
            client.DefaultRequestHeaders.Add("Cookie", cookie);
        return client;
    }

    private async Task<HttpClient> SignedInAsync(TestDesk desk) => Client((await BeginAsync(desk)).Cookie);

    /// <summary>Sends the password.</summary>
    private Task<Answer> BeginAsync(TestDesk desk) => SendAsync(
        [new("Merchant", $"{desk.Merchant.Value}"), new("User", desk.Person.Email), new("Password", Password)]);

    /// <summary>Sends the code, with what else is in the form.</summary>
    /// <param name="device">The cookie of a browser that the person has used; null for a stranger's.</param>
    private Task<Answer> GoOnAsync(Answer asked, string code, string? device = null) => SendAsync(
        [new("Pending", asked.Field("Pending")), new("Secret", asked.Field("Secret")), new("Code", code)], device);

    private async Task<Answer> SendAsync(IEnumerable<KeyValuePair<string, string>> fields, string? device = null)
    {
        using var client = Client(device);
        using var form = new FormUrlEncodedContent(fields.Append(new("_handler", "sign-in")).Where(field => field.Value.Length > 0));
        using var answer = await client.PostAsync("/console/sign-in", form, Cancel);
        return new Answer(
            answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel)),
            answer.Headers.Contains("Set-Cookie") ? TestDesk.CookieIn(answer) : null)
        {
            Location = answer.Headers.Location?.OriginalString,
            Device = !answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? null
                : cookies.Single(cookie => cookie.StartsWith("quittance-device", StringComparison.Ordinal)).Split(';')[0],
        };
    }

    private async Task<object?> ActionsAsync(TestDesk desk) => await books.ScalarAsync(
        "SELECT string_agg(what || ':' || n, ',' ORDER BY what) FROM (SELECT what, count(*) AS n FROM operator_action "
            + "WHERE merchant_id = $1 AND person_id = $2 AND (what LIKE 'factor.%' OR what LIKE 'console.%') GROUP BY what) x",
        desk.Merchant.Value, desk.Person.Id);

    private sealed record Answer(HttpStatusCode Status, string Html, string? Cookie)
    {
        public string? Location { get; init; }

        public string? Device { get; init; }

        public string Field(string name) =>
            Regex.Match(Html, $"(?<=name=\"{name}\" value=\")[^\"]*", RegexOptions.None, TimeSpan.FromMinutes(1)).Value;
    }
}
