using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Sessions;
using Quittance.Host;
using Quittance.Host.Watching;
using Quittance.Storage;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>Sessions end when their time is over, however many there are.</summary>
public sealed class SessionExpiryTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneSweep_EndsAllWhoseTimeIsOver()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var origin = new Origin(merchant, 0, NewId());
        var name = new Reference(merchant, "test", "account", "anna");
        await using var engine = own.Engine();
        Assert.True((
            await engine.SubmitAsync(
            new OpenAccount(origin, new AccountId(merchant, NewId()), [name], Currency.Parse("EUR"), "Anna"))).Accepted);
        var opened = await Task.WhenAll(Enumerable.Range(0, 450).Select(_ => engine.SubmitAsync(OverSession(origin, name))));
        Assert.All(opened, outcome => Assert.True(outcome.Accepted));

        using var outages = new OutageService(
            engine, new WriteProof(own.Database, TimeProvider.System), Topology.Single, TimeProvider.System,
            NullLogger<OutageService>.Instance);
        using var service = new ExpiryService(
            new Storage.Reading.Sessions(own.Database), new Storage.Reading.Links(own.Database), new Storage.Reading.Attempts(own.Database),
            new Storage.Reading.Bookings(own.Database), new Storage.Console.Approvals(own.Database),
            new Storage.Console.MergedDebts(own.Database), engine, new Hold(IsHeld: false),
            outages, Topology.Single, new FirstSweepOnly(), NullLogger<ExpiryService>.Instance);
        await service.StartAsync(Cancel);
        await NoticePost.UntilAsync(async () => await OpenAsync(own) == 0);

        await service.StopAsync(Cancel);
        await own.AssertCleanAsync();
    }

    private static OpenSession OverSession(Origin origin, Reference account) => new(
        origin, AccountTarget.Named(account), new SessionId(origin.Merchant, NewId()), 1, SessionScope.Ecom,
        new Money(20_00, Currency.Parse("EUR")), "Fees",
        [PaymentChoice.Cash], TimeSpan.FromHours(-1));

    private static async Task<long> OpenAsync(OwnBooks own)
    {
        await using var command = own.Database.CreateCommand("SELECT count(*) FROM session WHERE status = 'open'");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>The time of the machine, with timers that never fire: nothing but the sweep at the start takes place.</summary>
    private sealed class FirstSweepOnly : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
