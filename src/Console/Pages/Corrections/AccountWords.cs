using Quittance.Core.Ledger;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Corrections;

/// <summary>The words for what happens to an account.</summary>
internal static class AccountWords
{
    /// <summary>An event of an account.</summary>
    public static string Of(EventType type) => type switch
    {
        EventType.AccountOpened => Say("Opened"),
        EventType.AccountClosed => Say("Closed"),
        EventType.AccountReopened => Say("Reopened"),
        EventType.AccountMerged => Say("Merged into another account"),
        EventType.AccountUnmerged => Say("The merge was undone"),
        EventType.AccountDunned => Say("Reached the next level of dunning"),
        EventType.AccountDunningEnded => Say("Dunning ended: nothing was overdue any more"),
        EventType.AccountDunningHeld => Say("Dunning was held"),
        EventType.AccountDunningReleased => Say("Dunning was released"),
        EventType.AccountContactChanged => Say("Contact changed"),
        EventType.AccountAutopayChosen => Say("The customer chose autopay"),
        EventType.AccountAutopayEnded => Say("Autopay ended"),
        _ => type.ToString(),
    };
}
