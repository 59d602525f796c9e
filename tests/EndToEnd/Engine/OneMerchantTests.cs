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

        Assert.All(store.Batches, batch => Assert.Single(batch.Slots.Select(slot => slot.Merchant).Distinct()));
        Assert.Contains(store.Batches, batch => batch.Slots.Count > 1);
        await own.AssertCleanAsync();
    }

    private sealed class ApartStore(PostgresStore store) : IStore
    {
        public ConcurrentQueue<Batch> Batches { get; } = [];

        public Referent? Remembered(Reference reference) => store.Remembered(reference);

        public IStoreSession OpenSession() => new Session(store.OpenSession(), Batches);

        private sealed class Session(IStoreSession session, ConcurrentQueue<Batch> batches) : IStoreSession
        {
            public Task<bool> TakesOneMerchantAsync() => Task.FromResult(true);

            public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

            public Task PrefetchAsync(Wanted wanted, State state) => session.PrefetchAsync(wanted, state);

            public Task<CommitFate> CommitAsync(Batch batch)
            {
                batches.Enqueue(batch);
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
