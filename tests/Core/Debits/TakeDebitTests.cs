using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Tests.Deciding;

namespace Quittance.Tests.Debits;

/// <summary>Anna pays by debits of her bank account, which go to the merchant's bank in collections.</summary>
public sealed class TakeDebitTests
{
    private static readonly DateOnly DueOn = Given.Today.AddDays(14);
    private static readonly CollectionId First = IdOf("first"), Next = IdOf("next");
    private static readonly InstrumentId Account = new(Given.Merchant, Given.ChargeId("card").Value);

    [Fact]
    public void Capture_IsTakenOnce_AndItsMandateIsUsed()
    {
        var anna = Waiting().Opened(First).Opened(Next);
        Take(anna, First).IsAccepted();
        Assert.Equal([EventType.PaymentDebitTaken], anna.Last.Events.Select(happened => happened.Type));
        var mandate = anna.State.Instrument(Account)!.Vaulted!.Mandate!;
        Assert.Equal((DueOn, DueOn), (mandate.FirstUsedOn, mandate.LastUsedOn));
        Assert.Equal(PaymentStatus.Settling, anna.Status("fee"));

        Take(anna, First).IsRefused(Refusal.AttemptSettled);
        Take(anna, Next).IsRefused(Refusal.AttemptSettled);
    }

    [Fact]
    public void Mandate_IsUsedFromItsEarliestDebit_WhicheverOfThemIsTakenFirst()
    {
        var anna = Waiting().State.Instrument(Account)!.DebitedOn(DueOn).DebitedOn(DueOn.AddDays(-3)).DebitedOn(DueOn.AddDays(-1));
        var mandate = anna.Vaulted!.Mandate!;
        Assert.Equal((DueOn.AddDays(-3), DueOn), (mandate.FirstUsedOn, mandate.LastUsedOn));
    }

    [Fact]
    public void Event_HasTheTermsOfTheDebit()
    {
        var anna = Waiting().Opened(First);
        Take(anna, First).IsAccepted();
        var happened = Assert.Single(anna.Last.Events);
        var terms = Assert.Single(anna.Last.Of<DebitTerms>());
        Assert.Equal(
            (happened.Subject, happened.Sequence, DueOn, "M-1", $"{CollectionSteps.Creditor}"),
            (terms.Id.Subject, terms.Id.Sequence, terms.DueOn, terms.Mandate, terms.Creditor));
    }

    [Fact]
    public void MandateForOneDebit_IsUsedOnce_AndAgainForTheSameDebitAlone()
    {
        var anna = Waiting(Signed(Given.Today) with { IsForOneDebit = true }).Opened(First).Opened(Next);
        Take(anna, First).IsAccepted();
        Assert.Equal(DebitSequence.OneOff, anna.State.Debit(anna.Attempt("fee", Verb.Capture).Id)!.Sequence);
        anna.Do(new CallOffCollection(Given.Origin, First)).IsAccepted();
        Take(anna, Next, First).IsAccepted();
        Take(Waiting(Signed(Given.Today) with { IsForOneDebit = true, LastUsedOn = Given.Today }).Opened(First), First)
            .IsRefused(Refusal.InstrumentUnknown);
    }

    [Fact]
    public void ClosedCollection_TakesNothing()
    {
        var anna = Waiting().Opened(First);
        anna.Do(Build(First)).IsAccepted();
        Take(anna, First).IsRefused(Refusal.CollectionChanged);
        anna.Do(new LeaveOutDebit(Given.Origin, anna.Attempt("fee", Verb.Capture), First)).IsRefused(Refusal.CollectionChanged);
        anna.Do(Build(First)).IsRefused(Refusal.CollectionChanged);
    }

    [Fact]
    public void DebitOfACollectionThatIsCalledOff_IsTakenAgain()
    {
        var anna = Waiting().Opened(First).Opened(Next);
        Take(anna, First).IsAccepted();
        anna.Do(new CallOffCollection(Given.Origin, First)).IsAccepted();
        // The one who read it before it was called off.
        Take(anna, Next).IsRefused(Refusal.AttemptSettled);
        Take(anna, Next, First).IsAccepted();
        Assert.Equal(Next, anna.State.Debit(anna.Attempt("fee", Verb.Capture).Id)!.Collection);
    }

    [Fact]
    public void DebitThatIsLeftOut_IsTakenAgain()
    {
        var anna = Waiting().Opened(First).Opened(Next);
        Take(anna, First).IsAccepted();
        var capture = anna.Attempt("fee", Verb.Capture);
        anna.Do(new LeaveOutDebit(Given.Origin, capture, First)).IsAccepted();
        anna.Do(new LeaveOutDebit(Given.Origin, capture, First)).IsRefused(Refusal.AttemptSettled);
        Take(anna, Next).IsAccepted();
    }

