using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Debits;
using Quittance.Core.Dues;
using Quittance.Core.Instruments;
using Quittance.Core.Mails;
using Quittance.Storage.Dues;
using Quittance.Storage.Mails;
using Quittance.Tests.Console;
using Quittance.Tests.Debits;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A merchant asks for all that its customers owe by now, from their stored cards and bank accounts.</summary>
public sealed class DueTests(BooksFixture books)
{
    private const string Dues = "/api/v1/dues";
    private const string Approves = "4242424242424242";
    private const string Declines = "4000000000000002";
    private const string NoMoney = "4000000000009995";
    private const string Iban = "DE02120300000000202051";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task Preview_SaysWhatWouldBeAskedFor_AndWhyTheRestIsNot_AndChangesNothing()
    {
        var biller = await OpenAsync();
        await OwingAsync(biller, Customers.CardOf(Approves), "10");
        await OwingAsync(biller, Customers.CardOf(Approves), "11.50");
        await OwingAsync(biller, Customers.IbanOf(Iban), "20");
        await OwingAsync(biller, null, "1");
        await OwingAsync(biller, new Card(CardNumber.Parse(Approves), new CardExpiry(1, 2020), "Ada Nkemelu"), "2");
        var revoked = await OwingAsync(biller, Customers.IbanOf(Iban), "3");
        await RemoveAsync(biller, revoked.Account);
        var removed = await OwingAsync(biller, Customers.CardOf(Approves), "4");
        await RemoveAsync(biller, removed.Account);
        var paused = await OwingAsync(biller, Customers.CardOf(Approves), "5");
        Assert.Equal(HttpStatusCode.OK, (await biller.SendAsync(
            HttpMethod.Post, $"{Biller.Charges}/{paused.Charge}/change",
            new JsonObject { ["no_dunning_until"] = $"{Today:O}", ["reason"] = "complains" }.ToJsonString(), Biller.NewText(),
            (await biller.GetAsync($"{Biller.Charges}/{paused.Charge}")).Headers["ETag"])).Status);
        var covered = await OwingAsync(biller, Customers.CardOf(Approves), "6");
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Payments, Biller.Cash(covered.Account, "6"))).Status);
        await OwingAsync(biller, Customers.CardOf(Approves), "0.70");
        await OwingAsync(biller, Customers.CardOf(Approves), "8", Today.AddDays(1));
        await OwingAsync(biller, Customers.CardOf(Approves), "9", Today.AddDays(2));

        var body = Until(Today.AddDays(1), isDry: true);
        body["minimum"] = Biller.Euro("0.80");
        var preview = (await biller.PostAsync(Dues, body)).Json;

        Assert.Equal((3, 3), ((int)preview["customers"]!, (int)preview["count"]!));
        Assert.Equal(
            ["card sandbox 2 21.50 EUR", "debit sandbox 1 20.00 EUR"],
            preview["to_collect"]!.AsArray().Select(one => $"{one!["method"]} {one["provider"]} {one["count"]} {SumOf(one)}"));
        Assert.Equal(
            [
                "paused 1 5.00 EUR", "credit_covers 1 6.00 EUR", "no_method 2 5.00 EUR", "card_expired 1 2.00 EUR",
                "mandate_ended 1 3.00 EUR", "not_due_yet 1 8.00 EUR", "below_minimum 1 0.70 EUR",
            ],
            preview["left_out"]!.AsArray().Select(one => $"{one!["why"]} {one["count"]} {SumOf(one)}"));
        body["method"] = "debit";
        var debits = (await biller.PostAsync(Dues, body)).Json;
        Assert.Equal(1, (int)debits["count"]!);
        Assert.Contains(debits["left_out"]!.AsArray(), one => (string)one!["why"]! == "other_method" && (int)one["count"]! == 4);
        body["method"] = "card";
        body["api"] = "tmf676";
        Assert.Equal(0, (int)(await biller.PostAsync(Dues, body)).Json["count"]!);
        Assert.Equal(1L, await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Credit_IsWhatIsLeftOfAllPayments_OfTheCustomerAlone()
    {
        var biller = await OpenAsync();
        var owed = await OwingAsync(biller, Customers.CardOf(Approves), "50");
        await OwingAsync(biller, Customers.CardOf(Approves), "4");
        var settled = await OwesAsync(biller, owed.Account, "7", Today);
        var kept = await biller.PostAsync(Biller.Payments, Biller.Cash(owed.Account, "10"));
        await biller.PostAsync(Biller.Payments, Biller.Cash(owed.Account, "8"));
        await biller.PostAsync(Biller.Payments, Biller.Cash(owed.Account, "7", settled));
        var refunded = await biller.PostAsync(
            $"{Biller.Payments}/{kept.Json["id"]}/refund", new JsonObject { ["amount"] = Biller.Euro("3") });
        Assert.True(refunded.Status == HttpStatusCode.Created, refunded.Text);

        var preview = (await biller.PostAsync(Dues, Until(Today, isDry: true))).Json;

        // Of 54.00, 7.00 and 8.00 are left of the payments in cash.
        var sum = Assert.Single(preview["to_collect"]!.AsArray())!;
        Assert.Equal("2 39.00 EUR", $"{sum["count"]} {SumOf(sum)}");
        Assert.Empty(preview["left_out"]!.AsArray());
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task List_HasEveryChargeOnce_InTheOrderOfTheCustomersNumbers()
    {
        var biller = await OpenAsync();
        List<string> charges = [];
        for (var customer = 0; customer < 5; customer++)
        {
            var owed = await OwingAsync(biller, customer % 2 == 0 ? Customers.CardOf(Approves) : null, "10");
            charges.Add(owed.Charge);
            charges.Add(await OwesAsync(biller, owed.Account, "5", Today));
        }

        List<JsonNode> listed = [];
        for (var next = ""; next is not null;)
        {
            var page = (await biller.GetAsync($"{Dues}?limit=2{next}")).Json;
            listed.AddRange(page["items"]!.AsArray()!);
            next = page["next"] is { } cursor ? $"&cursor={cursor}" : null;
        }

        Assert.Equal(charges.Order(), listed.Select(one => (string)one["charge"]!).Order());
        Assert.Equal(listed.Select(one => (long)one["customer"]!).Order(), listed.Select(one => (long)one["customer"]!));
        Assert.Equal(6, listed.Count(one => one["why"] is null && (string)one["method"]! == "card"));
        Assert.Equal(4, listed.Count(one => (string?)one["why"] == "no_method"));
        var other = await OpenAsync();
        Assert.Empty((await other.GetAsync(Dues)).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Run_AsksForEachChargeOnce_AndASecondRunOfTheDayAsksForNothing()
    {
        var biller = await OpenAsync();
        var paid = await OwingAsync(biller, Customers.CardOf(Approves), "10");
        var second = await OwesAsync(biller, paid.Account, "4", Today.AddDays(-3));
        var poor = await OwingAsync(biller, Customers.CardOf(NoMoney), "30");
        var declined = await OwingAsync(biller, Customers.CardOf(Declines), "7");
        var without = await OwingAsync(biller, null, "1");

        var body = Until(Today);
        var begun = await biller.PostAsync(Dues, body, "the dues of today");
        Assert.True(begun.Status == HttpStatusCode.Created, begun.Text);
        Assert.Equal(4, (int)begun.Json["planned"]!);
        Assert.Equal(begun.Text, (await biller.PostAsync(Dues, body, "the dues of today")).Text);
        var run = await EndedAsync(biller, (string)begun.Json["id"]!);

        Assert.Equal(4, (int)run["asked"]!);
        Assert.Equal(
            ["failed declined 1 7.00 EUR", "failed insufficient_funds 1 30.00 EUR", "paid  2 14.00 EUR"],
            run["outcomes"]!.AsArray().Select(one => $"{one!["result"]} {one["why"]} {one["count"]} {SumOf(one)}"));
        Assert.Equal(
            ["0.00", "0.00", "30.00", "7.00", "1.00"],
            await biller.OpenOfAsync(paid.Charge, second, poor.Charge, declined.Charge, without.Charge));
        Assert.Equal([7_00, 30_00], (await FailuresAsync(biller.Merchant)).Order());
        var payments = (await biller.GetAsync($"{Dues}/{run["id"]}/payments?limit=3")).Json;
        Assert.Equal(3, payments["items"]!.AsArray().Count);
        var rest = (await biller.GetAsync($"{Dues}/{run["id"]}/payments?limit=3&cursor={payments["next"]}")).Json;
        Assert.Equal(
            new[] { paid.Charge, second, poor.Charge, declined.Charge }.Order(),
            payments["items"]!.AsArray().Concat(rest["items"]!.AsArray()).Select(one => (string)one!["charge"]!).Order());

        var preview = (await biller.PostAsync(Dues, Until(Today, isDry: true))).Json;
        Assert.Equal(["no_method", "failed_before"], preview["left_out"]!.AsArray().Select(one => (string)one!["why"]!));
        var again = await CollectAsync(biller, Until(Today));
        Assert.Equal((0, 0), ((int)again["planned"]!, (int)again["asked"]!));
        Assert.Equal(4L, await PaymentsAsync(biller));

        // The customer names another card: that one is asked.
        await RegisterAsync(biller, poor.Account, Customers.CardOf(Approves));
        Assert.Equal(1, (int)(await CollectAsync(biller, Until(Today)))["asked"]!);
        Assert.Equal(["0.00"], await biller.OpenOfAsync(poor.Charge));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>A bookkeeper reads on the run's page, and a program in its list, what becomes of the payments that failed.</summary>
    [Fact]
    public async Task PaymentsThatFailed_SayWhenTheyAreTriedAgain_OrWhyNot()
    {
        var biller = await OpenAsync();
        await OwingAsync(biller, Customers.CardOf(Approves), "10");
        var poor = await OwingAsync(biller, Customers.CardOf(NoMoney), "30");
        var declined = await OwingAsync(biller, Customers.CardOf(Declines), "7");
        var run = await CollectAsync(biller, Until(Today));
        Assert.Equal(new() { [poor.Charge] = " no_policy", [declined.Charge] = " no_policy" }, await NextAsync());
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        var page = $"/console/settlements/collections/due/{run["number"]}";
        Assert.Contains("No policy for retries is set. Try it again on its page", await desk.PageAsync(page), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync("/api/v1/tries", new JsonObject
        {
            ["tries"] = new JsonArray(new JsonObject { ["after_days"] = 3 }),
            ["reason"] = "agreed",
        })).Status);

        Assert.Equal(new() { [poor.Charge] = $"{Today.AddDays(3):O} early", [declined.Charge] = " final" }, await NextAsync());
        var shown = await desk.PageAsync($"{page}?result=failed");
        Assert.Contains($"datetime=\"{Today.AddDays(3):yyyy-MM-dd}\"", shown, StringComparison.Ordinal);
        Assert.Contains("Ask the customer for another card", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("10.00", shown.Split("<h2>Payments")[1], StringComparison.Ordinal);

        async Task<Dictionary<string, string>> NextAsync() =>
            (await biller.GetAsync($"{Dues}/{run["id"]}/payments?result=failed")).Json["items"]!.AsArray().ToDictionary(
                one => (string)one!["charge"]!, one => $"{one!["next_on"]} {one["next_why"]}");
    }

    [Fact]
    public async Task CardThatDeclines_IsNotAskedForTheOtherChargesOfItsCustomer()
    {
        var biller = await OpenAsync();
        var poor = await OwingAsync(biller, Customers.CardOf(NoMoney), "30");
        await OwesAsync(biller, poor.Account, "4", Today.AddDays(-3));
        await OwesAsync(biller, poor.Account, "5", Today.AddDays(-2));

        var run = await CollectAsync(biller, Until(Today));

        Assert.Equal((3, 1), ((int)run["planned"]!, (int)run["asked"]!));
        Assert.Equal(1L, await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task CardThatDeclined_IsNotAskedForTheOtherCharges_WhereTheRunGoesOnAfterARestart()
    {
        var biller = await OpenAsync();
        var poor = await OwingAsync(biller, Customers.CardOf(NoMoney), "30");
        await OwesAsync(biller, poor.Account, "4", Today.AddDays(-3));
        var run = await CollectAsync(biller, Until(Today));

        // As a server leaves it that dies before the end of the run.
        await books.ScalarAsync("UPDATE due_run SET status = 'running' WHERE merchant_id = $1", biller.Merchant.Value);
        await EndedAsync(biller, (string)run["id"]!);

        Assert.Equal(1L, await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DebitThatTheBankRejects_IsAskedForByTheNextRun_WhereItRejectsTheWholeFile(bool isWholeFile)
    {
        using var studio = await Studio.OpenAsync(books);
        await OwingAsync(studio.Biller, Customers.IbanOf(Iban), "20", provider: "bank");
        await studio.CollectAsync("due", "--until", $"{Today:O}");
        var (_, file) = await studio.CollectAllAsync();
        const string WhyNot = "<StsRsnInf><Rsn><Cd>TM01</Cd></Rsn></StsRsnInf>";

        await BankFileTests.StatusAsync(studio, isWholeFile
            ? BankFileTests.Report(file, $"<GrpSts>RJCT</GrpSts>{WhyNot}")
            : BankFileTests.Report(file, (file.Descendants(BankFileTests.Pain + "EndToEndId").Single().Value, "RJCT", "AC04")));
        var next = await studio.CollectAsync("due", "--until", $"{Today:O}");

        Assert.Equal(isWholeFile ? 1 : 0, (int)next["asked"]!);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Debits_WaitForTheBanksFile_AndAreAskedForNoSecondTime()
    {
        using var studio = await Studio.OpenAsync(books);
        await OwingAsync(studio.Biller, Customers.IbanOf(Iban), "39.90", provider: "bank");
        await OwingAsync(studio.Biller, Customers.IbanOf(Iban), "20", provider: "bank");
        await studio.DebitAsync("15");

        var run = await studio.CollectAsync("due", "--until", $"{Today:O}");

        Assert.Equal((2, "done"), ((int)run["asked"]!, (string)run["status"]!));
        Assert.Equal("pending", (string)Assert.Single(run["outcomes"]!.AsArray())!["result"]!);
        var dry = await studio.CollectAsync("due", "--until", $"{Today:O}", "--dry");
        Assert.Equal((0, "under_way"), ((int)dry["count"]!, (string)dry["leftOut"]![0]!["why"]!));
        Assert.Equal(3, (int)(await studio.CollectAsync("run"))["collection"]!["debits"]!);
        Assert.Equal(0, (int)(await studio.CollectAsync("due", "--until", $"{Today:O}"))["asked"]!);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Debits_AreDueOnTheDueDaysOfTheirCharges_WhereNoticeAndBankAllow()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.CollectAsync(
            "account", "--iban", Studio.OwnIban, "--name", "Studio Süd", "--creditor", Studio.Creditor, "--notice-days", "1");
        foreach (var days in new[] { 12, -1, 30, 7 })
            await OwingAsync(studio.Biller, Customers.IbanOf(Iban), $"{100 + days}", Today.AddDays(days), "bank");
        Assert.Equal(4, (int)(await studio.CollectAsync("due", "--until", $"{Today.AddDays(30):O}"))["asked"]!);

        var preview = await studio.CollectAsync("preview");
        Assert.Equal(("99.00 EUR", 3), ($"{preview["sum"]!["amount"]} {preview["sum"]!["currency"]}", preview["leftOut"]!.AsArray().Count));
        foreach (var (days, sum) in new[] { (-1, "99.00"), (7, "107.00"), (12, "112.00") })
        {
            var built = (await studio.CollectAsync("run"))["collection"]!;
            Assert.Equal((1, sum), ((int)built["debits"]!, (string)built["sum"]!["amount"]!));
            if (days > 0)
                Assert.Equal($"{TargetCalendar.OnOrAfter(Today.AddDays(days)):O}", (string)built["dueOn"]!);
        }

        var far = await studio.CollectAsync("run");
        Assert.Null(far["collection"]);
        Assert.Contains("14 days ahead at most", (string)Assert.Single(far["leftOut"]!.AsArray())!["why"]!, StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    /// <summary>What changes between the reading and the asking is left alone, and is looked at again.</summary>
    [Fact]
    public async Task ChargeThatWasPaidOrPausedMeanwhile_IsNotAskedFor()
    {
        var biller = await OpenAsync();
        var (paid, part) = (
            await OwingAsync(biller, Customers.CardOf(Approves), "10"), await OwingAsync(biller, Customers.CardOf(Approves), "20"));
        var reading = new DueReading(books.Database);
        var filter = new DueFilter(Today);
        var read = await reading.CustomersAsync(biller.Merchant, filter, Today, 0, 10, Cancel);
        var run = new DueRun(NewRun(biller.Merchant), 1, filter, 2, DueRunStatus.Running, default, 1);
        foreach (var (owed, amount) in new[] { (paid, "10"), (part, "5") })
        {
            Assert.Equal(
                HttpStatusCode.Created, (await biller.PostAsync(Biller.Payments, Biller.Cash(owed.Account, amount, owed.Charge))).Status);
        }

        foreach (var customer in read)
        {
            var refused = await books.Engine.SubmitAsync(customer.CommandFor(
                customer.Verdicts[0], run, Today, By(biller.Merchant), new PaymentId(biller.Merchant, Business.NewId())));
            Assert.Equal(Refusal.AccountChanged, Assert.Single(refused.Faults).Refusal);
        }

        Assert.Equal(1, (int)(await CollectAsync(biller, Until(Today)))["asked"]!);
        Assert.Equal(["0.00", "0.00"], await biller.OpenOfAsync(paid.Charge, part.Charge));
        Assert.Equal(3L, await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>A payment that failed gives its charge free: the run that made it asks no second time.</summary>
    [Fact]
    public async Task OneRun_AsksForAChargeOnce_AlsoWhereThePaymentFailed()
    {
        var biller = await OpenAsync();
        await OwingAsync(biller, Customers.CardOf(Declines), "10");
        var reading = new DueReading(books.Database);
        var filter = new DueFilter(Today);
        var customer = Assert.Single(await reading.CustomersAsync(biller.Merchant, filter, Today, 0, 10, Cancel));
        var ended = await CollectAsync(biller, Until(Today));
        var run = (await reading.FindAsync(new DueRunId(biller.Merchant, (Guid)ended["id"]!), Cancel))!;

        var again = await books.Engine.SubmitAsync(customer.CommandFor(
            customer.Verdicts[0], run, Today, By(biller.Merchant), new PaymentId(biller.Merchant, Business.NewId())));

        Assert.Equal("failed", (string)Assert.Single(ended["outcomes"]!.AsArray())!["result"]!);
        Assert.Equal(Refusal.ChargeClaimed, Assert.Single(again.Faults).Refusal);
        Assert.Equal(1L, await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData("""{"dry":true}""", "/until")]
    [InlineData("""{"until":"31.12.2026"}""", "/until")]
    [InlineData("""{"until":"2026-12-31","method":"cash"}""", "/method")]
    [InlineData("""{"until":"2026-12-31","api":"nowhere"}""", "/api")]
    [InlineData("""{"until":"2026-12-31","minimum":{"amount":"-1","currency":"EUR"}}""", "/minimum/amount")]
    [InlineData("""{"until":"2026-12-31","dry":"yes"}""", "/dry")]
    [InlineData("""{"until":"2026-12-31","customer":"C-1"}""", "/customer")]
    public async Task WrongRequests_AreRefusedByTheirField(string body, string place)
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await biller.PostAsync(Dues, JsonNode.Parse(body)!);
        Assert.Equal((HttpStatusCode.BadRequest, place), (refused.Status, Assert.Single(refused.Places)));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM due_run WHERE merchant_id = $1", biller.Merchant.Value));
    }

    [Fact]
    public async Task Run_NeedsTheScopeOfPayments_AndIsOfItsMerchantAlone()
    {
        var biller = await OpenAsync();
        var run = await CollectAsync(biller, Until(Today));
        var reader = await Biller.OpenAsync(books, biller.Merchant, "read");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsync(Dues, Until(Today, isDry: true))).Status);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"{Dues}/{run["id"]}")).Status);
        var other = await Biller.OpenAsync(books);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{Dues}/{run["id"]}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{Dues}/{run["id"]}/payments")).Status);
        Assert.Equal(1L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'dues.collect'", biller.Merchant.Value));
    }

    private static JsonObject Until(DateOnly day, bool isDry = false)
    {
        var body = new JsonObject { ["until"] = $"{day:O}" };
        if (isDry)
            body["dry"] = true;
        return body;
    }

    private static string SumOf(JsonNode one) => $"{one["sum"]!["amount"]} {one["sum"]!["currency"]}";

    private static DueRunId NewRun(MerchantId merchant) => new(merchant, Business.NewId());

    private static Origin By(MerchantId merchant) => new(merchant, 0, Business.NewId());

    private async Task<Biller> OpenAsync()
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        return biller;
    }

    private Task<object?> PaymentsAsync(Biller biller) =>
        books.ScalarAsync("SELECT count(*) FROM payment WHERE merchant_id = $1", biller.Merchant.Value);

    /// <summary>Collects, and waits for the server to be done.</summary>
    private static async Task<JsonNode> CollectAsync(Biller biller, JsonObject body)
    {
        var begun = await biller.PostAsync(Dues, body);
        Assert.True(begun.Status == HttpStatusCode.Created, begun.Text);
        return await EndedAsync(biller, (string)begun.Json["id"]!);
    }

    private static async Task<JsonNode> EndedAsync(Biller biller, string run)
    {
        TravelAnswer shown = null!;
        await NoticePost.UntilAsync(async () => (string)(shown = await biller.GetAsync($"{Dues}/{run}")).Json["status"]! == "done");
        return shown.Json;
    }

    /// <summary>A customer who owes one charge, due today where no other day is named.</summary>
    private async Task<(string Account, string Charge)> OwingAsync(
        Biller biller, InstrumentSecret? secret, string amount, DateOnly? due = null, string? provider = null)
    {
        var account = await biller.CustomerAsync();
        if (secret is not null)
            await RegisterAsync(biller, account, secret, provider);
        return (account, await OwesAsync(biller, account, amount, due ?? Today));
    }

    private Task RegisterAsync(Biller biller, string account, InstrumentSecret secret, string? provider = null) =>
        new Customers(books.Engine, books.Vault, biller.Merchant, "quittance") { Provider = provider }.RegisterAsync(
            account, $"method-{Biller.NewText()}", secret);

    private static async Task<string> OwesAsync(Biller biller, string account, string amount, DateOnly due)
    {
        var charge = Biller.Charge(account, amount);
        charge["due"] = $"{due:O}";
        var raised = await biller.PostAsync(Biller.Charges, charge);
        Assert.True(raised.Status == HttpStatusCode.Created, raised.Text);
        return (string)raised.Json["id"]!;
    }

    private static async Task RemoveAsync(Biller biller, string account)
    {
        var instrument = (await biller.GetAsync($"{Biller.Instruments}?account={account}")).Json["items"]![0]!;
        Assert.Equal(
            HttpStatusCode.NoContent, (await biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{instrument["id"]}")).Status);
    }

    /// <summary>The amounts of which a mail to the merchant's people says that they could not be collected.</summary>
    private async Task<IEnumerable<long>> FailuresAsync(MerchantId merchant)
    {
        var now = TimeProvider.System.GetUtcNow();
        return (await new OperatorNews(books.Database).OfAsync(
            MailKind.CollectionFailed, merchant, Guid.Empty, now.AddHours(-1), now.AddHours(1), limit: 10, Cancel))
            .Select(item => item.Amount!.Value.AmountMinor);
    }
}
