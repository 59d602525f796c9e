using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Approving;

/// <summary>
/// A command for a request that waits. Of two decisions at once the second is refused with <see cref="Refusal.ApprovalDecided"/>. It stands
/// apart from <see cref="SecondPerson"/>, since it carries the acts out whose commands ask that rule: so no two folders need one another.
/// </summary>
/// <param name="About">The request as it was read.</param>
public abstract record ApprovalCommand(Origin Origin, ApprovalRequest About) : AccountCommand(Origin, About.Target)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(ApprovalRequest.Shelf, About.Id);
        Acts.CommandOf(About, Origin, Guid.Empty).Want(wanted, known);
    }

    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(ApprovalRequest.Shelf, About.Id) is not { } request)
            return Decision.Refused(Refusal.ApprovalUnknown);
        return request.Status == ApprovalStatus.Waiting
            ? Decide(state, request, stamp)
            : Decision.Refused(Refusal.ApprovalDecided);
    }

    private protected abstract Decision Decide(State state, ApprovalRequest request, Stamp stamp);

    /// <summary>Ends the request.</summary>
    private protected void End(Changes changes, ApprovalRequest request, ApprovalStatus status, Stamp stamp, Guid? result = null)
    {
        changes.Put(request with
        {
            Status = status,
            DecidedBy = status is ApprovalStatus.Approved or ApprovalStatus.Rejected ? Origin.Action?.Person : null,
            Result = result,
            Events = request.Events + 1,
        });
        var (type, what) = status switch
        {
            ApprovalStatus.Approved => (EventType.ApprovalGiven, "approval.approve"),
            ApprovalStatus.Rejected => (EventType.ApprovalRejected, "approval.reject"),
            ApprovalStatus.Expired => (EventType.ApprovalExpired, "approval.expire"),
            ApprovalStatus.Void => (EventType.ApprovalVoided, "approval.void"),
            ApprovalStatus.Waiting => throw new InvalidOperationException("A request does not end by waiting."),
        };
        changes.Put(new Event(request.Id.Value, request.Events + 1, type, null, stamp.Time, Origin.As(what), []));
    }

    private protected Decision Ended(ApprovalRequest request, ApprovalStatus status, Stamp stamp)
    {
        var changes = new Changes();
        End(changes, request, status, stamp);
        return Decision.Accepted(changes);
    }
}

/// <summary>
/// A second person approves a request, and the act is decided as of now, in the same commit. Where the subject does not allow it any more,
/// the request is void.
/// </summary>
/// <param name="Result">
/// The id of the refund, where the act makes one. The answer tells of it, or of the charge that the act changed.
/// </param>
public sealed record ApproveRequest(Origin Origin, ApprovalRequest About, Guid Result) : ApprovalCommand(Origin, About)
{
    private AccountCommand Act => Acts.CommandOf(About, Origin, Result);

    public override bool MayAskProvider => Act.MayAskProvider;

    public override bool AsksForRefund => Act.AsksForRefund;

    private protected override Decision Decide(State state, ApprovalRequest request, Stamp stamp)
    {
        if (Origin.Action is not { Person: { } person } || person == request.AskedBy)
            return Decision.Refused(Refusal.SecondPersonNeeded);
        // By the time of its events, as `verify` compares them.
        if (stamp.At >= request.ExpiresAt)
            return Decision.Refused(Refusal.ApprovalExpired);
        // Who approved it in the time that a restore lost has paid it out, and a transfer by hand leaves no trace here.
        if (request.Act.Kind == ActKind.Refund && request.AskedAt < stamp.RestoredAt)
            return Decision.Refused(Refusal.PerhapsSent);
        if (Acts.IsOvertaken(state, request) || Act.Decide(state, stamp).Changes is not { } changes)
            return Ended(request, ApprovalStatus.Void, stamp);
        var done = changes.Last!;
        End(changes, request, ApprovalStatus.Approved, stamp, done.Subject);
        changes.AnswerWith(done);
        return Decision.Accepted(changes);
    }
}

/// <summary>An operator rejects a request, or the person who asked takes it back.</summary>
public sealed record RejectRequest(Origin Origin, ApprovalRequest About) : ApprovalCommand(Origin, About)
{
    private protected override Decision Decide(State state, ApprovalRequest request, Stamp stamp) =>
        Ended(request, ApprovalStatus.Rejected, stamp);
}

/// <summary>
/// Ends a request whose time is over, or whose subject has changed. Refused with <see cref="Refusal.ApprovalWaiting"/> else.
/// </summary>
public sealed record EndRequest(Origin Origin, ApprovalRequest About) : ApprovalCommand(Origin, About)
{
    private protected override Decision Decide(State state, ApprovalRequest request, Stamp stamp)
    {
        if (Acts.IsOvertaken(state, request))
            return Ended(request, ApprovalStatus.Void, stamp);
        return stamp.Now >= request.ExpiresAt
            ? Ended(request, ApprovalStatus.Expired, stamp)
            : Decision.Refused(Refusal.ApprovalWaiting);
    }
}
