using System.Net;
using System.Text.RegularExpressions;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Admins decide who gets in: programs, people, pages.</summary>
public sealed partial class AccessTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Credential_ShowsItsSecretOnce_AndLetsIn()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        (string, string)[] form = [("Name", "The shop"), ("Api", "tmf676"), ("Key", NewKey())];
        var secret = await SecretOfAsync(desk, "/console/access/credentials/new", form);

        Assert.True(await LetsInAsync(secret));
        // A browser that loads the answer again sends the form again: it makes no second one, and shows nothing.
        using var again = await desk.SendAsync("/console/access/credentials/new", form);
        var repeated = await again.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("You sent this form before, and it is done", repeated, StringComparison.Ordinal);
        Assert.DoesNotContain("qt_", repeated, StringComparison.Ordinal);
        Assert.Equal(1L,
            await books.ScalarAsync("SELECT count(*) FROM credential WHERE merchant_id = $1 AND name = 'The shop'", desk.Merchant.Value));
        await AssertIsNowhereAsync(desk, samples, secret);
    }

    [Fact]
    public async Task Credential_OfAnApiWithSeveralKinds_HasAllOfThem()
    {
        using var desk = await TestDesk.OpenAsync(books);
        using (var opened = await desk.SendAsync(
            "/console/access/installations/new", ("Api", "midnight"), ("CurrencyCode", "eur"), ("Language", "de-AT"),
            ("Zone", "Europe/Vienna")))
        {
            Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        }

        using var made =
            await desk.SendAsync("/console/access/credentials/new", ("Name", "The shop"), ("Api", "midnight"), ("Scopes", "payments.read"));
        var page = await made.Content.ReadAsStringAsync(Cancel);
        SecretWatch.OfTheRun.Add(Secrets().Matches(page).Select(match => match.Value));

        Assert.Equal(3, Secrets().Matches(page).Select(match => match.Value).Distinct().Count());
        foreach (var header in new[] { "Authorization: PRC ", "Authorization: Midnight ", "MISKEY: " })
            Assert.Contains(header, page, StringComparison.Ordinal);
        Assert.Equal(3L, await ActionsAsync(desk, "credential.create"));
    }

    [Fact]
    public async Task Rotation_LetsBothSecretsIn_UntilTheOldOneIsRevoked()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        var first = await SecretOfAsync(desk, "/console/access/credentials/new", ("Name", "The shop"), ("Api", "tmf676"));
        var id = await books.ScalarAsync("SELECT max(id) FROM credential WHERE merchant_id = $1", desk.Merchant.Value);
        (string, string)[] form = [("KeepOld", "24"), ("Reason", "The old one is a year old"), ("Key", NewKey())];
        var second = await SecretOfAsync(desk, $"/console/access/credentials/{id}/rotate", form);

        Assert.NotEqual(first, second);
        Assert.True(await LetsInAsync(first));
        Assert.True(await LetsInAsync(second));
        using (var again = await desk.SendAsync($"/console/access/credentials/{id}/rotate", form))
        {
            Assert.Contains(
                "You sent this form before, and it is done", await again.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.True(await LetsInAsync(second));

        var former = await books.ScalarAsync("SELECT max(id) FROM credential WHERE merchant_id = $1", desk.Merchant.Value);
        Assert.Contains("ends", await desk.PageAsync($"/console/access/credentials/{former}"), StringComparison.Ordinal);
        using (await desk.SendAsync($"/console/access/credentials/{former}/revoke", ("Reason", "The shop has changed over")))
        {
        }

        Assert.False(await LetsInAsync(first));
        Assert.True(await LetsInAsync(second));
        using (await desk.SendAsync($"/console/access/credentials/{id}/revoke", ("Reason", "The shop is closed")))
        {
        }

        Assert.False(await LetsInAsync(second));
        await AssertIsNowhereAsync(desk, samples, second);
    }

    [Fact]
    public async Task Rotation_ListsTheWebhooks_AndEndsThoseOfLate()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        await SecretOfAsync(desk, "/console/access/credentials/new", ("Name", "The shop"), ("Api", "tmf676"));
        var id = (long)(await books.ScalarAsync("SELECT max(id) FROM credential WHERE merchant_id = $1", desk.Merchant.Value))!;
        await books.ScalarAsync(
            """
            INSERT INTO subscription (merchant_id, id, credential_id, dialect, address, event_types, created_at)
            SELECT $1, gen_random_uuid(), $2, 'tmf676', v.address, '{payment.captured}', now() - v.age
              FROM (VALUES ('https://early.example/x', interval '30 hours'), ('https://late.example/x', interval '2 hours')) v(address, age)
            RETURNING 1
            """, desk.Merchant.Value, id);
        var page = await desk.PageAsync($"/console/access/credentials/{id}/rotate");
        Assert.Contains("https://early.example/x, since", page, StringComparison.Ordinal);
        Assert.Contains("https://late.example/x, since", page, StringComparison.Ordinal);

        await SecretOfAsync(
            desk, $"/console/access/credentials/{id}/rotate", ("KeepOld", "0"), ("EndSince", "24"), ("Reason", "A laptop was stolen"));

        Assert.Equal(
            "https://early.example/x",
            await books.ScalarAsync(
                "SELECT string_agg(address, ',') FROM subscription WHERE merchant_id = $1 AND credential_id = $2 AND ended_at IS NULL",
                desk.Merchant.Value, id));
        Assert.Equal(1L, await ActionsAsync(desk, "webhook.end"));
    }

    [Fact]
    public async Task Client_ShowsItsSecretOnce_UntilItIsRevoked()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        using var made = await desk.SendAsync(
            "/console/access/clients/new", ("Title", "Trains"), ("Api", "tmf676"),
            ("RedirectUris", "https://trains.example/back\r\ncom.example.trains:/back"));
        var page = await made.Content.ReadAsStringAsync(Cancel);
        var secret = Secrets().Match(page).Value;
        SecretWatch.OfTheRun.Add([secret]);
        var name = ClientIds().Match(page).Value;
        var clients = new Clients(books.Database, TimeProvider.System, new HashSet<string>());

        var client = await clients.FindAsync(name, secret, Cancel);
        Assert.Equal(["https://trains.example/back", "com.example.trains:/back"], client!.RedirectUris);
        await AssertIsNowhereAsync(desk, samples, secret);
        using (await desk.SendAsync($"/console/access/credentials/{client.Credential.Id}/revoke", ("Reason", "It is not used")))
        {
        }

        Assert.Null(await clients.FindAsync(name, secret, Cancel));
        Assert.Equal(1L, await ActionsAsync(desk, "client.revoke"));
    }

    [Fact]
    public async Task Person_ChoosesAPasswordByTheInvitation_AndSignsIn_UntilItIsReset_OrTheyLeave()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var email = $"grace.{desk.Merchant.Value}@example.com";
        var invited = WebUtility.HtmlDecode(await TextAsync(
            desk, "/console/access/people/new", ("Name", "Grace"), ("Email", $" {email.ToUpperInvariant()} "), ("Role", "Operator")));
        Assert.DoesNotMatch(Passwords(), invited);
        var link = invited[invited.IndexOf("/console/reset?", StringComparison.Ordinal)..];
        link = link[..link.IndexOf('<', StringComparison.Ordinal)];
        var id = (Guid)(
            await books.ScalarAsync("SELECT id FROM person WHERE merchant_id = $1 AND email = $2", desk.Merchant.Value, email))!;
        var person = $"/console/access/people/{id:D}";
        using (var stranger = Stranger())
        using (var chosen = new FormUrlEncodedContent(
            [new("_handler", "reset"), new("Password", "twelve quiet herons"), new("Again", "twelve quiet herons")]))
        using (var answer = await stranger.PostAsync(link, chosen, Cancel))
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);

        using var grace = await SignedInAsync(desk, email, "twelve quiet herons");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grace, "/console"));
        using (await desk.SendAsync($"{person}/role", ("Role", "Viewer"), ("Reason", "She moved to another team")))
        {
        }

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(grace, "/console"));
        using var viewer = await SignedInAsync(desk, email, "twelve quiet herons");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(viewer, "/console/webhooks/replay"));

        (string, string)[] form = [("Reason", "She forgot it"), ("Key", NewKey())];
        var second = await PasswordOfAsync(desk, $"{person}/password", form);
        // A browser that loads the answer again sends the form again: the shown password stays.
        var repeated = await TextAsync(desk, $"{person}/password", form);
        Assert.Contains("You sent this form before, and it is done", repeated, StringComparison.Ordinal);
        Assert.DoesNotMatch(Passwords(), repeated);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(viewer, "/console"));
        using (var refused = await SignInAsync(desk, email, "twelve quiet herons"))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var last = await SignedInAsync(desk, email, second, own: "thirteen loud herons");
        using (await desk.SendAsync($"{person}/end", ("Reason", "She left")))
        {
        }

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(last, "/console"));
        using (var refused = await SignInAsync(desk, email, "thirteen loud herons"))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(
            "console.refuse, console.sign-in, console.sign-in, console.sign-in, console.sign-in-fail, person.create, person.end, "
                + "person.password, person.password, person.password, person.reset-link, person.role",
            await books.ScalarAsync(
                "SELECT string_agg(what, ', ' ORDER BY what) FROM operator_action WHERE merchant_id = $1", desk.Merchant.Value));
    }

    [Fact]
    public async Task Admin_ChangesNobodysOwnAccess_AndTheLastOneStays()
    {
        using var ada = await TestDesk.OpenAsync(books);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Admin, ada.Merchant);
        Assert.Contains(
            "People can&#x27;t change their own access", await TextAsync(
            ada, $"/console/access/people/{ada.Person.Id:D}/role", ("Role", "Viewer"), ("Reason", "no")), StringComparison.Ordinal);
        Assert.Contains("People can&#x27;t change their own access",
            await TextAsync(ada, $"/console/access/people/{ada.Person.Id:D}/end", ("Reason", "no")), StringComparison.Ordinal);

        // Each ends the other at once: one of them is too late.
        var outcomes = await Task.WhenAll(
            Storage().EndAsync(ada.Merchant, grace.Person.Id, By(ada), Cancel),
            Storage().EndAsync(ada.Merchant, ada.Person.Id, By(grace), Cancel));
        Assert.Equal([PersonOutcome.Changed, PersonOutcome.LastAdmin], outcomes.Order());
        Assert.Equal(
            1L, await books.ScalarAsync(
            "SELECT count(*) FROM person WHERE merchant_id = $1 AND role = 'admin' AND ended_at IS NULL", ada.Merchant.Value));

        People Storage() => new(books.Database, TimeProvider.System, new HashSet<string>());
        static Origin By(TestDesk desk) => new(desk.Merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(desk.Person.Id, desk.Person.Name, "person.end", "person x", "now"),
        };
    }

    [Fact]
    public async Task Origin_IsAddedOnce_AndRemoved()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        foreach (var written in new[] { "HTTPS://Pay.Example:443", "https://pay.example/" })
        {
            using var added = await desk.SendAsync(
                "/console/access/origins/add", ("Origin", written), ("Api", "tmf676"), ("Reason", "A new shop"));
            Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);
        }

        Assert.Contains("https://pay.example", await desk.PageAsync("/console/access/origins"), StringComparison.Ordinal);
        Assert.Equal(2L, await ActionsAsync(desk, "origin.add"));
        using (await desk.SendAsync(
            "/console/access/origins/remove?api=tmf676&origin=https%3A%2F%2Fpay.example", ("Reason", "The shop moved")))
        {
        }

        Assert.DoesNotContain("https://pay.example", await desk.PageAsync("/console/access/origins"), StringComparison.Ordinal);
        Assert.Equal(1L, await ActionsAsync(desk, "origin.remove"));
    }

    [Fact]
    public async Task Secret_IsShownOnce_AndLooksRight()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        await using var opened = await desk.BrowseAsync(browser, "/console/access/credentials/new");
        await opened.Page.GetByLabel("Name").FillAsync("The shop");
        await opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Make a credential" }).ClickAsync();
        var secret = await opened.Page.Locator("dl.secret code").InnerTextAsync();
        SecretWatch.OfTheRun.Add([secret[(secret.LastIndexOf(' ') + 1)..]]);
        await Tests.Web.BrowserPageAssertions.LookAsync(opened, "console-secret-once");
        Assert.Equal("/console/access/credentials/new", new Uri(opened.Page.Url).PathAndQuery);
        Assert.Empty(opened.Errors);
    }

    /// <summary>Each API has scopes of its own: a person chooses the API first, without a script.</summary>
    [Theory]
    [InlineData("credentials")]
    [InlineData("clients")]
    public async Task ScopesOfANewProgram_AreThoseOfTheChosenApiAlone(string kind)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, books.DemoCompany);
        var path = $"/console/access/{kind}/new";

        var choice = await desk.PageAsync(path);
        Assert.DoesNotContain("name=\"Scopes\"", choice, StringComparison.Ordinal);
        foreach (var (api, scope, other) in ((string, string, string)[])[
            ("midnight", "payments.write", "brm.payment.read"), ("oracle-brm", "brm.payment.read", "payments.write")])
        {
            Assert.Contains($"href=\"{path}?api={api}\"", choice, StringComparison.Ordinal);
            var page = await desk.PageAsync($"{path}?api={api}");
            Assert.Contains($"name=\"Scopes\" value=\"{scope}\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain($"value=\"{other}\"", page, StringComparison.Ordinal);
            Assert.Contains($"name=\"Api\" value=\"{api}\"", page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("name=\"Scopes\"", await desk.PageAsync($"{path}?api=nothing"), StringComparison.Ordinal);
    }

    private static string NewKey() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    /// <summary>The one secret that the answer to a form shows; looked for from then on wherever it may not be.</summary>
    private static async Task<string> SecretOfAsync(TestDesk desk, string path, params (string, string)[] form)
    {
        var secret = Assert.Single(Secrets().Matches(await TextAsync(desk, path, form))).Value;
        SecretWatch.OfTheRun.Add([secret]);
        return secret;
    }

    private static async Task<string> PasswordOfAsync(TestDesk desk, string path, params (string, string)[] form)
    {
        var password = Passwords().Match(await TextAsync(desk, path, form)).Groups["password"].Value;
        Assert.Equal(20, password.Length);
        SecretWatch.OfTheRun.Add([password]);
        return password;
    }

    private static async Task<string> TextAsync(TestDesk desk, string path, params (string, string)[] form)
    {
        using var answer = await desk.SendAsync(path, form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>A secret that was shown is on no page any more; nor, as the run's watch sees, in a log or a table.</summary>
    private static async Task AssertIsNowhereAsync(TestDesk desk, DeskSamples samples, string secret)
    {
        foreach (var path in ConsolePages.All.Select(page => page.Sample(samples)).OfType<string>())
            Assert.DoesNotContain(secret, await desk.PageAsync(path), StringComparison.Ordinal);
    }

    /// <summary>Whether a secret opens the API to a server that has not seen it yet.</summary>
    private async Task<bool> LetsInAsync(string secret) =>
        await new Credentials(books.Database, books.Vault, TimeProvider.System, new HashSet<string>())
            .FindAsync(CredentialKind.Bearer, "tmf676", secret, Cancel) is not null;

    private async Task<HttpResponseMessage> SignInAsync(TestDesk desk, string email, string password)
    {
        using var stranger = Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/sign-in")
        {
            Content = new FormUrlEncodedContent(
                [new("_handler", "sign-in"), new("Merchant", $"{desk.Merchant.Value}"), new("User", email), new("Password", password)]),
        };
        return await stranger.SendAsync(request, Cancel);
    }

    /// <summary>Someone who has signed in, and has chosen a password of their own where theirs was an initial one.</summary>
    private async Task<HttpClient> SignedInAsync(TestDesk desk, string email, string password, string? own = null)
    {
        using var answer = await SignInAsync(desk, email, password);
        using var changed = own is null ? null : await ChooseAsync(answer, own);
        Assert.Equal(own is null ? HttpStatusCode.SeeOther : HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (changed ?? answer).StatusCode);
        var client = Stranger();
        client.DefaultRequestHeaders.Add("Cookie", TestDesk.CookieIn(changed ?? answer));
        return client;
    }

    /// <summary>Chooses a password after an initial one, which opens nothing by itself.</summary>
    private async Task<HttpResponseMessage> ChooseAsync(HttpResponseMessage asked, string own)
    {
        Assert.False(asked.Headers.Contains("Set-Cookie"));
        var pending = Regex.Match(
            await asked.Content.ReadAsStringAsync(Cancel), "(?<=name=\"Pending\" value=\")[^\"]+", RegexOptions.None,
            TimeSpan.FromMinutes(1));
        using var stranger = Stranger();
        using var form = new FormUrlEncodedContent(
            [new("_handler", "sign-in"), new("Pending", pending.Value), new("Password", own), new("Again", own)]);
        return await stranger.PostAsync("/console/sign-in", form, Cancel);
    }

    private HttpClient Stranger() => new(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = books.Address };

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        return answer.StatusCode;
    }

    private Task<object?> ActionsAsync(TestDesk desk, string what) =>
        books.ScalarAsync("SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = $2", desk.Merchant.Value, what);

    [GeneratedRegex("q[ts]_[A-Za-z0-9_-]{43}", RegexOptions.None, 60_000)]
    private static partial Regex Secrets();

    [GeneratedRegex("qc_[A-Za-z0-9_-]{22}", RegexOptions.None, 60_000)]
    private static partial Regex ClientIds();

    [GeneratedRegex("<dt>Password</dt>\\s*<dd><code>(?<password>[^<]+)</code>", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Passwords();
}
