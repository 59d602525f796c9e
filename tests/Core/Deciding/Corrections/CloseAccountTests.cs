using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding.Corrections;

public sealed class CloseAccountTests
{
    private static readonly CloseAccount Closing = new(Given.Origin, Target());
    private static readonly ReopenAccount Reopening = new(Given.Origin, Target());

    [Fact]
    public void Account_WithNothingOpen_IsClosedAndReopened()
    {
        var books = Account().Owing(10_00, settledMinor: 10_00).HavingPaid(10_00);
        var closed = books.Then(Closing);
        var reopened = books.Then(Reopening);

        Assert.Equal((AccountStatus.Closed, 2), (closed.Accounts[0].Status, closed.Accounts[0].Events));
        Assert.Equal((AccountStatus.Open, 3), (reopened.Accounts[0].Status, reopened.Accounts[0].Events));
        Assert.Equal(
            [EventType.AccountClosed, EventType.AccountReopened], closed.Events.Concat(reopened.Events).Select(happened => happened.Type));
        books.Then(Paying(1_00));
    }

    [Fact]
    public void Account_WithSomethingOpen_StaysOpen()
    {
        Account().Owing(10_00).When(Closing).IsRefused(Refusal.AccountOwes);
        Account().HavingPaid(10_00, new Credit(CreditPurpose.Consumption, 1)).When(Closing).IsRefused(Refusal.AccountHasCredit);
        foreach (var status in Enum.GetValues<PaymentStatus>())
        {
            var books = Account().HavingPaid("payment", Anna, status, new Money(10_00, Euro));
            if (status is PaymentStatus.Captured or PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled)
                books.When(Closing).IsAccepted();
            else
                books.When(Closing).IsRefused(Refusal.AccountUnderWay);
        }

        Account().HavingPaid("bare record", Anna, PaymentStatus.Pending, null).When(Closing).IsAccepted();
        Account().And(Jonas).Owing(10_00, "of jonas", Jonas).When(Closing).IsAccepted();
        Nobody().When(Closing).IsRefused(Refusal.AccountUnknown);
        Account().When(Reopening).IsRefused(Refusal.AccountNotClosed);
    }

    [Fact]
    public void Account_WithAnOpenSession_StaysOpenUntilItsTimeIsOver()
    {
        var books = Account();
        books.Then(Opening(TimeSpan.FromHours(1)));
        books.When(Closing).IsRefused(Refusal.AccountUnderWay);
        var later = Account();
        later.Then(Opening(TimeSpan.Zero));
        later.When(Closing).IsAccepted();
    }

    [Fact]
    public void ClosedAccount_TakesNothingNew()
    {
        var books = Account().And(Jonas).Owing(10_00, settledMinor: 10_00).HavingPaid(10_00).Settling(("bill", 10_00))
            .HeldBy(ClearingProvider.Cash);
        books.Then(Closing);

        foreach (var command in (Command[])
            [
                Closing, Paying(1_00), Opening(TimeSpan.FromHours(1)),
                new RaiseCharge(Given.Origin, Target(), ChargeId("new"), new Money(1_00, Euro), Today),
                new AskDeposit(
                    Given.Origin, Target(), new OrderNaming(OrderId("order"), [OrderName("order")]), new Money(1_00, Euro)),
                new RegisterInstrument(
                    Given.Origin, Target(), new InstrumentId(Merchant, Guid.Empty), InstrumentName("card"), PaymentMethod.BankCard, null),
                new UnallocatePayment(Given.Origin, Target(), PaymentId("payment")),
                new CorrectCharge(Given.Origin, Target(), ChargeId("bill"), DebtCorrection.Reinstate),
                new CorrectCharge(Given.Origin, Target(), ChargeId("bill"), DebtCorrection.Recover),
                Moving(Target(Jonas), Target()), Moving(Target(), Target(Jonas)),
            ])
        {
            books.When(command).IsRefused(Refusal.AccountClosed);
        }

        // An operator can still correct charges of a closed account, and money still goes back to its payer.
        books.When(new ChangeCharge(Given.Origin, Target(), ChargeId("bill")) { Description = "Paid" }).IsAccepted();

        static MovePayment Moving(AccountTarget to, AccountTarget from) =>
            new(Given.Origin, to, from, PaymentId("payment"), PaymentId("moved"), new Money(1_00, Euro));
    }

    private static OpenSession Opening(TimeSpan lifetime) => new(
        Given.Origin, Target(), new SessionId(Merchant, Guid.Empty), 1, SessionScope.Ecom, new Money(1_00, Euro), "Fees",
        [PaymentChoice.CreditCard], lifetime);
}
