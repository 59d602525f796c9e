using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Approvals;

/// <summary>The words for requests for a second person.</summary>
internal static class ApprovalWords
{
    /// <summary>The page of what the act changes.</summary>
    public static Place PlaceOf(ApprovalView about) =>
        about.Request.Act.IsOfCharge ? Places.Charge(about.SubjectNumber) : Places.Payment(about.SubjectNumber);

    /// <summary>What the act changes, within a sentence.</summary>
    public static string NounOf(ApprovalView about) => about.Request.Act.IsOfCharge ? Say("charge") : Say("payment");

    /// <summary>What the act changes, with its number.</summary>
    public static string SubjectOf(ApprovalView about) =>
        about.Request.Act.IsOfCharge ? Say($"charge {about.SubjectNumber}") : Say($"payment {about.SubjectNumber}");

    /// <summary>An event of a request.</summary>
    public static string Of(ApprovalView about, EventType type)
    {
        var text = type switch
        {
            EventType.ApprovalAsked => Say("waits for a second person"),
            EventType.ApprovalGiven => Say("a second person approved it"),
            EventType.ApprovalRejected => Say("rejected"),
            EventType.ApprovalExpired => Say("no person decided in time"),
            EventType.ApprovalVoided =>
                Say($"void, as the {NounOf(about)} has changed since it was asked for, or does not allow it any more"),
            _ => type.ToString(),
        };
        return Say($"{Words.Capitalised(Words.Of(about.Request.Act.Kind))} of {about.Request.Act.Amount}: {text}||amount");
    }
}
