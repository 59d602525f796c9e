using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>The callers, HEAD requests, and the order in which requests are checked.</summary>
public sealed class KeyTests(BooksFixture books)
{
    private const string Balances = "/v1/customers/1001/account/balances";

    [Theory]
    [InlineData("/v1/customers")]
    [InlineData("/v1/customers/1001/account/balances")]
    [InlineData("/v1/customers/abc/account/payment")]
    [InlineData("/v1/customers/no/such/path")]
    [InlineData("/v1/payments/user-session")]
    public async Task Head_OnAnyPath_ChecksTheKeyOnly(string path)
    {
        var studio = await TestStudio.OpenAsync(books);

        Assert.Equal(HttpStatusCode.OK, (await studio.HeadAsync(path, studio.Key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await studio.HeadAsync(path, await studio.KeyAsync())).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await studio.HeadAsync(path, null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await studio.HeadAsync(path, "wrong")).Status);
        Assert.Null((await studio.HeadAsync(path, studio.Key)).Body);
    }

    [Fact]
    public async Task Head_BelowMidnightsPaths_IsMidnights()
    {
        var studio = await TestStudio.OpenAsync(books);
        Assert.Equal(HttpStatusCode.NotFound, (await studio.HeadAsync("/v1/Token/x", studio.Key)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await studio.HeadAsync("/v1/Generic/CustomerPaymentInsert", studio.Key)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData("demo-telco")]
    public async Task Key_ThatIsNone_IsRefused(string? key)
    {
        var answer = await TestStudio.SendAsync(books.Client, HttpMethod.Get, Balances, key, null);

        Assert.Equal((401, "errormessage.authentication.failed", null), answer.Error);
        Assert.Equal("Authentication failed. No api-key, wrong api-key or wrong header name.", answer.Text("errorMessage"));
        Assert.Equal(["errorMessage", "errorCode", "traceId"], answer.Body!.Select(member => member.Key));
        Assert.Equal(32, answer.Text("traceId")!.Length);
    }

    [Fact]
    public async Task Key_SentTwice_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Balances, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("X-API-KEY", ["demo-studio", "demo-studio"]);
        using var answer = await books.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Key_WithoutTheScope_IsForbidden()
    {
        var studio = await TestStudio.OpenAsync(books);
        var key = await studio.KeyAsync("PAYMENT_WRITE", "CUSTOMER_ACCOUNT_WRITE");
        // A customer that is unknown or no id is not looked at.
        foreach (var customer in new[] { "1001", "abc" })
        {
            var answer = await studio.GetAsync($"/v1/customers/{customer}/account/balances", key: key);
            Assert.Equal((403, "errormessage.permission.denied", null), answer.Error);
            Assert.Equal("Authorization failed. The caller has no privilege to the given resource.", answer.Text("errorMessage"));
        }
    }

    [Theory]
    [InlineData("/v1/customers/1001")]
    [InlineData("/v1/customers/1001/account/transactions/past")]
    [InlineData("/v1/payments/x")]
    public async Task Path_ThatIsUnknown_IsReportedInThisShape(string path)
    {
        var answer = await TestStudio.SendAsync(books.Client, HttpMethod.Get, path, "demo-studio", "de");
        Assert.Equal((404, "errormessage.entity.notfound", null), answer.Error);
        Assert.Equal("Das Objekt existiert nicht.", answer.Text("errorMessage"));
        Assert.Empty(answer.Allow);
    }

    [Fact]
    public async Task Method_ThatThePathDoesNotKnow_IsReportedInThisShape()
    {
        var answer = await TestStudio.SendAsync(books.Client, HttpMethod.Delete, Balances, "demo-studio", "fr");
        Assert.Equal((405, "errormessage.method.notallowed", null), answer.Error);
        Assert.Equal("Cette méthode n'est pas prise en charge ici.", answer.Text("errorMessage"));
        Assert.Contains("GET", answer.Allow);
    }
}
