using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>What Midnight's clients read: customers, orders and what is due on them, and what was paid.</summary>
public sealed class MidnightListTests(BooksFixture books) : IAsyncLifetime
{
    private const string History = "v1/Generic/PaymentHistoryList";

    private readonly MidnightCalls _calls = new(books);
    private MidnightShop _shop = null!;
    private long _customer;

    public async ValueTask InitializeAsync()
    {
        _shop = await MidnightShop.OpenAsync(books);
        _customer = await _shop.CustomerAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("v1/Generic/CustomerOrderList")]
    [InlineData("v1/Generic/CustomerOrderEstPostageList")]
    [InlineData("v1/Order/OrderList")]
    public async Task Orders_OfACustomer_TellWhatIsDue(string path)
    {
        var order = await _shop.OrderAsync(_customer, services: 120_00, postage: 80_00, earmarked: 70_00);
        await _calls.PayAsync(_customer, "20.5", "Postage", order);
        await _calls.PayAsync(_customer, "30", "Earmarked", order);

        var report = Assert.Single((await _calls.AskAsync(path, $$"""{"CustomerID":{{_customer}}}""")).AsArray())!;

        Assert.Equal(
            (order, $"ORD-{order}", 200m, 179.5m, 120m, 59.5m, 40m, "2030-01-01T00:00:00"),
            ((long)report["JobID"]!, (string)report["JobNumber"]!, Amount(report["TotalDue"]), Amount(report["BalanceDue"]),
                Amount(report["ServicesDue"]),
                Amount(report["PostageDue"]), Amount(report["EarmarkedDue"]), (string)report["DueDate"]!));
        Assert.Equal((true, true), ((bool)report["HasPostage"]!, (bool)report["HasExistingBalance"]!));
    }

    [Fact]
    public async Task Orders_ThatAreClosed_AreShownWhereTheyAreAskedFor()
    {
        var paid = await _shop.OrderAsync(_customer, 5_00, 0, 0);
        var open = await _shop.OrderAsync(_customer, 5_00, 0, 0);
        var posted = await _shop.OrderAsync(_customer, 0, 1_00, 0);
        await _calls.PayAsync(_customer, "5", "Services", paid);

        Assert.Equal([open, posted], await OrdersAsync("v1/Generic/CustomerOrderList", ""));
        Assert.Equal([paid, open, posted], await OrdersAsync("v1/Generic/CustomerOrderList", ",\"showclosed\":\"true\""));
        Assert.Equal([posted], await OrdersAsync("v1/Generic/CustomerOrderEstPostageList", ",\"ShowClosed\":true"));
    }

    [Fact]
    public async Task Orders_OfNobodyInParticular_AreThoseOfAllCustomers()
    {
        var orders = new[] { await _shop.OrderAsync(_customer, 1, 0, 0), await _shop.OrderAsync(await _shop.CustomerAsync(), 1, 0, 0) };

        var report = (await _calls.AskAsync("v1/Order/OrderList", "{}")).AsArray().Select(order => (long)order!["JobID"]!).ToList();

        Assert.All(orders, order => Assert.Contains(order, report));
        Assert.Equal(report.Count, report.Distinct().Count());
        Assert.Empty((await _calls.AskAsync("v1/Order/OrderList", """{"CustomerID":99999999}""")).AsArray());
    }

