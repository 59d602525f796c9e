using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Calls of many records: what is bad in them takes nothing else down, and nothing is lost or done twice.</summary>
public sealed class MidnightBatchTests(BooksFixture books) : IAsyncLifetime
{
    private const string NotSum = "AmountBilled: Must be equal to the sum of AmountBilled of the payment details.";

    private MidnightShop _shop = null!;
    private long _customer;

    public async ValueTask InitializeAsync()
    {
        _shop = await MidnightShop.OpenAsync(books);
        _customer = await _shop.CustomerAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Long]
    [Fact]
    public async Task Batch_OfWhichEveryThirdRecordIsBad_BooksTheOthersAndTellsEachWhatIsWrong()
    {
        const int Count = 10_000;
        string[] bad =
        [
            "null", Escrow("0"),
                $$"""{"CustomerId":{{_customer}},"AmountBilled":1,"CustomerPaymentDetailList":"""
                + $$"""[{"PaymentLabel":"Services","AmountBilled":1}]}""",
            $$"""{"CustomerId":{{_customer}},"AmountBilled":1,"CustomerPaymentDetailList":"""
                + $$"""[{"PaymentLabel":"Escrow","AmountBilled":1.01}]}""",
            """{"CustomerId":99999999,"AmountBilled":1,"CustomerPaymentDetailList":[{"PaymentLabel":"Escrow","AmountBilled":1}]}""",
        ];
        string[] report =
        [
            ": Payment record is empty.",
            "AmountBilled: Must be greater than 0.\nCustomerPaymentDetailList[0].AmountBilled: Must be greater than 0.",
            "CustomerPaymentDetailList[0].OrderId: Must match Midnight OrderId for given CustomerId.", NotSum,
            "CustomerId: Must match Midnight CustomerId.",
        ];

        var answers = await _shop.InsertAsync(
            $"[{string.Join(',', Enumerable.Range(0, Count).Select(i => i % 3 == 2 ? bad[i % bad.Length] : Escrow("0.01")))}]");

        Assert.Equal(Enumerable.Range(0, Count).Select(i => i % 3 == 2 ? report[i % report.Length] : "stored"), answers);
        Assert.Equal(Count - (Count / 3), await _shop.PaymentsAsync(_customer));
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Batch_PayingOneOrderBeyondItsBalance_PaysItOnceInTheOrderOfTheRecords()
    {
        var order = await _shop.OrderAsync(_customer, services: 100_00, postage: 0, earmarked: 0);
        // Records of others around them, so that they are decided in several commits.
        var other = await _shop.CustomerAsync();
        IEnumerable<string> Others() => Enumerable.Range(0, 1500).Select(_ => Escrow("1", other));

        var report = await _shop.InsertAsync(
            $"[{string.Join(',', [Services("60"), .. Others(), Services("60"), .. Others(), Services("40"), Services("0.01")])}]");

        Assert.Equal(
            ["stored",
                "CustomerPaymentDetailList[0].AmountBilled: Must be less than or equal to the balance due for given OrderId and "
                + "PaymentLabel.", "stored",
                "CustomerPaymentDetailList[0].OrderId: Order has no outstanding balance for the PaymentLabel."],
            [report[0], report[1501], report[^2], report[^1]]);
        Assert.Equal((0, 0, 0), await _shop.DueAsync(order));

        string Services(string amount) =>
            $$"""{"CustomerId":{{_customer}},"AmountBilled":{{amount}},"CustomerPaymentDetailList":"""
                + $$"""[{"OrderId":{{order}},"PaymentLabel":"Services","AmountBilled":{{amount}}}]}""";
    }

    /// <summary>
    /// Random records of several customers in few calls have the outcomes and leave the balances that they have one by one.
    /// </summary>
    [Fact]
    public async Task Batches_OfAnyRecords_LeaveWhatTheRulesSay()
    {
        var seed = Random.Shared.Next();
        var model = new MidnightModel(new Random(seed));
        await model.OpenAsync(_shop, customers: 6, ordersEach: 3);
        foreach (var count in (int[])[1, 40, 700])
        {
            var records = Enumerable.Range(0, count).Select(_ => model.Next()).ToList();
            var report = await _shop.InsertAsync($"[{string.Join(',', records.Select(record => record.Json))}]");

            for (var index = 0; index < count; index++)
                Assert.True(records[index].IsStored == (report[index] == "stored"), $"seed {seed}, {records[index].Json}: {report[index]}");
        }

        foreach (var customer in model.Customers)
        {
            Assert.Equal((seed, (customer.Escrow, customer.Earmarked)), (seed, await _shop.CreditAsync(customer.Id)));
            foreach (var order in customer.Orders)
                Assert.Equal((seed, (order.Services, order.Postage, order.Earmarked)), (seed, await _shop.DueAsync(order.Id)));
        }

        await books.AssertBooksAreCleanAsync();
    }

    [Theory]
    [InlineData("1.00", "1.0000", "stored")]
    [InlineData("\"1.000\"", "1E0", "stored")]
    [InlineData("1.01", "1", NotSum)]
    [InlineData("1", "1.01", NotSum)]
    [InlineData("0.99", "1", NotSum)]
    [InlineData("1.000000000000000000001", "1", NotSum + "\nAmountBilled: Must not have more than two decimal places.")]
    public async Task Amount_IsTheExactSumHoweverItIsWritten(string amount, string detail, string report) => Assert.Equal(
        [report], await _shop.InsertAsync(
            $$"""[{"CustomerId":{{_customer}},"AmountBilled":{{amount}},"CustomerPaymentDetailList":"""
            + $$"""[{"PaymentLabel":"Escrow","AmountBilled":{{detail}}}]}]"""));

    [Theory]
    [InlineData("")]
    [InlineData("\"OrderId\":null,")]
    [InlineData("\"OrderId\":0,")]
    public async Task Services_WithoutTheirOrder_AreRefused(string order) => Assert.Equal(
        ["CustomerPaymentDetailList[0].OrderId: Must match Midnight OrderId for given CustomerId."],
        await _shop.InsertAsync(
            $$"""[{"CustomerId":{{_customer}},"AmountBilled":1,"CustomerPaymentDetailList":"""
            + $$"""[{ {{order}}"PaymentLabel":"Services","AmountBilled":1}]}]"""));

    [Theory]
    [InlineData(",\"CustomerPaymentDetailList\":null")]
    [InlineData(",\"CustomerPaymentDetailList\":[]")]
    [InlineData("")]
    public async Task Record_WithoutDetails_IsRefused(string details) => Assert.Equal(
        ["CustomerPaymentDetailList: At least one payment detail is required."],
        await _shop.InsertAsync($$"""[{"CustomerId":{{_customer}},"AmountBilled":1{{details}}}]"""));

    /// <summary>A body that lies in several pieces: every record is read, and a fault in its last byte books nothing.</summary>
    [Fact]
    public async Task Body_OfManyMegabytes_IsReadToItsLastByte()
    {
        var filler = new string('x', 1_000_000);
        var body = $"[{string.Join(',', Enumerable.Range(0, 12).Select(_ => Escrow("1").Insert(1, $"\"Note\":\"{filler}\",")))}]";

        using (var broken = await _shop.SendAsync(body[..^1] + "}"))
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.Equal(0, await _shop.PaymentsAsync(_customer));
        Assert.Equal(Enumerable.Repeat("stored", 12), await _shop.InsertAsync(body));
    }

    /// <summary>
    /// A client that goes away in the middle of its body has sent nothing; after that its call is carried out, and the repeat finds it
    /// done.
    /// </summary>
    [Fact]
    public async Task Client_ThatHangsUp_LeavesWholeRecordsAndIsAnsweredWhenItComesBack()
    {
        const int Count = 3000;
        var body = $"[{string.Join(',', Enumerable.Repeat(Escrow("0.01"), Count))}]";
        var key = $"hung up {_customer}";

        await HangUpAsync(body[..^100], body.Length, key);
        await HangUpAsync(body, body.Length, key);
        Assert.Equal(Enumerable.Repeat("stored", Count), await _shop.InsertAsync(body, key));

        Assert.Equal(Count, await _shop.PaymentsAsync(_customer));
        await books.AssertBooksAreCleanAsync();
    }

    /// <summary>Sends a request and closes the connection without waiting for its answer.</summary>
    private async Task HangUpAsync(string body, int announced, string key)
    {
        using var client = new TcpClient { LingerState = new LingerOption(enable: true, seconds: 0) };
        await client.ConnectAsync(books.Address.Host, books.Address.Port, TestContext.Current.CancellationToken);
        var head = string.Create(CultureInfo.InvariantCulture,
            $"POST /{MidnightShop.Path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: PRC demo-prc, Midnight demo-midnight\r\n")
            + $"MISKEY: demo-mis\r\nContent-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {announced}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(head + body), TestContext.Current.CancellationToken);
    }

    private string Escrow(string amount) => Escrow(amount, _customer);

    private static string Escrow(string amount, long customer) =>
        $$"""{"CustomerId":{{customer}},"AmountBilled":{{amount}},"CustomerPaymentDetailList":"""
            + $$"""[{"PaymentLabel":"Escrow","AmountBilled":{{amount}}}]}""";
}
