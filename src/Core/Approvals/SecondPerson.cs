using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Approvals;

/// <summary>
/// The rule of two people, for the commands that operators send, also through a client that acts for them. A client that acts for itself
/// is a program with scopes of its own, and needs no second person.
/// </summary>
internal static class SecondPerson
{
    /// <summary>Wants the rows by which an act is held.</summary>
    public static void Want(Wanted wanted, Origin origin, Guid subject)
    {
        if (!origin.IsOfOperator)
            return;
        wanted.Add(ApprovalLimit.OfMerchant, origin.Merchant);
        wanted.Add(ApprovalRequest.WaitingFor, new ActSubjectId(origin.Merchant, subject));
    }

    /// <summary>Whether an operator's act is above the limit.</summary>
    /// <param name="amount">
    /// The amount, with what acts of this kind took from the same subject before: parts do not evade the limit.
    /// </param>
    /// <param name="isAtAnyAmount">Whether a limit of any amount holds the act: its subject came by a part of something else.</param>
    public static bool IsNeeded(State state, Origin origin, Money amount, bool isAtAnyAmount = false) =>
        origin.IsOfOperator && IsAbove(state, origin.Merchant, amount, isAtAnyAmount);

    /// <summary>Whether an amount is above the limit, whoever acts.</summary>
    /// <param name="isAtAnyAmount">Whether a limit of any amount holds the act.</param>
    public static bool IsAbove(State state, MerchantId merchant, Money amount, bool isAtAnyAmount = false) =>
        state.Find(ApprovalLimit.Shelf, (merchant, amount.Currency)) is { } limit
        && (isAtAnyAmount || amount.AmountMinor > limit.Amount.AmountMinor);

    /// <summary>
    /// Has the act wait for a second person, in place of doing it. The command line is no person that the books can tell from another, and
    /// the answers of an API have no place for an act that waits: so neither can ask.
    /// </summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="subjectEvents">How many events the act's subject has.</param>
    public static Decision Ask(State state, Stamp stamp, Account account, Origin origin, Guid id, Act act, int subjectEvents)
    {
        if (origin is not { Credential: 0, Action.Person: { } person })
            return Decision.Refused(Refusal.SecondPersonNeeded);
        if (state.All(ApprovalRequest.WaitingFor, new(origin.Merchant, act.Subject)).Any())
            return Decision.Refused(Refusal.ApprovalWaiting);
        var changes = new Changes();
        changes.Put(new ApprovalRequest(
            new ApprovalRequestId(origin.Merchant, id), changes.TakeNumber(stamp), account.Id, account.Slot, act, subjectEvents, person,
            stamp.Now + stamp.ApprovalLifetime)
        {
            AskedAt = stamp.At,
        });
        changes.Put(new Event(id, 1, EventType.ApprovalAsked, null, stamp.Time, origin.As("approval.ask"), []));
        return Decision.Accepted(changes);
    }
}
