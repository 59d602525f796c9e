using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Deciding.Checkout;

public sealed class LinkTests
{
    private static readonly DateTimeOffset End = Given.Now.AddDays(30);
    private static readonly PaymentLinkId Id = new(Given.Merchant, Given.ChargeId("link").Value);

    private readonly Visiting _anna = Visiting.Anna(("fee", 20_00), ("course", 30_00));

    [Fact]
    public void Link_AsksForWhatIsDue_AndItsPaymentIsCapturedAtOnce()
    {
        Made("fee", "course");
        Opens("visit").IsAccepted();
        Pays("visit", "payment").Moves();

        Assert.Equal(new Money(50_00, Given.Euro), _anna.Session("visit").Amount);
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        TakesBack().IsRefused(Refusal.UnderWay);
        _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal((PaymentStatus.Captured, 0L, 0L),
            (_anna.Money.Status("payment"), _anna.Money.Open("fee"), _anna.Money.Open("course")));
        Opens("again").IsRefused(Refusal.LinkPaid);
        TakesBack().IsRefused(Refusal.LinkPaid);
        Pays("visit", "second").IsRefused(Refusal.SessionSubmitted);
        _anna.Money.AddsUp("payment");
    }

    [Fact]
    public void Session_OfALink_IsUsedUpWhenItsTimeIsOver_AndGivesNothingBack()
    {
        Made("fee");
        Opens("visit").IsAccepted();
        Pays("visit", "payment").Moves();
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        _anna.Later();

        _anna.Expires("visit").IsAccepted();
        _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal((SessionStatus.Used, PaymentStatus.Captured), (_anna.Status("visit"), _anna.Money.Status("payment")));
    }

    [Fact]
    public void Session_OfALink_EndsAsSoonAsItsMoneyHasCome()
    {
        Made("fee");
        Opens("visit").IsAccepted();
        Ends("visit").IsRefused(Refusal.SessionUsed);
        Pays("visit", "payment").Moves();
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        Ends("visit").IsRefused(Refusal.SessionUsed);
        _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Ends("visit").IsAccepted();

        Assert.Equal(SessionStatus.Used, _anna.Status("visit"));
    }

    [Fact]
    public void Session_OfALink_EndsAsSoonAsOtherMoneySettledItsCharges()
    {
        Made("fee");
        Opens("visit").IsAccepted();
        _anna.Money.Do(Given.Paying(20_00) with { Parts = [Part.Charge(Given.ChargeName("fee"), 20_00)] }).IsAccepted();

        Ends("visit").IsAccepted();

        Assert.Equal(SessionStatus.Expired, _anna.Status("visit"));
    }

    [Fact]
    public void Link_ForAnAmount_StaysPaid_WhenItsPaymentIsRefunded()
    {
        MadeFor(25_00).IsAccepted();
        Opens("visit").IsAccepted();
        Pays("visit", "payment").Moves();
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        _anna.Money.Refunds("payment", "refund").IsAccepted();

        Opens("again").IsRefused(Refusal.LinkPaid);
        Ends("visit").IsAccepted();
    }

    [Fact]
    public void Link_ForAnAmount_IsDueAgain_WhenTheBankTookBackWhatWasLeftAfterARefund()
    {
        MadeFor(25_00).IsAccepted();
        Opens("visit").IsAccepted();
        Pays("visit", "payment").Moves();
        _anna.Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        _anna.Money.Refunds("payment", "refund", 5_00).IsAccepted();
        Ends("visit").IsAccepted();

        _anna.Money.Disputes("payment", 20_00).IsAccepted();

        Opens("again").IsAccepted();
    }

