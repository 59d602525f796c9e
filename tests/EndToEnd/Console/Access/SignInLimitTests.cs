using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A person who guesses waits, and makes no other person wait.</summary>
public sealed class SignInLimitTests(BooksFixture books)
{
    private const string Email = "ada@example.com";
    private const string Password = "correct horse battery staple";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneAddress_TriesSoManyPasswordsWithinAMinute_AndNoneOfTheRestIsLookedAt()
    {
        await using var server = await ServeAsync(limit: 4);
        var (_, device) = await SendAsync(server, Email, Password);
        for (var tries = 0; tries < 3; tries++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(server, $"stranger.{tries}@example.com", "a wrong guess")).Status);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(server, Email, Password)).Status);
        Assert.Equal(3L, await CountAsync(server, "sign_in_try"));
        // Behind an address that many share, the browsers of those who work here go on.
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(server, Email, Password, device)).Status);
    }

    [Fact]
    public async Task Stranger_WhoGuessesAPassword_LocksOutNoBrowserThatItsOwnerHasUsed()
    {
        await using var server = await ServeAsync(limit: 1000);
        var (_, device) = await SendAsync(server, Email, Password);
        Assert.NotNull(device);
        for (var tries = 0; tries < 7; tries++)
            await SendAsync(server, Email, "a wrong guess");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(server, Email, Password)).Status);

        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(server, Email, Password, device)).Status);
        // The cookie is of this person alone, and ends with the password.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(server, Email, Password, $"{device}x")).Status);
        // A thief of the browser guesses no faster.
        var last = HttpStatusCode.Unauthorized;
        for (var tries = 0; tries < 7; tries++)
            (last, _) = await SendAsync(server, Email, "a wrong guess", device);
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    /// <summary>A flood: more tries at once than can be looked at within the time that a try waits.</summary>
    [Fact]
    public async Task Try_ThatFindsNoPlace_IsReportedToComeAgain_AndIsNotCounted()
    {
        await using var server = await ServeAsync(limit: 1);
        using var people = new People(server.Database, TimeProvider.System, new HashSet<string>());
        var tries = await Task.WhenAll(Enumerable.Range(0, 100 * Environment.ProcessorCount).Select(one => people.CheckAsync(
            new MerchantId(1), $"stranger.{one}@example.com", "a wrong guess", TryKind.Password, Cancel)));

        var looked = tries.LongCount(one => one.Wait is null);
        Assert.InRange(looked, 1, tries.Length - 1);
        Assert.Equal(looked, await CountAsync(server, "sign_in_try"));
        Assert.All(tries.Where(one => one.Wait is not null), one => Assert.Equal(TimeSpan.FromSeconds(5), one.Wait));
    }

    [Fact]
    public async Task Operator_LetsALockedPersonTryAgain()
    {
        await using var server = await ServeAsync(limit: 1000);
        for (var tries = 0; tries < 7; tries++)
            await SendAsync(server, Email, "a wrong guess");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(server, Email, Password)).Status);

        var (exitCode, _, error) = await RunningProgram.RunAsync(
            ["person", "unlock", "--email", Email, "--merchant", "1", "--database", server.ConnectionString]);

        Assert.True(exitCode == 0, error);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(server, Email, Password)).Status);
    }

    [Fact]
    public async Task Session_LastsAsLongUnusedAsTheServersOptionSays()
    {
        await using var server = await TokenServer.StartAsync(books, settings => settings with { ConsoleIdle = TimeSpan.FromMinutes(3) });
        var merchant = await new Merchants(server.Database, TimeProvider.System).CreateAsync("Northwind", Cancel);
        using var people = new People(server.Database, TimeProvider.System, new HashSet<string>());
        await people.EnsureAsync(merchant, Email, "Ada", Password, Cancel, OperatorRole.Admin);
        var person = (await people.FindAsync(merchant, Email, Cancel))!;
        var token = await new ConsoleSessions(server.Database, server.Clock).OpenAsync(person, Cancel);
        SecretWatch.OfTheRun.Add([token]);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = server.Client.BaseAddress,
        };
        client.DefaultRequestHeaders.Add("Cookie", $"quittance-console={token}");

        foreach (var (minutes, expected) in new[] { (2, HttpStatusCode.OK), (2, HttpStatusCode.OK), (4, HttpStatusCode.Found) })
        {
            server.Clock.Pass(TimeSpan.FromMinutes(minutes));
            using var page = await client.GetAsync(new Uri("/console", UriKind.Relative), Cancel);
            Assert.Equal(expected, page.StatusCode);
        }
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Addresses_OfOneNetwork_AreOneSource(string first, string second, bool isOne)
    {
        var sources = new AddressTries(1, TimeProvider.System);
        Assert.Null(sources.Count(From(first)));
        Assert.Equal(isOne, sources.Count(From(second)) is not null);
    }

    [Theory]
    [InlineData("2001:db8:9:{0:x}::1", "2001:db8:9:ffff::1", "2001:db8:a::1")]
    [InlineData("10.{1}.{2}.{3}", "10.0.39.250", "10.200.0.1")]
    public void ManyAddresses_OfOneNetwork_LeaveTheOthersTheirTries(string pattern, string last, string other)
    {
        var sources = new AddressTries(1, TimeProvider.System);
        for (var number = 0; number < 10_000; number++)
        {
            var address = string.Format(
                CultureInfo.InvariantCulture, pattern, number, number >> 16, (number >> 8) & 0xff, number & 0xff);
            Assert.Null(sources.Count(From(address)));
        }

        // The table is full: new addresses are counted by the network around them.
        Assert.Null(sources.Count(From(last)));
        Assert.NotNull(sources.Count(From(last)));
        Assert.Null(sources.Count(From(other)));
        Assert.Null(sources.Count(From("203.0.113.7")));
    }

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    private async Task<TokenServer> ServeAsync(int limit)
    {
        var server = await TokenServer.StartAsync(books, settings => settings with { SignInLimit = limit });
        var merchant = await new Merchants(server.Database, TimeProvider.System).CreateAsync("Northwind", Cancel);
        using var people = new People(server.Database, TimeProvider.System, new HashSet<string>());
        await people.EnsureAsync(merchant, Email, "Ada", Password, Cancel, OperatorRole.Admin);
        return server;
    }

    private static async Task<(HttpStatusCode Status, string? Device)> SendAsync(
        TokenServer server, string email, string password, string? device = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = server.Client.BaseAddress,
        };
        if (device is not null)
            client.DefaultRequestHeaders.Add("Cookie", device);
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("User", email), new("Password", password)]);
        using var answer = await client.PostAsync("/console/sign-in", form, Cancel);
        return (answer.StatusCode, answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            ? cookies.Single(cookie => cookie.StartsWith("quittance-device", StringComparison.Ordinal)).Split(';')[0] : null);
    }

    private static async Task<long> CountAsync(TokenServer server, string table)
    {
        await using var count = server.Database.CreateCommand($"SELECT count(*) FROM {table}");
        return (long)(await count.ExecuteScalarAsync(Cancel))!;
    }
}
