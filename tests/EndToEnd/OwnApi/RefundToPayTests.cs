using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A program says what became of a refund that people pay out.</summary>
public sealed class RefundToPayTests(BooksFixture books)
{
    private const string Refunds = "/api/v1/refunds";
    private const string Why = "Seen on the account";

    [Theory]
    [InlineData("paid", "done", "call-off", "0.00")]
    [InlineData("call-off", "failed", "paid", "20.00")]
    public async Task Refund_IsPaidOutOrCalledOff_Once(string act, string status, string opposite, string credit)
    {
        var biller = await Biller.OpenAsync(books);
        var (payment, refund) = await RefundedAsync(biller, "bank_account_transfer");
        Assert.Equal("pending", (string)refund.Json["status"]!);
        var (path, key) = ($"{Refunds}/{refund.Json["id"]}", Biller.NewText());

        var said = await biller.PostAsync($"{path}/{act}", Because(Why), key);
        var again = await biller.PostAsync($"{path}/{act}", Because(Why), key);

        Assert.Equal((HttpStatusCode.OK, status), (said.Status, (string?)said.Json["status"]));
        Assert.Equal((said.Text, true), (again.Text, again.Replayed));
        // Neither the same nor the opposite is said afterwards.
        foreach (var late in new[] { act, opposite })
            Assert.Equal((409, "refund-not-to-pay"), (await biller.PostAsync($"{path}/{late}", Because(Why))).Problem);
        Assert.Equal(said.Text, (await biller.GetAsync(path)).Text);
        Assert.Equal(credit, (string)(await biller.GetAsync(payment)).Json["credit"]!["amount"]!);
        Assert.Equal($"refund.{act}: {Why}", await books.ScalarAsync(
            "SELECT string_agg(what || ': ' || reason, '; ') FROM operator_action WHERE merchant_id = $1 AND who LIKE 'credential %'",
            biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Refund_OfWhichNobodyHasToSayAnything_IsRefused()
    {
        var biller = await Biller.OpenAsync(books);
        var (_, cash) = await RefundedAsync(biller, "cash");
        foreach (var act in (string[])["paid", "call-off"])
        {
            var path = $"{Refunds}/{cash.Json["id"]}/{act}";
            Assert.Equal((409, "refund-not-to-pay"), (await biller.PostAsync(path, Because(Why))).Problem);
            Assert.Equal(["/reason"], (await biller.PostAsync(path, new JsonObject())).Places);
            Assert.Equal(
                (404, "refund-unknown"), (await biller.PostAsync($"{Refunds}/{Guid.Empty:D}/{act}", Because(Why))).Problem);
        }

        Assert.Equal("done", (string)(await biller.GetAsync($"{Refunds}/{cash.Json["id"]}")).Json["status"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    private static JsonObject Because(string reason) => new() { ["reason"] = reason };

    /// <summary>A payment of 20 that came in some way, and its refund.</summary>
    private static async Task<(string Payment, TravelAnswer Refund)> RefundedAsync(Biller biller, string method)
    {
        var body = Biller.Cash(await biller.CustomerAsync(), "20");
        body["method"] = method;
        var payment = $"{Biller.Payments}/{(await biller.PostAsync(Biller.Payments, body)).Json["id"]}";
        var refund = await biller.PostAsync($"{payment}/refund", new JsonObject());
        Assert.True(refund.Status == HttpStatusCode.Created, refund.Text);
        return (payment, refund);
    }
}
