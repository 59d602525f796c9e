using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.Tmf676;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.Tmf676;

/// <summary>Reading, recording, refunding and subscribing are scopes of their own.</summary>
public sealed class ScopeTests(BooksFixture books)
{
    private const string Tmf = "/paymentManagement/v4";
    private const string Brm = "/brm/payment/v4";
    private const string Hook = """{"callback":"https://receiver.example/x"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An empty body is refused with 400 behind the scope's check, and with 403 by it.</summary>
    [Theory]
    [InlineData("payment.read", "GET payment, GET refund")]
    [InlineData("payment.create", "POST payment")]
    [InlineData("payment.refund", "POST refund")]
    [InlineData("payment.subscribe", "DELETE hub")]
    [InlineData("payment.write", "POST payment, POST refund, DELETE hub")]
    [InlineData("payment.read payment.create", "GET payment, GET refund, POST payment")]
    [InlineData("payment.read payment.subscribe", "GET payment, GET refund, POST hub, DELETE hub")]
    [InlineData("payment.read payment.write", "GET payment, GET refund, POST payment, POST refund, POST hub, DELETE hub")]
    public async Task Tmf676_PermitsWhatTheScopesName(string scopes, string permitted)
    {
        var token = await TokenAsync("tmf676", scopes.Split(' '));
        List<string> found = [];
        foreach (var operation in (string[])["GET payment", "GET refund", "POST payment", "POST refund", "POST hub", "DELETE hub"])
        {
            if (await IsPermittedAsync(token, Tmf, operation))
                found.Add(operation);
        }

        Assert.Equal(permitted, string.Join(", ", found));
    }

    [Theory]
    [InlineData("brm.payment.read", "GET payment, GET refund")]
    [InlineData("brm.payment.create", "POST payment, POST paymentAllocation")]
    [InlineData("brm.payment.refund", "POST refund")]
    [InlineData("brm.payment.write", "POST payment, POST paymentAllocation, POST refund")]
    public async Task OracleBrm_PermitsWhatTheScopesName(string scopes, string permitted)
    {
        var token = await TokenAsync("oracle-brm", scopes.Split(' '));
        List<string> found = [];
        foreach (var operation in (string[])["GET payment", "GET refund", "POST payment", "POST paymentAllocation", "POST refund"])
        {
            if (await IsPermittedAsync(token, Brm, operation))
                found.Add(operation);
        }

        Assert.Equal(permitted, string.Join(", ", found));
    }

    [Fact]
    public async Task Hub_WithoutTheScopeOfReading_SaysWhichIsMissing()
    {
        var token = await TokenAsync("tmf676", "payment.write");
        using var refused = await SendAsync(token, HttpMethod.Post, $"{Tmf}/hub", Hook);
        Assert.Equal(
            (HttpStatusCode.Forbidden, "Bearer error=\"insufficient_scope\", scope=\"payment.read\""),
            (refused.StatusCode, refused.Headers.WwwAuthenticate.ToString()));
        var permitted = await TokenAsync("tmf676", "payment.read", "payment.subscribe");
        using var hooked = await SendAsync(permitted, HttpMethod.Post, $"{Tmf}/hub", Hook);
        Assert.Equal(HttpStatusCode.Created, hooked.StatusCode);
    }

    [Fact]
    public void Credential_WithoutNamedScopes_HasEachSingleOne()
    {
        Assert.Equal(
            ["payment.read", "payment.create", "payment.refund", "payment.subscribe"], Tmf676Routes.Setup.UsualScopes);
        Assert.Equal(["brm.payment.read", "brm.payment.create", "brm.payment.refund"], OracleBrmRoutes.Setup.UsualScopes);
    }

    [Fact]
    public async Task Rotation_ListsTheWebhooks_AndEndsThoseOfLate()
    {
        var merchant = await books.Merchants.CreateAsync("Shop", Cancel);
        var installation = await books.Merchants.InstallAsync(merchant, "tmf676", Currency.Parse("USD"), Cancel);
        var secret = NewSecret.Of(CredentialKind.Bearer);
        SecretWatch.OfTheRun.Add([secret]);
        var number = await books.Merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "shop", secret, ["payment.read", "payment.subscribe"], Cancel);
        var old = await SubscribeAsync(secret, "https://receiver.example/old");
        await books.ScalarAsync("UPDATE subscription SET created_at = now() - interval '3 hours' WHERE id = $1 RETURNING id", old);
        var late = await SubscribeAsync(secret, "https://thief.example/late");

        var listed = await RotateAsync(number!.Value, merchant);
        Assert.Equal((0, $"{old} {late}"), ((int)listed["webhooksEnded"]!, Receivers(listed)));
        var ended = await RotateAsync(number.Value, merchant, "--end-webhooks", "2");
        Assert.Equal((1, $"{old}"), ((int)ended["webhooksEnded"]!, Receivers(ended)));
        Assert.Equal(
            $"receiver {late}",
            await books.ScalarAsync("SELECT subject FROM operator_action WHERE merchant_id = $1 AND what = 'webhook.end'", merchant.Value));
        var all = await RotateAsync(number.Value, merchant, "--end-webhooks", "0");
        Assert.Equal((1, ""), ((int)all["webhooksEnded"]!, Receivers(all)));

        static string Receivers(JsonNode rotated) =>
            string.Join(' ', rotated["webhooks"]!.AsArray().Select(one => (string)one!["receiver"]!));
    }

    private async Task<JsonNode> RotateAsync(long number, MerchantId merchant, params string[] more)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync(
            [
                "credential", "rotate", $"{number}", "--merchant", $"{merchant.Value}", "--json", "--database", books.ConnectionString,
                .. more,
            ]);
        Assert.True(exitCode == 0, error);
        var rotated = JsonNode.Parse(output)!;
        SecretWatch.OfTheRun.Add([(string)rotated["secret"]!]);
        return rotated;
    }

    private async Task<Guid> SubscribeAsync(string secret, string callback)
    {
        using var hooked = await SendAsync(secret, HttpMethod.Post, $"{Tmf}/hub", $$"""{"callback":"{{callback}}"}""");
        Assert.Equal(HttpStatusCode.Created, hooked.StatusCode);
        return Guid.Parse(hooked.Headers.Location!.Segments[^1]);
    }

    private async Task<string> TokenAsync(string dialect, params string[] scopes)
    {
        var merchant = await books.Merchants.CreateAsync("Shop", Cancel);
        var installation = await books.Merchants.InstallAsync(merchant, dialect, Currency.Parse("USD"), Cancel);
        var secret = NewSecret.Of(CredentialKind.Bearer);
        SecretWatch.OfTheRun.Add([secret]);
        await books.Merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "shop", secret, scopes, Cancel);
        return secret;
    }

    private async Task<bool> IsPermittedAsync(string token, string mount, string operation)
    {
        var (method, resource) = (new HttpMethod(operation.Split(' ')[0]), operation.Split(' ')[1]);
        var path = method == HttpMethod.Delete ? $"{mount}/{resource}/{Guid.Empty}" : $"{mount}/{resource}";
        using var answer = await SendAsync(token, method, path, method == HttpMethod.Post ? "{}" : null);
        Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        return answer.StatusCode != HttpStatusCode.Forbidden;
    }

    private async Task<HttpResponseMessage> SendAsync(string token, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await books.Client.SendAsync(request, Cancel);
    }
}
