using Quittance.Core.Ledger;

namespace Quittance.Console.Pages.Corrections;

/// <summary>The words for what happens to an account.</summary>
internal static class AccountWords
{
    /// <summary>An event of an account.</summary>
    public static string Of(EventType type) => type switch
    {
        EventType.AccountOpened => "Opened",
        EventType.AccountClosed => "Closed",
        EventType.AccountReopened => "Reopened",
        EventType.AccountMerged => "Merged into another account",
        EventType.AccountUnmerged => "The merge was undone",
        EventType.AccountDunned => "Reached the next level of dunning",
        EventType.AccountDunningEnded => "Dunning ended: nothing was overdue any more",
        EventType.AccountDunningHeld => "Dunning was held",
        EventType.AccountDunningReleased => "Dunning was released",
        EventType.AccountContactChanged => "Contact changed",
        EventType.AccountAutopayChosen => "The customer chose autopay",
        EventType.AccountAutopayEnded => "Autopay ended",
        _ => type.ToString(),
    };
}
