using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A program says that the money of a payment came, or calls the payment off.</summary>
public sealed class AwaitedPaymentTests(BooksFixture books)
{
    private const string Why = "Seen on the account";

    [Fact]
    public async Task MoneyThatCame_SettlesTheBillThatThePaymentNames_AndIsCreditBeyond_Once()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new Customers(books.Engine, books.Vault, books.DemoCompany, "tmf676")
            .CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), 30_00);
        var recorded = await new TmfHttp(books, "demo-telco").PayAsync(
            customer.Account, total: """{"unit":"USD","value":50}""",
            more: $$""","paymentItem":[{"item":{"id":"{{customer.Bills[0]}}","@referredType":"CustomerBill"}"""
                + ""","totalAmount":{"unit":"USD","value":50} }]""");
        var path = $"{Biller.Payments}/{recorded.Headers["Quittance-Payment"]}";
        var (body, key) = (Came("bank-transfer", "2026-11-20"), Biller.NewText());
        body["reason"] = Why;

        var paid = await biller.PostAsync($"{path}/complete", body, key);
        var again = await biller.PostAsync($"{path}/complete", body, key);
        var twice = await biller.PostAsync($"{path}/complete", body);
        var late = await biller.PostAsync($"{path}/cancel", Because(Why));

        Assert.True(paid.Status == HttpStatusCode.OK, paid.Text);
        Assert.Equal(("captured", "2026-11-20", "20.00"), (
            (string)paid.Json["status"]!, (string)paid.Json["received"]!, (string)paid.Json["credit"]!["amount"]!));
        Assert.Equal("30.00", (string)Assert.Single(paid.Json["charges"]!.AsArray())!["amount"]!["amount"]!);
        Assert.Equal((paid.Text, true), (again.Text, again.Replayed));
        Assert.Equal(((409, "payment-not-pending"), (409, "payment-not-pending")), (twice.Problem, late.Problem));
        Assert.Equal([$"payment.complete: {Why}"], await LogAsync(biller, paid));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task MoneyThatCame_SaysWhoHasIt_AndADayThatHasCome()
    {
        var biller = await Biller.OpenAsync(books);
        var path = await PathOfAsync(biller, await new Till(books, biller.Merchant).PromiseAsync("A"));
        foreach (var (body, place) in new (JsonObject, string)[]
        {
            ([], "/received_by"), (Came("stripe"), "/received_by"), (Came("cash", "2090-01-01"), "/on"), (Came("cash", "soon"), "/on"),
        })
        {
            var refused = await biller.PostAsync($"{path}/complete", body);
            Assert.Equal((400, "invalid-request"), refused.Problem);
            Assert.Equal([place], refused.Places);
        }

        Assert.Equal(["/reason"], (await biller.PostAsync($"{path}/cancel", new JsonObject())).Places);
        var unknown = $"{Biller.Payments}/{Guid.Empty:D}";
        Assert.Equal((404, "payment-unknown"), (await biller.PostAsync($"{unknown}/complete", Came("cash"))).Problem);
        Assert.Equal((404, "payment-unknown"), (await biller.PostAsync($"{unknown}/cancel", Because(Why))).Problem);
        Assert.Equal("pending", (string)(await biller.GetAsync(path)).Json["status"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task PromisedMoney_CameWhereTheCustomerPromisedIt()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var path = await PromisedAsync(biller);

        var elsewhere = await biller.PostAsync($"{path}/complete", Came("bank-transfer"));
        var key = Biller.NewText();
        var paid = await biller.PostAsync($"{path}/complete", Came("cash"), key);
        var again = await biller.PostAsync($"{path}/complete", Came("cash"), key);

        Assert.Equal((400, "invalid-request"), elsewhere.Problem);
        Assert.Equal(["/received_by"], elsewhere.Places);
        Assert.Equal((HttpStatusCode.OK, "captured"), (paid.Status, (string?)paid.Json["status"]));
        Assert.Equal((paid.Text, true), (again.Text, again.Replayed));
        Assert.Equal(["payment.complete: "], await LogAsync(biller, paid));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task PaymentThatWaits_IsCalledOff_Once()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        foreach (var path in new[]
        {
            await PathOfAsync(biller, await new Till(books, biller.Merchant).PromiseAsync(Biller.NewText())), await PromisedAsync(biller),
        })
        {
            var key = Biller.NewText();
            var called = await biller.PostAsync($"{path}/cancel", Because(Why), key);
            var again = await biller.PostAsync($"{path}/cancel", Because(Why), key);

            Assert.Equal((HttpStatusCode.OK, "cancelled"), (called.Status, (string?)called.Json["status"]));
            Assert.Equal((called.Text, true), (again.Text, again.Replayed));
            Assert.Equal((409, "payment-not-pending"), (await biller.PostAsync($"{path}/complete", Came("cash"))).Problem);
            Assert.Equal([$"payment.cancel: {Why}"], await LogAsync(biller, called));
        }

        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task ReservedMoney_GoesBackToThePayer_WhereThePaymentIsCalledOff()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync(20_00);
        var token = await visits.ReadyAsync(await visits.SessionAsync(member, "20"), Visits.Card());
        var id = (Guid)(await books.ScalarAsync("SELECT payment_id FROM session WHERE id = $1", Visits.SessionOf(token)))!;
        var (path, key) = ($"{Biller.Payments}/{id:D}", Biller.NewText());
        Assert.Equal((409, "payment-not-pending"), (await biller.PostAsync($"{path}/complete", Came("cash"))).Problem);

        var called = await biller.PostAsync($"{path}/cancel", Because(Why), key);
        var again = await biller.PostAsync($"{path}/cancel", Because(Why), key);

        Assert.Equal((HttpStatusCode.OK, "cancelled"), (called.Status, (string?)called.Json["status"]));
        Assert.Equal((called.Text, true), (again.Text, again.Replayed));
        Assert.Equal([$"payment.void: {Why}"], await LogAsync(biller, called));
        var asked = (await biller.GetAsync(path)).Json["attempts"]!.AsArray();
        Assert.Equal(["authorise", "void"], asked.Select(attempt => (string)attempt!["verb"]!));
        await NoticePost.UntilAsync(async () => (await visits.AtSandboxAsync((Guid)asked[0]!["id"]!))!.Value
            .GetProperty("voided_minor").GetInt64() == 20_00);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    private static JsonObject Came(string receivedBy, string? on = null)
    {
        var body = new JsonObject { ["received_by"] = receivedBy };
        if (on is not null)
            body["on"] = on;
        return body;
    }

    private static JsonObject Because(string reason) => new() { ["reason"] = reason };

    /// <summary>A payment that a customer promises in the widget, in cash.</summary>
    private async Task<string> PromisedAsync(Biller biller)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var session = await visits.SessionAsync(member, "20", more: Visits.Permitting("CASH"));
        var booked = await visits.BookAsync(member, await visits.ReadyAsync(session, """{"choice":"CASH"}"""), "20", claims);
        Assert.True(booked.Status == HttpStatusCode.OK, $"{booked.Body}");
        return $"{Biller.Payments}/{booked.Payment:D}";
    }

    private async Task<string> PathOfAsync(Biller biller, long number) => $"{Biller.Payments}/" + (Guid)(await books.ScalarAsync(
        "SELECT id FROM payment WHERE merchant_id = $1 AND number = $2", biller.Merchant.Value, number))!;

    /// <summary>What the program did to the payment by the audit log, with its reason.</summary>
    private async Task<string[]> LogAsync(Biller biller, TravelAnswer payment) => (string[])(await books.ScalarAsync(
        "SELECT coalesce(array_agg(what || ': ' || reason ORDER BY at), '{}') FROM operator_action WHERE merchant_id = $1 AND subject = $2 "
            + "AND who LIKE 'credential %'", biller.Merchant.Value, $"payment {payment.Json["number"]}"))!;
}