    [Fact]
    public void CaptureThatHasEnded_IsNotTaken()
    {
        var anna = Waiting().Opened(First);
        anna.Heard("fee", Verb.Capture, ProviderAnswer.Declined(DeclineReason.InsufficientFunds));
        Take(anna, First).IsRefused(Refusal.AttemptSettled);
        Assert.Equal(PaymentStatus.Failed, anna.Status("fee"));
    }

    [Fact]
    public void Mandate_IsVoid_WhenItWasNotUsedForThirtySixMonths()
    {
        Take(Waiting(Signed(DueOn.AddMonths(-36))).Opened(First), First).IsAccepted();
        Take(Waiting(Signed(DueOn.AddMonths(-36).AddDays(-1))).Opened(First), First).IsRefused(Refusal.InstrumentUnknown);
        Take(Waiting(Signed(DueOn.AddMonths(-50)) with { LastUsedOn = DueOn.AddMonths(-35) }).Opened(First), First).IsAccepted();
        Take(Waiting(Signed(DueOn.AddDays(1))).Opened(First), First).IsRefused(Refusal.InstrumentUnknown);
        Take(Waiting(Signed(DueOn.AddDays(-9)) with { Status = MandateStatus.Cancelled }).Opened(First), First)
            .IsRefused(Refusal.InstrumentUnknown);
    }

    /// <summary>EPC: a debit outside the European Economic Area tells the debtor's address, which is not known here.</summary>
    [Theory]
    [InlineData("LI", true)]
    [InlineData("NO", true)]
    [InlineData("CH", false)]
    [InlineData("GB", false)]
    [InlineData("MC", false)]
    [InlineData("SM", false)]
    [InlineData("AE", false)]
    public void BankAccount_IsDebitedWithinTheEuropeanEconomicArea(string country, bool isTaken)
    {
        var report = Take(Waiting(country: country).Opened(First), First);
        if (isTaken)
            report.IsAccepted();
        else
            report.IsRefused(Refusal.InstrumentUnknown);
    }

    [Theory]
    [InlineData(InstrumentStanding.Once, DebitSequence.OneOff)]
    [InlineData(InstrumentStanding.Saved, DebitSequence.Recurring)]
    public void Sequence_FollowsFromTheUseOfTheInstrument(InstrumentStanding standing, DebitSequence sequence)
    {
        var anna = Waiting(standing: standing).Opened(First);
        Take(anna, First).IsAccepted();
        Assert.Equal(sequence, anna.State.Debit(anna.Attempt("fee", Verb.Capture).Id)!.Sequence);
    }

    [Fact]
    public void File_IsHandedOut_AfterTheRelease_AndAgainWithAReason()
    {
        var anna = Waiting().Opened(First);
        anna.Do(new ReleaseCollection(Given.Origin, Next)).IsRefused(Refusal.CollectionUnknown);
        Take(anna, First).IsAccepted();
        anna.Do(Build(First)).IsAccepted();
        anna.Do(new HandOutCollection(Given.Origin, First)).IsRefused(Refusal.CollectionNotReleased);
        anna.Do(new ReleaseCollection(Given.Origin, First)).IsAccepted();
        anna.Do(new HandOutCollection(Given.Origin, First)).IsAccepted();
        anna.Do(new HandOutCollection(Given.Origin, First)).IsRefused(Refusal.CollectionHandedOut);
        anna.Do(new HandOutCollection(By(null, "the bank lost it"), First)).IsRefused(Refusal.CollectionHandedOut);
        anna.Do(new HandOutCollection(By(null, "the bank lost it"), First) { IsAgain = true }).IsAccepted();
        Assert.Equal(2, anna.State.Collection(First)!.TimesHandedOut);
        anna.Do(new CallOffCollection(Given.Origin, First)).IsRefused(Refusal.CollectionChanged);
    }

