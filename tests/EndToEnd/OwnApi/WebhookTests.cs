using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.OwnApi;

/// <summary>Programs get the events of the feed by webhooks.</summary>
public sealed class WebhookTests(BooksFixture books)
{
    [Fact]
    public async Task Webhooks_OfABill_HaveTheVeryEventsOfTheFeed_Signed()
    {
        var biller = await Biller.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var added = await AddAsync(biller, receiver.Address);

        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20", charge));
        await biller.PostAsync($"{Biller.Payments}/{paid.Json["id"]}/unallocate", new JsonObject { ["reason"] = "wrong bill" });
        var report = await receiver.UntilAsync(4);

        var fed = (await biller.GetAsync(Biller.Events)).Json["items"]!.AsArray();
        Assert.Equal(
            ["account.opened", "charge.raised", "payment.recorded", "payment.unallocated"], fed.Select(one => (string)one!["type"]!));
        Assert.Equal(
            fed.Select(one => one!.ToJsonString()).Order(StringComparer.Ordinal),
            report.Select(one => JsonNode.Parse(one.Json.GetRawText())!.ToJsonString()).Order(StringComparer.Ordinal));
        Assert.All(report, one => Assert.True(one.IsSignedBy((string)added.Json["secret"]!)));
        Assert.All(report, one => Assert.Equal(one.Message, one.Json.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Webhook_WithTypesAndAnAccount_GetsNoOthers()
    {
        var biller = await Biller.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (account, other) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        await AddAsync(biller, receiver.Address, account, "charge.raised", "payment.recorded", "refund.asked", "link.made");

        await biller.OwingAsync(other, "5");
        await biller.PostAsync(Biller.Payments, Biller.Cash(other, "5"));
        var charge = await biller.OwingAsync(account, "5");
        var link = await biller.PostAsync(
            "/api/v1/payment-links", new JsonObject { ["account"] = account, ["charges"] = new JsonArray(charge) });
        Assert.Equal(HttpStatusCode.Created, link.Status);
        var report = await receiver.UntilAsync(2);

        Assert.Equal(
            [charge, (string)link.Json["id"]!], report.Select(one => one.Json.GetProperty("subject").GetString())
                .Order(StringComparer.Ordinal));
        await NoticePost.UntilAsync(async () => await WaitingAsync(biller) == 0);
        Assert.Equal(2, receiver.All.Count);
    }

    [Fact]
    public async Task Webhooks_AreListedAndRemoved_ByTheirOwnCredentialAlone()
    {
        var biller = await Biller.OpenAsync(books);
        var other = await Biller.OpenAsync(books, biller.Merchant);
        var added = await AddAsync(biller, new Uri("https://hooks.example/one"));
        var second = await biller.PostAsync(Biller.Webhooks, new JsonObject { ["url"] = "https://hooks.example/two" });

        Assert.Null(second.Json["secret"]);
        var list = (await biller.GetAsync(Biller.Webhooks)).Json["items"]!.AsArray();
        Assert.Equal([(string)added.Json["id"]!, (string)second.Json["id"]!], list.Select(one => (string)one!["id"]!));
        Assert.All(list, one => Assert.Null(one!["secret"]));
        Assert.Empty((await other.GetAsync(Biller.Webhooks)).Json["items"]!.AsArray());

        var path = $"{Biller.Webhooks}/{added.Json["id"]}";
        Assert.Equal((404, "webhook-unknown"), (await other.SendAsync(HttpMethod.Delete, path)).Problem);
        Assert.Equal(HttpStatusCode.NoContent, (await biller.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await biller.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Single((await biller.GetAsync(Biller.Webhooks)).Json["items"]!.AsArray());
        await biller.CustomerAsync();
        Assert.Equal(1, await WaitingAsync(biller));
    }

    [Fact]
    public async Task Webhook_SentAgainUnderItsKey_IsTheSameWithoutItsSecret_AndAnotherUnderItIsRefused()
    {
        var biller = await Biller.OpenAsync(books);
        var (body, key) = (new JsonObject { ["url"] = "https://hooks.example/one" }, Biller.NewText());

        var first = await biller.PostAsync(Biller.Webhooks, body, key);
        var again = await biller.PostAsync(Biller.Webhooks, body, key);

        Assert.StartsWith("whsec_", (string)first.Json["secret"]!, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Created, (string)first.Json["id"]!), (again.Status, (string)again.Json["id"]!));
        Assert.Null(again.Json["secret"]);
        Assert.Equal((409, "idempotency-key-reused"),
            (await biller.PostAsync(Biller.Webhooks, new JsonObject { ["url"] = "https://hooks.example/two" }, key)).Problem);
        Assert.Equal((409, "webhook-known"), (await biller.PostAsync(Biller.Webhooks, body)).Problem);
    }

    [Fact]
    public async Task Secret_ThatIsRotated_SignsBesideTheFormerOne_AndIsAnsweredOnce()
    {
        var biller = await Biller.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var former = (string)(await AddAsync(biller, receiver.Address)).Json["secret"]!;
        var (body, key) = (new JsonObject { ["reason"] = "It was lost." }, Biller.NewText());

        var rotated = await biller.PostAsync($"{Biller.Webhooks}/secret/rotate", body, key);
        Assert.Equal(HttpStatusCode.Created, rotated.Status);
        Assert.Equal((409, "secret-answered"), (await biller.PostAsync($"{Biller.Webhooks}/secret/rotate", body, key)).Problem);
        // Servers remember secrets for five seconds.
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System, TestContext.Current.CancellationToken);
        await biller.CustomerAsync();

        var report = Assert.Single(await receiver.UntilAsync(1));
        Assert.True(report.IsSignedBy(former) && report.IsSignedBy((string)rotated.Json["secret"]!));
    }

    [Theory]
    [InlineData("""{"events":["charge.raised"]}""", "/url")]
    [InlineData("""{"url":"hooks"}""", "/url")]
    [InlineData("""{"url":"https://169.254.169.254/x"}""", "/url")]
    [InlineData("""{"url":"https://hooks.example/","events":[]}""", "/events")]
    [InlineData("""{"url":"https://hooks.example/","events":["charge.eaten"]}""", "/events")]
    [InlineData("""{"url":"https://hooks.example/","query":"x"}""", "/query")]
    public async Task Webhook_ThatCantBeMeant_IsRefused(string body, string place)
    {
        var biller = await Biller.OpenAsync(books);

        var refused = await biller.PostAsync(Biller.Webhooks, JsonNode.Parse(body)!);

        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Equal([place], refused.Places);
    }

    [Fact]
    public async Task Webhook_OfAnAccountThatIsNot_OrWithoutTheScope_IsRefused()
    {
        var (biller, reader) = (await Biller.OpenAsync(books), await Biller.OpenAsync(books, "read"));
        var body = new JsonObject { ["url"] = "https://hooks.example/", ["account"] = "C-none" };

        var refused = await biller.PostAsync(Biller.Webhooks, body);

        Assert.Equal((404, "account-unknown"), refused.Problem);
        Assert.Equal(["/account"], refused.Places);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsync(Biller.Webhooks, body)).Status);
    }

    private static async Task<TrainTravel.TravelAnswer> AddAsync(Biller biller, Uri address, string? account = null, params string[] events)
    {
        var body = new JsonObject { ["url"] = address.OriginalString };
        if (account is not null)
            body["account"] = account;
        if (events.Length > 0)
            body["events"] = new JsonArray([.. events.Select(one => (JsonNode)one)]);
        var added = await biller.PostAsync(Biller.Webhooks, body);
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        if ((string?)added.Json["secret"] is { } secret)
            SecretWatch.OfTheRun.Add([secret]);
        return added;
    }

    private async Task<long> WaitingAsync(Biller biller) => (long)(await books.ScalarAsync(
        "SELECT count(*) FROM delivery WHERE merchant_id = $1 AND status = 'waiting'", biller.Merchant.Value))!;
}
