using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>A payment by a link that restored books have lost: the link takes its money no second time.</summary>
public sealed class LostLinkPaymentTests
{
    private static readonly PaymentLinkId Id = new(Given.Merchant, Given.ChargeId("link").Value);

    private readonly Visiting _anna = Visiting.Anna(("fee", 20_00), ("course", 30_00));

    private PaymentLink Link => _anna.Money.State.Link(Id)!;

    private Session? Last => Link.Session is { } id ? _anna.Money.State.Session(id) : null;

    /// <summary>A provider keeps the id of a payment, and so the link.</summary>
    [Fact]
    public void IdOfAPayment_NamesItsLink()
    {
        Made("fee");
        var other = Link with { Id = new PaymentLinkId(Given.Merchant, Given.ChargeId("other").Value) };
        for (var nth = 0; nth < 100; nth++)
        {
            var fresh = Guid.CreateVersion7(Given.Now.AddMinutes(nth));
            var payment = Link.PaymentOf(fresh);
            Assert.Equal((7, 8), (payment.Value.Version, payment.Value.Variant & 0xC));
            Assert.Equal($"{fresh}"[..13], $"{payment.Value}"[..13]);
            Assert.True(Link.Names(payment));
            Assert.False(other.Names(payment));
            Assert.False(Link.Names(new PaymentId(Given.Merchant, fresh)));
        }
    }

    [Fact]
    public void LostPayment_UsesItsLinkUp_AndSettlesItsCharges()
    {
        Made("fee", "course");

        TakesOver(50_00);

        Opens("again").IsRefused(Refusal.LinkPaid);
        Assert.Equal((0L, 0L), (_anna.Money.Open("fee"), _anna.Money.Open("course")));
        _anna.Money.AddsUp("lost");
    }

    [Fact]
    public void LostPayment_AfterADeclinedOneInTheSameSession_UsesTheLinkUpToo()
    {
        Made("fee");
        Opens("visit").IsAccepted();
        _anna.Pays("visit", "declined", link: Link).Moves();
        _anna.Money.Heard("declined", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.InsufficientFunds));

        TakesOver(20_00);

        Assert.Equal(SessionStatus.Expired, _anna.Status("visit"));
        Opens("again").IsRefused(Refusal.LinkPaid);
    }

    [Fact]
    public void LostPayment_WhileItIsAuthorised_KeepsTheLinkFromTakingMoney()
    {
        Made("fee");
        _anna.Money.Do(Lost(20_00)).IsAccepted();
        Opens("early").IsRefused(Refusal.UnderWay);
        _anna.Money.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);

        Opens("again").IsRefused(Refusal.UnderWay);
    }

    /// <summary>The machine was lost between the two requests: the customer has paid as far as she knows, and no client comes.</summary>
    [Fact]
    public void LostPayment_ThatWasNotCaptured_IsCapturedAsTheLinkDoes()
    {
        Made("fee");
        _anna.Money.Do(Lost(20_00)).IsAccepted();

        _anna.Money.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);

        var capture = _anna.Money.Attempt("lost", Verb.Capture);
        Assert.Equal((AttemptStatus.Open, AttemptId.Of(Collecting.Id("lost"), Verb.Capture, 1)), (capture.Status, capture.Id));
    }

    /// <summary>Another amount is due by now: a person decides.</summary>
    [Fact]
    public void LostPayment_OfAnotherAmount_ThatWasNotCaptured_StaysAuthorised()
    {
        Made("fee");
        _anna.Money.Do(Lost(15_00)).IsAccepted();

        _anna.Money.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);

        Assert.Equal(PaymentStatus.Authorised, _anna.Money.State.Payment(Collecting.Id("lost"))!.Status);
        Assert.DoesNotContain(_anna.Money.State.AttemptsOf(Collecting.Id("lost")), attempt => attempt.Verb == Verb.Capture);
    }

    [Theory]
    [InlineData(15_00, 5_00, 30_00)]
    [InlineData(45_00, 0, 5_00)]
    [InlineData(60_00, 0, 0)]
    public void LostPayment_OfAnotherAmountThanIsDueNow_SettlesWhatItCan(long amountMinor, long feeMinor, long courseMinor)
    {
        Made("fee", "course");

        TakesOver(amountMinor);

        Assert.Equal((feeMinor, courseMinor), (_anna.Money.Open("fee"), _anna.Money.Open("course")));
        _anna.Money.AddsUp("lost");
        if (feeMinor + courseMinor == 0)
        {
            Opens("again").IsRefused(Refusal.NothingDue);
            return;
        }

        Opens("again").IsAccepted();
        Assert.Equal(new Money(feeMinor + courseMinor, Given.Euro), _anna.Session("again").Amount);
    }

    [Fact]
    public void Link_ThatWasOpenedSinceItWasRead_IsReadAgain()
    {
        Made("fee");
        var lost = Lost(20_00);
        Opens("visit").IsAccepted();

        _anna.Money.Do(lost).IsRefused(Refusal.SessionChanged);

        Assert.Null(_anna.Money.State.Payment(lost.Payment));
    }

    private void Made(params string[] charges) => _anna.Money.Do(new MakeLink(
        Given.Origin, Given.Target(), Id, Installation: 1, [.. charges.Select(Given.ChargeName)], Amount: null, Given.Now.AddDays(30)))
        .IsAccepted();

    private Decision Opens(string session) => _anna.Money.Do(new OpenLink(
        Given.Origin, Link, Last, Visiting.SessionId(session), [PaymentChoice.CreditCard], Visiting.Lifetime));

    /// <summary>The books take over an authorisation and its capture.</summary>
    private void TakesOver(long amountMinor)
    {
        _anna.Money.Do(Lost(amountMinor)).IsAccepted();
        _anna.Money.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);
        var isOpen = _anna.Money.State.AttemptsOf(Collecting.Id("lost")).Any(attempt => attempt.Verb == Verb.Capture);
        if (!isOpen)
        {
            _anna.Money.Do(new OpenLostCapture(
                Given.Origin, _anna.Money.Attempt("lost", Verb.Authorise), AttemptId.Of(Collecting.Id("lost"), Verb.Capture, 1),
                new Money(amountMinor, Given.Euro))).IsAccepted();
        }

        _anna.Money.Heard("lost", Verb.Capture, ProviderAnswer.Approved);
    }

    private BeginLostPayment Lost(long amountMinor) => new(
        Given.Origin, Given.Target(), Collecting.Id("lost"), AttemptId.Of(Collecting.Id("lost"), Verb.Authorise, 1),
        new Money(amountMinor, Given.Euro), "sandbox")
    {
        Link = Link,
        Last = Last,
    };
}
