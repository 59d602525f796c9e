using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Quittance.Tests.Engine;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>Bank lines that were booked for the wrong customer, and how an operator puts the books right.</summary>
public sealed class UnbookTests(BooksFixture books)
{
    private const string Bank = "bank DE ···· 3000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_BookedForTheWrongCustomer_IsUnbookedAndBookedForTheRightOne()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("petra", "PETRA-1", 29_90), ("uwe", "UWE-1", 29_90));
        var before = await shop.BalancesAsync();
        var line = await BookAsync(shop, 29.90m, "PETRA-1");
        Assert.Equal((0, 29_90), (await OpenAsync(shop, "PETRA-1"), await OpenAsync(shop, "UWE-1")));

        Assert.True((await UnbookAsync(shop, line, "Uwe paid it")).Accepted);
        line = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        Assert.Equal((SettlementStatus.Open, "Uwe paid it"), (line.Status, line.Note));
        Assert.Equal((29_90, 29_90), (await OpenAsync(shop, "PETRA-1"), await OpenAsync(shop, "UWE-1")));
        Assert.Equal(before, await shop.BalancesAsync());

        // A match that seemed certain was wrong: matching leaves the line to the operator.
        Assert.Equal(0, (await shop.Desk.MatchAsync(line.Statement, shop.Origin, null, Cancel)).Lines);

