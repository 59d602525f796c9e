using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Refunds;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Console;

/// <summary>How the pages look on which people tell of money that no program tells of.</summary>
[Long]
public sealed class PayOutLooksTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Refunds_ThatArePaidOutByHand_LookRightEverywhere()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var business = new Business(desk.Merchant);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Anna Bell");
        foreach (var (holder, minor) in new[] { (ClearingProvider.BankTransfer, 30_00L), (ClearingProvider.Gateway, 1_204_50L) })
        {
            var payment = business.Payment("A", minor) with { ReceivedBy = holder };
            Assert.True((await books.Engine.SubmitAsync(payment)).Accepted);
            Assert.True((await books.Engine.SubmitAsync(new RefundPayment(
                new Origin(desk.Merchant, 0, Business.NewId()), payment.Account, payment.Id, new RefundId(desk.Merchant, Business.NewId()),
                Reference.House)
            {
                Amount = new Money(minor / 2, Business.Euro),
            })).Accepted);
        }

        var number = (long)(await books.ScalarAsync("SELECT min(number) FROM payment WHERE merchant_id = $1", desk.Merchant.Value))!;
        var refund = await books.ScalarAsync(
            "SELECT r.number FROM refund r JOIN payment p ON p.merchant_id = $1 AND p.id = r.payment_id WHERE r.merchant_id = $1 "
                + "AND p.number = $2", desk.Merchant.Value, number);

        await desk.LookEverywhereAsync(browser, "/console/refunds", "refunds-to-pay");
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}", "payment-with-refund-to-pay");
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}/refunds/{refund}/paid", "refund-was-paid-out");
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}/refunds/{refund}/call-off", "refund-call-off");
    }

    [Fact]
    public async Task Payment_ThatACustomerPromised_LooksRightEverywhere()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var session = await visits.SessionAsync(member, "20", more: Visits.Permitting("CASH"));
        var booked = await visits.BookAsync(member, await visits.ReadyAsync(session, """{"choice":"CASH"}"""), "20", claims);
        var number = (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", booked.Payment!.Value))!;
        using var desk = await TestDesk.OpenAsync(books, merchant: books.DemoCompany);

        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}", "payment-promised");
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}/complete", "payment-promised-complete");
    }
}
