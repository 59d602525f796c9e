using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Lanes;
using Quittance.Tests.Running;

namespace Quittance.Tests;

public sealed class EngineOrderTests(BooksFixture books)
{
    private const int Count = 5000;
    private static readonly Currency Usd = Currency.Parse("USD");

    /// <summary>
    /// The account's slot follows from its first name; its second one leads to another lane, which passes commands on. Nothing
    /// is remembered at first, and the name comes to be remembered while commands wait.
    /// </summary>
    [Fact]
    public async Task Submit_ByANameThatLeadsToAnotherLane_KeepsTheOrder()
    {
        var merchant = (await books.Merchants.ListAsync(TestContext.Current.CancellationToken))[0].Id;
        var origin = new Origin(merchant, 0, NewId());
        Reference first = new(merchant, "test", "first", NewId().ToString());
        Reference second;
        do
            second = new Reference(merchant, "test", "second", NewId().ToString());
        while (second.HomeSlot() % 2 == first.HomeSlot() % 2);
        await books.Engine.SubmitAsync(new OpenAccount(origin, new AccountId(merchant, NewId()), [first, second], Usd, null));

        var options = new EngineOptions { Lanes = 2, BatchLimit = 64, Patience = TimeSpan.FromHours(1) };
        await using var engine = new PaymentEngine(new PostgresStore(books.Database), TimeProvider.System, options);
        var outcomes = new List<Task<Outcome>>();
        for (var i = 0; i < Count; i++)
        {
            outcomes.Add(engine.SubmitAsync(
                new RecordPayment(origin, AccountTarget.Named(second), new PaymentId(merchant, NewId()), "test")
                {
                    Amount = new Money(1, Usd),
                    ReceivedBy = ClearingProvider.Cash,
                },
                patient: true));
            // About as fast as a batch is read: the name is looked up while further commands come in.
            Thread.SpinWait(200);
        }

        var numbers = (await Task.WhenAll(outcomes)).Select(outcome => outcome.Payment!.Payment.Number).ToList();
        Assert.Equal(numbers.Order(), numbers);
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
