using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding.Overdue;

/// <summary>Anna's bill was due ten days ago. Levels come after 7, 14 and 28 days; the second costs 5.00, the third hands over.</summary>
public sealed class DunningTests
{
    private static readonly DunningLevel[] Levels = [new(7), new(14, 5_00), new(28, 10_00, HandsOver: true)];

    private static AccountId Account => Given.AccountId(Anna);

    private static Given Late(int days = 10) => Given.Account().Owing(40_00, dueInDays: -days).Dunning(20_00, Levels);

    private static StepDunning Step(int level, int cycle = 1, int inDays = 0, params IReadOnlyList<string> overdue) =>
        new(Given.Origin, Target(), new DunningStepId(Account, cycle, level))
        {
            Number = 1,
            Today = Today.AddDays(inDays),
            Overdue = [.. overdue is [] ? [ChargeId("bill")] : overdue.Select(ChargeId)],
            Disputed = [],
        };

    private static EndDunning End(params IReadOnlyList<string> overdue) =>
        new(Given.Origin, Target()) { Today = Today, Overdue = [.. overdue.Select(ChargeId)], Disputed = [] };

    private static AccountDunning At(int level, int daysAgo, int cycle = 1) => new(Account, cycle, level, Today.AddDays(-daysAgo));

    private static DunningVerdict Verdict(
        long openMinor = 40_00, int lateDays = 10, LeftOut? leftOut = null, long creditMinor = 0, AccountDunning? dunning = null,
        long minimumMinor = 20_00)
    {
        var charge = new Charge(
            ChargeId("bill"), Account, null, 1, "bill", null, null, null, Today.AddDays(-lateDays), new Money(openMinor, Euro), 0, 0);
        return new DunningCase(
            dunning ?? AccountDunning.None(Account), new DunningPolicy(Merchant, Euro, minimumMinor, Levels),
            [new OverdueCharge(charge, leftOut)], creditMinor).On(Today);
    }

    [Fact]
    public void Step_RaisesTheFeeOfItsLevel_AsAChargeOfTheAccount()
    {
        var changes = Late(20).Dunned(At(1, 7)).When(Step(2)).Moves("receivable → billed 5.00 EUR");

        var fee = Assert.Single(changes.Charges);
        Assert.Equal((DunningCommand.FeeLabel, "D1-1-2", Today, 5_00), (fee.Label, fee.Reference, fee.DueOn, fee.Amount.AmountMinor));
        var step = Assert.Single(changes.Of<DunningStep>());
        Assert.Equal((fee.Id, 2, Today.AddDays(-20), 40_00), (step.Fee, step.Sequence, step.OldestDueOn, step.Overdue.AmountMinor));
        var now = Assert.Single(changes.Of<AccountDunning>());
        Assert.Equal((1, 2, Today), (now.Cycle, now.Level, now.SteppedOn!.Value));
        Assert.Equal(EventType.AccountDunned, changes.Events[^1].Type);
        Assert.Equal(2, Assert.Single(changes.Accounts).Events);
    }

    [Fact]
    public void Step_TakenTwice_IsRefusedTheSecondTime()
    {
        var books = Late();
        Assert.Empty(books.Then(Step(1)).Charges);
        books.When(Step(1)).IsRefused(Refusal.AccountChanged);
        books.When(Step(2)).IsRefused(Refusal.AccountChanged);
    }

    [Fact]
    public void PauseOfACharge_GoesAlongWithAMerge()
    {
        var books = Given.Account().And(Jonas).Owing(40_00, account: Jonas);
        books.Then(new ChangeCharge(Given.Origin, Target(Jonas), ChargeId("bill")) { DunningPausedUntil = Today });
        var merged = books.Then(new MergeAccounts(Given.Origin, Target(), Target(Jonas), [], Guid.CreateVersion7(Given.Now)));
        Assert.Equal(Today, Assert.Single(merged.Charges, charge => charge.Account == Account).DunningPausedUntil);
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(15, true)]
    public void Transfer_ThatTheCustomerAnnounced_IsWaitedForTwoWeeks(int daysAgo, bool isDunned)
    {
        var books = Late(40).Announcing(Given.Now.AddDays(-daysAgo));
        var decision = books.When(Step(1));
        if (isDunned)
            Assert.Single(decision.Moves().Of<DunningStep>());
        else
            decision.IsRefused(Refusal.AccountChanged);
    }

