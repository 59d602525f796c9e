using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

[Long]
public sealed class GrownBooksTests(BooksFixture books)
{
    private const int Others = 3000;
    private static readonly Currency Usd = Currency.Parse("USD");

    [Fact]
    public async Task Refund_InBooksOfManyCustomers_ReadsTheLedgerAccountsOfItsOwnPaymentAlone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await using (var fill = own.Database.CreateCommand($"""
            INSERT INTO ledger_account (merchant_id, id, slot, kind, holder_id, purpose, currency, debits_minor, credits_minor)
            SELECT {merchant.Value}, gen_random_uuid(), 0, 'credit', gen_random_uuid(), '', 'USD', 0, 0 FROM generate_series(1, {Others})
            """))
        {
            await fill.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var origin = new Origin(merchant, 0, Business.NewId());
        var (account, payment) = (new AccountId(merchant, Business.NewId()), new PaymentId(merchant, Business.NewId()));
        var customer = AccountTarget.Named(new Reference(merchant, "test", "customer", "1"));
        // The statistics of a session are there when it has ended.
        await using (var sessions = Storage.Database.Open($"{own.ConnectionString};Pooling=false"))
        await using (var engine = OwnBooks.Engine(sessions, lanes: 1))
        {
            Assert.True((await engine.SubmitAsync(new OpenAccount(origin, account, [.. customer.Names], Usd, null))).Accepted);
            Assert.True((await engine.SubmitAsync(new RecordPayment(origin, customer, payment, "test")
            {
                Amount = new Money(50_00, Usd),
                ReceivedBy = ClearingProvider.Cash,
                Remainder = Remainder.Credit,
            })).Accepted);
            var refund = await engine.SubmitAsync(new RefundPayment(
                origin, customer, payment, new RefundId(merchant, Business.NewId()), "test")
            {
                Amount = new Money(10_00, Usd),
            });
            Assert.True(refund.Accepted, string.Join(", ", refund.Faults));
        }

        own.Database.Clear();
        var name = new NpgsqlConnectionStringBuilder(own.ConnectionString).Database!;
        await NoticePost.UntilAsync(async () =>
            await books.ScalarAsync(Cluster.OnAllNodes(
                $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND application_name = 'quittance'")) is 0L);
        await using var statistics = own.Database.CreateCommand(Cluster.OnAllNodes(
            "SELECT coalesce(sum(idx_tup_fetch), 0)::bigint FROM pg_stat_user_tables WHERE relname ~ '^ledger_account(_[0-9]+)?$'"));
        Assert.InRange((long)(await statistics.ExecuteScalarAsync(TestContext.Current.CancellationToken))!, 1, Others / 10);
    }
}
