namespace Quittance.Storage.Console;

/// <summary>Which days an age of a debt is.</summary>
public static class ReceivableAges
{
    private const int Step = 30;

    /// <summary>The first and the last day on which a debt of this age is due, seen from a day.</summary>
    public static (DateOnly From, DateOnly Until) DueDays(this ReceivableAge age, DateOnly today) => age switch
    {
        ReceivableAge.NotDue => (today, DateOnly.MaxValue),
        ReceivableAge.UpTo30 => (today.AddDays(-Step), today.AddDays(-1)),
        ReceivableAge.UpTo60 => (today.AddDays(-2 * Step), today.AddDays(-Step - 1)),
        ReceivableAge.UpTo90 => (today.AddDays(-3 * Step), today.AddDays((-2 * Step) - 1)),
        ReceivableAge.Older => (DateOnly.MinValue, today.AddDays((-3 * Step) - 1)),
    };
}
