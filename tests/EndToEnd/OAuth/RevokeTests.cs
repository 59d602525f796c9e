using System.Globalization;
using System.Net;
using Quittance.Tests.Running;
using static Quittance.Tests.OAuth.RefreshTests;

namespace Quittance.Tests.OAuth;

/// <summary>Clients give tokens back (RFC 7009) and ask what they stand for (RFC 7662).</summary>
public sealed class RevokeTests(BooksFixture books)
{
    [Fact]
    public async Task AccessToken_Revoked_StopsAtOnce_AndAlone()
    {
        var (shop, client, tokens) = await AllowedAsync(books);
        // Warm: the server remembers it.
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);

        var revoked = await RevokeAsync(shop, client, tokens["access_token"]!);

        Assert.Equal((HttpStatusCode.OK, ""), (revoked.Status, revoked.Text));
        Assert.Equal("no-store", revoked.Headers["Cache-Control"]);
        var refused = await shop.UseAsync(tokens["access_token"]);
        Assert.Equal(
            (HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\""), (refused.Status, refused.Headers["WWW-Authenticate"]));
        Assert.Equal(HttpStatusCode.OK, (await RevokeAsync(shop, client, tokens["access_token"]!)).Status);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(shop, client, tokens["refresh_token"]!)).Status);
    }

    [Fact]
    public async Task AccessToken_RevokedByAnotherServer_StopsWithinFiveSeconds()
    {
        await using var server = await TokenServer.StartAsync(books);
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        var token = await shop.AccessTokenAsync(await shop.ClientAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);
        await using (var elsewhere = server.Database.CreateCommand("UPDATE token SET revoked_at = now()"))
            await elsewhere.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        // Until then the database is not asked again.
        server.Clock.Pass(TimeSpan.FromSeconds(4.9));
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);
        server.Clock.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(token)).Status);
    }

    [Fact]
    public async Task RefreshToken_Revoked_TakesItsFamilyAlong()
    {
        var (shop, client, tokens) = await AllowedAsync(books);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);
        await RevokeAsync(shop, client, tokens["refresh_token"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(tokens["access_token"])).Status);
        Assert.Equal("invalid_grant", (await RefreshAsync(shop, client, tokens["refresh_token"]!))["error"]);
    }

    [Fact]
    public async Task Revocation_OfNothingOrOfAnothersToken_LooksDoneAndDoesNothing()
    {
        var (shop, _, tokens) = await AllowedAsync(books);
        var foreign = await TokenShop.OpenAsync(books);
        foreach (var (asks, client) in (
            (TokenShop, ClientUnderTest)[])[(shop, await shop.ClientAsync()), (foreign, await foreign.ClientAsync())])
        {
            foreach (var token in (string[])[tokens["access_token"]!, tokens["refresh_token"]!, "qat_unknown", "nothing"])
            {
                Assert.Equal(
                    (HttpStatusCode.OK, ""), await RevokeAsync(asks, client, token) is var answer ? (answer.Status, answer.Text) : default);
            }
        }

        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);
        Assert.Equal("invalid_request", (await shop.PostAsync("/oauth/revoke", await shop.ClientAsync()))["error"]);
        Assert.Equal("invalid_client", (await shop.PostAsync("/oauth/revoke", null, ("token", tokens["access_token"])))["error"]);
    }

    [Fact]
    public async Task Introspection_TellsWhatATokenStandsFor_UntilItStandsForNothing()
    {
        var (shop, client, tokens) = await AllowedAsync(books);
        var resourceServer = await shop.ClientAsync();

        var access = await IntrospectAsync(shop, resourceServer, tokens["access_token"]!);
        Assert.Equal(
            ("True", "payment.read payment.write", client.Name, "Bearer", books.Address.ToString().TrimEnd('/')),
            (access["active"], access["scope"], access["client_id"], access["token_type"], access["iss"]));
        Assert.EndsWith("@example.com", access["username"], StringComparison.Ordinal);
        Assert.True(Guid.TryParse(access["sub"], out _));
        Assert.Equal(
            3600, long.Parse(access["exp"]!, CultureInfo.InvariantCulture) - long.Parse(access["iat"]!, CultureInfo.InvariantCulture));
        var refresh = await IntrospectAsync(shop, resourceServer, tokens["refresh_token"]!);
        Assert.Equal(("True", access["sub"]), (refresh["active"], refresh["sub"]));
        Assert.False(refresh.Body.TryGetProperty("token_type", out _));
        var own = await IntrospectAsync(shop, resourceServer, await shop.AccessTokenAsync(client));
        Assert.False(own.Body.TryGetProperty("username", out _));

        await RevokeAsync(shop, client, tokens["refresh_token"]!);
        foreach (var token in (string[])[tokens["access_token"]!, tokens["refresh_token"]!, "qat_unknown", "nothing"])
            Assert.Equal("""{"active":false}""", (await IntrospectAsync(shop, resourceServer, token)).Text);
    }

    [Fact]
    public async Task Introspection_ByAnotherMerchantOrAnotherApi_TellsNothing()
    {
        var (shop, _, tokens) = await AllowedAsync(books);
        var foreign = await TokenShop.OpenAsync(books);
        var otherApi = await shop.AlsoAsync("oracle-brm");
        Assert.Equal("""{"active":false}""", (await IntrospectAsync(foreign, await foreign.ClientAsync(), tokens["access_token"]!)).Text);
        Assert.Equal("""{"active":false}""", (await IntrospectAsync(otherApi, await otherApi.ClientAsync(), tokens["access_token"]!)).Text);
        Assert.Equal("invalid_request", (await shop.PostAsync("/oauth/introspect", await shop.ClientAsync()))["error"]);
        Assert.Equal("invalid_client", (await shop.PostAsync("/oauth/introspect", null, ("token", tokens["access_token"])))["error"]);
    }

    private static Task<TmfAnswer> RevokeAsync(TokenShop shop, ClientUnderTest client, string token) =>
        shop.PostAsync("/oauth/revoke", client, ("token", token), ("token_type_hint", "access_token"));

    private static Task<TmfAnswer> IntrospectAsync(TokenShop shop, ClientUnderTest client, string token) =>
        shop.PostAsync("/oauth/introspect", client, ("token", token));
}
