using Microsoft.Extensions.DependencyInjection;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.Dues;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Host;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Storage.Lanes;
using Quittance.Storage.Providers;
using Quittance.Storage.Vault;
using Quittance.Tests.Debits;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>The connections of a run that asks for what is due break again and again, also the one that keeps other servers out.</summary>
[Long]
public sealed class DueKillTests(BooksFixture books)
{
    private const int Cards = 60;
    private const int Debits = 120;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task Run_WhoseConnectionsBreak_AsksForEachChargeOnce_AndNoneIsMissing()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await using var engine = new PaymentEngine(
            new PostgresStore(own.Database), TimeProvider.System, new EngineOptions { Lanes = 4, BatchLimit = 3, Lease = Lease });
        await using var parts = await ConnectAsync(own, engine, merchant);
        var (collector, provider) = (
            parts.GetRequiredService<Collector>(),
            (await parts.GetRequiredService<IProviders>().FindAsync(merchant, SandboxProvider.ProviderName, Cancel))!);
        await OweAsync(engine, parts.GetRequiredService<IVault>(), merchant);
        var begunAt = TimeProvider.System.GetUtcNow();
        var (dues, filter) = (new DueReading(own.Database), new DueFilter(Today));
        var planned = await dues.PreviewAsync(merchant, filter, Today, Cancel);
        Assert.Equal(Cards + Debits, planned.Count);
        var begun = await engine.SubmitAsync(new BeginDues(By(merchant), new DueRunId(merchant, Business.NewId()), planned));
        var run = new DueRunId(merchant, begun.Subject);

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var (servers, killed) = (Task.WhenAll(LookUntilDoneAsync(), LookUntilDoneAsync()), 0);
        while (!servers.IsCompleted && killed < 40)
        {
            killed += await own.KillBackendAtWorkAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }

        await servers;

        Assert.InRange(killed, 3, 40);
        await NoticePost.UntilAsync(async () =>
        {
            foreach (var due in await parts.GetRequiredService<IAttempts>().DueAsync(TimeProvider.System.GetUtcNow(), Cards, Cancel))
                await collector.RecoverAsync(due, By(merchant));
            return await own.CountAsync("payment WHERE status IN ('pending', 'unknown', 'authorised')") == 0;
        });
        Assert.Equal(
            (Cards + Debits, Cards, Debits),
            (await own.CountAsync("due_payment"), await own.CountAsync("payment WHERE status = 'captured'"),
                await own.CountAsync("payment WHERE status = 'settling'")));
        Assert.Equal(Cards + Debits, await own.CountAsync("payment"));
        Assert.Equal(Cards, (await RequestsAsync(provider, begunAt)).Distinct().Count());
        Assert.Equal(
            [(DueResult.Paid, Cards), (DueResult.Pending, Debits)],
            (await dues.OutcomesAsync(run, Cancel)).Select(one => (one.Result, (int)one.Count)));
        await own.AssertCleanAsync();

        // What a server that died has left, the next look does.
        async Task LookUntilDoneAsync()
        {
            var desk = new DueDesk(
                dues, new DueRuns(own.Database), new LostTime(own.Database), engine, collector, TimeProvider.System);
            for (var isDone = false; !isDone;)
            {
                try
                {
                    await desk.CarryOutAsync(run, Cancel);
                    isDone = (await dues.FindAsync(run, Cancel))!.Status == DueRunStatus.Done;
                }
                catch (Exception broken) when (broken is StoreUnavailableException or Npgsql.NpgsqlException or OutcomeUnknownException)
                {
                }

                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
            }
        }
    }

    /// <summary>A run looks into the books while it asks. Where the machine was too quick for us, another one is stopped.</summary>
    [Fact]
    public async Task Run_ThatIsStoppedWhileItAsks_AsksForNothingMore()
    {
        for (var tries = 5; ; tries--)
        {
            await using var own = await OwnBooks.CreateAsync(books);
            var merchant = await own.MerchantAsync();
            await using var engine = own.Engine();
            await using var parts = await ConnectAsync(own, engine, merchant);
            await OweAsync(engine, parts.GetRequiredService<IVault>(), merchant);
            var dues = new DueReading(own.Database);
            var desk = new DueDesk(
                dues, new DueRuns(own.Database), new LostTime(own.Database), engine, parts.GetRequiredService<Collector>(),
                new QuickClock());
            var begun = await desk.BeginAsync(merchant, new DueFilter(Today), By(merchant), key: null, Cancel);
            var run = new DueRunId(merchant, begun.Subject);

            var asking = desk.CarryOutAsync(run, Cancel);
            await NoticePost.UntilAsync(async () => await own.CountAsync("due_payment") > 0);
            var stopped = await engine.SubmitAsync(new StopDues(By(merchant), run));
            await asking;

            if (!stopped.Accepted && tries > 0)
                continue;
            Assert.True(stopped.Accepted);
            Assert.InRange(await own.CountAsync("due_payment"), 1, Cards + Debits - 1);
            Assert.Equal(DueRunStatus.Stopped, (await dues.FindAsync(run, Cancel))!.Status);
            Assert.Empty((await desk.CarryOutAsync(run, Cancel))!.Refused);
            await own.AssertCleanAsync();
            return;
        }
    }

    private async Task<ServiceProvider> ConnectAsync(OwnBooks own, PaymentEngine engine, MerchantId merchant)
    {
        var vault = await PostgresVault.OpenAsync(own.Database, RunningProgram.MasterKeyOfExternalDatabases, TimeProvider.System, Cancel);
        var account = new ProviderAccount(
            merchant, SandboxProvider.ProviderName, books.Sandbox, $"dues-{Business.NewId():N}", [SigningKey.New()]);
        var accounts = new ProviderAccounts(own.Database, vault, TimeProvider.System);
        await accounts.SaveAsync(account, Cancel);
        await accounts.SaveAsync(
            BankSettings.AccountOf(merchant, new BankAccount(
                "Studio Süd", Iban.Parse(Studio.OwnIban), null, CreditorIdentifier.Parse(Studio.Creditor), DebitScheme.Core)), Cancel);
        Assert.Null(await new SandboxKind().PrepareAsync(account, Cancel));
        return new ServiceCollection().AddLogging().AddCollecting(
            own.Database, engine, vault, TimeProvider.System, new ProviderOptions { Timeouts = new ProviderTimeouts() },
            new AttemptSchedule { FirstPause = TimeSpan.FromMilliseconds(200) })
            .AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();
    }

    /// <summary>Each customer owes one bill, and has a card, or a bank account that the merchant's own bank debits.</summary>
    private static async Task OweAsync(PaymentEngine engine, IVault vault, MerchantId merchant)
    {
        var (cards, debits) = (
            new Customers(engine, vault, merchant),
            new Customers(engine, vault, merchant) { Provider = "bank", Currency = Currency.Parse("EUR") });
        await Parallel.ForAsync(0, Cards, Cancel, async (_, _) => await cards.CreateAsync(Customers.CardOf("4242424242424242"), 40_00));
        await Parallel.ForAsync(
            0, Debits, Cancel, async (_, _) => await debits.CreateAsync(Customers.IbanOf("DE02120300000000202051"), 20_00));
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

    private static Origin By(MerchantId merchant) => new(merchant, 0, Business.NewId());

    /// <summary>Each look at it finds that seconds have passed.</summary>
    private sealed class QuickClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref _looks, 2);
    }
}
