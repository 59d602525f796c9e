using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

public sealed class EngineAllocationTests(BooksFixture books)
{
    [Fact]
    public async Task Credit_OfAnEarlierPayment_SettlesALaterCharge()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = own.Engine();
        var payment = shop.Payment("A-1", 10_00);
        await engine.SubmitAsync(payment);
        await engine.SubmitAsync(shop.Charge("A-1", "B-1", 6_00));

        var allocated = await engine.SubmitAsync(shop.Allocation("A-1", payment.Id, "B-1"));

        Assert.Equal((true, payment.Id.Value, 2), (allocated.Accepted, allocated.Subject, allocated.Sequence));
        await using var credit = own.Database.CreateCommand("SELECT credits_minor - debits_minor FROM ledger_account WHERE kind = 'credit'");
        Assert.Equal(4_00L, await credit.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        await own.AssertCleanAsync();
    }
}
