using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

public sealed class LaterAllocationTests(BooksFixture books)
{
    private static readonly Currency Usd = Currency.Parse("USD");

    /// <summary>A commit that only takes from a credit, which an earlier commit has filled.</summary>
    [Fact]
    public async Task Allocate_CreditOfAnEarlierCommit_SettlesTheCharge()
    {
        var merchant = (await books.Merchants.ListAsync(TestContext.Current.CancellationToken))[0].Id;
        var origin = new Origin(merchant, 0, NewId());
        Reference customer = new(merchant, "test", "customer", NewId().ToString());
        Reference bill = new(merchant, "test", "bill", NewId().ToString());
        var account = AccountTarget.Named(customer);
        var payment = new PaymentId(merchant, NewId());
        await AcceptAsync(new OpenAccount(origin, new AccountId(merchant, NewId()), [customer], Usd, null));
        await AcceptAsync(
            new RecordPayment(origin, account, payment, "test") { Amount = new Money(50_00, Usd), ReceivedBy = ClearingProvider.Cash });
        await AcceptAsync(
            new RaiseCharge(
            origin, account, new ChargeId(merchant, NewId()), new Money(20_00, Usd), new DateOnly(2030, 1, 1))
            { Reference = bill });

        await AcceptAsync(new AllocatePayment(origin, account, payment, [Part.Charge(bill, 20_00)]));

        var view = await new Storage.Reading.Books(books.Database).PaymentAsync(payment, null, TestContext.Current.CancellationToken);
        Assert.Equal(30_00, view!.Payment.UnallocatedMinor);
    }

    private Task AcceptAsync(Command command) => books.Engine.DoAsync(command);

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
