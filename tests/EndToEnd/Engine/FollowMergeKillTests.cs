using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Host;
using Quittance.Host.Watching;
using Quittance.Storage;
using Quittance.Storage.Lanes;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Engine;

/// <summary>
/// A server dies between the commit that brings debt or money back to a merged account and those that take it where the merges lead.
/// Another server finds what it left.
/// </summary>
[Long]
public sealed class FollowMergeKillTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="steps">After how many of the commits that follow it dies.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Debt_ThatCameBack_FollowsTheMerges(int steps)
    {
        await using var shop = await Shop.OpenAsync(books);
        var payment = await PaidAsync(shop);
        await MergeAsync(shop);
        await using var dying = Dying(shop, steps);

        Assert.True((await dying.SubmitAsync(Disputing(shop, await AttemptAsync(shop, payment)))).Accepted);
        await SweepAsync(shop);

        Assert.Equal([("kept", 25_00L)], await OwingAsync(shop));
        await shop.Books.AssertCleanAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Money_ThatCameBack_SettlesTheDebtThatFollowedTheMerges(int steps)
    {
        await using var shop = await Shop.OpenAsync(books);
        var payment = await PaidAsync(shop);
        await MergeAsync(shop, isChain: false);
        await using (var living = Dying(shop, int.MaxValue))
            Assert.True((await living.SubmitAsync(Disputing(shop, await AttemptAsync(shop, payment)))).Accepted);
        Assert.Equal([("kept", 25_00L)], await OwingAsync(shop));
        await using var dying = Dying(shop, steps);

        Assert.True((await dying.SubmitAsync(new CloseDispute(
            shop.Origin, await AttemptAsync(shop, payment), "dispute", IsWon: true))).Accepted);
        await SweepAsync(shop);

        Assert.Equal([("kept", 5_00L)], await OwingAsync(shop));
        await shop.Books.AssertCleanAsync();
    }

    /// <summary>The customer <c>old</c> has paid the one bill, and <c>kept</c> owes 5.00.</summary>
    private static async Task<PaymentId> PaidAsync(Shop shop)
    {
        await shop.OweAsync(("old", "OLD-1", 20_00), ("between", "BETWEEN-1", 1_00), ("kept", "KEPT-1", 5_00));
        await shop.DoAsync(shop.Business.Payment("between", 1_00, Part.Charge(shop.Business.ChargeName("BETWEEN-1"), null)));
        var payment = await shop.AnnounceAsync("old", 20_00, "OLD-1");
        Assert.True((await shop.SettleAsync(payment.Payment.Id, Verb.Capture, ProviderAnswer.Approved)).Accepted);
        return payment.Payment.Id;
    }

    private static async Task MergeAsync(Shop shop, bool isChain = true)
    {
        foreach (var (merged, into) in ((string, string)[])(isChain ? [("old", "between"), ("between", "kept")] : [("old", "kept")]))
            await shop.DoAsync(new MergeAccounts(shop.Origin, Target(into), Target(merged), [], Business.NewId()));

        AccountTarget Target(string account) => AccountTarget.Named(shop.Business.AccountName(account));
    }

    /// <summary>The engine of a server that dies after so many of the commits that follow.</summary>
    private static PaymentEngine Dying(Shop shop, int steps)
    {
        var left = steps;
        return new PaymentEngine(new PostgresStore(shop.Books.Database), TimeProvider.System, new EngineOptions
        {
            Lanes = 2,
            FollowUp = (state, command, changes) => FollowMerge.After(state, command, changes) is { } next
                ? id => Interlocked.Decrement(ref left) >= 0 ? next(id) : throw new InvalidOperationException("The server is dead.") : null,
        });
    }

    private static OpenDispute Disputing(Shop shop, Attempt about) =>
        new(shop.Origin, about, "dispute", DisputeKind.Chargeback, 20_00, 0);

    private static async Task<Attempt> AttemptAsync(Shop shop, PaymentId payment) =>
        (await new Storage.Reading.Attempts(shop.Books.Database).OfPaymentAsync(payment, Cancel))
            .Single(attempt => attempt.Verb == Verb.Authorise);

    /// <summary>Another server looks for what was left, until nothing changes any more.</summary>
    private static async Task SweepAsync(Shop shop)
    {
        await using var engine = Dying(shop, int.MaxValue);
        using var outages = new OutageService(
            engine, new WriteProof(shop.Books.Database, TimeProvider.System), Topology.Single, TimeProvider.System,
            NullLogger<OutageService>.Instance);
        var database = shop.Books.Database;
        for (long before = -1, events = 0; before != events; before = events, events = await shop.Books.CountAsync("event"))
        {
            using var service = new ExpiryService(
                new Storage.Reading.Sessions(database), new Storage.Reading.Links(database), new Storage.Reading.Attempts(database),
                new Storage.Reading.Bookings(database), new Storage.Console.Approvals(database), new Storage.Console.MergedDebts(database),
                engine, new Hold(IsHeld: false), outages, Topology.Single, TimeProvider.System, NullLogger<ExpiryService>.Instance);
            await service.TurnAsync(Cancel);
        }
    }

    /// <summary>What each customer owes, minor units.</summary>
    private static async Task<(string Account, long OpenMinor)[]> OwingAsync(Shop shop)
    {
        List<(string, long)> owing = [];
        await using var command = shop.Books.Database.CreateCommand("""
            SELECT r.value, sum(c.amount_minor - c.allocated_minor - c.credited_minor - c.written_off_minor)::bigint
              FROM charge c JOIN reference r ON r.merchant_id = c.merchant_id AND r.object_id = c.account_id AND r.dialect = 'test'
             WHERE c.is_open GROUP BY r.value ORDER BY r.value
            """);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        while (await reader.ReadAsync(Cancel))
            owing.Add((reader.GetString(0), reader.GetInt64(1)));
        return [.. owing];
    }
}
