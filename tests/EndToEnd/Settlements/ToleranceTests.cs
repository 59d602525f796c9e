using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A line that is a little less than the bill: within the tolerance one act books it, and says what the rest is.</summary>
public sealed class ToleranceTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ShortfallKind.Fee, "fees")]
    [InlineData(ShortfallKind.Rounding, "write_off rounding")]
    [InlineData(ShortfallKind.Discount, "write_off discount")]
    public async Task LineWithinTheTolerance_IsProposedWithItsShortfall_AndAccepted(ShortfallKind kind, string account)
    {
        await using var shop = await OwingAsync(Within(2_00, 150, kind));
        var line = await OpenLineAsync(shop, 118.50m);

        var proposal = (await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel))[line.Id];
        Assert.Contains("1.50 EUR is missing, which is within your tolerance and is booked as", proposal.Text, StringComparison.Ordinal);
        var booked = await AcceptAsync(shop, line, proposal);

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        Assert.Equal((0L, 120_00L), (await OpenChargesAsync(shop), await shop.ScalarAsync("SELECT amount_minor FROM payment")));
        Assert.Equal(1_50L, (await shop.BalancesAsync())[account]);
    }

    [Theory]
    [InlineData(2_00L, 100)]
    [InlineData(1_00L, 200)]
    [InlineData(1_49L, null)]
    [InlineData(null, 124)]
    public async Task LineBeyondTheTolerance_IsProposedWithoutShortfall_AndCantBeBookedWithOne(long? amountMinor, int? percent)
    {
        await using var shop = await OwingAsync(Within(amountMinor, percent, ShortfallKind.Fee));
        await shop.EnrolAsync("uwe", "Uwe Fox");
        var line = await OpenLineAsync(shop, 118.50m, "Uwe Fox");

        var proposals = await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel);
        var booked = await shop.Desk.BookAsChosenAsync(
            line, SettlementChoice.Charge, ["INV-2027-0001"], shop.Origin, "a fee", Cancel, shortfall: Short(1_50));

        Assert.DoesNotContain(proposals.Values, proposal => proposal.Shortfall is not null);
        Assert.Contains("more than your tolerance", booked.Problem, StringComparison.Ordinal);
        Assert.Equal(1L, await OpenChargesAsync(shop));
    }

    [Fact]
    public async Task WithoutATolerance_NothingIsGivenUp()
    {
        await using var shop = await OwingAsync(tolerance: null);
        var report = await shop.ImportAsync(new Camt().With(118.50m, "Invoice INV-2027-0001").ToXml());
        // A part of the bill, as before.
        Assert.Equal((1L, 1_50L), (report.Booked, await shop.ScalarAsync("SELECT amount_minor - allocated_minor FROM charge")));

        var line = await OpenLineAsync(shop, 1.49m, text: "the rest");
        var booked = await shop.Desk.BookAsChosenAsync(
            line, SettlementChoice.Charge, ["INV-2027-0001"], shop.Origin, "a cent", Cancel, shortfall: Short(1, ShortfallKind.Rounding));

        Assert.Contains("your tolerance in EUR is nothing", booked.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LineWithAShortfall_IsUnbooked_AndTheWholeBillIsOpenAgain()
    {
        await using var shop = await OwingAsync(Within(2_00, null, ShortfallKind.Discount));
        var line = await OpenLineAsync(shop, 118.50m);
        await AcceptAsync(shop, line, (await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel))[line.Id]);

        line = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        Assert.True((await shop.Desk.UnbookAsync(line, line.Events, "another bill", shop.Origin, key: null, Cancel)).Accepted);

        Assert.Equal(
            (1L, 120_00L), (await OpenChargesAsync(shop), await shop.ScalarAsync("SELECT amount_minor - allocated_minor FROM charge")));
        Assert.DoesNotContain("write_off discount", (await shop.BalancesAsync()).Keys);
    }

    [Fact]
    public async Task ShortfallOfACustomersMoney_AndOfSeveralCharges_IsBookedAsAnOperatorSays()
    {
        await using var shop = await OwingAsync(Within(2_00, null, ShortfallKind.Fee));
        await shop.OweAsync(("anna", "INV-2027-0002", 30_00));

        var line = await OpenLineAsync(shop, 148.20m, text: "both bills");
        var booked = await shop.Desk.BookAsChosenAsync(
            line, SettlementChoice.Customer, ["anna"], shop.Origin, "the bank kept it", Cancel, shortfall: Short(1_80));

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        Assert.Equal((0L, 1_80L), (await OpenChargesAsync(shop), (await shop.BalancesAsync())["fees"]));
    }

    /// <summary>The tolerance is ended between the operator's look and the commit.</summary>
    [Fact]
    public async Task Shortfall_ThatATolerancePermitsNoMore_IsRefusedByTheCommit()
    {
        await using var shop = await OwingAsync(Within(2_00, null, ShortfallKind.Discount));
        var line = await OpenLineAsync(shop, 118.50m);
        var charge = shop.Business.ChargeName("INV-2027-0001");
        var account = (AccountId: (Guid)(await shop.ScalarAsync("SELECT id FROM account"))!, Slot: (short)(await shop.ScalarAsync(
            "SELECT slot FROM account"))!);

        await SetAsync(shop, tolerance: null);
        var booked = await shop.Desk.Lines.BookAsNewPaymentAsync(
            line, new AccountId(shop.Merchant, account.AccountId), account.Slot, [charge], shop.Origin, "a discount",
            shortfall: Short(1_50, ShortfallKind.Discount));

        Assert.Equal(Refusal.SettlementMismatch, Assert.Single(booked.Faults).Refusal);
        Assert.Equal(1L, await OpenChargesAsync(shop));
    }

    /// <summary>The customer paid the rest meanwhile: what did not come is no credit.</summary>
    [Fact]
    public async Task ShortfallOfWhatIsPaidByNow_IsRefused_AndIsNoCredit()
    {
        await using var shop = await OwingAsync(Within(2_00, null, ShortfallKind.Discount));
        var line = await OpenLineAsync(shop, 118.50m);
        var proposal = (await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel))[line.Id];
        var rest = await OpenLineAsync(shop, 2.00m, text: "the rest");
        Assert.True((await shop.Desk.BookAsChosenAsync(
            rest, SettlementChoice.Charge, ["INV-2027-0001"], shop.Origin, "the rest", Cancel)).Outcome?.Accepted);

        var booked = await AcceptAsync(shop, line, proposal);

        Assert.Equal(Refusal.ExceedsDue, Assert.Single(booked.Outcome!.Faults).Refusal);
        Assert.DoesNotContain((await shop.BalancesAsync()).Keys, key => key.StartsWith("credit", StringComparison.Ordinal));
    }

    /// <summary>Unless the shortfall is the bank's, a return has none.</summary>
    [Fact]
    public async Task ShortfallOfSomethingElse_IsRefused()
    {
        await using var shop = await OwingAsync(Within(2_00, null, ShortfallKind.Fee));
        var line = await OpenLineAsync(shop, 118.50m);

        foreach (var (choice, kind, problem) in ((SettlementChoice, ShortfallKind, string)[])
            [(SettlementChoice.Return, ShortfallKind.Discount, "only the bank's charges"),
            (SettlementChoice.Fee, ShortfallKind.Fee, "a shortfall goes beside charges")])
        {
            var booked = await shop.Desk.BookAsChosenAsync(line, choice, ["1"], shop.Origin, "x", Cancel, shortfall: Short(1_50, kind));
            Assert.Contains(problem, booked.Problem, StringComparison.Ordinal);
        }

        Assert.Equal(SettlementStatus.Open, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);
    }

    private static Shortfall Short(long minor, ShortfallKind kind = ShortfallKind.Fee) => new(new Money(minor, Business.Euro), kind);

    private static Task<ChoiceOutcome> AcceptAsync(Shop shop, SettlementLine line, LineProposal proposal) => shop.Desk.BookAsChosenAsync(
        line, proposal.Choice, proposal.Names, shop.Origin, "accepted", Cancel, shortfall: proposal.Shortfall);

    /// <summary>The tolerance of a shop; its merchant is not known yet.</summary>
    private static Func<MerchantId, SettlementTolerance> Within(long? amountMinor, int? percentHundredths, ShortfallKind kind) =>
        merchant => new SettlementTolerance(merchant, Business.Euro, amountMinor, percentHundredths, kind);

    private async Task<Shop> OwingAsync(Func<MerchantId, SettlementTolerance>? tolerance)
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-0001", 120_00));
        if (tolerance is not null)
            await SetAsync(shop, tolerance(shop.Merchant));
        return shop;
    }

    private static Task SetAsync(Shop shop, SettlementTolerance? tolerance) => SetAsync(shop.Books.Database, shop.Merchant, tolerance);

    /// <summary>An operator sets the tolerance in euro.</summary>
    internal static async Task SetAsync(NpgsqlDataSource database, MerchantId merchant, SettlementTolerance? tolerance)
    {
        var by = new Origin(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, "tolerance.set", "tolerance", "a wish"),
        };
        await new SettlementTolerances(database, TimeProvider.System).SetAsync(merchant, Business.Euro, tolerance, by, Cancel);
    }

    private static async Task<SettlementLine> OpenLineAsync(
        Shop shop, decimal amount, string payer = "Anna Bell", string text = "Invoice INV-2027-0001")
    {
        var xml = new Camt { Id = $"{amount}" }.With(amount, text).ToXml().Replace("Anna Bell", payer, StringComparison.Ordinal);
        return Assert.Single(await shop.LinesAsync(await shop.ImportAsync(xml), SettlementStatus.Open));
    }

    private static async Task<object?> OpenChargesAsync(Shop shop) =>
        await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open");
}
