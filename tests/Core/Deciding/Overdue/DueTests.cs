using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Dues;
using Quittance.Core.Instruments;
using Quittance.Core.Overdue;

namespace Quittance.Tests.Deciding.Overdue;

/// <summary>Anna owes a bill of 40.00 that is due today, and has stored a card or a bank account.</summary>
public sealed class DueTests
{
    private static readonly Account Anna = new(Given.AccountId("anna"), 1, 33, Currency.Parse("EUR"), "Anna");

    private static readonly DueFilter UntilToday = new(Given.Today);

    private static Instrument Card { get; } = new(
        new InstrumentId(Given.Merchant, Given.ChargeId("card").Value), Given.AccountId("anna"), "card", PaymentMethod.BankCard, null)
    {
        Vaulted = new Vaulted("sandbox", new MaskedInstrument(InstrumentKind.Card, "4242") { Expiry = new CardExpiry(12, 2090) }),
    };

    private static Instrument AccountOf(MandateStatus status, DateOnly signedOn) => Card with
    {
        Method = PaymentMethod.BankAccountDebit,
        Vaulted = new Vaulted(
            "bank", new MaskedInstrument(InstrumentKind.IbanAccount, "2051") { Country = "DE" },
            new Mandate("M-1", MandateScheme.Sepa, signedOn, status)),
    };

    private static DueCharge Bill(string name = "bill", int dueIn = 0, long amountMinor = 40_00, string label = "bill") => new(
        new Charge(
            Given.ChargeId(name), Given.AccountId("anna"), null, 10 + dueIn + 100, label, name, null, null, Given.Today.AddDays(dueIn),
            new Money(amountMinor, Anna.Currency), 0, 0),
        ClaimedMinor: 0, IsDisputed: false, HasFailed: false);

    private static DueCase Case(DueCharge charge) => new(Anna, AccountDunning.None(Anna.Id), Card, [charge], CreditMinor: 0);

    private static DueVerdict Verdict(DueCase found, DueFilter? filter = null) =>
        Assert.Single(found.On(filter ?? UntilToday, Given.Today));

    [Fact]
    public void ChargeThatIsDue_IsAskedFor()
    {
        var verdict = Verdict(Case(Bill()));
        Assert.Equal((null, 40_00), (verdict.Why, verdict.AmountMinor));
        Assert.Empty(Case(Bill(dueIn: 1)).On(UntilToday, Given.Today));
    }

