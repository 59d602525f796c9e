using Quittance.Core.Corrections;
using Quittance.Core.Ledger;

namespace Quittance.Console.Pages.Corrections;

/// <summary>The words for what happens to a charge.</summary>
internal static class ChargeWords
{
    /// <summary>The corrections that a form offers, each with its text.</summary>
    public static IReadOnlyList<(DebtCorrection Correction, string Text)> Corrections { get; } =
    [
        (DebtCorrection.Cancel, "Cancel it: forgive the whole charge, which no payment has settled"),
        (DebtCorrection.Credit, "Credit note: forgive this much of what is open"),
        (DebtCorrection.Reinstate, "Take a credit note back: it is open again"),
        (DebtCorrection.WriteOff, "Write it off: give up what is open as a bad debt"),
        (DebtCorrection.Recover, "Recover it: a written-off debt is open again"),
    ];

    /// <summary>An event of a charge.</summary>
    public static string Of(EventType type) => type switch
    {
        EventType.ChargeRaised => "Raised",
        EventType.ChargeCancelled => "Cancelled by a credit note",
        EventType.ChargeCredited => "Forgiven in part by a credit note",
        EventType.ChargeReinstated => "A credit note was taken back",
        EventType.ChargeWrittenOff => "Written off as a bad debt",
        EventType.ChargeRecovered => "Recovered: open again",
        EventType.ChargeChanged => "Due day, document or description changed",
        EventType.ChargeMoved => "Moved with a merge of accounts, or back",
        _ => type.ToString(),
    };
}
