using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Storage;
using Quittance.Storage.Lanes;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

public sealed class EngineIdempotencyTests(BooksFixture books)
{
    [Fact]
    public async Task Key_UsedTwiceAtOnce_BooksOnePaymentAndBothAreReported()
    {
        var shop = await ShopAsync();

        var outcomes = await Task.WhenAll(
            books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key") }),
            books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key") }));

        Assert.Equal([false, true], outcomes.Select(outcome => outcome.Replayed));
        Assert.Equal(outcomes[0].Subject, outcomes[1].Subject);
        Assert.Single(await PaymentsAsync(shop));
    }

    [Fact]
    public async Task Key_UsedLaterWithTheSameRequest_IsReplayed()
    {
        var shop = await ShopAsync();
        var first = await books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key") });

        var second = await books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key") });

        Assert.Equal((first.Subject, first.Sequence, true), (second.Subject, second.Sequence, second.Replayed));
        Assert.Single(await PaymentsAsync(shop));
    }

    [Fact]
    public async Task Key_UsedWithAnotherRequest_IsRefusedBeforeAnythingElseIsLookedAt()
    {
        var shop = await ShopAsync();
        await books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key", request: 1) });

        var reused = await books.Engine.SubmitAsync(shop.Payment("A-2") with { Key = shop.Key("key", request: 2), Opening = null });

        Assert.Equal(Refusal.KeyReused, Assert.Single(reused.Faults).Refusal);
    }

    [Fact]
    public async Task Key_OfARefusedCommand_IsNotUsedUp()
    {
        var shop = await ShopAsync();
        var refused = await books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key", request: 1), Opening = null });
        Assert.Equal(Refusal.AccountUnknown, Assert.Single(refused.Faults).Refusal);

        var accepted = await books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key", request: 2) });

        Assert.Equal((true, false), (accepted.Accepted, accepted.Replayed));
    }

    [Fact]
    public async Task Key_ThatKeepsRefusals_RepeatsThemWithEveryFault()
    {
        var shop = await ShopAsync();
        await books.Engine.SubmitAsync(shop.Opening("A-1"));
        var record = shop.Payment("A-1", 10_00, Part.Charge(shop.ChargeName("none"), 1_00), Part.Escrow(null, 11_00)) with
        {
            Key = shop.Key("record", keepsRefusals: true),
        };
        var refused = await books.Engine.SubmitAsync(record);
        await books.Engine.SubmitAsync(shop.Charge("A-1", "none"));

        var again = await books.Engine.SubmitAsync(record);

        Assert.Equal([new Fault(Refusal.ChargeUnknown, 0), new Fault(Refusal.PartsExceedPayment)], refused.Faults);
        Assert.Equal((false, true, false), (refused.Replayed, again.Replayed, again.Accepted));
        Assert.Equal(refused.Faults, again.Faults);
        Assert.Equal(
            Refusal.KeyReused,
            Assert.Single(
                (await books.Engine.SubmitAsync(
                record with { Key = shop.Key("record", request: 9, keepsRefusals: true) })).Faults).Refusal);
    }

    [Fact]
    public async Task Key_UsedByAccountsOfDifferentSlotsAtOnce_IsGivenToExactlyOne()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes: 8);
        await using var elsewhere = own.Engine(lanes: 8);
        for (var round = 0; round < 10; round++)
        {
            var contest = shop.AccountsInDifferentSlots(8)
                .Select((account, index) => (index % 2 == 0 ? engine : elsewhere)
                    .SubmitAsync(shop.Payment(account) with { Key = shop.Key($"key {round}", request: (byte)index) }));

            var outcomes = await Task.WhenAll(contest);

            Assert.Single(outcomes, outcome => outcome.Accepted);
            Assert.All(outcomes.Where(outcome => !outcome.Accepted),
                outcome => Assert.Equal(Refusal.KeyReused, Assert.Single(outcome.Faults).Refusal));
        }

        Assert.Equal(10, await own.CountAsync("payment"));
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Key_AfterARestart_IsReplayed()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        Outcome first, second;
        await using (var engine = own.Engine())
        {
            first = await engine.SubmitAsync(
                shop.Payment("A-1") with { Key = shop.Key("key"), ClientReference = Business.Correlator("c") });
        }

        await using (var engine = own.Engine())
            second = await engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c") });

