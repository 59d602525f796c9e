using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>An operator gives a reservation back before a capture.</summary>
public sealed class VoidPaymentTests
{
    [Fact]
    public void Reservation_IsGivenBack_AndMovesNothing()
    {
        var anna = Visiting.Anna(("bill", 50_00)).Opened("visit", 50_00).Paid("visit", "payment");
        var changes = Voids(anna.Money, "payment").Moves();

        Assert.Equal((EventType.PaymentCancelled, PaymentStatus.Cancelled), (changes.Events[^1].Type, anna.Money.Status("payment")));
        var returned = anna.Money.Attempt("payment", Verb.Void);
        Assert.Equal(
            (anna.Money.Attempt("payment", Verb.Authorise).Id, new Money(50_00, Given.Euro), anna.Money.Now),
            (returned.Authorisation, returned.Amount, returned.DueAt));
        anna.Money.Heard("payment", Verb.Void, ProviderAnswer.Approved);
        Assert.Equal((PaymentStatus.Cancelled, 50_00), (anna.Money.Status("payment"), anna.Money.Open("bill")));
    }

    [Fact]
    public void Session_WhosePaymentWasVoided_BooksNothing_AndMayBePaidAnew()
    {
        var anna = Visiting.Anna(("bill", 50_00)).Opened("visit", 50_00).Paid("visit", "payment");
        Voids(anna.Money, "payment").IsAccepted();

        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.SessionUnknown);
        Assert.False(anna.Money.HasAttempt("payment", Verb.Capture));
        anna.Paid("visit", "second").Booked("visit", 50_00, "bill");
        anna.Money.Heard("second", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal((PaymentStatus.Cancelled, PaymentStatus.Captured, 0),
            (anna.Money.Status("payment"), anna.Money.Status("second"), anna.Money.Open("bill")));
        anna.Money.AddsUp("second");
    }

    [Fact]
    public void Session_WhosePaymentWasVoided_EndsInItsTime_AndGivesNothingBackTwice()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Paid("visit", "payment");
        Voids(anna.Money, "payment").IsAccepted();

        Assert.Empty(anna.Later().Expires("visit").IsAccepted().Attempts);
        Assert.Equal(SessionStatus.Expired, anna.Status("visit"));
        Voids(anna.Money, "payment").IsRefused(Refusal.PaymentNotPending);
    }

    [Fact]
    public void Money_ThatIsBeingTakenOrIsThere_IsNotVoided()
    {
        var anna = Visiting.Anna(("bill", 50_00)).Opened("visit", 50_00).Paid("visit", "payment").Booked("visit", 50_00, "bill");
        Voids(anna.Money, "payment").IsRefused(Refusal.UnderWay);
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Unknown);
        Voids(anna.Money, "payment").IsRefused(Refusal.UnderWay);
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Pending);
        Voids(anna.Money, "payment").IsRefused(Refusal.UnderWay);
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        Voids(anna.Money, "payment").IsRefused(Refusal.PaymentNotPending);
        Assert.Equal(0, anna.Money.Open("bill"));
    }

    [Fact]
    public void Charge_ThatTakesItsMoneyAtOnce_IsNotVoided()
    {
        var anna = Collecting.Anna(("bill", 20_00)).Began("payment", 20_00, Part.Charge(Given.ChargeName("bill"), null));
        Voids(anna, "payment").IsRefused(Refusal.PaymentNotPending);
        anna.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        Voids(anna, "payment").IsRefused(Refusal.UnderWay);
    }

    [Fact]
    public void Payment_WithNothingReserved_IsNotVoided()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        anna.Pays("visit", "payment").IsAccepted();
        Voids(anna.Money, "payment").IsRefused(Refusal.PaymentNotPending);
        anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Unknown);
        Voids(anna.Money, "payment").IsRefused(Refusal.PaymentNotPending);
        anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.Declined));
        Voids(anna.Money, "payment").IsRefused(Refusal.PaymentNotPending);

        Given.Account().When(Void("payment")).IsRefused(Refusal.PaymentUnknown);
        Given.Account().And(Given.Jonas).HavingPaid("payment", Given.Jonas, PaymentStatus.Authorised, new Money(1, Given.Euro))
            .When(Void("payment")).IsRefused(Refusal.PaymentUnknown);
        Given.Nobody().When(Void("payment")).IsRefused(Refusal.AccountUnknown);
    }

    private static VoidPayment Void(string payment) => new(Given.Origin, Given.Target(), Collecting.Id(payment));

    private static Quittance.Core.Engine.Decision Voids(Collecting money, string payment) => money.Do(Void(payment));
}
