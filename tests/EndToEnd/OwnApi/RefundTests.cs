using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>Refunds of every API, read and listed.</summary>
public sealed class RefundTests(BooksFixture books)
{
    private const string Refunds = "/api/v1/refunds";

    [Fact]
    public async Task Refund_SaysWhyItWasAskedFor_AndIsReadAndListedAsItWasAnswered()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var (paid, other) = (await PaidAsync(biller, account), await PaidAsync(biller, account));
        var body = new JsonObject { ["amount"] = Biller.Euro("5"), ["reason"] = "Card 4242 4242 4242 4242, \"twice\"" };
        var (first, key) = ($"{Biller.Payments}/{paid}/refund", Biller.NewText());

        var refunded = await biller.PostAsync(first, body, key);
        var second = await biller.PostAsync($"{Biller.Payments}/{other}/refund", new JsonObject());

        Assert.True(refunded.Status == HttpStatusCode.Created, refunded.Text);
        Assert.Equal(refunded.Text, (await biller.PostAsync(first, body, key)).Text);
        Assert.Equal("Card ************4242, \"twice\"", (string)refunded.Json["reason"]!);
        Assert.EndsWith($"{Refunds}/{refunded.Json["id"]}", refunded.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(refunded.Text, (await biller.GetAsync($"{Refunds}/{refunded.Json["id"]}")).Text);
        Assert.Null(second.Json["reason"]);
        var all = await ListedAsync(biller, "");
        Assert.Equal([(string)refunded.Json["id"]!, (string)second.Json["id"]!], all);
        Assert.Equal([(string)refunded.Json["id"]!], await ListedAsync(biller, $"?payment={paid}"));
        Assert.Equal(all, await ListedAsync(biller, $"?account={account}&status=done"));
        Assert.Empty(await ListedAsync(biller, "?status=failed"));
        Assert.Empty(await ListedAsync(biller, "?payment=5"));
        Assert.Empty(await ListedAsync(biller, $"?payment={Guid.Empty:D}"));
        var part = (await biller.GetAsync($"{Refunds}?limit=1")).Json;
        Assert.Equal(all[1], (string)(await biller.GetAsync($"{Refunds}?cursor={part["next"]}")).Json["items"]!.AsArray().Single()!["id"]!);
        Assert.Equal((404, "refund-unknown"), (await biller.GetAsync($"{Refunds}/{paid}")).Problem);
        Assert.Equal(["status"], (await biller.GetAsync($"{Refunds}?status=gone")).Places);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Refund_ThatItsProviderDeclines_SaysWhy()
    {
        await using var telco = await Tests.Refunds.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, telco.Merchant);
        var (_, payment) = await telco.PaidAsync(20_00);
        var asked = await biller.PostAsync($"{Biller.Payments}/{payment}/refund", new JsonObject { ["reason"] = "Sold out" });
        Assert.True(asked.Status == HttpStatusCode.Created, asked.Text);

        await telco.DeclineRefundAsync(payment);

        var read = (await biller.GetAsync($"{Refunds}/{asked.Json["id"]}")).Json;
        Assert.Equal(("failed", "declined", "Sold out"), ((string)read["status"]!, (string)read["why"]!, (string)read["reason"]!));
        var listed = (await biller.GetAsync($"{Refunds}?payment={payment}")).Json["items"]!.AsArray().Single()!;
        Assert.Equal(read.ToJsonString(), listed.ToJsonString());
    }

    [Fact]
    public async Task Refund_ThatItsProviderDeclinesAtOnce_SaysWhyInItsAnswer()
    {
        await using var telco = await Tests.Refunds.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, telco.Merchant);
        var (_, payment) = await telco.PaidAsync(20_00);
        await telco.RefundElsewhereAsync(payment, 20_00);
        var (body, key) = (new JsonObject { ["reason"] = "Sold out" }, Biller.NewText());

        var asked = await biller.PostAsync($"{Biller.Payments}/{payment}/refund", body, key);
        var again = await biller.PostAsync($"{Biller.Payments}/{payment}/refund", body, key);

        Assert.Equal((HttpStatusCode.Created, "failed"), (asked.Status, (string)asked.Json["status"]!));
        Assert.NotNull((string?)asked.Json["why"]);
        Assert.Equal((asked.Text, true), (again.Text, again.Replayed));
    }

    private static async Task<string> PaidAsync(Biller biller, string account) =>
        (string)(await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20"))).Json["id"]!;

    private static async Task<List<string>> ListedAsync(Biller biller, string query) =>
        [.. (await biller.GetAsync($"{Refunds}{query}")).Json["items"]!.AsArray().Select(one => (string)one!["id"]!)];
}
