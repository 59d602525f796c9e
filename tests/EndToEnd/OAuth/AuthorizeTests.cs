using System.Net;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using static Quittance.Tests.OAuth.Visitor;

namespace Quittance.Tests.OAuth;

/// <summary>A person lets a client act for them: the page, and the code that the client gets.</summary>
public sealed class AuthorizeTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Person_SignsIn_AndTheClientActsForThem()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);

        var page = await ada.GoAsync(AddressOf(client));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Rail &amp; Sail wants to act for you", page.Html, StringComparison.Ordinal);
        Assert.Contains("<li>See payments</li>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Record payments", page.Html, StringComparison.Ordinal);
        Assert.Contains("<b>rail.example</b>", page.Html, StringComparison.Ordinal);

        var back = await ada.SendAsync(page, email: ada.Email.ToUpperInvariant());
        Assert.Equal(HttpStatusCode.SeeOther, back.Status);
        Assert.StartsWith(RedirectUri + "&code=", back.Location, StringComparison.Ordinal);
        Assert.Equal(("a b&c=d/é", books.Address.ToString().TrimEnd('/')), (back.Query["state"], back.Query["iss"]));

        var answer = await RedeemAsync(shop, client, back.Query["code"]);
        Assert.Equal((HttpStatusCode.OK, "3600", TokenShop.Read, "no-store"),
            (answer.Status, answer["expires_in"], answer["scope"], answer.Headers["Cache-Control"]));
        var token = TokenShop.Watched(answer["access_token"]!);
        TokenShop.Watched(answer["refresh_token"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);
        var caller = await new Credentials(books.Database, books.Vault, TimeProvider.System, new HashSet<string>())
            .FindAsync(CredentialKind.Bearer, "tmf676", token, Cancel);
        Assert.Equal(await books.ScalarAsync("SELECT id FROM person WHERE email = $1", ada.Email), caller!.Subject);
    }

    [Fact]
    public async Task Page_IsSafeFromOtherSites()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);
        using var other = await OfAsync(shop);
        var page = await ada.GoAsync(AddressOf(client));

        Assert.Equal(
            "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' https://rail.example; base-uri 'none'; "
                + "frame-ancestors 'none'",
            page.Headers["Content-Security-Policy"]);
        Assert.Equal(
            ("DENY", "no-referrer", "no-store", "nosniff"),
            (page.Headers["X-Frame-Options"], page.Headers["Referrer-Policy"], page.Headers["Cache-Control"],
                page.Headers["X-Content-Type-Options"]));
        Assert.Contains("httponly", page.Headers["Set-Cookie"], StringComparison.Ordinal);
        Assert.Contains("samesite=lax", page.Headers["Set-Cookie"], StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page.Html, StringComparison.Ordinal);

        // Without the cookie, with somebody else's proof, and with none: no person comes in, also with the right password.
        Visitor.Page[] refused =
            [await other.SendAsync(page), await ada.SendAsync(page, proof: (await other.GoAsync(AddressOf(client))).Proof),
            await ada.SendAsync(page, proof: "")];
        Assert.All(refused, answer => Assert.Equal((HttpStatusCode.BadRequest, null), (answer.Status, answer.Location)));
        // A second page of the same browser leaves the first one good.
        await ada.GoAsync(AddressOf(client));
        Assert.NotNull((await ada.SendAsync(page)).Location);
    }

    [Fact]
    public async Task Person_ThatRefuses_IsSentBackWithoutACode()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);
        var back = await ada.SendAsync(await ada.GoAsync(AddressOf(client)), "deny", email: "", password: "");
        Assert.Equal(("access_denied", "a b&c=d/é"), (back.Query["error"], back.Query["state"]));
        Assert.False(back.Query.ContainsKey("code"));
    }

    [Theory]
    [InlineData("https://rail.example/back")]
    [InlineData("https://rail.example/back?from=quittance&more=1")]
    [InlineData("https://rail.example/back?from=quittance#x")]
    [InlineData("https://rail.example:443/back?from=quittance")]
    [InlineData("https://RAIL.example/back?from=quittance")]
    [InlineData("http://rail.example/back?from=quittance")]
    [InlineData("https://rail.example.evil.example/back?from=quittance")]
    [InlineData("https://rail.example/back/../back?from=quittance")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task RedirectUri_ThatIsNotRegistered_IsNeverFollowed(string redirectUri)
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);

        // Other mistakes do not send anybody there either.
        var shown = await ada.GoAsync(AddressOf(client, ("redirect_uri", redirectUri), ("response_type", "token")));

        Assert.Equal((HttpStatusCode.BadRequest, null), (shown.Status, shown.Location));
        Assert.Contains("has not registered", shown.Html, StringComparison.Ordinal);
        Assert.Contains("form-action 'none'", shown.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_ThatIsUnknownOrTwoMerchants_IsShownAPage()
    {
        var shop = await TokenShop.OpenAsync(books);
        using var ada = await OfAsync(shop);
        var unknown = await ada.GoAsync(AddressOf(new ClientUnderTest("qc_nobody", "")));
        Assert.Equal((HttpStatusCode.BadRequest, null), (unknown.Status, unknown.Location));
        Assert.Contains("is not known", unknown.Html, StringComparison.Ordinal);

        var twice = await shop.ClientAsync(redirectUris: RedirectUri);
        var other = await TokenShop.OpenAsync(books);
        await other.RegisterAsync(twice.Name, RedirectUri);
        Assert.Equal(unknown.Html, (await ada.GoAsync(AddressOf(twice))).Html);
    }

    [Theory]
    [InlineData("response_type", "", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code token", "unsupported_response_type")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("code_challenge", "", "invalid_request")]
    [InlineData("code_challenge_method", "", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge", "tooShort", "invalid_request")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "invalid_request")]
    [InlineData("scope", "payment.read admin", "invalid_scope")]
    [InlineData("scope", "payment.write", "invalid_scope")]
    public async Task Request_ThatIsNotAsItShouldBe_IsReportedToTheClient(string name, string value, string error)
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync([TokenShop.Read], redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);

        var back = await ada.GoAsync(AddressOf(client, (name, value)));

        Assert.Equal(HttpStatusCode.SeeOther, back.Status);
        Assert.Equal((error, "a b&c=d/é", "quittance"), (back.Query["error"], back.Query["state"], back.Query["from"]));
        Assert.True(back.Query.ContainsKey("iss"));
        var twice = await ada.GoAsync(AddressOf(client) + "&scope=payment.read");
        Assert.Equal("invalid_request", twice.Query["error"]);
    }

    [Fact]
    public async Task Code_GoesToItsClientWithItsVerifierAndItsRedirectUriOnly()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(null, false, RedirectUri, "https://rail.example/other");
        var another = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);

        Assert.Equal("invalid_grant", (await RedeemAsync(shop, another, await ada.AllowAsync(client)))["error"]);
        Assert.Equal("invalid_grant", (await RedeemAsync(shop, client, "qac_unknown"))["error"]);
        Assert.Equal("invalid_request", (await RedeemAsync(shop, client, await ada.AllowAsync(client), verifier: null))["error"]);
        Assert.Equal("invalid_request", (await RedeemAsync(shop, client, await ada.AllowAsync(client), verifier: "short"))["error"]);
        Assert.Equal("invalid_request", (await RedeemAsync(shop, client, await ada.AllowAsync(client), redirectUri: null))["error"]);

        // A wrong one uses the code up: a thief can't try others.
        foreach (var (verifier, redirectUri) in (
            (string, string)[])[(new string('a', 43), RedirectUri), (Verifier, "https://rail.example/other")])
        {
            var code = await ada.AllowAsync(client);
            Assert.Equal("invalid_grant", (await RedeemAsync(shop, client, code, verifier, redirectUri))["error"]);
            Assert.Equal("invalid_grant", (await RedeemAsync(shop, client, code))["error"]);
        }
    }

    [Fact]
    public async Task Code_UsedAgain_RevokesWhatItGave()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);
        var code = await ada.AllowAsync(client);
        var tokens = await RedeemAsync(shop, client, code);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);

        Assert.Equal("invalid_grant", (await RedeemAsync(shop, client, code))["error"]);

        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(tokens["access_token"])).Status);
        Assert.Equal("invalid_grant",
            (await shop.TokenAsync(client, ("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"])))["error"]);
    }

    [Fact]
    public async Task Code_IsGoodForAMinute_AndATokenForAnHour()
    {
        await using var server = await TokenServer.StartAsync(books);
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        var client = await shop.ClientAsync(redirectUris: RedirectUri);
        using var ada = await OfAsync(shop);

        var late = await ada.AllowAsync(client);
        server.Clock.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal("invalid_grant", (await RedeemAsync(shop, client, late))["error"]);

        var tokens = await RedeemAsync(shop, client, await ada.AllowAsync(client));
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);
        server.Clock.Pass(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);
        server.Clock.Pass(TimeSpan.FromMinutes(1));
        var expired = await shop.UseAsync(tokens["access_token"]);
        Assert.Equal(
            (HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\""), (expired.Status, expired.Headers["WWW-Authenticate"]));
    }

    [Fact]
    public async Task PublicClient_ProvesItselfByTheVerifierAlone_AndNeverActsForItself()
    {
        var shop = await TokenShop.OpenAsync(books);
        const string App = "com.example.rail:/back";
        var client = await shop.ClientAsync(null, isPublic: true, App);
        using var ada = await OfAsync(shop);
        var page = await ada.GoAsync(AddressOf(client, ("redirect_uri", App)));
        Assert.Contains("form-action 'self' com.example.rail:;", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        var code = (await ada.SendAsync(page)).Query["code"];

        var tokens = await shop.TokenAsync(
            null, ("grant_type", "authorization_code"), ("client_id", client.Name), ("code", code), ("redirect_uri", App),
            ("code_verifier", Verifier));
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(tokens["access_token"])).Status);

        Assert.Equal("unauthorized_client",
            (await shop.TokenAsync(null, ("grant_type", "client_credentials"), ("client_id", client.Name)))["error"]);
        Assert.Equal("invalid_client", (await shop.TokenAsync(client, ("grant_type", "client_credentials")))["error"]);
        Assert.Equal("invalid_client",
            (await shop.PostAsync("/oauth/introspect", null, ("client_id", client.Name), ("token", tokens["access_token"])))["error"]);
    }

    [Fact]
    public async Task Metadata_NamesEverythingThatThereIs()
    {
        var shop = await TokenShop.OpenAsync(books);
        var report = await shop.SendAsync(HttpMethod.Get, "/.well-known/oauth-authorization-server", null, null);
        var issuer = books.Address.ToString().TrimEnd('/');
        Assert.Equal(HttpStatusCode.OK, report.Status);
        Assert.Equal(issuer, report["issuer"]);
        foreach (var (name, path) in ((string, string)[])[("authorization", "authorize"), ("token", "token"), ("revocation", "revoke"),
            ("introspection", "introspect")])
        {
            Assert.Equal($"{issuer}/oauth/{path}", report[$"{name}_endpoint"]);
        }

        Assert.Equal("""["S256"]""", report["code_challenge_methods_supported"]);
        Assert.Equal("""["client_credentials","authorization_code","refresh_token"]""", report["grant_types_supported"]);
        Assert.Equal("True", report["authorization_response_iss_parameter_supported"]);
    }

    internal static Task<TmfAnswer> RedeemAsync(
        TokenShop shop, ClientUnderTest client, string code, string? verifier = Verifier, string? redirectUri = RedirectUri) =>
        shop.TokenAsync(
            client, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("code_verifier", verifier));
}
