using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding;

public sealed class CollectingTests
{
    private static readonly ProviderAnswer NoFunds = ProviderAnswer.Declined(DeclineReason.InsufficientFunds);

    [Fact]
    public void Attempt_InASlotThatIsAheadOfTheClock_IsDueByTheClock()
    {
        var anna = Collecting.Anna(("bill", 40_00));
        anna.Ahead = TimeSpan.FromDays(1);
        anna.Begins("payment", 10_00, Part.Charge(Given.ChargeName("bill"), 10_00));

        var attempt = anna.Attempt("payment", Verb.Authorise);
        Assert.Equal((Given.Now, Given.Now + Given.Lease), (attempt.OpenedAt, attempt.DueAt));
        Assert.Equal(Given.Now + TimeSpan.FromDays(1), anna.Last.Events[^1].At);
        anna.Heard("payment", Verb.Authorise, ProviderAnswer.Unknown);
        Assert.True(anna.Attempt("payment", Verb.Authorise).DueAt < Given.Now + TimeSpan.FromHours(1));
    }

    [Fact]
    public void Payment_WithAVaultedInstrument_BeginsWithAnIntentAndMovesNothing()
    {
        var anna = Collecting.Anna(("bill", 40_00));
        anna.Begins("payment", 10_00, Part.Charge(Given.ChargeName("bill"), 10_00)).Moves();

        Assert.Equal(PaymentStatus.Pending, anna.Status("payment"));
        var attempt = Assert.Single(anna.Last.Attempts);
        Assert.Equal((Verb.Authorise, AttemptStatus.Open, Given.Now + Given.Lease), (attempt.Verb, attempt.Status, attempt.DueAt));
        Assert.Equal(AttemptId.Of(Collecting.Id("payment"), Verb.Authorise, 1), attempt.Id);
        Assert.Equal(EventType.PaymentBegun, anna.Last.Events[^1].Type);
        Assert.Equal(40_00, anna.Open("bill"));
    }

