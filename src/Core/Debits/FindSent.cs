using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Debits;

/// <summary>
/// What may have gone to the bank in the time that a restore lost: no file has it again before a person or the bank has said whether it
/// has gone.
/// </summary>
public static class SentInLostTime
{
    /// <summary>Whether it may have gone to the bank, as far as no file has it that was handed out.</summary>
    /// <param name="restoredAt">When the books were restored last; null for never.</param>
    public static bool IsPerhapsSent(this Attempt attempt, DateTimeOffset? restoredAt) =>
        !attempt.IsSettled && (attempt.UnsentAt ?? attempt.OpenedAt) < restoredAt
        && (attempt.WaitsForCollection || (attempt.Verb == Verb.Refund && ClearingProvider.IsConfirmedByPeople(attempt.Provider)));

    /// <summary>Whether the bank may have its file.</summary>
    /// <param name="restoredAt">When the books were restored last; null for never.</param>
    public static bool IsPerhapsSent(this Collection collection, DateTimeOffset? restoredAt) =>
        collection.MayBeCalledOff && collection.UnsentAt < restoredAt;
}

/// <summary>
/// Puts a debit or a refund into a file that the bank had before the books were restored. The bank's later files then name it as that of
/// any file. Refused where it is known not to have gone, where it has ended, or where another file has it.
/// </summary>
/// <param name="About">The capture or the refund.</param>
/// <param name="Instrument">The bank account that is debited, or that gets the refund.</param>
/// <param name="Into">The collection of that file.</param>
/// <param name="Former">
/// The collection that has it, which was called off, or is that of files that no one knows; null for none.
/// </param>
public sealed record FindSent(Origin Origin, Attempt About, InstrumentId Instrument, CollectionId Into, CollectionId? Former)
    : DebitCommand(Origin, About, Instrument, Into, Former)
{
    public override IReadOnlyList<AccountTarget> Others => Former is { } former ? [Into.House, former.House] : [Into.House];

    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (state.Collection(Into) is not { IsLost: true } collection)
            return Decision.Refused(Refusal.CollectionChanged);
        if (!attempt.IsPerhapsSent(stamp.RestoredAt) || !attempt.GoesBy(collection.Kind)
            || attempt.Amount.Currency != collection.Currency)
        {
            return Decision.Refused(Refusal.AttemptSettled);
        }

        if (state.Debit(attempt.Id) is { IsLeftOut: false } debit)
        {
            var has = debit.Collection == Former && Former != Into ? state.Collection(debit.Collection) : null;
            if (has is not ({ Status: CollectionStatus.CalledOff } or { IsLost: true, FileHash: null }))
                return Decision.Refused(Refusal.CollectionChanged);
            if (has.IsLost)
                progress.Changes.Put(has with { Count = has.Count - 1, SumMinor = has.SumMinor - attempt.Amount.AmountMinor });
        }

        if (state.Instrument(Instrument) is not { } instrument || instrument.Account != attempt.Account)
            return Decision.Refused(Refusal.InstrumentUnknown);
        if (collection.Kind == CollectionKind.Debits && instrument.Vaulted is not { Mandate: not null })
            return Decision.Refused(Refusal.InstrumentUnknown);
        progress.Changes.Put(new Debit(
            attempt.Id, Into, Instrument, collection.Kind == CollectionKind.Debits ? instrument.NextSequence() : null));
        if (collection.Kind == CollectionKind.Debits)
            progress.Changes.Put(instrument.DebitedOn(collection.DueOn));
        // The next debit tells the bank what has changed since this one.
        if (collection is { Kind: CollectionKind.Debits, Creditor.Length: > 0 } && instrument.Vaulted is { Mandate: { } mandate })
        {
            progress.Changes.Put(new DebitTerms(
                progress.Event, attempt.Id, Into, Instrument, collection.DueOn, mandate.Reference, collection.Creditor));
        }

        progress.Changes.Put(
            collection with { Count = collection.Count + 1, SumMinor = checked(collection.SumMinor + attempt.Amount.AmountMinor) });
        progress.Move(EventType.PaymentFoundSent);
        return progress.Accept();
    }
}