    [Fact]
    public void Levels_AreNeverSkipped_AndKeepTheDaysBetweenThem()
    {
        var books = Late(100);
        books.Then(Step(1));
        books.When(Step(2, inDays: 6)).IsRefused(Refusal.AccountChanged);
        books.Then(Step(2, inDays: 7));
        books.When(Step(3, inDays: 20)).IsRefused(Refusal.AccountChanged);
        var last = books.Then(Step(3, inDays: 21));
        Assert.True(Assert.Single(last.Of<AccountDunning>()).IsWithAgency);
        books.When(Step(4, inDays: 100)).IsRefused(Refusal.AccountChanged);
    }

    [Fact]
    public void Cycle_EndsWhenAllIsPaid_AndTheNextOneBeginsAtTheFirstLevel()
    {
        var books = Late().Dunned(At(2, 1));
        books.When(End("bill")).IsRefused(Refusal.AccountChanged);
        books.Then(new CorrectCharge(Given.Origin, Target(), ChargeId("bill"), DebtCorrection.WriteOff));
        var ended = books.Then(End());
        var now = Assert.Single(ended.Of<AccountDunning>());
        Assert.Equal((1, 0, null), (now.Cycle, now.Level, now.SteppedOn));
        Assert.Equal(EventType.AccountDunningEnded, ended.Events[^1].Type);
        books.When(End()).IsRefused(Refusal.AccountChanged);

        books.Owing(30_00, "next", dueInDays: -8);
        books.When(Step(3, overdue: "next")).IsRefused(Refusal.AccountChanged);
        Assert.Equal(2, Assert.Single(books.Then(Step(1, cycle: 2, overdue: "next")).Of<DunningStep>()).Id.Cycle);
    }

    [Fact]
    public void Step_ThatDoesNotKnowAllThatIsOverdue_IsRefused() =>
        Late().Owing(9_00, "another", dueInDays: -3).When(Step(1)).IsRefused(Refusal.AccountChanged);

    [Fact]
    public void ClaimedCharge_LeadsToNoLevel()
    {
        Late().Claimed().When(Step(1)).IsRefused(Refusal.AccountChanged);
        Late().Owing(30_00, "another", dueInDays: -8).Claimed().When(Step(1, overdue: ["bill", "another"])).IsAccepted();
    }

    [Fact]
    public void FeeAlone_IsNeverDunned_AndKeepsNoCycleRunning()
    {
        var books = Given.Account().Owing(5_00, "fee", dueInDays: -30, label: DunningCommand.FeeLabel).Dunning(0, Levels).Dunned(At(2, 20));
        books.When(Step(3, overdue: "fee")).IsRefused(Refusal.AccountChanged);
        books.When(End()).IsAccepted();
    }

    [Fact]
    public void Credit_CoversTheOldestCharges()
    {
        Late().HavingPaid(40_00, new Credit(CreditPurpose.General, 25_00)).When(Step(1)).IsRefused(Refusal.AccountChanged);
        Late().HavingPaid(40_00, new Credit(CreditPurpose.General, 40_00)).Dunned(At(1, 1)).When(End("bill")).IsAccepted();
        Assert.Equal((DunningMove.Step, 30_00), Verdict(creditMinor: 10_00) is var some ? (some.Move, some.OverdueMinor) : default);
    }

