using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Debits;

/// <summary>Puts a debit or a refund into a collection.</summary>
/// <param name="About">The capture or the refund.</param>
/// <param name="Instrument">The bank account that is debited, or that gets the refund.</param>
/// <param name="Former">The collection that has it; null for none.</param>
public abstract record DebitCommand(Origin Origin, Attempt About, InstrumentId Instrument, CollectionId Into, CollectionId? Former)
    : PaymentNews(Origin, About)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Debit.Shelf, About.Id);
        wanted.Add(Collection.Shelf, Into);
        wanted.Add(Core.Instruments.Instrument.Shelf, Instrument);
        if (Former is { } former)
            wanted.Add(Collection.Shelf, former);
    }
}

/// <summary>
/// Takes a capture that waits at the bank, or a refund to be paid out, into a collection that is being built. The event of the payment has
/// the terms of a debit, for the notice to the customer. Refused where the attempt has ended or another collection has it: that one stands,
/// unless it was called off.
/// </summary>
/// <param name="About">The capture or the refund.</param>
/// <param name="Instrument">The bank account that is debited, or that gets the refund.</param>
/// <param name="Former">The collection that has it, which was called off; null for none.</param>
public sealed record TakeDebit(Origin Origin, Attempt About, InstrumentId Instrument, CollectionId Into, CollectionId? Former)
    : DebitCommand(Origin, About, Instrument, Into, Former)
{
    // Nothing is taken into the collection while it is closed.
    public override IReadOnlyList<AccountTarget> Others => [Into.House];

    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (state.Collection(Into) is not { Status: CollectionStatus.Building } collection)
            return Decision.Refused(Refusal.CollectionChanged);
        if (attempt.IsPerhapsSent(stamp.RestoredAt) || collection.IsPerhapsSent(stamp.RestoredAt))
            return Decision.Refused(Refusal.PerhapsSent);
        if (!IsFree(state) || !attempt.GoesBy(collection.Kind) || attempt.Amount.Currency != collection.Currency)
            return Decision.Refused(Refusal.AttemptSettled);
        if (state.Instrument(Instrument) is not { } instrument || instrument.Account != attempt.Account)
            return Decision.Refused(Refusal.InstrumentUnknown);
        return collection.Kind switch
        {
            CollectionKind.Debits => TakeCapture(state, attempt, instrument, collection, progress),
            CollectionKind.Transfers => TakeRefund(attempt, instrument, progress),
        };
    }

    private Decision TakeCapture(State state, Attempt capture, Instrument instrument, Collection collection, PaymentChanges progress)
    {
        if (instrument.Vaulted is not { Mandate: { } mandate } || BankFlavours.Of(collection.Currency) is not { } flavour
            || !flavour.Reaches(instrument.Country) || flavour.NeedsAddress(instrument.Country)
            || !mandate.Allows(flavour, collection.DueOn) || (mandate.IsUsedUp && state.Debit(capture.Id) is null))
        {
            return Decision.Refused(Refusal.InstrumentUnknown);
        }

        progress.Changes.Put(new Debit(capture.Id, Into, Instrument, instrument.NextSequence()));
        progress.Changes.Put(new DebitTerms(
            progress.Event, capture.Id, Into, Instrument, collection.DueOn, mandate.Reference, collection.Creditor));
        progress.Changes.Put(instrument.DebitedOn(collection.DueOn));
        progress.Move(EventType.PaymentDebitTaken);
        return progress.Accept();
    }

    private Decision TakeRefund(Attempt refund, Instrument instrument, PaymentChanges progress)
    {
        if (instrument is not { Vaulted.Shown.Kind: InstrumentKind.IbanAccount, IsRemoved: false })
            return Decision.Refused(Refusal.InstrumentUnknown);
        progress.Changes.Put(new Debit(refund.Id, Into, Instrument, Sequence: null));
        progress.Move(EventType.PaymentRefundTaken);
        return progress.Accept();
    }

    private bool IsFree(State state) => state.Debit(About.Id) is not { IsLeftOut: false } debit
        || (debit.Collection == Former && state.Collection(debit.Collection) is { Status: CollectionStatus.CalledOff });
}

