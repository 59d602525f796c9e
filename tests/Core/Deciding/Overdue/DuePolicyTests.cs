using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Tests.Deciding.Overdue;

/// <summary>Each month a run of dues begins by itself, on a business day.</summary>
public sealed class DuePolicyTests
{
    private static readonly Guid Ruth = new("11111111-1111-4111-8111-111111111111");

    private static DuePolicy Policy(int day = 3, string since = "2026-04-20") => new(
        Given.Merchant, day, new DueFilter(DateOnly.MaxValue), new DateTimeOffset(DateOnly.Parse(since), new TimeOnly(9, 0), TimeSpan.Zero))
    {
        SetBy = Ruth,
        SetOn = DateOnly.Parse(since),
    };

    // May begins with a holiday and a weekend; Good Friday and Easter Monday fall into April 2023, which has 18 business days.
    [Theory]
    [InlineData(1, "2026-05-20", "2026-05-04")]
    [InlineData(3, "2026-05-01", "2026-05-06")]
    [InlineData(1, "2027-01-31", "2027-01-04")]
    [InlineData(20, "2026-07-01", "2026-07-28")]
    [InlineData(18, "2023-04-01", "2023-04-28")]
    [InlineData(20, "2023-04-01", "2023-04-28")]
    public void DayIn_IsABusinessDayOfTheMonth(int day, string month, string expected) =>
        Assert.Equal(DateOnly.Parse(expected), Policy(day).DayIn(DateOnly.Parse(month)));

    /// <summary>A missed month begins late; a policy asks nobody on the day on which it is set, nor for a day before.</summary>
    [Theory]
    [InlineData("2026-04-20", "2026-05-05", null, "2026-05-06")]
    [InlineData("2026-04-20", "2026-05-06", "2026-05-06", "2026-06-03")]
    [InlineData("2026-04-20", "2026-05-31", "2026-05-06", "2026-06-03")]
    [InlineData("2026-04-20", "2026-06-02", null, "2026-06-03")]
    [InlineData("2026-05-06", "2026-05-06", null, "2026-06-03")]
    [InlineData("2026-05-05", "2026-05-06", "2026-05-06", "2026-06-03")]
    public void DueBy_IsTheDayOfThisMonth(string since, string today, string? due, string next)
    {
        var policy = Policy(since: since);
        Assert.Equal(
            (due is null ? null : DateOnly.Parse(due), DateOnly.Parse(next)),
            (policy.DueBy(DateOnly.Parse(today)), policy.NextAfter(DateOnly.Parse(today))));
    }

    [Fact]
    public void RunOfAMonth_HasTheSameIdOnEveryServer_AndAnotherOneInEachMonthAndMerchant()
    {
        var may = new DateOnly(2026, 5, 1);
        Assert.Equal(DueRunId.OfMonth(Given.Merchant, may), DueRunId.OfMonth(Given.Merchant, may));
        Assert.NotEqual(DueRunId.OfMonth(Given.Merchant, may).Value, DueRunId.OfMonth(Given.Merchant, may.AddMonths(1)).Value);
        Assert.NotEqual(DueRunId.OfMonth(Given.Merchant, may).Value, DueRunId.OfMonth(new MerchantId(8), may).Value);
    }

    /// <summary>Only a server that reads the policy as it is begins its run, and never for a day before the last restore.</summary>
    [Theory]
    [InlineData(false, null, null)]
    [InlineData(true, null, Refusal.AccountChanged)]
    [InlineData(false, "2026-05-03", null)]
    [InlineData(false, "2026-05-05", Refusal.PerhapsSent)]
    public void RunThatBeginsByItself_NeedsThePolicyInForce_AndNoLostTimeBehindIt(bool isChanged, string? restored, Refusal? expected)
    {
        var (state, policy) = (new State(), Policy(day: 1));
        state.Load(isChanged ? policy with { Day = 2 } : policy);
        var stamp = new Stamp(Given.Now, Given.Now, 5, 0, Given.Lease) with
        {
            RestoredAt = restored is null ? null : new DateTimeOffset(DateOnly.Parse(restored), new TimeOnly(9, 0), TimeSpan.Zero),
        };

        var decision = Command(policy).Decide(state, stamp);

        Assert.Equal(expected, decision.Faults.Count == 0 ? null : decision.Faults[0].Refusal);
        if (expected is null)
        {
            var run = Assert.Single(decision.Changes!.Of<DueRun>());
            Assert.Equal((Ruth, new DateOnly(2026, 5, 1), DueRunStatus.Running), (run.BegunBy, run.Month, run.Status));
        }
    }

    /// <summary>In Auckland the day of the run begins twelve hours before it does in UTC.</summary>
    [Theory]
    [InlineData("2026-05-03T11:00Z", null)]
    [InlineData("2026-05-03T20:00Z", Refusal.PerhapsSent)]
    public void RestoreInTheDayOfTheRun_IsToldByTheMerchantsZone(string restored, Refusal? expected)
    {
        var (state, policy) = (new State(), Policy(day: 1));
        state.Load(policy);
        var stamp = new Stamp(Given.Now, Given.Now, 5, 0, Given.Lease) with
        {
            RestoredAt = DateTimeOffset.Parse(restored, null),
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland"),
        };

        var decision = Command(policy).Decide(state, stamp);

        Assert.Equal(expected, decision.Faults.Count == 0 ? null : decision.Faults[0].Refusal);
    }

    private static BeginDues Command(DuePolicy policy) => new(
        new Origin(Given.Merchant, 0, Guid.Empty), DueRunId.OfMonth(Given.Merchant, Given.Today),
        new DuePreview(
            new DueFilter(new DateOnly(2026, 5, 4)), 1,
            [new DueSum(DueWay.Debit, ClearingProvider.Bank, 1, new Money(40_00, Given.Euro))], []))
    {
        Policy = policy,
    };
}
