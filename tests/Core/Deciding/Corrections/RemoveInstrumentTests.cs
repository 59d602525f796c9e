using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Tests.Deciding.Checkout;

namespace Quittance.Tests.Deciding.Corrections;

public sealed class RemoveInstrumentTests
{
    private readonly Visiting _anna = Visiting.Anna(("fee", 20_00));

    [Fact]
    public void Instrument_IsRemovedOnce_WithItsNumberAndItsMandate()
    {
        var removed = _anna.Holding("debit", MandateScheme.Sepa).Money.Do(Removing("debit")).IsAccepted();

        var instrument = Assert.Single(removed.Of<Instrument>());
        Assert.Equal((InstrumentStanding.Removed, MandateStatus.Cancelled), (instrument.Standing, instrument.Vaulted!.Mandate!.Status));
        Assert.True(Assert.Single(removed.Of<NumberUsed>()).IsRemoved);
        Assert.Equal((2, EventType.InstrumentRemoved), (removed.Events[0].Sequence, removed.Events[0].Type));
        _anna.Money.Do(Removing("debit")).IsRefused(Refusal.InstrumentUnknown);
    }

    [Fact]
    public void Instrument_ThatWasRemoved_IsNeitherOfferedNorCharged()
    {
        _anna.Holding("card", scheme: null).Opened("visit", 20_00);
        var name = new Reference(Given.Merchant, "test", "instrument", "card");
        _anna.Money.State.Load(name, new NamedObject(Given.AccountId(Given.Anna), 5, Visiting.InstrumentId("card").Value));
        var charging = new RecordPayment(Given.Origin, Given.Target(), Given.PaymentId("charged"), "test")
        {
            Amount = new Money(20_00, Given.Euro),
            Instrument = name,
        };
        _anna.Money.Do(Removing("card")).IsAccepted();

        _anna.Chooses("visit").IsRefused(Refusal.InstrumentUnknown);
        _anna.Money.Do(charging).IsRefused(Refusal.InstrumentUnknown);
        // The client's own gateway took the money before: it is booked.
        _anna.Money.Do(charging with { ReceivedBy = ClearingProvider.Gateway }).IsAccepted();
    }

    [Fact]
    public void Instrument_ThatACustomerChoseInASession_IsRemoved_AndTheSessionChargesItNoMore()
    {
        _anna.Holding("card", scheme: null).Opened("visit", 20_00).Chose("visit");

        var removed = _anna.Money.Do(Removing("card")).IsAccepted();

        Assert.False(Assert.Single(removed.Of<NumberUsed>()).IsNeeded);
        _anna.Books("visit", 20_00, "fee").IsRefused(Refusal.InstrumentUnknown);
    }

    [Theory]
    [InlineData(InstrumentStanding.Removed)]
    [InlineData(InstrumentStanding.Inactive)]
    public void Instrument_ThatIsGone_IsNotBilledAnyMore_ThoughASessionChoseIt(InstrumentStanding gone)
    {
        _anna.Holding("own", scheme: null, standing: InstrumentStanding.Current).Holding("card", scheme: null)
            .Opened("replacing", 0, SessionScope.MemberAccount).Chose("replacing");
        var chosen = _anna.Money.State.Instrument(Visiting.InstrumentId("card"))!;
        _anna.Money.State.Load(gone == InstrumentStanding.Removed ? chosen.Remove() : chosen with { Standing = gone });

        _anna.Takes("replacing").IsRefused(Refusal.InstrumentUnknown);

        Assert.Equal(InstrumentStanding.Current, _anna.Standing(Visiting.InstrumentId("own")));
        Assert.Equal(gone, _anna.Standing(Visiting.InstrumentId("card")));
    }

    [Theory]
    [InlineData(InstrumentStanding.Once)]
    [InlineData(InstrumentStanding.Inactive)]
    public void Instrument_OfOnePayment_OrThatWasReplaced_IsChargedForNoOther(InstrumentStanding standing)
    {
        _anna.Holding("card", scheme: null, standing: standing);
        var name = new Reference(Given.Merchant, "test", "instrument", "card");
        _anna.Money.State.Load(name, new NamedObject(Given.AccountId(Given.Anna), 5, Visiting.InstrumentId("card").Value));
        var naming = new RecordPayment(Given.Origin, Given.Target(), Given.PaymentId("again"), "test")
        {
            Amount = new Money(20_00, Given.Euro),
            Instrument = name,
        };

        _anna.Money.Do(naming with { ChargesInstrument = true }).IsRefused(Refusal.InstrumentUnknown);
    }

    [Fact]
    public void Instrument_OfAPaymentUnderWay_IsRemoved_AndThePaymentEndsAsItWill()
    {
        _anna.Holding("card", scheme: null).Opened("visit", 20_00).Chose("visit").Booked("visit", 20_00, "fee");

        var removed = _anna.Money.Do(Removing("card")).IsAccepted();

        // A request that was lost may have to be sent again.
        Assert.True(Assert.Single(removed.Of<NumberUsed>()).IsNeeded);
        _anna.Money.Heard("payment of " + Visiting.SessionId("visit").Value, Verb.Authorise, ProviderAnswer.Approved);
        _anna.Money.Heard("payment of " + Visiting.SessionId("visit").Value, Verb.Capture, ProviderAnswer.Approved);
        Assert.Equal(0, _anna.Money.Open("fee"));
        _anna.Money.Do(Removing("card")).IsRefused(Refusal.InstrumentUnknown);
    }

    [Fact]
    public void Instrument_WhoseMandateIsOver_IsRemovedAtOnce_AndItsPaymentUnderWayHasItsOutcomeStill()
    {
        _anna.Holding("card", scheme: null).Opened("visit", 20_00).Chose("visit").Booked("visit", 20_00, "fee");

        var removed = _anna.Money.Do(Removing("card") with { IsMandateOver = true }).IsAccepted();
        Assert.False(Assert.Single(removed.Of<NumberUsed>()).IsNeeded);
        _anna.Money.Heard("payment of " + Visiting.SessionId("visit").Value, Verb.Authorise, ProviderAnswer.Approved);
        _anna.Money.Heard("payment of " + Visiting.SessionId("visit").Value, Verb.Capture, ProviderAnswer.Approved);

        _anna.Money.Do(Removing("card")).IsRefused(Refusal.InstrumentUnknown);
    }

    [Fact]
    public void Instrument_OfAnotherCustomer_OrUnknown_IsNotThere()
    {
        _anna.Holding("of jonas", scheme: null, Given.Jonas);

        _anna.Money.Do(Removing("of jonas")).IsRefused(Refusal.InstrumentUnknown);
        _anna.Money.Do(Removing("none")).IsRefused(Refusal.InstrumentUnknown);
    }

    private static RemoveInstrument Removing(string instrument) =>
        new(Given.Origin, Given.Target(), Visiting.InstrumentId(instrument));
}
