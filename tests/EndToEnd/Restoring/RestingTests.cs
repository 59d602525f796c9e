using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Settlements;
using Quittance.Host;
using Quittance.Host.Providers;
using Quittance.Host.Watching;
using Quittance.Providers;
using Quittance.Storage;
using Quittance.Storage.Backups;
using Quittance.Storage.Lanes;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.Restoring;

/// <summary>A server's own work rests while the books are held.</summary>
[Long("restored books")]
public sealed class RestingTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeProvider Clock => TimeProvider.System;

    [Fact]
    public async Task Recovery_LooksForNothing_UntilTheRelease()
    {
        var attempts = new NothingDue();
        var hold = new SwitchedHold { IsHeld = true };
        await using var engine = OwnBooks.Engine(books.Database);
        using var outages = Outages(engine);
        using var collector = new Collector(engine, null!, attempts, null!, books.Vault, new AttemptSchedule(), hold, Clock);
        using var service = new RecoveryService(
            attempts, collector, hold, outages, new AttemptSchedule { FirstPause = TimeSpan.FromMilliseconds(50) }, Topology.Single, Clock,
            NullLogger<RecoveryService>.Instance);
        await service.StartAsync(Cancel);
        await NoticePost.UntilAsync(() => Task.FromResult(hold.Looks >= 3));

        Assert.Equal(0, attempts.Looks);
        hold.IsHeld = false;
        await NoticePost.UntilAsync(() => Task.FromResult(attempts.Looks > 0));
        await service.StopAsync(Cancel);
    }

    [Fact]
    public async Task Webhooks_ThatWaitBehindOthers_WaitForTheRelease()
    {
        const int All = 60;
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var hold = new SwitchedHold();
        var telling = teller.Service(hold: hold);
        await teller.SubscribeAsync(receiver.Address);
        for (var nth = 0; nth < All; nth++)
            await teller.PayAsync();
        // The books are held while the first of them are under way.
        receiver.Answer = _ =>
        {
            hold.IsHeld = true;
            return Task.FromResult<int?>(204);
        };

        await telling.TellDueAsync(Cancel);

        Assert.InRange(receiver.All.Count, 1, All - 1);
        receiver.Answer = _ => Task.FromResult<int?>(204);
        hold.IsHeld = false;
        await telling.TellDueAsync(Cancel);
        Assert.Equal(All, receiver.All.Select(report => report.Message).Distinct().Count());
    }

    [Fact]
    public async Task Books_OfWhichNothingIsKnown_AreHeld()
    {
        await using var away = Database.Open("Host=127.0.0.1;Port=1;Username=quittance;Password=none;Database=none;Timeout=1");
        await using var engine = OwnBooks.Engine(away);
        using var outages = Outages(engine);
        using var service = new HoldService(new Epochs(away, Clock), engine, outages, Clock, NullLogger<HoldService>.Instance);
        Assert.True(service.IsHeld);
        await service.StartAsync(Cancel);
        Assert.True(service.IsHeld);
        await service.StopAsync(Cancel);

        using var known = new HoldService(
            new Epochs(books.Database, Clock), books.Engine, outages, Clock, NullLogger<HoldService>.Instance);
        await known.StartAsync(Cancel);
        Assert.False(known.IsHeld);
        await known.StopAsync(Cancel);
    }

    [Fact]
    public async Task Memory_OfReferences_EndsWithTheBooksThatWereLost()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var store = new PostgresStore(own.Database);
        await using var engine = new PaymentEngine(store, Clock, new EngineOptions { Lanes = 1 });
        var customer = await new Customers(engine, books.Vault, new MerchantId(1), "tmf676")
            .CreateAsync(Customers.CardOf("4242424242424242"), 5_00);
        var name = new Reference(new MerchantId(1), "tmf676", "account", customer.Account);
        Assert.NotNull(store.Remembered(name));
        using var outages = Outages(engine);
        var epochs = new Epochs(own.Database, Clock);
        using var service = new HoldService(epochs, engine, outages, Clock, NullLogger<HoldService>.Instance);
        await service.StartAsync(Cancel);
        Assert.NotNull(store.Remembered(name));

        await epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);

        await NoticePost.UntilAsync(() => Task.FromResult(store.Remembered(name) is null));
        await service.StopAsync(Cancel);
    }

    [Fact]
    public async Task Notice_ThatCameEarlyBeforeADayOfHold_IsTriedForADayAfterTheRelease()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var clock = new SteppedClock();
        var epochs = new Epochs(own.Database, clock);
        var notices = new Notices(own.Database, new AttemptSchedule(), clock);
        await epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);
        var account = new NoticeAccount(new MerchantId(1), "sandbox");
        Assert.True(await notices.KeepAsync(account.Merchant, account.Provider, "early", "{}", Cancel));
        clock.Advance(TimeSpan.FromHours(30));
        await epochs.ReleaseAsync(isForced: true, RestorableTelco.By, Cancel);

        var first = Assert.Single(await notices.ClaimAsync(account, 16, Cancel));
        Assert.True(await notices.FinishAsync(first, NoticeOutcome.Early, Cancel));

        clock.Advance(TimeSpan.FromHours(25));
        var last = Assert.Single(await notices.ClaimAsync(account, 16, Cancel));
        Assert.False(await notices.FinishAsync(last, NoticeOutcome.Early, Cancel));
    }

    [Fact]
    public async Task Statement_IsImportedAfterTheRelease()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        await using var engine = own.Engine();
        var desk = new SettlementDesk(
            own.Database, engine, Clock, _ => [], new KnownProviders(ProviderDirectory.Connected),
            new ProviderAccounts(own.Database, books.Vault, Clock), new StatementFormats(own.Database, books.Vault, Clock));
        var epochs = new Epochs(own.Database, Clock);
        await epochs.BeginAsync(lostFrom: null, RestorableTelco.By, Cancel);

        var fault = Assert.Single((await ImportAsync(desk)).Faults);

        Assert.Contains("import the file after the release", $"{fault}", StringComparison.Ordinal);
        Assert.Equal(["0"], await OperatedBooks.ReadAsync(own.Database, "SELECT count(*)::text FROM statement WHERE file_name = 'held'"));
        await epochs.ReleaseAsync(isForced: true, RestorableTelco.By, Cancel);
        Assert.Empty((await ImportAsync(desk)).Faults);
    }

    private static async Task<DeskOutcome> ImportAsync(SettlementDesk desk)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(new Camt().With(20, "for something").ToXml()));
        return await desk.ImportAsync(
            stream, "held", new ReadingOptions { Provider = "sandbox" }, RestorableTelco.By(new MerchantId(1)), null, Cancel);
    }

    private OutageService Outages(PaymentEngine engine) =>
        new(engine, new WriteProof(books.Database, Clock), Topology.Single, Clock, NullLogger<OutageService>.Instance);

    private sealed class NothingDue : IAttempts
    {
        private readonly ConcurrentQueue<DateTimeOffset> _looks = [];

        public int Looks => _looks.Count;

        public Task<IReadOnlyList<Attempt>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel)
        {
            _looks.Enqueue(now);
            return Task.FromResult<IReadOnlyList<Attempt>>([]);
        }

        public Task<IReadOnlyList<Attempt>> OfPaymentAsync(PaymentId payment, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<Attempt>>([]);

        public Task<IReadOnlyList<Attempt>> OfClaimantsAsync(IReadOnlyList<ChargeId> charges, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<Attempt>>([]);

        public Task<IReadOnlyList<Attempt>> PaidOtherwiseAsync(int limit, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<Attempt>>([]);

        public Task<Attempt?> FindAsync(AttemptId id, CancellationToken cancel) => Task.FromResult<Attempt?>(null);

        public Task<bool> MayBeAskedAsync(AttemptId capture, CancellationToken cancel) => Task.FromResult(false);

        public Task<bool> HasDeclinedAuthorisationAsync(AttemptId capture, DateTimeOffset since, CancellationToken cancel) =>
            Task.FromResult(false);

        public Task<bool> HasReferenceAsync(MerchantId merchant, string provider, string reference, CancellationToken cancel) =>
            Task.FromResult(false);

        public Task<bool> HasUnnamedAsync(MerchantId merchant, string provider, CancellationToken cancel) => Task.FromResult(false);

        public Task<bool> HasWonEarlyAsync(Attempt authorisation, string dispute, CancellationToken cancel) => Task.FromResult(false);
    }
}