/// <summary>
/// Takes a debit or a refund out of a collection that is being built, because its file can't have it: its number is gone, or its attempt
/// has ended. Or takes a refund out of a file that was handed out, because the bank rejects it: it is to be paid out again. Or takes one
/// out of a file that a restore lost, where the file itself turned up without it.
/// </summary>
/// <param name="About">The capture or the refund.</param>
public sealed record LeaveOutDebit(Origin Origin, Attempt About, CollectionId From) : PaymentNews(Origin, About)
{
    /// <summary>The code by which the bank rejects the transfer; null where a collection is being built.</summary>
    public string? Reason { get; init; }

    public override IReadOnlyList<AccountTarget> Others => [From.House];

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Debit.Shelf, About.Id);
        wanted.Add(Collection.Shelf, From);
    }

    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (state.Collection(From) is not { } collection || !MayLeave(collection))
            return Decision.Refused(Refusal.CollectionChanged);
        if (Reason is not null && attempt.IsSettled)
            return Decision.Refused(Refusal.AttemptSettled);
        if (state.Debit(attempt.Id) is not { IsLeftOut: false } debit || debit.Collection != From)
            return Decision.Refused(Refusal.AttemptSettled);
        if (Reason is null && collection.IsLost)
        {
            if (attempt.IsSettled)
                return Decision.Refused(Refusal.AttemptSettled);
            progress.Changes.Put(
                collection with { Count = collection.Count - 1, SumMinor = collection.SumMinor - attempt.Amount.AmountMinor });
        }

        progress.Changes.Put(debit with { IsLeftOut = true, Reason = Reason });
        // A file that the books gave out after the restore: no other one has it.
        if (Reason is not null && attempt.IsPerhapsSent(stamp.RestoredAt) && !collection.IsLost
            && collection.UnsentAt >= stamp.RestoredAt)
        {
            progress.Put(attempt with { UnsentAt = stamp.At }, EventType.AttemptFoundUnsent);
        }

        progress.Move(collection.Kind switch
        {
            CollectionKind.Debits => EventType.PaymentDebitLeftOut,
            CollectionKind.Transfers => EventType.PaymentRefundLeftOut,
        });
        return progress.Accept();
    }

    private bool MayLeave(Collection collection) => Reason is null
        ? collection.Status == CollectionStatus.Building || collection.IsLost
        : collection is { Kind: CollectionKind.Transfers, Status: CollectionStatus.HandedOut };
}

/// <summary>How mandates are used.</summary>
public static class MandateUse
{
    private const int VoidAfterMonths = 36;

    extension(Mandate mandate)
    {
        /// <summary>The last day on which it can be used, when it is not used before then. CH-DD has no such day.</summary>
        public DateOnly LastDay => mandate.Scheme == MandateScheme.SwissDebit
            ? DateOnly.MaxValue : (mandate.LastUsedOn ?? mandate.SignedOn).AddMonths(VoidAfterMonths);

        /// <summary>Whether the customer's bank account may be debited on a day, by files of a flavour.</summary>
        public bool Allows(BankFlavour flavour, DateOnly day) =>
            mandate.Status == MandateStatus.Active && mandate.Scheme == flavour.Mandates
            && mandate.SignedOn <= day && day <= mandate.LastDay;

        /// <summary>Whether a debit has it that is the only one. Another collection may take the same debit again.</summary>
        public bool IsUsedUp => mandate is { IsForOneDebit: true, LastUsedOn: not null };
    }

    /// <summary>
    /// The sequence of an instrument's next debit. An instrument that was entered for one payment is debited once. Banks take a recurring
    /// debit for a first one since November 2016.
    /// </summary>
    public static DebitSequence NextSequence(this Instrument instrument) =>
        NextSequence(instrument.Standing, instrument.Vaulted?.Mandate);

    /// <inheritdoc cref="NextSequence(Instrument)"/>
    public static DebitSequence NextSequence(InstrumentStanding standing, Mandate? mandate) =>
        standing == InstrumentStanding.Once || mandate is { IsForOneDebit: true } ? DebitSequence.OneOff : DebitSequence.Recurring;

    /// <summary>The instrument, once it is debited on a day.</summary>
    public static Instrument DebitedOn(this Instrument instrument, DateOnly day) => instrument.Vaulted is { Mandate: { } mandate } vaulted
        ? instrument with
        {
            Vaulted = vaulted with
            {
                Mandate = mandate with
                {
                    FirstUsedOn = mandate.FirstUsedOn < day ? mandate.FirstUsedOn : day,
                    LastUsedOn = mandate.LastUsedOn > day ? mandate.LastUsedOn : day,
                },
            },
        }
        : instrument;
}