    [Fact]
    public void Verdict_SaysWhyNothingHappens()
    {
        Assert.Equal((DunningMove.Step, 1), Verdict() is var now ? (now.Move, now.Level) : default);
        Assert.Equal(
            (DunningWait.Early, 1, Today.AddDays(4)),
            Verdict(lateDays: 3) is var early ? (early.Why, early.Level, early.On!.Value) : default);
        Assert.Equal(DunningWait.BelowMinimum, Verdict(openMinor: 19_99).Why);
        Assert.Equal(DunningMove.Step, Verdict(openMinor: 20_00).Move);
        Assert.All(Enum.GetValues<LeftOut>(), reason => Assert.Equal(DunningWait.LeftOut, Verdict(leftOut: reason).Why));
        Assert.Equal(DunningWait.Exempt, Verdict(dunning: AccountDunning.None(Account) with { IsExempt = true }).Why);
        Assert.Equal(
            (DunningWait.Paused, Today.AddDays(1)),
            Verdict(dunning: AccountDunning.None(Account) with { PausedUntil = Today }) is var paused ? (paused.Why, paused.On!.Value)
                : default);
        Assert.Equal(DunningMove.Step, Verdict(dunning: AccountDunning.None(Account) with { PausedUntil = Today.AddDays(-1) }).Move);
        Assert.Equal(DunningWait.LastLevel, Verdict(dunning: At(3, 100)).Why);
        Assert.Equal(DunningWait.NothingOverdue, Verdict(creditMinor: 40_00).Why);
        Assert.Equal(DunningWait.NoPolicy, new DunningCase(
            AccountDunning.None(Account), null, [new OverdueCharge(Bill(Today.AddDays(-1)), null)], 0).On(Today).Why);
    }

    [Fact]
    public void PausedCharge_LeadsToNoLevel_UntilItsPauseIsOver()
    {
        Assert.Equal(LeftOut.Paused, DunningCase.WhyLeftOut(Bill(Today) with { DunningPausedUntil = Today }, false, false, Today));
        Assert.Null(DunningCase.WhyLeftOut(Bill(Today) with { DunningPausedUntil = Today }, false, false, Today.AddDays(1)));

        var books = Late();
        var pause = new ChangeCharge(Given.Origin, Target(), ChargeId("bill")) { DunningPausedUntil = Today };
        Assert.Equal(Today, Assert.Single(books.Then(pause).Charges).DunningPausedUntil);
        books.When(pause).IsRefused(Refusal.NothingToChange);
        books.When(Step(1)).IsRefused(Refusal.AccountChanged);
        Assert.Null(Assert.Single(books.Then(pause with { DunningPausedUntil = ChangeCharge.NoPause }).Charges).DunningPausedUntil);
        books.When(Step(1)).IsAccepted();
    }

    [Fact]
    public void HeldCustomer_IsNotDunned_UntilReleased()
    {
        var books = Late();
        var hold = new HoldDunning(Given.Origin, Target(), IsExempt: true, PausedUntil: null);
        Assert.Equal(EventType.AccountDunningHeld, books.Then(hold).Events[^1].Type);
        books.When(hold).IsRefused(Refusal.NothingToChange);
        books.When(Step(1)).IsRefused(Refusal.AccountChanged);
        Assert.Equal(EventType.AccountDunningReleased, books.Then(hold with { IsExempt = false }).Events[^1].Type);
        books.When(Step(1)).IsAccepted();
        books.When(new HoldDunning(Given.Origin, Target(Jonas), true, null)).IsRefused(Refusal.AccountUnknown);
    }

    [Theory]
    [InlineData(true, 7, 14)]
    [InlineData(false)]
    [InlineData(false, 0)]
    [InlineData(false, 7, 7)]
    [InlineData(false, 14, 7)]
    [InlineData(false, 1, 2, 3, 4, 5, 6)]
    [InlineData(false, 1001)]
    public void Levels_FollowOneAnother(bool isPolicy, params int[] days) =>
        Assert.Equal(isPolicy, DunningPolicy.AreLevels([.. days.Select(day => new DunningLevel(day))]));

    [Fact]
    public void OnlyTheLastLevel_HandsOver() => Assert.False(DunningPolicy.AreLevels([new(7, HandsOver: true), new(14)]));

    private static Charge Bill(DateOnly dueOn) =>
        new(ChargeId("bill"), Account, null, 1, "bill", null, null, null, dueOn, new Money(1_00, Euro), 0, 0);
}
