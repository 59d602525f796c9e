using Microsoft.Extensions.DependencyInjection;
using Quittance.BackOffice.Overdue;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Host;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Lanes;
using Quittance.Storage.Overdue;
using Quittance.Storage.Providers;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>The connections of a day's tries break again and again, also the one that holds the day.</summary>
[Long]
public sealed class RetryKillTests(BooksFixture books)
{
    private const int Payments = 80;
    private const string NoMoney = "4000000000009995";

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The driver finds out by itself that an idle connection is gone, and ends its transaction.</summary>
    [Fact]
    public async Task Run_WhoseOwnConnectionBreaksWhileItWaits_IsAnOutage()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await using var database = Storage.Database.Open($"{own.ConnectionString};Keepalive=1");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => new OverdueRuns(database, TimeProvider.System).OnceAsync(
            merchant, today, async () =>
            {
                await own.OnServerAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND state = 'idle in transaction'");
                await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, Cancel);
                return true;
            }, Cancel));
        Assert.Equal(0, await own.CountAsync("overdue_run"));
    }

    [Fact]
    public async Task Run_WhoseConnectionsBreak_TriesEachPaymentOnce_AndNoneIsMissing()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var policies = new RetryPolicies(own.Database, TimeProvider.System);
        await policies.SetAsync(
            merchant, new RetryPolicy(merchant, [1], AlsoUnexplained: false), By(merchant, "retry.policy"), null, Cancel);
        await using var engine = new PaymentEngine(
            new PostgresStore(own.Database), TimeProvider.System, new EngineOptions { Lanes = 4, BatchLimit = 3, Lease = Lease });
        await using var parts = await ConnectAsync(own, engine, merchant);
        var (collector, provider) = (
            parts.GetRequiredService<Collector>(),
            (await parts.GetRequiredService<IProviders>().FindAsync(merchant, SandboxProvider.ProviderName, Cancel))!);
        var begun = TimeProvider.System.GetUtcNow();
        await FailAsync(engine, parts.GetRequiredService<IVault>(), collector, merchant);
        Assert.Equal(Payments, await own.CountAsync("payment WHERE status = 'declined'"));

        var (runs, tomorrow, isDone, killed) = (
            new OverdueRuns(own.Database, TimeProvider.System), DateOnly.FromDateTime(begun.UtcDateTime).AddDays(1), false, 0);
        // A day that is done too early is never looked at again.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var servers = Task.WhenAll(LookUntilDoneAsync(), LookUntilDoneAsync());
        while (!servers.IsCompleted && killed < 40)
        {
            killed += await own.KillBackendAtWorkAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }

        await servers;

        Assert.InRange(killed, 3, 40);
        await RecoverAsync(own, parts, merchant);
        Assert.Equal(Payments, await own.CountAsync("payment_retry WHERE nth = 1"));
        Assert.Equal(2 * Payments, await own.CountAsync("payment WHERE status = 'declined'"));
        Assert.Equal(2 * Payments, await own.CountAsync("payment"));
        Assert.Equal(2 * Payments, (await RequestsAsync(provider, begun)).Distinct().Count());
        await own.AssertCleanAsync();

        // A run whose lock breaks goes on beside that of the server which has the lock then: both have read the same.
        async Task LookUntilDoneAsync()
        {
            while (!isDone)
            {
                await LookAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
            }
        }

        // A server's look at the day; a server that dies leaves the rest to the next one.
        async Task LookAsync()
        {
            try
            {
                await runs.OnceAsync(merchant, tomorrow, RunAsync, Cancel);
            }
            catch (Exception broken) when (broken is StoreUnavailableException or Npgsql.NpgsqlException)
            {
            }
        }

        async Task<bool> RunAsync()
        {
            var areDone = true;
            var retrying = new RetryRun(new Retries(own.Database, policies), collector, TimeProvider.System);
            await foreach (var (_, _, outcome) in retrying.OfAsync(merchant, tomorrow, _ => By(merchant), Cancel))
                areDone &= outcome is null or { Accepted: true } || outcome.Faults[0].Refusal is Refusal.AccountChanged or Refusal.UnderWay;
            isDone = areDone;
            return areDone;
        }
    }

    private async Task<ServiceProvider> ConnectAsync(OwnBooks own, PaymentEngine engine, MerchantId merchant)
    {
        var vault = await PostgresVault.OpenAsync(own.Database, RunningProgram.MasterKeyOfExternalDatabases, TimeProvider.System, Cancel);
        var account = new ProviderAccount(
            merchant, SandboxProvider.ProviderName, books.Sandbox, $"tries-{Business.NewId():N}", [SigningKey.New()]);
        await new ProviderAccounts(own.Database, vault, TimeProvider.System).SaveAsync(account, Cancel);
        Assert.Null(await new SandboxKind().PrepareAsync(account, Cancel));
        return new ServiceCollection().AddLogging().AddCollecting(
            own.Database, engine, vault, TimeProvider.System, new ProviderOptions { Timeouts = new ProviderTimeouts() },
            new AttemptSchedule { FirstPause = TimeSpan.FromMilliseconds(200) })
            .AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();
    }

    /// <summary>Each customer's card is charged for a bill, and has no money.</summary>
    private static async Task FailAsync(PaymentEngine engine, IVault vault, Collector collector, MerchantId merchant)
    {
        var customers = new Customers(engine, vault, merchant);
        foreach (var _ in Enumerable.Range(0, Payments))
        {
            var customer = await customers.CreateAsync(Customers.CardOf(NoMoney), 40_00);
            Assert.True((await collector.SubmitAsync(new RecordPayment(
                By(merchant), AccountTarget.Named(Named("account", customer.Account)), new PaymentId(merchant, Business.NewId()),
                "oracle-brm")
            {
                Amount = new Money(40_00, Currency.Parse("USD")),
                Instrument = Named("payment-method", customer.Instrument),
                ChargesInstrument = true,
                Parts = [Part.Charge(Named("bill", customer.Bills[0]), 40_00)],
            })).Accepted);
        }

        Reference Named(string kind, string value) => new(merchant, "oracle-brm", kind, value);
    }

    /// <summary>Asks about the attempts whose answers the broken connections lost, as a server does.</summary>
    private static async Task RecoverAsync(OwnBooks own, ServiceProvider parts, MerchantId merchant)
    {
        await NoticePost.UntilAsync(async () =>
        {
            foreach (var due in await parts.GetRequiredService<IAttempts>().DueAsync(TimeProvider.System.GetUtcNow(), Payments, Cancel))
                await parts.GetRequiredService<Collector>().RecoverAsync(due, By(merchant));
            return await own.CountAsync("payment WHERE status <> 'declined'") == 0;
        });
    }

    /// <summary>The authorisations that the provider has.</summary>
    private static async Task<IReadOnlyList<Guid>> RequestsAsync(IProvider provider, DateTimeOffset from)
    {
        List<Guid> all = [];
        for (string? page = null; ;)
        {
            var listed = (await provider.ListAsync(from.AddHours(-1), from.AddHours(1), page, Cancel))!;
            all.AddRange(listed.Requests.Where(request => request.Verb == Verb.Authorise).Select(request => request.Id));
            if (listed.Next is null)
                return all;
            page = listed.Next;
        }
    }

    private static Origin By(MerchantId merchant, string? what = null) => new(merchant, 0, Business.NewId())
    {
        Action = what is null ? null : new OperatorAction(null, OperatorAction.CommandLine, what, "retries", "agreed"),
    };
}