    [Fact]
    public void Payment_AuthorisedAndCaptured_SettlesWhatItClaimed()
    {
        var anna = Collecting.Anna(("bill", 40_00)).Paid("payment", 50_00, Part.Charge(Given.ChargeName("bill"), 40_00));

        Assert.Equal(PaymentStatus.Captured, anna.Status("payment"));
        Assert.Equal(["clearing sandbox → receivable 40.00 EUR", "clearing sandbox → credit general 10.00 EUR"], anna.Moved);
        Assert.Equal(0, anna.Open("bill"));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Answer_MadeOfTheCommits_ShowsThePaymentAsItStands()
    {
        var anna = Collecting.Anna(("bill", 40_00), ("fee", 5_00));
        anna.Began("payment", 50_00, Part.Charge(Given.ChargeName("bill"), 40_00), Part.Charge(Given.ChargeName("fee"), 5_00));
        var begun = (PaymentView)anna.Last.View!;

        var authorised = begun.After(anna.Heard("payment", Verb.Authorise, ProviderAnswer.Approved).Last)!;
        Assert.Equal((true, true, PaymentStatus.Authorised), (begun.IsUnderWay, authorised.IsUnderWay, authorised.Payment.Status));
        Assert.Empty(authorised.Allocations);

        var captured = authorised.After(anna.Heard("payment", Verb.Capture, ProviderAnswer.Approved).Last)!;
        Assert.False(captured.IsUnderWay);
        Assert.Equal(anna.Payment("payment"), captured.Payment);
        Assert.Equal(
            [(Given.ChargeId("bill"), 40_00L), (Given.ChargeId("fee"), 5_00L)],
            captured.Allocations.Select(allocation => (allocation.Charge.Id, allocation.AmountMinor)));
        Assert.All(captured.Allocations, allocation => Assert.Equal((0, Given.Now), (allocation.Charge.OpenMinor, allocation.At)));
    }

    [Fact]
    public void Answer_OfASilentProvider_IsNotUnderWay()
    {
        var anna = Collecting.Anna().Began("payment", 50_00);
        var silent = ((PaymentView)anna.Last.View!).After(anna.Heard("payment", Verb.Authorise, ProviderAnswer.Unknown).Last)!;

        Assert.Equal((false, true, PaymentStatus.Unknown), (silent.IsUnderWay, silent.IsUnanswered, silent.Payment.Status));
        Assert.Same(silent, silent.After(anna.Heard("payment", Verb.Authorise, ProviderAnswer.Approved).Last));
    }

    [Fact]
    public void Answer_WhereOtherNewsCameBetween_IsNotMadeOfTheCommits()
    {
        var anna = Collecting.Anna().Began("payment", 50_00);
        var begun = (PaymentView)anna.Last.View!;
        anna.Heard("payment", Verb.Authorise, ProviderAnswer.Unknown);

        Assert.Null(begun.After(anna.Heard("payment", Verb.Authorise, ProviderAnswer.Approved).Last));
    }

    [Fact]
    public void Capture_OfAChargePaidMeanwhileInCash_LeavesTheRestAsCredit()
    {
        var anna = Collecting.Anna(("bill", 40_00)).Began("payment", 40_00, Part.Charge(Given.ChargeName("bill"), 40_00))
            .Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        anna.PaysInCash("cash", 30_00, Part.Charge(Given.ChargeName("bill"), 30_00)).IsAccepted();

        anna.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(["clearing sandbox → receivable 10.00 EUR", "clearing sandbox → credit general 30.00 EUR"], anna.Moved);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Payment_ForAChargeThatAnotherOneCollects_IsRefusedUntilThatHasEnded()
    {
        var bill = Part.Charge(Given.ChargeName("bill"), null);
        var anna = Collecting.Anna(("bill", 40_00)).Began("first", 40_00, bill);

        anna.Begins("second", 40_00, bill).IsRefused(Refusal.ChargeClaimed, part: 0);
        anna.Heard("first", Verb.Authorise, ProviderAnswer.Unknown);
        anna.Begins("second", 40_00, bill).IsRefused(Refusal.ChargeClaimed, part: 0);
        anna.Heard("first", Verb.Authorise, NoFunds);
        anna.Paid("second", 40_00, bill);

        Assert.Equal((PaymentStatus.Declined, PaymentStatus.Captured), (anna.Status("first"), anna.Status("second")));
        Assert.Equal(0, anna.Open("bill"));
    }

    [Fact]
    public void Silence_IsUnknownAndNeverAFailure()
    {
        var anna = Collecting.Anna(("bill", 40_00)).Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Unknown);

        Assert.Equal(PaymentStatus.Unknown, anna.Status("payment"));
        Assert.Equal(Given.Now.AddSeconds(5), anna.Attempt("payment", Verb.Authorise).DueAt);
        anna.Heard("payment", Verb.Authorise, ProviderAnswer.Unknown);
        Assert.Equal(Given.Now.AddSeconds(10), anna.Attempt("payment", Verb.Authorise).DueAt);
        Assert.DoesNotContain(anna.Last.Events, happened => happened.Subject == Collecting.Id("payment").Value);

        anna.Heard("payment", Verb.Authorise, ProviderAnswer.Approved).Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        Assert.Equal(PaymentStatus.Captured, anna.Status("payment"));
    }

    [Theory]
    [InlineData(DeclineReason.InsufficientFunds, PaymentStatus.Declined)]
    [InlineData(DeclineReason.RequestRefused, PaymentStatus.Failed)]
    [InlineData(DeclineReason.NeverArrived, PaymentStatus.Failed)]
    public void Decline_EndsThePayment(DeclineReason reason, PaymentStatus status)
    {
        var anna = Collecting.Anna().Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Declined(reason));

        Assert.Equal(status, anna.Status("payment"));
        Assert.Equal(reason, anna.Attempt("payment", Verb.Authorise).Reason);
        Assert.Null(anna.Attempt("payment", Verb.Authorise).DueAt);
    }

