using System.Collections.Concurrent;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Lanes;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>Merchants may live on several nodes: then no batch has commands of two.</summary>
public sealed class OneMerchantTests(BooksFixture books)
{
    [Fact]
    public async Task Payments_OfTwoMerchantsAtOnce_AreCommittedApart()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var store = new ApartStore(new PostgresStore(own.Database));
        List<Business> shops = [new(await own.MerchantAsync()), new(await own.MerchantAsync())];
        await using (var engine = new PaymentEngine(store, TimeProvider.System, new EngineOptions { Lanes = 1 }))
        {
            var outcomes = await Task.WhenAll(
                Enumerable.Range(0, 60).Select(nth => engine.SubmitAsync(shops[nth % 2].Payment($"A-{nth / 20}"))));
            Assert.All(outcomes, outcome => Assert.True(outcome.Accepted));
        }

        Assert.All(store.Batches, batch => Assert.Single(batch.Of.Slots.Select(slot => slot.Merchant).Distinct()));
        Assert.Contains(store.Batches, batch => batch.Of.Slots.Count > 1);
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task PaymentsToManyAccounts_ComeThroughOneLane()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var store = new ApartStore(new PostgresStore(own.Database));
        List<Business> shops = [new(await own.MerchantAsync()), new(await own.MerchantAsync())];
        await using (var engine = new PaymentEngine(store, TimeProvider.System, new EngineOptions { Lanes = 4 }))
        {
            // The engine learns it from a batch with commands of both.
            await Task.WhenAll(Enumerable.Range(0, 80).Select(nth => engine.SubmitAsync(shops[nth % 2].Payment($"A-{nth / 2}"))));
            store.Batches.Clear();
            await Task.WhenAll(Enumerable.Range(0, 60).Select(nth => engine.SubmitAsync(shops[0].Payment($"B-{nth}"))));
        }