        // An order that names the first booking takes no later one back.
        var stale = await shop.Desk.Lines.UnbookingAsync(
            (await shop.Statements.FindAsync(line.Id, Cancel))! with { Status = SettlementStatus.Booked }, "x", shop.Origin, Cancel);
        var again = await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Customer, ["uwe"], shop.Origin, "Uwe paid it", Cancel);
        Assert.True(again.Outcome!.Accepted, again.Problem);
        Assert.Equal((29_90, 0), (await OpenAsync(shop, "PETRA-1"), await OpenAsync(shop, "UWE-1")));
        Assert.Equal((29_90, 29_90), ((await shop.BalancesAsync())[Bank], (await shop.BalancesAsync())["receivable"]));
        var now = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        stale = stale with
        {
            Account = (await shop.Desk.Lines.UnbookingAsync(now, "x", shop.Origin, Cancel)).Account,
            Payment = now.Payment,
        };
        Assert.Equal(Refusal.SettlementNotBooked, (await shop.Engine.SubmitAsync(stale)).Faults.Single().Refusal);

        await shop.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task Takings_HaveNoMoneyThatWasUnbooked_AlsoWhereTheirSumsWereKept()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("petra", "PETRA-1", 29_90), ("uwe", "UWE-1", 29_90));
        var line = await BookAsync(shop, 29.90m, "PETRA-1");
        // Later, when the sum of the past is kept.
        var clock = new HandMovedClock { Now = TimeProvider.System.GetUtcNow().AddMinutes(5) };
        var (from, taken) = (clock.Now.AddHours(-1), new CapturedMoney(shop.Books.Database, clock));
        Assert.Equal((29_90, 1), await SinceAsync());

        Assert.True((await UnbookAsync(shop, line, "Uwe paid it")).Accepted);
        Assert.Equal((0, 0), await SinceAsync());

        var open = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        await shop.Desk.BookAsChosenAsync(open, SettlementChoice.Customer, ["uwe"], shop.Origin, "Uwe paid it", Cancel);
        var again = Assert.Single(await taken.BetweenAsync(shop.Merchant, from, clock.Now, Cancel));
        Assert.Equal((29_90, 1), (again.Sum.AmountMinor, again.Payments));

        async Task<(long, int)> SinceAsync()
        {
            clock.Pass(TimeSpan.FromMinutes(1));
            var sums = (await taken.SinceAsync(shop.Merchant, from, Cancel)).Quarters;
            return (sums.Sum(each => each.Sum.AmountMinor), sums.Sum(each => each.Payments));
        }
    }

    [Fact]
    public async Task Payment_OfTheWrongCustomer_MovesToTheRightOneAndBack()
    {
        await using var shop = await Shop.OpenAsync(books);
        // Their accounts lie in two slots, which one commit holds.
        var (petra, uwe) = shop.Business.AccountsInDifferentSlots(2) is [var one, var other] ? (one, other) : default;
        await shop.OweAsync((petra, "PETRA-1", 29_90), (uwe, "UWE-1", 29_90));
        var line = await BookAsync(shop, 29.90m, "PETRA-1");
        var (payment, before) = (await PaymentAsync(shop, line.Payment!.Value), await shop.BalancesAsync());
        var moved = await MoveAsync(shop, payment, uwe, 29_90);
        Assert.Equal((29_90, 0), (await OpenAsync(shop, "PETRA-1"), await OpenAsync(shop, "UWE-1")));
        Assert.Equal(payment.Payment.Id, moved.Payment.MovedFrom);
        Assert.Equal(before, await shop.BalancesAsync());
        await shop.Books.AssertCleanAsync();

        // Its money is with another payment by now.
        Assert.Equal(
            Refusal.ExceedsRefundable, (await UnbookAsync(shop, line, "again")).Faults.Single().Refusal);

        await MoveAsync(shop, moved, petra, 29_90);
        Assert.Equal((0, 29_90), (await OpenAsync(shop, "PETRA-1"), await OpenAsync(shop, "UWE-1")));
        Assert.Equal(before, await shop.BalancesAsync());
    }

    [Fact]
    public async Task Preview_SaysWhatACorrectionWouldDo_AndChangesNothing()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("petra", "PETRA-1", 29_90));
        var line = await BookAsync(shop, 29.90m, "PETRA-1");
        var (before, unbooking) = (await shop.BalancesAsync(), await shop.Desk.Lines.UnbookingAsync(line, "wrong", shop.Origin, Cancel));

        var preview = await shop.Engine.PreviewAsync(unbooking);

        Assert.Equal(4, preview.Changes!.Of<Core.Ledger.Event>().Sum(happened => happened.Transfers.Count) * 2);
        Assert.Equal(before, await shop.BalancesAsync());
        Assert.Equal(SettlementStatus.Booked, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);
        Assert.True((await shop.Engine.SubmitAsync(unbooking)).Accepted);
        Assert.Equal(Refusal.SettlementNotBooked, (await shop.Engine.PreviewAsync(unbooking)).Faults.Single().Refusal);
    }

    [Fact]
    public async Task AnnouncedTransfer_CompletedByTheWrongLine_LosesItsMoneyAndFreesItsCharges()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("petra", "PETRA-1", 29_90));
        var announced = await shop.AnnounceAsync("petra", 29_90, "PETRA-1");
        var line = await BookAsync(shop, 29.90m, $"petra, payment {announced.Payment.Number}, PETRA-1");
        Assert.Equal(announced.Payment.Id, line.Payment);

        Assert.True((await UnbookAsync(shop, line, "of another shop")).Accepted);
        var payment = (await PaymentAsync(shop, announced.Payment.Id)).Payment;
        Assert.Equal((29_90, 0, 29_90), (payment.ReversedMinor, payment.AllocatedMinor, await OpenAsync(shop, "PETRA-1")));

        // A later line that names it brings no money to a payment that has lost its own.
        var later = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(
            new Camt { Id = "2027/12" }.With(29.90m, $"petra, payment {announced.Payment.Number}", bankReference: "BANK-2").ToXml())));
        Assert.NotEqual(announced.Payment.Id, later.Payment);

        var again = await shop.Desk.BookAsChosenAsync(
            (await shop.Statements.FindAsync(line.Id, Cancel))!, SettlementChoice.Charge, ["PETRA-1"], shop.Origin, "after all", Cancel);
        Assert.True(again.Outcome!.Accepted, again.Problem);
        Assert.Equal(0, await OpenAsync(shop, "PETRA-1"));
    }

    private static async Task<SettlementLine> BookAsync(Shop shop, decimal amount, string text)
    {
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(amount, text).ToXml())));
        if (line.Status != SettlementStatus.Booked)
        {
            var name = text.Split(' ')[^1];
            var booked = await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Charge, [name], shop.Origin, null, Cancel);
            Assert.True(booked.Outcome is { Accepted: true }, booked.Problem);
        }

        return (await shop.Statements.FindAsync(line.Id, Cancel))!;
    }

    private static async Task<Outcome> UnbookAsync(Shop shop, SettlementLine line, string reason) =>
        await shop.Engine.SubmitAsync(await shop.Desk.Lines.UnbookingAsync(line, reason, shop.Origin, Cancel));

    private static async Task<PaymentView> PaymentAsync(Shop shop, PaymentId id) =>
        (await new Books(shop.Books.Database).PaymentAsync(id, asOf: null, Cancel))!;

    private static async Task<PaymentView> MoveAsync(Shop shop, PaymentView from, string to, long minor)
    {
        var id = new PaymentId(shop.Merchant, Business.NewId());
        var moved = await shop.Engine.SubmitAsync(new MovePayment(
            shop.Origin, AccountTarget.Named(shop.Business.AccountName(to)), AccountTarget.Of(from.Account.Id, from.Account.Slot),
            from.Payment.Id, id, new Money(minor, Business.Euro)));
        Assert.True(moved.Accepted, string.Join(", ", moved.Faults));
        return await PaymentAsync(shop, id);
    }

    private static async Task<long> OpenAsync(Shop shop, string bill) => (long)(await shop.ScalarAsync(
        $"SELECT amount_minor - allocated_minor - credited_minor - written_off_minor FROM charge WHERE reference = '{bill}'"))!;
}
