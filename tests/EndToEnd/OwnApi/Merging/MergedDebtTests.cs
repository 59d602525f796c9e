using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Disputes;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi.Merging;

/// <summary>After a merge, debt and money that come back go where the merge leads, and so do the old numbers of charges.</summary>
public sealed class MergedDebtTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OldNumber_LeadsToTheChargeThatTheMergeMade_OnEitherAccount()
    {
        var biller = await Biller.OpenAsync(books);
        var (old, kept) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var number = $"INV/{Biller.NewText()}";
        var first = (string)(await biller.PostAsync(Biller.Charges, Biller.Charge(old, "20", number))).Json["id"]!;
        await biller.PostAsync(Biller.Payments, Biller.Cash(old, "2", number));
        await MergeAsync(biller, old, kept);
        var path = $"{Biller.Charges}/{Uri.EscapeDataString(number)}";

        var read = (await biller.GetAsync(path)).Json;
        var moved = (string)read["moved_to"]!;
        Assert.Equal((first, "18.00", "2.00", "0.00"), Parts(read));
        Assert.Equal(first, (string)(await biller.GetAsync($"{Biller.Charges}/{moved}")).Json["moved_from"]!);
        // A list shows each charge by itself, so that nothing is counted twice.
        var listed = (await biller.GetAsync($"{Biller.Charges}?account={old}")).Json["items"]!.AsArray().Single()!;
        Assert.Equal(("0.00", moved), ((string)listed["open"]!["amount"]!, (string)listed["moved_to"]!));

        foreach (var (account, name) in ((string, string)[])[(kept, number), (old, number), (kept, first), (old, first)])
        {
            var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "1", name));
            Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);
            Assert.Equal(moved, (string)paid.Json["charges"]![0]!["charge"]!);
        }

        foreach (var account in (string[])[kept, old])
        {
            var linked = await biller.PostAsync(
                Biller.Links, new JsonObject { ["account"] = account, ["charges"] = new JsonArray(number) });
            Assert.True(linked.Status == HttpStatusCode.Created, linked.Text);
        }

        var credited = await biller.PostAsync(
            $"{path}/correct",
            new JsonObject { ["correction"] = "credit", ["amount"] = Biller.Euro("4"), ["reason"] = "Delivered late" });
        Assert.Equal(moved, (string)credited.Json["charge"]!);
        Assert.Equal((first, "10.00", "6.00", "4.00"), Parts((await biller.GetAsync(path)).Json));
        var tag = (await biller.GetAsync(path)).Headers["ETag"];
        var changed = await biller.SendAsync(
            HttpMethod.Post, $"{path}/change", """{"due":"2027-01-01","reason":"Later"}""", Biller.NewText(), tag);
        Assert.Equal((HttpStatusCode.OK, moved), (changed.Status, (string)changed.Json["charge"]!));
        // Without its charges a merged account takes nothing.
        var late = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = old,
            ["amount"] = Biller.Euro("1"),
            ["method"] = "cash",
        });
        Assert.Equal((409, "account-merged"), late.Problem);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        await biller.PostAsync($"{Biller.Accounts}/{old}/unmerge", new JsonObject { ["reason"] = "Two people" });
        var back = (await biller.GetAsync(path)).Json;
        Assert.Equal(("10.00", null), ((string)back["open"]!["amount"]!, (string?)back["moved_to"]));
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Payments, Biller.Cash(old, "10", number))).Status);
        Assert.Equal(["0.00"], await biller.OpenOfAsync(first));
    }

    [Fact]
    public async Task DebtThatComesBack_FollowsTheMerge_AndMoneyThatComesBackSettlesIt()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, telco.Merchant);
        var (_, payment) = await telco.PaidAsync(20_00, 20_00);
        var paid = (await biller.GetAsync($"{Biller.Payments}/{payment}")).Json;
        var (old, charge) = ((string)paid["account"]!, (string)paid["charges"]![0]!["charge"]!);
        var (kept, last) = (await biller.CustomerAsync("USD"), await biller.CustomerAsync("USD"));
        await MergeAsync(biller, old, kept);
        await MergeAsync(biller, kept, last);

        await telco.DisputeAsync(payment, 20_00);

        Assert.Equal(("0.00", "0.00"), await BalanceAsync(biller, old));
        Assert.Equal(("0.00", "0.00"), await BalanceAsync(biller, kept));
        Assert.Equal(("20.00", "0.00"), await BalanceAsync(biller, last));
        Assert.Equal(["20.00"], await biller.OpenOfAsync(charge));
        var cash = Biller.Cash(last, "5", charge);
        cash["amount"] = Biller.Euro("5", "USD");
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Payments, cash)).Status);
        Assert.Equal(("15.00", "0.00"), await BalanceAsync(biller, last));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task WonDispute_SettlesTheDebtThatItHadOpened_WhereTheMergeTookIt()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, telco.Merchant);
        var (_, payment) = await telco.PaidAsync(20_00, 20_00);
        var paid = (await biller.GetAsync($"{Biller.Payments}/{payment}")).Json;
        var (old, charge) = ((string)paid["account"]!, (string)paid["charges"]![0]!["charge"]!);
        var kept = await biller.CustomerAsync("USD");
        await MergeAsync(biller, old, kept);
        await telco.DisputeAsync(payment, 20_00);
        var cash = Biller.Cash(kept, "5", charge);
        cash["amount"] = Biller.Euro("5", "USD");
        await biller.PostAsync(Biller.Payments, cash);

        var attempts = await new Attempts(books.Database).OfPaymentAsync(new(biller.Merchant, Guid.Parse(payment)), Cancel);
        var won = await books.Engine.SubmitAsync(new CloseDispute(
            new(biller.Merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())),
            attempts.Single(attempt => attempt.Verb == Verb.Authorise), "dispute", IsWon: true));

        Assert.True(won.Accepted, string.Join(", ", won.Faults));
        Assert.Equal(("0.00", "0.00"), await BalanceAsync(biller, kept));
        // The provider pays the rest back to the payer alone, so it stays with its payment.
        Assert.Equal(("0.00", "5.00"), await BalanceAsync(biller, old));
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    private static async Task MergeAsync(Biller biller, string old, string into)
    {
        var merged = await biller.PostAsync($"{Biller.Accounts}/{old}/merge", new JsonObject { ["into"] = into, ["reason"] = "Married" });
        Assert.True(merged.Status == HttpStatusCode.OK, merged.Text);
    }

    private static (string Id, string Open, string Paid, string Credited) Parts(JsonNode charge) => (
        (string)charge["id"]!, (string)charge["open"]!["amount"]!, (string)charge["paid"]!["amount"]!,
        (string)charge["credited"]!["amount"]!);

    private static async Task<(string Owed, string Credit)> BalanceAsync(Biller biller, string account)
    {
        var balance = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance")).Json;
        return ((string)balance["owed"]!["amount"]!, (string)balance["credit"]!["amount"]!);
    }
}
