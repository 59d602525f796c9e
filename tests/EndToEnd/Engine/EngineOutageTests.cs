using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Lanes;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

public sealed class EngineOutageTests(BooksFixture books)
{
    private const string SeedVariable = "QUITTANCE_SEED";
    private const int MostTries = 20;

    /// <summary>Every payment is answered, and what is answered is what is in the books, however often connections break.</summary>
    [Long]
    [Fact]
    public async Task Payments_WhileCommitsAreCutInTheMiddle_AreBookedExactlyOnce()
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { } given ? int.Parse(given) : Random.Shared.Next();
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var (proxy, database) = CuttingProxy.To(own.ConnectionString, number => (Cut)(new Random(unchecked(seed + number)).Next(6) % 4));
        await using (proxy)
        await using (database)
        await using (var engine = OwnBooks.Engine(database, batchLimit: 5))
        {
            var outcomes = await PayAsync(shop, engine, customers: 20, paymentsOfEach: 20);

            var refused = outcomes.Where(outcome => !outcome.Accepted).SelectMany(outcome => outcome.Faults).ToList();
            Assert.True(refused.Count == 0, $"{SeedVariable}={seed}: {string.Join(' ', refused)}");
            Assert.Equal(outcomes.Select(outcome => outcome.Subject).Order(), (await own.PaymentsAsync()).Order());
            Assert.True(proxy.Commits > 40);
            await own.AssertCleanAsync();
        }
    }

    /// <summary>The commits of the other lanes do not hide it.</summary>
    [Fact]
    public async Task Lane_ThatHangsAlone_IsATroubleOfTheStore()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        // In a cluster, a lane has all commands of a merchant.
        Business elsewhere;
        do
            elsewhere = new Business(await own.MerchantAsync());
        while ((elsewhere.Merchant.Value - shop.Merchant.Value) % 2 == 0);
        await using var engine = own.Engine(lanes: 2);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-0"))).Accepted);
        var other = elsewhere.AccountsInDifferentSlots(20).First(name => LaneOf(elsewhere, name) != LaneOf(shop, "A-0"));
        var quick = 0;
        StoreTrouble? longest = null;
        Task<Outcome> slow;
        await using (await HoldAsync("ledger_account", own, shop, "A-0"))
        {
            slow = engine.SubmitAsync(shop.Payment("A-0"));
            using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (longest is null || longest.Last - longest.Since < TimeSpan.FromSeconds(3))
            {
                Assert.False(tooLong.IsCancellationRequested, $"{longest}");
                Assert.True((await engine.SubmitAsync(elsewhere.Payment(other))).Accepted);
                quick++;
                if (engine.Trouble is { Fault: StoreFault.Slow } trouble)
                    longest = trouble;
            }

            Assert.False(slow.IsCompleted);
        }

        Assert.True(quick > 100, $"{quick} payments went by.");
        Assert.True((await slow).Accepted);
        Assert.Null(engine.Trouble);

        static long LaneOf(Business business, string account) =>
            (business.Merchant.Value + business.AccountName(account).HomeSlot()) % 2;
    }

    [Fact]
    public async Task Deposits_WhoseCommitsLoseTheirAnswers_AreAskedOnce()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var (proxy, database) = CuttingProxy.To(own.ConnectionString, number => number % 3 == 0 ? Cut.None : Cut.Answer);
        await using (proxy)
        await using (database)
        await using (var engine = OwnBooks.Engine(database, batchLimit: 3))
        {
            await engine.SubmitAsync(shop.Opening("A-1"));
            var asked = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => engine.SubmitAsync(shop.Deposit("A-1", "O-1", 1))));

            Assert.All(asked, outcome => Assert.True(outcome.Accepted));
            Assert.Equal(Enumerable.Range(1, 30), asked.Select(outcome => outcome.Sequence));
            await using var sum = own.Database.CreateCommand("SELECT deposit_asked_minor FROM customer_order");
            Assert.Equal(30L, await sum.ExecuteScalarAsync(TestContext.Current.CancellationToken));
            await own.AssertCleanAsync();
        }
    }

    /// <summary>
    /// Another server carries out the same command, at the same time by its clock, while the first asks about its lost commit.
    /// </summary>
    [Fact]
    public async Task LostCommit_ThatAnotherServerRepeatsAtTheSameMoment_IsNotTakenForItsOwn()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var clock = new StandingClock(TimeProvider.System.GetUtcNow());
        var (proxy, database) = CuttingProxy.GoingAwayAt(own.ConnectionString, commit: 2, Cut.Request);
        await using (proxy)
        await using (database)
        await using (var engine = new PaymentEngine(new PostgresStore(database), clock, new EngineOptions { Lanes = 1 }))
        await using (var another = new PaymentEngine(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 }))
        {
            var payment = shop.Payment("A-1") with { ReceivedBy = null };
            Assert.True((await engine.SubmitAsync(payment)).Accepted);
            var came = new ClosePending(payment.Origin, payment.Account, payment.Id, ClearingProvider.Cash, []);
            var lost = engine.SubmitAsync(came);
            await NoticePost.UntilAsync(() => Task.FromResult(!proxy.IsUp));
            Assert.True((await another.SubmitAsync(came)).Accepted);
            proxy.IsUp = true;

            Assert.Equal([Refusal.PaymentNotPending], (await lost).Faults.Select(fault => fault.Refusal));
            await own.AssertCleanAsync();
        }
    }

    [Fact]
    public async Task Payments_WhileTheirBackendsAreKilled_AreBookedExactlyOnce()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(batchLimit: 5);
        using var done = new CancellationTokenSource();
        var killing = KillBackendsAsync(own, done.Token);

        var outcomes = await PayAsync(shop, engine, customers: 20, paymentsOfEach: 30);
        await done.CancelAsync();

        Assert.True(await killing > 0);
        Assert.All(outcomes, outcome => Assert.True(outcome.Accepted, string.Join(' ', outcome.Faults)));
        Assert.Equal(outcomes.Select(outcome => outcome.Subject).Order(), (await own.PaymentsAsync()).Order());
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Payments_WhileTheDatabaseIsAwayForAMoment_Wait()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var (proxy, database) = CuttingProxy.GoingAwayAt(own.ConnectionString, commit: 2, Cut.Answer);
        await using (proxy)
        await using (database)
        await using (var engine = OwnBooks.Engine(database, lanes: 1))
        {
            await engine.SubmitAsync(shop.Payment("A-1"));
            var waiting = engine.SubmitAsync(shop.Payment("A-1"));
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.False(waiting.IsCompleted);
            proxy.IsUp = true;

            Assert.True((await waiting).Accepted);
            Assert.Equal(2, await own.CountAsync("payment"));
        }
    }

    [Fact]
    public async Task Payments_WhileTheDatabaseStaysAway_AreRefusedAsUndone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var (proxy, database) = CuttingProxy.To(own.ConnectionString, _ => Cut.None);
        await using (proxy)
        await using (database)
        await using (var engine = new PaymentEngine(
            new PostgresStore(database), TimeProvider.System, new EngineOptions { Lanes = 1, Patience = TimeSpan.FromMilliseconds(200) }))
        {
            proxy.IsUp = false;
            Assert.Equal(Refusal.Unavailable, Assert.Single((await engine.SubmitAsync(shop.Payment("A-1"))).Faults).Refusal);
            proxy.IsUp = true;
            Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
        }
    }

    /// <summary>A payment that was refused in one outage leaves the next outage its patience.</summary>
    [Fact]
    public async Task Payments_AfterAnOutageThatRefusedOne_WaitAgainInTheNext()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var patience = TimeSpan.FromSeconds(1);
        var (proxy, database) = CuttingProxy.To(own.ConnectionString, _ => Cut.None);
        await using (proxy)
        await using (database)
        await using (var engine = new PaymentEngine(
            new PostgresStore(database), TimeProvider.System, new EngineOptions { Lanes = 1, Patience = patience }))
        {
            proxy.IsUp = false;
            Assert.Equal(Refusal.Unavailable, Assert.Single((await engine.SubmitAsync(shop.Payment("A-1"))).Faults).Refusal);
            await Task.Delay(2 * patience, TimeProvider.System, TestContext.Current.CancellationToken);

            var waiting = engine.SubmitAsync(shop.Payment("A-1"));
            await Task.Delay(patience / 2, TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.False(waiting.IsCompleted);
            proxy.IsUp = true;
            Assert.True((await waiting).Accepted);
        }
    }

    /// <summary>A refusal says that nothing was done; where that is not known, no answer says so.</summary>
    [Fact]
    public async Task Payments_OfAnEngineThatStopsBeforeTheirFateIsKnown_AreNotRefused()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        CuttingProxy proxy = null!;
        (proxy, var database) = CuttingProxy.To(own.ConnectionString, number =>
        {
            proxy.IsUp = false;
            return Cut.Answer;
        });
        await using (proxy)
        await using (database)
        {
            var engine = OwnBooks.Engine(database, lanes: 1);
            Task<Outcome>[] waiting;
            await using (await HoldAsync("slot", own, shop, "A-1"))
            {
                // The first is read and waits for the slot; the others are one batch after it.
                waiting = [.. Enumerable.Range(0, 3).Select(_ => engine.SubmitAsync(shop.Payment("A-1")))];
            }

            while (proxy.IsUp)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
            await engine.DisposeAsync();

            foreach (var outcome in waiting)
                await Task.WhenAny(outcome);
            // The session that gets the slot knows that its last transaction has ended.
            await using (await HoldAsync("slot", own, shop, "A-1"))
            {
            }

            var booked = await own.PaymentsAsync();
            var refusals = waiting.Count(outcome => outcome.IsCompletedSuccessfully && !outcome.Result.Accepted);
            Assert.Equal(3, booked.Count + refusals);
            Assert.NotEmpty(booked);
        }
    }

    [Fact]
    public async Task Engine_LockedOutOfItsDatabase_WorksAgainWhenLetIn()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes: 1);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
        await own.OnServerAsync("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await own.OnServerAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => engine.SubmitAsync(shop.Payment("A-1")));

        await own.OnServerAsync("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
    }

    [Fact]
    public async Task Bug_InOneCommand_HarmsNoOther()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes: 1);
        await using var elsewhere = own.Engine(lanes: 1);
        Task<Outcome> before, broken, after;
        await using (await HoldAsync("slot", own, shop, "A-1"))
        {
            before = engine.SubmitAsync(shop.Payment("A-1"));
            broken = engine.SubmitAsync(new BrokenCommand(shop.Payment("A-1").Origin, shop.Payment("A-1").Account));
            after = engine.SubmitAsync(shop.Payment("A-1"));
        }

        Assert.True((await before).Accepted);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => broken);
        Assert.True((await after).Accepted);

        // And the slot is free for other processes, although this lane has nothing more to do.
        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => engine.SubmitAsync(new BrokenCommand(shop.Payment("A-1").Origin, shop.Payment("A-1").Account)));
        Assert.True((await elsewhere.SubmitAsync(shop.Payment("A-1"))).Accepted);
    }

    [Fact]
    public async Task Engines_OnOneDatabaseThatLoseAnswers_KeepNoSlotFromEachOther()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var (proxy, database) = CuttingProxy.To(own.ConnectionString, number => number % 2 == 1 ? Cut.Answer : Cut.None);
        await using (proxy)
        await using (database)
        await using (var engine = OwnBooks.Engine(database, lanes: 1))
        await using (var elsewhere = own.Engine(lanes: 1))
        {
            for (var round = 0; round < 5; round++)
            {
                Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
                Assert.True((await elsewhere.SubmitAsync(shop.Payment("A-1"))).Accepted);
            }

            Assert.Equal(10, await own.CountAsync("payment"));
        }
    }

    /// <summary>Pays as clients do: where the books could not be reached for too long, and nothing was done, they send it again.</summary>
    private static async Task<IReadOnlyList<Outcome>> PayAsync(Business shop, PaymentEngine engine, int customers, int paymentsOfEach)
    {
        var paying = Enumerable.Range(0, customers).Select(async customer =>
        {
            List<Outcome> outcomes = [];
            for (var number = 0; number < paymentsOfEach; number++)
            {
                var payment = shop.Payment($"A-{customer}");
                var outcome = await engine.SubmitAsync(payment);
                for (var again = 0; again < MostTries && outcome.Faults is [{ Refusal: Refusal.Unavailable }]; again++)
                    outcome = await engine.SubmitAsync(payment);
                outcomes.Add(outcome);
            }

            return outcomes;
        });
        return [.. (await Task.WhenAll(paying)).SelectMany(outcomes => outcomes)];
    }

    /// <summary>
    /// Kills a backend at work again and again, each time after something more was booked: however slow the machine, the engine gets on.
    /// </summary>
    private static async Task<int> KillBackendsAsync(OwnBooks own, CancellationToken done)
    {
        var (kills, booked) = (0, -1L);
        while (!done.IsCancellationRequested)
        {
            if (await own.CountAsync("payment") is var now && now > booked)
            {
                booked = now;
                kills += await own.KillBackendAtWorkAsync();
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, done));
        }

        return kills;
    }

    /// <summary>Locks the rows that a table has of an account's slot, until it is disposed of.</summary>
    private static async Task<IAsyncDisposable> HoldAsync(string table, OwnBooks own, Business shop, string account)
    {
        var connection = await own.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand(
            $"BEGIN; SELECT 1 FROM {table} WHERE merchant_id = {shop.Merchant.Value} AND slot = {shop.AccountName(account).HomeSlot()} "
                + "FOR UPDATE", connection);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private sealed record BrokenCommand(Origin Origin, AccountTarget Account) : Command(Origin, Account)
    {
        public override Decision Decide(State state, Stamp stamp) => throw new InvalidTimeZoneException("A bug.");
    }

    /// <summary>Always the same time. Timers run by the real one.</summary>
    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