    /// <summary>A file collects what it has, also a debit that an operator has given up.</summary>
    [Fact]
    public void DebitOfAFile_IsNotGivenUp_UntilItIsHandedOutOrCalledOff()
    {
        var anna = Waiting().Opened(First);
        var capture = anna.Attempt("fee", Verb.Capture);
        var givenUp = new TakeAnswer(Given.Origin, capture, ProviderAnswer.Declined(DeclineReason.Declined))
        {
            Note = "she pays in cash",
        };
        Take(anna, First).IsAccepted();
        anna.Do(givenUp).IsRefused(Refusal.CollectionChanged);
        anna.Do(givenUp with { Answer = ProviderAnswer.Approved }).IsRefused(Refusal.CollectionChanged);
        anna.Do(Build(First)).IsAccepted();
        anna.Do(new ReleaseCollection(Given.Origin, First)).IsAccepted();
        anna.Do(givenUp).IsRefused(Refusal.CollectionChanged);
        anna.Do(new HandOutCollection(Given.Origin, First)).IsAccepted();
        anna.Do(givenUp).IsAccepted();

        var other = Waiting().Opened(First);
        Take(other, First).IsAccepted();
        other.Do(new CallOffCollection(Given.Origin, First)).IsAccepted();
        other.Do(givenUp).IsAccepted();
    }

    [Fact]
    public void CollectionAboveTheLimit_IsReleasedByAnotherPersonThanTheOneWhoBuiltIt()
    {
        var (ruth, sam) = (Guid.Parse("00000000-0000-0000-0000-000000000001"), Guid.Parse("00000000-0000-0000-0000-000000000002"));
        var anna = Waiting();
        anna.State.Load(new Core.Approvals.ApprovalLimit(Given.Merchant, new Money(10_00, Given.Euro)));
        anna.Do(new OpenCollection(
            By(ruth), First, CollectionKind.Debits, Given.Euro, DebitScheme.Core, DueOn, CollectionSteps.Creditor)).IsAccepted();
        Take(anna, First).IsAccepted();
        anna.Do(Build(First)).IsAccepted();
        anna.Do(new ReleaseCollection(By(ruth), First)).IsRefused(Refusal.SecondPersonNeeded);
        anna.Do(new ReleaseCollection(By(null), First)).IsRefused(Refusal.SecondPersonNeeded);
        anna.Do(new ReleaseCollection(Given.Origin, First)).IsRefused(Refusal.SecondPersonNeeded);
        // One program can act for both of them.
        anna.Do(new ReleaseCollection(By(sam) with { Credential = 7 }, First)).IsRefused(Refusal.SecondPersonNeeded);
        anna.Do(new ReleaseCollection(By(sam), First)).IsAccepted();
    }

    [Fact]
    public void CollectionWithinTheLimit_IsReleasedThroughAProgram()
    {
        var sam = Guid.Parse("00000000-0000-0000-0000-000000000002");
        var anna = Waiting().Opened(First);
        anna.State.Load(new Core.Approvals.ApprovalLimit(Given.Merchant, new Money(100_00, Given.Euro)));
        Take(anna, First).IsAccepted();
        anna.Do(Build(First)).IsAccepted();
        anna.Do(new ReleaseCollection(By(sam) with { Credential = 7 }, First)).IsAccepted();
    }

    [Fact]
    public void CollectionThatAnotherPersonWentOnWith_IsReleasedByAThirdOne()
    {
        var (ruth, sam) = (Guid.Parse("00000000-0000-0000-0000-000000000001"), Guid.Parse("00000000-0000-0000-0000-000000000002"));
        var anna = Waiting();
        anna.State.Load(new Core.Approvals.ApprovalLimit(Given.Merchant, new Money(10_00, Given.Euro)));
        anna.Do(new OpenCollection(
            By(ruth), First, CollectionKind.Debits, Given.Euro, DebitScheme.Core, DueOn, CollectionSteps.Creditor)).IsAccepted();
        Take(anna, First).IsAccepted();
        anna.Do(Build(First) with { Origin = By(sam) }).IsAccepted();
        Assert.Equal((ruth, sam), (anna.State.Collection(First)!.OpenedBy, anna.State.Collection(First)!.BuiltBy));
        anna.Do(new ReleaseCollection(By(ruth), First)).IsRefused(Refusal.SecondPersonNeeded);
        anna.Do(new ReleaseCollection(By(sam), First)).IsRefused(Refusal.SecondPersonNeeded);
        anna.Do(new ReleaseCollection(By(Guid.Parse("00000000-0000-0000-0000-000000000003")), First)).IsAccepted();
    }

