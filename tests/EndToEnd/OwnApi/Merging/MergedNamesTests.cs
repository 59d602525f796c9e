using System.Net;
using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.OwnApi.Merging;

/// <summary>In the APIs that show no merge, the old names of a customer and of the bills lead to the account that goes on.</summary>
public sealed class MergedNamesTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tmf676_PaysFindsAndRefundsByTheOldNames()
    {
        var merchant = await books.Merchants.CreateAsync("Telco", Cancel);
        var http = await Telco.ClientOfAsync(books, merchant);
        var customers = new Customers(books.Engine, books.Vault, merchant, "tmf676");
        var card = Customers.CardOf(VaultedPayments.GoodCard);
        var (old, kept) = (await customers.CreateAsync(card, 20_00), await customers.CreateAsync(card, 5_00));
        var before = await http.PayAsync(old.Account, Till, Usd("5"), Settling(old.Bills[0], "5"));
        await MergeAsync(merchant, "tmf676", "account", old.Account, kept.Account);

        const string Body = """{"account":{"id":"{0}"},"correlatorId":"C-1","paymentMethod":{"@type":"Cash"},"totalAmount":""";
        var body = Body.Replace("{0}", old.Account, StringComparison.Ordinal) + $"{Usd("8")}{Settling(old.Bills[0], "8")}}}";
        var byOld = await http.PostAsync(Telco.Payments, body);
        var again = await http.PostAsync(Telco.Payments, body);
        var byKept = await http.PayAsync(kept.Account, Till, Usd("7"), Settling(old.Bills[0], "7"));

        Assert.True(byOld.Status == HttpStatusCode.Created, byOld.Text);
        Assert.Equal((byOld.Text, "true"), (again.Text, again.Headers["Idempotency-Replayed"]));
        Assert.Equal(2, await PaymentsAsync(merchant, "tmf676", kept.Account));
        Assert.Equal((0, 5_00), (await OpenAsync(merchant, "tmf676", old.Account), await OpenAsync(merchant, "tmf676", kept.Account)));
        // The old name finds what was paid before the merge, too.
        string[] expected = [before["id"]!, byOld["id"]!, byKept["id"]!];
        Assert.Equal(
            expected.Order(), (await http.ListAsync($"?account.id={Uri.EscapeDataString(old.Account)}")).Ids().Order());
        Assert.Equal(
            expected[1..].Order(), (await http.ListAsync($"?account.id={Uri.EscapeDataString(kept.Account)}")).Ids().Order());

        await http.PayAsync(old.Account, Till, Usd("9"));
        var refund = await http.PostAsync(Telco.Refunds, Tests.Refunds.Body(old.Account, null, "9"));
        Assert.True(refund.Status == HttpStatusCode.Created, refund.Text);
        await books.AssertBooksAreCleanAsync(merchant);
    }

    [Fact]
    public async Task Tmf676_BillOfAStranger_IsStillNoBillOfThePayer()
    {
        var merchant = await books.Merchants.CreateAsync("Telco", Cancel);
        var http = await Telco.ClientOfAsync(books, merchant);
        var customers = new Customers(books.Engine, books.Vault, merchant, "tmf676");
        var card = Customers.CardOf(VaultedPayments.GoodCard);
        var (one, other) = (await customers.CreateAsync(card, 20_00), await customers.CreateAsync(card, 5_00));
        var charge = (Guid)(await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE merchant_id = $1 AND value = $2", merchant.Value, one.Bills[0]))!;
        await books.Engine.DoAsync(new CorrectCharge(
            Origin(merchant), AccountTarget.Named(new Reference(merchant, "tmf676", "account", one.Account)),
            new ChargeId(merchant, charge), DebtCorrection.Cancel));

        var paid = await http.PayAsync(other.Account, Till, Usd("5"), Settling(one.Bills[0], "5"));

        Assert.Equal((HttpStatusCode.Created, "done"), (paid.Status, paid["status"]));
        Assert.Equal(5_00, await OpenAsync(merchant, "tmf676", other.Account));
    }

    [Fact]
    public async Task OracleBrm_PaysFindsAllocatesAndRefundsByTheOldNames()
    {
        var carrier = await Carrier.OpenAsync(books);
        var (old, kept) = (await carrier.CustomerAsync(20_00), await carrier.CustomerAsync(5_00));
        var before = await carrier.PayAsync(old.Account, "5", more: Settling(old.Bills[0], "5"));
        await MergeAsync(carrier.Merchant, "oracle-brm", "account", old.Account, kept.Account);

        await carrier.PayAsync(old.Account, "6", more: Settling(old.Bills[0], "6"));
        await carrier.PayAsync(kept.Account, "4", more: Settling(old.Bills[0], "4"));
        var credit = await carrier.PayAsync(old.Account, "9");
        var allocated = await carrier.AllocateAsync(credit["id"], null, (old.Bills[0], "2"));

        Assert.Equal(3, await PaymentsAsync(carrier.Merchant, "oracle-brm", kept.Account));
        Assert.True(allocated.Status == HttpStatusCode.Created, allocated.Text);
        Assert.Equal(8_00, await OpenAsync(carrier.Merchant, "oracle-brm", kept.Account));
        var found = (await carrier.ListAsync($"?account.id={Uri.EscapeDataString(old.Account)}")).Ids();
        Assert.Equal(4, found.Count);
        Assert.Contains(before["id"], found);
        foreach (var (payment, amount) in ((string?, string)[])[(null, "3"), (credit["id"], "4"), (before["id"], "1")])
        {
            var refund = await carrier.RefundAsync(old.Account, payment, amount);
            Assert.True(refund.Status == HttpStatusCode.Created, refund.Text);
        }

        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    [Fact]
    public async Task SportAlliance_OpensBooksAndListsByTheOldCustomerNumber()
    {
        var visits = await Visits.OpenAsync(books);
        var (old, claims) = await visits.OwingAsync(20_00, 3_00);
        var (kept, _) = await visits.OwingAsync(5_00);
        await visits.Studio.PayAsync(old, 3_00, visits.Studio.Settling(claims[1]));
        await MergeAsync(visits.Studio.Merchant, "sport-alliance", "customer", $"{old}", $"{kept}");

        Assert.Equal((25m, 25m), ((await visits.OwedAsync(old)).Sum(), (await visits.OwedAsync(kept)).Sum()));
        var booked = await visits.BookAsync(old, await visits.PaidAsync(old, "20"), "20", [claims[0]]);

        Assert.True(booked.Status == HttpStatusCode.OK, $"{booked.Body}");
        Assert.Equal((5m, 5m), ((await visits.OwedAsync(old)).Sum(), (await visits.OwedAsync(kept)).Sum()));
        await visits.Studio.PayAsync(kept, 4_00);
        Assert.Equal((4m, 4m), (await visits.BalanceAsync(old), await visits.BalanceAsync(kept)));
        var listed = await visits.Studio.GetAsync($"/v1/customers/{old}/account/transactions/upcoming?sliceSize=2");
        Assert.Equal((2, "true"), (listed.Ids.Count, listed.Json("hasNext")));
        var rest = await visits.Studio.GetAsync(
            $"/v1/customers/{old}/account/transactions/upcoming?sliceSize=50&offset={listed.Text("offset")}");
        Assert.Equal(("false", 5m), (rest.Json("hasNext"), (await visits.OwedAsync(old)).Sum()));
        // The old one's claims, the own claim, and what the moved one became.
        long[] all = [.. listed.Ids, .. rest.Ids];
        Assert.Equal(all.Order().Distinct(), all);
        Assert.Equal(4, all.Length);
        Assert.Empty(claims.Except(all));
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(old, await visits.LeftAsync(old))).Status);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Midnight_StoresAndListsByTheOldCustomerId()
    {
        var (shop, calls) = (await MidnightShop.OpenAsync(books), new MidnightCalls(books));
        var (old, kept) = (await shop.CustomerAsync(), await shop.CustomerAsync());
        var (order, own) = (await shop.OrderAsync(old, 50_00, 10_00, 0), await shop.OrderAsync(kept, 7_00, 0, 0));
        await calls.PayAsync(old, "20", "Services", order);
        await MergeAsync(books.DemoCompany, "midnight", "customer", $"{old}", $"{kept}");

        var key = Biller.NewText();
        var body = $$"""
            [{"CustomerId":{{old}},"AmountBilled":30,"CustomerPaymentDetailList":[
               {"OrderId":{{order}},"PaymentLabel":"Services","AmountBilled":30}]},
             {"CustomerId":{{old}},"AmountBilled":9,"CustomerPaymentDetailList":[
               {"OrderId":{{order}},"PaymentLabel":"Services","AmountBilled":9}]},
             {"CustomerId":{{old}},"AmountBilled":11,"CustomerPaymentDetailList":[
               {"OrderId":{{order}},"PaymentLabel":"Postage","AmountBilled":10},
               {"OrderId":{{order}},"PaymentLabel":"Escrow","AmountBilled":1}]}]
            """;
        var stored = await shop.InsertAsync(body, key);

        Assert.Equal("stored", stored[0]);
        Assert.Contains("OrderId: Order has no", stored[1], StringComparison.Ordinal);
        Assert.Equal("stored", stored[2]);
        Assert.Equal(stored, await shop.InsertAsync(body, key));
        Assert.Equal((1L, 2L), (await shop.PaymentsAsync(old), await shop.PaymentsAsync(kept)));
        Assert.Equal(7_00, await OpenAsync(books.DemoCompany, "midnight", $"{kept}", "customer"));
        Assert.Equal((1_00L, 0L), await shop.CreditAsync(kept));
        var history = await calls.AskAsync("v1/Generic/PaymentHistoryList", $$"""{"CustomerID":{{old}}}""");
        Assert.Equal(3, history.AsArray().Count);
        var orders = await calls.AskAsync("v1/Generic/CustomerOrderList", $$"""{"CustomerID":{{old}},"ShowClosed":true}""");
        Assert.Equal([order, own], orders.AsArray().Select(one => (long)one!["JobID"]!));
        var account = (await calls.AskAsync("v1/Customer/CustomerPostageAccountList", $$"""{"CustomerID":{{old}}}""")).AsArray();
        Assert.Single(account);
        await books.AssertBooksAreCleanAsync();
    }

    private const string Till = """{"@type":"Cash"}""";

    private static string Usd(string value) => $$"""{"unit":"USD","value":{{value}}}""";

    private static string Settling(string bill, string value) =>
        $$""","paymentItem":[{"item":{"id":"{{bill}}","@referredType":"CustomerBill"},"totalAmount":{{Usd(value)}}}]""";

    private Task MergeAsync(MerchantId merchant, string dialect, string kind, string old, string kept) =>
        books.Engine.DoAsync(new MergeAccounts(
            Origin(merchant), AccountTarget.Named(new Reference(merchant, dialect, kind, kept)),
            AccountTarget.Named(new Reference(merchant, dialect, kind, old)), [], Guid.CreateVersion7(Now)));

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static Origin Origin(MerchantId merchant) => new(merchant, 0, Guid.CreateVersion7(Now));

    private async Task<long> PaymentsAsync(MerchantId merchant, string dialect, string account) => (long)(await books.ScalarAsync(
        """
        SELECT count(*) FROM reference r JOIN payment p ON p.merchant_id = $1 AND p.account_id = r.object_id
         WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = 'account' AND r.value = $3
        """,
        merchant.Value, dialect, account))!;

    private async Task<long> OpenAsync(MerchantId merchant, string dialect, string account, string kind = "account") =>
        (long)(await books.ScalarAsync(
            """
            SELECT coalesce(sum(c.amount_minor - c.allocated_minor - c.credited_minor - c.written_off_minor), 0)::bigint
              FROM reference r LEFT JOIN charge c ON c.merchant_id = $1 AND c.account_id = r.object_id
             WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = $3 AND r.value = $4
            """,
            merchant.Value, dialect, kind, account))!;
}
