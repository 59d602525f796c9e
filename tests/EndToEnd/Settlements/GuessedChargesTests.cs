using Npgsql;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Storage;
using Quittance.Storage.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>The open charges of a line's amount, which an operator is shown beside it.</summary>
public sealed class GuessedChargesTests(BooksFixture books)
{
    private const int Members = 20_000;
    private const int Shown = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Charges_OfOneAmount_AreReadAsFarAsTheyAreShown_HoweverManyThereAre()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await using (var engine = own.Engine())
            Assert.True((await engine.SubmitAsync(new Business(merchant).Opening("anna"))).Accepted);
        // The later its number, the earlier a charge is due.
        await using (var bill = own.Database.CreateCommand($"""
            INSERT INTO charge (merchant_id, id, account_id, number, label, due_on, currency, amount_minor, allocated_minor, credited_minor)
            SELECT a.merchant_id, gen_random_uuid(), a.id, n, 'bill', date '2027-01-01' + ({Members} - n) / 1000, 'EUR', 2990, 0, 0
              FROM account a, generate_series(1, {Members}) n
            """))
        {
            await bill.ExecuteNonQueryAsync(Cancel);
        }

        await using (var analyze = own.Database.CreateCommand("VACUUM ANALYZE charge"))
            await analyze.ExecuteNonQueryAsync(Cancel);
        var (usedBefore, readBefore) = await ReadsAsync(own);

        // A connection tells what it has read when it ends, if not before.
        await using (
            var leaving = Database.Open(new NpgsqlConnectionStringBuilder(own.ConnectionString) { Pooling = false }.ConnectionString))
        {
            var line = new SettlementLine(
                new SettlementLineId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), default, 1, StatementSource.Camt,
                "bank", SettlementLineKind.Entry, new DateOnly(2027, 1, 5), new Money(29_90, Business.Euro), 0, SettlementStatus.Open,
                Events: 0);
            var charges = (await new ProposedCharges(leaving).OfAmountAsync(merchant, [line], Shown, Cancel))[line.Id].ToList();
            Assert.Equal(Enumerable.Range(Members - 999, Shown).Select(number => (long)number), charges.Select(charge => charge.Number));
            Assert.All(charges, charge => Assert.Equal(new Money(29_90, Business.Euro), charge.Open));
        }

        await NoticePost.UntilAsync(async () => (await ReadsAsync(own)).Used > usedBefore);
        Assert.InRange((await ReadsAsync(own)).Read - readBefore, 1, 51);
    }

    /// <summary>How often the index was used, and how much of it was read.</summary>
    private static async Task<(long Used, long Read)> ReadsAsync(OwnBooks own)
    {
        return (await SumAsync("idx_scan"), await SumAsync("idx_tup_read"));

        // On a cluster, each part of the table has an index of its own.
        async Task<long> SumAsync(string figure)
        {
            await using var command = own.Database.CreateCommand(Cluster.OnAllNodes(
                $"SELECT coalesce(sum({figure}), 0)::bigint FROM pg_stat_user_indexes WHERE indexrelname LIKE 'charge_of_open_amount%'"));
            return (long)(await command.ExecuteScalarAsync(Cancel))!;
        }
    }
}
