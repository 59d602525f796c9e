using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>PaymentOracle: what of a payment settles bills, what is left and what went back; and bill units.</summary>
public sealed class OracleBrmExtendedTests(BooksFixture books)
{
    private static readonly string[] Extras =
        ["unallocatedAmount", "reversedPaymentAmount", "paymentTransactionId", "paymentStatus", "billingCycleSpecification"];

    [Fact]
    public async Task Payment_TellsWhatIsLeftOfIt_AsItIsAllocatedAndRefunded()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(30_00, 20_00);
        var paid = await carrier.PayAsync(customer.Account, "50");
        await AssertAsync("Unallocated", "50", "0", items: 0);

        Assert.Equal(HttpStatusCode.Created, (await carrier.AllocateAsync(paid["id"], null, (customer.Bills[0], "12.5"))).Status);
        await AssertAsync("PartiallyAllocated", "37.5", "0", items: 1);

        Assert.Equal(HttpStatusCode.Created,
            (await carrier.AllocateAsync(paid["id"], null, (customer.Bills[0], "17.5"), (customer.Bills[1], "20"))).Status);
        var extended = await AssertAsync("Allocated", "0", "0", items: 2);
        Assert.Equal(Extras, extended.Body.EnumerateObject().Select(member => member.Name).TakeLast(5));
        Assert.Equal(
            ("PaymentOracle", "Payment", "T1"), (extended["@type"], extended["@baseType"], extended["paymentTransactionId"]![..2]));
        Assert.Equal(
            (customer.Bills[0], "30", "0", "30", "0"),
            (extended["paymentItem/0/appliedCustomerBillingRate/0/itemNo"], extended["paymentItem/0/totalAmount/value"],
                extended["paymentItem/0/appliedCustomerBillingRate/0/remainingAmount/value"],
                extended["paymentItem/0/appliedCustomerBillingRate/0/receivedAmount/value"],
                extended["paymentItem/0/appliedCustomerBillingRate/0/adjustedAmount/value"]));
        Assert.True(string.CompareOrdinal(extended["paymentItem/0/paymentAllocatedOn"], paid["paymentDate"]) >= 0);
        Assert.False((await carrier.Http.GetAsync(paid["href"]!)).Body.TryGetProperty("unallocatedAmount", out _));

        // A refund forgives the newest bill.
        Assert.Equal("done", (await carrier.RefundAsync(customer.Account, paid["id"], "25"))["status"]);
        var refunded = await AssertAsync("Allocated", "0", "0", items: 1);
        Assert.Equal(("25", "5"),
            (refunded["paymentItem/0/totalAmount/value"], refunded["paymentItem/0/appliedCustomerBillingRate/0/adjustedAmount/value"]));
        await books.AssertBooksAreCleanAsync(carrier.Merchant);

