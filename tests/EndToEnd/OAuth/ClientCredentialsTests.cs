using System.Net;
using System.Text;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>A client that acts for itself, and what its tokens open.</summary>
public sealed class ClientCredentialsTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_OfAClient_OpensItsApiForAnHourAndNoOther()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync();

        var answer = await shop.TokenAsync(client, ("grant_type", "client_credentials"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(("Bearer", "3600", "payment.read payment.write"), (answer["token_type"], answer["expires_in"], answer["scope"]));
        Assert.False(answer.Body.TryGetProperty("refresh_token", out _));
        Assert.Equal(("no-store", "no-cache"), (answer.Headers["Cache-Control"], answer.Headers["Pragma"]));
        var token = TokenShop.Watched(answer["access_token"]!);
        // 256 bits of chance, and what is before them.
        Assert.True(token.Length >= "qat_".Length + 43);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(token, "/brm/payment/v4/payment/P1-0")).Status);
    }

    [Theory]
    [InlineData("client_id=%00&client_secret=x&grant_type=client_credentials", null, HttpStatusCode.BadRequest)]
    [InlineData("client_id=x&client_secret=%00&grant_type=client_credentials", null, HttpStatusCode.BadRequest)]
    [InlineData("grant_type=client_credentials", "AAE6AA==", HttpStatusCode.Unauthorized)]
    public async Task Nul_InTheNameOfAClient_IsRefused(string form, string? basic, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token")
        {
            Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        if (basic is not null)
            request.Headers.Authorization = new("Basic", basic);
        using var answer = await books.Client.SendAsync(request, Cancel);
        Assert.Equal(expected, answer.StatusCode);
        using var page = await books.Client.GetAsync(new Uri("/oauth/authorize?client_id=%00", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    [Theory]
    [InlineData("oracle-brm", "brm.payment.read", "/brm/payment/v4/payment/P1-0")]
    [InlineData("tmf676", "payment.read", "/payment/v4/payment/P1-0")]
    public async Task Token_OpensEveryApiThatTakesBearerTokens(string dialect, string scope, string path)
    {
        var shop = await TokenShop.OpenAsync(books, dialect);
        var token = await shop.AccessTokenAsync(await shop.ClientAsync([scope]));
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token, path)).Status);
    }

    [Fact]
    public async Task Payment_WithAToken_IsInTheLedgerUnderTheClient()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync();
        var token = await shop.AccessTokenAsync(client);

        using var body = new StringContent(
            """{"account":{"id":"AC-1"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":5}}""", Encoding.UTF8,
                "application/json");
        var paid = await shop.SendAsync(HttpMethod.Post, "/paymentManagement/v4/payment", $"Bearer {token}", body);

        Assert.Equal(HttpStatusCode.Created, paid.Status);
        Assert.Equal(
            client.Name,
            await books.ScalarAsync(
                "SELECT DISTINCT x.name FROM event e JOIN client x ON x.merchant_id = e.merchant_id AND x.credential_id = e.credential_id "
                    + "WHERE e.request_id = $1",
                Guid.ParseExact(paid.Headers["Quittance-Trace"], "N")));
    }

    [Fact]
    public async Task IdempotencyKey_OfOneSubject_IsNoneOfAnothers()
    {
        var shop = await TokenShop.OpenAsync(books);
        var payments = new List<string?>();
        foreach (var client in (ClientUnderTest[])[await shop.ClientAsync(), await shop.ClientAsync()])
        {
            using var body = new StringContent(
                """{"account":{"id":"AC-1"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":5}}""", Encoding.UTF8,
                    "application/json");
            payments.Add(
                (await shop.SendAsync(HttpMethod.Post, "/paymentManagement/v4/payment", $"Bearer {await shop.AccessTokenAsync(client)}",
                body, "the same"))["id"]);
        }

        Assert.Equal(2, payments.Distinct().Count());
    }

    [Fact]
    public async Task Caller_HasTheSameSubjectWithEveryToken_AndEachClientItsOwn()
    {
        var shop = await TokenShop.OpenAsync(books);
        var (one, other) = (await shop.ClientAsync(), await shop.ClientAsync());
        var subjects = new List<Guid>();
        foreach (var client in (ClientUnderTest[])[one, one, other])
        {
            var caller = await new Credentials(books.Database, books.Vault, TimeProvider.System, new HashSet<string>())
                .FindAsync(CredentialKind.Bearer, "tmf676", await shop.AccessTokenAsync(client), Cancel);
            Assert.Equal(CredentialKind.Client, caller!.Kind);
            subjects.Add(caller.Subject);
        }

        Assert.Equal(subjects[0], subjects[1]);
        Assert.NotEqual(subjects[0], subjects[2]);
        Assert.DoesNotContain(Guid.Empty, subjects);
    }

    [Fact]
    public async Task Scopes_AreNarrowedOnRequest_AndNeverWidened()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync();

        var narrow = await shop.AccessTokenAsync(client, TokenShop.Write);
        var refused = await shop.UseAsync(narrow);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"payment.read\"", refused.Headers["WWW-Authenticate"]);

        foreach (var wide in (string[])["payment.read admin", "read", " "])
        {
            var answer = await shop.TokenAsync(client, ("grant_type", "client_credentials"), ("scope", wide));
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (answer.Status, answer["error"]));
        }
    }

    [Fact]
    public async Task Scopes_TakenFromAClient_AreTakenFromItsTokens()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync();
        var token = await shop.AccessTokenAsync(client);
        await books.ScalarAsync(
            "UPDATE credential c SET scopes = '{payment.write}' FROM client x WHERE c.merchant_id = $1 AND x.name = $2 "
                + "AND c.merchant_id = x.merchant_id AND c.id = x.credential_id", shop.Merchant.Value, client.Name);
        Assert.Equal(HttpStatusCode.Forbidden, (await shop.UseAsync(token)).Status);
    }

    [Fact]
    public async Task Client_ThatDoesNotProveItself_GetsNothing()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync();
        var grant = ("grant_type", "client_credentials");
        TmfAnswer[] refused =
        [
            await shop.TokenAsync(null, grant),
            await shop.TokenAsync(client with { Secret = "wrong" }, grant),
            await shop.TokenAsync(client with { Name = "qc_nobody" }, grant),
            await shop.TokenAsync(null, grant, ("client_id", client.Name)),
            await shop.TokenAsync(null, grant, ("client_id", client.Name), ("client_secret", "wrong")),
            await shop.TokenAsync(client, grant, ("client_id", "qc_another")),
            await FormAsync(shop, "Bearer x"), await FormAsync(shop, "Basic %%%"), await FormAsync(shop, "Basic bm8gY29sb24="),
        ];

        Assert.All(refused, answer =>
        {
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer["error"]));
            Assert.StartsWith("Basic ", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        });
        // All alike: no client learns which it was.
        Assert.Single(refused.Select(answer => answer.Text).Distinct());
        Assert.Equal(
            HttpStatusCode.OK, (await shop.TokenAsync(null, grant, ("client_id", client.Name), ("client_secret", client.Secret))).Status);
    }

    [Fact]
    public async Task Client_Revoked_GetsNothingAndItsTokensEnd()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync();
        var token = await shop.AccessTokenAsync(client);
        await books.ScalarAsync(
            "UPDATE credential c SET revoked_at = now() FROM client x WHERE c.merchant_id = $1 AND x.name = $2 "
                + "AND c.merchant_id = x.merchant_id AND c.id = x.credential_id", shop.Merchant.Value, client.Name);

        Assert.Equal("invalid_client", (await shop.TokenAsync(client, ("grant_type", "client_credentials")))["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(token)).Status);
    }

    [Theory]
    [InlineData("", "application/x-www-form-urlencoded", "invalid_request")]
    [InlineData("grant_type=", "application/x-www-form-urlencoded", "invalid_request")]
    [InlineData("grant_type=password&username=a&password=b", "application/x-www-form-urlencoded", "unsupported_grant_type")]
    [InlineData("grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded", "invalid_request")]
    [InlineData("grant_type=client_credentials&scope=payment.read&scope=payment.read", "application/x-www-form-urlencoded",
        "invalid_request")]
    [InlineData("grant_type=client_credentials&client_secret=twice", "application/x-www-form-urlencoded", "invalid_request")]
    [InlineData("""{"grant_type":"client_credentials"}""", "application/json", "invalid_request")]
    [InlineData("grant_type=refresh_token", "application/x-www-form-urlencoded", "invalid_request")]
    [InlineData("grant_type=refresh_token&refresh_token=qrt_x", "application/x-www-form-urlencoded", "invalid_grant")]
    public async Task Request_ThatIsNotAsItShouldBe_IsReportedInTheWordsOfTheRfc(string form, string mediaType, string error)
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync();
        using var body = new StringContent(form, Encoding.UTF8, mediaType);
        var answer = await shop.SendAsync(HttpMethod.Post, "/oauth/token", $"Basic {client.Basic}", body);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer["error"]));
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task Path_Method_AndSize_AreReportedInThisShapeToo()
    {
        var shop = await TokenShop.OpenAsync(books);
        Assert.Equal(
            (HttpStatusCode.NotFound, "invalid_request"), await ToldAsync(shop.SendAsync(HttpMethod.Get, "/oauth/nothing", null, null)));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "invalid_request"),
            await ToldAsync(shop.SendAsync(HttpMethod.Get, "/oauth/token", null, null)));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "invalid_request"),
            await ToldAsync(shop.TokenAsync(null, ("grant_type", new string('x', 20_000)))));

        static async Task<(HttpStatusCode, string?)> ToldAsync(Task<TmfAnswer> answering) =>
            await answering is var answer ? (answer.Status, answer["error"]) : default;
    }

    [Fact]
    public async Task Challenge_SaysWhatIsWrongWithTheToken()
    {
        var shop = await TokenShop.OpenAsync(books);
        var foreign = await TokenShop.OpenAsync(books);
        var brm = await TokenShop.OpenAsync(books, "oracle-brm");
        (string? Sent, string Challenge)[] table =
        [
            (null, "Bearer"),
            ("Basic eDp5", "Bearer"),
            ("Bearer", "Bearer error=\"invalid_request\""),
            ("Bearer a b", "Bearer error=\"invalid_token\""),
            ("Bearer qat_malformed", "Bearer error=\"invalid_token\""),
            ($"Bearer {await foreign.AccessTokenAsync(await foreign.ClientAsync(["payment.read"]))}", "Bearer error=\"invalid_token\""),
        ];
        foreach (var (sent, challenge) in table)
        {
            // Not at TMF676, where the demo lets those in who send nothing.
            var answer = await brm.SendAsync(HttpMethod.Get, "/brm/payment/v4/payment/P1-0", sent, null);
            Assert.Equal((HttpStatusCode.Unauthorized, challenge), (answer.Status, answer.Headers["WWW-Authenticate"]));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync("")).Status);
    }

    private static async Task<TmfAnswer> FormAsync(TokenShop shop, string authorization)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]);
        return await shop.SendAsync(HttpMethod.Post, "/oauth/token", authorization, form);
    }
}
