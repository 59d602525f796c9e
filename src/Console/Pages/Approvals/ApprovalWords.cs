using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Approvals;

/// <summary>The words for requests for a second person.</summary>
internal static class ApprovalWords
{
    /// <summary>The page of what the act changes.</summary>
    public static Place PlaceOf(ApprovalView about) =>
        about.Request.Act.IsOfCharge ? Places.Charge(about.SubjectNumber) : Places.Payment(about.SubjectNumber);

    /// <summary>An event of a request.</summary>
    public static string Of(ApprovalView about, EventType type)
    {
        var text = type switch
        {
            EventType.ApprovalAsked => "waits for a second person",
            EventType.ApprovalGiven => "a second person approved it",
            EventType.ApprovalRejected => "rejected",
            EventType.ApprovalExpired => "no person decided in time",
            EventType.ApprovalVoided => $"void, as the {about.Noun} has changed since it was asked for, or does not allow it any more",
            _ => type.ToString(),
        };
        return $"{Words.Capitalised(Words.Of(about.Request.Act.Kind))} of {about.Request.Act.Amount}: {text}";
    }
}
