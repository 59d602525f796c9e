using Quittance.Console.Parts;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Ledger;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Corrections;

/// <summary>The words for what happens to a charge.</summary>
internal static class ChargeWords
{
    /// <summary>The corrections that a form offers, each with its text.</summary>
    public static IReadOnlyList<(DebtCorrection Correction, string Text)> Corrections =>
    [
        (DebtCorrection.Cancel, Say("Cancel it: forgive all of it")),
        (DebtCorrection.Credit, Say("Credit note: forgive this much of what is open")),
        (DebtCorrection.Reinstate, Say("Take a credit note back: it is open again")),
        (DebtCorrection.WriteOff, Say("Write it off: give up what is open as a bad debt")),
        (DebtCorrection.Recover, Say("Recover it: a written-off debt is open again")),
    ];

    /// <summary>How a charge stands for people.</summary>
    /// <param name="today">The day in the merchant's zone.</param>
    public static StatusWord Of(Charge charge, DateOnly today) => charge switch
    {
        { OpenMinor: > 0 } when charge.DueOn < today => new(Say("Overdue"), Tone.Bad),
        { OpenMinor: > 0, AllocatedMinor: > 0 } => new(Say("Paid in part"), Tone.Waiting),
        { OpenMinor: > 0 } => new(Say("Open"), Tone.Waiting),
        { WrittenOffMinor: > 0 } => new(Say("Written off"), Tone.Quiet),
        { AllocatedMinor: 0 } => new(Say("Cancelled"), Tone.Quiet),
        _ => new(Say("Paid"), Tone.Good),
    };

    /// <summary>An event of a charge.</summary>
    public static string Of(EventType type) => type switch
    {
        EventType.ChargeRaised => Say("Raised"),
        EventType.ChargeCancelled => Say("Cancelled by a credit note"),
        EventType.ChargeCredited => Say("Forgiven in part by a credit note"),
        EventType.ChargeReinstated => Say("A credit note was taken back"),
        EventType.ChargeWrittenOff => Say("Written off as a bad debt"),
        EventType.ChargeRecovered => Say("Recovered: open again"),
        EventType.ChargeChanged => Say("Due day, document or description changed"),
        EventType.ChargeMoved => Say("Moved with a merge of accounts, or back"),
        _ => type.ToString(),
    };
}
