using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>A program tries a payment again that its provider declined.</summary>
public sealed class RetryByHandTests(BooksFixture books)
{
    private const string NeverGood = "4000000000000002";

    [Fact]
    public async Task Retry_ChargesWhatIsStillOpen_Once_AsAPaymentOfItsOwn()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var path = await DeclinedAsync(VaultedPayments.GoodCard, 80_00);
        var key = Biller.NewText();

        var tried = await biller.PostAsync($"{path}/retry", Because("Payday"), key);
        var again = await biller.PostAsync($"{path}/retry", Because("Payday"), key);
        var twice = await biller.PostAsync($"{path}/retry", Because("Payday"));

        Assert.Equal((HttpStatusCode.Created, "captured"), (tried.Status, (string?)tried.Json["status"]));
        Assert.Equal("80.00", (string)Assert.Single(tried.Json["charges"]!.AsArray())!["amount"]!["amount"]!);
        Assert.Equal((tried.Text, true), (again.Text, again.Replayed));
        Assert.Equal((409, "nothing-due"), twice.Problem);
        var failed = (await biller.GetAsync(path)).Json;
        Assert.Equal("declined", (string)failed["status"]!);
        Assert.Equal("payment.retry: Payday", await books.ScalarAsync(
            "SELECT string_agg(what || ': ' || reason, '; ') FROM operator_action WHERE merchant_id = $1 AND subject = $2 "
                + "AND who LIKE 'credential %'", biller.Merchant.Value, $"payment {failed["number"]}"));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Retry_ThatIsDeclinedAgain_IsAPaymentToo_AndMayBeTriedOnceMore()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var path = await DeclinedAsync(NeverGood, 30_00);

        var (first, second) = (
            await biller.PostAsync($"{path}/retry", Because("Payday")), await biller.PostAsync($"{path}/retry", Because("Payday")));

        Assert.Equal((HttpStatusCode.Created, "declined"), (first.Status, (string?)first.Json["status"]));
        Assert.Equal((HttpStatusCode.Created, "declined"), (second.Status, (string?)second.Json["status"]));
        Assert.NotEqual((string)first.Json["id"]!, (string)second.Json["id"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Retry_OfAPaymentThatCannotBeTried_SaysWhy()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(await biller.CustomerAsync(), "20"));
        var path = await DeclinedAsync(VaultedPayments.GoodCard, 30_00);
        var instrument = (string)(await biller.GetAsync(path)).Json["instrument"]!;
        Assert.Equal(["/reason"], (await biller.PostAsync($"{path}/retry", new JsonObject())).Places);
        await biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{instrument}");

        Assert.Equal((409, "payment-not-failed"), await ProblemAsync($"{Biller.Payments}/{paid.Json["id"]}"));
        Assert.Equal((409, "instrument-gone"), await ProblemAsync(path));
        Assert.Equal((404, "payment-unknown"), await ProblemAsync($"{Biller.Payments}/{Guid.Empty:D}"));
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        async Task<(int, string?)> ProblemAsync(string of) => (await biller.PostAsync($"{of}/retry", Because("Payday"))).Problem;
    }

    private static JsonObject Because(string reason) => new() { ["reason"] = reason };

    /// <summary>A payment by card for a bill that the provider declined.</summary>
    private async Task<string> DeclinedAsync(string card, long amountMinor)
    {
        var (id, _) = await DeclinedPayments.MakeAsync(books.Engine, books.Vault, books.DemoCompany, card, amountMinor);
        return $"{Biller.Payments}/{id.Value:D}";
    }
}
