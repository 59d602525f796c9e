using System.Net;
using System.Text;
using System.Text.Json;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>Clients of TMF676 subscribe through its hub and get events in its words.</summary>
public sealed class HubTests(BooksFixture books)
{
    private const string Hub = "/paymentManagement/v4/hub";

    [Fact]
    public async Task Hub_TellsOfWhatItsQueryAsksFor_AndNoMoreOnceItIsDeleted()
    {
        var http = await Telco.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        const string Query = "eventType=PaymentCreateEvent,RefundCreateEvent&account.id=A-1";
        var body = $$"""{"callback":"{{receiver.Address}}","query":"{{Query}}"}""";

        var hub = await http.PostAsync(Hub, body);
        Assert.True(hub.Status == HttpStatusCode.Created, hub.Text);
        Assert.Equal((receiver.Address.ToString(), Query), (hub["callback"], hub["query"]));
        Assert.EndsWith($"{Hub}/{hub["id"]}", hub.Location!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync(Hub, body)).Status);

        await http.PayAsync("A-2", """{"@type":"Cash"}""", """{"unit":"USD","value":5}""");
        var payment = await http.PayAsync("A-1", """{"@type":"Cash"}""", """{"unit":"USD","value":5}""");
        var refund = await http.PostAsync(Telco.Refunds, Refunds.Body("A-1", payment["id"], "2"));
        var webhook = await receiver.UntilAsync(2);

        var (first, second) =
            (webhook.Single(one => Type(one) == "PaymentCreateEvent").Json, webhook.Single(one => Type(one) == "RefundCreateEvent").Json);
        Assert.Equal((payment["id"], payment["href"], payment.Text),
            (Text(first, "id"), Text(first, "href"), first.GetProperty("event").GetProperty("payment").GetRawText()));
        Assert.Equal((refund["id"], refund["href"], refund.Text),
            (Text(second, "id"), Text(second, "href"), second.GetProperty("event").GetProperty("refund").GetRawText()));
        Assert.True(first.TryGetProperty("eventTime", out _) && first.TryGetProperty("timeOcurred", out _)
            && first.TryGetProperty("eventId", out _));

