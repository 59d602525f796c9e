using Quittance.Console.Parts;
using Quittance.Core.Dues;
using Quittance.Core.Providers;

namespace Quittance.Console.Pages.Debits;

/// <summary>The words for what is due, for people.</summary>
public static class DueWords
{
    public static string Of(DueWay way) => way switch
    {
        DueWay.Card => "cards",
        DueWay.Debit => "debits",
    };

    public static string Of(DueWait why) => why switch
    {
        DueWait.UnderWay => "a payment is under way",
        DueWait.Disputed => "the customer disputes it",
        DueWait.WithAgency => "an agency collects it",
        DueWait.Paused => "it is paused",
        DueWait.CreditCovers => "the customer's credit covers it",
        DueWait.AutopayEnded => "the customer has ended autopay",
        DueWait.NoAutopay => "the customer has not chosen autopay",
        DueWait.ChosenGone => "what the customer chose for autopay is gone, and nothing else was chosen",
        DueWait.NoMethod => "the customer has stored no card and no bank account",
        DueWait.CardExpired => "the card has expired",
        DueWait.MandateEnded => "the mandate has ended",
        DueWait.OtherMethod => "the customer pays by another method",
        DueWait.FailedBefore => "a payment with the same card or bank account failed before",
        DueWait.NotDueYet => "it is not due yet",
        DueWait.BelowMinimum => "it is below the smallest payment",
    };

    public static StatusWord Of(DueRunStatus status) => status switch
    {
        DueRunStatus.Waiting => new("Waiting for a second person", Tone.Waiting),
        DueRunStatus.Running => new("Running", Tone.Waiting),
        DueRunStatus.Done => new("Done", Tone.Good),
        DueRunStatus.Stopped => new("Stopped", Tone.Bad),
    };

    public static StatusWord Of(DueResult result) => result switch
    {
        DueResult.Paid => new("Paid", Tone.Good),
        DueResult.Pending => new("Pending", Tone.Waiting),
        DueResult.Failed => new("Failed", Tone.Bad),
        DueResult.Returned => new("Returned", Tone.Bad),
    };

    public static string Of(DueResult result, DeclineReason? reason) =>
        reason is { } why ? $"{Of(result).Text}, {Words.Of(why)}" : Of(result).Text;
}
