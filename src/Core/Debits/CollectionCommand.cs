using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;

namespace Quittance.Core.Debits;

/// <summary>A step of a collection.</summary>
public abstract record CollectionCommand(Origin Origin, CollectionId Id) : Command(Origin, Id.House)
{
    public override void Want(Wanted wanted, State known) => wanted.Add(Collection.Shelf, Id);

    private protected Decision Accept(Collection collection, EventType type, Stamp stamp, Changes? changes = null)
    {
        changes ??= new Changes();
        changes.Put(collection with { Events = collection.Events + 1 });
        changes.Put(new Event(Id.Value, collection.Events + 1, type, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}

/// <summary>Begins a collection, into which debits or refunds are then taken.</summary>
/// <param name="Creditor">The creditor identifier of its file.</param>
public sealed record OpenCollection(
    Origin Origin, CollectionId Id, CollectionKind Kind, Currency Currency, DebitScheme Scheme, DateOnly DueOn, CreditorIdentifier Creditor)
    : CollectionCommand(Origin, Id)
{
    /// <inheritdoc cref="Collection.AccountHash"/>
    public ReadOnlyMemory<byte>? AccountHash { get; init; }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Collection(Id) is not null)
            return Decision.Refused(Refusal.CollectionChanged);
        var changes = new Changes();
        var collection = new Collection(
            Id, changes.TakeNumber(stamp), Kind, Currency, Scheme, DueOn, CollectionStatus.Building, Events: 0)
        {
            OpenedBy = Origin.Action?.Person,
            Creditor = $"{Creditor}",
            UnsentAt = stamp.At,
            AccountHash = AccountHash,
        };
        return Accept(collection, EventType.CollectionOpened, stamp, changes);
    }
}

/// <summary>Closes a collection: its file is kept, and nothing is taken into it any more.</summary>
/// <param name="Count">How many debits or transfers its file has.</param>
/// <param name="SumMinor">Their sum, in cents.</param>
/// <param name="FileHash">The SHA-256 of its file.</param>
public sealed record BuildCollection(Origin Origin, CollectionId Id, int Count, long SumMinor, ReadOnlyMemory<byte> FileHash)
    : CollectionCommand(Origin, Id)
{
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Collection(Id) is not { } collection)
            return Decision.Refused(Refusal.CollectionUnknown);
        if (collection.Status != CollectionStatus.Building)
            return Decision.Refused(Refusal.CollectionChanged);
        if (collection.IsPerhapsSent(stamp.RestoredAt))
            return Decision.Refused(Refusal.PerhapsSent);
        return Accept(
            collection with
            {
                Status = CollectionStatus.Built,
                Count = Count,
                SumMinor = SumMinor,
                FileHash = FileHash,
                BuiltBy = Origin.Action?.Person,
            },
            EventType.CollectionBuilt, stamp);
    }
}

/// <summary>
/// Releases the file of a collection. Above the merchant's limit another person than those who began and built it does so: the command line
/// is no person that the books can tell from another, so it can build such a collection and not release it. Nor can a program: for itself,
/// since a file of hundreds of debits or refunds is not the single act for which it has its scope; for an operator, since one program can
/// act for both people.
/// </summary>
public sealed record ReleaseCollection(Origin Origin, CollectionId Id) : CollectionCommand(Origin, Id)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(ApprovalLimit.OfMerchant, Origin.Merchant);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Collection(Id) is not { } collection)
            return Decision.Refused(Refusal.CollectionUnknown);
        if (collection.Status != CollectionStatus.Built)
            return Decision.Refused(Refusal.CollectionChanged);
        if (SecondPerson.IsAbove(state, Origin.Merchant, collection.Sum)
            && (Origin is not { Credential: 0, Action.Person: { } person }
                || person == collection.BuiltBy || person == collection.OpenedBy))
        {
            return Decision.Refused(Refusal.SecondPersonNeeded);
        }

        if (collection.IsPerhapsSent(stamp.RestoredAt))
            return Decision.Refused(Refusal.PerhapsSent);

        return Accept(collection with { Status = CollectionStatus.Released }, EventType.CollectionReleased, stamp);
    }
}

/// <summary>
/// Notes that a person or a program gets the file of a collection. After the first time only where who asks knows that it is again, and
/// says why, as the bank must not get it twice. Refused with <see cref="Refusal.AttemptSettled"/> where a refund of the file was paid,
/// called off or rejected meanwhile, as the file would pay it again, or where a debit of it may not be collected any more or is asked for
/// anew, as the bank has rejected it.
/// </summary>
public sealed record HandOutCollection(Origin Origin, CollectionId Id) : CollectionCommand(Origin, Id)
{
    /// <summary>Whether who asks knows that it may have been handed out before.</summary>
    public bool IsAgain { get; init; }

    /// <summary>All refunds of a file of transfers.</summary>
    public IReadOnlyList<Attempt> Refunds { get; init; } = [];

    /// <summary>
    /// The numbers of payments whose debits are in the file, and may not be collected any more; of a file that was handed out, those that
    /// the bank rejected.
    /// </summary>
    public IReadOnlyList<long> Ended { get; init; } = [];

    // While it is decided, none of the refunds can be settled.
    public override IReadOnlyList<AccountTarget> Others => [.. Refunds.DistinctBy(refund => refund.Slot).Select(refund => refund.Target)];

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        foreach (var refund in Refunds)
        {
            wanted.Add(Attempt.Shelf, refund.Id);
            wanted.Add(Debit.Shelf, refund.Id);
        }
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Collection(Id) is not { } collection)
            return Decision.Refused(Refusal.CollectionUnknown);
        if (collection.Status is not (CollectionStatus.Released or CollectionStatus.HandedOut))
            return Decision.Refused(Refusal.CollectionNotReleased);
        if (collection.IsPerhapsSent(stamp.RestoredAt))
            return Decision.Refused(Refusal.PerhapsSent);
        if (collection.TimesHandedOut > 0 && (!IsAgain || string.IsNullOrWhiteSpace(Origin.Action?.Reason)))
            return Decision.Refused(Refusal.CollectionHandedOut);
        if (Ended.Count > 0)
            return Decision.Refused(Refusal.AttemptSettled);
        if (collection.Kind == CollectionKind.Transfers
            && Refunds.Select(refund => refund.Id).Distinct().Count(id => IsUnpaid(state, id)) != collection.Count)
        {
            return Decision.Refused(Refusal.AttemptSettled);
        }

        return Accept(
            collection with { Status = CollectionStatus.HandedOut, TimesHandedOut = collection.TimesHandedOut + 1 },
            EventType.CollectionHandedOut, stamp);
    }

    private bool IsUnpaid(State state, AttemptId id) => state.Attempt(id) is { IsSettled: false }
        && state.Debit(id) is { IsLeftOut: false } refund && refund.Collection == Id;
}

/// <summary>Calls a collection off whose file no person has: what it has waits for the next one.</summary>
public sealed record CallOffCollection(Origin Origin, CollectionId Id) : CollectionCommand(Origin, Id)
{
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Collection(Id) is not { } collection)
            return Decision.Refused(Refusal.CollectionUnknown);
        if (!collection.MayBeCalledOff)
            return Decision.Refused(Refusal.CollectionChanged);
        return Accept(collection with { Status = CollectionStatus.CalledOff }, EventType.CollectionCalledOff, stamp);
    }
}