        Assert.Single(store.Batches.Select(batch => batch.By).Distinct());
        await own.AssertCleanAsync();
    }

    /// <summary>
    /// The merchant of a node that is away waits once, and not again after each batch of another merchant's in the same lane, which would
    /// wait behind it.
    /// </summary>
    [Fact]
    public async Task Lane_OfANodeThatIsAwayAndOneThatIsThere_WaitsForTheOneOnlyOnce()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (proxy, away) = CuttingProxy.To(own.ConnectionString, _ => Cut.None);
        await using (proxy)
        await using (away)
        {
            Business there = new(await own.MerchantAsync()), gone = new(await own.MerchantAsync());
            var store = new TwoNodes(new PostgresStore(own.Database), new PostgresStore(away), gone.Merchant);
            var patience = new EngineOptions().Patience;
            await using var engine = new PaymentEngine(store, TimeProvider.System, new EngineOptions { Lanes = 1 });
            proxy.IsUp = false;
            await RefusedAsync(engine, gone);

            var begun = TimeProvider.System.GetTimestamp();
            for (var round = 0; round < 3; round++)
            {
                Assert.True((await engine.SubmitAsync(there.Payment("B-1"))).Accepted);
                await RefusedAsync(engine, gone);
            }

            Assert.True(TimeProvider.System.GetElapsedTime(begun) < patience);
        }

        await own.AssertCleanAsync();
    }

    /// <summary>A commit whose node does not tell its fate keeps no other merchant waiting, and is answered when it does.</summary>
    [Fact]
    public async Task Lane_WhoseCommitHasAnUnknownFate_GoesOnWithTheOtherNode_AndAnswersLater()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        CuttingProxy? ofGone = null;
        var (proxy, away) = CuttingProxy.To(own.ConnectionString, number =>
        {
            if (number > 1)
                return Cut.None;
            ofGone!.IsUp = false;
            return Cut.Answer;
        });
        ofGone = proxy;
        await using (proxy)
        await using (away)
        {
            Business there = new(await own.MerchantAsync()), gone = new(await own.MerchantAsync());
            var store = new TwoNodes(new PostgresStore(own.Database), new PostgresStore(away), gone.Merchant);
            await using var engine = new PaymentEngine(
                store, TimeProvider.System, new EngineOptions { Lanes = 1, Patience = TimeSpan.FromSeconds(1) });
            var unknown = engine.SubmitAsync(gone.Payment("A-1"));
            await NoticePost.UntilAsync(async () => (await engine.SubmitAsync(there.Payment("B-1"))).Accepted);
            Assert.False(unknown.IsCompleted);

            proxy.IsUp = true;
            store.IsBack = true;
            Assert.True((await unknown).Accepted);
            Assert.Contains((await unknown).Subject, await own.PaymentsAsync());
        }

        await own.AssertCleanAsync();
    }

    private static async Task RefusedAsync(PaymentEngine engine, Business shop) =>
        Assert.Equal(Refusal.Unavailable, Assert.Single((await engine.SubmitAsync(shop.Payment("A-1"))).Faults).Refusal);

    /// <summary>The rows of one merchant lie on a node of their own.</summary>
    private sealed class TwoNodes(PostgresStore first, PostgresStore second, MerchantId ofSecond) : IStore
    {
        public NamedObject? Remembered(Reference reference) => first.Remembered(reference) ?? second.Remembered(reference);

        private DateTimeOffset? _away;

        /// <summary>Whether the second node is known to be back.</summary>
        public bool IsBack { get; set; }

        public IStoreSession OpenSession() => new Session(this, first.OpenSession(), second.OpenSession(), ofSecond);

        private sealed class Session(TwoNodes all, IStoreSession first, IStoreSession second, MerchantId ofSecond) : IStoreSession
        {
            private IStoreSession? _last;

            public Task<bool> TakesOneMerchantAsync() => Task.FromResult(true);

            public DateTimeOffset? AwaySince(MerchantId merchant) => merchant == ofSecond && !all.IsBack ? all._away : null;

            public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) =>
                AtAsync(references.First().Merchant, async session =>
                {
                    await session.ResolveAsync(references, state);
                    return true;
                });

            public Task PrefetchAsync(Wanted wanted, State state) => Of(wanted.Slots.First().Merchant).PrefetchAsync(wanted, state);

            public Task<CommitFate> CommitAsync(Batch batch) => Current.CommitAsync(batch);

            public Task ConfirmAsync() => Current.ConfirmAsync();

            public Task ReleaseAsync() => Current.ReleaseAsync();

            public Task<bool> WasCommittedAsync(Batch batch) =>
                AtAsync(batch.Slots.First().Merchant, session => session.WasCommittedAsync(batch));

            public void BreakOff() => Current.BreakOff();

            public async ValueTask DisposeAsync()
            {
                await first.DisposeAsync();
                await second.DisposeAsync();
            }

            private IStoreSession Current => _last ?? first;

            private async Task<bool> AtAsync(MerchantId merchant, Func<IStoreSession, Task<bool>> use)
            {
                try
                {
                    return await use(Of(merchant));
                }
                catch (StoreUnavailableException) when (merchant == ofSecond)
                {
                    all._away ??= TimeProvider.System.GetUtcNow();
                    throw;
                }
            }

            private IStoreSession Of(MerchantId merchant) => _last = merchant == ofSecond ? second : first;
        }
    }

    private sealed class ApartStore(PostgresStore store) : IStore
    {
        public ConcurrentQueue<(Session By, Batch Of)> Batches { get; } = [];

        public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

        public IStoreSession OpenSession() => new Session(store.OpenSession(), Batches);

        public sealed class Session(IStoreSession session, ConcurrentQueue<(Session By, Batch Of)> batches) : IStoreSession
        {
            public Task<bool> TakesOneMerchantAsync() => Task.FromResult(true);

            public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

            public Task PrefetchAsync(Wanted wanted, State state) => session.PrefetchAsync(wanted, state);

            public Task<CommitFate> CommitAsync(Batch batch)
            {
                batches.Enqueue((this, batch));
                return session.CommitAsync(batch);
            }

            public Task ConfirmAsync() => session.ConfirmAsync();

            public Task ReleaseAsync() => session.ReleaseAsync();

            public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

            public void BreakOff() => session.BreakOff();

            public ValueTask DisposeAsync() => session.DisposeAsync();
        }
    }
}
