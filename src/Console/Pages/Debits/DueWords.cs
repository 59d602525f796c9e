using Quittance.Console.Parts;
using Quittance.Core.Dues;
using Quittance.Core.Providers;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Debits;

/// <summary>The words for what is due, for people.</summary>
public static class DueWords
{
    public static string Of(DueWay way) => way switch
    {
        DueWay.Card => Say("cards"),
        DueWay.Debit => Say("debits"),
    };

    public static string Of(DueWait why) => why switch
    {
        DueWait.UnderWay => Say("a payment is under way"),
        DueWait.Disputed => Say("the customer disputes it"),
        DueWait.WithAgency => Say("an agency collects it"),
        DueWait.Paused => Say("it is paused"),
        DueWait.CreditCovers => Say("the customer's credit covers it"),
        DueWait.AutopayEnded => Say("the customer has ended autopay"),
        DueWait.NoAutopay => Say("the customer has not chosen autopay"),
        DueWait.ChosenGone => Say("what the customer chose for autopay is gone, and nothing else was chosen"),
        DueWait.NoMethod => Say("the customer has stored no card and no bank account"),
        DueWait.CardExpired => Say("the card has expired"),
        DueWait.MandateEnded => Say("the mandate has ended"),
        DueWait.OtherMethod => Say("the customer pays by another method"),
        DueWait.FailedBefore => Say("a payment with the same card or bank account failed before"),
        DueWait.NotDueYet => Say("it is not due yet"),
        DueWait.BelowMinimum => Say("it is below the smallest payment"),
    };

    public static StatusWord Of(DueRunStatus status) => status switch
    {
        DueRunStatus.Waiting => new(Say("Waiting for a second person"), Tone.Waiting),
        DueRunStatus.Running => new(Say("Running"), Tone.Waiting),
        DueRunStatus.Done => new(Say("Done"), Tone.Good),
        DueRunStatus.Stopped => new(Say("Stopped"), Tone.Bad),
    };

    public static StatusWord Of(DueResult result) => result switch
    {
        DueResult.Paid => new(Say("Paid"), Tone.Good),
        DueResult.Pending => new(Say("Pending"), Tone.Waiting),
        DueResult.Failed => new(Say("Failed"), Tone.Bad),
        DueResult.Returned => new(Say("Returned"), Tone.Bad),
    };

    public static string Of(DueResult result, DeclineReason? reason) =>
        reason is { } why ? $"{Of(result).Text}, {Words.Of(why)}" : Of(result).Text;
}
