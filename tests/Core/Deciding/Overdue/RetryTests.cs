using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding.Overdue;

/// <summary>Anna's card is charged 40.00 for a bill, in vain. The policy tries again after 3, 5 and 10 days.</summary>
public sealed class RetryTests
{
    private static readonly InstrumentId Card = new(Given.Merchant, Given.ChargeId("card").Value);

    private static ProviderAnswer NoMoney => ProviderAnswer.Declined(DeclineReason.InsufficientFunds);

    /// <summary>The payment failed on the first day.</summary>
    private static Collecting Failed(DeclineReason reason = DeclineReason.InsufficientFunds, bool alsoUnexplained = false)
    {
        var anna = Collecting.Anna(("bill", 40_00)).Began("first", 40_00, Part.Charge(Given.ChargeName("bill"), 40_00))
            .Heard("first", Verb.Authorise, ProviderAnswer.Declined(reason));
        anna.State.Load(new RetryPolicy(Given.Merchant, [3, 5, 10], alsoUnexplained));
        return anna;
    }

    private static Decision Tries(Collecting anna, int nth, int day, string? last = null, long amountMinor = 40_00)
    {
        anna.Now = Given.Now.AddDays(day);
        var charge = anna.State.Find(Core.Accounts.Charge.Shelf, Given.ChargeId("bill"))!;
        return anna.Do(new RetryPayment(
            Given.Origin, Given.Target(), Collecting.Id($"try {nth}"), new PaymentRetryId(Collecting.Id("first"), nth),
            Collecting.Id(last ?? (nth == 1 ? "first" : $"try {nth - 1}")))
        {
            Today = Given.Today.AddDays(day),
            Instrument = Given.InstrumentName("card"),
            Charges = [new RetriedCharge(charge, amountMinor, IsClaimed: false)],
            Open = [charge.Id],
        });
    }

    private static void IsRefused(Decision decision) => Assert.Equal(Refusal.AccountChanged, Assert.Single(decision.Faults).Refusal);

    [Fact]
    public void Try_ChargesTheInstrumentAgain_AndSettlesTheCharge()
    {
        var anna = Failed();
        Tries(anna, 1, day: 3).IsAccepted();

        var attempt = anna.Attempt("try 1", Verb.Authorise);
        Assert.Equal((Card, 40_00, true), (attempt.Instrument!.Value, attempt.Amount.AmountMinor, attempt.CapturesAtOnce));
        Assert.Equal(
            new PaymentRetry(new PaymentRetryId(Collecting.Id("first"), 1), Collecting.Id("try 1"), Given.Today.AddDays(3)),
            Assert.Single(anna.Last.Of<PaymentRetry>()));
        anna.Heard("try 1", Verb.Authorise, ProviderAnswer.Approved).Heard("try 1", Verb.Capture, ProviderAnswer.Approved);
        Assert.Equal(["clearing sandbox → receivable 40.00 EUR"], anna.Moved);
        Assert.Equal(0, anna.Open("bill"));
    }

    [Fact]
    public void Tries_ComeOnTheirDays_OneAfterTheOther_AndNoMore()
    {
        var anna = Failed();
        IsRefused(Tries(anna, 1, day: 2));
        IsRefused(Tries(anna, 2, day: 5, last: "first"));
        // The server was away for a day.
        Tries(anna, 1, day: 4).IsAccepted();
        IsRefused(Tries(anna, 1, day: 4));
        IsRefused(Tries(anna, 2, day: 100));
        anna.Now = Given.Now.AddDays(4);
        anna.Heard("try 1", Verb.Authorise, NoMoney);
        IsRefused(Tries(anna, 2, day: 5));
        Tries(anna, 2, day: 6).IsAccepted();
        anna.Heard("try 2", Verb.Authorise, NoMoney);
        IsRefused(Tries(anna, 3, day: 10));
        Tries(anna, 3, day: 11).IsAccepted();
        anna.Heard("try 3", Verb.Authorise, NoMoney);
        IsRefused(Tries(anna, 4, day: 100));
    }

    [Theory]
    [InlineData(DeclineReason.InsufficientFunds, true, true)]
    [InlineData(DeclineReason.Declined, false, true)]
    [InlineData(DeclineReason.Expired, false, false)]
    [InlineData(DeclineReason.InstrumentInvalid, false, false)]
    [InlineData(DeclineReason.SecurityCodeWrong, false, false)]
    [InlineData(DeclineReason.NotConfirmed, false, false)]
    [InlineData(DeclineReason.AuthorisationInvalid, false, false)]
    [InlineData(DeclineReason.RequestRefused, false, false)]
    [InlineData(DeclineReason.NeverArrived, false, false)]
    public void Reason_DecidesWhetherThereIsATry(DeclineReason reason, bool tries, bool triesIfUnexplainedToo)
    {
        Assert.Equal(tries, Tries(Failed(reason), 1, day: 3).Changes is not null);
        Assert.Equal(triesIfUnexplainedToo, Tries(Failed(reason, alsoUnexplained: true), 1, day: 3).Changes is not null);
    }

    /// <summary>The merchant's bank refused the file that had the try: the customer's bank was never asked.</summary>
    [Fact]
    public void TryOfAFileThatTheBankRejected_EndsNoTries()
    {
        var anna = Failed();
        Tries(anna, 1, day: 3).IsAccepted();
        anna.State.Load(anna.Attempt("try 1", Verb.Authorise) with { Provider = ClearingProvider.Bank });
        anna.Heard("try 1", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.NeverArrived));

