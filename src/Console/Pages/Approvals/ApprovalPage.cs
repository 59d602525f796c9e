using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Approvals;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Approvals;

/// <summary>A page with a decision about a request.</summary>
public abstract class ApprovalPage : ActionPage
{
    [Inject] public Storage.Console.Approvals Approvals { get; set; } = null!;

    [Inject] public Collector Collector { get; set; } = null!;

    [Parameter] public long Number { get; set; }

    /// <summary>The request; null where there is none.</summary>
    public ApprovalView? About { get; private set; }

    /// <summary>Whether the signed-in person asked for it.</summary>
    protected bool IsOwn => About!.Request.AskedBy == Operator.User.Person;

    /// <summary>The page of what the act changes, or the list.</summary>
    public Place Above => About is null ? Places.Approvals : ApprovalWords.PlaceOf(About);

    /// <summary>Why nothing can be decided any more, with the name of who decided; null while something can.</summary>
    public string? Ended => About!.Request.Status switch
    {
        ApprovalStatus.Waiting => null,
        ApprovalStatus.Approved => Say($"{DecidedBy} approved it: “{DecidedWhy}”"),
        ApprovalStatus.Rejected => Say($"{DecidedBy} rejected it: “{DecidedWhy}”"),
        ApprovalStatus.Expired => Say("No person decided in time. Ask for it again."),
        ApprovalStatus.Void => Say($"The {ApprovalWords.NounOf(About)} has changed since it was asked for, or does not allow it any more. "
            + $"Look at it first."),
    };

    private string DecidedBy => About!.Decided!.Who;

    private string DecidedWhy => About!.Decided!.Reason;

    protected override async Task ReadAsync() => About = await Approvals.FindAsync(Operator.Merchant, Number, Cancel);

    /// <summary>Submits a decision under a key of this form, and leads to its message; or shows who was quicker.</summary>
    /// <param name="message">The message about the result.</param>
    protected async Task DecideAsync(Command command, string what, Func<Outcome, Task<string>> message)
    {
        // Another person's form has another key: the engine tells them that a decision was taken.
        var once = Operator.Once("approval", $"{About!.Request.Id.Value:N} {Operator.User.Person:N} {FormKey}", [what, Reason!]);
        var outcome = await Collector.SubmitAsync(command with { Key = once });
        if (outcome.Accepted || outcome.Faults.Any(fault => fault.Refusal == Refusal.UnderWay))
        {
            Finish(Above.Href, await message(outcome));
            return;
        }

        await ReadAsync();
        Refuse(outcome);
    }
}
