using Quittance.Core.Overdue;

namespace Quittance.Console.Pages.Customers;

/// <summary>The words for what keeps a customer from being dunned.</summary>
public static class DunningWords
{
    /// <summary>Why nothing happens, as a sentence.</summary>
    public static string Of(DunningWait? why) => why switch
    {
        DunningWait.NothingOverdue or null => "Nothing is overdue beyond the credit.",
        DunningWait.NoPolicy => "No policy is set for the currency.",
        DunningWait.Exempt => "Exempt.",
        DunningWait.Paused => "Paused.",
        DunningWait.LeftOut => "Each overdue charge is paused, disputed or being paid.",
        DunningWait.BelowMinimum => "What is overdue is below the minimum.",
        DunningWait.Early => "The next level comes later.",
        DunningWait.LastLevel => "This is the last level.",
    };
}