    [Fact]
    public void CaptureThatFails_GivesTheReservationBack()
    {
        var anna = Collecting.Anna().Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Approved)
            .Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));

        Assert.Equal(PaymentStatus.Failed, anna.Status("payment"));
        var returned = anna.Attempt("payment", Verb.Void);
        Assert.Equal((anna.Attempt("payment", Verb.Authorise).Id, Given.Now), (returned.Authorisation, returned.DueAt));
    }

    [Fact]
    public void Approval_AfterThePaymentHadEnded_GivesTheReservationBack()
    {
        var anna = Collecting.Anna().Began("payment", 10_00)
            .Heard("payment", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.NeverArrived))
            .Heard("payment", Verb.Authorise, ProviderAnswer.Approved);

        Assert.Equal(PaymentStatus.Failed, anna.Status("payment"));
        Assert.True(anna.HasAttempt("payment", Verb.Void));
        Assert.False(anna.HasAttempt("payment", Verb.Capture));
    }

    [Fact]
    public void Capture_ApprovedAfterItWasTakenForFailed_IsBooked()
    {
        var anna = Collecting.Anna(("bill", 10_00)).Began("payment", 10_00, Part.Charge(Given.ChargeName("bill"), null))
            .Heard("payment", Verb.Authorise, ProviderAnswer.Approved)
            .Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined))
            .Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(PaymentStatus.Captured, anna.Status("payment"));
        Assert.Equal(["clearing sandbox → receivable 10.00 EUR"], anna.Moved);
    }

    [Theory]
    [InlineData(Verb.Authorise)]
    [InlineData(Verb.Capture)]
    public void LateDecline_OfCapturedMoney_ReversesThePayment(Verb verb)
    {
        var anna = Collecting.Anna(("bill", 10_00)).Paid("payment", 10_00, Part.Charge(Given.ChargeName("bill"), null))
            .Heard("payment", verb, ProviderAnswer.Declined(DeclineReason.Declined));

        Assert.Equal(10_00, anna.Payment("payment").ReversedMinor);
        Assert.Equal(["receivable → clearing sandbox 10.00 EUR"], anna.Moved);
        Assert.Equal(10_00, anna.Open("bill"));
        anna.AddsUp("payment");
    }

    [Fact]
    public void TheSameNewsTwice_IsNoNews()
    {
        var anna = Collecting.Anna(("bill", 10_00)).Paid("payment", 10_00);

        anna.Hears("payment", Verb.Authorise, ProviderAnswer.Approved).IsRefused(Refusal.AttemptSettled);
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved).IsRefused(Refusal.AttemptSettled);
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Unknown).IsRefused(Refusal.AttemptSettled);
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Pending).IsRefused(Refusal.AttemptSettled);
    }

    [Fact]
    public void CaptureDeclinedLate_IsAlsoGivenBackAsAReservation() => Assert.True(
        Collecting.Anna().Paid("payment", 10_00).Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined))
            .HasAttempt("payment", Verb.Void));

    [Fact]
    public void Answer_ThatANoticeHasOvertaken_IsAskedForAgain()
    {
        var anna = Collecting.Anna().Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        var asked = anna.Attempt("payment", Verb.Capture).Events;
        anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));

        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved, asked).IsRefused(Refusal.AttemptOvertaken);
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved, anna.Attempt("payment", Verb.Capture).Events).IsAccepted();
        Assert.Equal(PaymentStatus.Captured, anna.Status("payment"));
    }

    [Fact]
    public void LateDeclineOfBothRequests_ReversesOnce()
    {
        var anna = Collecting.Anna().Paid("payment", 10_00)
            .Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined))
            .Heard("payment", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.Declined));

        Assert.Equal(10_00, anna.Payment("payment").ReversedMinor);
        Assert.Empty(anna.Moved);
        anna.AddsUp("payment");
    }

    [Fact]
    public void DirectDebit_PendingAtTheProvider_IsSettlingUntilItTells()
    {
        var anna = Collecting.Anna().Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Approved)
            .Heard("payment", Verb.Capture, ProviderAnswer.Pending);

        Assert.Equal(PaymentStatus.Settling, anna.Status("payment"));
        Assert.Equal(EventType.PaymentCapturePending, anna.Last.Events[^1].Type);
        anna.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        Assert.Equal(PaymentStatus.Captured, anna.Status("payment"));
    }

    [Fact]
    public void Capture_ApprovedAfterItsAuthorisationWasDeclined_IsBookedOnlyWhenTheProviderConfirmsIt()
    {
        var anna = Collecting.Anna(("bill", 10_00)).Began("payment", 10_00)
            .Heard("payment", Verb.Authorise, ProviderAnswer.Approved)
            .Heard("payment", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.Declined));

        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved).IsRefused(Refusal.AttemptOvertaken);
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved, isConfirmed: true).IsAccepted();
        Assert.Equal((PaymentStatus.Captured, 0L), (anna.Status("payment"), anna.Payment("payment").ReversedMinor));

        anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));
        Assert.Equal((10_00L, 10_00L), (anna.Payment("payment").ReversedMinor, anna.Open("bill")));
    }

    [Fact]
    public void Lease_IsGivenToTheFirstWhoAsksAndOnlyWhenItsTimeHasCome()
    {
        var anna = Collecting.Anna().Began("payment", 10_00);

        anna.Leases("payment", Verb.Authorise).IsRefused(Refusal.AttemptNotDue);
        anna.Now += Given.Lease;
        anna.Leases("payment", Verb.Authorise).IsAccepted();
        anna.Leases("payment", Verb.Authorise).IsRefused(Refusal.AttemptNotDue);
    }

    [Fact]
    public void Questions_GetRarerUpToAQuarterOfAnHour() => Assert.Equal(
        [5, 10, 20, 40, 80, 160, 320, 640, 900, 900],
        Enumerable.Range(1, 10).Select(unanswered => (int)new AttemptSchedule().PauseAfter(unanswered).TotalSeconds));
}
