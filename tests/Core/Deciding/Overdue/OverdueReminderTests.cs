using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Overdue;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding.Overdue;

/// <summary>Anna stands at the second level. A mail or a letter reminds her of what is overdue when it is written.</summary>
public sealed class OverdueReminderTests
{
    private static readonly AccountDunning Second = new(Account, 1, 2, Today);

    private static AccountId Account => Given.AccountId(Anna);

    private static DunningStep Step(int level = 2, int cycle = 1) => new(
        new DunningStepId(Account, cycle, level), 3, Today, Today.AddDays(-20), new Money(60_00, Euro), Fee: null, HandsOver: false);

    private static OverdueCharge Bill(string name, long minor, int lateDays, LeftOut? leftOut = null) => new(
        new Charge(ChargeId(name), Account, null, 1, "bill", name, null, null, Today.AddDays(-lateDays), new Money(minor, Euro), 0, 0),
        leftOut);

    private static OverdueReminder? Reminder(
        AccountDunning? dunning = null, long creditMinor = 0, DunningStep? step = null, params OverdueCharge[] bills) => OverdueReminder.Of(
        step ?? Step(),
        new DunningCase(
            dunning ?? Second, new DunningPolicy(Merchant, Euro, 1_00, [new(7), new(14), new(28)]),
            bills.Length > 0 ? bills : [Bill("B", 20_00, 10), Bill("A", 40_00, 20)], creditMinor),
        Today);

    [Fact]
    public void Bills_AreThoseThatCount_TheLongestDueFirst_LessTheCredit()
    {
        var reminder = Reminder(
            creditMinor: 5_00, bills: [Bill("B", 20_00, 10), Bill("C", 7_00, 30, LeftOut.Disputed), Bill("A", 40_00, 20)])!;

        Assert.Equal(["A", "B"], reminder.Bills.Select(bill => bill.Reference));
        Assert.Equal(new Money(55_00, Euro), reminder.Overdue);
        // The third level comes 28 days after the due day, and 14 after this one.
        Assert.Equal(Today.AddDays(14), reminder.NextOn);
    }

    [Fact]
    public void NothingIsWritten_WhereTheLevelIsPassed_OrTheCustomerIsHeld_OrNothingIsOpen()
    {
        Assert.NotNull(Reminder());
        Assert.Null(Reminder(step: Step(level: 1)));
        Assert.Null(Reminder(step: Step(cycle: 2)));
        Assert.Null(Reminder(Second with { Level = 0, SteppedOn = null }));
        Assert.Null(Reminder(Second with { IsExempt = true }));
        Assert.Null(Reminder(Second with { PausedUntil = Today }));
        Assert.NotNull(Reminder(Second with { PausedUntil = Today.AddDays(-1) }));
        Assert.NotNull(Reminder(creditMinor: 59_99));
        Assert.Null(Reminder(creditMinor: 60_00));
        Assert.All(Enum.GetValues<LeftOut>(), why => Assert.Null(Reminder(bills: [Bill("A", 40_00, 20, why)])));
    }
}
