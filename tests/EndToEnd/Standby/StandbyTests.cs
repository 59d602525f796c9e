using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Storage;
using Quittance.Storage.Lanes;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.Standby;

/// <summary>Two real PostgreSQL servers. A payment is answered when the standby has it, and not before.</summary>
[Long]
public sealed class StandbyTests(BooksFixture books)
{
    // Longer than the driver waits for a statement.
    private static readonly TimeSpan StandsStillFor = TimeSpan.FromSeconds(40);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// One payment is left alone, the wait of another is cancelled, the backend of a third is terminated while it waits, and the server of
    /// a fourth dies after that, so that another server is asked for the answer again. All are sent again and again under their keys until
    /// they are taken.
    /// </summary>
    [Fact]
    public async Task Payments_AcknowledgedWhileTheStandbyStandsStill_AreThereWhenItTakesOver()
    {
        await using var pair = await StandbyPair.StartAsync();
        await StandbyServer.CreateShopAsync(pair.Primary);
        await using var alone = await StandbyServer.StartAsync(pair.ConnectionString);
        await using var terminated = await StandbyServer.StartAsync(pair.ConnectionString);
        await using var cancelled = await StandbyServer.StartAsync(pair.ConnectionString);
        await using var heir = await StandbyServer.StartAsync(pair.ConnectionString);
        var dying = await StandbyServer.StartAsync(pair.ConnectionString);
        Assert.Equal(HttpStatusCode.Created, (await alone.PayAsync("A-0", "before")).Status);

        await pair.FreezeAsync();
        var acknowledged = new ConcurrentBag<Guid>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<Task> clients = [];

        var lost = dying.PayAsync("A-1", "replayed");
        var waiting = await pair.UntilWaitingAsync(1);
        await pair.EndAsync("terminate", waiting[0]);
        await dying.DisposeAsync();
        await Task.WhenAny(lost);
        clients.Add(PayUntilTakenAsync(heir, "A-1", "replayed", acknowledged, over.Token));

        waiting = await pair.WaitingAsync();
        clients.Add(PayUntilTakenAsync(terminated, "A-2", "terminated", acknowledged, over.Token));
        await pair.EndAsync("terminate", (await pair.UntilWaitingAsync(waiting.Count + 1)).Except(waiting).First());
        waiting = await pair.WaitingAsync();
        clients.Add(PayUntilTakenAsync(cancelled, "A-4", "cancelled", acknowledged, over.Token));
        await pair.EndAsync("cancel", (await pair.UntilWaitingAsync(waiting.Count + 1)).Except(waiting).First());
        clients.Add(PayUntilTakenAsync(alone, "A-3", "left alone", acknowledged, over.Token));

        await Task.Delay(StandsStillFor, TimeProvider.System, Cancel);
        Assert.NotEmpty(await pair.WaitingAsync());
        await over.CancelAsync();
        await Task.WhenAll(clients);
        await pair.FailOverAsync();

        Assert.Empty(acknowledged.Except(await PaymentsAsync(pair.Standby)));
        Assert.Empty(acknowledged);
        await OwnBooks.AssertCleanAsync(pair.Standby);
    }

