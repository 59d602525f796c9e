using System.Net;
using System.Text.Json;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>Clients of TMF676 subscribe through its hub and are told in its words.</summary>
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
        var told = await receiver.UntilAsync(2);

        var (first, second) = (told.Single(one => Type(one) == "PaymentCreateEvent").Json, told.Single(one => Type(one) == "RefundCreateEvent").Json);
        Assert.Equal((payment["id"], payment["href"], payment.Text), (Text(first, "id"), Text(first, "href"), first.GetProperty("event").GetProperty("payment").GetRawText()));
        Assert.Equal((refund["id"], refund["href"], refund.Text), (Text(second, "id"), Text(second, "href"), second.GetProperty("event").GetProperty("refund").GetRawText()));
        Assert.True(first.TryGetProperty("eventTime", out _) && first.TryGetProperty("timeOcurred", out _) && first.TryGetProperty("eventId", out _));

        Assert.Equal(HttpStatusCode.NotFound, (await DeleteAsync(await Telco.OpenAsync(books), hub["id"]!)).Status);
        var deleted = await DeleteAsync(http, hub["id"]!);
        Assert.Equal((HttpStatusCode.NoContent, ""), (deleted.Status, deleted.Text));
        Assert.Equal(HttpStatusCode.NotFound, (await DeleteAsync(http, hub["id"]!)).Status);
        await http.PayAsync("A-1");
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM delivery WHERE subscription_id = $1 AND status = 'waiting'", Guid.Parse(hub["id"]!)));
    }

    [Fact]
    public async Task Refund_ThroughAProvider_IsToldAsCreatedAndAsDone()
    {
        await using var telco = await Refunds.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (customer, payment) = await telco.PaidAsync(25_00);
        var hub = await telco.Http.PostAsync(Hub, $$"""{"callback":"{{receiver.Address}}"}""");
        Assert.True(hub.Status == HttpStatusCode.Created, hub.Text);

        var refund = await telco.RefundAsync(customer.Account, payment, "10");
        var told = await receiver.UntilAsync(2);

        Assert.Equal(["RefundCreateEvent", "RefundStateChangeEvent"], told.Select(Type));
        Assert.Equal(
            ["pendingAuthorization", "done"],
            told.Select(one => one.Json.GetProperty("event").GetProperty("refund").GetProperty("status").GetString()));
        Assert.Equal(refund.Text, told[1].Json.GetProperty("event").GetProperty("refund").GetRawText());
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

    private static Task<TmfAnswer> DeleteAsync(TmfHttp http, string id) => http.SendAsync(HttpMethod.Delete, $"{Hub}/{id}", null, null);

    private static string? Type(Told told) => Text(told.Json, "eventType");

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