/// <summary>
/// Notes that a debit or a refund did not go to the bank in the time that a restore lost: the next collection may have it.
/// </summary>
/// <param name="About">The capture or the refund.</param>
public sealed record FindUnsent(Origin Origin, Attempt About) : PaymentNews(Origin, About)
{
    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (!attempt.IsPerhapsSent(stamp.RestoredAt))
            return Decision.Refused(Refusal.AttemptSettled);
        progress.Put(attempt with { UnsentAt = stamp.At }, EventType.AttemptFoundUnsent);
        return progress.Accept();
    }
}

/// <summary>
/// Notes that the bank had the file of a collection before the books were restored: one that the books have, or one that they lost.
/// </summary>
/// <param name="Lost">The collection as its file says; it counts where the books have none.</param>
public sealed record FindCollectionSent(Origin Origin, CollectionId Id, LostCollection Lost) : CollectionCommand(Origin, Id)
{
    /// <summary>How many debits or refunds the books have in it; for one whose file the books did not build.</summary>
    public int Count { get; init; }

    /// <summary>Their sum, in cents.</summary>
    public long SumMinor { get; init; }

    /// <summary>The SHA-256 of the file, where it was handed in; null where it was not.</summary>
    public ReadOnlyMemory<byte>? FileHash { get; init; }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (stamp.RestoredAt is null)
            return Decision.Refused(Refusal.CollectionChanged);
        if (state.Collection(Id) is not { } collection)
        {
            var changes = new Changes();
            var lost = new Collection(
                Id, changes.TakeNumber(stamp), Lost.Kind, Lost.Currency, Lost.Scheme, Lost.DueOn, CollectionStatus.HandedOut, Events: 0)
            {
                Creditor = Lost.Creditor,
                AccountHash = Lost.AccountHash,
                UnsentAt = stamp.At,
                IsLost = true,
                TimesHandedOut = 1,
                FileHash = FileHash,
            };
            return Accept(lost, EventType.CollectionFoundSent, stamp, changes);
        }

        if (collection is { IsLost: true, FileHash: null } && FileHash is { } hash)
            return Accept(collection with { FileHash = hash }, EventType.CollectionFoundSent, stamp);
        if (collection.Status == CollectionStatus.HandedOut)
            return Decision.Refused(Refusal.CollectionHandedOut);
        if (collection.UnsentAt >= stamp.RestoredAt)
            return Decision.Refused(Refusal.CollectionChanged);
        var found = collection with { Status = CollectionStatus.HandedOut, TimesHandedOut = 1 };
        // A file that the books built is the one that went. Else they know a part of it.
        return Accept(
            collection.Status is CollectionStatus.Built or CollectionStatus.Released
                ? found : found with { IsLost = true, Count = Count, SumMinor = SumMinor, FileHash = FileHash },
            EventType.CollectionFoundSent, stamp);
    }
}

/// <summary>A collection whose file went to the bank in the time that a restore lost.</summary>
/// <param name="Creditor">The creditor identifier of its file; empty where it is not known.</param>
public sealed record LostCollection(CollectionKind Kind, Currency Currency, DebitScheme Scheme, DateOnly DueOn, string Creditor)
{
    /// <inheritdoc cref="Collection.AccountHash"/>
    public ReadOnlyMemory<byte>? AccountHash { get; init; }
}

/// <summary>
/// Notes that the bank did not have the file of a collection before the books were restored, nor what it has by another one: it goes on.
/// </summary>
public sealed record FindCollectionUnsent(Origin Origin, CollectionId Id) : CollectionCommand(Origin, Id)
{
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Collection(Id) is not { } collection)
            return Decision.Refused(Refusal.CollectionUnknown);
        if (!collection.IsPerhapsSent(stamp.RestoredAt))
            return Decision.Refused(Refusal.CollectionChanged);
        return Accept(collection with { UnsentAt = stamp.At }, EventType.CollectionFoundUnsent, stamp);
    }
}
