using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi.Merging;

/// <summary>A program merges two accounts of one person, in two slots, and undoes it.</summary>
public sealed class MergeTests(BooksFixture books)
{
    [Fact]
    public async Task Accounts_MergedAndUnmerged_LeaveTheBooksAsTheyWere()
    {
        var biller = await Biller.OpenAsync(books);
        var (old, kept) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var (charge, own) = (await biller.OwingAsync(old, "20"), await biller.OwingAsync(kept, "7"));
        await biller.PostAsync(Biller.Payments, Biller.Cash(old, "12.50", await biller.OwingAsync(old, "10")));
        await biller.PostAsync(Biller.Payments, Biller.Cash(kept, "1", own));
        var (oldBefore, keptBefore) = (await BalanceAsync(biller, old), await BalanceAsync(biller, kept));
        var (body, key) = (new JsonObject { ["into"] = kept, ["reason"] = "Married" }, Biller.NewText());

        var merged = await biller.PostAsync($"{Biller.Accounts}/{old}/merge", body, key);
        var again = await biller.PostAsync($"{Biller.Accounts}/{old}/merge", body, key);

        Assert.True(merged.Status == HttpStatusCode.OK, merged.Text);
        Assert.Equal("account.merged", (string)merged.Json["type"]!);
        Assert.Equal((merged.Text, true), (again.Text, again.Replayed));
        Assert.Equal(("0.00", "0.00"), await BalanceAsync(biller, old));
        Assert.Equal(("26.00", "2.50"), await BalanceAsync(biller, kept));
        // The merged account answers with the one that goes on.
        var shown = (await biller.GetAsync($"{Biller.Accounts}/{old}")).Json;
        var id = (string)(await biller.GetAsync($"{Biller.Accounts}/{kept}")).Json["id"]!;
        Assert.Equal(("closed", id), ((string)shown["status"]!, (string)shown["merged_into"]!));
        var late = await biller.PostAsync(Biller.Charges, Biller.Charge(old, "5"));
        Assert.Equal(((409, "account-merged"), "/account"), (late.Problem, late.Places.Single()));
        var moved = (await biller.GetAsync($"{Biller.Charges}?account={kept}&open=true")).Json["items"]!.AsArray()
            .Single(one => (string?)one!["moved_from"] == charge)!;
        Assert.Equal("20.00", (string)moved["open"]!["amount"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        var undone = await ChangeAsync(biller, old, "unmerge");

        Assert.True(undone.Status == HttpStatusCode.OK, undone.Text);
        Assert.Equal((oldBefore, keptBefore), (await BalanceAsync(biller, old), await BalanceAsync(biller, kept)));
        await biller.PostAsync(Biller.Payments, Biller.Cash(old, "20", charge));
        Assert.Equal("0.00", (string)(await biller.GetAsync($"{Biller.Charges}/{charge}")).Json["open"]!["amount"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Merge_ThatTheBooksDoNotAllow_NamesTheField_AndChangesNothing()
    {
        var biller = await Biller.OpenAsync(books);
        var (old, kept) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var dollars = $"C-{Biller.NewText()}";
        await biller.PostAsync(Biller.Accounts, new JsonObject { ["reference"] = dollars, ["currency"] = "USD" });
        var before = await books.ScalarAsync("SELECT count(*) FROM event WHERE merchant_id = $1", biller.Merchant.Value);

        foreach (var (into, status, type, place) in ((string, int, string, string)[])
            [
                (dollars, 422, "currency-mismatch", "/into"), (old, 409, "same-customer", "/into"),
                ("nowhere", 404, "account-unknown", "/into"),
            ])
        {
            var refused = await biller.PostAsync(
                $"{Biller.Accounts}/{old}/merge", new JsonObject { ["into"] = into, ["reason"] = "One person" });
            Assert.Equal(((status, type), place), (refused.Problem, refused.Places.Single()));
            // The problem says the sentence, and the place says it not again.
            Assert.Equal(["pointer"], refused.Json["errors"]![0]!.AsObject().Select(member => member.Key));
        }

        Assert.Equal(["/into"], (await ChangeAsync(biller, old, "merge")).Places);
        Assert.Equal((409, "account-not-merged"), (await ChangeAsync(biller, kept, "unmerge")).Problem);
        Assert.Equal(before, await books.ScalarAsync("SELECT count(*) FROM event WHERE merchant_id = $1", biller.Merchant.Value));
    }

    private static Task<TravelAnswer> ChangeAsync(Biller biller, string account, string verb) =>
        biller.PostAsync($"{Biller.Accounts}/{account}/{verb}", new JsonObject { ["reason"] = "Two people after all" });

    private static async Task<(string Owed, string Credit)> BalanceAsync(Biller biller, string account)
    {
        var balance = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance")).Json;
        return ((string)balance["owed"]!["amount"]!, (string)balance["credit"]!["amount"]!);
    }
}
