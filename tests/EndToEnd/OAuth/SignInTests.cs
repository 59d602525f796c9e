using System.Globalization;
using System.Net;
using Npgsql;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using static Quittance.Tests.OAuth.Visitor;

namespace Quittance.Tests.OAuth;

/// <summary>A person who guesses passwords learns nothing, and waits longer and longer.</summary>
public sealed class SignInTests(BooksFixture books)
{
    private const int FreeTries = 5;

    [Fact]
    public async Task Guess_ThatIsWrong_LooksTheSameWhetherOrNotSomebodyHasTheAddress()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);
        var page = await ada.GoAsync(AddressOf(client));

        var wrong = await ada.SendAsync(page, password: "not it at all");
        var unknown = await ada.SendAsync(page, email: "nobody@example.com");

        Assert.Equal((HttpStatusCode.Forbidden, "The e-mail address or the password is wrong."), (wrong.Status, wrong.Trouble));
        Assert.Equal(wrong.Html, unknown.Html.Replace("nobody@example.com", ada.Email, StringComparison.Ordinal));
        Assert.DoesNotContain("not it at all", wrong.Html, StringComparison.Ordinal);
        Assert.NotNull((await ada.SendAsync(wrong)).Location);
    }

    [Fact]
    public async Task OneAddress_TriesSoManyPasswordsWithinAMinute_OfAllPeopleTogether()
    {
        await using var server = await TokenServer.StartAsync(books, settings => settings with { SignInLimit = 3 });
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);
        var page = await ada.GoAsync(AddressOf(client));
        for (var tries = 0; tries < 3; tries++)
            Assert.Equal(HttpStatusCode.Forbidden, (await ada.SendAsync(page, email: $"stranger.{tries}@example.com")).Status);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await ada.SendAsync(page)).Status);
    }

    [Fact]
    public async Task Person_OfAnotherMerchant_IsNobodyHere()
    {
        var (shop, foreign) = (await TokenShop.OpenAsync(books), await TokenShop.OpenAsync(books));
        using var stranger = await OfAsync(foreign);
        var answer = await stranger.SendAsync(await stranger.GoAsync(AddressOf(await shop.ClientAsync(redirectUris: RedirectUri))));
        Assert.Equal((HttpStatusCode.Forbidden, null), (answer.Status, answer.Location));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nobody@example.com")]
    public async Task Guesses_AfterTheFifth_WaitTwiceAsLongEachTime(string? email)
    {
        await using var server = await TokenServer.StartAsync(books);
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);
        var page = await ada.GoAsync(AddressOf(client));
        for (var tries = 0; tries < FreeTries + 1; tries++)
            Assert.Equal(HttpStatusCode.Forbidden, (await ada.SendAsync(page, email: email, password: "a wrong guess")).Status);

        // 1 s, 2 s, 4 s, and after the tenth half an hour; the tries in between do not count, and the right password waits too.
        foreach (var wait in (int[])[1, 2, 4, 8, 1800, 1800])
        {
            var waiting = await ada.SendAsync(page, email: email);
            Assert.Equal(HttpStatusCode.TooManyRequests, waiting.Status);
            Assert.Equal(wait.ToString(CultureInfo.InvariantCulture), waiting.Headers["Retry-After"]);
            Assert.StartsWith("There were too many tries. Wait ", waiting.Trouble, StringComparison.Ordinal);
            server.Clock.Pass(TimeSpan.FromSeconds(wait));
            Assert.Equal(HttpStatusCode.Forbidden, (await ada.SendAsync(page, email: email, password: "a wrong guess")).Status);
        }

        server.Clock.Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(email is null, (await ada.SendAsync(page, email: email)).Location is not null);
        // A person who got in may mistype again.
        if (email is null)
            Assert.Equal(HttpStatusCode.Forbidden, (await ada.SendAsync(page, password: "a wrong guess")).Status);
    }

    [Fact]
    public async Task Guesses_AtTheSameTime_AreAllCounted()
    {
        await using var server = await TokenServer.StartAsync(books);
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);
        var page = await ada.GoAsync(AddressOf(client));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.SendAsync(page, password: "a wrong guess")));
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.Forbidden), 1, FreeTries + 1);
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Server_ThatCannotReachItsBooks_SaysSoToPeopleAndToPrograms()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(books.ConnectionString) { Host = "127.0.0.1", Port = BooksFixture.FreePort() };
        await using var database = Storage.Database.Open(nowhere.ConnectionString);
        var address = new Uri($"http://127.0.0.1:{BooksFixture.FreePort()}");
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, address.Port, new PublicAddress($"http://127.0.0.1:{address.Port}"), IsDemo: false),
            database, books.Engine, books.Vault);
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = address };

        using var form =
            new FormUrlEncodedContent([KeyValuePair.Create("client_id", "qc_x"), KeyValuePair.Create("client_secret", "qs_x")]);
        using var report = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), form, TestContext.Current.CancellationToken);
        using var shown = await http.GetAsync(
            new Uri(AddressOf(new ClientUnderTest("qc_x", "")), UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (report.StatusCode, shown.StatusCode));
        Assert.Contains("\"temporarily_unavailable\"", await report.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal("text/html", shown.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(report.Headers.RetryAfter);
        Assert.NotNull(shown.Headers.RetryAfter);
        await server.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Passwords_AreStretchedEachWithASaltOfItsOwn()
    {
        var shop = await TokenShop.OpenAsync(books);
        using var people = new People(shop.Database, TimeProvider.System, new HashSet<string>());
        foreach (var name in (string[])["ada", "bob"])
        {
            Assert.True(await people.EnsureAsync(
                shop.Merchant, $"{name}@example.com", name, SignedUp.Password, TestContext.Current.CancellationToken));
        }

        Assert.Equal(
            2L, await books.ScalarAsync(
            "SELECT count(DISTINCT salt) FROM person WHERE merchant_id = $1 AND iterations >= 600000", shop.Merchant.Value));
    }

    [Fact]
    public async Task Demo_LetsItsClientIn_AndAnyOtherServerDoesNot()
    {
        await using var server = await TokenServer.StartAsync(books);
        await Host.Demo.DemoData.FillInAsync(
            server.Database, server.Engine, server.Vault, TimeProvider.System, TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
        using var form =
            new FormUrlEncodedContent(
            [KeyValuePair.Create("grant_type", "client_credentials"), KeyValuePair.Create("client_id", "demo-rail"),
            KeyValuePair.Create("client_secret", "demo-rail-secret")]);
        using var refused = await client.PostAsync(new Uri("/oauth/token", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var page =
            await client.GetAsync(
            new Uri(AddressOf(new ClientUnderTest("demo-rail", ""), ("redirect_uri", "http://127.0.0.1:9090/signed-in"), ("scope", "read")),
            UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);

        using var inDemo =
            await books.Client.PostAsync(new Uri("/oauth/token", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, inDemo.StatusCode);
    }
}