    [Fact]
    public void DebitFromBeforeARestore_IsTaken_WhenAPersonSaysThatTheBankDidNotHaveIt()
    {
        var anna = Waiting().Restored().Opened(First);
        Take(anna, First).IsRefused(Refusal.PerhapsSent);
        var capture = anna.Attempt("fee", Verb.Capture);
        anna.Do(new TakeAnswer(Given.Origin, capture, ProviderAnswer.Declined(DeclineReason.Declined)) { Note = "she pays in cash" })
            .IsRefused(Refusal.PerhapsSent);
        anna.Do(new FindUnsent(Given.Origin, capture)).IsAccepted();
        anna.Do(new FindUnsent(Given.Origin, capture)).IsRefused(Refusal.AttemptSettled);
        Take(anna, First).IsAccepted();

        // A second restore asks again, of what no file had that was handed out.
        anna.Do(new CallOffCollection(Given.Origin, First)).IsAccepted();
        anna.Restored().Opened(Next);
        Take(anna, Next, First).IsRefused(Refusal.PerhapsSent);
    }

    [Fact]
    public void DebitFromBeforeARestore_ThatTheBankHad_IsInItsLostFile_AndInNoOther()
    {
        var anna = Waiting();
        var lost = new LostCollection(CollectionKind.Debits, Given.Euro, DebitScheme.Core, DueOn, $"{CollectionSteps.Creditor}");
        anna.Do(new FindCollectionSent(Given.Origin, Next, lost)).IsRefused(Refusal.CollectionChanged);
        anna.Restored().Opened(First);
        var capture = anna.Attempt("fee", Verb.Capture);
        anna.Do(new FindCollectionSent(Given.Origin, Next, lost)).IsAccepted();
        anna.Do(new FindSent(Given.Origin, capture, Account, First, Former: null)).IsRefused(Refusal.CollectionChanged);
        anna.Do(new FindSent(Given.Origin, capture, Account, Next, Former: null)).IsAccepted();
        Assert.Equal(
            (CollectionStatus.HandedOut, 1, capture.Amount.AmountMinor),
            (anna.State.Collection(Next)!.Status, anna.State.Collection(Next)!.Count, anna.State.Collection(Next)!.SumMinor));
        anna.Do(new FindSent(Given.Origin, capture, Account, Next, Former: null)).IsRefused(Refusal.CollectionChanged);
        Take(anna, First).IsRefused(Refusal.PerhapsSent);
        anna.Do(new TakeAnswer(Given.Origin, anna.Attempt("fee", Verb.Capture), ProviderAnswer.Approved)).IsAccepted();
        Assert.Equal(PaymentStatus.Captured, anna.Status("fee"));
    }

    [Fact]
    public void CollectionFromBeforeARestore_GoesOn_WhenAPersonSaysThatTheBankDidNotHaveIt()
    {
        var anna = Waiting().Opened(First);
        Take(anna, First).IsAccepted();
        anna.Restored();
        anna.Do(Build(First)).IsRefused(Refusal.PerhapsSent);
        var (built, released) = (Waiting().Opened(First), Waiting().Opened(First));
        foreach (var one in new[] { built, released })
        {
            Take(one, First).IsAccepted();
            one.Do(Build(First)).IsAccepted();
        }

        built.Restored();
        built.Do(new ReleaseCollection(Given.Origin, First)).IsRefused(Refusal.PerhapsSent);
        built.Do(new FindCollectionUnsent(Given.Origin, First)).IsAccepted();
        built.Do(new ReleaseCollection(Given.Origin, First)).IsAccepted();
        released.Do(new ReleaseCollection(Given.Origin, First)).IsAccepted();
        released.Restored();
        released.Do(new HandOutCollection(Given.Origin, First)).IsRefused(Refusal.PerhapsSent);
        released.Do(new FindCollectionSent(
            Given.Origin, First,
            new LostCollection(CollectionKind.Debits, Given.Euro, DebitScheme.Core, DueOn, $"{CollectionSteps.Creditor}"))).IsAccepted();
        released.Do(new HandOutCollection(Given.Origin, First)).IsRefused(Refusal.CollectionHandedOut);
    }

    [Fact]
    public void RefundThatWasPaidMeanwhile_KeepsItsFile()
    {
        var anna = Waiting().Heard("fee", Verb.Capture, ProviderAnswer.Approved);
        anna.Refunds("fee", "refund", 20_00).IsAccepted();
        var refund = anna.Attempt("fee", Verb.Refund);
        anna.Do(new OpenCollection(
            Given.Origin, First, CollectionKind.Transfers, Given.Euro, DebitScheme.Core, DueOn, CollectionSteps.Creditor)).IsAccepted();
        anna.Do(new TakeDebit(Given.Origin, refund, Account, First, Former: null)).IsAccepted();
        Assert.Equal([EventType.PaymentRefundTaken], anna.Last.Events.Select(happened => happened.Type));
        anna.Do(Build(First)).IsAccepted();
        anna.Do(new ReleaseCollection(Given.Origin, First)).IsAccepted();
        var calledOff = new TakeAnswer(Given.Origin, refund, ProviderAnswer.Declined(DeclineReason.Declined)) { Note = "asked for twice" };
        anna.Do(calledOff).IsRefused(Refusal.CollectionChanged);

        anna.Do(new HandOutCollection(Given.Origin, First)).IsRefused(Refusal.AttemptSettled);
        anna.Do(new TakeAnswer(Given.Origin, refund, ProviderAnswer.Approved) { Note = "paid by hand" }).IsAccepted();
        anna.Do(new HandOutCollection(Given.Origin, First) { Refunds = [refund] }).IsRefused(Refusal.AttemptSettled);
    }

