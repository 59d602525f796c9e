using System.Net;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>An operator registers clients and people by command.</summary>
public sealed partial class OperatorTests(BooksFixture books)
{
    [Fact]
    public async Task ClientAndPerson_MadeByCommand_GetTokens()
    {
        await using var server = await TokenServer.StartAsync(books);
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        var made = await RunAsync(
            server, "client", "create", "--merchant", "1", "--api", "tmf676", "--name", "Rail & Sail", "--redirect-uri",
            Visitor.RedirectUri, "--scope", "payment.read");
        Assert.True(made.ExitCode == 0, made.Error);
        var client = new ClientUnderTest(Id().Match(made.Output).Value, TokenShop.Watched(Secret().Match(made.Output).Value));
        var token = await shop.AccessTokenAsync(client);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.UseAsync(token)).Status);
        Assert.Equal(
            "invalid_scope", (await shop.TokenAsync(client, ("grant_type", "client_credentials"), ("scope", "payment.write")))["error"]);

        var password = await PersonAsync("Grace@Example.com", "Grace", "--role", "viewer");
        using var initial = Visitor.Known(shop, "grace@example.com", password);
        var refused = await initial.SendAsync(await initial.GoAsync(Visitor.AddressOf(client)));
        Assert.Equal((HttpStatusCode.Forbidden, null), (refused.Status, refused.Location));
        Assert.Contains("/console/sign-in first: it asks for a password of your own", refused.Trouble, StringComparison.Ordinal);
        await ChooseAsync(shop, "grace@example.com", password, "twelve quiet herons");
        using var grace = Visitor.Known(shop, "grace@example.com", "twelve quiet herons");
        Assert.Equal(HttpStatusCode.OK, (await AuthorizeTests.RedeemAsync(shop, client, await grace.AllowAsync(client))).Status);
        var own = await ChooseAsync(shop, "heidi@example.com", await PersonAsync("heidi@example.com", "Heidi"), "twelve quiet herons");
        Assert.Contains("You are signed in, and have no role in this console.", own, StringComparison.Ordinal);
        using var heidi = Visitor.Known(shop, "heidi@example.com", "twelve quiet herons");
        Assert.Equal("invalid_scope", (await heidi.SendAsync(await heidi.GoAsync(Visitor.AddressOf(client)))).Query["error"]);
        var again = await RunAsync(server, "person", "create", "--merchant", "1", "--email", "grace@example.com", "--name", "Grace");
        Assert.Equal((1, true), (again.ExitCode, again.Error.Contains("signs in already", StringComparison.Ordinal)));

        Assert.Equal(0, (await RunAsync(server, "client", "revoke", client.Name, "--merchant", "1")).ExitCode);
        Assert.Equal("invalid_client", (await shop.TokenAsync(client, ("grant_type", "client_credentials")))["error"]);
        server.Clock.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(token)).Status);
        Assert.Equal(1, (await RunAsync(server, "client", "revoke", client.Name, "--merchant", "1")).ExitCode);

        var app = await RunAsync(server, "client", "create", "--merchant", "1", "--api", "train-travel", "--name", "App", "--public",
            "--redirect-uri", "com.example.rail:/back");
        Assert.Equal((0, false), (app.ExitCode, app.Output.Contains("client_secret", StringComparison.Ordinal)));

        async Task<string> PersonAsync(string email, string name, params string[] more)
        {
            var person = await RunAsync(
                server, ["person", "create", "--merchant", "1", "--email", email, "--name", name, .. more]);
            Assert.True(person.ExitCode == 0, person.Error);
            return TokenShop.Watched(person.Output.Trim().Split('\n')[^1].Trim());
        }
    }

    [Theory]
    [InlineData("takes no tokens", "client", "create", "--merchant", "1", "--api", "sport-alliance", "--name", "x")]
    [InlineData("knows no scope", "client", "create", "--merchant", "1", "--api", "tmf676", "--name", "x", "--scope", "admin")]
    [InlineData("--redirect-uri", "client", "create", "--merchant", "1", "--api", "tmf676", "--name", "x", "--redirect-uri",
        "http://rail.example/back")]
    [InlineData("--redirect-uri", "client", "create", "--merchant", "1", "--api", "tmf676", "--name", "x", "--redirect-uri",
        "https://rail.example/back#top")]
    [InlineData("--redirect-uri", "client", "create", "--merchant", "1", "--api", "tmf676", "--name", "x", "--redirect-uri",
        "javascript:alert(1)")]
    [InlineData("--redirect-uri", "client", "create", "--merchant", "1", "--api", "tmf676", "--name", "x", "--public")]
    [InlineData("client create", "credential", "create", "--merchant", "1", "--api", "train-travel")]
    [InlineData("--email", "person", "create", "--merchant", "1", "--email", "Ada <ada@example.com>", "--name", "Ada")]
    [InlineData("--issuer must be", "serve", "--issuer", "http://login.example", "--issuer-for", "1/tmf676")]
    [InlineData("--issuer-for", "serve", "--issuer", "https://login.example", "--issuer-for", "tmf676")]
    [InlineData("QUITTANCE_ISSUER_CLIENT_ID", "serve", "--issuer", "https://login.example", "--issuer-for", "1/tmf676")]
    [InlineData("--sign-in-issuer must be", "serve", "--sign-in-issuer", "http://login.example")]
    public async Task Command_ThatCannotBeCarriedOut_SaysWhatToChange(string report, params string[] arguments)
    {
        var answer = await RunningProgram.RunAsync([.. arguments, "--database", books.ConnectionString]);
        Assert.Equal(1, answer.ExitCode);
        Assert.Contains(report, answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--issuer-audience", "QUITTANCE_ISSUER_CLIENT_ID", "books")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT must be", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://10.0.0.7:4317")]
    public async Task Server_ThatWouldBelieveOrTellTheWrongOnes_DoesNotStart(string report, string variable, string value)
    {
        string[] arguments = variable.StartsWith("OTEL", StringComparison.Ordinal) ? []
            : ["--issuer", "https://login.example", "--issuer-for", "1/tmf676"];
        var answer = await RunningProgram.RunAsync(
            new Dictionary<string, string> { [variable] = value, ["QUITTANCE_ISSUER_CLIENT_SECRET"] = "a secret of the issuer" },
            ["serve", "--port", $"{BooksFixture.FreePort()}", .. arguments, "--database", books.ConnectionString]);
        Assert.Equal(1, answer.ExitCode);
        Assert.Contains(report, answer.Error, StringComparison.Ordinal);
    }

    /// <summary>Signs in at the console with an initial password, and chooses another. Returns the page that follows.</summary>
    private static async Task<string> ChooseAsync(TokenShop shop, string email, string initial, string own)
    {
        using var browser = new HttpClient { BaseAddress = shop.Server };
        var asked = await SendAsync(("User", email), ("Password", initial));
        var pending = Regex.Match(asked, "(?<=name=\"Pending\" value=\")[^\"]+", RegexOptions.None, TimeSpan.FromMinutes(1));
        return await SendAsync(("Pending", pending.Value), ("Password", own), ("Again", own));

        async Task<string> SendAsync(params (string Name, string Value)[] fields)
        {
            using var form = new FormUrlEncodedContent(
                fields.Append(("_handler", "sign-in")).Select(field => new KeyValuePair<string, string>(field.Item1, field.Item2)));
            using var answer = await browser.PostAsync("/console/sign-in", form, TestContext.Current.CancellationToken);
            return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(TokenServer server, params string[] arguments) =>
        RunningProgram.RunAsync([.. arguments, "--database", server.ConnectionString]);

    [GeneratedRegex("qc_[A-Za-z0-9_-]{22}", RegexOptions.None, 60_000)]
    private static partial Regex Id();

    [GeneratedRegex("qs_[A-Za-z0-9_-]{43}", RegexOptions.None, 60_000)]
    private static partial Regex Secret();
}
