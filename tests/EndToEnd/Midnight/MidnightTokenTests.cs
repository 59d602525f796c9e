using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Host;
using Quittance.Host.Demo;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Tokens for a user's password, and for a refresh token.</summary>
public sealed partial class MidnightTokenTests(BooksFixture books)
{
    private const string Tokens = "v1/Token/UserAuthentication";
    private const string Regenerate = "v1/Token/RegenerateAuthToken";
    private const string Orders = "v1/Order/OrderList";
    private const string Denied = """{"Message":"Authorization has been denied for this request."}""";

    private readonly MidnightCalls _calls = new(books);

    [Fact]
    public async Task Token_OfAUser_OpensWhatTheInstallationsOwnDoes()
    {
        var pair = await SignInAsync();

        Assert.Equal(["access_token", "refresh_token", "token_type", "expires_in"], pair.AsObject().Select(member => member.Key));
        Assert.Equal(("Midnight", 3600), ((string)pair["token_type"]!, (int)pair["expires_in"]!));
        Assert.Equal(HttpStatusCode.OK, await OrdersAsync($"Midnight {pair["access_token"]}"));
        Assert.Equal(HttpStatusCode.OK, await OrdersAsync($"Bearer {pair["access_token"]}"));
        Assert.Equal(HttpStatusCode.OK, (await InsertAsync(pair["access_token"])).Status);
    }

    [Theory]
    [InlineData(DemoCredentials.MidnightDomain, DemoCredentials.MidnightUser, "wrong")]
    [InlineData(DemoCredentials.MidnightDomain, "nobody", DemoCredentials.MidnightPassword)]
    [InlineData("elsewhere", DemoCredentials.MidnightUser, DemoCredentials.MidnightPassword)]
    [InlineData("", "", "")]
    public async Task Token_ForAnythingWrong_IsDeniedAlike(string domain, string user, string password)
    {
        var (status, report) = await _calls.CallAsync(Tokens, Proof(domain, user, password), headers: []);
        Assert.Equal((HttpStatusCode.Unauthorized, Denied), (status, report!.ToJsonString()));
    }

    [Fact]
    public async Task Token_ForAClientOfAnotherApi_IsDenied()
    {
        var installation = await books.Merchants.InstallAsync(
            books.DemoCompany, Api.TrainTravel.Dialect, Core.Currency.Parse("EUR"), TestContext.Current.CancellationToken);
        var clients = new Storage.Tenancy.Clients(books.Database, TimeProvider.System, new HashSet<string>());
        await clients.EnsureAsync(
            installation, "rail@demo", "Rail", "rail-password", Api.TrainTravel.Scopes, [], TestContext.Current.CancellationToken);

        Assert.Equal(
            HttpStatusCode.Unauthorized, (await _calls.CallAsync(Tokens, Proof("demo", "rail", "rail-password"), headers: [])).Status);
    }

    [Fact]
    public async Task Token_OfAUserThatAnOperatorMade_IsGivenUntilTheUserIsRevoked()
    {
        string[] at = ["--merchant", $"{books.DemoCompany.Value}", "--database", books.ConnectionString];
        var made = await RunningProgram.RunAsync(
            ["client", "create", "--api", "midnight", "--name", "Web to print", "--scope", "payments.read", .. at]);
        Assert.True(made.ExitCode == 0, made.Error);
        var report = TokenLine().Match(made.Output);
        var secret = Secret().Match(made.Output).Value;
        SecretWatch.OfTheRun.Add([secret]);

        var (status, pair) =
            await _calls.CallAsync(Tokens, Proof(report.Groups["domain"].Value, report.Groups["user"].Value, secret), headers: []);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.OK, await OrdersAsync($"Midnight {pair!["access_token"]}"));
        Assert.Equal(HttpStatusCode.Forbidden, (await InsertAsync(pair["access_token"])).Status);

