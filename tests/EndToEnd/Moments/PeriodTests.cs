using System.Globalization;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Lanes;
using Quittance.Tests.Engine;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Moments;

/// <summary>A closed month gets no more bookings; what takes effect in it later is booked on the first open day.</summary>
public sealed class PeriodTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static DateOnly ThisMonth => new(Today.Year, Today.Month, 1);

    private static string Before(int months) => ThisMonth.AddMonths(-months).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Month_ThatIsClosed_KeepsItsFigures_AndWhatComesLateIsBookedOnTheFirstOpenDay()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var clock = new HandMovedClock { Now = new DateTimeOffset(ThisMonth.AddDays(-10), TimeOnly.MinValue, TimeSpan.Zero) };
        await using var engine = new PaymentEngine(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 });
        await AcceptedAsync(engine, shop.Payment("A-1", 10_00));
        var takenOn = ThisMonth.AddDays(-5);

        // While the month is open, what took effect in it is booked in it, however late it comes.
        clock.Now = TimeProvider.System.GetUtcNow();
        await AcceptedAsync(engine, shop.Payment("A-1", 1_00) with { EffectiveOn = takenOn });
        await RunAsync(own, "period", "close", Before(1));
        var journal = await JournalAsync(own);
        await AcceptedAsync(engine, shop.Payment("A-1", 2_00) with { EffectiveOn = takenOn });

        Assert.Equal(journal, await JournalAsync(own));
        Assert.Equal(
            [$"{takenOn:yyyy-MM-dd} {takenOn:yyyy-MM-dd}", $"{ThisMonth:yyyy-MM-dd} {takenOn:yyyy-MM-dd}"],
            await DaysAsync(own));
        Assert.Contains(
            "11.00", await RunAsync(own, "balance", "ledger", "assets:clearing:cash", "--at", $"{ThisMonth.AddDays(-1):yyyy-MM-dd}"));
        Assert.Contains("13.00", await RunAsync(own, "balance", "ledger", "assets:clearing:cash"));
        await own.AssertCleanAsync();

        // Opened again, with a reason that stays on record: the next late one is booked in it.
        Assert.Contains("Only the last closed month", await RefusedAsync(own, "period", "reopen", Before(2), "--reason", "x"));
        await RunAsync(own, "period", "reopen", Before(1), "--reason", "a bank line was missing");
        await AcceptedAsync(engine, shop.Payment("A-1", 4_00) with { EffectiveOn = takenOn });
        Assert.NotEqual(journal, await JournalAsync(own));
        await RunAsync(own, "period", "close", Before(1));
        var listed = await RunAsync(own, "period", "list");
        Assert.Contains("a bank line was missing", listed);
        Assert.Equal(2, listed.Split('\n').Count(line => line.Contains(" closed ", StringComparison.Ordinal)));
        await own.AssertCleanAsync();
    }

    [Long]
    [Fact]
    public async Task Journal_OfAClosedMonth_StaysAsItWas_WhereALineThatBroughtAPaymentIsBookedForAnotherCustomer()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 20_00), ("jonas", "INV-2027-2", 20_00));
        var statement = new Camt().With(20, "INV-2027-1").ToXml().Replace("2027-11", Before(1), StringComparison.Ordinal);
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(statement), SettlementStatus.Booked));
        await RunAsync(shop.Books, "period", "close", Before(1));
        var journal = await JournalAsync(shop.Books);
        Assert.Equal(2, journal.Split('\n').Count(row => row.Split(',') is [_, _, _, _, _, "20.00", _, not "", ..]));

        await RunAsync(shop.Books, "settlement", "unbook", $"{line.Id.Value:D}", "--reason", "Jonas paid it");
        Assert.Equal(journal, await JournalAsync(shop.Books));
        await RunAsync(shop.Books, "settlement", "match", $"{line.Id.Value:D}", "--charge", "INV-2027-2", "--reason", "Jonas paid it");
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'"));
        Assert.Equal(journal, await JournalAsync(shop.Books));
    }

    [Fact]
    public async Task Month_ThatCannotBeClosedOrOpened_IsRefusedWithTheReason()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        Assert.Contains("There is nothing to close", await RefusedAsync(own, "period", "close", Before(1)));
        var clock = new HandMovedClock { Now = new DateTimeOffset(ThisMonth.AddMonths(-3), TimeOnly.MinValue, TimeSpan.Zero) };
        await using (var engine = new PaymentEngine(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 }))
            await AcceptedAsync(engine, shop.Payment("A-1", 10_00));

        Assert.Contains("is not over", await RefusedAsync(own, "period", "close", Before(0)));
        Assert.Contains("is no month", await RefusedAsync(own, "period", "close", "2026-13"));
        Assert.Contains("There is nothing to close", await RefusedAsync(own, "period", "close", Before(4)));
        Assert.Contains("no month is", await RefusedAsync(own, "period", "reopen", Before(3), "--reason", "x"));
        await RunAsync(own, "period", "close", Before(3));
        Assert.Contains("is closed already", await RefusedAsync(own, "period", "close", Before(3)));
        Assert.Contains($"{Before(2)} is open", await RefusedAsync(own, "period", "close", Before(1)));
        await RunAsync(own, "period", "close", Before(2));
        Assert.Contains("Only the last closed month", await RefusedAsync(own, "period", "reopen", Before(3), "--reason", "x"));
        Assert.Contains("in the future", await RefusedAsync(own, "balance", "trial", "--at", $"{Today.AddDays(1):yyyy-MM-dd}"));
        Assert.Contains("Nothing was booked by then", await RunAsync(own, "balance", "trial", "--at", "2001-01-01"));
        Assert.Contains("a day such as", await RefusedAsync(own, "balance", "trial", "--at", "yesterday"));
    }

    [Fact]
    public async Task FirstDay_IsThatOfTheEarliestEvent_HoweverMuchIsAddedUp()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (shop, other) = (new Business(await own.MerchantAsync()), new Business(await own.MerchantAsync()));
        var began = new DateTimeOffset(Today.AddDays(-40), new TimeOnly(12, 0), TimeSpan.Zero);
        var clock = new HandMovedClock { Now = began };
        var firstDay = DateOnly.FromDateTime(began.UtcDateTime);
        var periods = new Storage.Moments.Periods(own.Database, clock);
        var checkpoints = new Storage.Moments.Checkpoints(own.Database, new(own.Database, clock), clock);
        Assert.Null(await periods.FirstDayAsync(shop.Merchant, Cancel));
        await using var engine = new PaymentEngine(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 });

        // An account that is opened moves no money, so that no sum has its day.
        await AcceptedAsync(engine, shop.Opening("A-1"));
        clock.Now += TimeSpan.FromDays(5);
        await AcceptedAsync(engine, shop.Payment("A-1", 10_00));
        await AcceptedAsync(engine, other.Payment("A-1", 10_00));
        await AssertAsync(shop, firstDay);
        await AssertAsync(other, firstDay.AddDays(5));

        // An event that comes later can be booked on an earlier day.
        await AcceptedAsync(engine, shop.Payment("A-1", 1_00) with { EffectiveOn = firstDay.AddDays(-3) });
        await AssertAsync(shop, firstDay.AddDays(-3));
        await AssertAsync(other, firstDay.AddDays(5));

        async Task AssertAsync(Business merchant, DateOnly day)
        {
            Assert.Equal(day, await periods.FirstDayAsync(merchant.Merchant, Cancel));
            clock.Now += TimeSpan.FromHours(2);
            await checkpoints.AddUpAsync(merchant.Merchant, Cancel);
            Assert.Equal(day, await periods.FirstDayAsync(merchant.Merchant, Cancel));
        }
    }

    [Long]
    [Fact]
    public async Task KeptFigures_ThatAreChanged_AreFound()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var clock = new HandMovedClock { Now = new DateTimeOffset(ThisMonth.AddDays(-10), TimeOnly.MinValue, TimeSpan.Zero) };
        await using (var engine = new PaymentEngine(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 }))
            await AcceptedAsync(engine, shop.Payment("A-1", 10_00));
        await RunAsync(own, "period", "close", Before(1));
        await new Storage.Moments.Checkpoints(own.Database, new(own.Database, TimeProvider.System), TimeProvider.System)
            .AddUpAsync(shop.Merchant, Cancel);
        await own.AssertCleanAsync();

        foreach (var (change, rule) in ((string, string)[])
        [
            ("UPDATE checkpoint_total SET debits_minor = debits_minor + 1", "The sums of an hour are those of its transfers"),
            ("UPDATE period SET trial_balance = jsonb_set(trial_balance::jsonb, '{0,debits}', '\"5\"')::json",
                "The trial balance of a closed month is the one that was kept when it was closed"),
            ("UPDATE event SET effective_on = booked_on + 1, booked_on = booked_on - 2",
                "An event is booked on its effective day or a later one, and never after the day of its commit"),
        ])
        {
            await ExecuteAsync(own, change);
            var report = Assert.Single(await new Storage.Verification.Verifier(own.Database).VerifyAsync(shop.Merchant, Cancel));
            Assert.Contains(rule, report.Differences.Select(difference => difference.Rule));
        }
    }

    private static Task AcceptedAsync(PaymentEngine engine, Command command) => engine.DoAsync(command);

    private static async Task<string> RunAsync(OwnBooks own, params string[] command)
    {
        var (exitCode, output, error) = await CommandAsync(own, command);
        Assert.True(exitCode == 0, error);
        return output;
    }

    private static async Task<string> RefusedAsync(OwnBooks own, params string[] command)
    {
        var (exitCode, _, error) = await CommandAsync(own, command);
        Assert.Equal(1, exitCode);
        return error;
    }

    private static Task<(int ExitCode, string Output, string Error)> CommandAsync(OwnBooks own, string[] command) =>
        RunningProgram.RunAsync([.. command, "--merchant", "1", "--database", own.ConnectionString]);

    private static Task<string> JournalAsync(OwnBooks own) => RunAsync(
        own, "export", "journal", "--from", $"{ThisMonth.AddMonths(-1):yyyy-MM-dd}", "--to", $"{ThisMonth.AddDays(-1):yyyy-MM-dd}");

    private static async Task<IReadOnlyList<string>> DaysAsync(OwnBooks own)
    {
        List<string> days = [];
        await using var command = own.Database.CreateCommand("""
            SELECT format('%s %s', booked_on, effective_on) FROM event
             WHERE type = 'payment.recorded' AND effective_on <> (occurred_at AT TIME ZONE 'UTC')::date ORDER BY occurred_at
            """);
        await using var row = await command.ExecuteReaderAsync(Cancel);
        while (await row.ReadAsync(Cancel))
            days.Add(row.GetString(0));
        return days;
    }

    private static async Task ExecuteAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