    [Theory]
    [InlineData(40_00, LinkStanding.Ended)]
    [InlineData(100_00, LinkStanding.Paid)]
    public void Link_OfAMergedAccount_IsPaidOnlyByWhatSettledAll(long settledMinor, LinkStanding standing)
    {
        Made("fee");
        var account = _anna.Money.State.Account(Link.Account)! with { MergedInto = Given.AccountId(Given.Jonas) };
        // The merge moved what was open.
        var charge = _anna.Money.State.Charge(Given.ChargeId("fee"))! with
        {
            Amount = new Money(100_00, Given.Euro),
            AllocatedMinor = settledMinor,
            CreditedMinor = 100_00 - settledMinor,
        };

        Assert.Equal(standing, new LinkView(Link, account, [charge], Last: null, Payment: null).StandingAt(Given.Now));
    }

    [Fact]
    public void Link_OfAnAmountBesideCharges_IsMadeForExactlyWhatIsDue()
    {
        MadeFor(49_99, "fee", "course").IsRefused(Refusal.LinkAmountNotDue);
        MadeFor(50_01, "fee", "course").IsRefused(Refusal.LinkAmountNotDue);

        MadeFor(50_00, "fee", "course").IsAccepted();

        Assert.Equal(2, Link.Charges.Count);
    }

    [Fact]
    public void Link_OpenedByTwo_HasOneSession()
    {
        Made("fee");
        var read = Link;
        Opens("first").IsAccepted();

        Opens("second", read).IsRefused(Refusal.SessionChanged);
        // Also where the second has seen the first one's session, which is as good.
        Opens("third").IsRefused(Refusal.SessionChanged);

        Assert.Equal(Visiting.SessionId("first"), Link.Session);
    }

    [Fact]
    public void Link_ThatOpensOnce_IsOpenedAgainByItsBrowserAlone()
    {
        Made(LinkOpening.Once, "fee");
        Opens("first").IsAccepted();
        _anna.Later();

        Opens("second").IsRefused(Refusal.LinkOpened);
        Opens("third", isReturning: true).IsAccepted();
    }

    [Fact]
    public void Link_ThatIsTakenBack_EndsItsSession()
    {
        Made("fee");
        Opens("visit").IsAccepted();
        TakesBack().IsAccepted();

        Pays("visit", "payment").IsRefused(Refusal.SessionExpired);
        Opens("again").IsRefused(Refusal.LinkTakenBack);
        TakesBack().IsRefused(Refusal.LinkTakenBack);
    }

    [Fact]
    public void Link_WhoseTimeIsOver_OpensNoLonger_AndItsSessionsEndWithIt()
    {
        Made("fee");
        _anna.Money.Now = End - TimeSpan.FromMinutes(1);
        Opens("visit").IsAccepted();

        Assert.Equal(End, _anna.Session("visit").ExpiresAt);
        _anna.Money.Now = End;
        Opens("again").IsRefused(Refusal.LinkEnded);
    }

    [Fact]
    public void Link_WithTenTriesDeclined_OpensNoneMoreForTheTimeOfItsSession()
    {
        Made("fee");
        Opens("visit").IsAccepted();
        for (var attempt = 1; attempt <= Session.MostTries; attempt++)
        {
            Pays("visit", $"payment {attempt}").IsAccepted();
            _anna.Money.Heard($"payment {attempt}", Verb.Authorise, ProviderAnswer.Declined(DeclineReason.InsufficientFunds));
        }

        Opens("again").IsRefused(Refusal.TriedOut);
        _anna.Later();
        Opens("later").IsAccepted();
    }

    [Fact]
    public void Account_ThatIsClosed_GetsNoLink_AndOpensNone()
    {
        var customer = Visiting.Anna();
        var making = new MakeLink(
            Given.Origin, Given.Target(), Id, Installation: 1, [], new Money(20_00, Given.Euro), End)
        { Text = "A course" };
        customer.Money.Do(making).IsAccepted();
        customer.Money.Do(new CloseAccount(Given.Origin, Given.Target())).IsAccepted();

        customer.Money.Do(new OpenLink(
            Given.Origin, customer.Money.State.Link(Id)!, null, Visiting.SessionId("visit"), [PaymentChoice.CreditCard], Visiting.Lifetime))
            .IsRefused(Refusal.AccountClosed);
        customer.Money.Do(making with { Id = new(Given.Merchant, Given.ChargeId("other").Value) }).IsRefused(Refusal.AccountClosed);
    }