        async Task<TmfAnswer> AssertAsync(string status, string unallocated, string reversed, int items)
        {
            var found = await carrier.ExtendedAsync(paid);
            Assert.Equal(
                (status, unallocated, reversed, items),
                (found["paymentStatus"], found["unallocatedAmount/value"], found["reversedPaymentAmount/value"],
                    found["paymentItem"] is null ? 0 : found.Body.GetProperty("paymentItem").GetArrayLength()));
            Assert.Equal($"[{found.Text}]", (await carrier.ListAsync($"?@type=PaymentOracle&id={paid["id"]}")).Text);
            Assert.Equal(unallocated != "0", (await carrier.ListAsync("?status=Unallocated")).Ids().Contains(paid["id"]!));
            return found;
        }
    }

    [Fact]
    public async Task Payment_ThatThePayerTookBack_IsReversed()
    {
        var carrier = await Carrier.OpenAsync(books);
        var (whole, part) = (await carrier.CustomerAsync(30_00), await carrier.CustomerAsync(30_00));
        var (gone, shortened) = (await carrier.ChargeAsync(whole, 40_00), await carrier.ChargeAsync(part, 40_00));
        await carrier.DisputeAsync(gone, 40_00);
        await carrier.DisputeAsync(shortened, 15_00);

        var reversed = await carrier.ExtendedAsync(gone);
        Assert.Equal(
            ("Reversed", "40", "0", null, "done"),
            (reversed["paymentStatus"], reversed["reversedPaymentAmount/value"], reversed["unallocatedAmount/value"],
            reversed["paymentItem"], reversed["status"]));
        // Money that settled nothing goes first, then a part of the bill, which is open again.
        var reduced = await carrier.ExtendedAsync(shortened);
        Assert.Equal(
            ("Allocated", "15", "0", "25"),
            (reduced["paymentStatus"], reduced["reversedPaymentAmount/value"], reduced["unallocatedAmount/value"],
            reduced["paymentItem/0/totalAmount/value"]));
        Assert.Equal("5", reduced["paymentItem/0/appliedCustomerBillingRate/0/remainingAmount/value"]);
        Assert.Equal([], (await carrier.ListAsync("?status=Unallocated")).Ids());
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    [Fact]
    public async Task Payment_ThatBroughtNoMoney_HasNothingToTell()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(30_00);
        var pending = await carrier.ExtendedAsync(await carrier.PayAsync(customer.Account, "5", "DigitalWallet"));

        Assert.Equal(("pendingAuthorization", null, null, null),
            (pending["status"], pending["unallocatedAmount"], pending["reversedPaymentAmount"], pending["paymentStatus"]));
        Assert.Equal([], (await carrier.ListAsync("?status=Unallocated")).Ids());
    }

    [Theory]
    [InlineData("Cash", "done", "cash")]
    [InlineData("Check", "done", "cash")]
    [InlineData("Voucher", "done", "cash")]
    [InlineData("BankAccountTransfer", "done", "bank-transfer")]
    [InlineData("BankCard", "pendingAuthorization", null)]
    [InlineData("TokenizedCard", "pendingAuthorization", null)]
    [InlineData("BankAccountDebit", "pendingAuthorization", null)]
    [InlineData("DigitalWallet", "pendingAuthorization", null)]
    [InlineData("LoyaltyAccount", "pendingAuthorization", null)]
    [InlineData("AccountPayment", "pendingAuthorization", null)]
    public async Task Method_DescribedByItsType_IsKept_AndOnlyMoneyThatIsThereIsBooked(string type, string status, string? holder)
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(30_00);
        var method = $$"""
            {"id":"m-1","@type":"{{type}}","name":"Her own","description":"Blue","isPreferred":true,"status":"Active",
             "statusDate":"2026-01-02T03:04:05.678Z",
             "account":[{"id":"A-9"}],"relatedParty":{"id":"P-1","@referredType":"Individual","role":"owner"},
             "validFor":{"startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2030-01-01T00:00:00Z"} }
            """;
        var body = $$"""{"account":{"id":"{{customer.Account}}"},"paymentMethod":{{method}},"totalAmount":{"unit":"USD","value":7} }""";
        var paid = await carrier.Http.PostAsync(Carrier.Payments, body);

        Assert.Equal((HttpStatusCode.Created, status, null), (paid.Status, paid["status"], paid["paymentItem"]));
        Assert.Equal(
            ("m-1", "Her own", "Blue", "True", "Active", "2026-01-02T03:04:05.678Z", "A-9", "owner", "2030-01-01T00:00:00.000Z",
                "PaymentMethodRefOrValue"),
            (paid["paymentMethod/id"], paid["paymentMethod/name"], paid["paymentMethod/description"], paid["paymentMethod/isPreferred"],
                paid["paymentMethod/status"],
                paid["paymentMethod/statusDate"], paid["paymentMethod/account/0/id"], paid["paymentMethod/relatedParty/role"],
                paid["paymentMethod/validFor/endDateTime"], paid["paymentMethod/@type"]));
        Assert.Equal(type, (await carrier.ExtendedAsync(paid))["paymentMethod/@type"]);
        Assert.Equal(holder, await HolderAsync(paid));

        var authorised = await carrier.PayAsync(customer.Account, "8", type, ",\"authorizationCode\":\"A91\"");
        Assert.Equal(("done", holder ?? "gateway"), (authorised["status"], await HolderAsync(authorised)));
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    [Fact]
    public async Task BillUnit_OfTheDemosAccount_IsKnownByItsPoid()
    {
        var http = new TmfHttp(books, "demo-brm");
        const string Account = "0.0.0.1+-account+84808";
        const string Unit = "0.0.0.1+-billinfo+84809";
        var other = await http.CustomerAsync();

        var paid = await http.PostAsync(Carrier.Payments, Create(Account, "Test123XYZ", Unit));
        Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);
        Assert.Equal(Unit, (await http.GetAsync($"{paid["href"]}?@type=PaymentOracle"))["billingCycleSpecification/id"]);

        foreach (var (what, body, status, named) in new[]
            {
                ("another method of the account", Create(Account, "0.0.0.1+-payinfo-cc+1001", Unit), HttpStatusCode.Conflict,
                    "paymentMethod.id"),
                ("another method, for the default bill unit", Create(Account, "0.0.0.1+-payinfo-cc+1001", null), HttpStatusCode.Conflict,
                    "paymentMethod.id"),
                ("an unknown method", Create(Account, "nobody's", Unit), HttpStatusCode.NotFound, "paymentMethod.id"),
                ("an unknown bill unit", Create(Account, "Test123XYZ", "0.0.0.1+-billinfo+1"), HttpStatusCode.NotFound,
                    "billingCycleSpecification.id"),
                ("no POID", Create(Account, "Test123XYZ", "unit"), HttpStatusCode.NotFound, "billingCycleSpecification.id"),
                ("a POID of another class", Create(Account, "Test123XYZ", Account), HttpStatusCode.BadRequest,
                    "billingCycleSpecification.id"),
                ("another account's bill unit", Create(other.Poid, other.Card, Unit), HttpStatusCode.BadRequest,
                    "billingCycleSpecification.id"),
                ("another account's bills", Create(Account, "Test123XYZ", Unit, $",\"bills\":[{{\"id\":\"{other.Bills[0]}\"}}]"),
                    HttpStatusCode.NotFound, "bills[0].id"),
                ("an unknown account", Create("0.0.0.1+-account+1", "Test123XYZ", Unit), HttpStatusCode.NotFound, "account.id"),
            })
        {
            var refused = await http.PostAsync(Carrier.Payments, body);
            Assert.True(refused.Status == status, $"{what}: {refused.Text}");
            Assert.Contains(named, refused["reason"]!, StringComparison.Ordinal);
            Assert.Equal((what, 0), (what, await http.EventsOfAsync(refused)));
        }

        // Payment_Create takes any method of the account.
        var any = await http.PostAsync(
            Carrier.Payments, new Customer(books.DemoCompany, Account, "0.0.0.1+-payinfo-cc+1001", "bankCard", []).Payment(1_00));
        Assert.Equal((HttpStatusCode.Created, "done"), (any.Status, any["status"]));
    }

    [Fact]
    public async Task BillUnit_OfAnyAccount_IsShownAndTaken()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(30_00, 20_00);
        var unit = (await carrier.ExtendedAsync(await carrier.PayAsync(customer.Account, "1")))["billingCycleSpecification/id"]!;

        Assert.Matches(@"^0\.9\.9\.9\+-billinfo\+[0-9]+$", unit);
        var paid = await carrier.Http.PostAsync(
            Carrier.Payments, Create(customer.Account, customer.Instrument, unit, $",\"bills\":[{{\"id\":\"{customer.Bills[1]}\"}}]"));

        Assert.Equal((HttpStatusCode.Created, customer.Bills[1], "10"),
            (paid.Status, paid["paymentItem/0/id"], paid["paymentItem/0/totalAmount/value"]));
        Assert.Equal(unit, (await carrier.ExtendedAsync(paid))["billingCycleSpecification/id"]);
        Assert.Equal(
            ("PaymentMethodRef", "bankCard"),
            ((await carrier.ExtendedAsync(paid))["paymentMethod/@type"],
            (await carrier.ExtendedAsync(paid))["paymentMethod/@referredType"]));
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    private static string Create(string account, string method, string? unit, string more = "") =>
        $$"""
        {"@type":"Payment_CreateOracle","account":{"id":"{{account}}"},"paymentMethod":{"id":"{{method}}"},
         "totalAmount":{"unit":"USD","value":10}{{(unit is null ? "" : $",\"billingCycleSpecification\":{{\"id\":\"{unit}\"}}")}}{{more}} }
        """;

    /// <summary>The holder of a payment's money; null where there is none.</summary>
    private async Task<string?> HolderAsync(TmfAnswer payment) => (string?)await books.ScalarAsync(
        "SELECT l.purpose FROM transfer t JOIN ledger_account l ON l.merchant_id = t.merchant_id AND l.id = t.debit_id "
        + "WHERE t.subject_id = $1 AND l.kind = 'clearing'",
        Guid.Parse(payment.Headers["Quittance-Payment"]));
}
