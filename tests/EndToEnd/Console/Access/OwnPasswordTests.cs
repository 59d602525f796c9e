using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>People of every role change their own password.</summary>
public sealed class OwnPasswordTests(BooksFixture books, Browser browser)
{
    private const string Path = "/console/password";
    private const string Former = "correct horse battery staple";
    private const string Next = "a quieter horse, another staple";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OperatorRole.Viewer)]
    [InlineData(OperatorRole.Admin)]
    public async Task Password_IsChanged_AndEveryFormerSessionEnds(OperatorRole role)
    {
        using var desk = await TestDesk.OpenAsync(books, role);
        using var elsewhere = await SignInAsync(desk, Former);
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Admin, desk.Merchant);
        Assert.Contains("href=\"/console/password\"", await desk.PageAsync("/console"), StringComparison.Ordinal);

        using var changed = await SendAsync(desk, Former, Next);

        Assert.Equal(HttpStatusCode.SeeOther, changed.StatusCode);
        using var here = SignedInBy(changed);
        Assert.Contains("Your password is changed.", await here.GetStringAsync(changed.Headers.Location, Cancel), StringComparison.Ordinal);
        // The browser stays one that its owner has used.
        var device = changed.Headers.GetValues("Set-Cookie")
            .Single(cookie => cookie.StartsWith("quittance-device", StringComparison.Ordinal));
        for (var tries = 0; tries < 7; tries++)
        {
            using var guess = await SignInAnswerAsync(desk, "a wrong guess");
        }

        await desk.LengthenWaitsAsync(books);
        using (var locked = await SignInAnswerAsync(desk, Next))
            Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        using (var known = await SignInAnswerAsync(desk, Next, device.Split(';')[0]))
            Assert.Equal(HttpStatusCode.SeeOther, known.StatusCode);
        await books.ScalarAsync("DELETE FROM sign_in_try WHERE merchant_id = $1", desk.Merchant.Value);
        // Copies of the session's token are out as well.
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(desk.Client));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(elsewhere));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(other.Client));
        using (var refused = await SignInAnswerAsync(desk, Former))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using (var again = await SignInAsync(desk, Next))
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(again));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM sign_in_try WHERE merchant_id = $1", desk.Merchant.Value));
        Assert.Equal(
            $"person.password person {desk.Person.Email} ({desk.Person.Name}): Their own",
            await books.ScalarAsync(
                "SELECT string_agg(what || ' ' || subject || ': ' || reason, '; ') FROM operator_action WHERE merchant_id = $1 AND "
                    + "person_id = $2 AND what NOT LIKE 'console.%'", desk.Merchant.Value, desk.Person.Id));
    }

    [Fact]
    public async Task Guessing_ThePresentPassword_IsLockedOut_AndInTheAuditLog()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        HttpStatusCode last = default;
        var tries = 0;
        for (; tries < 20 && last != HttpStatusCode.TooManyRequests; tries++)
        {
            using var wrong = await SendAsync(desk, "a wrong guess", Next);
            last = wrong.StatusCode;
            Assert.Contains(last == HttpStatusCode.OK ? "This is not your password." : "There were too many tries.",
                await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        // The last one was not looked at. Before it come six; a busy machine takes more, since the first waits end between two requests.
        Assert.InRange(tries, 7, 11);
        await desk.LengthenWaitsAsync(books);
        using var known = await SendAsync(desk, Former, Next);
        Assert.Equal(HttpStatusCode.TooManyRequests, known.StatusCode);
        Assert.True(known.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        using var signIn = await SignInAnswerAsync(desk, Former);
        // A sign-in from a browser that the person has not used before is counted apart.
        Assert.Equal(HttpStatusCode.SeeOther, signIn.StatusCode);
        Assert.Equal($"console.sign-in:1,console.sign-in-fail:{tries - 1}", await books.ScalarAsync(
            "SELECT string_agg(what || ':' || n, ',' ORDER BY what) FROM (SELECT what, count(*) AS n FROM operator_action "
                + "WHERE merchant_id = $1 GROUP BY what) x", desk.Merchant.Value));
    }

    [Fact]
    public async Task Stranger_WhoGuessesAtTheSignIn_KeepsNoOwnerFromChangingThePassword()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        HttpStatusCode last = default;
        for (var tries = 0; tries < 20 && last != HttpStatusCode.TooManyRequests; tries++)
        {
            using var guess = await SignInAnswerAsync(desk, "a wrong guess");
            last = guess.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        using var changed = await SendAsync(desk, Former, Next);
        Assert.Equal(HttpStatusCode.SeeOther, changed.StatusCode);
    }

    [Theory]
    [InlineData("short words", "short words", "Take at least 12 characters.")]
    [InlineData(Next, "something else", "The two passwords differ.")]
    [InlineData("password1234", "password1234", "Many people take this password")]
    [InlineData("aaaaaaaaaaaa", "aaaaaaaaaaaa", "This repeats a few characters.")]
    [InlineData(Former, Former, "This is the present password.")]
    [InlineData("", "", "Take at least 12 characters.")]
    public async Task NewPassword_ThatWillNotDo_IsRefused_AndCountsForNoGuess(string password, string again, string words)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var refused = await desk.SendAsync(Path, ("Present", Former), ("New", password), ("Again", again));
        var page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(words, page, StringComparison.Ordinal);
        // The typed passwords are not sent back.
        Assert.DoesNotContain(Former, page, StringComparison.Ordinal);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM sign_in_try WHERE merchant_id = $1", desk.Merchant.Value));
        using var still = await SignInAsync(desk, Former);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(still));
    }

    [Fact]
    public async Task NewPassword_ThatIsTooLongToSignInWith_IsRefused()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var refused = await SendAsync(desk, Former, new string('x', 257));
        Assert.Contains("This is too long.", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var longest = string.Concat(Enumerable.Repeat("nine quiet herons stand by 32 k ", 8));
        using var changed = await SendAsync(desk, Former, longest);
        Assert.Equal(HttpStatusCode.SeeOther, changed.StatusCode);
        using var signedIn = await SignInAsync(desk, longest);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(signedIn));
    }

    [Fact]
    public async Task Page_IsReachedBesideSigningOut()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await using var opened = await desk.BrowseAsync(browser, "/console");
        await opened.Page.GetByText(desk.Person.Name).ClickAsync();
        await Web.BrowserPageAssertions.LookAsync(opened, "console-menu");
        await opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Change password" }).ClickAsync();
        Assert.Equal(Path, new Uri(opened.Page.Url).AbsolutePath);
    }

    private static Task<HttpResponseMessage> SendAsync(TestDesk desk, string present, string next) =>
        desk.SendAsync(Path, ("Present", present), ("New", next), ("Again", next));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/console", Cancel);
        return answer.StatusCode;
    }

    private HttpClient Stranger() => new(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = books.Address };

    private async Task<HttpResponseMessage> SignInAnswerAsync(TestDesk desk, string password, string? device = null)
    {
        using var stranger = Stranger();
        if (device is not null)
            stranger.DefaultRequestHeaders.Add("Cookie", device);
        using var form =
            new FormUrlEncodedContent(
            [new("_handler", "sign-in"), new("Merchant", $"{desk.Merchant.Value}"), new("User", desk.Person.Email),
            new("Password", password)]);
        return await stranger.PostAsync("/console/sign-in", form, Cancel);
    }

    private async Task<HttpClient> SignInAsync(TestDesk desk, string password)
    {
        using var answer = await SignInAnswerAsync(desk, password);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return SignedInBy(answer);
    }

    /// <summary>The person who got this answer.</summary>
    private HttpClient SignedInBy(HttpResponseMessage answer)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Add("Cookie", TestDesk.CookieIn(answer));
        return client;
    }
}
