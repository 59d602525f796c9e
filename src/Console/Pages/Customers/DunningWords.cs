using Quittance.Core.Overdue;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Customers;

/// <summary>The words for what keeps a customer from being dunned.</summary>
public static class DunningWords
{
    /// <summary>Why nothing happens, as a sentence.</summary>
    public static string Of(DunningWait? why) => why switch
    {
        DunningWait.NothingOverdue or null => Say("Nothing is overdue beyond the credit."),
        DunningWait.NoPolicy => Say("No policy is set for the currency."),
        DunningWait.Exempt => Say("Exempt."),
        DunningWait.Paused => Say("Paused."),
        DunningWait.LeftOut => Say("Each overdue charge is paused, disputed or being paid."),
        DunningWait.BelowMinimum => Say("What is overdue is below the minimum."),
        DunningWait.Early => Say("The next level comes later."),
        DunningWait.LastLevel => Say("This is the last level."),
    };
}
