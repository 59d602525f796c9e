using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Lanes;
using Quittance.Storage.Moments;
using Quittance.Storage.Reports;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Engine;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Moments;

/// <summary>Balances as of a moment or a day are the sums of what was booked up to it.</summary>
public sealed class MomentTests(BooksFixture books)
{
    private const int Seed = 20261122;
    private const int Commands = 120;

    private static readonly string[] Customers = ["A-1", "A-2", "A-3", "A-4"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Long]
    [Fact]
    public async Task Balances_OfAMoment_AreWhatTheBooksSaidThen_HoweverMuchIsAddedUp()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var clock = new HandMovedClock { Now = TimeProvider.System.GetUtcNow().AddDays(-40) };
        var (random, reading) = (new Random(Seed), new MomentReading(own.Database, new SlotCatchUp(own.Database, TimeProvider.System)));
        var checkpoints = new Checkpoints(own.Database, new Merchants(own.Database, clock), clock);
        List<(DateTimeOffset At, string Said)> said = [];
        await using (var engine = new PaymentEngine(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 }))
        {
            for (var number = 0; number < Commands; number++)
            {
                clock.Now += TimeSpan.FromMinutes(random.Next(1, 400));
                await DoAsync(engine, shop, random, number, clock.Now);
                said.Add((clock.Now, await TotalsAsync(own)));
                if (random.Next(10) == 0)
                    await checkpoints.AddUpAsync(shop.Merchant, Cancel);
            }
        }

        foreach (var (at, totals) in said)
        {
            var then = await reading.TrialBalanceAsync(shop.Merchant, AsOf.Of(at), Cancel);
            Assert.True(then.IsFinal);
            Assert.Equal(totals, Text(then.Lines));
        }

        for (var day = DateOnly.FromDateTime(said[0].At.UtcDateTime).AddDays(-30); day <= DateOnly.FromDateTime(clock.Now.UtcDateTime);
             day = day.AddDays(1))
        {
            var then = await reading.TrialBalanceAsync(shop.Merchant, AsOf.Of(day), Cancel);
            Assert.Equal(await TransfersUpToAsync(own, day), Text(then.Lines));
            var aged = await new ReportReading(own.Database).AgedAsync(new ReportDays(shop.Merchant, day, day), Cancel);
            Assert.Equal(
                then.Lines.Where(line => line.Kind == LedgerKind.Receivable).Sum(line => (long)line.BalanceMinor),
                aged.Sum(debt => debt.Sum.AmountMinor));
        }

        await own.AssertCleanAsync();
    }

    [Fact]
    public async Task Customer_AtAMoment_OwesWhatWasOpenThen()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var clock = new HandMovedClock { Now = TimeProvider.System.GetUtcNow().AddDays(-10) };
        await using var engine = new PaymentEngine(new PostgresStore(own.Database), clock, new EngineOptions { Lanes = 1 });
        await AcceptedAsync(engine, shop.Opening("A-1"));
        await AcceptedAsync(engine, shop.Charge("A-1", "B-1", 10_00));
        await AcceptedAsync(engine, shop.Charge("A-1", "B-2", 20_00));
        // The batches of a slot are a millisecond apart, also while the clock stands still.
        clock.Now += TimeSpan.FromSeconds(1);
        var raised = clock.Now;
        clock.Now += TimeSpan.FromDays(2);
        await AcceptedAsync(engine, shop.Payment(
            "A-1", 12_00, Part.Charge(shop.ChargeName("B-1"), 10_00), Part.Charge(shop.ChargeName("B-2"), 2_00)));
        var account = new AccountId(shop.Merchant, (Guid)(await ScalarAsync(own, "SELECT id FROM account"))!);
        var reading = new MomentReading(own.Database, new SlotCatchUp(own.Database, TimeProvider.System));

        var before = await reading.CustomerAsync(account, AsOf.Of(raised), Cancel);
        var after = await reading.CustomerAsync(account, AsOf.Of(clock.Now), Cancel);

        Assert.Equal([10_00, 20_00], before!.Open.Select(open => open.OpenMinor).Order());
        Assert.Equal(30_00, Assert.Single(before.Ledger).Balance.AmountMinor);
        Assert.Equal([18_00], after!.Open.Select(open => open.OpenMinor));
        Assert.Equal(18_00, Assert.Single(after.Ledger).Balance.AmountMinor);
    }

    private static Task DoAsync(PaymentEngine engine, Business shop, Random random, int number, DateTimeOffset now)
    {
        var customer = Customers[random.Next(Customers.Length)];
        var amountMinor = random.Next(1, 90_00);
        DateOnly? effectiveOn = random.Next(3) == 0 ? DateOnly.FromDateTime(now.UtcDateTime).AddDays(-random.Next(1, 25)) : null;
        return AcceptedAsync(engine, random.Next(2) == 0 && number >= Customers.Length
            ? shop.Charge(customer, $"B-{number}", amountMinor) with { EffectiveOn = effectiveOn }
            : shop.Payment(Customers[number % Customers.Length], amountMinor) with { EffectiveOn = effectiveOn });
    }

    private static Task AcceptedAsync(PaymentEngine engine, Command command) => engine.DoAsync(command);

    private static async Task<string> TotalsAsync(OwnBooks own) => (string)(await ScalarAsync(
        own,
        """
        SELECT coalesce(string_agg(format('%s %s %s %s %s', currency, kind, purpose, d, c), E'\n' ORDER BY kind COLLATE "C", purpose), '')
          FROM (SELECT currency, kind, purpose, sum(debits_minor) AS d, sum(credits_minor) AS c FROM ledger_account GROUP BY 1, 2, 3) l
        """))!;

    private static async Task<string> TransfersUpToAsync(OwnBooks own, DateOnly day) => (string)(await ScalarAsync(
        own,
        $"""
        SELECT coalesce(string_agg(format('%s %s %s %s %s', currency, kind, purpose, d, c), E'\n' ORDER BY kind COLLATE "C", purpose), '')
          FROM (SELECT l.currency, l.kind, l.purpose, sum(CASE WHEN t.debit_id = l.id THEN t.amount_minor ELSE 0 END) AS d,
                       sum(CASE WHEN t.credit_id = l.id THEN t.amount_minor ELSE 0 END) AS c
                  FROM transfer t
                  JOIN event e ON e.subject_id = t.subject_id AND e.sequence = t.sequence AND e.booked_on <= '{day:yyyy-MM-dd}'
                  JOIN ledger_account l ON l.id IN (t.debit_id, t.credit_id)
                 GROUP BY 1, 2, 3) l
        """))!;

    private static string Text(IEnumerable<LineBalance> lines) => string.Join('\n', lines
        .Select(line => (Kind: WordOf(line), line))
        .OrderBy(each => each.Kind, StringComparer.Ordinal).ThenBy(each => each.line.Purpose, StringComparer.Ordinal)
        .Select(each => $"{each.line.Currency.Code} {each.Kind} {each.line.Purpose} {each.line.DebitsMinor} {each.line.CreditsMinor}"));

    private static string WordOf(LineBalance line) =>
        string.Concat(line.Kind.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}"))
            .ToLowerInvariant();

    private static async Task<object?> ScalarAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
