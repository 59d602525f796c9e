using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>Payments and refunds carry the client's own reference, metadata and reason.</summary>
public sealed class OwnWordsTests(BooksFixture books)
{
    private const string Card = "4242424242424242";

    private static readonly IEnumerable<string> TwentyOne = Enumerable.Range(1, 21).Select(each => $"\"m{each}\":\"\"");

    [Fact]
    public async Task Payment_GivesBackWhatItsClientSaid_InItsListAndItsEvents()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var other = (string)(await biller.PostAsync(Biller.Payments, Biller.Cash(account, "1"))).Json["id"]!;

        var paid = await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(account, "9"), "TILL-7/81"));

        Assert.Equal(HttpStatusCode.Created, paid.Status);
        AssertWords(paid.Json, "TILL-7/81");
        var id = (string)paid.Json["id"]!;
        Assert.Equal(paid.Text, (await biller.GetAsync($"{Biller.Payments}/{id}")).Text);
        Assert.Equal(paid.Text, (await biller.GetAsync($"{Biller.Payments}/TILL-7%2F81")).Text);
        var listed = (await biller.GetAsync($"{Biller.Payments}?reference=TILL-7/81")).Json["items"]!.AsArray();
        Assert.Equal([paid.Text], listed.Select(payment => payment!.ToJsonString()));
        Assert.Empty((await biller.GetAsync($"{Biller.Payments}?reference=TILL-8")).Json["items"]!.AsArray());
        var events = (await biller.GetAsync("/api/v1/events")).Json["items"]!.AsArray();
        AssertWords(events.Single(happened => (string)happened!["subject"]! == id)!, "TILL-7/81");
        Assert.Null(events.Single(happened => (string)happened!["subject"]! == other)!["reference"]);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task SecondPayment_OfAnAccountWithAReference_IsRefused_AndChangesNothing()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, eve, key) = (await biller.CustomerAsync(), await biller.CustomerAsync(), Biller.NewText());
        var charge = await biller.OwingAsync(ada, "5");
        var body = Worded(Biller.Cash(ada, "1"), "TILL-1");
        var first = await biller.PostAsync(Biller.Payments, body, key);

        var second = await biller.PostAsync(Biller.Payments, body);
        var third = await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(ada, "5", charge), "TILL-1"));
        var again = await biller.PostAsync(Biller.Payments, body, key);

        Assert.All([second, third], refused => Assert.Equal((409, "reference-taken"), refused.Problem));
        Assert.All([second, third], refused => Assert.Equal(["/reference"], refused.Places));
        Assert.Equal((first.Text, true), (again.Text, again.Replayed));
        Assert.Equal(["5.00"], await biller.OpenOfAsync(charge));
        Assert.Single((await biller.GetAsync(Biller.Payments)).Json["items"]!.AsArray());

        // Another customer's payment may have it, and then the reference alone names neither.
        var hers = await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(eve, "1"), "TILL-1"));
        Assert.Equal(HttpStatusCode.Created, hers.Status);
        Assert.Equal((404, "payment-unknown"), (await biller.GetAsync($"{Biller.Payments}/TILL-1")).Problem);
        Assert.Equal(2, (await biller.GetAsync($"{Biller.Payments}?reference=TILL-1")).Json["items"]!.AsArray().Count);
        Assert.Equal(
            [hers.Text],
            (await biller.GetAsync($"{Biller.Payments}?reference=TILL-1&account={eve}")).Json["items"]!.AsArray()
                .Select(payment => payment!.ToJsonString()));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task ManyPayments_HaveTheirReferences_AndARefusedOneUsesNoneUp()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, key) = (await biller.CustomerAsync(), Biller.NewText());
        var foreign = Worded(Biller.Cash(account, "3"), "TILL-3");
        foreign["amount"] = Biller.Euro("3", "USD");
        var body = new JsonObject
        {
            ["payments"] = new JsonArray(
                Worded(Biller.Cash(account, "1"), "TILL-1"), Worded(Biller.Cash(account, "2"), "TILL-1"), foreign),
        };

        var recorded = await biller.PostAsync(Biller.Payments, body, key);
        var again = await biller.PostAsync(Biller.Payments, body, key);
        var corrected = await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(account, "3"), "TILL-3"));
        var last = await biller.PostAsync(Biller.Payments, body, key);

        var results = recorded.Json["results"]!.AsArray();
        Assert.Equal(["TILL-1", "TILL-1", "TILL-3"], results.Select(result => (string)result!["reference"]!));
        Assert.Equal(["/payments/1/reference"], results[1]!["problem"]!["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
        Assert.Equal((409, 422), ((int)results[1]!["problem"]!["status"]!, (int)results[2]!["problem"]!["status"]!));
        Assert.Equal(HttpStatusCode.Created, corrected.Status);
        Assert.All([again, last], repeat => Assert.Equal((recorded.Text, true), (repeat.Text, repeat.Replayed)));
        Assert.Equal(2, (await biller.GetAsync(Biller.Payments)).Json["items"]!.AsArray().Count);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Refund_GivesBackWhatItsClientSaid_AndIsFoundByItsReference()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, key) = (await biller.CustomerAsync(), Biller.NewText());
        // A payment and a refund may have one reference: they are of two kinds.
        await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(account, "9"), "R-1"));
        var path = $"{Biller.Payments}/R-1/refund";
        var body = Worded(new JsonObject { ["amount"] = Biller.Euro("2") }, "R-1");

        var refunded = await biller.PostAsync(path, body, key);
        var again = await biller.PostAsync(path, body, key);
        var second = await biller.PostAsync(path, body);

        Assert.Equal(HttpStatusCode.Created, refunded.Status);
        AssertWords(refunded.Json, "R-1");
        Assert.Equal((refunded.Text, true), (again.Text, again.Replayed));
        Assert.Equal((409, "reference-taken"), second.Problem);
        Assert.Equal(["/reference"], second.Places);
        Assert.Equal(refunded.Text, (await biller.GetAsync("/api/v1/refunds/R-1")).Text);
        foreach (var query in (string[])["reference=R-1", "payment=R-1", $"account={account}"])
        {
            var listed = (await biller.GetAsync($"/api/v1/refunds?{query}")).Json["items"]!.AsArray();
            Assert.Equal([refunded.Text], listed.Select(refund => refund!.ToJsonString()));
        }

        var events = (await biller.GetAsync("/api/v1/events")).Json["items"]!.AsArray();
        AssertWords(events.Single(happened => (string)happened!["subject"]! == (string)refunded.Json["id"]!)!, "R-1");
        Assert.Equal("2.00", (string)(await biller.GetAsync($"{Biller.Payments}/R-1")).Json["refunded"]!["amount"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task People_FindAPaymentByItsReference_AndReadItsReason()
    {
        var biller = await Biller.OpenAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        var paid = (await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(await biller.CustomerAsync(), "9"), "TILL-9"))).Json;
        var page = $"/console/payments/{paid["number"]}";

        Assert.Contains(page, await desk.PageAsync("/console/payments?q=TILL-9"), StringComparison.Ordinal);
        Assert.DoesNotContain(page, await desk.PageAsync("/console/payments?q=TILL-8"), StringComparison.Ordinal);
        Assert.Contains("The course of December", await desk.PageAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChargedCard_KeepsWhatItsClientSaid_AlsoWhereAnotherRequestHasTheReference()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), 20_00);
        var account = (Guid)(await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE dialect = 'oracle-brm' AND kind = 'account' AND value = $1", customer.Account))!;
        var instrument = (await biller.GetAsync($"/api/v1/instruments?account={account}")).Json["items"]![0]!;
        var (reference, key) = ($"TILL-{Biller.NewText()}", Biller.NewText());
        var body = Worded(
            new JsonObject
            {
                ["account"] = $"{account}",
                ["amount"] = Biller.Euro("20", "USD"),
                ["instrument"] = (string)instrument["id"]!,
            },
            reference);

        var paid = await biller.PostAsync(Biller.Payments, body, key);
        var again = await biller.PostAsync(Biller.Payments, body, key);
        var second = await biller.PostAsync(Biller.Payments, body);

        Assert.Equal("captured", (string)paid.Json["status"]!);
        AssertWords(paid.Json, reference);
        Assert.Equal((paid.Text, true), (again.Text, again.Replayed));
        Assert.Equal((409, "reference-taken"), second.Problem);
        Assert.Equal((string)paid.Json["id"]!, (string)(await biller.GetAsync($"{Biller.Payments}/{reference}")).Json["id"]!);
    }

    [Fact]
    public async Task NumbersOfCards_AreMaskedInWhatAClientSays()
    {
        var biller = await Biller.OpenAsync(books);
        var body = Biller.Cash(await biller.CustomerAsync(), "1");
        body["reason"] = $"Paid with {Card}";
        body["metadata"] = new JsonObject { ["card"] = Card, [Card] = "till 7" };

        var paid = await biller.PostAsync(Biller.Payments, body);

        Assert.Equal(HttpStatusCode.Created, paid.Status);
        Assert.DoesNotContain(Card, paid.Text, StringComparison.Ordinal);
        Assert.StartsWith("Paid with ", (string)paid.Json["reason"]!, StringComparison.Ordinal);
        Assert.Equal(2, paid.Json["metadata"]!.AsObject().Count);
    }

    [Theory]
    [InlineData("\"reference\":\"0fa1c2d3-0000-4000-8000-000000000000\"", "/reference")]
    [InlineData("\"reference\":\"two\\nlines\"", "/reference")]
    [InlineData("\"reference\":\"\"", "/reference")]
    [InlineData("\"reference\":\"{256}\"", "/reference")]
    [InlineData("\"reason\":\"{256}\"", "/reason")]
    [InlineData("\"metadata\":\"till 7\"", "/metadata")]
    [InlineData("\"metadata\":{\"till\":7}", "/metadata/till")]
    [InlineData("\"metadata\":{\"till\":null}", "/metadata/till")]
    [InlineData("\"metadata\":{\"till\":\"{501}\"}", "/metadata/till")]
    [InlineData("\"metadata\":{\"{41}\":\"7\"}", "/metadata/{41}")]
    [InlineData("\"metadata\":{\"\":\"7\"}", "/metadata/")]
    [InlineData("\"metadata\":{{21}}", "/metadata")]
    public async Task Words_OfTheWrongForm_AreRefusedByTheirNames(string member, string place)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var (body, pointer) = (Filled(member), Filled(place));

        TravelAnswer[] refused =
        [
            await SendAsync(Biller.Payments, $$"""{"account":"C-1","amount":{"amount":"1","currency":"EUR"},"method":"cash",{{body}}}"""),
            await SendAsync($"{Biller.Payments}/{Guid.Empty}/refund", $$"""{{{body}}}"""),
        ];

        Assert.All(refused, answer => Assert.Equal((400, "invalid-request"), answer.Problem));
        Assert.All(refused, answer => Assert.Equal([pointer], answer.Places));

        Task<TravelAnswer> SendAsync(string path, string text) => biller.SendAsync(HttpMethod.Post, path, text, Biller.NewText());

        static string Filled(string text) => text
            .Replace("{{21}}", $"{{{string.Join(',', TwentyOne)}}}", StringComparison.Ordinal)
            .Replace("{256}", new string('r', 256), StringComparison.Ordinal)
            .Replace("{501}", new string('t', 501), StringComparison.Ordinal)
            .Replace("{41}", new string('n', 41), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WordsOfACustomer_AreErasedWithTheCustomer_AndTheReferenceIsNotGivenAgain()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var paid = (await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(account, "9"), "TILL-1"))).Json;
        await biller.PostAsync($"{Biller.Payments}/TILL-1/refund", Worded(new JsonObject(), "R-1"));

        var (exitCode, _, error) = await RunningProgram.RunAsync(
            ["account", "erase", "--merchant", $"{biller.Merchant.Value}", "--account", account, "--reason", "asked to", "--yes",
                "--database", books.ConnectionString]);

        Assert.True(exitCode == 0, error);
        var shown = (await biller.GetAsync($"{Biller.Payments}/{paid["id"]}")).Json;
        var refund = (await biller.GetAsync("/api/v1/refunds")).Json["items"]![0]!;
        Assert.All(
            [shown, refund], erased => Assert.All(["reference", "metadata", "reason"], name => Assert.Null(erased[name])));
        Assert.Equal(
            (409, "reference-taken"),
            (await biller.PostAsync(Biller.Payments, Worded(Biller.Cash(account, "1"), "TILL-1"))).Problem);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    private static JsonObject Worded(JsonObject body, string reference)
    {
        body["reference"] = reference;
        body["metadata"] = new JsonObject { ["till"] = "7", ["cashier"] = "Eve\nOkafor" };
        body["reason"] = "The course of December";
        return body;
    }

    private static void AssertWords(JsonNode shown, string reference)
    {
        Assert.Equal((reference, "The course of December"), ((string)shown["reference"]!, (string)shown["reason"]!));
        Assert.Equal("""{"till":"7","cashier":"Eve Okafor"}""", shown["metadata"]!.ToJsonString());
    }
}
