using Quittance.Core.Engine;

namespace Quittance.Core.Approvals;

/// <summary>The kinds of acts that can wait for a second person.</summary>
public enum ActKind
{
    /// <summary>A refund of a payment.</summary>
    Refund,

    /// <summary>A write-off of a charge.</summary>
    WriteOff,

    /// <summary>A credit note for a part of a charge.</summary>
    CreditNote,

    /// <summary>A credit note for a whole charge.</summary>
    Cancellation,
}

/// <summary>The act that an operator asks for.</summary>
/// <param name="Subject">The id of what it changes: a payment, for a refund; else a charge.</param>
public sealed record Act(ActKind Kind, Guid Subject, Money Amount)
{
    /// <summary>JSON of what else the kind needs: ids and numbers, no words of people; null where it needs nothing else.</summary>
    public string? Parameters { get; init; }

    public bool IsOfCharge => Kind != ActKind.Refund;
}

public enum ApprovalStatus
{
    /// <summary>It waits for a second person.</summary>
    Waiting,

    /// <summary>A second person approved it, and the act was done in the same commit.</summary>
    Approved,

    Rejected,

    /// <summary>No person decided in time.</summary>
    Expired,

    /// <summary>The subject changed meanwhile, or does not allow the act any more.</summary>
    Void,
}

/// <summary>
/// An act above the limit, for which one person asks and another decides. Its first event leads to the operator action that says who asked
/// and why, and its second and last one to that of the decision.
/// </summary>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Account">The account that the act changes.</param>
/// <param name="Slot">The slot of that account (0 to 31).</param>
/// <param name="SubjectEvents">How many events the act's subject had when the person asked.</param>
/// <param name="AskedBy">The person who asked.</param>
public sealed record ApprovalRequest(
    ApprovalRequestId Id, long Number, AccountId Account, int Slot, Act Act, int SubjectEvents, Guid AskedBy, DateTimeOffset ExpiresAt)
        : IRow<ApprovalRequestId, ApprovalRequest>
{
    public static Shelf<ApprovalRequestId, ApprovalRequest> Shelf { get; } = new(request => request.Id);

    /// <summary>The request that waits for a subject; one at most.</summary>
    public static Relation<ActSubjectId, ApprovalRequestId, ApprovalRequest> WaitingFor { get; } =
        new(Shelf, request => request.Status == ApprovalStatus.Waiting ? new(request.Id.Merchant, request.Act.Subject) : null);

    public required DateTimeOffset AskedAt { get; init; }

    public ApprovalStatus Status { get; init; }

    /// <summary>The person who approved or rejected it; null for the command line, and while no person has.</summary>
    public Guid? DecidedBy { get; init; }

    /// <summary>The id of the refund that the act made, or of the charge that it changed; null where it was not approved.</summary>
    public Guid? Result { get; init; }

    public int Events { get; init; } = 1;

    public AccountTarget Target => AccountTarget.Of(Account, Slot);
}

/// <summary>The amount above which an act of an operator needs a second person. Zero for every act.</summary>
public sealed record ApprovalLimit(MerchantId Merchant, Money Amount) : IRow<(MerchantId, Currency), ApprovalLimit>
{
    public static Shelf<(MerchantId, Currency), ApprovalLimit> Shelf { get; } = new(limit => (limit.Merchant, limit.Amount.Currency));

    /// <summary>The limits of a merchant that are in force, one for a currency.</summary>
    public static Relation<MerchantId, (MerchantId, Currency), ApprovalLimit> OfMerchant { get; } = new(Shelf, limit => limit.Merchant);
}
