using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>A customer chooses autopay in the widget: the choice is a consent once the session is used up, and not before.</summary>
public sealed class SessionAutopayTests
{
    private static readonly PaymentLinkId Id = new(Given.Merchant, Given.ChargeId("link").Value);

    private readonly Visiting _anna = Visiting.Anna(("fee", 20_00)).Holding("stored", scheme: null);

    [Fact]
    public void Purchase_ThatIsBooked_StoresTheCard_AndGivesTheConsent()
    {
        _anna.Opened("visit", 20_00);
        Assert.True(Number(_anna.Pays("visit", "payment", autopay: "de").IsAccepted()) is { IsOnce: false });
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        Assert.Equal((null, InstrumentStanding.Once), (Consent, _anna.Standing(CardFor("payment"))));

        _anna.Booked("visit", 20_00, "fee");

        Assert.Equal(
            (CardFor("payment"), AutopaySource.Widget, AutopayTexts.Of("de"), "de", true),
            (Consent!.Instrument, Consent.Source, Consent.Text, Consent.Language, Consent.IsInForce));
        Assert.Equal(InstrumentStanding.Saved, _anna.Standing(CardFor("payment")));
        _anna.Books("visit", 20_00, "fee").IsRefused(Refusal.UnderWay);
        Assert.Equal(1, Consent.Id.Nth);
    }

    [Fact]
    public void PaymentByALink_ThatHasCome_GivesTheConsentWithTheEndOfItsSession()
    {
        LinkOpened();
        _anna.Pays("visit", "payment", link: Link, autopay: "fr").IsAccepted();
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        Ends().IsRefused(Refusal.SessionUsed);
        _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        Assert.Null(Consent);

        Ends().IsAccepted();

        Assert.Equal((CardFor("payment"), AutopaySource.Link, "fr"), (Consent!.Instrument, Consent.Source, Consent.Language));
        Assert.Equal(InstrumentStanding.Saved, _anna.Standing(CardFor("payment")));
        Ends().IsRefused(Refusal.SessionUsed);
    }

    [Fact]
    public void InstrumentThatIsTakenOver_GivesTheConsent_AlsoAStoredOne()
    {
        _anna.Opened("visit", 0, SessionScope.MemberAccount);
        _anna.Chooses("visit", "stored", autopay: "nl").IsAccepted();
        Assert.Null(Consent);

        _anna.Takes("visit").IsAccepted();

        Assert.Equal((Visiting.InstrumentId("stored"), AutopaySource.Widget), (Consent!.Instrument, Consent.Source));
    }

    [Fact]
    public void DeclinedPayment_KeepsNoConsent_AndTheNextTryHasItsOwnWord()
    {
        _anna.Opened("visit", 20_00);
        _anna.Pays("visit", "declined", autopay: "de").IsAccepted();
        _anna.Money.Heard("declined", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.InsufficientFunds));

        var again = _anna.Pays("visit", "payment").IsAccepted();
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        _anna.Booked("visit", 20_00, "fee");

        Assert.Equal(CardFor("declined"), Dropped(again));
        Assert.Equal((null, InstrumentStanding.Once), (Consent, _anna.Standing(CardFor("payment"))));
        Assert.Equal(InstrumentStanding.Once, _anna.Standing(CardFor("declined")));
    }

    [Fact]
    public void PurchaseThatNobodyBooks_KeepsNoConsent_AndNoNumber()
    {
        _anna.Opened("visit", 20_00);
        _anna.Pays("visit", "payment", autopay: "de").IsAccepted();
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        _anna.Later();

        var expired = _anna.Expires("visit").IsAccepted();

        Assert.Equal((null, CardFor("payment")), (Consent, Dropped(expired)));
    }

    /// <summary>It is charged when the customer is gone, and for purchases that the customer starts later.</summary>
    [Fact]
    public void Sessions_InWhichNoBillIsCollected_TakeNoAutopay()
    {
        _anna.Opened("purchase", 20_00);
        _anna.Chooses("purchase", "stored", autopay: "de").IsRefused(Refusal.ChoiceNotOffered);
        _anna.Pays("purchase", "cash", PaymentChoice.Cash, autopay: "de").IsRefused(Refusal.ChoiceNotOffered);
        _anna.Opened("later", 0);
        _anna.Pays("later", "payment", autopay: "de").IsRefused(Refusal.ChoiceNotOffered);
    }

    [Fact]
    public void ConsentOfAnotherCard_StaysWhereTheOneOfThisIsEnded()
    {
        _anna.Opened("visit", 0, SessionScope.MemberAccount);
        _anna.Chooses("visit", "stored", autopay: "nl").IsAccepted();
        _anna.Takes("visit").IsAccepted();
        var ending = new EndAutopay(Given.Origin, Given.Target(), AutopaySource.Link);

        _anna.Money.Do(ending with { Only = CardFor("payment") }).IsRefused(Refusal.NothingToChange);
        _anna.Money.Do(ending with { Only = Visiting.InstrumentId("stored") }).IsAccepted();

        Assert.False(Consent!.IsInForce);
    }

    private Autopay? Consent => _anna.Money.State.AutopayOf(Given.AccountId(Given.Anna));

    private PaymentLink Link => _anna.Money.State.Link(Id)!;

    private static InstrumentId CardFor(string payment) => Visiting.InstrumentId($"card for {payment}");

    private static VaultEntry? Number(Changes changes) => changes.Of<VaultEntry>().SingleOrDefault();

    private static InstrumentId? Dropped(Changes changes) => changes.Of<NumberUsed>().SingleOrDefault(used => used.IsNeeded)?.Instrument;

    private void LinkOpened()
    {
        _anna.Money.Do(new MakeLink(
            Given.Origin, Given.Target(), Id, Installation: 1, [Given.ChargeName("fee")], Amount: null, Given.Now.AddDays(30)))
            .IsAccepted();
        _anna.Money.Do(new OpenLink(
            Given.Origin, Link, null, Visiting.SessionId("visit"), [PaymentChoice.CreditCard], Visiting.Lifetime)).IsAccepted();
    }

    private Decision Ends() => _anna.Money.Do(new ExpireSession(Given.Origin, _anna.Session("visit"), Link));
}