        Assert.Equal(
            0, (await RunningProgram.RunAsync(["client", "revoke", $"{report.Groups["user"]}@{report.Groups["domain"]}", .. at])).ExitCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await RegenerateAsync(pair["access_token"], pair["refresh_token"])).Status);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await _calls.CallAsync(
                Tokens, Proof(report.Groups["domain"].Value, report.Groups["user"].Value, secret), headers: [])).Status);
    }

    [Theory]
    [InlineData("{}", "DomainName UserName Password IsPasswordEncrypted")]
    [InlineData("""{"DomainName":1,"UserName":"a","Password":"p","IsPasswordEncrypted":false}""", "DomainName")]
    [InlineData("""{"DomainName":"d","UserName":"a","Password":"p","IsPasswordEncrypted":true}""", "IsPasswordEncrypted")]
    [InlineData("""{"DomainName":"d","UserName":"a","password":"p","Password":"p","IsPasswordEncrypted":false}""", "Password")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    public async Task Token_AskedForInAnotherWay_IsABadRequest(string body, string keys)
    {
        var (status, report) = await _calls.CallAsync(Tokens, body, headers: []);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(keys, string.Join(' ', report!["ModelState"]!.AsObject().Select(member => member.Key)));
        Assert.DoesNotContain("\"p\"", report.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pair_Regenerated_EndsAndGivesANewOne()
    {
        var first = await SignInAsync();
        var (status, second) = await RegenerateAsync(first["access_token"], first["refresh_token"]);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.Unauthorized, await OrdersAsync($"Midnight {first["access_token"]}"));
        Assert.Equal(HttpStatusCode.OK, await OrdersAsync($"Midnight {second!["access_token"]}"));

        // A refresh token that comes a second time was stolen: all tokens of its family end.
        Assert.Equal(HttpStatusCode.Unauthorized, (await RegenerateAsync(first["access_token"], first["refresh_token"])).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await OrdersAsync($"Midnight {second["access_token"]}"));
    }

    [Fact]
    public async Task Pair_OfTokensThatWereNotGivenTogether_IsDeniedAndEndsNothing()
    {
        var (one, other) = (await SignInAsync(), await SignInAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, (await RegenerateAsync(other["access_token"], one["refresh_token"])).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await RegenerateAsync(one["refresh_token"], one["access_token"])).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await RegenerateAsync("qat_x", "qrt_x")).Status);
        Assert.Equal(HttpStatusCode.OK, await OrdersAsync($"Midnight {one["access_token"]}"));
        Assert.Equal(HttpStatusCode.OK, (await RegenerateAsync(one["access_token"], one["refresh_token"])).Status);
    }

    [Fact]
    public async Task Pair_WhoseAccessTokenHasExpiredAndIsForgotten_IsStillRegenerated()
    {
        var pair = await SignInAsync();
        await ForgetAsync((string)pair["access_token"]!);

        Assert.Equal(HttpStatusCode.Unauthorized, await OrdersAsync($"Midnight {pair["access_token"]}"));
        Assert.Equal(HttpStatusCode.OK, (await RegenerateAsync(pair["access_token"], pair["refresh_token"])).Status);
    }

    /// <summary>One header in place of two, swapped ones, expired tokens, a wrong key: each is denied, and nothing is stored.</summary>
    [Theory]
    [InlineData("Midnight demo-midnight", "demo-mis")]
    [InlineData("PRC demo-prc", "demo-mis")]
    [InlineData("PRC demo-midnight|Midnight demo-prc", "demo-mis")]
    [InlineData("PRC demo-prc|Midnight demo-midnight", "demo-miss")]
    [InlineData("PRC demo-prc|Midnight demo-midnight", null)]
    [InlineData("PRC demo-prc|Midnight demo-midnight|Midnight demo-midnight", "demo-mis")]
    [InlineData("PRC demo-mis|Midnight demo-midnight", "demo-prc")]
    [InlineData("", "demo-mis")]
    public async Task Insert_WithOtherCredentials_IsDenied(string authorization, string? misKey)
    {
        List<(string, string)> headers =
            [.. authorization.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(one => ("Authorization", one))];
        if (misKey is not null)
            headers.Add(("MISKEY", misKey));
        var (status, report) = await _calls.CallAsync(MidnightShop.Path, "[]", headers);
        Assert.Equal((HttpStatusCode.Unauthorized, Denied), (status, report!.ToJsonString()));
    }

    [Fact]
    public async Task Insert_WithAnExpiredToken_IsDenied()
    {
        var pair = await SignInAsync();
        await ForgetAsync((string)pair["access_token"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, (await InsertAsync(pair["access_token"])).Status);
    }

    /// <summary>The twin of the insert needs the Midnight token alone.</summary>
    [Theory]
    [InlineData("Midnight demo-midnight", HttpStatusCode.OK)]
    [InlineData("Bearer demo-midnight", HttpStatusCode.OK)]
    [InlineData("PRC demo-prc", HttpStatusCode.Unauthorized)]
    [InlineData("Midnight demo-prc", HttpStatusCode.Unauthorized)]
    public async Task Twin_NeedsTheMidnightTokenAlone(string authorization, HttpStatusCode expected) =>
        Assert.Equal(
            expected, (await _calls.CallAsync("v1/Midnight/CustomerPaymentInsert", "[]", [("Authorization", authorization)])).Status);

    private static string Proof(string domain, string user, string password) =>
        $$"""{"DomainName":"{{domain}}","UserName":"{{user}}","Password":"{{password}}","IsPasswordEncrypted":false}""";

    private async Task<JsonNode> SignInAsync()
    {
        var (status, pair) = await _calls.CallAsync(
            Tokens, Proof(DemoCredentials.MidnightDomain, DemoCredentials.MidnightUser, DemoCredentials.MidnightPassword), headers: []);
        Assert.Equal(HttpStatusCode.OK, status);
        return pair!;
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> RegenerateAsync(JsonNode? token, JsonNode? refreshToken) =>
        _calls.CallAsync(Regenerate, $$"""{"AuthToken":"{{token}}","RefreshToken":"{{refreshToken}}"}""", headers: []);

    private async Task<HttpStatusCode> OrdersAsync(string authorization) =>
        (await _calls.CallAsync(Orders, "{}", [("Authorization", authorization)])).Status;

    private Task<(HttpStatusCode Status, JsonNode? Body)> InsertAsync(JsonNode? token) => _calls.CallAsync(
        MidnightShop.Path, "[]", [("Authorization", $"PRC demo-prc, Midnight {token}"), ("MISKEY", "demo-mis")]);

    /// <summary>Its time is over, and its row was pruned.</summary>
    private async Task ForgetAsync(string token) => Assert.NotNull(await books.ScalarAsync(
        "DELETE FROM token WHERE hash = sha256(convert_to($1, 'UTF8')) RETURNING 1", token));

    [GeneratedRegex("DomainName (?<domain>[^,\\s]+), UserName (?<user>[^,\\s]+)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex TokenLine();

    [GeneratedRegex("qs_[A-Za-z0-9_-]{43}", RegexOptions.None, 60_000)]
    private static partial Regex Secret();
}
