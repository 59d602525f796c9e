using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Corrections;

/// <summary>
/// Changes what a bill says beside its amount, and whether its customer is dunned for it. A former document number still names the charge.
/// </summary>
public sealed record ChangeCharge(Origin Origin, AccountTarget Account, ChargeId Charge) : AccountCommand(Origin, Account)
{
    /// <summary>The new due day; null to leave it.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>The new number printed on the bill; null to leave it.</summary>
    public Reference? Document { get; init; }

    /// <summary>The new description of the charge; empty for no description; null to leave it.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// The last day on which its customer is not dunned for it; <see cref="NoPause"/> to end the pause; null to leave it.
    /// </summary>
    public DateOnly? DunningPausedUntil { get; init; }

    /// <summary>How many events the charge had when the caller looked at it; null where that does not matter.</summary>
    public int? Seen { get; init; }

    /// <summary>The day that ends a pause of dunning.</summary>
    public static DateOnly NoPause => DateOnly.MinValue;

    public override IEnumerable<Reference> References => Document is { } document ? [document] : [];

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Accounts.Charge.Shelf, Charge);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Charge(Charge) is not { } charge || charge.Account != account.Id)
            return Decision.Refused(Refusal.ChargeUnknown);
        if (Seen is { } seen && seen != charge.Events)
            return Decision.Refused(Refusal.ChargeChanged);
        var named = Document is { } document ? state.Find(document) : null;
        if (named is { } other && other.Object != Charge.Value)
            return Decision.Refused(Refusal.ReferenceTaken);
        var changed = charge with
        {
            DueOn = DueOn ?? charge.DueOn,
            Document = Document?.Value ?? charge.Document,
            Description = Description is "" ? null : Description ?? charge.Description,
            DunningPausedUntil = DunningPausedUntil == NoPause ? null : DunningPausedUntil ?? charge.DunningPausedUntil,
        };
        if (changed == charge)
            return Decision.Refused(Refusal.NothingToChange);

        var changes = new Changes();
        changes.Put(changed with { Events = charge.Events + 1 });
        if (Document is { } name && named is null)
            changes.Name(new NamedObject(account.Id, account.Slot, Charge.Value), name);
        changes.Put(new Event(Charge.Value, charge.Events + 1, EventType.ChargeChanged, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
