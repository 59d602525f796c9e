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
