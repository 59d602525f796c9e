using System.Net;
using System.Text.Json.Nodes;
using Quittance.BackOffice.Overdue;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Storage.Overdue;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>A merchant's customers are reminded of what is overdue.</summary>
public sealed class DunningTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private Dunnings Dunnings => new(books.Database, new DunningPolicies(books.Database, TimeProvider.System));

    [Fact]
    public async Task Customer_ReachesLevels_PaysAndIsDunnedNoMore()
    {
        var biller = await Biller.OpenAsync(books);
        var set = await SetAsync(biller, """[{"after_days":7},{"after_days":14,"fee":"5.00"},{"after_days":28,"hands_over":true}]""");
        Assert.True(set.Status == HttpStatusCode.OK, set.Text);
        Assert.Equal("20.00", (string)(await biller.GetAsync("/api/v1/dunning")).Json["items"]![0]!["minimum"]!);
        var account = await biller.CustomerAsync();
        var charge = await LateAsync(biller, account, 60);

        Assert.Equal(("step", 1), Next(await ShownAsync(biller, account)));
        Assert.Equal([DunningMove.Step], (await RunAsync(biller.Merchant, 0)).Select(one => one.Verdict.Move));
        Assert.Equal([DunningWait.Early], (await RunAsync(biller.Merchant, 0)).Select(one => one.Verdict.Why!.Value));
        foreach (var day in (int[])[7, 21])
            Assert.True(Assert.Single(await RunAsync(biller.Merchant, day)).Outcome!.Accepted);
        var last = await ShownAsync(biller, account);
        Assert.Equal((3, true, "last_level"), ((int)last["level"]!, (bool)last["with_agency"]!, (string)last["why"]!));
        Assert.Equal([3, 2, 1], last["steps"]!.AsArray().Select(step => (int)step!["level"]!));

        var fee = (string)last["steps"]![1]!["fee"]!;
        Assert.Equal("5.00", (string)(await biller.GetAsync($"{Biller.Charges}/{fee}")).Json["open"]!["amount"]!);
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "40", charge));
        Assert.Equal([DunningMove.End], (await RunAsync(biller.Merchant, 22)).Select(one => one.Verdict.Move));
        Assert.Empty(await RunAsync(biller.Merchant, 23));
        Assert.Equal(0, (int)(await ShownAsync(biller, account))["level"]!);

        var events = (await biller.GetAsync("/api/v1/events?limit=1000")).Json["items"]!.AsArray();
        var id = (string)last["account"]!;
        Assert.Equal(
            [("account.dunned", 2), ("account.dunned", 3), ("account.dunned", 4), ("account.dunning_ended", 5)],
            events.Where(one => (string)one!["subject"]! == id).Skip(1).Select(one => ((string)one!["type"]!, (int)one["sequence"]!)));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task ServersThatRunAtOnce_DunEachCustomerOnce()
    {
        var biller = await Biller.OpenAsync(books);
        await SetAsync(biller, """[{"after_days":7,"fee":"2.50"},{"after_days":8}]""");
        foreach (var _ in Enumerable.Range(0, 5))
            await LateAsync(biller, await biller.CustomerAsync(), 30);

        var runs = await Task.WhenAll(RunAsync(biller.Merchant, 0), RunAsync(biller.Merchant, 0));

        var outcomes = runs.SelectMany(run => run).Select(one => one.Outcome).OfType<Outcome>().ToList();
        Assert.Equal(5, outcomes.Count(outcome => outcome.Accepted));
        Assert.All(
            outcomes.Where(outcome => !outcome.Accepted), outcome => Assert.Equal(Refusal.AccountChanged, outcome.Faults[0].Refusal));
        Assert.Equal(5L, await books.ScalarAsync(
            "SELECT count(*) FROM charge WHERE merchant_id = $1 AND label = 'dunning'", biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task RunOfADay_IsDoneOnce_AndAgainWhereItDidNotEnd()
    {
        var merchant = (await Biller.OpenAsync(books)).Merchant;
        var (runs, count) = (new OverdueRuns(books.Database, TimeProvider.System), 0);

        await runs.OnceAsync(merchant, Today, () => Counted(false), Cancel);
        await runs.OnceAsync(merchant, Today, async () =>
        {
            // Another server looks meanwhile.
            await runs.OnceAsync(merchant, Today, () => Counted(true), Cancel);
            return await Counted(true);
        }, Cancel);
        await runs.OnceAsync(merchant, Today, () => Counted(true), Cancel);
        Assert.Equal(2, count);
        await runs.OnceAsync(merchant, Today.AddDays(1), () => Counted(true), Cancel);
        Assert.Equal(3, count);
        // The clock of another server is behind by a little.
        await runs.OnceAsync(merchant, Today, () => Counted(true), Cancel);
        Assert.Equal(3, count);
        // A clock jumps far ahead and is set back: the days until then have their runs.
        await runs.OnceAsync(merchant, Today.AddDays(400), () => Counted(true), Cancel);
        await runs.OnceAsync(merchant, Today.AddDays(2), () => Counted(true), Cancel);
        await runs.OnceAsync(merchant, Today.AddDays(2), () => Counted(true), Cancel);
        Assert.Equal(5, count);

        Task<bool> Counted(bool isDone)
        {
            count++;
            return Task.FromResult(isDone);
        }
    }

    [Fact]
    public async Task HeldCustomerAndPausedCharge_AreLeftOut()
    {
        var biller = await Biller.OpenAsync(books);
        await SetAsync(biller, """[{"after_days":7}]""");
        var (held, paused) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        await LateAsync(biller, held, 30);
        var charge = await LateAsync(biller, paused, 30);
        var hold = await biller.PostAsync(
            $"{Biller.Accounts}/{held}/dunning", new JsonObject { ["exempt"] = true, ["reason"] = "An employee" });
        var pause = await biller.SendAsync(
            HttpMethod.Post, $"{Biller.Charges}/{charge}/change",
            $$"""{"no_dunning_until":"{{Today.AddDays(3):O}}","reason":"Pays on Friday"}""", Biller.NewText(), "\"1\"");

        Assert.Equal("account.dunning_held", (string)hold.Json["type"]!);
        Assert.True(pause.Status == HttpStatusCode.OK, pause.Text);
        Assert.Equal($"{Today.AddDays(3):O}", (string)(await biller.GetAsync($"{Biller.Charges}/{charge}")).Json["no_dunning_until"]!);
        Assert.Equal(
            [DunningWait.Exempt, DunningWait.LeftOut],
            (await RunAsync(biller.Merchant, 3)).Select(one => one.Verdict.Why!.Value).Order());
        Assert.Single(await RunAsync(biller.Merchant, 4), one => one.Outcome is { Accepted: true });
        await biller.PostAsync($"{Biller.Accounts}/{held}/dunning", new JsonObject { ["reason"] = "Left us" });
        Assert.Single(await RunAsync(biller.Merchant, 4), one => one.Outcome is { Accepted: true });
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData("/levels", """[{"after_days":7},{"after_days":7}]""")]
    [InlineData("/levels", """[{"after_days":7,"hands_over":true},{"after_days":8}]""")]
    [InlineData("/levels/0/after_days", """[{"after_days":0}]""")]
    [InlineData("/levels/0/fee", """[{"after_days":1,"fee":"1.234"}]""")]
    [InlineData("/levels/0/name", """[{"after_days":1,"name":"first"}]""")]
    public async Task Policy_ThatMakesNoSense_IsRefusedByItsField(string place, string levels)
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await SetAsync(biller, levels);
        Assert.Equal((HttpStatusCode.BadRequest, place), (refused.Status, Assert.Single(refused.Places)));
        var clerk = await Biller.OpenAsync(books, biller.Merchant, "read", "correct");
        Assert.Equal(HttpStatusCode.Forbidden, (await SetAsync(clerk, """[{"after_days":7}]""")).Status);
    }

    private static (string, int) Next(JsonNode shown) => ((string)shown["next"]!, (int)shown["next_level"]!);

    private static Task<TrainTravel.TravelAnswer> SetAsync(Biller biller, string levels) =>
        biller.PostAsync("/api/v1/dunning", new JsonObject
        {
            ["currency"] = "EUR",
            ["minimum"] = "20",
            ["levels"] = JsonNode.Parse(levels),
            ["reason"] = "Agreed with the accountant",
        });

    private static async Task<JsonNode> ShownAsync(Biller biller, string account)
    {
        var shown = await biller.GetAsync($"{Biller.Accounts}/{account}/dunning");
        Assert.True(shown.Status == HttpStatusCode.OK, shown.Text);
        return shown.Json;
    }

    /// <summary>A charge of 40.00 that was due so many days ago; its id.</summary>
    private static async Task<string> LateAsync(Biller biller, string account, int days)
    {
        var charge = Biller.Charge(account, "40");
        charge["due"] = $"{Today.AddDays(-days):O}";
        var raised = await biller.PostAsync(Biller.Charges, charge);
        Assert.True(raised.Status == HttpStatusCode.Created, raised.Text);
        return (string)raised.Json["id"]!;
    }

    private async Task<List<DunnedAccount>> RunAsync(MerchantId merchant, int inDays)
    {
        List<DunnedAccount> all = [];
        await foreach (var one in new DunningRun(Dunnings, books.Engine).OfAsync(
            merchant, Today.AddDays(inDays), _ => new Origin(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), Cancel))
        {
            all.Add(one);
        }

        return all;
    }
}
