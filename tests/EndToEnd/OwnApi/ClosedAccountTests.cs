using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A program closes an account on which nothing is open, and reopens it.</summary>
public sealed class ClosedAccountTests(BooksFixture books)
{
    [Fact]
    public async Task Account_ClosedAndReopened_TakesNothingBetween()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20", charge));
        var key = Biller.NewText();

        var closed = await ChangeAsync(biller, account, "close", key);
        var again = await ChangeAsync(biller, account, "close", key);
        var late = await biller.PostAsync(Biller.Charges, Biller.Charge(account, "5"));
        var many = await biller.PostAsync(
            Biller.Charges, new JsonObject { ["charges"] = new JsonArray(Biller.Charge(account, "5"), Biller.Charge(account, "6")) });
        var cash = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "5"));
        var shown = await biller.GetAsync($"{Biller.Accounts}/{account}");
        var reopened = await ChangeAsync(biller, account, "reopen");

        Assert.True(closed.Status == HttpStatusCode.OK, closed.Text);
        Assert.Equal(("account.closed", 2), ((string)closed.Json["type"]!, (int)closed.Json["sequence"]!));
        Assert.Equal((closed.Text, true), (again.Text, again.Replayed));
        Assert.All([late, cash], refused =>
            Assert.Equal(((409, "account-closed"), "/account"), (refused.Problem, refused.Places.Single())));
        Assert.Equal((0, 2), ((int)many.Json["raised_count"]!, (int)many.Json["refused_count"]!));
        Assert.Equal("closed", (string)shown.Json["status"]!);
        Assert.Equal("account.reopened", (string)reopened.Json["type"]!);
        await biller.OwingAsync(account, "5");
        var types = (await biller.GetAsync("/api/v1/events?limit=1000")).Json["items"]!.AsArray().Select(one => (string)one!["type"]!)
            .ToList();
        Assert.True(types.IndexOf("account.closed") is > 0 and var at && at < types.IndexOf("account.reopened"));
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        // The customer's page shows the person and the reason.
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        Assert.Contains(
            "Asked for by letter", await desk.PageAsync($"/console/customers/{(string)shown.Json["id"]!}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_WithSomethingOpen_StaysOpen()
    {
        var biller = await Biller.OpenAsync(books);
        var (owing, rich) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        await biller.OwingAsync(owing, "20");
        await biller.PostAsync(Biller.Payments, Biller.Cash(rich, "5"));

        Assert.Equal((409, "account-owes"), (await ChangeAsync(biller, owing, "close")).Problem);
        Assert.Equal((409, "account-has-credit"), (await ChangeAsync(biller, rich, "close")).Problem);
        Assert.Equal((409, "account-not-closed"), (await ChangeAsync(biller, rich, "reopen")).Problem);
        Assert.Equal((404, "account-unknown"), (await ChangeAsync(biller, "nowhere", "close")).Problem);
        Assert.Equal(["/reason"], (await biller.PostAsync($"{Biller.Accounts}/{rich}/close", new JsonObject())).Places);
        var clerk = await Biller.OpenAsync(books, biller.Merchant, "read", "bill", "pay");
        Assert.Equal(HttpStatusCode.Forbidden, (await ChangeAsync(clerk, rich, "close")).Status);
    }

    /// <summary>A closed account refuses a payment of each other API by the field that names the account.</summary>
    [Fact]
    public async Task ClosedAccount_IsNamedByOtherApis()
    {
        var account = $"A-{Biller.NewText()}";
        var telco = new TmfHttp(books, "demo-telco");
        var body = $$"""
            {"account":{"id":"{{account}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":5} }
            """;
        await telco.PostAsync("/paymentManagement/v4/payment", body);
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var id = $"{await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE merchant_id = $1 AND value = $2", books.DemoCompany.Value, account)}";
        var paid = (await biller.GetAsync($"{Biller.Payments}?account={id}")).Json["items"]![0]!["id"];
        await biller.PostAsync($"{Biller.Payments}/{paid}/refund", new JsonObject());
        Assert.Equal("account.closed", (string?)(await ChangeAsync(biller, id, "close")).Json["type"]);

        var refused = await telco.PostAsync("/paymentManagement/v4/payment", body);

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("account.id: the account is closed", refused.Text, StringComparison.Ordinal);
    }

    private static Task<TravelAnswer> ChangeAsync(Biller biller, string account, string verb, string? key = null) =>
        biller.PostAsync($"{Biller.Accounts}/{account}/{verb}", new JsonObject { ["reason"] = "Asked for by letter" }, key);
}