        Tries(anna, 2, day: 5).IsAccepted();
    }

    [Fact]
    public void Try_TakesOnlyWhatIsStillOpen()
    {
        var anna = Failed();
        anna.PaysInCash("cash", 15_00, Part.Charge(Given.ChargeName("bill"), 15_00)).IsAccepted();
        IsRefused(Tries(anna, 1, day: 3));
        Tries(anna, 1, day: 3, amountMinor: 25_00).IsAccepted();
        Assert.Equal(25_00, anna.Attempt("try 1", Verb.Authorise).Amount.AmountMinor);

        anna = Failed();
        anna.PaysInCash("cash", 40_00, Part.Charge(Given.ChargeName("bill"), 40_00)).IsAccepted();
        IsRefused(Tries(anna, 1, day: 3, amountMinor: 0));
    }

    [Fact]
    public void Try_IsNotMade_WhileAnotherPaymentIsUnderWay()
    {
        var anna = Failed().Began("other", 40_00, Part.Charge(Given.ChargeName("bill"), 40_00));
        IsRefused(Tries(anna, 1, day: 3));
        anna.Heard("other", Verb.Authorise, NoMoney);
        Tries(anna, 1, day: 3).IsAccepted();
    }

    [Fact]
    public void Try_IsNotMade_WithAnInstrumentThatWasReplaced_OrWhoseMandateHasEnded()
    {
        var anna = Failed();
        var card = anna.State.Find(Instrument.Shelf, Card)!;
        anna.State.Load(card with { Standing = InstrumentStanding.Inactive });
        IsRefused(Tries(anna, 1, day: 3));

        anna = Failed();
        var mandate = new Mandate("M-1", MandateScheme.Sepa, Given.Today, MandateStatus.Cancelled);
        anna.State.Load(card with { Vaulted = card.Vaulted! with { Mandate = mandate } });
        IsRefused(Tries(anna, 1, day: 3));
    }

    [Fact]
    public void Try_IsNotMade_WhileTheCustomerOrTheChargeIsPaused_OrAnAgencyCollects()
    {
        var account = Given.AccountId(Given.Anna);
        var anna = Failed();
        anna.State.Load(AccountDunning.None(account) with { PausedUntil = Given.Today.AddDays(3) });
        IsRefused(Tries(anna, 1, day: 3));
        Tries(anna, 1, day: 4).IsAccepted();

        anna = Failed();
        anna.State.Load(new AccountDunning(account, 1, 3, Given.Today) { IsWithAgency = true });
        IsRefused(Tries(anna, 1, day: 3));

        anna = Failed();
        anna.Do(new ChangeCharge(Given.Origin, Given.Target(), Given.ChargeId("bill")) { DunningPausedUntil = Given.Today.AddDays(3) })
            .IsAccepted();
        IsRefused(Tries(anna, 1, day: 3));
        Tries(anna, 1, day: 4).IsAccepted();
    }

    [Theory]
    [InlineData(DisputeKind.ReturnedDebit, null, true, true)]
    [InlineData(DisputeKind.ReturnedDebit, null, false, false)]
    [InlineData(DisputeKind.ReturnedDebit, DeclineReason.InsufficientFunds, false, true)]
    [InlineData(DisputeKind.ReturnedDebit, DeclineReason.Declined, false, false)]
    [InlineData(DisputeKind.ReturnedDebit, DeclineReason.NotConfirmed, true, false)]
    [InlineData(DisputeKind.Chargeback, null, true, false)]
    public void ReturnedDebit_IsTriedAgain_WhereItsReasonAndThePolicyAllow_AndAChargebackNever(
        DisputeKind kind, DeclineReason? reason, bool alsoUnexplained, bool tries)
    {
        var anna = Collecting.Anna(("bill", 40_00)).Paid("first", 40_00, Part.Charge(Given.ChargeName("bill"), 40_00));
        anna.State.Load(new RetryPolicy(Given.Merchant, [3], alsoUnexplained));
        IsRefused(Tries(anna, 1, day: 3, amountMinor: 0));
        anna.Do(new OpenDispute(Given.Origin, anna.Attempt("first", Verb.Authorise), "D-1", kind, 40_00, FeeMinor: 0)
        {
            Reason = reason,
        }).IsAccepted();
        Assert.Equal(40_00, anna.Open("bill"));

        // The day of the return counts.
        IsRefused(Tries(anna, 1, day: 5));
        var tried = Tries(anna, 1, day: 6);
        Assert.Equal(tries, tried.Changes is not null);
    }

    /// <summary>A file of the time that a restore lost may have the try that was due by then. A gateway can be asked.</summary>
    [Theory]
    [InlineData("bank", 2, true)]
    [InlineData("bank", 3, false)]
    [InlineData("bank", 4, false)]
    [InlineData("sandbox", 4, true)]
    public void TryByAFile_ThatWasDueBeforeTheRestore_IsNotMade(string provider, int restoredOn, bool tries)
    {
        var anna = Collecting.Anna(("bill", 40_00));
        anna.State.Load(new RetryPolicy(Given.Merchant, [3], AlsoUnexplained: false));
        var card = anna.State.Find(Instrument.Shelf, Card)!;
        anna.State.Load(card with { Vaulted = card.Vaulted! with { Provider = provider } });
        anna.Began("first", 40_00, Part.Charge(Given.ChargeName("bill"), 40_00))
            .Heard("first", Verb.Authorise, ProviderAnswer.Approved).Heard("first", Verb.Capture, NoMoney);
        anna.Now = Given.Now.AddDays(restoredOn);
        anna.Restored();

        Assert.Equal(tries, Tries(anna, 1, day: 5).Changes is not null);
    }

    [Fact]
    public void WithoutAPolicy_NothingIsTried()
    {
        var anna = Collecting.Anna(("bill", 40_00)).Began("first", 40_00, Part.Charge(Given.ChargeName("bill"), 40_00))
            .Heard("first", Verb.Authorise, NoMoney);
        IsRefused(Tries(anna, 1, day: 3));
    }
}