    [Fact]
    public void TransferThatTheBankRejects_IsTakenAgain()
    {
        var anna = Waiting().Heard("fee", Verb.Capture, ProviderAnswer.Approved);
        anna.Refunds("fee", "refund", 20_00).IsAccepted();
        var refund = anna.Attempt("fee", Verb.Refund);
        foreach (var id in new[] { First, Next })
        {
            anna.Do(new OpenCollection(
                Given.Origin, id, CollectionKind.Transfers, Given.Euro, DebitScheme.Core, DueOn, CollectionSteps.Creditor)).IsAccepted();
        }

        anna.Do(new TakeDebit(Given.Origin, refund, Account, First, Former: null)).IsAccepted();
        anna.Do(Build(First)).IsAccepted();
        anna.Do(new ReleaseCollection(Given.Origin, First)).IsAccepted();
        var rejected = new LeaveOutDebit(Given.Origin, refund, First) { Reason = "AM04" };
        anna.Do(rejected).IsRefused(Refusal.CollectionChanged);
        anna.Do(new HandOutCollection(Given.Origin, First) { Refunds = [refund] }).IsAccepted();
        anna.Do(new TakeDebit(Given.Origin, refund, Account, Next, Former: null)).IsRefused(Refusal.AttemptSettled);

        anna.Do(rejected).IsAccepted();
        anna.Do(rejected).IsRefused(Refusal.AttemptSettled);
        anna.Do(new TakeDebit(Given.Origin, refund, Account, Next, Former: null)).IsAccepted();
        Assert.Equal((Next, null), (anna.State.Debit(refund.Id)!.Collection, anna.State.Debit(refund.Id)!.Reason));
    }

    private static Origin By(Guid? person, string reason = "") => new(Given.Merchant, 0, Guid.Empty)
    {
        Action = new OperatorAction(person, "an operator", "collect", "collection", reason),
    };

    private static BuildCollection Build(CollectionId id) => new(Given.Origin, id, 1, 20_00, new byte[32]);

    private static Decision Take(Collecting anna, CollectionId into, CollectionId? former = null) =>
        anna.Do(new TakeDebit(Given.Origin, anna.Attempt("fee", Verb.Capture), Account, into, former));

    private static Mandate Signed(DateOnly on) => new("M-1", MandateScheme.Sepa, on, MandateStatus.Active);

    private static CollectionId IdOf(string name) => new(Given.Merchant, Given.ChargeId(name).Value);

    /// <summary>A payment of 20.00 waits at the bank.</summary>
    private static Collecting Waiting(
        Mandate? mandate = null, InstrumentStanding standing = InstrumentStanding.Saved, string country = "DE")
    {
        var anna = Collecting.Anna(("bill", 20_00));
        anna.State.Load(new Instrument(Account, Given.AccountId(Given.Anna), "card", PaymentMethod.BankAccountDebit, null)
        {
            Standing = standing,
            Vaulted = new Vaulted(
                ClearingProvider.Bank, new MaskedInstrument(InstrumentKind.IbanAccount, "3000") { Country = country },
                mandate ?? Signed(Given.Today)),
        });
        return anna.Began("fee", 20_00, Part.Charge(Given.ChargeName("bill"), 20_00))
            .Heard("fee", Verb.Authorise, ProviderAnswer.Approved).Heard("fee", Verb.Capture, ProviderAnswer.Pending);
    }
}

internal static class CollectionSteps
{
    public static CreditorIdentifier Creditor { get; } = CreditorIdentifier.Parse("DE98ZZZ09999999999");

    public static Collecting Opened(this Collecting anna, CollectionId id)
    {
        anna.Do(new OpenCollection(
            Given.Origin, id, CollectionKind.Debits, Given.Euro, DebitScheme.Core, Given.Today.AddDays(14), Creditor)).IsAccepted();
        return anna;
    }
}
