using System.Globalization;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Debits;

/// <summary>When debits are due, and until when the bank takes a file.</summary>
public sealed class BankAccountTests
{
    private static readonly BankAccount Account = new(
        "Studio", Iban.Parse("DE89370400440532013000"), null, CreditorIdentifier.Parse("DE98ZZZ09999999999"), DebitScheme.Core)
    {
        NoticeDays = 1,
    };

    [Theory]
    // Before the cut-off the bank works on the file the same day, and asks for it one business day before the due day.
    [InlineData("2026-11-23T09:59+01:00", "2026-11-24")]
    [InlineData("2026-11-23T11:00+01:00", "2026-11-25")]
    // In summer the hour is another one in UTC.
    [InlineData("2026-07-20T08:59Z", "2026-07-21")]
    [InlineData("2026-07-20T09:00Z", "2026-07-22")]
    // A Friday, a Saturday, and the days around Easter and Christmas.
    [InlineData("2026-11-27T09:00+01:00", "2026-11-30")]
    [InlineData("2026-11-28T09:00+01:00", "2026-12-01")]
    [InlineData("2026-04-02T09:00+02:00", "2026-04-07")]
    [InlineData("2026-12-24T12:00+01:00", "2026-12-29")]
    public void FirstDueDay_LeavesTheBankItsLead(string now, string due) =>
        Assert.Equal(DateOnly.Parse(due, CultureInfo.InvariantCulture), Account.FirstDueDay(Moment(now)));

    [Theory]
    [InlineData(14, "2026-12-07")]
    // The customer hears of it in time, and the day is one on which banks settle.
    [InlineData(33, "2026-12-28")]
    public void FirstDueDay_LeavesTheCustomerTheNotice(int days, string due) => Assert.Equal(
        DateOnly.Parse(due, CultureInfo.InvariantCulture),
        (Account with { NoticeDays = days }).FirstDueDay(Moment("2026-11-23T09:00+01:00")));

    [Fact]
    public void Bank_TakesAFile_UntilItsCutOff_TheBusinessDaysBefore()
    {
        var due = new DateOnly(2026, 11, 30);
        var slow = Account with { LeadDays = 2, CutOffHour = 14 };
        Assert.True(Account.Takes(CollectionKind.Debits, due, Moment("2026-11-27T10:59+01:00")));
        Assert.False(Account.Takes(CollectionKind.Debits, due, Moment("2026-11-27T11:00+01:00")));
        Assert.True(slow.Takes(CollectionKind.Debits, due, Moment("2026-11-26T13:59+01:00")));
        Assert.False(slow.Takes(CollectionKind.Debits, due, Moment("2026-11-26T14:00+01:00")));
    }

    [Fact]
    public void Transfers_AreDueOnTheNextBusinessDay_UntilItsCutOff()
    {
        var monday = new DateOnly(2026, 11, 23);
        Assert.Equal(monday, Account.FirstDueDay(CollectionKind.Transfers, Moment("2026-11-20T15:00+01:00")));
        Assert.True(Account.Takes(CollectionKind.Transfers, monday, Moment("2026-11-23T10:59+01:00")));
        Assert.False(Account.Takes(CollectionKind.Transfers, monday, Moment("2026-11-23T11:00+01:00")));
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
