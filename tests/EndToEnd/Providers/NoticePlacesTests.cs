using System.Net;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Host.Providers;
using Quittance.Storage.Providers;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.Providers;

/// <summary>How a server shares its places among the notices of many provider accounts.</summary>
public sealed class NoticePlacesTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Places_OfManyBusyAccounts_LeaveOneForAnother()
    {
        var places = new NoticePlaces();
        List<NoticeAccount> busy = [.. Enumerable.Range(1, 40).Select(merchant => new NoticeAccount(new MerchantId(merchant), "sandbox"))];
        foreach (var account in busy)
        {
            for (var free = places.FreeOf(account); free > 0; free--)
                places.Take(account);
        }

        var other = new NoticeAccount(new MerchantId(1), "stripe");
        Assert.Equal((96, 0, 4), (places.Free, places.FreeOf(busy[0]), places.FreeOf(other)));
        Assert.Equal(busy, places.Busy.OrderBy(account => account.Merchant.Value));
    }

    [Fact]
    public void Place_ThatIsGivenBack_MayGoToANoticeOfAnyAccount()
    {
        var places = new NoticePlaces();
        List<NoticeAccount> accounts =
            [.. Enumerable.Range(1, 64).Select(merchant => new NoticeAccount(new MerchantId(merchant), "sandbox"))];
        foreach (var account in accounts.SelectMany(account => Enumerable.Repeat(account, 4)))
            places.Take(account);
        Assert.Equal((0, 0), (places.Free, places.FreeOf(new NoticeAccount(new MerchantId(65), "sandbox"))));

        // The first ends that all were taken; the second makes the account less busy.
        Assert.Equal((true, true, false), (places.GiveBack(accounts[0]), places.GiveBack(accounts[0]), places.GiveBack(accounts[0])));
        Assert.Equal((3, 3), (places.Free, places.FreeOf(accounts[0])));
        Assert.DoesNotContain(accounts[0], places.Busy);
    }

    [Fact]
    public async Task Claim_OfAnAccountThatTheStatisticsDoNotKnow_TakesNoMoreThanItsLimit()
    {
        var account = await KeptAsync(count: 500);
        var notices = new Notices(books.Database, new AttemptSchedule(), Later);

        Assert.Equal(4, (await notices.ClaimAsync(account, 4, Cancel)).Count);
        Assert.Equal(4L, await books.ScalarAsync(
            "SELECT count(*) FROM notice WHERE merchant_id = $1 AND tries > 0", account.Merchant.Value));
    }

    [Fact]
    public async Task Claim_ThatAnotherServerHasByNow_IsNeitherRenewedNorEnded()
    {
        var account = await KeptAsync(count: 1);
        var (clock, schedule) = (Later, new AttemptSchedule());
        var notices = new Notices(books.Database, schedule, clock);
        var old = Assert.Single(await notices.ClaimAsync(account, 4, Cancel));
        clock.Advance(schedule.NoticeClaim - TimeSpan.FromSeconds(1));
        await notices.RenewAsync(old, Cancel);
        clock.Advance(schedule.NoticeClaim - TimeSpan.FromSeconds(1));
        Assert.Empty(await notices.ClaimAsync(account, 4, Cancel));
        clock.Advance(TimeSpan.FromSeconds(1));
        var newer = Assert.Single(await notices.ClaimAsync(account, 4, Cancel));
        var claimed = await StateAsync();

        await notices.RenewAsync(old, Cancel);
        await notices.FinishAsync(old, NoticeOutcome.Unmatched, Cancel);

        Assert.Equal(claimed, await StateAsync());
        await notices.FinishAsync(newer, NoticeOutcome.NoNews, Cancel);
        Assert.Equal("no_news 2 ", await StateAsync());

        async Task<string> StateAsync() => (string)(await books.ScalarAsync(
            "SELECT concat(outcome, ' ', tries, ' ', due_at) FROM notice WHERE merchant_id = $1", account.Merchant.Value))!;
    }

    [Fact]
    public async Task Notice_ThatWaitsLongerThanAClaimLasts_IsProcessedOnce()
    {
        var biller = await Biller.OpenAsync(books);
        var (_, _, attempt) = await new SilentProvider(books, biller.Merchant).BeginAsync(20_00);
        await using var connection = await books.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var hold = new NpgsqlCommand(
            $"SELECT 1 FROM slot WHERE merchant_id = {biller.Merchant.Value} FOR UPDATE", connection, transaction))
        {
            await hold.ExecuteNonQueryAsync(Cancel);
        }

        var notice = NoticePost.Changed(attempt.Id.Value, "authorise", attempt.Id.Value, "declined", 20_00);
        var account = (await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System)
            .FindAsync(biller.Merchant, "sandbox", Cancel))!;
        var address = new Uri(books.Address, $"/providers/sandbox/merchants/{biller.Merchant.Value}/notices");
        Assert.Equal(HttpStatusCode.NoContent, await NoticePost.SendAsync(books.Client, address, account.NoticeKeys[0], notice));
        await NoticePost.UntilAsync(async () => await OfAsync("tries") is 1);
        var first = await OfAsync("due_at");
        await NoticePost.UntilAsync(async () => await OfAsync("due_at - $2 > interval '5 seconds'", first!) is true);

        Assert.Equal(1, await OfAsync("tries"));
        await transaction.RollbackAsync(Cancel);
        await NoticePost.UntilAsync(async () => await OfAsync("outcome") is "taken");
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        Task<object?> OfAsync(string column, params object[] more) => books.ScalarAsync(
            $"SELECT {column} FROM notice WHERE merchant_id = $1", [biller.Merchant.Value, .. more]);
    }

    // The run's own server finds nothing due before that.
    private static SteppedClock Later
    {
        get
        {
            var clock = new SteppedClock();
            clock.Advance(TimeSpan.FromDays(2));
            return clock;
        }
    }

    /// <summary>A new account with notices that are due tomorrow.</summary>
    private async Task<NoticeAccount> KeptAsync(int count)
    {
        var account = new NoticeAccount(await books.Merchants.CreateAsync("Of notices", Cancel), "sandbox");
        await books.ScalarAsync(
            """
            INSERT INTO notice (merchant_id, provider, id, body, received_at, tries, outcome, due_at)
            SELECT $1, $2, 'msg_' || n, '{}', now(), 0, 'received', now() + interval '1 day' FROM generate_series(1, $3) n
            """,
            account.Merchant.Value, account.Provider, count);
        return account;
    }
}
