using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding.Checkout;

public sealed class BookingTests
{
    private static readonly ProviderAnswer NoFunds = ProviderAnswer.Declined(DeclineReason.InsufficientFunds);

    [Fact]
    public void Seat_IsHeld_AndOwesNothing()
    {
        var train = Travelling.OnATrainOf(2);
        var changes = train.Books("seat").Moves();

        Assert.Equal((BookingStatus.Held, 1, 1), (train.Status("seat"), train.Booking("seat").Events, train.Taken));
        Assert.Equal([EventType.AccountOpened, EventType.BookingHeld], changes.Events.Select(happened => happened.Type));
        Assert.Equal(train.Booking("seat").Departure.Slot(), train.Booking("seat").Target.Known!.Value.Slot);
        Assert.Empty(changes.Charges);
    }

    [Fact]
    public void LastSeat_IsBookedOnce()
    {
        var train = Travelling.OnATrainOf(2).Booked("first").Booked("second");

        train.Books("third").IsRefused(Refusal.SoldOut);
        train.GivesBack("first").IsAccepted();
        train.Books("third").IsAccepted();

        Assert.Equal(2, train.Taken);
    }

    [Fact]
    public void Payment_ThatIsCaptured_RaisesTheCharge_SettlesIt_AndConfirms()
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Paying("seat", "payment");
        Assert.Null(train.Money.State.Charge(Given.ChargeId("seat")));
        Assert.Equal(EventType.PaymentBegun, train.Money.Last.Events[^1].Type);

        train.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        Assert.Equal(BookingStatus.Held, train.Status("seat"));
        train.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(["receivable → billed 20.00 EUR", "clearing sandbox → receivable 20.00 EUR"], train.Money.Moved);
        Assert.Equal(EventType.PaymentCaptured, train.Money.Last.Events[^1].Type);
        Assert.Equal((BookingStatus.Confirmed, Collecting.Id("payment"), 2),
            (train.Status("seat"), train.Booking("seat").Payment, train.Booking("seat").Events));
        Assert.Equal(0, train.Money.Open("seat"));
        Assert.Equal(1, train.Taken);
        train.Money.AddsUp("payment");
    }

    [Fact]
    public void PaidBooking_IsNeitherPaidAgain_NorGivenBack_NorExpired()
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Paid("seat", "payment").Later();

        train.Pays("seat", "again").IsRefused(Refusal.BookingConfirmed);
        train.GivesBack("seat").IsRefused(Refusal.BookingConfirmed);
        train.Expires("seat").IsRefused(Refusal.BookingConfirmed);
    }

    [Fact]
    public void Booking_ThatIsBeingPaid_IsNotTouched()
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Paying("seat", "payment")
            .Heard("payment", Verb.Authorise, ProviderAnswer.Unknown);

        train.Pays("seat", "again").IsRefused(Refusal.UnderWay);
        train.GivesBack("seat").IsRefused(Refusal.UnderWay);
        train.Later().Expires("seat").IsRefused(Refusal.UnderWay);

        // The hold's time is over, but it was not when the charge began.
        train.Heard("payment", Verb.Authorise, ProviderAnswer.Approved).Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        Assert.Equal(BookingStatus.Confirmed, train.Status("seat"));
    }

    [Theory]
    [InlineData(Verb.Authorise)]
    [InlineData(Verb.Capture)]
    public void Decline_LeavesTheSeatHeld_ForAnotherTry(Verb declined)
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Paying("seat", "payment");
        if (declined == Verb.Capture)
            train.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        train.Heard("payment", declined, NoFunds);

        Assert.Equal(BookingStatus.Held, train.Status("seat"));
        train.Paid("seat", "second");
        Assert.Equal((BookingStatus.Confirmed, Collecting.Id("second")), (train.Status("seat"), train.Booking("seat").Payment));
    }

    [Fact]
    public void Hold_WhoseTimeIsOver_IsNotPaid_AndItsSeatReturns()
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Later();

        train.Pays("seat", "late").IsRefused(Refusal.BookingExpired);
        train.Expires("seat").IsAccepted();
        Assert.Equal((BookingStatus.Expired, 0), (train.Status("seat"), train.Taken));

        train.Expires("seat").IsRefused(Refusal.BookingExpired);
        train.Pays("seat", "later").IsRefused(Refusal.BookingExpired);
        train.Books("other").IsAccepted();
    }

    [Fact]
    public void Hold_WhoseTimeIsNotOver_DoesNotExpire() =>
        Travelling.OnATrainOf(1).Booked("seat").Expires("seat").IsRefused(Refusal.BookingExpired);

    [Fact]
    public void Seat_IsGivenBackOnce_AlsoAfterItsTime()
    {
        var train = Travelling.OnATrainOf(2).Booked("seat").Booked("other").Later();
        train.Expires("seat").IsAccepted();

        train.GivesBack("seat").IsAccepted();
        Assert.Equal(1, train.Taken);

        train.GivesBack("seat").IsRefused(Refusal.BookingUnknown);
        train.Pays("seat", "late").IsRefused(Refusal.BookingUnknown);
    }

    [Fact]
    public void Capture_HeardOfAfterTheSeatWasLost_StaysCredit()
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Paying("seat", "payment")
            .Heard("payment", Verb.Authorise, ProviderAnswer.Approved).Heard("payment", Verb.Capture, NoFunds).Later();
        train.Expires("seat").IsAccepted();

        train.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(["clearing sandbox → credit general 20.00 EUR"], train.Money.Moved);
        Assert.Equal(BookingStatus.Expired, train.Status("seat"));
        train.Money.AddsUp("payment");
    }

    [Fact]
    public void Capture_HeardOfAfterAnotherPaymentPaid_StaysCredit()
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Paying("seat", "first")
            .Heard("first", Verb.Authorise, ProviderAnswer.Approved).Heard("first", Verb.Capture, NoFunds)
            .Paid("seat", "second");

        train.Heard("first", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(["clearing sandbox → credit general 20.00 EUR"], train.Money.Moved);
        Assert.Equal(Collecting.Id("second"), train.Booking("seat").Payment);
        train.Money.AddsUp("first", "second");
    }

    [Fact]
    public void Chargeback_OpensTheCharge_AndLeavesTheBooking()
    {
        var train = Travelling.OnATrainOf(1).Booked("seat").Paid("seat", "payment");

        train.Money.Disputes("payment", Travelling.Fare).Moves("receivable → clearing sandbox 20.00 EUR");

        Assert.Equal(Travelling.Fare, train.Money.Open("seat"));
        Assert.Equal(BookingStatus.Confirmed, train.Status("seat"));
    }
}
