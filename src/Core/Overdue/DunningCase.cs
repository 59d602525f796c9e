using Quittance.Core.Accounts;

namespace Quittance.Core.Overdue;

/// <summary>Why an overdue charge leads to no level for now.</summary>
public enum LeftOut
{
    /// <summary>A payment under way has claimed it.</summary>
    UnderWay,

    /// <summary>The payer has taken back the money that settled it, and the dispute is not decided.</summary>
    Disputed,

    /// <summary>An operator or a client has paused it.</summary>
    Paused,
}

/// <summary>The move of an account's dunning on a day.</summary>
public enum DunningMove
{
    /// <summary>The account reaches the next level.</summary>
    Step,

    /// <summary>Nothing is overdue any more: the cycle ends.</summary>
    End,

    /// <summary>Nothing happens.</summary>
    Wait,
}

/// <summary>Why nothing happens to the dunning of an account on a day.</summary>
public enum DunningWait
{
    /// <summary>Nothing is overdue, and no cycle runs.</summary>
    NothingOverdue,

    /// <summary>The merchant has no policy for the currency.</summary>
    NoPolicy,

    Exempt,

    Paused,

    /// <summary>Each overdue charge is left out.</summary>
    LeftOut,

    BelowMinimum,

    /// <summary>The next level comes later.</summary>
    Early,

    /// <summary>The account has reached the last level.</summary>
    LastLevel,
}

/// <summary>The move of an account's dunning on a day, with its reason.</summary>
/// <param name="Why">Null where something happens.</param>
/// <param name="Level">The level that it reaches, or the next one; 0 for none.</param>
/// <param name="On">The day of that level; null where it is not known.</param>
public readonly record struct DunningVerdict(DunningMove Move, DunningWait? Why = null, int Level = 0, DateOnly? On = null)
{
    /// <summary>The overdue amount that led to it, less the customer's credit, minor units.</summary>
    public long OverdueMinor { get; init; }

    /// <summary>The due day of the oldest charge that led to it; null where none did.</summary>
    public DateOnly? OldestDueOn { get; init; }
}

/// <summary>An open charge whose due day is over; <c>LeftOut</c> is null where it counts.</summary>
public readonly record struct OverdueCharge(Charge Charge, LeftOut? LeftOut);

/// <summary>The facts that decide on the dunning of an account.</summary>
/// <param name="Overdue">The charges that are overdue, without fees of earlier levels: a fee alone is never dunned.</param>
/// <param name="CreditMinor">The money of the customer that settles no charge, for any purpose, minor units.</param>
public sealed record DunningCase(AccountDunning Dunning, DunningPolicy? Policy, IReadOnlyList<OverdueCharge> Overdue, long CreditMinor)
{
    /// <summary>How many days an announced transfer has to come; after that its charges count again.</summary>
    private const int TransferDays = 14;

    /// <summary>The next level of the cycle that runs, or the first one of the next cycle.</summary>
    public DunningStepId NextStep =>
        new(Dunning.Account, Dunning.Level == 0 ? Dunning.Cycle + 1 : Dunning.Cycle, Dunning.Level + 1);

    /// <summary>Why a charge leads to no level on a day; null where it counts.</summary>
    public static LeftOut? WhyLeftOut(Charge charge, bool isUnderWay, bool isDisputed, DateOnly today) =>
        isUnderWay ? LeftOut.UnderWay : isDisputed ? LeftOut.Disputed : today <= charge.DunningPausedUntil ? LeftOut.Paused : null;

    /// <summary>The moment from which on transfers must have been announced to be waited for on a day.</summary>
    public static DateTimeOffset TransfersFrom(DateOnly today) => new(today.AddDays(-TransferDays), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>Decides the move of a day.</summary>
    public DunningVerdict On(DateOnly today)
    {
        if (Overdue.Sum(one => one.Charge.OpenMinor) <= CreditMinor)
            return Dunning.Level > 0 ? new DunningVerdict(DunningMove.End) : Wait(DunningWait.NothingOverdue);
        if (Policy is not { } policy)
            return Wait(DunningWait.NoPolicy);
        if (Dunning.IsExempt)
            return Wait(DunningWait.Exempt);
        if (Dunning.Level >= policy.Levels.Count)
            return Wait(DunningWait.LastLevel);
        var (oldest, overdueMinor) = Counted();
        if (oldest is not { } dueOn)
            return Wait(DunningWait.LeftOut);
        var verdict = new DunningVerdict(DunningMove.Wait, null, Dunning.Level + 1, DayOfNext(policy, dueOn))
        {
            OverdueMinor = overdueMinor,
            OldestDueOn = dueOn,
        };
        if (overdueMinor < policy.MinimumMinor)
            return verdict with { Why = DunningWait.BelowMinimum, On = null };
        if (Dunning.IsPaused(today))
            return verdict with { Why = DunningWait.Paused, On = Later(verdict.On!.Value, DayAfter(Dunning.PausedUntil!.Value)) };
        return today < verdict.On ? verdict with { Why = DunningWait.Early }
            : verdict with { Move = DunningMove.Step, On = today };
    }

    /// <summary>The due day of the oldest charge that counts and that credit does not cover, and how much of them is overdue.</summary>
    private (DateOnly? Oldest, long OverdueMinor) Counted()
    {
        var (creditMinor, overdueMinor, oldest) = (CreditMinor, 0L, (DateOnly?)null);
        foreach (var charge in Overdue.Where(one => one.LeftOut is null).Select(one => one.Charge).OrderBy(one => one.DueOn))
        {
            var coveredMinor = Math.Min(creditMinor, charge.OpenMinor);
            creditMinor -= coveredMinor;
            if (coveredMinor == charge.OpenMinor)
                continue;
            overdueMinor = checked(overdueMinor + charge.OpenMinor - coveredMinor);
            oldest ??= charge.DueOn;
        }

        return (oldest, overdueMinor);
    }

    /// <summary>
    /// A level comes so many days after the due day, and after the level before it at the earliest so many days as lie between the two in
    /// the policy. So a customer never gets two levels on one day, also when the server has not run for long.
    /// </summary>
    private DateOnly DayOfNext(DunningPolicy policy, DateOnly dueOn)
    {
        var day = dueOn.AddDays(policy.Levels[Dunning.Level].AfterDays);
        return Dunning.SteppedOn is { } last
            ? Later(day, last.AddDays(policy.Levels[Dunning.Level].AfterDays - policy.Levels[Dunning.Level - 1].AfterDays)) : day;
    }

    private static DateOnly DayAfter(DateOnly day) => day == DateOnly.MaxValue ? day : day.AddDays(1);

    private static DunningVerdict Wait(DunningWait why) => new(DunningMove.Wait, why);

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;
}
