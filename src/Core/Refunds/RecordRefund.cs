using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Refunds;

/// <summary>Records a refund without an amount. It moves no money.</summary>
/// <param name="Opening">Opens an unknown account; null to refuse it.</param>
public sealed record RecordRefund(Origin Origin, AccountTarget Account, RefundId Id, string Dialect, OpenAccount? Opening)
    : AccountCommand(Origin, Account)
{
    /// <summary>JSON of the dialect, for its answers; the engine does not read it.</summary>
    public string? Details { get; init; }

    public override IEnumerable<Reference> References => Opening?.Names ?? [];

    public override Decision Decide(State state, Stamp stamp)
    {
        var opening = OpenAccount.FindOrOpen(state, stamp, Account, Opening, out var account);
        if (opening.Changes is not { } opened)
            return opening;

        opened.Put(new Refund(
            Id, opened.TakeNumber(stamp), Payment: null, account!.Id, Dialect, Amount: null, RefundStatus.Pending, Attempt: null, Details,
            Events: 1, stamp.At)
        {
            TakenBy = 0,
        });
        opened.Put(new Event(Id.Value, 1, EventType.RefundRecorded, null, stamp.Time, Origin, []));
        return Decision.Accepted(opened);
    }
}
