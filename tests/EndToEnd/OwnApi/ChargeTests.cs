using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A billing system opens accounts and raises charges over HTTP.</summary>
public sealed class ChargeTests(BooksFixture books)
{
    [Fact]
    public async Task Account_IsOpenedOnce_AndFoundByItsReferenceAndItsId()
    {
        var biller = await Biller.OpenAsync(books);
        var (reference, key) = ($"C-{Biller.NewText()}", Biller.NewText());
        var body = new JsonObject { ["reference"] = reference, ["currency"] = "EUR", ["name"] = "Ada Nkemelu" };

        var opened = await biller.PostAsync(Biller.Accounts, body, key);
        var again = await biller.PostAsync(Biller.Accounts, body, key);
        var taken = await biller.PostAsync(Biller.Accounts, body);

        Assert.Equal((HttpStatusCode.Created, reference, "Ada Nkemelu"),
            (opened.Status, (string)opened.Json["reference"]!, (string)opened.Json["name"]!));
        Assert.Equal((opened.Text, true), (again.Text, again.Replayed));
        Assert.Equal((409, "reference-taken"), taken.Problem);
        Assert.Equal(["/reference"], taken.Places);
        var id = (string)opened.Json["id"]!;
        Assert.EndsWith($"{Biller.Accounts}/{id}", opened.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(opened.Text, (await biller.GetAsync($"{Biller.Accounts}/{id}")).Text);
        Assert.Equal(opened.Text, (await biller.GetAsync($"{Biller.Accounts}/{reference}")).Text);
        Assert.Equal((404, "account-unknown"), (await biller.GetAsync($"{Biller.Accounts}/C-none")).Problem);
    }

    [Fact]
    public async Task Charge_IsRaisedOnce_AndIsOwed()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var (body, key) = (Biller.Charge(account, "12.50", "INV-1"), Biller.NewText());

        var raised = await biller.PostAsync(Biller.Charges, body, key);
        var again = await biller.PostAsync(Biller.Charges, body, key);

        Assert.Equal((HttpStatusCode.Created, "2026-12-01"), (raised.Status, (string)raised.Json["due"]!));
        Assert.Equal(("12.50", "EUR"), ((string)raised.Json["open"]!["amount"]!, (string)raised.Json["open"]!["currency"]!));
        Assert.Equal((raised.Text, true), (again.Text, again.Replayed));
        Assert.Equal(raised.Text, (await biller.GetAsync($"{Biller.Charges}/INV-1")).Text);
        Assert.Equal(raised.Text, (await biller.GetAsync($"{Biller.Charges}/{raised.Json["id"]}")).Text);
        Assert.Single((await biller.GetAsync(Biller.Charges)).Json["items"]!.AsArray());
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Charge_ThatTheBooksCannotTake_NamesTheField()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        await biller.PostAsync(Biller.Charges, Biller.Charge(account, "1", "INV-1"));
        var dollars = Biller.Charge(account, "1");
        dollars["amount"] = Biller.Euro("1", "USD");

        var unknown = await biller.PostAsync(Biller.Charges, Biller.Charge("C-none", "1"));
        var taken = await biller.PostAsync(Biller.Charges, Biller.Charge(account, "1", "INV-1"));
        var foreign = await biller.PostAsync(Biller.Charges, dollars);
        var printed = Biller.Charge(account, "1");
        printed["document"] = "2026-117";
        await biller.PostAsync(Biller.Charges, printed);
        printed["reference"] = "INV-2";
        var twice = await biller.PostAsync(Biller.Charges, printed);

        Assert.Equal([(404, "account-unknown"), (409, "reference-taken"), (422, "currency-mismatch"), (409, "reference-taken")],
            [unknown.Problem, taken.Problem, foreign.Problem, twice.Problem]);
        Assert.Equal(
            ["/account", "/reference", "/amount/currency", "/document"],
            [.. unknown.Places, .. taken.Places, .. foreign.Places, .. twice.Places]);
    }

