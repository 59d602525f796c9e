using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Dialects.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>Payments over our own API: those of every API are seen, recorded, allocated and refunded.</summary>
public sealed class PaymentTests(BooksFixture books)
{
    [Fact]
    public async Task Payment_InCash_SettlesTheChargesItNames_AndTheRestIsCredit()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var (first, second) = (await biller.OwingAsync(account, "20"), await biller.OwingAsync(account, "5"));
        var key = Biller.NewText();

        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "30", second), key);
        var again = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "30", second), key);

        Assert.Equal(
            (HttpStatusCode.Created, "captured", "25.00"),
            (paid.Status, (string)paid.Json["status"]!, (string)paid.Json["credit"]!["amount"]!));
        Assert.Equal([(second, "5.00")], ChargesOf(paid.Json));
        Assert.Equal((paid.Text, true), (again.Text, again.Replayed));
        Assert.Equal(["20.00", "0.00"], await biller.OpenOfAsync(first, second));

        var settled = await biller.PostAsync($"{Biller.Payments}/{paid.Json["id"]}/allocate", new JsonObject
        {
            ["charges"] = new JsonArray(new JsonObject { ["charge"] = first, ["amount"] = Biller.Euro("12") }),
        });

        Assert.Equal([(second, "5.00"), (first, "12.00")], ChargesOf(settled.Json));
        Assert.Equal(["8.00", "0.00"], await biller.OpenOfAsync(first, second));
        Assert.Equal(settled.Text, (await biller.GetAsync($"{Biller.Payments}/{paid.Json["id"]}")).Text);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Payment_WithoutCharges_SettlesTheOldestDueFirst()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var (first, second) = (await biller.OwingAsync(account, "20"), await biller.OwingAsync(account, "5"));

        var paid = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = account,
            ["amount"] = Biller.Euro("22"),
            ["method"] = "bank_account_transfer",
            ["received"] = "2026-10-30",
        });

        Assert.Equal([(first, "20.00"), (second, "2.00")], ChargesOf(paid.Json));
        Assert.Single((await biller.GetAsync($"{Biller.Payments}?account={account}&status=captured")).Json["items"]!.AsArray());
        Assert.Empty((await biller.GetAsync($"{Biller.Payments}?status=declined")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Balance_IsThatOfAMoment_AndOfADayOfTheBooks()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        var before = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance")).Json;
        var moment = (string)(await biller.GetAsync("/api/v1/events")).Json["items"]!.AsArray()[^1]!["at"]!;
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "30", charge));

        var now = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance")).Json;
        var then = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance?at={moment}")).Json;
        var earlier = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance?at=2020-01-31")).Json;

        Assert.Equal(("20.00", "0.00", false), Of(before));
        Assert.Equal(("0.00", "10.00", false), Of(now));
        Assert.Equal(("20.00", "0.00", true), Of(then));
        Assert.Equal(charge, (string)then["charges"]![0]!["charge"]!);
        Assert.Equal(("0.00", "0.00"), ((string)earlier["owed"]!["amount"]!, (string)earlier["credit"]!["amount"]!));
        Assert.Equal(["at"], (await biller.GetAsync($"{Biller.Accounts}/{account}/balance?at=2199-01-01")).Places);
        Assert.Equal(["at"], (await biller.GetAsync($"{Biller.Accounts}/{account}/balance?at=yesterday")).Places);

        static (string Owed, string Credit, bool IsFinal) Of(JsonNode balance) =>
            ((string)balance["owed"]!["amount"]!, (string)balance["credit"]!["amount"]!, (bool)balance["final"]!);
    }

    [Fact]
    public async Task Statement_AddsUp_PartByPart()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "30", charge));
        var statement = $"{Biller.Accounts}/{account}/statement";

        var whole = (await biller.GetAsync(statement)).Json;
        List<string> lines = [];
        for (var next = ""; ;)
        {
            var part = (await biller.GetAsync($"{statement}?limit=1{next}")).Json;
            lines.AddRange(part["lines"]!.AsArray().Select(line => line!.ToJsonString()));
            if (part["next"] is not { } more)
                break;
            next = $"&cursor={more}";
        }

        Assert.Equal(("0.00", "-10.00"), ((string)whole["opening"]!["amount"]!, (string)whole["closing"]!["amount"]!));
        Assert.Equal(["20.00", "-20.00", "-10.00"], whole["lines"]!.AsArray().Select(line => (string)line!["amount"]!["amount"]!));
        Assert.Equal(["20.00", "0.00", "-10.00"], whole["lines"]!.AsArray().Select(line => (string)line!["balance"]!["amount"]!));
        Assert.Equal(whole["lines"]!.AsArray().Select(line => line!.ToJsonString()), lines);
        var earlier = (await biller.GetAsync($"{statement}?from=2020-01-01&to=2020-01-31")).Json;
        Assert.Empty(earlier["lines"]!.AsArray());
        Assert.Equal("0.00", (string)earlier["closing"]!["amount"]!);
        Assert.Equal(["to"], (await biller.GetAsync($"{statement}?from=2026-02-01&to=2026-01-01")).Places);
        Assert.Equal(["from"], (await biller.GetAsync($"{statement}?from=soon")).Places);
        Assert.Equal(["cursor"], (await biller.GetAsync($"{statement}?cursor=x")).Places);
        var place = (string)(await biller.GetAsync($"{statement}?limit=1")).Json["next"]!;
        Assert.Equal(
            ["cursor"], (await biller.GetAsync($"{Biller.Accounts}/{await biller.CustomerAsync()}/statement?cursor={place}")).Places);
        Assert.Equal((404, "account-unknown"), (await biller.GetAsync($"{Biller.Accounts}/unknown/statement")).Problem);
    }

    [Fact]
    public async Task Payment_ThatTheBooksCannotTake_NamesTheField()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var foreign = Biller.Cash(account, "1");
        foreign["amount"] = Biller.Euro("1", "USD");
        var ahead = Biller.Cash(account, "1");
        ahead["received"] = "2199-01-01";

        TravelAnswer[] refused =
        [
            await biller.PostAsync(Biller.Payments, Biller.Cash("C-none", "1")),
            await biller.PostAsync(Biller.Payments, Biller.Cash(account, "1", "INV-none")),
            await biller.PostAsync(Biller.Payments, foreign),
            await biller.PostAsync(Biller.Payments, new JsonObject
            {
                ["account"] = account, ["amount"] = Biller.Euro("1"), ["instrument"] = $"{Guid.Empty:D}",
            }),
            await biller.PostAsync(Biller.Payments, new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("1") }),
            await biller.PostAsync(Biller.Payments, ahead),
        ];

        Assert.Equal(
            [(404, "account-unknown"), (404, "charge-unknown"), (422, "currency-mismatch"), (404, "instrument-unknown"),
                (400, "invalid-request"), (400, "invalid-request")], refused.Select(answer => answer.Problem));
        Assert.Equal(
            ["/account", "/charges/0", "/amount/currency", "/instrument", "/method", "/received"],
            refused.Select(answer => answer.Places.Single()));
    }

    [Fact]
    public async Task Charge_NamedByTwoNames_IsRefused()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, stranger) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var charge = (await biller.PostAsync(Biller.Charges, Biller.Charge(account, "5", "INV-5"))).Json;
        var paid = (await biller.PostAsync(Biller.Payments, Biller.Cash(stranger, "9"))).Json;
        var move = new JsonObject
        {
            ["account"] = account,
            ["charges"] = new JsonArray("INV-5", (string)charge["id"]!),
            ["reason"] = "Her money",
        };

        TravelAnswer[] refused =
        [
            await biller.PostAsync(Biller.Payments, Biller.Cash(account, "9", "INV-5", (string)charge["id"]!)),
            await biller.PostAsync($"{Biller.Payments}/{paid["id"]}/move", move),
        ];

        Assert.All(refused, answer => Assert.Equal((422, "charge-named-twice"), answer.Problem));
        Assert.All(refused, answer => Assert.Equal(["/charges/1"], answer.Places));
    }

    [Fact]
    public async Task Refund_GivesMoneyBack_ButNoMoreThanThereIs()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        var paid = (await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20", charge))).Json;
        var (path, key) = ($"{Biller.Payments}/{paid["id"]}/refund", Biller.NewText());

        var refunded = await biller.PostAsync(path, new JsonObject { ["amount"] = Biller.Euro("5") }, key);
        var again = await biller.PostAsync(path, new JsonObject { ["amount"] = Biller.Euro("5") }, key);
        var refused = await biller.PostAsync(path, new JsonObject { ["amount"] = Biller.Euro("16") });

        Assert.Equal((HttpStatusCode.Created, "done", (string)paid["id"]!),
            (refunded.Status, (string)refunded.Json["status"]!, (string)refunded.Json["payment"]!));
        Assert.Equal((refunded.Text, true), (again.Text, again.Replayed));
        Assert.Equal((409, "exceeds-refundable"), refused.Problem);
        Assert.Equal(["/amount"], refused.Places);
        // Where the body has no amount, nothing in it is wrong.
        await biller.PostAsync(path, new JsonObject());
        var none = await biller.PostAsync(path, new JsonObject());
        Assert.Equal((409, "exceeds-refundable"), none.Problem);
        Assert.Empty(none.Places);
        Assert.Equal("20.00", (string)(await biller.GetAsync($"{Biller.Payments}/{paid["id"]}")).Json["refunded"]!["amount"]!);
        var payer = await Biller.OpenAsync(books, biller.Merchant, "pay");
        Assert.Equal((403, "forbidden"), (await payer.PostAsync(path, new JsonObject())).Problem);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Payment_OfAnotherApi_IsListedAndRefunded_AndItsCardIsCharged()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), 20_00);
        var account = (Guid)(await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE dialect = 'oracle-brm' AND kind = 'account' AND value = $1", customer.Account))!;
        var instrument = (await biller.GetAsync($"/api/v1/instruments?account={account}")).Json["items"]![0]!;

        var paid = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = $"{account}",
            ["amount"] = Biller.Euro("20", "USD"),
            ["instrument"] = (string)instrument["id"]!,
        });

        Assert.Equal((HttpStatusCode.Created, "captured", "bank_card"),
            (paid.Status, (string)paid.Json["status"]!, (string)paid.Json["method"]!));
        var asked = (await biller.GetAsync($"{Biller.Payments}/{paid.Json["id"]}")).Json["attempts"]!.AsArray();
        Assert.Equal(["authorise", "capture"], asked.Select(attempt => (string)attempt!["verb"]!));
        Assert.All(asked, attempt => Assert.StartsWith("sbx_", (string)attempt!["provider_reference"]!, StringComparison.Ordinal));
        Assert.DoesNotContain(VaultedPayments.GoodCard, instrument.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("0.00", (string)(await biller.GetAsync($"{Biller.Charges}?account={account}")).Json["items"]![0]!["open"]!["amount"]!);
        var refund = await biller.PostAsync($"{Biller.Payments}/{paid.Json["id"]}/refund", new JsonObject());
        Assert.Equal((HttpStatusCode.Created, "20.00"), (refund.Status, (string)refund.Json["amount"]!["amount"]!));
    }

    [Fact]
    public async Task Figures_OfACorrectedChargeAndPayment_AddUp_AndSayWhereTheMoneyWent()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, eve) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var charge = await biller.OwingAsync(ada, "20");
        var paid = (await biller.PostAsync(Biller.Payments, Biller.Cash(ada, "12", charge))).Json;
        var (merchant, origin) = (biller.Merchant, new Origin(biller.Merchant, 0, Guid.Parse(Biller.NewText())));
        var (from, to) = (new PaymentId(merchant, (Guid)paid["id"]!), new PaymentId(merchant, Guid.Parse(Biller.NewText())));
        foreach (var command in (Command[])[
            new CorrectCharge(origin, Named(ada), new ChargeId(merchant, Guid.Parse(charge)), DebtCorrection.WriteOff, null),
            new MovePayment(origin, Named(eve), Named(ada), from, to, new Money(5_00, Currency.Parse("EUR"))) { To = [] },
        ])
        {
            Assert.True((await books.Engine.SubmitAsync(command)).Accepted);
        }

        var shown = (await biller.GetAsync($"{Biller.Charges}/{charge}")).Json;
        Assert.Equal(
            ["20.00", "5.00", "7.00", "0.00", "8.00"],
            ((string[])["amount", "open", "paid", "credited", "written_off"]).Select(name => (string)shown[name]!["amount"]!));
        var left = (await biller.GetAsync($"{Biller.Payments}/{paid["id"]}")).Json;
        var moved = (await biller.GetAsync($"{Biller.Payments}/{to.Value}")).Json;
        Assert.Equal(("5.00", "0.00"), ((string)left["reversed"]!["amount"]!, (string)moved["reversed"]!["amount"]!));
        Assert.Equal((null, (string)paid["id"]!), (left["moved_from"], (string)moved["moved_from"]!));

        AccountTarget Named(string customer) => AccountTarget.Named(OwnApiNames.AccountNames(merchant, customer)[0]);
    }

    [Fact]
    public async Task Instrument_OfTheClientsOwnGateway_IsNotCharged()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new TmfHttp(books, "demo-brm").CustomerAsync();
        var account = await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE dialect = 'oracle-brm' AND kind = 'account' AND value = $1", customer.Poid);
        var instrument = (await biller.GetAsync($"/api/v1/instruments?account={account}")).Json["items"]![0]!;

        var refused = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = $"{account}",
            ["amount"] = Biller.Euro("20", "USD"),
            ["instrument"] = (string)instrument["id"]!,
        });

        Assert.Null(instrument["provider"]);
        Assert.Equal((409, "instrument-not-charged"), refused.Problem);
        Assert.Equal(["/instrument"], refused.Places);
        Assert.Empty((await biller.GetAsync($"{Biller.Payments}?account={account}")).Json["items"]!.AsArray());
    }

    private static IEnumerable<(string Charge, string Amount)> ChargesOf(JsonNode payment) =>
        payment["charges"]!.AsArray().Select(settled => ((string)settled!["charge"]!, (string)settled["amount"]!["amount"]!));

    private static async Task<IReadOnlyList<string>> OpenOfAsync(Biller biller, params string[] charges)
    {
        List<string> open = [];
        foreach (var charge in charges)
            open.Add((string)(await biller.GetAsync($"{Biller.Charges}/{charge}")).Json["open"]!["amount"]!);
        return open;
    }
}