    /// <summary>More orders than are read at a time.</summary>
    [Fact]
    public async Task Orders_OfWhichThereAreMany_AreAllShown()
    {
        var orders = new List<long>();
        for (var i = 0; i < 510; i++)
            orders.Add(await _shop.OrderAsync(_customer, 1, 0, 0));

        Assert.Equal(orders, await OrdersAsync("v1/Generic/CustomerOrderList", ""));
        Assert.Equal(510, (await InvoicesAsync(""))["data"]!.AsArray().Count);
        Assert.Equal(500, (await InvoicesAsync(""","TableFilterModel":{"First":10}"""))["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task Postage_OfAnOrder_IsReportedByChargeAndInAll()
    {
        var order = await _shop.OrderAsync(_customer, 7_00, 80_00, 0);
        await _calls.PayAsync(_customer, "30", "Postage", order);
        var asked = $$"""{"OrderID":{{order}}}""";

        var charge = Assert.Single((await _calls.AskAsync("v1/Generic/CustomerOrderVersionEstPostageList", asked)).AsArray())!;
        Assert.Equal((order, "Postage", 80m, 50m),
            ((long)charge["OrderID"]!, (string)charge["Type"]!, Amount(charge["Total"]), Amount(charge["Balance"])));
        Assert.True(charge.AsObject().ContainsKey("Filter Criteria"));
        var summary = Assert.Single((await _calls.AskAsync("v1/Generic/CustomerOrderVersionEstPostageSummaryList", asked)).AsArray())!;
        Assert.Equal(
            (80m, 87m, 57m), (Amount(summary["EstimatedPostageAmount"]), Amount(summary["InvoiceAmt"]), Amount(summary["TotalDue"])));
        var version = Assert.Single((await _calls.AskAsync("v1/Order/OrderVersionList", asked)).AsArray())!;
        Assert.Equal((7m, 80m, 57m), (Amount(version["SubTotal"]), Amount(version["Postage"]), Amount(version["TotalDue"])));
    }

    [Fact]
    public async Task Versions_OfAnUnknownOrder_AreNone() =>
        Assert.Empty((await _calls.AskAsync("v1/Order/OrderVersionList", """{"OrderID":99999999}""")).AsArray());

    [Fact]
    public async Task PostageAccount_HoldsWhatWasPaidLessThePostageUsed()
    {
        var order = await _shop.OrderAsync(_customer, services: 500_00, postage: 80_00, earmarked: 70_00);
        Assert.Equal((-80m, 0m), await PostageAsync(""));

        await _calls.PayAsync(_customer, "100", "Escrow", order: null);
        await _calls.PayAsync(_customer, "70", "Earmarked", order);
        await _calls.PayAsync(_customer, "30", "Postage", order);
        await _calls.PayAsync(_customer, "10", "Services", order);

        Assert.Equal((120m, 170m), await PostageAsync(""));
        Assert.Equal((120m, 170m), await PostageAsync(",\"Active\":true"));
        Assert.Null(await PostageAsync(",\"Active\":false"));
        Assert.Null(await PostageAsync(",\"PostageAccountID\":1"));
        Assert.Null(await PostageAsync(",\"AccountNumber\":\"1\""));
    }

    [Fact]
    public async Task Customers_AreAllListed()
    {
        var report = (await _calls.AskAsync("v1/Customer/CustomerList", "{}")).AsArray();

        var mine = Assert.Single(report, customer => (long)customer!["CustomerID"]! == _customer)!;
        Assert.Equal($"Customer {_customer}", (string)mine["CustomerName"]!);
    }

    [Fact]
    public async Task Invoices_AreWhatIsOpen()
    {
        var order = await _shop.OrderAsync(_customer, services: 120_00, postage: 80_00, earmarked: 0);
        var paid = await _shop.OrderAsync(_customer, services: 1_00, postage: 0, earmarked: 0);
        await _calls.PayAsync(_customer, "1", "Services", paid);
        await _calls.PayAsync(_customer, "20", "Services", order);

        var all = await InvoicesAsync("");
        Assert.Equal(2, (int)all["TotalRecords"]!);
        Assert.Equal(
            [("Services", 100m, "Partial", 120m), ("Postage", 80m, "Open", 80m)],
            all["data"]!.AsArray().Select(
                row => ((string)row!["PaymentType"]!, Amount(row["Balance"]), (string)row["PaymentStatus"]!, Amount(row["AmountBilled"]))));
        var sorted = await InvoicesAsync(""","TableFilterModel":{"SortField":"balance","SortOrder":1,"First":1,"Rows":1}""");
        Assert.Equal((2, 100m), ((int)sorted["TotalRecords"]!, Amount(Assert.Single(sorted["data"]!.AsArray())!["Balance"])));
        var filtered = await InvoicesAsync(""","TableFilterModel":{"Filters":{"PaymentType":{"value":"post","matchMode":"startsWith"}}}""");
        Assert.Equal(1, (int)filtered["TotalRecords"]!);
    }

    [Fact]
    public async Task History_OfACustomer_ComesNewestFirstAndInPages()
    {
        var order = await _shop.OrderAsync(_customer, services: 120_00, postage: 0, earmarked: 0);
        var numbers = new List<long>();
        for (var i = 1; i <= 5; i++)
            numbers.Add(await _calls.PayAsync(_customer, $"{i}.5", i == 5 ? "Services" : "Escrow", i == 5 ? order : null));

        var all = (await HistoryAsync("")).AsArray();
        Assert.Equal(numbers.AsEnumerable().Reverse(), all.Select(NumberOf));
        var newest = all[0]!;
        Assert.Equal(
            (5.5m, 0m, true, false, 5, $"CP-{numbers[4]:D6}", $"Customer {_customer}"),
            (Amount(newest["amountDetails"]!["paymentAmount"]), Amount(newest["amountDetails"]!["surchargeAmount"]),
                (bool)newest["isSuccessfull"]!,
                (bool)newest["IsVoided"]!, (int)newest["TotalRecords"]!, (string)newest["CustomerPaymentNumber"]!,
                (string)newest["customerName"]!));
        var paid = Assert.Single(newest["invoicesPaid"]!.AsArray())!;
        Assert.Equal((5.5m, $"ORD-{order}"), (Amount(paid["paymentAmount"]), (string)paid["OrderNumber"]!));
        var page = await HistoryAsync(""","TableFilterModel":{"First":1,"Rows":2,"SortField":"createDate","SortOrder":1}""");
        Assert.Equal(numbers[1..3], page.AsArray().Select(NumberOf));

        var counted =
            await _calls.AskAsync("v2/Generic/PaymentHistoryList", $$"""{"CustomerID":{{_customer}},"TableFilterModel":{"Rows":1} }""");
        Assert.Equal(
            (5, 1, 1), ((int)counted["PaymentCount"]!, counted["Payments"]!.AsArray().Count, counted["PaymentMethods"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("""{"Filters":{"paymentAmount":{"value":2,"matchMode":"gt"}}}""", "3 4")]
    [InlineData(
        """{"Filters":{"paymentAmount":[{"value":1,"matchMode":"equals","operator":"or"},"""
        + """{"value":"4.0","matchMode":"equals","operator":"or"}]}}""", "1 4")]
    [InlineData(
        """{"Filters":{"paymentAmount":[{"value":1,"matchMode":"gt","operator":"and"},{"value":4,"matchMode":"lt","operator":"and"}]}}""",
        "2 3")]
    [InlineData("""{"Filters":{"paymentAmount":{"value":[2,3],"matchMode":"between"}}}""", "2 3")]
    [InlineData("""{"Filters":{"paymentAmount":{"value":[1,4],"matchMode":"in"}},"SortField":"paymentAmount","SortOrder":-1}""", "4 1")]
    [InlineData("""{"Filters":{"paymentAmount":{"value":null,"matchMode":"gt"},"customerName":{"value":""}}}""", "4 3 2 1")]
    [InlineData("""{"Filters":{"paymentAmount":{"value":"x","matchMode":"gt"}}}""", "")]
    [InlineData(
        """{"Filters":{"isSuccessfull":{"value":true,"matchMode":"equals"}},"MultiSortMeta":[{"Field":"isSuccessfull","Order":1},"""
        + """{"Field":"paymentAmount","Order":1}]}""", "1 2 3 4")]
    [InlineData(
        """{"Filters":{"createDate":{"value":"2000-01-01T00:00:00","matchMode":"dateAfter"}}"""
        + ""","SortField":"paymentAmount","SortOrder":1,"First":1,"Rows":2}""", "2 3")]
    [InlineData("""{"Filters":{"createDate":{"value":"01/31/2000","matchMode":"dateBefore"}}}""", "")]
    [InlineData("""{"Filters":{"customerName":{"value":"CUSTOMER","matchMode":"contains"}},"SortField":"paymentAmount"}""", "1 2 3 4")]
    [InlineData("""{"Filters":{"customerName":{"value":"nobody","matchMode":"notContains"}},"SortField":"paymentAmount"}""", "1 2 3 4")]
    [InlineData("""{"SortField":"customerName","SortOrder":1}""", "4 3 2 1")]
    public async Task History_IsFilteredAndSorted(string model, string amounts)
    {
        foreach (var amount in (string[])["1", "2", "3", "4"])
            await _calls.PayAsync(_customer, amount, "Escrow", order: null);

        var report = (await HistoryAsync($",\"TableFilterModel\":{model}")).AsArray();

        // Where nothing sorts them they come newest first; a filter alone leaves that order.
        var found = report.Select(payment => Amount(payment!["TotalAmount"]).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(
            amounts, string.Join(' ', model.Contains("Sort", StringComparison.Ordinal) || amounts == "4 3 2 1" ? found : found.Reverse()));
    }

    /// <summary>More payments than are read at a time, and than can be sorted.</summary>
    [Fact]
    public async Task History_OfWhichNoPageIsAskedFor_IsTheWholeHistory()
    {
        var record = $$"""{"CustomerId":{{_customer}},"AmountBilled":1,"CustomerPaymentDetailList":"""
            + """[{"PaymentLabel":"Escrow","AmountBilled":1}]}""";
        var paid = await _calls.AskAsync(MidnightShop.Path, $"[{string.Join(',', Enumerable.Repeat(record, 1001))}]");
        var numbers = paid.AsArray().Select(NumberOfPaid).Order().ToList();

        var all = (await HistoryAsync("")).AsArray();

        Assert.Equal(numbers, all.Select(NumberOf).Order());
        Assert.All(all, payment => Assert.Equal(1001, (int)payment!["TotalRecords"]!));
        var ascending = await HistoryAsync(""","TableFilterModel":{"SortField":"createDate","SortOrder":1}""");
        Assert.Equal(all.Select(NumberOf).Reverse(), ascending.AsArray().Select(NumberOf));
        Assert.Single((await HistoryAsync(""","TableFilterModel":{"First":1000}""")).AsArray());
        var (status, refused) = await _calls.CallAsync("v2/Generic/PaymentHistoryList", $$"""{"CustomerID":{{_customer}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("ask for pages by Rows", refused!.ToJsonString(), StringComparison.Ordinal);
        var page = await _calls.AskAsync(
            "v2/Generic/PaymentHistoryList", $$"""{"CustomerID":{{_customer}},"TableFilterModel":{"Rows":1000} }""");
        Assert.Equal((1001, 1000), ((int)page["PaymentCount"]!, page["Payments"]!.AsArray().Count));

        static long NumberOfPaid(JsonNode? record) => (long)record!["CustomerPaymentId"]!;
    }

    [Fact]
    public async Task History_OfDays_BeginsAndEndsWithThem()
    {
        await _calls.PayAsync(_customer, "1", "Escrow", order: null);
        var today = TimeProvider.System.GetUtcNow();

        // A day more on each side: it may become midnight meanwhile.
        Assert.Single(
            (await HistoryAsync($",\"StartDate\":\"{Day(today.AddDays(-1))}\",\"EndDate\":\"{Day(today.AddDays(1))}\"")).AsArray());
        Assert.Empty((await HistoryAsync($",\"StartDate\":\"{Day(today.AddDays(2))}\"")).AsArray());
        Assert.Empty((await HistoryAsync($",\"EndDate\":\"{Day(today.AddDays(-2))}\"")).AsArray());
        Assert.Empty((await _calls.AskAsync(History, """{"CustomerID":99999999}""")).AsArray());
    }

    [Theory]
    [InlineData(History, """{"StartDate":"2026-13-01"}""", "StartDate")]
    [InlineData(History, """{"EndDate":"yesterday","CustomerID":"x"}""", "EndDate CustomerID")]
    [InlineData(History, """{"TableFilterModel":{"First":-1,"Rows":1001,"SortField":"secret","Filters":{"secret":{"value":1}}}}""",
        "TableFilterModel.First TableFilterModel.Rows TableFilterModel.SortField TableFilterModel.Filters.secret")]
    [InlineData(History, """{"TableFilterModel":{"Filters":{"paymentAmount":{"value":1,"matchMode":"custom"}}}}""",
        "TableFilterModel.Filters.paymentAmount.matchMode")]
    [InlineData(History, """{"TableFilterModel":[]}""", "TableFilterModel")]
    [InlineData("v1/Customer/CustomerPostageAccountList", "{}", "CustomerID")]
    [InlineData("v1/Order/OrderVersionList", """{"OrderID":1.5}""", "OrderID")]
    [InlineData("v1/Generic/CustomerOrderList", """{"ShowClosed":"perhaps"}""", "ShowClosed")]
    [InlineData("v1/Generic/CustomerOrderList", "[]", "")]
    [InlineData("v1/Generic/CustomerOrderList", "", "")]
    [InlineData("v1/Midnight/GetPaymentSurchargeInfo", "{}", "CustomerPaymentId")]
    [InlineData("v1/Midnight/GetPaymentSurchargeInfo", """{"CustomerPaymentId":99999999}""", "CustomerPaymentId")]
    [InlineData("v1/Midnight/GetPaymentSurchargeInfo", """{"CustomerPaymentNumber":"99"}""", "CustomerPaymentNumber")]
    [InlineData("v1/Midnight/GetPaymentSurchargeInfo", """{"Invoices":[{"Number":"1"}]}""", "Invoices[0].Amount")]
    public async Task List_AskedForInAWrongWay_IsABadRequest(string path, string body, string keys)
    {
        var (status, report) = await _calls.CallAsync(path, body);
        Assert.Equal((HttpStatusCode.BadRequest, "The request is invalid."), (status, (string)report!["Message"]!));
        Assert.Equal(keys.Split(' ').Order(StringComparer.Ordinal),
            report["ModelState"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Surcharge_OfAPayment_IsNone()
    {
        var order = await _shop.OrderAsync(_customer, services: 120_00, postage: 0, earmarked: 0);
        var number = await _calls.PayAsync(_customer, "10", "Services", order);
        const string Path = "v1/Midnight/GetPaymentSurchargeInfo";

        foreach (var asked in (string[])[$"\"CustomerPaymentId\":{number}", $"\"CustomerPaymentNumber\":\"CP-{number:D6}\""])
        {
            var report = await _calls.AskAsync(Path, $$"""{{{asked}},"ProvidePaymentActualDetails":true}""");
            Assert.Equal(
                $$"""{"CustomerId":{{_customer}},"CustomerPaymentId":{{number}},"InvoiceNumber":"ORD-{{order}}","SurchargeName":null"""
                    + ""","PaymentDetails":{"SubTotal":10,"SurchargeAmount":0,"TotalAmount":10}}""",
                report.ToJsonString());
        }

        Assert.Equal(
            """{"CustomerId":0,"CustomerPaymentId":0,"InvoiceNumber":null,"SurchargeName":null,"PaymentDetails":"""
                + """{"SubTotal":12.5,"SurchargeAmount":0,"TotalAmount":12.5}}""",
            (await _calls.AskAsync(
                Path, """{"Invoices":[{"Number":"1","Amount":10},{"Number":"2","Amount":2.5}]"""
                + ""","ProvidePaymentActualDetails":true}""")).ToJsonString());
    }

    private async Task<IEnumerable<long>> OrdersAsync(string path, string more) =>
        (await _calls.AskAsync(path, $$"""{"CustomerID":{{_customer}}{{more}}}""")).AsArray().Select(order => (long)order!["JobID"]!);

    private async Task<(decimal Balance, decimal Held)?> PostageAsync(string more)
    {
        var report =
            (await _calls.AskAsync("v1/Customer/CustomerPostageAccountList", $$"""{"CustomerID":{{_customer}}{{more}}}""")).AsArray();
        return report is [{ } account] ? (Amount(account["Balance"]), Amount(account["CreditAmount"])) : null;
    }

    private Task<JsonNode> InvoicesAsync(string more) =>
        _calls.AskAsync("v1/Generic/GetCustomerPaymentOrderList", $$"""{"CustomerID":{{_customer}}{{more}}}""");

    private Task<JsonNode> HistoryAsync(string more) => _calls.AskAsync(History, $$"""{"CustomerID":{{_customer}}{{more}}}""");

    private static long NumberOf(JsonNode? payment) => (long)payment!["CustomerPaymentID"]!;

    private static decimal Amount(JsonNode? value) => (decimal)value!;

    private static string Day(DateTimeOffset time) => time.ToString("MM/dd/yyyy", CultureInfo.InvariantCulture);
}
