using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Overdue;
using Quittance.Host;
using Quittance.Host.Overdue;
using Quittance.Providers;
using Quittance.Storage.Dues;
using Quittance.Storage.Exporting;
using Quittance.Storage.Lanes;
using Quittance.Storage.Moments;
using Quittance.Storage.Overdue;
using Quittance.Storage.Reports;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Engine;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Moments;

/// <summary>All days of a merchant begin in its one time zone.</summary>
public sealed class MerchantDayTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-07-14T21:30Z", "2026-07-14")]
    [InlineData("2026-07-14T22:30Z", "2026-07-15")]
    [InlineData("2026-07-14T23:59Z", "2026-07-15")]
    public async Task Sale_IsOnTheMerchantsDay_InBooksReportsAndExports(string at, string expected)
    {
        var day = DateOnly.Parse(expected, null);
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = await ShopAsync(own, "Europe/Berlin");
        var clock = new HandMovedClock { Now = DateTimeOffset.Parse(at, null) };
        await using var engine = EngineOf(own, clock);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1", 10_00))).Accepted);

        var zone = await own.Database.ZoneAsync(shop.Merchant, Cancel);
        Assert.Equal(day, zone.DayOf(clock.Now));
        var reading = new ReportReading(own.Database);
        Assert.Equal([10_00L], await SumsAsync(day));
        Assert.Empty(await SumsAsync(day.AddDays(-1)));
        Assert.Empty(await SumsAsync(day.AddDays(1)));
        Assert.Equal([day], await DaysOfJournalAsync(own, shop, day));
        Assert.Empty(await DaysOfJournalAsync(own, shop, day.AddDays(-1)));
        await own.AssertCleanAsync();

        async Task<IEnumerable<long>> SumsAsync(DateOnly of) =>
            (await reading.FlowsAsync(new ReportDays(shop.Merchant, of, of) { Zone = zone }, byWeeks: true, Cancel))
                .Select(flow => flow.Sum.AmountMinor);
    }

    [Fact]
    public async Task OverdueBill_InAuckland_IsDunnedOnItsOwnDay_AndNotAgain_WhenTheZoneChangesAtMidnight()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = await ShopAsync(own, "Pacific/Auckland");
        // Half an hour past midnight there, and noon in UTC of the day before.
        var clock = new HandMovedClock { Now = new DateTimeOffset(2026, 1, 8, 11, 30, 0, TimeSpan.Zero) };
        await using var engine = EngineOf(own, clock);
        Assert.True((await engine.SubmitAsync(shop.Opening("A-1"))).Accepted);
        Assert.True((await engine.SubmitAsync(shop.Charge("A-1", "B-1"))).Accepted);
        await new DunningPolicies(own.Database, clock).SetAsync(
            shop.Merchant, Business.Euro, new DunningPolicy(shop.Merchant, Business.Euro, 1, [new(8), new(16)]), By(shop, "dunning.policy"),
            null, Cancel);
        await using var parts = PartsOf(own, engine, clock);
        var server = ServerOf(own, engine, clock, parts);

        clock.Now -= TimeSpan.FromHours(1);
        await server.TurnAsync(Cancel);
        Assert.Equal(0, await own.CountAsync("dunning_step"));
        clock.Now += TimeSpan.FromHours(1);
        await server.TurnAsync(Cancel);
        Assert.Equal(1, await own.CountAsync("dunning_step WHERE taken_on = '2026-01-09'"));

        // There it is the day before again; a day later it is the day of the reminder.
        await MoveAsync(own, shop, "America/Los_Angeles");
        await server.TurnAsync(Cancel);
        clock.Now += TimeSpan.FromDays(1);
        await server.TurnAsync(Cancel);
        Assert.Equal(1, await own.CountAsync("dunning_step"));
        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Zone_ThatIsChangedAtMidnight_MovesNoMoney_AndBooksNothingOnAClosedDay()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = await ShopAsync(own, "Pacific/Auckland");
        // Almost a day later it is the same day in Pago Pago.
        var last = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland").DayOf(TimeProvider.System.GetUtcNow()).AddDays(-1);
        var clock = new HandMovedClock { Now = TimeProvider.System.GetUtcNow().AddDays(-2) };
        await using var engine = EngineOf(own, clock);
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1", 10_00))).Accepted);
        var before = await TrialAsync();
        clock.Now = TimeProvider.System.GetUtcNow();
        Assert.Equal(Closing.Closed, await new Journal(own.Database).CloseAsync(shop.Merchant, last, clock.Now, Cancel));

        await MoveAsync(own, shop, "Pacific/Pago_Pago");
        Assert.Equal(before, await TrialAsync());
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1", 5_00))).Accepted);

        Assert.Equal(before, await TrialAsync());
        Assert.Single(await DaysOfJournalAsync(own, shop, last.AddDays(1)));
        await own.AssertCleanAsync();

        async Task<string> TrialAsync() => string.Join(' ',
            (await new MomentReading(own.Database, new SlotCatchUp(own.Database, clock)).TrialBalanceAsync(
                shop.Merchant, AsOf.Of(last), Cancel)).Lines.Select(line => $"{line.Kind} {line.BalanceMinor}"));
    }

    [Fact]
    public async Task NewApi_TakesTheMerchantsZone_AndOneOfItsOwn_LeavesTheMerchantsAsItIs()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = await ShopAsync(own, "Europe/Berlin");
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var added = await merchants.InstallAsync(shop.Merchant, "tmf676", Business.Euro, Cancel);
        var other = await merchants.InstallAsync(shop.Merchant, "midnight", Business.Euro, Cancel, timeZone: "America/New_York");
        Assert.Equal(("Europe/Berlin", "Europe/Berlin"), (added.TimeZone, added.MerchantTimeZone));
        Assert.Equal(("America/New_York", "Europe/Berlin"), (other.TimeZone, other.MerchantTimeZone));
        Assert.Equal("Europe/Berlin", (await own.Database.ZoneAsync(shop.Merchant, Cancel)).Id);
    }

    [Fact]
    public async Task FirstApi_SaysTheZone_OnlyWhereNobodyHas_AndNothingIsBooked()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var (fresh, set) = (await own.MerchantAsync(), await own.MerchantAsync());
        await MoveAsync(own, new Business(set), "Europe/Berlin");
        foreach (var merchant in new[] { fresh, set })
            await merchants.InstallAsync(merchant, "quittance", Business.Euro, Cancel, timeZone: "America/New_York");

        Assert.Equal("America/New_York", (await own.Database.ZoneAsync(fresh, Cancel)).Id);
        Assert.Equal("Europe/Berlin", (await own.Database.ZoneAsync(set, Cancel)).Id);
    }

    /// <summary>It asks nobody for a day before it was set, wherever the days begin now.</summary>
    [Fact]
    public async Task PolicyOfDues_KeepsTheDayOnWhichItWasSet()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = await ShopAsync(own, "Pacific/Auckland");
        var day = new DateOnly(2026, 1, 9);
        var clock = new HandMovedClock { Now = new DateTimeOffset(2026, 1, 8, 11, 30, 0, TimeSpan.Zero) };
        var policies = new DuePolicies(own.Database, clock);
        await policies.SetAsync(
            shop.Merchant, new DuePolicy(shop.Merchant, 6, new DueFilter(DateOnly.MaxValue), clock.Now), By(shop, "dues.policy"), Cancel);
        Assert.Equal(day, (await policies.LookAsync(shop.Merchant, day, Cancel)).Policy!.SetOn);

        // There it is the day before, and the sixth business day of January is the ninth.
        await MoveAsync(own, shop, "Pacific/Pago_Pago");

        var kept = (await policies.LookAsync(shop.Merchant, day, Cancel)).Policy!;
        Assert.Equal((day, null), (kept.SetOn, kept.DueBy(day)));
    }

    /// <summary>Whoever changes the server's machine learns it at the start, not by bills that are dunned on another day.</summary>
    [Fact]
    public async Task Server_WhoseMachineDoesNotKnowAZone_SaysWhose_AndDoesNotStart()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = await ShopAsync(own, "Europe/Berlin");
        await using (var command = own.Database.CreateCommand("UPDATE merchant SET time_zone = 'Europe/Atlantis'"))
            await command.ExecuteNonQueryAsync(Cancel);

        var (exitCode, _, error) = await RunningProgram.RunAsync("serve", "--database", own.ConnectionString);

        Assert.Equal(1, exitCode);
        Assert.Contains($"merchant {shop.Merchant.Value} begin in Europe/Atlantis", error, StringComparison.Ordinal);
    }

    private static async Task<Business> ShopAsync(OwnBooks own, string zone)
    {
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var merchant = await own.MerchantAsync();
        await merchants.InstallAsync(merchant, "quittance", Business.Euro, Cancel, timeZone: zone);
        return new Business(merchant);
    }

    private static Task MoveAsync(OwnBooks own, Business shop, string zone) => new Merchants(own.Database, TimeProvider.System)
        .SetTimeZoneAsync(shop.Merchant, installation: null, zone, By(shop, "installation.zone"), Cancel);

    private static PaymentEngine EngineOf(OwnBooks own, TimeProvider clock) =>
        new(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 });

    private ServiceProvider PartsOf(OwnBooks own, PaymentEngine engine, TimeProvider clock) => new ServiceCollection().AddLogging()
        .AddCollecting(
            own.Database, engine, books.Vault, clock, new ProviderOptions { Timeouts = new ProviderTimeouts() }, new AttemptSchedule())
        .AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();

    private static OverdueService ServerOf(OwnBooks own, PaymentEngine engine, TimeProvider clock, ServiceProvider parts) => new(
        new OverdueRuns(own.Database, clock), new Retries(own.Database, new RetryPolicies(own.Database, clock)),
        new Dunnings(own.Database, new DunningPolicies(own.Database, clock)), new Merchants(own.Database, clock), engine,
        parts.GetRequiredService<Collector>(), new Hold(IsHeld: false), null!, clock, NullLogger<OverdueService>.Instance);

    private static async Task<List<DateOnly>> DaysOfJournalAsync(OwnBooks own, Business shop, DateOnly day)
    {
        List<DateOnly> found = [];
        await foreach (var entry in new Journal(own.Database).ReadAsync(shop.Merchant, day, day, null, Cancel))
            found.Add(entry.Time.BookedOn);
        return found;
    }

    private static Origin By(Business shop, string what) => new(shop.Merchant, 0, Business.NewId())
    {
        Action = new OperatorAction(null, OperatorAction.CommandLine, what, "dunning in EUR", "because"),
    };
}