    [Theory]
    [InlineData("""{"amount":{"amount":"1","currency":"EUR"}}""", "/account")]
    [InlineData("""{"account":"C-1","amount":{"amount":1,"currency":"EUR"}}""", "/amount/amount")]
    [InlineData("""{"account":"C-1","amount":{"amount":"1e2","currency":"EUR"}}""", "/amount/amount")]
    [InlineData("""{"account":"C-1","amount":{"amount":"0.00","currency":"EUR"}}""", "/amount/amount")]
    [InlineData("""{"account":"C-1","amount":{"amount":"1.001","currency":"EUR"}}""", "/amount/amount")]
    [InlineData("""{"account":"C-1","amount":{"amount":"1","currency":"eur"}}""", "/amount/currency")]
    [InlineData("""{"account":"C-1","amount":{"amount":"1","currency":"EUR"},"due":"2026-13-01"}""", "/due")]
    [InlineData("""{"account":"C-1","amount":{"amount":"1","currency":"EUR"},"dueOn":"2026-12-01"}""", "/dueOn")]
    [InlineData("""{"charges":[]}""", "/charges")]
    [InlineData("""{"charges":[{"account":"C-1","amount":{"amount":"1","currency":"EUR"}},{"account":"C-1"}]}""", "/charges/1/amount")]
    public async Task Charge_WithABadField_IsRefusedByItsName(string body, string place)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);

        var refused = await biller.SendAsync(HttpMethod.Post, Biller.Charges, body, Biller.NewText());

        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Contains(place, refused.Places);
    }

    [Fact]
    public async Task TenThousandCharges_WithOneBadField_AreAllRefused()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charges = new JsonArray([.. Enumerable.Range(1, 10_000).Select(each => (JsonNode)Biller.Charge(account, "1", $"INV-{each}"))]);
        charges[7_000]!["amount"] = Biller.Euro("-1");

        var refused = await biller.PostAsync(Biller.Charges, new JsonObject { ["charges"] = charges });

        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Equal(["/charges/7000/amount/amount"], refused.Places);
        Assert.Empty((await biller.GetAsync(Biller.Charges)).Json["items"]!.AsArray());
    }

    [Long]
    [Fact]
    public async Task TenThousandCharges_OfWhichTheBooksRefuseOne_AreRaisedButThatOne()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charges = new JsonArray([.. Enumerable.Range(1, 10_000).Select(each => (JsonNode)Biller.Charge(account, "1", $"INV-{each}"))]);
        charges[7_000]!["account"] = "C-none";
        var (body, key) = (new JsonObject { ["charges"] = charges }, Biller.NewText());

        var raised = await biller.PostAsync(Biller.Charges, body, key);
        var again = await biller.PostAsync(Biller.Charges, body, key);

        Assert.Equal((HttpStatusCode.Created, 9_999, 1),
            (raised.Status, (int)raised.Json["raised_count"]!, (int)raised.Json["refused_count"]!));
        var refused = raised.Json["results"]![7_000]!;
        Assert.Equal(("INV-7001", 404, "/charges/7000/account"),
            ((string)refused["reference"]!, (int)refused["problem"]!["status"]!, (string)refused["problem"]!["errors"]![0]!["pointer"]!));
        Assert.Equal((raised.Text, true), (again.Text, again.Replayed));
        Assert.Equal(9_999L, await books.ScalarAsync("SELECT count(*) FROM charge WHERE merchant_id = $1", biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Charges_OfOneKey_AreNotThoseOfAnotherRequest()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, key) = (await biller.CustomerAsync(), Biller.NewText());
        await biller.PostAsync(Biller.Charges, Many("INV-1", "INV-2"), key);

        var reused = await biller.PostAsync(Biller.Charges, Many("INV-3", "INV-4"), key);
        var keyless = await biller.SendAsync(HttpMethod.Post, Biller.Charges, Many("INV-5").ToJsonString());

        Assert.Equal((409, "idempotency-key-reused"), reused.Problem);
        Assert.Equal((400, "invalid-request"), keyless.Problem);
        Assert.Equal("Idempotency-Key", (string)keyless.Json["errors"]![0]!["header"]!);
        Assert.Equal(2, (await biller.GetAsync(Biller.Charges)).Json["items"]!.AsArray().Count);

        JsonObject Many(params string[] references) =>
            new() { ["charges"] = new JsonArray([.. references.Select(each => (JsonNode)Biller.Charge(account, "1", each))]) };
    }

    [Fact]
    public async Task Charges_AreListedPartByPart_ByAccountAndByWhetherTheyAreOpen()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, eve) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        List<string> raised = [];
        for (var each = 0; each < 5; each++)
            raised.Add(await biller.OwingAsync(ada, "3"));
        await biller.OwingAsync(eve, "3");

        List<string> listed = [];
        // A loop may send a cursor before it has one, and a flag as Python writes it.
        for (string? cursor = "&cursor="; cursor is not null;)
        {
            var page = await biller.GetAsync($"{Biller.Charges}?account={ada}&open=True&limit=2{cursor}");
            listed.AddRange(page.Json["items"]!.AsArray().Select(charge => (string)charge!["id"]!));
            cursor = page.Json["next"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(raised, listed);
        Assert.Empty((await biller.GetAsync($"{Biller.Charges}?account={ada}&open=false")).Json["items"]!.AsArray());
        Assert.Empty((await biller.GetAsync($"{Biller.Charges}?account=C-none")).Json["items"]!.AsArray());
        Assert.Equal(6, (await biller.GetAsync($"{Biller.Charges}?due_by=2026-12-01")).Json["items"]!.AsArray().Count);
        Assert.Empty((await biller.GetAsync($"{Biller.Charges}?due_by=2026-11-30")).Json["items"]!.AsArray());
        Assert.Equal(["open"], (await biller.GetAsync($"{Biller.Charges}?open=yes")).Places);
        Assert.Equal(["due_by"], (await biller.GetAsync($"{Biller.Charges}?due_by=soon")).Places);
    }

    [Fact]
    public async Task Cursor_OfAnotherMerchantOrAnotherList_IsRefused()
    {
        var (biller, other) = (await Biller.OpenAsync(books), await Biller.OpenAsync(books));
        var account = await biller.CustomerAsync();
        await biller.OwingAsync(account, "1");
        await biller.OwingAsync(account, "1");
        var cursor = (string)(await biller.GetAsync($"{Biller.Charges}?limit=1")).Json["next"]!;

        foreach (var refused in (TravelAnswer[])[
            await other.GetAsync($"{Biller.Charges}?cursor={cursor}"), await biller.GetAsync($"{Biller.Accounts}?cursor={cursor}"),
            await biller.GetAsync($"{Biller.Charges}?cursor=none"),
        ])
        {
            Assert.Equal((400, "invalid-request"), refused.Problem);
            Assert.Equal(["cursor"], refused.Places);
        }

        Assert.Equal(["opne"], (await biller.GetAsync($"{Biller.Charges}?opne=true")).Places);
    }

    /// <summary>Behind the check of scopes an empty body is refused with 400, and a name of nothing with 404.</summary>
    [Theory]
    [InlineData("read", "GET accounts, GET accounts/x, GET accounts/x/balance, GET charges, GET charges/x, GET payments, GET payments/x, "
        + "GET instruments, GET instruments/x")]
    [InlineData("bill", "POST accounts, POST charges")]
    [InlineData("pay", "POST payments, POST payments/x/allocate")]
    [InlineData("refund", "POST payments/x/refund")]
    [InlineData("events", "GET events")]
    public async Task Credential_PermitsWhatItsScopeNames(string scope, string permitted)
    {
        var client = await Biller.OpenAsync(books, books.DemoCompany, scope);
        List<string> found = [];
        foreach (var operation in (string[])[
            "POST accounts", "GET accounts", "GET accounts/x", "GET accounts/x/balance", "POST charges", "GET charges", "GET charges/x",
            "POST payments", "GET payments", "GET payments/x", "POST payments/x/allocate", "POST payments/x/refund", "GET instruments",
            "GET instruments/x", "GET events"])
        {
            var (verb, path) = (operation.Split(' ')[0], $"/api/v1/{operation.Split(' ')[1]}");
            var answer = verb == "GET" ? await client.GetAsync(path) : await client.PostAsync(path, new JsonObject());
            if (answer.Status != HttpStatusCode.Forbidden)
                found.Add(operation);
            else
                Assert.Equal((403, "forbidden"), answer.Problem);
        }

        Assert.Equal(permitted, string.Join(", ", found));
    }
}