        Assert.Equal((first.Subject, first.Sequence, true), (second.Subject, second.Sequence, second.Replayed));
        Assert.Equal([first.Subject], await own.PaymentsAsync());
    }

    [Fact]
    public async Task Key_OfARequestThatIsKnownByItsClientReference_IsUsedUpToo()
    {
        var shop = await ShopAsync();
        var first = await books.Engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c", request: 1) });
        var again = await books.Engine.SubmitAsync(
            shop.Payment("A-1") with { ClientReference = Business.Correlator("c", request: 1), Key = shop.Key("key", request: 1) });

        var other = await books.Engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("key", request: 2) });

        Assert.Equal((first.Subject, true), (again.Subject, again.Replayed));
        Assert.Equal(Refusal.KeyReused, Assert.Single(other.Faults).Refusal);
    }

    [Fact]
    public async Task Answers_OlderThanThirtyDays_AreForgottenButForThoseThatNeverMayBe()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = new PaymentEngine(new PostgresStore(own.Database), TimeProvider.System, new EngineOptions());
        await engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("passing") });
        await engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("import") with { Expires = false } });
        await engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c") });

        await new Pruning(own.Database, new Merchants(own.Database, TimeProvider.System), new Later(TimeSpan.FromDays(31)))
            .PruneAsync(TestContext.Current.CancellationToken);

        Assert.False((await engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("passing") })).Replayed);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key("import") with { Expires = false } })).Replayed);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c") })).Replayed);
    }

    [Fact]
    public async Task Engine_WindingUp_RefusesBatchesAndFinishesSingleRequests()
    {
        var shop = await ShopAsync();
        await using var engine = new PaymentEngine(new PostgresStore(books.Database), TimeProvider.System, new EngineOptions());
        engine.WindUp();

        Assert.Equal(Refusal.Overloaded, Assert.Single((await engine.SubmitAsync(shop.Payment("A-1"), patient: true)).Faults).Refusal);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
    }

    [Fact]
    public async Task ClientReference_IsUniquePerAccount()
    {
        var shop = await ShopAsync();
        var first = await books.Engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c", request: 1) });

        var again = await books.Engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c", request: 1) });
        var reused = await books.Engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c", request: 2) });
        var others = await books.Engine.SubmitAsync(shop.Payment("A-2") with { ClientReference = Business.Correlator("c", request: 2) });

        Assert.Equal((first.Subject, true), (again.Subject, again.Replayed));
        Assert.Equal(Refusal.CorrelatorReused, Assert.Single(reused.Faults).Refusal);
        Assert.Equal((true, false), (others.Accepted, others.Replayed));
    }

    [Fact]
    public async Task ClientReference_OfTheFirstPaymentOfANewAccountSentManyTimesAtOnce_BooksOne()
    {
        var shop = await ShopAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(_ => books.Engine.SubmitAsync(shop.Payment("A-1") with { ClientReference = Business.Correlator("c") })));

        Assert.Single(outcomes.Select(outcome => outcome.Subject).Distinct());
        Assert.Equal(9, outcomes.Count(outcome => outcome.Replayed));
        Assert.Single(await PaymentsAsync(shop));
    }

    [Fact]
    public async Task Account_OpenedByManyFirstPaymentsOnTwoEngines_IsOne()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var one = own.Engine();
        await using var other = own.Engine();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100)
            .Select(index => (index % 2 == 0 ? one : other).SubmitAsync(shop.Payment($"A-{index % 5}"))));

        Assert.All(outcomes, outcome => Assert.True(outcome.Accepted));
        Assert.Equal((5, 100), (await own.CountAsync("account"), await own.CountAsync("payment")));
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Reference_TakenByTwoEnginesAtOnce_IsGivenToExactlyOne()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var one = own.Engine(lanes: 4);
        await using var other = own.Engine(lanes: 4);
        var accounts = shop.AccountsInDifferentSlots(8);
        await Task.WhenAll(accounts.Select(account => one.SubmitAsync(shop.Opening(account))));
        for (var round = 0; round < 10; round++)
        {
            var outcomes = await Task.WhenAll(accounts
                .Select((account, index) => (index % 2 == 0 ? one : other).SubmitAsync(shop.Charge(account, $"B-{round}"))));

            Assert.Single(outcomes, outcome => outcome.Accepted);
            Assert.All(outcomes.Where(outcome => !outcome.Accepted),
                outcome => Assert.Equal(Refusal.ReferenceTaken, Assert.Single(outcome.Faults).Refusal));
        }

        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Account_UnderASecondNameThatIsTaken_IsRefused()
    {
        var shop = await ShopAsync();
        await books.Engine.SubmitAsync(shop.Opening("A-1"));
        var payment = shop.Payment("A-2");

        var refused = await books.Engine.SubmitAsync(
            payment with { Opening = payment.Opening! with { Names = [shop.AccountName("A-2"), shop.AccountName("A-1")] } });

        Assert.Equal(Refusal.ReferenceTaken, Assert.Single(refused.Faults).Refusal);
    }

    [Fact]
    public async Task Total_ThatWouldLeave64Bits_IsRefusedAlone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes: 1);

        var outcomes = await Task.WhenAll(
            engine.SubmitAsync(shop.Payment("A-1", long.MaxValue - 1)), engine.SubmitAsync(shop.Payment("A-1", 2)),
            engine.SubmitAsync(shop.Payment("A-1", 1)));

        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.Accepted));
        Assert.Equal(Refusal.BalanceOutOfRange, Assert.Single(outcomes[1].Faults).Refusal);
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Queue_ThatIsFull_RefusesAllButThePatient()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = new PaymentEngine(
            new PostgresStore(own.Database), TimeProvider.System, new EngineOptions { Lanes = 1, QueueLimit = 0 });

        Assert.Equal(Refusal.Overloaded, Assert.Single((await engine.SubmitAsync(shop.Payment("A-1"))).Faults).Refusal);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"), patient: true)).Accepted);
    }

    [Fact]
    public async Task Engine_ThatStops_FinishesWhatItTookAndTakesNoMore()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var engine = own.Engine();
        var taken = Enumerable.Range(0, 50).Select(index => engine.SubmitAsync(shop.Payment($"A-{index}"))).ToList();

        await engine.DisposeAsync();

        Assert.All(await Task.WhenAll(taken), outcome => Assert.True(outcome.Accepted));
        Assert.Equal(Refusal.Overloaded, Assert.Single((await engine.SubmitAsync(shop.Payment("A-1"))).Faults).Refusal);
    }

    private async Task<Business> ShopAsync() => new(await books.Merchants.CreateAsync("Shop", TestContext.Current.CancellationToken));

    private async Task<IReadOnlyList<Guid>> PaymentsAsync(Business shop)
    {
        List<Guid> payments = [];
        await using var command = books.Database.CreateCommand($"SELECT id FROM payment WHERE merchant_id = {shop.Merchant.Value}");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            payments.Add(reader.GetGuid(0));
        return payments;
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
