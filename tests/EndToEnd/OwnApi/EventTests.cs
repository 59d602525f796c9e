using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Engine;
using Quittance.Storage.Moments;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>The feed of events: each once, in the order of the commits, none missing.</summary>
public sealed class EventTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_OfABill_AreReportedInTheirOrder()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20", charge));

        var report = await biller.GetAsync($"{Biller.Events}?after=");

        Assert.Equal(["account.opened", "charge.raised", "payment.recorded"], TypesOf(report.Json));
        Assert.Equal([charge, (string)paid.Json["id"]!], report.Json["items"]!.AsArray().Skip(1).Select(one => (string)one!["subject"]!));
        Assert.Equal("captured", (string)report.Json["items"]![2]!["status"]!);
        var end = (string)report.Json["next"]!;
        var rest = await biller.GetAsync($"{Biller.Events}?after={end}");
        Assert.Empty(rest.Json["items"]!.AsArray());
        Assert.Equal(end, (string)rest.Json["next"]!);
    }

    [Fact]
    public async Task Event_ThatComesWhileAReaderWaits_IsReportedAtOnce()
    {
        var biller = await Biller.OpenAsync(books);
        var none = (string)(await biller.GetAsync(Biller.Events)).Json["next"]!;
        var begun = Stopwatch.GetTimestamp();

        var waiting = biller.GetAsync($"{Biller.Events}?after={none}&wait=30");
        await biller.CustomerAsync();

        Assert.Equal(["account.opened"], TypesOf((await waiting).Json));
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Reader_WhileManyPay_GetsEachEventOnce_AndASecondReaderTheSame()
    {
        var biller = await Biller.OpenAsync(books);
        var accounts = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => biller.CustomerAsync()));
        using var done = new CancellationTokenSource();
        var paying = PayAsync();

        var (first, second) = (new List<string>(), new List<string>());
        await Task.WhenAll(ReadAsync(first, "limit=7"), ReadAsync(second, "limit=50"));
        await paying;

        Assert.Equal(first, second);
        Assert.Equal(first.Count, first.Distinct().Count());
        Assert.Equal(40L + 400, (long)first.Count);

        async Task PayAsync()
        {
            var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(async payer =>
            {
                List<TravelAnswer> answers = [];
                for (var each = 0; each < 25; each++)
                {
                    answers.Add(await biller.PostAsync(
                        Biller.Payments, Biller.Cash(accounts[((payer * 7) + each) % accounts.Length], "1")));
                }

                return answers;
            }));
            await done.CancelAsync();
            Assert.All(all.SelectMany(answers => answers), answer => Assert.True(answer.Status == HttpStatusCode.Created, answer.Text));
        }

        async Task ReadAsync(List<string> ids, string size)
        {
            for (string? next = null; ;)
            {
                // Asked for before the feed is read: the feed has all that was committed by then.
                var isLast = done.IsCancellationRequested;
                var report = (await biller.GetAsync($"{Biller.Events}?{size}{(next is null ? "" : $"&after={next}")}")).Json;
                ids.AddRange(report["items"]!.AsArray().Select(one => (string)one!["id"]!));
                next = (string)report["next"]!;
                if (isLast && report["items"]!.AsArray().Count == 0)
                    return;
            }
        }
    }

    [Fact]
    public async Task Events_OfAMerchant_AreNotThoseOfAnother()
    {
        var (biller, other) = (await Biller.OpenAsync(books), await Biller.OpenAsync(books));
        await biller.CustomerAsync();
        var next = (string)(await biller.GetAsync(Biller.Events)).Json["next"]!;

        Assert.Empty((await other.GetAsync(Biller.Events)).Json["items"]!.AsArray());
        var refused = await other.GetAsync($"{Biller.Events}?after={next}");
        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Equal(["after"], refused.Places);
    }

    [Fact]
    public async Task Commit_ThatIsUnderWay_IsNotPassedOver()
    {
        var biller = await Biller.OpenAsync(books);
        var slot = await SlotOfAsync(await biller.CustomerAsync());
        string elsewhere;
        do
            elsewhere = await biller.CustomerAsync();
        while (await SlotOfAsync(elsewhere) == slot);
        var feed = new EventFeed(books.Database, new SlotCatchUp(books.Database, TimeProvider.System), TimeProvider.System);
        await using var connection = await books.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var hold = new Npgsql.NpgsqlCommand(
            $"SELECT 1 FROM slot WHERE merchant_id = {biller.Merchant.Value} AND slot = {slot} FOR UPDATE", connection, transaction))
        {
            await hold.ExecuteNonQueryAsync(Cancel);
        }

        // Another customer's commit is later than the time that the held slot has passed.
        await biller.OwingAsync(elsewhere, "20");
        var reading = feed.AfterAsync(biller.Merchant, null, 1000, Cancel);
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), Cancel));
        Assert.False(reading.IsCompleted);
        await transaction.CommitAsync(Cancel);

        Assert.Equal(
            await books.ScalarAsync("SELECT count(*) FROM event WHERE merchant_id = $1", biller.Merchant.Value),
            (long)(await reading).Count);

        async Task<short> SlotOfAsync(string reference) => (short)(await books.ScalarAsync(
            "SELECT slot FROM reference WHERE merchant_id = $1 AND value = $2", biller.Merchant.Value, reference))!;
    }

    /// <summary>A commit that does not end keeps its own slot's later events back, and none that all slots have passed.</summary>
    [Long("a commit that takes seconds")]
    [Fact]
    public async Task Events_BeforeACommitThatDoesNotEnd_AreReported()
    {
        var biller = await Biller.OpenAsync(books);
        await biller.CustomerAsync();
        var feed = new EventFeed(books.Database, new SlotCatchUp(books.Database, TimeProvider.System), TimeProvider.System);
        Assert.Single(await feed.AfterAsync(biller.Merchant, null, 1000, Cancel));
        await biller.CustomerAsync();
        await using var connection = await books.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var hold = new Npgsql.NpgsqlCommand(
            "SELECT 1 FROM slot WHERE merchant_id = $1 AND last_at < (SELECT max(last_at) FROM slot WHERE merchant_id = $1) FOR UPDATE",
            connection, transaction))
        {
            hold.Parameters.Add(new Npgsql.NpgsqlParameter<long> { TypedValue = biller.Merchant.Value });
            await hold.ExecuteNonQueryAsync(Cancel);
        }

        Assert.Single(await feed.AfterAsync(biller.Merchant, null, 1000, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await feed.AfterAsync(biller.Merchant, (await FirstAsync()).Place, 1000, Cancel));

        async Task<Core.Books.FedEvent> FirstAsync() => Assert.Single(await feed.AfterAsync(biller.Merchant, null, 1, Cancel));
    }

    /// <summary>Those who read at once wait for one lead together, also where they read different parts.</summary>
    [Fact]
    public async Task Readers_OfOneMoment_LeadTheSlotsOnce()
    {
        var biller = await Biller.OpenAsync(books);
        await biller.CustomerAsync();
        var (clock, now) = (new HeldClock(), TimeProvider.System.GetUtcNow());
        var lead = new SlotCatchUp(books.Database, clock);
        Assert.True(await lead.PassAsync(biller.Merchant, now, Cancel));
        var before = await LastAsync();

        List<Task<bool>> readers =
            [.. Enumerable.Range(1, 5).Select(each => lead.PassAsync(biller.Merchant, now.AddTicks(each * 10), Cancel))];
        var turn = Assert.Single(clock.Timers);
        Assert.Equal(before, await LastAsync());
        turn();

        Assert.All(await Task.WhenAll(readers), Assert.True);
        Assert.Equal(before.AddTicks(50), await LastAsync());
        Assert.Single(clock.Timers);

        async Task<DateTime> LastAsync() => (DateTime)(await books.ScalarAsync(
            "SELECT min(last_at) FROM slot WHERE merchant_id = $1", biller.Merchant.Value))!;
    }

    private static IEnumerable<string> TypesOf(JsonNode report) => report["items"]!.AsArray().Select(one => (string)one!["type"]!);

    /// <summary>A clock that stands still, whose timers the test ends.</summary>
    private sealed class HeldClock : TimeProvider
    {
        public List<Action> Timers { get; } = [];

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Add(() => callback(state));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
