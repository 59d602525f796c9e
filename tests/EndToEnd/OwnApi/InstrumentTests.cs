using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>A program takes customers' cards and bank accounts away.</summary>
public sealed class InstrumentTests(BooksFixture books)
{
    [Fact]
    public async Task Card_ThatIsRemoved_LeavesTheVaultAndTheLists_AndIsNotChargedByAnyApi()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), 20_00);
        var (account, id) = await OfAsync(biller, customer);
        var path = $"{Biller.Instruments}/{id}";
        Assert.Equal(1L, await EntriesAsync(id));

        var removed = await biller.SendAsync(HttpMethod.Delete, path);
        var again = await biller.SendAsync(HttpMethod.Delete, path);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (removed.Status, again.Status));
        Assert.Equal(0L, await EntriesAsync(id));
        Assert.Empty((await biller.GetAsync($"{Biller.Instruments}?account={account}")).Json["items"]!.AsArray());
        Assert.Equal("removed", (string)(await biller.GetAsync(path)).Json["standing"]!);
        var charged = await biller.PostAsync(
            Biller.Payments,
            new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("20", "USD"), ["instrument"] = id });
        Assert.Equal((404, "instrument-unknown"), charged.Problem);
        var carrier = await new TmfHttp(books, "demo-brm").PostAsync("/brm/payment/v4/payment", customer.Payment(20_00));
        Assert.Equal(HttpStatusCode.NotFound, carrier.Status);
        Assert.Equal(1L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'instrument.remove' AND subject LIKE $2",
            books.DemoCompany.Value, $"instrument {id}%"));
        await books.AssertBooksAreCleanAsync(books.DemoCompany);
    }

    [Fact]
    public async Task BankAccount_ThatIsRemoved_EndsItsMandate()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.IbanOf("DE89370400440532013000"));
        var (_, id) = await OfAsync(biller, customer);

        Assert.Equal(HttpStatusCode.NoContent, (await biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{id}")).Status);

        Assert.Equal("cancelled", await books.ScalarAsync("SELECT status FROM mandate WHERE instrument_id = $1", Guid.Parse(id)));
        await books.AssertBooksAreCleanAsync(books.DemoCompany);
    }

    [Fact]
    public async Task Instrument_ThatIsRemoved_StaysSo_WhenItsCustomerIsErased()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.IbanOf("DE89370400440532013000"));
        var (account, id) = await OfAsync(biller, customer);
        var number = (long)(await biller.GetAsync($"{Biller.Accounts}/{account}")).Json["number"]!;
        Assert.Equal(HttpStatusCode.NoContent, (await biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{id}")).Status);

        var erased = await biller.PostAsync(
            $"{Biller.Accounts}/erase", new JsonObject { ["account"] = account, ["number"] = number, ["reason"] = "They asked" });

        Assert.True((int)erased.Status == 200, erased.Text);
        Assert.Equal("removed", await books.ScalarAsync("SELECT standing FROM instrument WHERE id = $1", Guid.Parse(id)));
        Assert.Equal(HttpStatusCode.NoContent, (await biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{id}")).Status);
        await books.AssertBooksAreCleanAsync(books.DemoCompany);
    }

    [Fact]
    public async Task Mandate_IsEndedWhileADebitSettles_AndNothingNewIsCharged()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.IbanOf("DE02120300000000202051"), 20_00);
        var (account, id) = await OfAsync(biller, customer);
        var charging = new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("20", "USD"), ["instrument"] = id };
        var settling = await biller.PostAsync(Biller.Payments, charging);
        Assert.Equal((HttpStatusCode.Created, "settling"), (settling.Status, (string)settling.Json["status"]!));

        var removed = await biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{id}");

        Assert.Equal(HttpStatusCode.NoContent, removed.Status);
        Assert.Equal((404, "instrument-unknown"), (await biller.PostAsync(Biller.Payments, charging)).Problem);
        // It goes as one that was entered for this payment, and is gone where the debit has settled meanwhile.
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM vault_entry WHERE instrument_id = $1 AND NOT is_once", Guid.Parse(id)));
        var payment = $"{Biller.Payments}/{settling.Json["id"]}";
        await NoticePost.UntilAsync(async () => (string)(await biller.GetAsync(payment)).Json["status"]! == "captured");
        await books.AssertBooksAreCleanAsync(books.DemoCompany);
    }

    [Theory]
    [InlineData("4000000000009995", "insufficient_funds")]
    [InlineData("4000000000000069", "expired")]
    [InlineData("4000000000000002", "declined")]
    public async Task Payment_ThatIsDeclined_SaysWhy_InItsAnswerItsAttemptsAndItsEvent(string card, string why)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.CardOf(card), 20_00);
        var (account, id) = await OfAsync(biller, customer);
        var charging = new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("20", "USD"), ["instrument"] = id };
        var key = Biller.NewText();

        var declined = await biller.PostAsync(Biller.Payments, charging, key);
        var again = await biller.PostAsync(Biller.Payments, charging, key);
        var read = (await biller.GetAsync($"{Biller.Payments}/{declined.Json["id"]}")).Json;
        var listed = (await biller.GetAsync($"{Biller.Payments}?account={account}&status=declined")).Json["items"]![0]!;

        Assert.Equal((HttpStatusCode.Created, "declined", why),
            (declined.Status, (string)declined.Json["status"]!, (string)declined.Json["why"]!));
        Assert.Equal((declined.Text, true), (again.Text, again.Replayed));
        Assert.Equal((why, why, why), ((string)read["why"]!, (string)read["attempts"]![0]!["why"]!, (string)listed["why"]!));
        Assert.Equal(why, await books.ScalarAsync(
            "SELECT reason FROM event WHERE subject_id = $1 AND type = 'payment.declined'", Guid.Parse((string)declined.Json["id"]!)));
        Assert.Contains((await EventsAsync(biller, (string)declined.Json["id"]!)), one => (string?)one["why"] == why);
    }

    private static async Task<IReadOnlyList<JsonNode>> EventsAsync(Biller biller, string subject)
    {
        List<JsonNode> found = [];
        for (var (after, isEnd) = ("", false); !isEnd;)
        {
            var part = (await biller.GetAsync($"{Biller.Events}?limit=1000{after}")).Json;
            found.AddRange(part["items"]!.AsArray().Where(one => (string)one!["subject"]! == subject)!);
            (after, isEnd) = ($"&after={part["next"]}", part["items"]!.AsArray().Count < 1000);
        }

        return found;
    }

    [Fact]
    public async Task Instrument_OfAnotherMerchant_OrWithoutTheScope_IsNotRemoved()
    {
        var (owner, stranger) = (await Biller.OpenAsync(books, books.DemoCompany), await Biller.OpenAsync(books));
        var reader = await Biller.OpenAsync(books, books.DemoCompany, "read");
        var (_, id) = await OfAsync(
            owner, await new VaultedPayments(books).Customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard)));
        var path = $"{Biller.Instruments}/{id}";

        Assert.Equal((404, "instrument-unknown"), (await stranger.SendAsync(HttpMethod.Delete, path)).Problem);
        Assert.Equal((404, "instrument-unknown"), (await owner.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/x")).Problem);
        Assert.Equal((403, "forbidden"), (await reader.SendAsync(HttpMethod.Delete, path)).Problem);
        Assert.Equal(1L, await EntriesAsync(id));
    }

    private async Task<(string Account, string Id)> OfAsync(Biller biller, Customer customer)
    {
        var account = (Guid)(await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE dialect = 'oracle-brm' AND kind = 'account' AND value = $1", customer.Account))!;
        var list = await biller.GetAsync($"{Biller.Instruments}?account={account}");
        return ($"{account}", (string)list.Json["items"]![0]!["id"]!);
    }

    private async Task<long> EntriesAsync(string id) => (long)(await books.ScalarAsync(
        "SELECT count(*) FROM vault_entry WHERE instrument_id = $1", Guid.Parse(id)))!;
}