    [Fact]
    public void Link_ThatEndsBeforeItIsMade_IsRefused() => _anna.Money.Do(new MakeLink(
        Given.Origin, Given.Target(), Id, Installation: 1, [], new Money(20_00, Given.Euro), Given.Now)
    {
        Text = "A course",
    }).IsRefused(Refusal.LinkEnded);

    [Theory]
    [InlineData("RF18539007547034", false)]
    [InlineData("210000000003139471430009017", true)]
    [InlineData("210000000003139471430009018", false)]
    [InlineData("RF0012345678Q12345678", false)]
    [InlineData("INV-2027-0003", false)]
    public void Reference_IsOursByItsFormAndItsCheckDigits(string text, bool isOne) => Assert.Equal(isOne, TransferReference.IsOne(text));

    [Fact]
    public void Reference_OfALink_HasRightCheckDigits_AndAMistypedOneIsNone()
    {
        for (var round = 0; round < 1000; round++)
        {
            var reference = TransferReference.Of(new PaymentLinkId(Given.Merchant, Given.ChargeId($"{round}").Value));

            Assert.True(TransferReference.IsOne(reference.Creditor), reference.Creditor);
            Assert.True(TransferReference.IsOne(reference.Swiss), reference.Swiss);
            var last = reference.Creditor[^1] == '9' ? '0' : (char)(reference.Creditor[^1] + 1);
            Assert.False(TransferReference.IsOne($"{reference.Creditor[..^1]}{last}"));
        }
    }

    [Fact]
    public void Reference_IsFoundAsPeopleTypeIt()
    {
        var reference = TransferReference.Of(Id);
        string[] said =
        [
            Grouped(reference.Creditor), Grouped(reference.Creditor).ToLowerInvariant(), reference.Creditor, Grouped(reference.Swiss),
        ];

        Assert.Equal(
            [reference.Creditor, reference.Creditor, reference.Creditor, reference.Swiss],
            said.Select(text => Assert.Single(TransferReference.In($"Rechnung {text}, danke"))));
        var mistyped = $"{reference.Creditor[..^1]}{(reference.Creditor[^1] == '9' ? '0' : '9')}";
        Assert.Empty(TransferReference.In($"Rechnung {Grouped(mistyped)}"));

        static string Grouped(string text) => string.Join(' ', text.Chunk(4).Select(part => new string(part)));
    }

    private PaymentLink Link => _anna.Money.State.Link(Id)!;

    private void Made(params string[] charges) => Made(LinkOpening.Many, charges);

    private void Made(LinkOpening opens, params string[] charges) => _anna.Money.Do(new MakeLink(
        Given.Origin, Given.Target(), Id, Installation: 1, [.. charges.Select(Given.ChargeName)], Amount: null, End)
    {
        Opens = opens,
    }).IsAccepted();

    private Decision MadeFor(long amountMinor, params string[] charges) => _anna.Money.Do(new MakeLink(
        Given.Origin, Given.Target(), Id, Installation: 1, [.. charges.Select(Given.ChargeName)], new Money(amountMinor, Given.Euro), End)
    {
        Text = "Deposit",
    });

    private Decision Opens(string session, PaymentLink? read = null, bool isReturning = false)
    {
        var link = read ?? Link;
        var last = link.Session is { } id ? _anna.Money.State.Session(id) : null;
        return _anna.Money.Do(new OpenLink(
            Given.Origin, link, last, Visiting.SessionId(session), [PaymentChoice.CreditCard], Visiting.Lifetime)
        {
            IsReturning = isReturning,
        });
    }

    private Decision Ends(string session) => _anna.Money.Do(new ExpireSession(Given.Origin, _anna.Session(session), Link));

    private Decision TakesBack() => _anna.Money.Do(new TakeLinkBack(
        Given.Origin, Link, Link.Session is { } id ? _anna.Money.State.Session(id) : null));

    private Decision Pays(string session, string payment) => _anna.Pays(session, payment, link: Link);
}
