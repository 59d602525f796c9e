using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

public sealed class AttemptBatchTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An attempt that is settled is not due any more; one that is not is. Both are written in one statement.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_OfWhichOneSettlesAndOneDoesNot_AreTakenInOneBatch(bool settledFirst)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine(lanes: 1);
        var merchant = await own.MerchantAsync();
        var vault = await PostgresVault.OpenAsync(own.Database, MasterKey.Generate(), TimeProvider.System, Cancel);
        for (var round = 0; round < 3; round++)
        {
            var (settled, unsettled) = (await BeginAsync(engine, vault, merchant), await BeginAsync(engine, vault, merchant));
            TakeAnswer[] answers =
                [new(Origin(merchant), settled, ProviderAnswer.Approved), new(Origin(merchant), unsettled, ProviderAnswer.Unknown)];
            var before = await own.CountAsync("block");
            Task<Outcome> first;
            Task<Outcome>[] both;
            await using (await HoldSlotsAsync(own))
            {
                // The first is read and waits for its slot; the others are one batch after it.
                first = engine.SubmitAsync(new Business(merchant).Payment("A-1"));
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancel);
                both = [.. (settledFirst ? answers : answers.Reverse()).Select(answer => engine.SubmitAsync(answer))];
            }

            Assert.True((await first).Accepted);
            Assert.All(await Task.WhenAll(both), taken => Assert.True(taken.Accepted, string.Join(' ', taken.Faults)));
            Assert.Equal(before + 2, await own.CountAsync("block"));
        }

        await own.AssertCleanAsync();
    }

    private static async Task<Attempt> BeginAsync(PaymentEngine engine, IVault vault, MerchantId merchant)
    {
        var customer = await new Customers(engine, vault, merchant).CreateAsync(Customers.CardOf(VaultedPayments.GoodCard));
        var account = AccountTarget.Named(new Reference(merchant, "oracle-brm", "account", customer.Account));
        var begun = await engine.SubmitAsync(
            new RecordPayment(Origin(merchant), account, new PaymentId(merchant, Business.NewId()), "oracle-brm")
            {
                Amount = new Money(10_00, Currency.Parse("USD")),
                Instrument = new Reference(merchant, "oracle-brm", "payment-method", customer.Instrument),
            });
        return begun.Attempt!;
    }

    private static Origin Origin(MerchantId merchant) => new(merchant, 0, Business.NewId());

    private static async Task<IAsyncDisposable> HoldSlotsAsync(OwnBooks own)
    {
        var connection = await own.Database.OpenConnectionAsync(Cancel);
        await using var hold = new NpgsqlCommand("BEGIN; UPDATE slot SET last_at = last_at", connection);
        await hold.ExecuteNonQueryAsync(Cancel);
        return connection;
    }
}
