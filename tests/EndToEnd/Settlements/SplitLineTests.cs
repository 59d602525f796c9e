using System.Globalization;
using FsCheck.Fluent;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>One line of the bank is several things: an operator splits it into parts, each with its use.</summary>
public sealed class SplitLineTests(BooksFixture books)
{
    private const string Bank = "bank DE ···· 3000";
    private const string OfParts = "clearing payout:split";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_IsSplitOverCharges_Customers_AFee_AndARestThatWaits()
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 100);

        await SplitAsync(shop, line, "30 charge INV-1", "50 customer jonas", "-0.50 fee", "20.50");

        Assert.Equal((0, 0), (await OpenAsync(shop, "INV-1"), await OpenAsync(shop, "INV-2")));
        var balances = await shop.BalancesAsync();
        Assert.Equal((100_00, -10_00, 50), (balances[Bank], balances["credit general"], balances["fees"]));
        var rest = Assert.Single(await PartsAsync(shop, line, SettlementStatus.Open));
        Assert.Equal((20_50, "Anna Bell"), (rest.Amount.AmountMinor, rest.Counterparty));
        Assert.Equal(-20_50, balances[OfParts]);

        // The part is a line like others: it is booked later.
        Accept(await shop.Desk.BookAsChosenAsync(rest, SettlementChoice.Charge, ["INV-3"], shop.Origin, null, Cancel));
        Assert.DoesNotContain(OfParts, (await shop.BalancesAsync()).Keys);
    }

    [Theory]
    [InlineData("the parts are 99.99 EUR, and the line is 100.00 EUR: 0.01 EUR is missing", "30 charge INV-1", "69.99")]
    [InlineData("the parts are 100.01 EUR, and the line is 100.00 EUR: 0.01 EUR is too much", "30 charge INV-1", "70.01")]
    [InlineData("name 2 to 100 parts", "100 customer anna")]
    [InlineData("part 2, 70.00 EUR: there is no charge INV-9", "30 charge INV-1", "70 charge INV-9")]
    [InlineData("a charge is named twice", "15 charge INV-1", "15 charge INV-1", "70")]
    [InlineData("30.00 EUR of INV-1 is open", "31 charge INV-1", "69")]
    [InlineData("there is no customer nobody", "31 customer nobody", "69")]
    [InlineData("there is no payment 4711", "31 payment 4711", "69")]
    [InlineData("there is no such provider", "31 payout nobody", "69")]
    [InlineData("what goes against the line says what it is", "130 customer anna", "-30")]
    [InlineData("your tolerance in EUR is nothing", "30 charge INV-1", "71 customer anna", "-1 fee")]
    [InlineData("its charges are of several customers", "70 charge INV-1 INV-2", "30")]
    [InlineData("against the line go a fee, and, of money that came, refunds", "9000 customer anna", "-8900 payout sandbox")]
    [InlineData("it has no name", "70 fee of-whom", "30")]
    [InlineData("a collection is no part", "70 collection 1", "30")]
    public async Task Parts_ThatCantBe_AreRefusedWithTheReason_AndNothingChanges(string reason, params string[] parts)
    {
        await using var shop = await ShopAsync(tolerance: false);
        var line = await LineAsync(shop, 100);
        var before = await shop.BalancesAsync();

        var (outcome, problem) = await TrySplitAsync(shop, line, parts);

        Assert.Null(outcome);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Equal(before, await shop.BalancesAsync());
        Assert.Equal(1L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line"));
        Assert.Equal(SettlementStatus.Open, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);
    }

    [Fact]
    public async Task Split_IsTakenBackWhole_AndDoneAnew()
    {
        await using var shop = await ShopAsync();
        var before = await shop.BalancesAsync();
        var line = await LineAsync(shop, 100);
        await SplitAsync(shop, line, "30 charge INV-1", "40 charge INV-2", "30");

        for (var round = 1; round < 3; round++)
        {
            await UnbookAsync(shop, line);
            Assert.Equal((30_00, 40_00), (await OpenAsync(shop, "INV-1"), await OpenAsync(shop, "INV-2")));
            Assert.Equal(before, await shop.BalancesAsync());
            Assert.Equal(3L * round, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'ignored'"));
            await SplitAsync(shop, line, "30 charge INV-1", "40 charge INV-2", "30");
            Assert.Equal((0, 0), (await OpenAsync(shop, "INV-1"), await OpenAsync(shop, "INV-2")));
        }
    }

    /// <summary>Of money that went out no customer gets credit, and no more is rounded than the tolerance.</summary>
    [Theory]
    [InlineData("against the line go a fee", "10000.01 fee", "-10000 customer anna")]
    [InlineData("against the line go a fee", "10000.01 ignore", "-10000 payout sandbox")]
    [InlineData("is more than your tolerance", "10000.01 ignore", "-10000 fee")]
    public async Task PartsOfMoneyOut_BringNoneFromNowhere(string reason, params string[] parts)
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, -0.01m);

        var (outcome, problem) = await TrySplitAsync(shop, line, parts);

        Assert.Null(outcome);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefundsOfOnePayment_InTwoParts_AreNoMoreThanWasRefunded()
    {
        await using var shop = await ShopAsync();
        var payment = await RefundedAsync(shop, "anna", 30_00);
        var line = await LineAsync(shop, -40, "2027/12", opening: 1030);

        Assert.Contains(
            "30.00 EUR of payment", (await TrySplitAsync(shop, line, $"20 payment {payment}", $"20 payment {payment}")).Problem,
            StringComparison.Ordinal);
    }

    /// <summary>One person takes a line back while others book its parts.</summary>
    [Fact]
    public async Task Unbooking_WhileOthersBookItsParts_LeavesNoMoneyTwice()
    {
        const int Tries = 12;
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 100);
        var before = await shop.BalancesAsync();
        for (var turn = 0; turn < Tries; turn++)
        {
            await SplitAsync(shop, line, "30 customer anna", "30", "40");
            var parts = await PartsAsync(shop, line, SettlementStatus.Open);
            Task<ChoiceOutcome>[] bookings =
            [
                .. parts.Concat(parts).Select(part => Task.Run(
                    () => shop.NewDesk().BookAsChosenAsync(part, SettlementChoice.Customer, ["jonas"], shop.Origin, null, Cancel))),
            ];

            await UnbookAsync(shop, line);
            await Task.WhenAll(bookings);

            Assert.Equal(SettlementStatus.Open, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);
            Assert.Equal(before, await shop.BalancesAsync());
            await shop.Books.AssertCleanAsync();
        }
    }

    /// <summary>The money of a part is that of the line whose sum it is of.</summary>
    [Fact]
    public async Task Part_OfASplitThatIsTakenBack_HasNoMoney()
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 100);
        await SplitAsync(shop, line, "30 charge INV-1", "70");
        var part = Assert.Single(await PartsAsync(shop, line, SettlementStatus.Open));
        await UnbookAsync(shop, line);
        Accept(await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Customer, ["anna"], shop.Origin, null, Cancel));
        var after = await shop.BalancesAsync();

        var (outcome, problem) = await shop.Desk.BookAsChosenAsync(part, SettlementChoice.Customer, ["jonas"], shop.Origin, null, Cancel);
        var behind = await shop.Desk.Lines.BookAsPayoutOrFeeAsync(part, provider: null, shop.Origin, note: null);

        Assert.Null(outcome);
        Assert.Contains("a part of a split that is not booked any more", problem, StringComparison.Ordinal);
        Assert.Equal(Refusal.SettlementMismatch, Assert.Single(behind.Faults).Refusal);
        Assert.Equal(after, await shop.BalancesAsync());
    }

    [Fact]
    public async Task Unbooking_ThatIsRepeated_LeavesALaterSplitAsItIs()
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 100);
        await SplitAsync(shop, line, "30 charge INV-1", "70");
        var booked = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        var key = new KeyUse(new RequestKey(shop.Merchant, "own", "unbook-1", 0), new byte[] { 1 });
        Assert.True((await shop.Desk.UnbookAsync(booked, booked.Events, "wrong", shop.Origin, key, Cancel)).Accepted);
        await SplitAsync(shop, line, "40 charge INV-2", "60");
        var after = await shop.BalancesAsync();

        var again = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        Assert.True((await shop.Desk.UnbookAsync(again, booked.Events, "wrong", shop.Origin, key, Cancel)).Replayed);

        Assert.Equal(after, await shop.BalancesAsync());
    }

    /// <summary>A server that died between a line for the charges of several customers and its parts.</summary>
    [Fact]
    public async Task Charges_OfSeveralCustomers_ArePaidByARepeatedRequest_AlsoAfterADeath()
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 70);
        var key = new KeyUse(new RequestKey(shop.Merchant, "own", "book-1", 0), new byte[] { 1 });
        var deaths = 0;
        for (var isDone = false; !isDone && deaths < 100;)
        {
            try
            {
                Accept(await shop.NewDesk(clock: new DyingClock(deaths)).BookAsChosenAsync(
                    line, SettlementChoice.Charge, ["INV-1", "INV-2"], shop.Origin, null, Cancel, key));
                isDone = true;
            }
            catch (InvalidOperationException death) when (death.Message == DyingClock.Word)
            {
                deaths++;
            }
        }

        Assert.True(deaths > 2, $"{deaths} deaths");
        Assert.Equal((0, 0), (await OpenAsync(shop, "INV-1"), await OpenAsync(shop, "INV-2")));
    }

    /// <summary>A server that died between the line and its parts, and a request that comes again.</summary>
    [Fact]
    public async Task Split_ThatIsRepeated_BooksEachPartOnce_AndAnotherOneIsRefused()
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 100);
        var key = new KeyUse(new RequestKey(shop.Merchant, "own", "split-1", 0), new byte[] { 1 });
        string[] parts = ["30 charge INV-1", "40 charge INV-2", "30"];
        await SplitAsync(shop, line, key, parts);
        var after = await shop.BalancesAsync();

        await SplitAsync(shop, line, key, parts);
        await SplitAsync(shop, line, parts);
        Assert.Equal(
            Refusal.SettlementBooked,
            (await TrySplitAsync(shop, line, "30 charge INV-1", "70")).Outcome!.Faults.Single().Refusal);
        Assert.Equal(after, await shop.BalancesAsync());
        Assert.Equal(4L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line"));

        // What a person has opened again since stays as it is, also where the first request comes once more.
        var part = (await PartsAsync(shop, line, SettlementStatus.Booked))[0];
        Assert.True((await shop.Engine.SubmitAsync(await shop.Desk.Lines.UnbookingAsync(part, "wrong", shop.Origin, Cancel))).Accepted);
        await SplitAsync(shop, line, key, parts);
        Assert.Equal(30_00, await OpenAsync(shop, "INV-1"));
        await UnbookAsync(shop, line);
        await SplitAsync(shop, line, key, parts);
        Assert.Equal(SettlementStatus.Open, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);
        Assert.Equal(40_00, await OpenAsync(shop, "INV-2"));
    }

    /// <summary>The server dies before each step in turn, and the operator sends the form again.</summary>
    [Fact]
    public async Task Split_ThatIsKilledBetweenAnyTwoSteps_IsFinishedByTheNextOne_AndNothingIsTwice()
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 100);
        string[] typed = ["30 charge INV-1", "40 charge INV-2", "20.50 charge INV-3", "9.50"];
        SplitPart[] parts = [.. typed.Select(part => Read(part, line))];
        var deaths = 0;
        for (var isDone = false; !isDone && deaths < 100;)
        {
            try
            {
                Accept(await shop.NewDesk(clock: new DyingClock(deaths)).SplitAsync(line, parts, shop.Origin, null, null, Cancel));
                isDone = true;
            }
            catch (InvalidOperationException death) when (death.Message == DyingClock.Word)
            {
                deaths++;
                await shop.Books.AssertCleanAsync();
            }
        }

        Assert.True(deaths > 5, $"{deaths} deaths");
        Assert.Equal(
            "3 booked, 1 open", await shop.ScalarAsync("SELECT string_agg(format('%s %s', n, status), ', ' ORDER BY status) FROM "
                + "(SELECT status, count(*) AS n FROM settlement_line WHERE source = 'payout' GROUP BY 1) x"));
        Assert.Equal("3 9050", await shop.ScalarAsync("SELECT format('%s %s', count(*), sum(amount_minor)) FROM payment"));
    }

    /// <summary>A clock of a server that dies after so many questions for the time.</summary>
    private sealed class DyingClock(int after) : TimeProvider
    {
        public const string Word = "The server has died.";

        private int _asked;

        public override DateTimeOffset GetUtcNow() =>
            _asked++ < after ? System.GetUtcNow() : throw new InvalidOperationException(Word);
    }

    /// <summary>The holders of the refunds' money are the bank transfers alone here; a supplier's part is none of these books.</summary>
    [Fact]
    public async Task LineOfMoneyOut_IsSplitOverRefunds_ASupplier_AndTheBanksFee()
    {
        await using var shop = await ShopAsync();
        var (first, second) = (await RefundedAsync(shop, "anna", 30_00), await RefundedAsync(shop, "jonas", 40_00));
        var line = await LineAsync(shop, -101.50m, "2027/12", opening: 1070);

        await SplitAsync(shop, line, $"30 payment {first}", $"40 payment {second}", "30 ignore", "1.50 fee");

        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM refund WHERE status = 'done'"));
        var balances = await shop.BalancesAsync();
        Assert.Equal((-101_50, 1_50, 30_00), (balances[Bank], balances["fees"], balances[OfParts]));
        // Refunds that have left stay so: the line keeps its booking whole.
        Assert.Equal(Refusal.SettlementFinal, (await UnbookingAsync(shop, line)).Faults.Single().Refusal);
        Assert.Equal(balances, await shop.BalancesAsync());
    }

    [Fact]
    public async Task PartOfMoneyOut_ThatWasNeverRefunded_RefusesTheWhole()
    {
        await using var shop = await ShopAsync();
        var payment = await RefundedAsync(shop, "anna", 30_00);
        var line = await LineAsync(shop, -60, "2027/12", opening: 1030);

        var (_, problem) = await TrySplitAsync(shop, line, $"40 payment {payment}", "20");

        Assert.Contains("30.00 EUR of payment", problem, StringComparison.Ordinal);
        Assert.Contains(
            "money that goes out pays no charge", (await TrySplitAsync(shop, line, "40 charge INV-2", "20")).Problem,
            StringComparison.Ordinal);
    }

    /// <summary>Two people at one inbox.</summary>
    [Fact]
    public async Task OfTwoSplitsAtOnce_OneWins_AndNoPartOfTheOtherIsLeftToBook()
    {
        await using var shop = await ShopAsync();
        var line = await LineAsync(shop, 100);

        var both = await Task.WhenAll(
            TrySplitAsync(shop, line, "30 charge INV-1", "70"), TrySplitAsync(shop, line, "40 charge INV-2", "60"));

        Assert.Single(both, one => one.Outcome is { Accepted: true });
        Assert.Single(await shop.Statements.LinesAsync(shop.Merchant, SettlementStatus.Open, null, 10, Cancel));
    }

    /// <summary>All parts add up to the line, or nothing has changed; and unbooking leaves nothing of them.</summary>
    [Fact]
    public async Task RandomParts_AddUpToTheLine_OrChangeNothing()
    {
        await using var shop = await ShopAsync();
        var before = await shop.BalancesAsync();
        var line = await LineAsync(shop, 100);
        var uses = Gen.Elements("customer anna", "customer jonas", "charge INV-1", "charge INV-2", "fee", "ignore", "");
        var some = from cuts in Gen.Choose(2, 99_99).ArrayOf(3)
                   from named in uses.ArrayOf(4)
                   from off in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Elements(-1, 1)))
                   select (cuts, named, off);
        var (accepted, refused) = (0, 0);
        foreach (var (cuts, named, off) in some.Sample(40))
        {
            int[] places = [0, .. cuts.Distinct().Order(), 100_00];
            SplitPart[] parts =
            [
                .. places.Zip(places.Skip(1), (from, to) => to - from).Index().Select(part => Read(
                    string.Create(
                        CultureInfo.InvariantCulture, $"{(part.Item + (part.Index == 0 ? off : 0)) / 100m:0.00} {named[part.Index]}"),
                    line)),
            ];
            var (outcome, _) = await shop.Desk.SplitAsync(line, parts, shop.Origin, "at random", null, Cancel);
            if (outcome is not { Accepted: true })
            {
                refused++;
                Assert.Equal(before, await shop.BalancesAsync());
                continue;
            }

            accepted++;
            Assert.Equal(0, off);
            var now = (await shop.Statements.FindAsync(line.Id, Cancel))!;
            Assert.Equal(line.Amount.AmountMinor, (await shop.Desk.Lines.PartsOfAsync(now, Cancel)).Sum(part => part.Amount.AmountMinor));
            Assert.Equal(line.Amount.AmountMinor, (await shop.BalancesAsync())[Bank]);
            await shop.Books.AssertCleanAsync();
            await UnbookAsync(shop, line);
            Assert.Equal(before, await shop.BalancesAsync());
        }

        Assert.True(accepted > 0 && refused > 0, $"{accepted} accepted, {refused} refused");
    }

    private async Task<Shop> ShopAsync(bool tolerance = true)
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-1", 30_00), ("jonas", "INV-2", 40_00), ("anna", "INV-3", 20_50));
        if (tolerance)
        {
            await ToleranceTests.SetAsync(
                shop.Books.Database, shop.Merchant,
                new SettlementTolerance(shop.Merchant, Business.Euro, 2_00, null, ShortfallKind.Fee));
        }

        return shop;
    }

    private static async Task<SettlementLine> LineAsync(Shop shop, decimal amount, string id = "2027/11", decimal opening = 1000) =>
        Assert.Single(await shop.LinesAsync(await shop.ImportAsync(
            new Camt { Id = id, Opening = opening }.With(amount, "several things at once").ToXml()), SettlementStatus.Open));

    /// <summary>A payment by bank transfer whose refund an operator pays out by hand.</summary>
    private static async Task<long> RefundedAsync(Shop shop, string customer, long amountMinor)
    {
        var paid = await shop.RecordAsync(shop.Business.Payment(customer, amountMinor) with { ReceivedBy = ClearingProvider.BankTransfer });
        var refund = new RefundPayment(
            shop.Origin, AccountTarget.Of(paid.Account.Id, paid.Account.Slot), paid.Payment.Id,
            new RefundId(shop.Merchant, Business.NewId()), "test")
        {
            Amount = new Money(amountMinor, Business.Euro),
        };
        Assert.True((await shop.Engine.SubmitAsync(refund)).Accepted);
        return paid.Payment.Number;
    }

    private static Task SplitAsync(Shop shop, SettlementLine line, params string[] parts) => SplitAsync(shop, line, null, parts);

    private static async Task SplitAsync(Shop shop, SettlementLine line, KeyUse? key, params string[] parts) =>
        Accept(await TrySplitAsync(shop, line, key, parts));

    private static Task<ChoiceOutcome> TrySplitAsync(Shop shop, SettlementLine line, params string[] parts) =>
        TrySplitAsync(shop, line, null, parts);

    private static Task<ChoiceOutcome> TrySplitAsync(Shop shop, SettlementLine line, KeyUse? key, params string[] parts) =>
        shop.Desk.SplitAsync(line, [.. parts.Select(part => Read(part, line))], shop.Origin, "her letter", key, Cancel);

    private static SplitPart Read(string text, SettlementLine line)
    {
        Assert.Null(SplitPart.Read(text, line.Amount.Currency, out var part));
        return part!;
    }

    private static async Task<IReadOnlyList<SettlementLine>> PartsAsync(Shop shop, SettlementLine line, SettlementStatus status) =>
    [
        .. (await shop.Desk.Lines.PartsOfAsync((await shop.Statements.FindAsync(line.Id, Cancel))!, Cancel))
            .Where(part => part.Status == status),
    ];

    private static async Task<Outcome> UnbookingAsync(Shop shop, SettlementLine line)
    {
        var now = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        return await shop.Desk.UnbookAsync(now, now.Events, "once more", shop.Origin, null, Cancel);
    }

    private static async Task UnbookAsync(Shop shop, SettlementLine line)
    {
        var outcome = await UnbookingAsync(shop, line);
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
    }

    private static void Accept(ChoiceOutcome chosen) =>
        Assert.True(chosen.Outcome is { Accepted: true }, chosen.Problem ?? string.Join(", ", chosen.Outcome?.Faults ?? []));

    private static async Task<long> OpenAsync(Shop shop, string bill) => (long)(await shop.ScalarAsync(
        $"SELECT amount_minor - allocated_minor - credited_minor - written_off_minor FROM charge WHERE reference = '{bill}'"))!;
}