        Assert.Equal(HttpStatusCode.NotFound, (await DeleteAsync(await Telco.OpenAsync(books), hub["id"]!)).Status);
        var deleted = await DeleteAsync(http, hub["id"]!);
        Assert.Equal((HttpStatusCode.NoContent, ""), (deleted.Status, deleted.Text));
        Assert.Equal(HttpStatusCode.NotFound, (await DeleteAsync(http, hub["id"]!)).Status);
        await http.PayAsync("A-1");
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM delivery WHERE subscription_id = $1 AND status = 'waiting'", Guid.Parse(hub["id"]!)));
    }

    [Fact]
    public async Task Refund_ThroughAProvider_IsReportedAsCreatedAndAsDone()
    {
        await using var telco = await Refunds.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (customer, payment) = await telco.PaidAsync(25_00);
        var hub = await telco.Http.PostAsync(Hub, $$"""{"callback":"{{receiver.Address}}"}""");
        Assert.True(hub.Status == HttpStatusCode.Created, hub.Text);

        var refund = await telco.RefundAsync(customer.Account, payment, "10");
        var webhook = await receiver.UntilAsync(2);

        Assert.Equal(["RefundCreateEvent", "RefundStateChangeEvent"], webhook.Select(Type));
        Assert.Equal(
            ["pendingAuthorization", "done"],
            webhook.Select(one => one.Json.GetProperty("event").GetProperty("refund").GetProperty("status").GetString()));
        Assert.Equal(refund.Text, webhook[1].Json.GetProperty("event").GetProperty("refund").GetRawText());
    }

    [Theory]
    [InlineData("""{"query":"eventType=PaymentCreateEvent"}""", "callback")]
    [InlineData("""{"callback":7}""", "callback")]
    [InlineData("""{"callback":"hooks"}""", "callback")]
    [InlineData("""{"callback":"file:///etc/passwd"}""", "callback")]
    [InlineData("""{"callback":"https://hooks.example/a","query":"eventType=PaymentMadeEvent"}""", "query")]
    [InlineData("""{"callback":"https://hooks.example/a","query":"eventType="}""", "query")]
    [InlineData("""{"callback":"https://hooks.example/a","query":"nickname=x"}""", "query")]
    [InlineData("""{"callback":"https://hooks.example/a","query":"status.gt=done"}""", "query")]
    public async Task Subscription_ThatCantBeMeant_IsRefused(string body, string named)
    {
        var refused = await new TmfHttp(books, "demo-telco").PostAsync(Hub, body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(named, refused["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscription_ToWhatNeverHappens_IsTaken()
    {
        var http = await Telco.OpenAsync(books);
        var hub = await http.PostAsync(Hub, """{"callback":"https://hooks.example/a","query":"eventType=PaymentDeleteEvent"}""");
        Assert.Equal(HttpStatusCode.Created, hub.Status);
        await http.PayAsync("A-1");
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM delivery WHERE subscription_id = $1", Guid.Parse(hub["id"]!)));
    }

    [Fact]
    public async Task Subscription_SentAgainUnderItsKey_IsTheSame_AndAnotherUnderItIsAConflict()
    {
        var http = await Telco.OpenAsync(books);
        const string Body = """{"callback":"https://hooks.example/a","query":"eventType=PaymentCreateEvent"}""";

        var first = await http.PostAsync(Hub, Body, "key");
        var again = await http.PostAsync(Hub, Body, "key");
        var other = await http.PostAsync(Hub, """{"callback":"https://hooks.example/b"}""", "key");
        var elsewhere = await (await Telco.OpenAsync(books)).PostAsync(Hub, Body, "key");

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal((HttpStatusCode.Created, first.Text, first.Location, "true"),
            (again.Status, again.Text, again.Location, again.Headers["Idempotency-Replayed"]));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (other.Status, other["code"]));
        Assert.Equal(HttpStatusCode.Created, elsewhere.Status);
        Assert.NotEqual(first["id"], elsewhere["id"]);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(http, first["id"]!)).Status);
    }

    [Theory]
    [InlineData("http://169.254.169.254/x")]
    [InlineData("http://0xa9fea9fe/x")]
    [InlineData("https://[fe80::1]/a")]
    public async Task Callback_OfTheLink_IsRefusedWherePrivateNetworksAreAllowedToo(string callback)
    {
        var refused = await (await Telco.OpenAsync(books)).PostAsync(Hub, $$"""{"callback":"{{callback}}"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (refused.Status, refused["code"]));
    }

    [Theory]
    [InlineData("http://hooks.example/a")]
    [InlineData("https://localhost/a")]
    [InlineData("https://127.0.0.1/a")]
    [InlineData("https://[::1]/a")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[fe80::1]/a")]
    [InlineData("https://10.0.0.1/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("no address")]
    public async Task Callback_IntoAPrivateNetwork_IsRefusedByAServerThatStaysOut(string callback)
    {
        var token = (await Telco.OpenAsync(books)).Token!;
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false), books.Database,
            books.Engine, books.Vault);
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);

        using var content = new StringContent($$"""{"callback":"{{callback}}"}""", Encoding.UTF8, "application/json");
        using var refused = await client.PostAsync(Hub, content, TestContext.Current.CancellationToken);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (refused.StatusCode, Text(problem.RootElement, "code")));
        Assert.Contains("callback", Text(problem.RootElement, "reason"), StringComparison.Ordinal);
        await server.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Callback_ThatRedirectsIntoAPrivateNetwork_IsNotFollowed()
    {
        var http = await Telco.OpenAsync(books);
        await using var inside = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.RedirectsTo = inside.Address;
        receiver.Answer = _ => Task.FromResult<int?>(307);
        var hub = await http.PostAsync(Hub, $$"""{"callback":"{{receiver.Address}}"}""");
        Assert.Equal(HttpStatusCode.Created, hub.Status);

        await http.PayAsync("A-1");
        await NoticePost.UntilAsync(async () => await books.ScalarAsync(
            "SELECT failure FROM delivery WHERE subscription_id = $1", Guid.Parse(hub["id"]!)) is "redirected");

        Assert.Empty(inside.All);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(http, hub["id"]!)).Status);
    }

    [Fact]
    public async Task Receiver_ThatNeverAnswers_SlowsNoPayment()
    {
        const int Payments = 200;
        var http = await Telco.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var answers = new TaskCompletionSource<int?>();
        receiver.Answer = _ => answers.Task;
        var hub = await http.PostAsync(Hub, $$"""{"callback":"{{receiver.Address}}"}""");
        Assert.Equal(HttpStatusCode.Created, hub.Status);
        await http.PayAsync("A-0");
        await receiver.UntilAsync(1);

        // While the server waits for it, all customers pay, and no payment waits for it.
        for (var number = 0; number < Payments; number++)
            await http.PayAsync($"A-{number}", """{"@type":"Cash"}""", """{"unit":"USD","value":5}""");
        Assert.False(answers.Task.IsCompleted);
        Assert.Equal(0L, await DeliveriesAsync("delivered"));

        answers.SetResult(204);
        await NoticePost.UntilAsync(async () => (long)(await DeliveriesAsync("delivered"))! == Payments + 1);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(http, hub["id"]!)).Status);

        Task<object?> DeliveriesAsync(string status) => books.ScalarAsync(
            "SELECT count(*) FROM delivery WHERE subscription_id = $1 AND status = $2", Guid.Parse(hub["id"]!), status);
    }

    private static Task<TmfAnswer> DeleteAsync(TmfHttp http, string id) => http.SendAsync(HttpMethod.Delete, $"{Hub}/{id}", null, null);

    private static string? Type(ReceivedWebhook webhook) => Text(webhook.Json, "eventType");

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
