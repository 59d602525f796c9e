using Quittance.Core.Overdue;

namespace Quittance.Host.Commands.Business;

/// <summary>Why nothing happens to the dunning of an account, in words.</summary>
internal static class WaitText
{
    public static string Of(DunningVerdict verdict) => verdict.Why switch
    {
        DunningWait.NothingOverdue or null => "nothing is overdue",
        DunningWait.NoPolicy => "the merchant has no policy for the currency",
        DunningWait.Exempt => "exempt",
        DunningWait.Paused => $"paused, level {verdict.Level} not before {verdict.On:O}",
        DunningWait.LeftOut => "each overdue charge is paused, disputed or being paid",
        DunningWait.BelowMinimum => "below the minimum",
        DunningWait.Early => $"level {verdict.Level} on {verdict.On:O}",
        DunningWait.LastLevel => "has the last level",
    };
}
