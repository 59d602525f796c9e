using System.Net;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>Refresh tokens are exchanged once, and revoked with their family when somebody uses one again.</summary>
public sealed class RefreshTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RefreshToken_IsExchangedForTheNext()
    {
        var (shop, client, tokens) = await AllowedAsync(books);
        var next = await RefreshAsync(shop, client, tokens["refresh_token"]!);

        Assert.Equal((HttpStatusCode.OK, "payment.read payment.write"), (next.Status, next["scope"]));
        Assert.NotEqual(tokens["refresh_token"], next["refresh_token"]);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(next["access_token"])).Status);
        // The former access token goes on until its hour is over.
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(shop, client, next["refresh_token"]!)).Status);
    }

    [Fact]
    public async Task RefreshToken_UsedAgain_RevokesTheWholeFamily()
    {
        var (shop, client, tokens) = await AllowedAsync(books);
        var next = await RefreshAsync(shop, client, tokens["refresh_token"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(next["access_token"])).Status);

        var stolen = await RefreshAsync(shop, client, tokens["refresh_token"]!);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (stolen.Status, stolen["error"]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(tokens["access_token"])).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(next["access_token"])).Status);
        Assert.Equal("invalid_grant", (await RefreshAsync(shop, client, next["refresh_token"]!))["error"]);
    }

    [Fact]
    public async Task RefreshToken_UsedByManyAtOnce_GivesToOneAndIsRevoked()
    {
        var (shop, client, tokens) = await AllowedAsync(books);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RefreshAsync(shop, client, tokens["refresh_token"]!)));

        var winner = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Except([winner]), answer => Assert.Equal("invalid_grant", answer["error"]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(winner["access_token"])).Status);
    }

    [Fact]
    public async Task Scopes_AreNarrowedForOneAccessToken_AndNeverWidened()
    {
        var (shop, client, tokens) = await AllowedAsync(books, TokenShop.Read);
        var wide = await RefreshAsync(shop, client, tokens["refresh_token"]!, "payment.read payment.write");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (wide.Status, wide["error"]));

        // A refused request has used nothing up.
        var (both, bothClient, all) = await AllowedAsync(books);
        var narrow = await RefreshAsync(both, bothClient, all["refresh_token"]!, TokenShop.Write);
        Assert.Equal(TokenShop.Write, narrow["scope"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await both.UseAsync(narrow["access_token"])).Status);
        Assert.Equal("payment.read payment.write", (await RefreshAsync(both, bothClient, narrow["refresh_token"]!))["scope"]);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(shop, client, tokens["refresh_token"]!)).Status);
    }

    [Fact]
    public async Task RefreshToken_OfAnotherClient_IsUnknown_AndStaysGood()
    {
        var (shop, client, tokens) = await AllowedAsync(books);
        var foreign = await TokenShop.OpenAsync(books);
        Assert.Equal("invalid_grant", (await RefreshAsync(shop, await shop.ClientAsync(), tokens["refresh_token"]!))["error"]);
        Assert.Equal("invalid_grant", (await RefreshAsync(foreign, await foreign.ClientAsync(), tokens["refresh_token"]!))["error"]);
        Assert.Equal("invalid_grant", (await RefreshAsync(shop, client, tokens["access_token"]!))["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(tokens["refresh_token"])).Status);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(shop, client, tokens["refresh_token"]!)).Status);
    }

    [Fact]
    public async Task RefreshToken_IsGoodFor30Days_AndThenForgotten()
    {
        await using var server = await TokenServer.StartAsync(books);
        var (shop, client, first) = await AllowedAsync(books, server: server);
        server.Clock.Pass(TimeSpan.FromDays(29));
        var tokens = await RefreshAsync(shop, client, first["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        server.Clock.Pass(TimeSpan.FromDays(29));
        var pruning = new Pruning(server.Database, new Merchants(server.Database, server.Clock), server.Clock);
        await pruning.PruneAsync(Cancel);
        Assert.Equal((1L, 1L), (await CountAsync(shop, "token"), await CountAsync(shop, "authorisation")));
        tokens = await RefreshAsync(shop, client, tokens["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);

        server.Clock.Pass(TimeSpan.FromDays(30));
        Assert.Equal("invalid_grant", (await RefreshAsync(shop, client, tokens["refresh_token"]!))["error"]);
        server.Clock.Pass(TimeSpan.FromSeconds(1));
        await pruning.PruneAsync(Cancel);
        Assert.Equal(0L, await CountAsync(shop, "token"));
        Assert.Equal(0L, await CountAsync(shop, "authorisation"));
    }

    [Fact]
    public async Task Consent_EndsHalfAYearAfterItWasGiven_HoweverOftenItsTokensAreRenewed()
    {
        await using var server = await TokenServer.StartAsync(books);
        var (shop, client, tokens) = await AllowedAsync(books, server: server);
        for (var days = 0; days < 174; days += 29)
        {
            server.Clock.Pass(TimeSpan.FromDays(29));
            tokens = await RefreshAsync(shop, client, tokens["refresh_token"]!);
            Assert.Equal(HttpStatusCode.OK, tokens.Status);
        }

        server.Clock.Pass(TimeSpan.FromDays(6) - TimeSpan.FromMinutes(10));
        tokens = await RefreshAsync(shop, client, tokens["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.InRange(int.Parse(tokens["expires_in"]!), 500, 600);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);
        server.Clock.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal("invalid_grant", (await RefreshAsync(shop, client, tokens["refresh_token"]!))["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(tokens["access_token"])).Status);
    }

    /// <summary>A client that a person lets act for them, with its tokens.</summary>
    internal static async Task<(TokenShop Shop, ClientUnderTest Client, TmfAnswer Tokens)> AllowedAsync(
        BooksFixture books, string scope = "payment.read payment.write", TokenServer? server = null)
    {
        var shop = server is null ? await TokenShop.OpenAsync(books) : await TokenShop.OpenAsync(server.Database, server.Client);
        var client = await shop.ClientAsync(redirectUris: Visitor.RedirectUri);
        using var ada = await Visitor.OfAsync(shop);
        var tokens = await AuthorizeTests.RedeemAsync(shop, client, await ada.AllowAsync(client, ("scope", scope)));
        Assert.True(tokens.Status == HttpStatusCode.OK, tokens.Text);
        SecretWatch.OfTheRun.Add([tokens["access_token"]!, tokens["refresh_token"]!]);
        return (shop, client, tokens);
    }

    internal static Task<TmfAnswer> RefreshAsync(TokenShop shop, ClientUnderTest client, string token, string? scope = null) =>
        shop.TokenAsync(client, ("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope));

    private static async Task<long> CountAsync(TokenShop shop, string table)
    {
        await using var command = shop.Database.CreateCommand($"SELECT count(*) FROM {table}");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
