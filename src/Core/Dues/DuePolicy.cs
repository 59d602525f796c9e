using Quittance.Core.Debits;
using Quittance.Core.Engine;

namespace Quittance.Core.Dues;

/// <summary>A merchant's word that each month a run of dues begins by itself.</summary>
/// <param name="Day">The business day of the month, from 1; a month that has fewer begins it on its last one.</param>
/// <param name="Filter">The charges that runs are for. Each run has its own day as the last due day.</param>
/// <param name="Since">When it was set.</param>
public sealed record DuePolicy(MerchantId Merchant, int Day, DueFilter Filter, DateTimeOffset Since) : IRow<MerchantId, DuePolicy>
{
    public const int MostDay = 20;

    public static Shelf<MerchantId, DuePolicy> Shelf { get; } = new(policy => policy.Merchant);

    /// <summary>The person who set it; null for a program and for the command line.</summary>
    public Guid? SetBy { get; init; }

    /// <summary>Whether a program set it for itself: such a run waits for nobody.</summary>
    public bool IsOfProgram { get; init; }

    /// <summary>The merchant's day on which it was set. It stays where the merchant's days begin elsewhere later.</summary>
    public DateOnly SetOn { get; init; } = DateOnly.MaxValue;

    /// <summary>
    /// Whether it says the same as another one. Above the limit a person's runs wait, a program's do not, and those of the command line
    /// do not begin.
    /// </summary>
    public bool SaysAs(DuePolicy other) =>
        (Day, Filter, SetBy is null, IsOfProgram) == (other.Day, other.Filter, other.SetBy is null, other.IsOfProgram);

    /// <summary>The day on which the run of a month begins.</summary>
    public DateOnly DayIn(DateOnly month)
    {
        var first = MonthOf(month);
        var (day, last) = (TargetCalendar.AddBusinessDays(first.AddDays(-1), Day), first.AddMonths(1).AddDays(-1));
        return day <= last ? day : TargetCalendar.AddBusinessDays(last.AddDays(1), -1);
    }

    /// <summary>
    /// The day on which the run of this month was to begin; null where it lies ahead. A policy begins with the first of its days after the
    /// one on which it was set, so that setting it asks no customer at once.
    /// </summary>
    public DateOnly? DueBy(DateOnly today) =>
        DayIn(today) is var day && day <= today && SetOn < day ? day : null;

    /// <summary>The next day after today on which a run begins.</summary>
    public DateOnly NextAfter(DateOnly today) => DayIn(today) is var day && day > today ? day : DayIn(MonthOf(today).AddMonths(1));

    /// <summary>The first day of a day's month.</summary>
    public static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);
}

/// <summary>How a policy stands on a day.</summary>
/// <param name="Policy">Null for none.</param>
/// <param name="NotBegunSince">The day of this month on which a run was to begin; null where one has begun since, also by hand.</param>
/// <param name="HasMonth">Whether the run of this month has begun by itself, perhaps by an earlier policy.</param>
public sealed record DuePolicyState(DuePolicy? Policy, DateOnly? NotBegunSince, bool HasMonth)
{
    /// <summary>The next day after today on which a run begins; null where none does by itself.</summary>
    public DateOnly? NextAfter(DateOnly today) => Policy is not { } policy ? null
        : HasMonth ? policy.DayIn(DuePolicy.MonthOf(today).AddMonths(1)) : policy.NextAfter(today);
}

/// <summary>Reads which merchants' runs of dues begin by themselves.</summary>
public interface IDuePolicies
{
    /// <summary>The policy in force, and how it stands today.</summary>
    Task<DuePolicyState> LookAsync(MerchantId merchant, DateOnly today, CancellationToken cancel);
}
