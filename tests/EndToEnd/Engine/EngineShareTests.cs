using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Lanes;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>A lane decides what clients sent singly before the most of a long work, and goes on with both.</summary>
public sealed class EngineShareTests(BooksFixture books)
{
    private const int Share = 4;
    private const int Many = 100;
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payment_BehindALongWork_WaitsForItsShareAlone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = Engine(own, batchLimit: 1024);
        var account = await OpenAsync(own, engine);

        var (first, others) = await BehindALockAsync(own, engine, account, longWork: Many, single: 1);

        var numbers = await NumbersAsync([first, .. others.LongWork, .. others.Single]);
        Assert.Equal(1 + Share, numbers.Count(number => number < numbers[^1]));
    }

    [Fact]
    public async Task LongWork_BesideManyPayments_KeepsItsShareAndItsOrder()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = Engine(own, batchLimit: 2 * Share);
        var account = await OpenAsync(own, engine);

        var (first, others) = await BehindALockAsync(own, engine, account, longWork: 2 * Share, single: Many);

        var longWork = await NumbersAsync(others.LongWork);
        Assert.Equal(longWork.Order(), longWork);
        var singly = await NumbersAsync([first, .. others.Single]);
        Assert.Equal(1 + Share, singly.Count(number => number < longWork[^1]));
    }

    private static PaymentEngine Engine(OwnBooks own, int batchLimit) => new(
        new PostgresStore(own.Database), TimeProvider.System,
        new EngineOptions { Lanes = 1, BatchLimit = batchLimit, PatientShare = Share });

    private static async Task<Reference> OpenAsync(OwnBooks own, PaymentEngine engine)
    {
        var account = new Reference(await own.MerchantAsync(), "test", "account", "1");
        await engine.DoAsync(new OpenAccount(
            new Origin(account.Merchant, 0, NewId()), new AccountId(account.Merchant, NewId()), [account], Usd, null));
        return account;
    }

    /// <summary>Submits a payment that waits for its slot, and all others behind it.</summary>
    private static async Task<(Task<Outcome> First, (Task<Outcome>[] LongWork, Task<Outcome>[] Single) Others)> BehindALockAsync(
        OwnBooks own, PaymentEngine engine, Reference account, int longWork, int single)
    {
        await using var locker = await own.Database.OpenConnectionAsync(Cancel);
        await using var locked = await locker.BeginTransactionAsync(Cancel);
        await using (var slots = new NpgsqlCommand($"SELECT 1 FROM slot WHERE merchant_id = {account.Merchant.Value} FOR UPDATE", locker))
            await slots.ExecuteNonQueryAsync(Cancel);
        var first = PayAsync(engine, account, patient: false);
        await using (var waits = own.Database.CreateCommand(Cluster.OnAllNodes(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")))
        {
            while (await waits.ExecuteScalarAsync(Cancel) is 0L)
                await Task.Delay(Soon, TimeProvider.System, Cancel);
        }

        Task<Outcome>[] many = [.. Enumerable.Range(0, longWork).Select(_ => PayAsync(engine, account, patient: true))];
        Task<Outcome>[] singly = [.. Enumerable.Range(0, single).Select(_ => PayAsync(engine, account, patient: false))];
        await locked.RollbackAsync(Cancel);
        return (first, (many, singly));
    }

    private static Task<Outcome> PayAsync(PaymentEngine engine, Reference account, bool patient) => engine.SubmitAsync(
        new RecordPayment(
            new Origin(account.Merchant, 0, NewId()), AccountTarget.Named(account), new PaymentId(account.Merchant, NewId()), "test")
        {
            Amount = new Money(1, Usd),
            ReceivedBy = ClearingProvider.Cash,
        },
        patient);

    /// <summary>The payments' numbers, which tell the order in which they were decided.</summary>
    private static async Task<long[]> NumbersAsync(Task<Outcome>[] payments) =>
        [.. (await Task.WhenAll(payments)).Select(outcome => outcome.Payment!.Payment.Number)];

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