    [Fact]
    public async Task Payments_BehindOneThatWaitsForTheStandby_AreRefusedAndTakenWhenItGoesOn()
    {
        await using var pair = await StandbyPair.StartAsync();
        await StandbyServer.CreateShopAsync(pair.Primary);
        var log = new OutageLog();
        await using var server = await StandbyServer.StartAsync(pair.ConnectionString, log.LogTo);
        Assert.Equal(HttpStatusCode.Created, (await server.PayAsync("A-0", "before")).Status);
        await pair.FreezeAsync();

        var waiting = server.PayAsync("A-1", "waiting");
        await pair.UntilWaitingAsync(1);
        var behind = await server.PayAsync("A-1", "behind").WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, behind.Status);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1L, await StandbyPair.ScalarAsync(pair.Primary, "SELECT count(*) FROM payment"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "A commit waits for its standby."), await server.ReadyAsync());
        Assert.Equal(
            ["Error: The database takes no commits, and payments are refused or wait. A commit waits for its standby."], log.Lines);

        await pair.ThawAsync();
        var taken = await waiting;
        Assert.Equal(HttpStatusCode.Created, taken.Status);
        Assert.Equal(taken, await server.PayAsync("A-1", "waiting"));
        Assert.Equal(HttpStatusCode.Created, (await server.PayAsync("A-1", "behind")).Status);
        await NoticePost.UntilAsync(() => Task.FromResult(log.Lines.Count == 2));
        Assert.StartsWith("Information: The database takes commits again, after ", log.Lines[1], StringComparison.Ordinal);
    }

    /// <summary>A driver waits longer for one statement. A third host is down from the start, and stands first.</summary>
    [Fact]
    public async Task Payments_AreTakenByTheNewPrimary_WhileTheOldOneStandsStillWithAllItsConnections()
    {
        await using var pair = await StandbyPair.StartAsync();
        await StandbyServer.CreateShopAsync(pair.Primary);
        var hosts = new NpgsqlConnectionStringBuilder(pair.ConnectionStringOfBoth);
        hosts.Host = $"127.0.0.1:{BooksFixture.FreePort()},{hosts.Host}";
        await using var server = await StandbyServer.StartAsync(hosts.ConnectionString);
        foreach (var account in (string[])["A-1", "A-2", "A-3"])
            Assert.Equal(HttpStatusCode.Created, (await server.PayAsync(account, $"before {account}")).Status);

        await pair.FailOverFromAFrozenPrimaryAsync();
        var acknowledged = new ConcurrentBag<Guid>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        over.CancelAfter(TimeSpan.FromSeconds(25));
        await PayUntilTakenAsync(server, "A-1", "after", acknowledged, over.Token);

        Assert.Equal(acknowledged, (await PaymentsAsync(pair.Standby)).Intersect(acknowledged));
        Assert.Single(acknowledged);
        await OwnBooks.AssertCleanAsync(pair.Standby);
    }

    /// <summary>It stands still for one connection, between two answers. A driver waits longer for the second one.</summary>
    [Theory]
    [InlineData("to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL")]
    [InlineData("WHERE pid = pg_backend_pid()")]
    public async Task Payment_IsTaken_WhileAPrimaryStandsStillThatItsLaneConnectsTo(string question)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await StandbyServer.CreateShopAsync(own.Database);
        var standsStill = 0;
        var (proxy, unused) = CuttingProxy.To(
            own.ConnectionString, _ => Interlocked.Exchange(ref standsStill, 0) == 0 ? Cut.None : Cut.Silence, question);
        await unused.DisposeAsync();
        await using var closing = proxy;
        await using var server = await StandbyServer.StartAsync(proxy.ConnectionString);
        Interlocked.Exchange(ref standsStill, 1);

        var acknowledged = new ConcurrentBag<Guid>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        over.CancelAfter(TimeSpan.FromSeconds(25));
        await PayUntilTakenAsync(server, "A-1", "after", acknowledged, over.Token);

        Assert.Equal(0, standsStill);
        Assert.Equal(acknowledged, await PaymentsAsync(own.Database));
        Assert.Single(acknowledged);
    }

    /// <summary>Their systems take connections, and no program answers. The driver waits for one after the other.</summary>
    [Fact]
    public async Task Backend_OfServersThatStandStill_IsNotFoundInTime()
    {
        List<TcpListener> still = [.. Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        still.ForEach(listener => listener.Start());
        await using var database = Database.Open(
            $"Host={string.Join(',', still.Select(listener => listener.LocalEndpoint))};Username=quittance;Timeout=4;"
            + "Target Session Attributes=primary");

        var looking = new Backend(1, TimeProvider.System.GetUtcNow().UtcDateTime).FaultAsync(database);

        Assert.Null(await looking.WaitAsync(TimeSpan.FromSeconds(8), TimeProvider.System, Cancel));
        still.ForEach(listener => listener.Dispose());
    }

    /// <summary>A change outside the engine waits for the standby too, before an operator or a client gets its answer.</summary>
    [Fact]
    public async Task WritesOutsideTheEngine_WhoseWaitIsCutShort_AreNotDone()
    {
        await using var pair = await StandbyPair.StartAsync();
        await StandbyServer.CreateShopAsync(pair.Primary);
        var notices = new Notices(pair.Primary, new AttemptSchedule(), TimeProvider.System);
        Assert.True(await notices.KeepAsync(new MerchantId(1), "sandbox", "known", "{}", Cancel));
        await pair.FreezeAsync();
        await using var impatient = Database.Open(pair.ConnectionString + ";Command Timeout=2");
        var merchants = new Merchants(pair.Primary, TimeProvider.System);

        foreach (var write in (Func<Task>[])
        [
            () => merchants.CreateAsync("Of a wait that is cancelled", Cancel),
            () => notices.KeepAsync(new MerchantId(1), "sandbox", "new", "{}", Cancel),
            () => notices.KeepAsync(new MerchantId(1), "sandbox", "known", "{}", Cancel),
        ])
        {
            var writing = write();
            await pair.EndAsync("cancel", (await pair.UntilWaitingAsync(1))[0]);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => writing);
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => new Merchants(impatient, TimeProvider.System).CreateAsync("Of a driver that does not wait", Cancel));
        await pair.ThawAsync();
        Assert.False(await notices.KeepAsync(new MerchantId(1), "sandbox", "known", "{}", Cancel));
    }

    [Theory]
    [InlineData("off")]
    [InlineData("local")]
    public async Task Payments_OfADatabaseThatDoesNotWaitForItsStandby_WaitForIt(string setting)
    {
        await using var pair = await StandbyPair.StartAsync();
        await StandbyServer.CreateShopAsync(pair.Primary);
        await StandbyPair.ExecuteAsync(pair.Primary, $"ALTER DATABASE quittance SET synchronous_commit = {setting}");
        await using var server = await StandbyServer.StartAsync(pair.ConnectionString);
        await pair.FreezeAsync();

        var waiting = server.PayAsync("A-1", "waiting");

        await pair.UntilWaitingAsync(1);
        Assert.False(waiting.IsCompleted);
        await pair.ThawAsync();
        Assert.Equal(HttpStatusCode.Created, (await waiting).Status);
    }

    private static async Task PayUntilTakenAsync(
        StandbyServer server, string account, string key, ConcurrentBag<Guid> acknowledged, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                if ((await server.PayUntilAsync(account, key, over)).Payment is { } payment)
                {
                    acknowledged.Add(payment);
                    return;
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException)
            {
                // No answer is no acknowledgement.
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, over));
        }
    }

    private static async Task<IReadOnlyList<Guid>> PaymentsAsync(NpgsqlDataSource database) =>
        (Guid[])(await StandbyPair.ScalarAsync(database, "SELECT coalesce(array_agg(id), '{}') FROM payment"))!;
}
