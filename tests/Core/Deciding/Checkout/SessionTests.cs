using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Deciding.Checkout;

public sealed class SessionTests
{
    private static readonly ProviderAnswer NoFunds = ProviderAnswer.Declined(DeclineReason.InsufficientFunds);

    [Fact]
    public void Session_IsOpenForItsTime()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);

        var session = anna.Session("visit");
        Assert.Equal((SessionStatus.Open, Given.Now + Visiting.Lifetime, 1), (session.Status, session.ExpiresAt, session.Events));
        Assert.Equal((Given.AccountId(Given.Anna), null, null), (session.Account, session.Payment, session.Instrument));
        Assert.Equal(EventType.SessionOpened, Assert.Single(anna.Money.Last.Events).Type);
        Assert.False(session.IsExpired(session.ExpiresAt.AddMilliseconds(-1)));
        Assert.True(session.IsExpired(session.ExpiresAt));
    }

    [Fact]
    public void Session_OfWhomNobodyKnows_TakesThemOnOnlyWhereAsked()
    {
        var opening = Visiting.Opening("visit", 50_00) with { Account = Given.Target("nobody") };
        Given.Account().When(opening).IsRefused(Refusal.AccountUnknown);

        var changes = Given.Account().When(opening with { Opening = Given.Opening("nobody") }).IsAccepted();

        Assert.Equal(Assert.Single(changes.Accounts).Id, Assert.Single(changes.Sessions).Account);
        // The refusal names the session, not the account.
        Assert.Equal([EventType.AccountOpened, EventType.SessionOpened], changes.Events.Select(happened => happened.Type));
    }

    [Fact]
    public void Card_EnteredInASession_IsAuthorisedAndNotCaptured()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        anna.Pays("visit", "payment").Moves();

        Assert.Equal(Collecting.Id("payment"), anna.Session("visit").Payment);
        Assert.Equal(EventType.PaymentBegun, anna.Money.Last.Events[^1].Type);
        anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);

        Assert.Equal(PaymentStatus.Authorised, anna.Money.Status("payment"));
        Assert.False(anna.Money.HasAttempt("payment", Verb.Capture));
        Assert.Equal(SessionStatus.Open, anna.Status("visit"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Booking_LeavesClaimsToTheAgencyThatCollectsThem_WhereItsApiSaysSo(bool leaves)
    {
        var anna = Visiting.Anna(("fee", 20_00)).Opened("visit", 50_00).Paid("visit", "payment");
        anna.Money.State.Load(AccountDunning.None(Given.AccountId(Given.Anna)) with { IsWithAgency = true });
        var booking = new BookSession(
            Given.Origin, Given.Target(), anna.Session("visit"), new Money(50_00, Given.Euro), [[Given.ChargeName("fee")]],
            Collecting.Id("none"), "test")
        {
            LeavesDebtToAgency = leaves,
        };

        var decided = anna.Money.Do(booking);

        if (leaves)
            Assert.Equal([new Fault(Refusal.NothingDue, 0)], decided.Faults);
        else
            decided.IsAccepted();
    }

    [Fact]
    public void Booking_WithoutClaims_BecomesCredit()
    {
        var anna = Visiting.Anna(("bill", 20_00)).Opened("visit", 50_00).Paid("visit", "payment");
        anna.Books("visit", 50_00).Moves();

        Assert.Equal(SessionStatus.Used, anna.Status("visit"));
        var capture = Assert.Single(anna.Money.Last.Attempts);
        Assert.Equal((Verb.Capture, anna.Money.Attempt("payment", Verb.Authorise).Id), (capture.Verb, capture.Authorisation));
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(["clearing sandbox → credit general 50.00 EUR"], anna.Money.Moved);
        Assert.Equal(20_00, anna.Money.Open("bill"));
        anna.Money.AddsUp("payment");
    }

    [Fact]
    public void Booking_WithClaims_SettlesThemInFullAndLeavesTheRestAsCredit()
    {
        var anna = Visiting.Anna(("fee", 20_00), ("training", 25_00), ("other", 5_00)).Opened("visit", 50_00).Paid("visit", "payment")
            .Booked("visit", 50_00, "training", "fee");
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(
            ["clearing sandbox → receivable 25.00 EUR", "clearing sandbox → receivable 20.00 EUR",
                "clearing sandbox → credit general 5.00 EUR"],
            anna.Money.Moved);
        Assert.Equal((0, 0, 5_00), (anna.Money.Open("fee"), anna.Money.Open("training"), anna.Money.Open("other")));
        anna.Money.AddsUp("payment");
    }

    [Fact]
    public void Claims_ThatCannotBeSettled_AreEachRefusedInTheirPlaceAndChangeNothing()
    {
        var anna = Visiting.Anna(("open", 20_00), ("settled", 10_00), ("claimed", 15_00)).JonasOwing("foreign", 5_00)
            .Opened("visit", 50_00).Paid("visit", "payment");
        anna.Money.PaysInCash("cash", 10_00, Part.Charge(Given.ChargeName("settled"), null)).IsAccepted();
        anna.Money.Began("other", 15_00, Part.Charge(Given.ChargeName("claimed"), null));

        anna.Books("visit", 50_00, "open", "nothing", "foreign", "settled", "claimed", "open").IsRefused(
            new Fault(Refusal.ChargeUnknown, 1), new Fault(Refusal.ChargeUnknown, 2), new Fault(Refusal.NothingDue, 3),
            new Fault(Refusal.ChargeClaimed, 4), new Fault(Refusal.NothingDue, 5));

        Assert.Equal(SessionStatus.Open, anna.Status("visit"));
        anna.Books("visit", 50_00, "open").IsAccepted();
    }

    [Fact]
    public void Claims_OfMoreThanIsPaid_AreRefused()
    {
        var anna = Visiting.Anna(("fee", 20_00), ("training", 35_50)).Opened("visit", 55_49).Paid("visit", "payment");

        anna.Books("visit", 55_49, "fee", "training").IsRefused(Refusal.PartsExceedPayment);
        Assert.Equal(SessionStatus.Open, anna.Status("visit"));
    }

    [Fact]
    public void Claim_NamedInTwoWays_IsTheOneThatThisCustomerKnowsByThem()
    {
        var anna = Visiting.Anna(("mine", 20_00)).JonasOwing("7", 5_00).Opened("visit", 20_00).Paid("visit", "payment");
        IReadOnlyList<Reference> names = [Given.ChargeName("7"), Given.ChargeName("mine")];

        anna.Money.Do(new BookSession(
            Given.Origin, Given.Target(), anna.Session("visit"), new Money(20_00, Given.Euro), [names], Collecting.Id("none"), "test"))
                .IsAccepted();

        Assert.Equal(Given.ChargeId("mine"), Assert.Single(anna.Money.Last.Claims).Charge);
    }

    [Fact]
    public void Claim_WithANumberOfItsOwn_IsNotNamedByOurs()
    {
        var anna = Visiting.Anna().Opened("visit", 20_00).Paid("visit", "payment");
        anna.Money.Do(new RaiseCharge(Given.Origin, Given.Target(), Given.ChargeId("bill"), new Money(20_00, Given.Euro), Given.Today)
        {
            Reference = Given.ChargeName("501"),
            ReferenceNumber = 501,
        }).IsAccepted();
        var number = anna.Money.State.Charge(Given.ChargeId("bill"))!.Number;
        IReadOnlyList<Reference> names = [Given.ChargeName($"{number}"), Reference.ToChargeNumber(Given.Merchant, number)];

        anna.Money.Do(new BookSession(
            Given.Origin, Given.Target(), anna.Session("visit"), new Money(20_00, Given.Euro), [names], Collecting.Id("none"), "test"))
            .IsRefused(Refusal.ChargeUnknown, part: 0);
    }

    [Fact]
    public void Booking_OfAnotherAmountOrCurrency_IsRefused()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Paid("visit", "payment");

        anna.Books("visit", 49_99).IsRefused(Refusal.SessionAmountMismatch);
        anna.Books("visit", 50_01).IsRefused(Refusal.SessionAmountMismatch);
        anna.Books(anna.Session("visit"), new Money(50_00, Given.Dollar), Given.Anna).IsRefused(Refusal.SessionAmountMismatch);
        anna.Books("visit", 50_00).IsAccepted();
    }

    [Fact]
    public void Session_OfAnotherKind_IsRefused()
    {
        var anna = Visiting.Anna().Opened("payment", 50_00, SessionScope.MemberAccount).Paid("payment", "payment")
            .Opened("instrument", 0, SessionScope.MemberAccount).Opened("purchase", 0);
        anna.Pays("instrument", "none").IsAccepted();
        anna.Pays("purchase", "neither").IsAccepted();

        anna.Takes("payment").IsRefused(Refusal.SessionOfOtherKind);
        anna.Books("instrument", 50_00).IsRefused(Refusal.SessionOfOtherKind);
        anna.Takes("purchase").IsRefused(Refusal.SessionOfOtherKind);
    }

    [Fact]
    public void Session_OfAnotherCustomer_IsRefusedWhateverItsState()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Paid("visit", "payment").Opened("instrument", 0, SessionScope.MemberAccount);

        anna.Books(anna.Session("visit"), new Money(1, Given.Euro), Given.Jonas).IsRefused(Refusal.SessionForeign);
        anna.Takes("instrument", Given.Jonas).IsRefused(Refusal.SessionForeign);
        anna.Books(anna.Session("visit"), new Money(50_00, Given.Euro), "nobody").IsRefused(Refusal.AccountUnknown);
        anna.Booked("visit", 50_00);
        anna.Books(anna.Session("visit"), new Money(50_00, Given.Euro), Given.Jonas).IsRefused(Refusal.SessionForeign);
    }

    [Fact]
    public void Session_InWhichNothingWasPaid_IsRefused()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Opened("instrument", 0, SessionScope.MemberAccount);

        anna.Books("visit", 50_00).IsRefused(Refusal.SessionUnknown);
        anna.Takes("instrument").IsRefused(Refusal.SessionUnknown);
        anna.Pays("visit", "payment").IsAccepted();
        anna.Books("visit", 50_00).IsRefused(Refusal.SessionUnknown);
        anna.Money.Heard("payment", Verb.Authorise, NoFunds);
        anna.Books("visit", 50_00).IsRefused(Refusal.SessionUnknown);
    }

    [Fact]
    public void Session_ReadBeforeItChanged_IsToBeReadAgain()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        var read = anna.Session("visit");
        anna.Paid("visit", "payment");

        anna.Books(read, new Money(50_00, Given.Euro), Given.Anna).IsRefused(Refusal.SessionChanged);
    }

    [Fact]
    public void Booking_IsDoneOnce_AndIsUnderWayUntilTheProviderHasAnswered()
    {
        var anna = Visiting.Anna(("bill", 50_00)).Opened("visit", 50_00).Paid("visit", "payment").Booked("visit", 50_00, "bill");

        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.UnderWay);
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Unknown);
        anna.Books("visit", 50_00).IsRefused(Refusal.UnderWay);
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.SessionUsed);

        Assert.Equal((PaymentStatus.Captured, 0), (anna.Money.Status("payment"), anna.Money.Open("bill")));
    }

    [Fact]
    public void Session_WhoseTimeIsOver_IsRefusedBeforeAndAfterItWasEnded()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Paid("visit", "payment").Opened("instrument", 0, SessionScope.MemberAccount)
            .Later();

        anna.Books("visit", 50_00).IsRefused(Refusal.SessionExpired);
        anna.Takes("instrument").IsRefused(Refusal.SessionExpired);
        anna.Pays("instrument", "late").IsRefused(Refusal.SessionExpired);
        anna.Expires("visit").IsAccepted();
        anna.Books("visit", 50_00).IsRefused(Refusal.SessionExpired);
    }

    [Fact]
    public void StoredInstrument_IsChargedOnlyWhenItIsBooked()
    {
        var anna = Visiting.Anna(("bill", 30_00)).Opened("visit", 50_00);
        anna.Chooses("visit").Moves();
        Assert.Empty(anna.Money.Last.Payments);
        Assert.Null(anna.Session("visit").Payment);

        anna.Booked("visit", 50_00, "bill");
        var payment = Visiting.BookedIn("visit");
        Assert.Equal((Collecting.Id(payment), SessionStatus.Used), (anna.Session("visit").Payment, anna.Status("visit")));
        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.UnderWay);
        anna.Money.Heard(payment, Verb.Authorise, ProviderAnswer.Approved).Heard(payment, Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(["clearing sandbox → receivable 30.00 EUR", "clearing sandbox → credit general 20.00 EUR"], anna.Money.Moved);
        anna.Money.AddsUp(payment);
        anna.Books("visit", 50_00).IsRefused(Refusal.SessionUsed);
    }

    [Fact]
    public void StoredInstrument_ThatTheCustomerHasToConfirm_IsUnderWayUntilThen()
    {
        var anna = Visiting.Anna(("bill", 30_00)).Opened("visit", 50_00).Chose("visit").Booked("visit", 50_00, "bill");
        var payment = Visiting.BookedIn("visit");
        anna.Money.Heard(payment, Verb.Authorise, ProviderAnswer.Pending);

        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.UnderWay);
        anna.Money.Heard(payment, Verb.Authorise, ProviderAnswer.Approved);
        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.UnderWay);
        // A debit that a bank has taken on is booked.
        anna.Money.Heard(payment, Verb.Capture, ProviderAnswer.Pending);
        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.SessionUsed);
    }

    [Fact]
    public void StoredInstrument_DeclinedWhenItIsBooked_SpendsTheSessionAndLeavesTheClaims()
    {
        var anna = Visiting.Anna(("bill", 30_00)).Opened("visit", 30_00).Chose("visit").Booked("visit", 30_00, "bill");
        var payment = Visiting.BookedIn("visit");
        anna.Money.Heard(payment, Verb.Authorise, NoFunds);

        Assert.Equal((PaymentStatus.Declined, SessionStatus.Used), (anna.Money.Status(payment), anna.Status("visit")));
        anna.Books("visit", 30_00, "bill").IsRefused(Refusal.SessionUsed);
        Assert.Equal(30_00, anna.Money.Open("bill"));
        anna.Money.Paid("other", 30_00, Part.Charge(Given.ChargeName("bill"), null));
    }

    [Fact]
    public void StoredInstrument_ThatTheSessionDoesNotOffer_IsRefused()
    {
        var anna = Visiting.Anna().Holding("debit", MandateScheme.Sepa).Holding("jonas's", null, Given.Jonas)
            .Holding("once", null, standing: InstrumentStanding.Once).Holding("old", null, standing: InstrumentStanding.Inactive)
            .Opened("cards", 50_00).Opened("debits", 50_00, SessionScope.Ecom, PaymentChoice.Sepa);

        anna.Chooses("cards", "debit").IsRefused(Refusal.ChoiceNotOffered);
        anna.Chooses("debits", "card").IsRefused(Refusal.ChoiceNotOffered);
        foreach (var other in new[] { "jonas's", "once", "old", "nothing" })
            anna.Chooses("cards", other).IsRefused(Refusal.InstrumentUnknown);
        anna.Chooses("debits", "debit").IsAccepted();

        anna.Money.Do(Visiting.Opening("new ones", 50_00) with { ShowsInstruments = false }).IsAccepted();
        anna.Chooses("new ones").IsRefused(Refusal.ChoiceNotOffered);
    }

    [Fact]
    public void WayToPay_ThatTheSessionDoesNotOffer_IsRefused() =>
        Visiting.Anna().Opened("visit", 50_00, SessionScope.Ecom, PaymentChoice.Sepa).Pays("visit", "payment")
            .IsRefused(Refusal.ChoiceNotOffered);

    [Fact]
    public void WayToPay_ThatNoProviderCharges_IsRefused()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);

        anna.Money.Do(new SubmitSession(
            Given.Origin, anna.Session("visit"), PaymentChoice.CreditCard, Collecting.Id("payment"), "test"))
            .IsRefused(Refusal.ChoiceNotOffered);
    }

    [Fact]
    public void Decline_LetsTheCustomerTryAnotherCardInTheSameSession()
    {
        var anna = Visiting.Anna(("bill", 50_00)).Opened("visit", 50_00);
        anna.Pays("visit", "first").IsAccepted();
        anna.Pays("visit", "second").IsRefused(Refusal.UnderWay);
        anna.Money.Heard("first", Verb.Authorise, NoFunds);
        anna.Paid("visit", "second");

        anna.Pays("visit", "third").IsRefused(Refusal.SessionSubmitted);
        anna.Booked("visit", 50_00, "bill");
        anna.Money.Heard("second", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal((PaymentStatus.Declined, PaymentStatus.Captured), (anna.Money.Status("first"), anna.Money.Status("second")));
        anna.Money.AddsUp("second");
    }

    [Fact]
    public void Decline_LetsTheCustomerChooseAStoredInstrumentInTheSameSession()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        anna.Pays("visit", "first").IsAccepted();
        anna.Money.Heard("first", Verb.Authorise, NoFunds);
        anna.Chose("visit").Booked("visit", 50_00);

        anna.Money.Heard(Visiting.BookedIn("visit"), Verb.Authorise, ProviderAnswer.Approved);
        Assert.Equal(PaymentStatus.Authorised, anna.Money.Status(Visiting.BookedIn("visit")));
    }

    [Fact]
    public void Decline_OfWhatWasAuthorised_LetsTheCustomerPayAgain()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Paid("visit", "payment");
        anna.Money.Heard("payment", Verb.Authorise, NoFunds);

        anna.Books("visit", 50_00).IsRefused(Refusal.SessionUnknown);
        anna.Paid("visit", "second").Booked("visit", 50_00);
    }

    [Fact]
    public void CaptureThatFails_SpendsTheSessionAndGivesTheReservationBack()
    {
        var anna = Visiting.Anna(("bill", 50_00)).Opened("visit", 50_00).Paid("visit", "payment").Booked("visit", 50_00, "bill");
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));

        Assert.Equal((PaymentStatus.Failed, 50_00), (anna.Money.Status("payment"), anna.Money.Open("bill")));
        Assert.True(anna.Money.HasAttempt("payment", Verb.Void));
        anna.Books("visit", 50_00, "bill").IsRefused(Refusal.SessionUsed);
        anna.Money.Paid("other", 50_00, Part.Charge(Given.ChargeName("bill"), null));
    }

    [Fact]
    public void Cash_IsAuthorisedByTheCounterAndNeedsNoInstrument()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        anna.Pays("visit", "payment", PaymentChoice.Cash).IsAccepted();

        var attempt = Assert.Single(anna.Money.Last.Attempts);
        Assert.Equal((ClearingProvider.Cash, null, Verb.Authorise), (attempt.Provider, attempt.Instrument, attempt.Verb));
        anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        anna.Booked("visit", 50_00);
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        Assert.Equal(["clearing cash → credit general 50.00 EUR"], anna.Money.Moved);
    }

    [Fact]
    public void Expiry_GivesBackWhatIsReserved()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Paid("visit", "payment");
        anna.Expires("visit").IsRefused(Refusal.SessionUsed);

        anna.Later().Expires("visit").Moves();

        Assert.Equal((SessionStatus.Expired, PaymentStatus.Cancelled), (anna.Status("visit"), anna.Money.Status("payment")));
        var returned = anna.Money.Attempt("payment", Verb.Void);
        Assert.Equal((anna.Money.Attempt("payment", Verb.Authorise).Id, anna.Money.Now), (returned.Authorisation, returned.DueAt));
        anna.Expires("visit").IsRefused(Refusal.SessionUsed);
    }

    [Theory]
    [InlineData(Verdict.Pending)]
    [InlineData(Verdict.Unknown)]
    public void Expiry_OfWhatIsNotDecidedYet_GivesItBackWhenItIsApprovedLate(Verdict verdict)
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        anna.Pays("visit", "payment").IsAccepted();
        anna.Money.Heard("payment", Verb.Authorise, new ProviderAnswer(verdict));

        anna.Later().Expires("visit").IsAccepted();
        Assert.Equal((SessionStatus.Expired, PaymentStatus.Cancelled), (anna.Status("visit"), anna.Money.Status("payment")));
        Assert.False(anna.Money.HasAttempt("payment", Verb.Void));

        anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        Assert.Equal(PaymentStatus.Cancelled, anna.Money.Status("payment"));
        Assert.True(anna.Money.HasAttempt("payment", Verb.Void));
        Assert.False(anna.Money.HasAttempt("payment", Verb.Capture));
    }

    [Fact]
    public void Confirmation_ThatNoNoticeReports_IsAskedForEverMoreSeldom()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00);
        anna.Pays("visit", "payment", returnTo: "https://shop.example/back").IsAccepted();

        Assert.Equal(TimeSpan.FromSeconds(30), PauseAfter(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(31), PauseAfter(TimeSpan.FromSeconds(30)));
        Assert.Equal(TimeSpan.FromSeconds(62), PauseAfter(TimeSpan.FromSeconds(31)));
        Assert.Equal(TimeSpan.FromHours(6), PauseAfter(TimeSpan.FromHours(7)));

        TimeSpan PauseAfter(TimeSpan more)
        {
            anna.Money.Now += more;
            anna.Money.Heard(
                "payment", Verb.Authorise, ProviderAnswer.Pending with { RedirectTo = new Uri("https://bank.example/confirm") });
            return anna.Money.Attempt("payment", Verb.Authorise).DueAt!.Value - anna.Money.Now;
        }
    }

    [Fact]
    public void Expiry_OfWhatCameToNothing_ChangesTheSessionOnly()
    {
        var anna = Visiting.Anna().Opened("empty", 50_00).Opened("declined", 50_00).Opened("stored", 50_00).Chose("stored");
        anna.Pays("declined", "payment").IsAccepted();
        anna.Money.Heard("payment", Verb.Authorise, NoFunds);
        anna.Later();

        foreach (var session in new[] { "empty", "declined", "stored" })
        {
            var changes = anna.Expires(session).IsAccepted();
            Assert.Equal(EventType.SessionExpired, Assert.Single(changes.Events).Type);
            Assert.Empty(changes.Attempts);
            Assert.Empty(changes.PaymentsChanged);
        }
    }

    [Fact]
    public void Expiry_LeavesWhatWasBooked()
    {
        var anna = Visiting.Anna().Opened("visit", 50_00).Paid("visit", "payment").Booked("visit", 50_00).Later();

        anna.Expires("visit").IsRefused(Refusal.SessionUsed);
        anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        Assert.Equal(PaymentStatus.Captured, anna.Money.Status("payment"));
    }

    [Fact]
    public void Instrument_TakenOver_MakesTheOneBeforeInactive()
    {
        var anna = Visiting.Anna().Opened("first", 0, SessionScope.MemberAccount).Opened("second", 0, SessionScope.MemberAccount);
        anna.Pays("first", "old").IsAccepted();
        anna.Takes("first").Moves();
        anna.Pays("second", "new").IsAccepted();
        anna.Takes("second").IsAccepted();

        var (old, current) = (anna.Session("first").Instrument!.Value, anna.Session("second").Instrument!.Value);
        Assert.Equal((InstrumentStanding.Inactive, InstrumentStanding.Current), (anna.Standing(old), anna.Standing(current)));
        Assert.Equal((SessionStatus.Used, SessionStatus.Used), (anna.Status("first"), anna.Status("second")));
        anna.Takes("first").IsRefused(Refusal.SessionUsed);
    }

    [Fact]
    public void Instrument_TakenOverAgain_StaysTheCustomersOwn()
    {
        var anna = Visiting.Anna().Opened("first", 0, SessionScope.MemberAccount).Chose("first")
            .Opened("second", 0, SessionScope.MemberAccount).Chose("second");
        anna.Takes("first").IsAccepted();
        anna.Takes("second").IsAccepted();

        Assert.Equal(InstrumentStanding.Current, anna.Standing(Visiting.InstrumentId("card")));
    }
}