    [Fact]
    public void EachReason_LeavesAChargeOut()
    {
        var (bill, month) = (Bill(), Given.Today);
        var none = AccountDunning.None(Anna.Id);
        Assert.Equal(
            new Dictionary<DueWait, DueWait?>
            {
                [DueWait.UnderWay] = Verdict(Case(bill with { ClaimedMinor = 15_00 })).Why,
                [DueWait.Disputed] = Verdict(Case(bill with { IsDisputed = true })).Why,
                [DueWait.WithAgency] = Verdict(Case(bill) with { Dunning = none with { IsWithAgency = true } }).Why,
                [DueWait.Paused] = Verdict(Case(bill) with { Dunning = none with { PausedUntil = month } }).Why,
                [DueWait.CreditCovers] = Verdict(Case(bill) with { CreditMinor = 40_00 }).Why,
                [DueWait.AutopayEnded] = Verdict(Case(bill) with
                {
                    Autopay = AutopayBy(Card.Id) with { EndedAt = Given.Now, EndedBy = AutopaySource.Api },
                }).Why,
                [DueWait.NoAutopay] = Verdict(Case(bill), UntilToday with { IsAutopayOnly = true }).Why,
                [DueWait.NoMethod] = Verdict(Case(bill) with { Instrument = null }).Why,
                [DueWait.ChosenGone] = Verdict(Case(bill) with
                {
                    Autopay = AutopayBy(new InstrumentId(Given.Merchant, Anna.Id.Value)),
                }).Why,
                [DueWait.CardExpired] = Verdict(Case(bill) with
                {
                    Instrument = Card with
                    {
                        Vaulted = Card.Vaulted! with { Shown = Card.Vaulted.Shown with { Expiry = new CardExpiry(1, 2020) } },
                    },
                }).Why,
                [DueWait.MandateEnded] = Verdict(Case(bill) with { Instrument = AccountOf(MandateStatus.Cancelled, month) }).Why,
                [DueWait.OtherMethod] = Verdict(Case(bill), UntilToday with { Way = DueWay.Debit }).Why,
                [DueWait.FailedBefore] = Verdict(Case(bill with { HasFailed = true })).Why,
                [DueWait.NotDueYet] = Verdict(Case(Bill(dueIn: 1)), new DueFilter(Given.Today.AddDays(1))).Why,
                [DueWait.BelowMinimum] = Verdict(
                    Case(bill), UntilToday with { Minimum = new Money(40_01, Anna.Currency) }).Why,
            },
            Enum.GetValues<DueWait>().ToDictionary(why => why, why => (DueWait?)why));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, DueWait.Paused)]
    public void ChargeThatIsPaused_IsAskedForWhenTheDayIsOver(int pausedSince, DueWait? why)
    {
        var bill = Bill();
        bill = bill with { Charge = bill.Charge with { DunningPausedUntil = Given.Today.AddDays(-1 - pausedSince) } };
        Assert.Equal(why, Verdict(Case(bill)).Why);
    }

    /// <summary>A mandate of SEPA is void when it was not used for 36 months.</summary>
    [Fact]
    public void MandateThatIsVoid_HasEnded_AndOneInForceIsDebited()
    {
        Assert.Null(Verdict(Case(Bill()) with { Instrument = AccountOf(MandateStatus.Active, Given.Today) }).Why);
        Assert.Equal(
            DueWait.MandateEnded,
            Verdict(Case(Bill()) with { Instrument = AccountOf(MandateStatus.Active, Given.Today.AddMonths(-37)) }).Why);
    }

    /// <summary>The file of the merchant's own bank says the due day; a card is charged at once.</summary>
    [Fact]
    public void ChargeThatIsDueLater_IsAskedForNow_OnlyByAFileOfTheBank()
    {
        var (found, filter) = (Case(Bill(dueIn: 9)), new DueFilter(Given.Today.AddDays(9)));
        Assert.Equal(DueWait.NotDueYet, Verdict(found, filter).Why);
        Assert.Null(Verdict(found with { Instrument = AccountOf(MandateStatus.Active, Given.Today) }, filter).Why);
    }

    [Fact]
    public void MethodThatWasRemoved_OrIsForOnePayment_IsNone()
    {
        foreach (var standing in new[] { InstrumentStanding.Removed, InstrumentStanding.Once, InstrumentStanding.Inactive })
            Assert.Equal(DueWait.NoMethod, Verdict(Case(Bill()) with { Instrument = Card with { Standing = standing } }).Why);
    }

    /// <summary>As in dunning, credit is for the oldest charges; a fee of dunning takes none.</summary>
    [Fact]
    public void Credit_CoversTheOldestCharges_AndTheRestIsAskedFor_AlsoWhileOneIsUnderWay()
    {
        var found = new DueCase(
            Anna, AccountDunning.None(Anna.Id), Card,
            [
                Bill("third", 0, 10_00), Bill("first", -2, 10_00), Bill("second", -1, 10_00),
                Bill("fee", -3, 5_00, DunningCommand.FeeLabel),
            ], CreditMinor: 15_00);
        Assert.Equal(
            [(null, 5_00L), (DueWait.CreditCovers, 0L), (null, 5_00L), (null, 10_00L)],
            found.On(UntilToday, Given.Today).Select(one => (one.Why, one.AmountMinor)));

        // The second one's half is under way: the credit is still for the first one and its other half.
        var later = found with
        {
            Open = [.. found.Open.Select(due => due.Charge.Reference == "second" ? due with { ClaimedMinor = 5_00 } : due)],
        };
        Assert.Equal(
            [null, DueWait.CreditCovers, DueWait.UnderWay, null], later.On(UntilToday, Given.Today).Select(one => one.Why));
        Assert.Equal(10_00, later.On(UntilToday, Given.Today)[^1].AmountMinor);
    }

    [Fact]
    public void Minimum_IsForItsCurrencyAlone()
    {
        Assert.Null(Verdict(Case(Bill()), UntilToday with { Minimum = new Money(50_00, Currency.Parse("USD")) }).Why);
        Assert.Null(Verdict(Case(Bill()), UntilToday with { Minimum = new Money(40_00, Anna.Currency) }).Why);
    }

    /// <summary>A customer who never said so is asked as before; one who has ended it is not, whatever is stored.</summary>
    [Fact]
    public void Autopay_DecidesWhoIsAsked()
    {
        var onlyAutopay = UntilToday with { IsAutopayOnly = true };
        var (none, chosen) = (Case(Bill()), Case(Bill()) with { Autopay = AutopayBy(Card.Id) });
        var ended = chosen with { Autopay = chosen.Autopay! with { EndedAt = Given.Now, EndedBy = AutopaySource.Widget } };

        Assert.Equal((null, DueWait.NoAutopay), (Verdict(none).Why, Verdict(none, onlyAutopay).Why));
        Assert.Equal((null, null), (Verdict(chosen).Why, Verdict(chosen, onlyAutopay).Why));
        Assert.Equal((DueWait.AutopayEnded, DueWait.AutopayEnded), (Verdict(ended).Why, Verdict(ended, onlyAutopay).Why));
        // The card of the consent is gone, and another one is there: that one was not chosen.
        var another = chosen with { Autopay = AutopayBy(new InstrumentId(Given.Merchant, Given.ChargeId("another").Value)) };
        Assert.Equal((DueWait.ChosenGone, DueWait.ChosenGone), (Verdict(another).Why, Verdict(another, onlyAutopay).Why));
    }

    private static Autopay AutopayBy(InstrumentId instrument) =>
        new(new AutopayId(Anna.Id, 1), instrument, AutopaySource.Widget, "yes", "en", Given.Now);
}
