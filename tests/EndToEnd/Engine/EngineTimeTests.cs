using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage.Lanes;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>The time of an event is the time at which its slot was its batch's own.</summary>
public sealed class EngineTimeTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payment_ThatWaitsForItsSlot_HasTheTimeAfterTheWait()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes: 1);
        Task<Outcome> waiting;
        DateTimeOffset released;
        await using (var connection = await own.Database.OpenConnectionAsync(Cancel))
        {
            await using var hold =
                new NpgsqlCommand($"BEGIN; SELECT 1 FROM slot WHERE merchant_id = {shop.Merchant.Value} FOR UPDATE", connection);
            await hold.ExecuteNonQueryAsync(Cancel);
            waiting = engine.SubmitAsync(shop.Payment("A-1"));
            await NoticePost.UntilAsync(async () => await own.WaitingAsync() > 0);
            released = TimeProvider.System.GetUtcNow();
        }

        Assert.True((await waiting).Accepted);
        Assert.All(await TimesAsync(own, "SELECT occurred_at FROM event UNION ALL SELECT at FROM block"),
            time => Assert.True(time >= released.AddMilliseconds(-1)));
    }

    /// <summary>The clock of the second server is an hour behind.</summary>
    [Fact]
    public async Task EventsOfOneSubject_ByServersWhoseClocksDiffer_DoNotRunBackwards()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes: 1);
        await using var behind = new PaymentEngine(new PostgresStore(own.Database), new LateClock(), new EngineOptions { Lanes = 1 });
        await engine.SubmitAsync(shop.Opening("A-1"));
        foreach (var server in new[] { engine, behind, engine, behind })
            Assert.True((await server.SubmitAsync(shop.Deposit("A-1", "O-1", 1))).Accepted);

        var times = await TimesAsync(
            own,
            """
            SELECT e.occurred_at FROM event e JOIN customer_order o ON o.merchant_id = e.merchant_id AND o.id = e.subject_id
             ORDER BY e.sequence
            """);
        Assert.Equal(4, times.Count);
        Assert.Equal(times.Order(), times);
    }

    /// <summary>A server whose clock is a day ahead has written to the books, or closed today.</summary>
    [Fact]
    public async Task Slot_AheadOfTheClock_GivesEachBatchATimeOfItsOwn_AndExpiriesByTheClock()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine(lanes: 1);
        await own.Database.CreateCommand("UPDATE slot SET last_at = '2100-01-01Z'").ExecuteNonQueryAsync(Cancel);

        foreach (var key in new[] { "first", "second" })
            Assert.True((await engine.SubmitAsync(shop.Payment("A-1") with { Key = shop.Key(key) })).Accepted);

        var committed = await TimesAsync(own, "SELECT at FROM block ORDER BY 1");
        Assert.Equal(2, committed.Distinct().Count());
        Assert.All(committed, time => Assert.Equal(2100, time.Year));
        Assert.All(
            await TimesAsync(own, "SELECT kept_until FROM kept_answer"),
            time => Assert.True(time < TimeProvider.System.GetUtcNow().AddDays(60)));
        Assert.True(engine.Ahead > TimeSpan.FromDays(365));
    }

    private static async Task<IReadOnlyList<DateTimeOffset>> TimesAsync(OwnBooks own, string sql)
    {
        List<DateTimeOffset> times = [];
        await using var command = own.Database.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync(Cancel);
        while (await row.ReadAsync(Cancel))
            times.Add(row.GetFieldValue<DateTimeOffset>(0));
        return times;
    }

    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(-1);
    }
}
