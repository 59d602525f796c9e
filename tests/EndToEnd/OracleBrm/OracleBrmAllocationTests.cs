using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Money that was left unallocated is allocated to bills.</summary>
public sealed class OracleBrmAllocationTests(BooksFixture books)
{
    [Fact]
    public async Task Allocation_SettlesTheBills_AndIsJudgedAfreshEachTime()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(30_00, 20_00);
        var paid = await carrier.PayAsync(customer.Account, "40");
        var body = Carrier.Allocation(paid["id"], (customer.Bills[1], "20"), (customer.Bills[0], "5.5"));

        var allocated = await carrier.Http.PostAsync(Carrier.Allocations, body);
        Assert.Equal((HttpStatusCode.Created, "", paid["href"]), (allocated.Status, allocated.Text, allocated.Location));
        var found = await carrier.Http.GetAsync(allocated.Location!);
        Assert.Equal(
            (customer.Bills[1], "20", customer.Bills[0], "5.5"),
            (found["paymentItem/0/id"], found["paymentItem/0/totalAmount/value"], found["paymentItem/1/id"],
                found["paymentItem/1/totalAmount/value"]));

        var again = await carrier.Http.PostAsync(Carrier.Allocations, body);
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (again.Status, again["code"]));
        Assert.Equal((0, found.Text), (await carrier.Http.EventsOfAsync(again), (await carrier.Http.GetAsync(allocated.Location!)).Text));
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    [Fact]
    public async Task Allocation_RepeatedUnderItsKey_IsDoneOnce()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(30_00);
        var paid = await carrier.PayAsync(customer.Account, "40");

        var first = await carrier.AllocateAsync(paid["id"], "key", (customer.Bills[0], "10"));
        var again = await carrier.AllocateAsync(paid["id"], "key", (customer.Bills[0], "10"));
        var other = await carrier.AllocateAsync(paid["id"], "key", (customer.Bills[0], "11"));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created, first.Location, "true"),
            (first.Status, again.Status, again.Location, again.Headers["Idempotency-Replayed"]));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (other.Status, other["code"]));
        Assert.Equal("30", (await carrier.ExtendedAsync(paid))["unallocatedAmount/value"]);
    }

    [Fact]
    public async Task Payment_IsNamedByPoidItemNumberOrId_AndABillByPoidOrNumber()
    {
        var http = new TmfHttp(books, "demo-brm");
        var customer = await http.CustomerAsync();
        var paid = await http.PostAsync(Carrier.Payments, Carrier.Body(customer.Number, "40"));
        var number = paid["id"]![(paid["id"]!.LastIndexOf('+') + 1)..];
        foreach (var (payment, bill) in new[]
            { (paid["id"]!, customer.Bills[0]), ($"P1-{number}", customer.BillNumbers[0]),
                (paid.Headers["Quittance-Payment"], customer.Bills[1]) })
        {
            var allocated = await http.PostAsync(Carrier.Allocations, Carrier.Allocation(payment, (bill, "1")));
            Assert.True(allocated.Status == HttpStatusCode.Created, allocated.Text);
        }

        var twice = await http.PostAsync(
            Carrier.Allocations, Carrier.Allocation(paid["id"], (customer.Bills[0], "1"), (customer.BillNumbers[0], "1")));
        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (twice.Status, twice["code"]));
        Assert.Contains("bill[1].id", twice["reason"]!, StringComparison.Ordinal);
        Assert.Equal("2", (await http.GetAsync(paid["href"]!))["paymentItem/0/totalAmount/value"]);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Allocation_ThatCantBe_ChangesNothing()
    {
        var carrier = await Carrier.OpenAsync(books);
        var (customer, other) = (await carrier.CustomerAsync(30_00, 20_00), await carrier.CustomerAsync(10_00));
        var paid = await carrier.PayAsync(customer.Account, "35");
        var pending = await carrier.PayAsync(customer.Account, "5", "BankCard");
        var spent = await carrier.ChargeAsync(other, 10_00, other.Bills[0]);
        var (bill, second) = (customer.Bills[0], customer.Bills[1]);

        foreach (var (what, answer, status, code, named) in new[]
            {
                ("more than the bill's", await carrier.AllocateAsync(paid["id"], null, (bill, "30.01")), 409, "conflict", "bill[0].id"),
                ("more than the payment's", await carrier.AllocateAsync(paid["id"], null, (bill, "30"), (second, "5.01")), 409, "conflict",
                    "unallocated"),
                ("one good and one too much", await carrier.AllocateAsync(paid["id"], null, (bill, "1"), (second, "20.01")), 409,
                    "conflict", "bill[1].id"),
                ("a settled bill", await carrier.AllocateAsync(spent["id"], null, (other.Bills[0], "1")), 409, "conflict", "bill[0].id"),
                ("a payment without money", await carrier.AllocateAsync(pending["id"], null, (bill, "1")), 409, "conflict", "unallocated"),
                ("another account's bill", await carrier.AllocateAsync(paid["id"], null, (other.Bills[0], "1")), 404, "notFound",
                    "bill[0].id"),
                ("an unknown bill", await carrier.AllocateAsync(paid["id"], null, (bill, "1"), ("B-0", "1")), 404, "notFound",
                    "bill[1].id"),
                ("an unknown payment", await carrier.AllocateAsync("P1-1", null, (bill, "1")), 404, "notFound", "paymentId"),
                ("no payment at all", await carrier.AllocateAsync("x", null, (bill, "1")), 404, "notFound", "paymentId"),
                ("the same bill twice", await carrier.AllocateAsync(paid["id"], null, (bill, "1"), (bill, "2")), 400, "invalidValue",
                    "bill[1].id"),
                ("a POID that is no bill's", await carrier.AllocateAsync(paid["id"], null, ("0.0.0.1+-account+4", "1")), 400,
                    "invalidValue", "bill[0].id"),
                ("a POID that is no payment's", await carrier.AllocateAsync(bill, null, (bill, "1")), 400, "invalidValue", "paymentId"),
                ("zero", await carrier.AllocateAsync(paid["id"], null, (bill, "0")), 400, "invalidValue", "bill[0].allocatedAmount.value"),
                ("less than nothing", await carrier.AllocateAsync(paid["id"], null, (bill, "-1")), 400, "invalidValue",
                    "bill[0].allocatedAmount.value"),
                ("half a cent", await carrier.AllocateAsync(paid["id"], null, (bill, "0.005")), 400, "invalidValue",
                    "bill[0].allocatedAmount.value"),
                ("nothing", await carrier.AllocateAsync(paid["id"], null), 400, "invalidValue", "bill"),
                ("another currency",
                    await PostAsync(Carrier.Allocation(paid["id"], (bill, "1")).Replace("USD", "EUR", StringComparison.Ordinal)), 400,
                    "invalidValue", "bill[0].allocatedAmount.unit"),
                ("an unknown member",
                    await PostAsync(
                    $$"""{"paymentId":"{{paid["id"]}}","bills":[],"bill":[{"id":"{{bill}}","allocatedAmount":"""
                    + $$"""{"unit":"USD","value":1} }]}"""), 400, "invalidValue", "bills"),
                ("no bill", await PostAsync($$"""{"paymentId":"{{paid["id"]}}"}"""), 400, "missingAttribute", "bill"),
                ("no amount", await PostAsync($$"""{"paymentId":"{{paid["id"]}}","bill":[{"id":"{{bill}}"}]}"""), 400, "missingAttribute",
                    "bill[0].allocatedAmount"),
                ("no payment", await PostAsync($$"""{"bill":[{"id":"{{bill}}","allocatedAmount":{"unit":"USD","value":1} }]}"""), 400,
                    "missingAttribute", "paymentId"),
                ("a parameter", await carrier.Http.PostAsync(
                    $"{Carrier.Allocations}?dryRun=true", Carrier.Allocation(paid["id"], (bill, "1"))), 400, "unknownFilter", "dryRun"),
            })
        {
            Assert.True((status, code) == ((int)answer.Status, answer["code"]), $"{what}: {answer.Text}");
            Assert.Contains(named, answer["reason"]!, StringComparison.Ordinal);
            Assert.Equal((what, 0), (what, await carrier.Http.EventsOfAsync(answer)));
        }

        var tooMuch = await carrier.AllocateAsync(paid["id"], null, (bill, "30"), (second, "5.01"));
        Assert.Equal("Unallocated: 35.00 USD; requested: 35.01 USD.", tooMuch["message"]);
        Assert.Equal("35", (await carrier.ExtendedAsync(paid))["unallocatedAmount/value"]);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);

        Task<TmfAnswer> PostAsync(string body) => carrier.Http.PostAsync(Carrier.Allocations, body);
    }

    [Fact]
    public async Task Allocations_AtTheSameTime_NeverExceedThePayment()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(100_00);
        var paid = await carrier.PayAsync(customer.Account, "50");

        var answers =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => carrier.AllocateAsync(paid["id"], null, (customer.Bills[0], "15"))));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Equal("5", (await carrier.ExtendedAsync(paid))["unallocatedAmount/value"]);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }
}
