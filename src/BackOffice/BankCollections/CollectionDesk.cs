using System.Runtime.CompilerServices;
using Npgsql;
using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankCollections.Writing;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.BankCollections;

/// <summary>A debit or a refund that a collection can't have.</summary>
/// <param name="Payment">The payment's number.</param>
/// <param name="Why">In words for an operator.</param>
public sealed record LeftOutDebit(long Payment, Money Amount, string Why)
{
    /// <summary>The refund's number; null for a debit.</summary>
    public long? Refund { get; init; }

    /// <summary>The later day on which it is due; null where another reason leaves it out.</summary>
    public DateOnly? DueOn { get; init; }
}

/// <summary>The collection that would be built now.</summary>
/// <param name="DueOn">The day on which customers' banks would pay, or the merchant's bank would.</param>
public sealed record CollectionPreview(
    CollectionKind Kind, DateOnly DueOn, Currency Currency, IReadOnlyList<WaitingDebit> Debits, IReadOnlyList<LeftOutDebit> LeftOut)
{
    public Money Sum => new(Debits.Sum(debit => debit.Attempt.Amount.AmountMinor), Currency);
}

/// <summary>Why the file of a collection was not handed out.</summary>
public enum HandOutProblem
{
    /// <summary>It was.</summary>
    None,

    /// <summary>The bank takes it no more.</summary>
    TooLate,

    /// <summary>The kept file is not the one that was built.</summary>
    Damaged,

    /// <summary>A debit or a refund of it may not go any more.</summary>
    Overtaken,

    /// <summary>The engine refuses it for another reason.</summary>
    Refused,
}

/// <summary>Whether the file of a collection was handed out.</summary>
/// <param name="Why">Why not, a sentence; empty where it was.</param>
/// <param name="Refusal">The engine's refusal; null where it refused nothing.</param>
public sealed record HandingOut(HandOutProblem Problem, string Why, Refusal? Refusal = null);

/// <summary>
/// Builds collections. Every step can be repeated: the next run goes on with what an interrupted one left, and no debit or refund is in two
/// files.
/// </summary>
public sealed class CollectionDesk(
    NpgsqlDataSource database, PaymentEngine engine, IVault vault, IProviderAccounts accounts, TimeProvider clock)
{
    private const int ShownEnded = 5;

    private const int AtOnce = 1000;
    private const string Gone = "its bank account was taken away";
    private const string MandateEnded = "its mandate has ended";
    private const string Paid = "its bill was paid meanwhile";

    private const string OfAnotherFile =
        "the bank takes one group in a file, and this one is of another: build the next collection after this one";

    private const string PerhapsSent =
        "the bank may have it from the time that a restore lost: say first whether it has, by quittance collect sent or unsent";

    private readonly Collections _collections = new(database);
    private readonly CollectionFiles _files = new(database, vault);
    private readonly CollectionRuns _runs = new(database);
    private readonly LostTime _lostTime = new(database);
    private readonly StatementAccounts _accounts = new(database);

    /// <summary>The merchant's bank account; null for none.</summary>
    public Task<BankAccount?> AccountAsync(MerchantId merchant, CancellationToken cancel) =>
        new Creditors(accounts, new Mandates(database)).FindAsync(merchant, cancel);

    /// <summary>The first day on which a collection can be due.</summary>
    public DateOnly NextDueDay(BankAccount account, CollectionKind kind) => account.FirstDueDay(kind, clock.GetUtcNow());

    /// <summary>The next collection with its items, and the items that it would leave out; changes nothing.</summary>
    public async Task<CollectionPreview> PreviewAsync(
        BankAccount account, MerchantId merchant, CollectionKind kind, CancellationToken cancel)
    {
        var dueOn = await DayAsync(account, merchant, kind, cancel);
        List<WaitingDebit> debits = [];
        List<LeftOutDebit> leftOut = [];
        var restoredAt = await _lostTime.RestoredAtAsync(cancel);
        var ended = kind == CollectionKind.Debits
            ? (await _collections.EndedAsync(merchant, restoredAt, int.MaxValue, cancel)).Select(one => one.Attempt.Id).ToHashSet() : [];
        await foreach (var waiting in ToTakeAsync(account, merchant, kind, dueOn, group: null, leftOut, cancel))
        {
            if (ended.Contains(waiting.Attempt.Id))
                leftOut.Add(LeftOut(waiting, Paid));
            else if (kind == CollectionKind.Debits || debits.Count < CollectionGroup.MostTransfers)
                debits.Add(waiting);
        }

        return new CollectionPreview(kind, dueOn, account.Currency, debits, leftOut);
    }

    /// <summary>
    /// Builds a collection of all debits or refunds that wait, or ends the building of one. Null where none waits. Of refunds it takes the
    /// oldest, at most <see cref="CollectionGroup.MostTransfers"/>.
    /// </summary>
    /// <param name="by">The operator's action, by the words for its subject.</param>
    /// <exception cref="StoreUnavailableException">Another run is at work, or the database can't be reached; run it again.</exception>
    public Task<(Collection? Built, IReadOnlyList<LeftOutDebit> LeftOut)> RunAsync(
        BankAccount account, MerchantId merchant, CollectionKind kind, Origin by, CancellationToken cancel) =>
        _runs.AloneAsync(merchant, () => BuildAsync(account, merchant, kind, by, cancel), cancel);

    /// <inheritdoc cref="Collections.WaitingMerchantsAsync"/>
    public Task<IReadOnlyList<MerchantId>> WaitingMerchantsAsync(CancellationToken cancel) => _collections.WaitingMerchantsAsync(cancel);

    /// <summary>
    /// Ends the debits that wait for a collection and that none may have any more. What perhaps went to the bank in the time that a restore
    /// lost stays.
    /// </summary>
    /// <returns>Those that it ended, with the reason.</returns>
    public async Task<IReadOnlyList<LeftOutDebit>> EndWaitingAsync(MerchantId merchant, Origin by, CancellationToken cancel)
    {
        List<LeftOutDebit> ended = [];
        var restoredAt = await _lostTime.RestoredAtAsync(cancel);
        int accepted;
        do
        {
            var some = await _collections.EndedAsync(merchant, restoredAt, AtOnce, cancel);
            var outcomes = await Task.WhenAll(some.Select(waiting => engine.SubmitAsync(
                new EndDebit(by, waiting.Attempt, waiting.Instrument!.Value, waiting.Former), patient: true)));
            foreach (var outcome in outcomes)
                RequireReached(outcome);
            ended.AddRange(some.Zip(outcomes).Where(one => one.Second.Accepted).Select(one => LeftOut(one.First, EndOf(one.First))));
            accepted = outcomes.Count(outcome => outcome.Accepted);
        }
        while (accepted == AtOnce);

        return ended;
    }

    private static string EndOf(WaitingDebit waiting) => waiting switch
    {
        { Standing: InstrumentStanding.Removed } => $"{Gone}: its payment has failed",
        { Mandate: not { Status: MandateStatus.Active } } => $"{MandateEnded}: its payment has failed",
        _ => $"{Paid}: its payment is cancelled",
    };

    private async Task<(Collection? Built, IReadOnlyList<LeftOutDebit> LeftOut)> BuildAsync(
        BankAccount account, MerchantId merchant, CollectionKind kind, Origin by, CancellationToken cancel)
    {
        List<LeftOutDebit> leftOut = kind == CollectionKind.Debits ? [.. await EndWaitingAsync(merchant, by, cancel)] : [];
        var collection = await BuildingAsync(account, merchant, kind, by, cancel);
        var dueOn = collection?.DueOn ?? await DayAsync(account, merchant, kind, cancel);
        var room = kind == CollectionKind.Debits ? int.MaxValue : CollectionGroup.MostTransfers;
        if (collection is not null && kind == CollectionKind.Transfers)
            room -= (await _collections.DebitsAsync(collection.Id, Guid.Empty, room, cancel)).Count;
        var group = collection is null ? null : await GroupOfAsync(collection, cancel);
        await foreach (var some in ToTakeAsync(account, merchant, kind, dueOn, group, leftOut, cancel).Chunk(AtOnce))
        {
            collection ??= await OpenAsync(account, merchant, kind, dueOn, by, cancel);
            await TakeAsync([.. some.Take(room)], collection, by);
            room -= Math.Min(room, some.Length);
        }

        if (collection is null)
            return (null, leftOut);
        var tally = await TallyAsync(collection, account, by, leftOut, cancel);
        if (tally.Count == 0)
        {
            Require(await engine.SubmitAsync(new CallOffCollection(by, collection.Id), patient: true));
            return (null, leftOut);
        }

        var hash = await _files.KeepAsync(collection.Id, stream => WriteAsync(account, collection, tally, stream, cancel), cancel);
        Require(await engine.SubmitAsync(
            new BuildCollection(
                by, collection.Id, tally.Sum(group => group.Value.Count), tally.Sum(group => group.Value.SumMinor), hash), patient: true));
        return (await _collections.FindAsync(collection.Id, cancel), leftOut);
    }

    /// <summary>
    /// The day of the collection that is next: the first one that is left to it, or the first due day of what a run of dues asked for,
    /// where nothing is for an earlier one.
    /// </summary>
    private async Task<DateOnly> DayAsync(BankAccount account, MerchantId merchant, CollectionKind kind, CancellationToken cancel)
    {
        var first = NextDueDay(account, kind);
        for (var day = first; ;)
        {
            List<LeftOutDebit> leftOut = [];
            await foreach (var _ in ToTakeAsync(account, merchant, kind, day, group: null, leftOut, cancel))
                return day;
            if (leftOut.Min(one => one.DueOn) is not { } next || !account.TakesAhead(next, clock.GetUtcNow()))
                return first;
            day = TargetCalendar.OnOrAfter(next);
        }
    }

    private async Task<Collection> OpenAsync(
        BankAccount account, MerchantId merchant, CollectionKind kind, DateOnly dueOn, Origin by, CancellationToken cancel)
    {
        var id = new CollectionId(merchant, Guid.CreateVersion7(clock.GetUtcNow()));
        Require(await engine.SubmitAsync(
            new OpenCollection(by, id, kind, account.Currency, account.Scheme, dueOn, account.Identifier)
            {
                AccountHash = await _accounts.HashAsync(
                    merchant, StatementSource.Camt, CsvStatementReader.KeyOf(account.Iban.Reveal()), account.Currency, cancel),
            },
            patient: true));
        return (await _collections.FindAsync(id, cancel))!;
    }

    /// <summary>
    /// Takes debits or refunds into a collection. A debit or refund that ended or was taken meanwhile is refused, and is no part of it.
    /// </summary>
    private async Task TakeAsync(IReadOnlyList<WaitingDebit> waiting, Collection collection, Origin by)
    {
        foreach (var taken in await Task.WhenAll(waiting.Select(debit => engine.SubmitAsync(
            new TakeDebit(by, debit.Attempt, debit.Instrument!.Value, collection.Id, debit.Former), patient: true))))
        {
            RequireReached(taken);
        }
    }

    /// <summary>Hands out the file of a collection, where the bank still takes it.</summary>
    /// <param name="to">Gets the file. Where it is not handed out, what it got is thrown away.</param>
    /// <param name="isAgain">Whether who asks knows that it may have been handed out before.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    public async Task<HandingOut> HandOutAsync(
        BankAccount account, Collection collection, Stream to, Origin by, bool isAgain, KeyUse? key, CancellationToken cancel)
    {
        if (IsTooLate(account, collection))
        {
            var what = collection.Kind == CollectionKind.Debits ? "debits" : "refunds";
            return new HandingOut(
                HandOutProblem.TooLate,
                $"The bank takes no {what} any more that are due on {collection.DueOn:O}. Call the collection off and build another.");
        }

        if (!await ReadAsync(collection, to, cancel))
            return new HandingOut(HandOutProblem.Damaged, "The kept file is not the one that was built. Nothing was handed out.");
        var command = await HandingOutAsync(collection, by, cancel) with { IsAgain = isAgain, Key = key };
        var outcome = await engine.SubmitAsync(command);
        if (outcome.Accepted)
            return new HandingOut(HandOutProblem.None, "");
        var refusal = outcome.Faults[0].Refusal;
        return refusal == Refusal.AttemptSettled
            ? new HandingOut(HandOutProblem.Overtaken, $"Collection {collection.Number}: {OvertakenOf(collection, command)}", refusal)
            : new HandingOut(HandOutProblem.Refused, $"Nothing was handed out: {RefusalText.Of(refusal)}.", refusal);
    }

    /// <summary>
    /// The command that notes that a person gets the file. Of transfers it looks at every refund again, so that none is paid twice; of
    /// debits at their mandates and bills.
    /// </summary>
    public async Task<HandOutCollection> HandingOutAsync(Collection collection, Origin by, CancellationToken cancel)
    {
        var command = new HandOutCollection(by, collection.Id);
        if (collection.Kind == CollectionKind.Debits)
        {
            return command with
            {
                Ended = collection.TimesHandedOut > 0 ? await _collections.RejectedInAsync(collection.Id, cancel)
                    : await _collections.EndedInAsync(collection.Id, cancel),
            };
        }

        var refunds = await _collections.DebitsAsync(collection.Id, Guid.Empty, CollectionGroup.MostTransfers, cancel);
        return command with { Refunds = [.. refunds.Select(refund => refund.Waiting.Attempt)] };
    }

    /// <summary>The advice for an operator where handing out is refused with <see cref="Refusal.AttemptSettled"/>.</summary>
    public static string OvertakenOf(Collection collection, HandOutCollection refused)
    {
        var ended = string.Join(", ", refused.Ended.Take(ShownEnded)) + (refused.Ended.Count > ShownEnded ? " and others" : "");
        if (collection.TimesHandedOut > 0)
        {
            return "nothing was handed out again: "
                + (ended.Length == 0 ? "a refund of the file was paid or called off meanwhile, or the bank rejected it"
                    : $"the bank rejected debits of the file (payments {ended})")
                + ". What it rejected is in no file that you hand in again: build another collection.";
        }

        return "nothing was handed out: "
            + (ended.Length == 0 ? "a refund of the file was paid or called off meanwhile"
                : $"the mandate of a debit has ended, or its bill was paid (payments {ended})")
            + ". Call the collection off and build another.";
    }

    /// <summary>Whether the bank takes the file of a collection no more, which it has not got yet.</summary>
    public bool IsTooLate(BankAccount account, Collection collection) =>
        collection.TimesHandedOut == 0 && !account.Takes(collection.Kind, collection.DueOn, clock.GetUtcNow());

    /// <summary>Reads the kept file of a collection into a stream.</summary>
    /// <returns>Whether it is the file that was built.</returns>
    public async Task<bool> ReadAsync(Collection collection, Stream to, CancellationToken cancel) =>
        await _files.ReadAsync(collection.Id, to, cancel) is { } hash && collection.FileHash is { } kept && kept.Span.SequenceEqual(hash);

    /// <summary>
    /// The collection that an interrupted run of the same person left. One of another person, whose day can't be met any more, or that
    /// another bank account began, is called off: so who builds a file is one person, and any other one may release it.
    /// </summary>
    private async Task<Collection?> BuildingAsync(
        BankAccount account, MerchantId merchant, CollectionKind kind, Origin by, CancellationToken cancel)
    {
        var restoredAt = await _lostTime.RestoredAtAsync(cancel);
        foreach (var left in (await _collections.ListAsync(merchant, 20, cancel)).Where(
            one => one.Status == CollectionStatus.Building && one.Kind == kind && !one.IsPerhapsSent(restoredAt)))
        {
            if (left.OpenedBy == by.Action?.Person
                && (left.Scheme, left.Currency, left.Creditor) == (account.Scheme, account.Currency, $"{account.Identifier}")
                && account.Takes(kind, left.DueOn, clock.GetUtcNow()))
            {
                return left;
            }

            Require(await engine.SubmitAsync(new CallOffCollection(by, left.Id), patient: true));
        }

        return null;
    }

    /// <summary>Counts the groups of the file, and leaves out what it can't have.</summary>
    private async Task<SortedDictionary<int, (int Count, long SumMinor)>> TallyAsync(
        Collection collection, BankAccount account, Origin by, List<LeftOutDebit> leftOut, CancellationToken cancel)
    {
        SortedDictionary<int, (int Count, long SumMinor)> tally = [];
        await foreach (var (waiting, group) in DebitsAsync(collection.Id, cancel))
        {
            var isOfDebits = collection.Kind == CollectionKind.Debits;
            if ((waiting.Attempt.IsSettled ? isOfDebits ? "its payment has ended" : "it was paid or called off meanwhile"
                // Its mandate changed while it was taken.
                : account.HasFilePerGroup && tally.Count > 0 && !tally.ContainsKey(group) ? OfAnotherFile
                : isOfDebits ? ProblemOf(await FileDebitAsync(collection, waiting, cancel), account.Flavour)
                : ProblemOf(await FileTransferAsync(waiting, cancel))) is { } why)
            {
                Require(await engine.SubmitAsync(new LeaveOutDebit(by, waiting.Attempt, collection.Id), patient: true));
                leftOut.Add(LeftOut(waiting, why));
                continue;
            }

            var (count, sumMinor) = tally.GetValueOrDefault(group);
            tally[group] = (count + 1, checked(sumMinor + waiting.Attempt.Amount.AmountMinor));
        }

        return tally;
    }

    private Task WriteAsync(
        BankAccount account, Collection collection, SortedDictionary<int, (int Count, long SumMinor)> tally, Stream to,
        CancellationToken cancel) => collection.Kind switch
        {
            CollectionKind.Debits => WriteAsync(
                account, collection,
                [
                    .. tally.Select(group => new DebitGroup(
                        collection.Id.NameOf(group.Key), collection.DueOn, collection.Scheme, CollectionGroup.SequenceOf(group.Key),
                        group.Value.Count, group.Value.SumMinor,
                        OfGroupAsync(
                            collection.Id, group.Key, waiting => FileDebitAsync(collection, waiting, cancel), cancel))),
                ], to, cancel),
            CollectionKind.Transfers => PainTransferWriter.WriteAsync(
                new TransferFile(
                    collection.Id.Message, clock.GetUtcNow(), new TransferPayer(account.Name, account.Iban, account.Bic?.ToString()),
                    [
                        .. tally.Select(group => new TransferGroup(
                            collection.Id.NameOf(group.Key), collection.DueOn, group.Value.Count, group.Value.SumMinor,
                            OfGroupAsync(collection.Id, group.Key, waiting => FileTransferAsync(waiting, cancel), cancel))),
                    ]),
                to, cancel),
        };

    private Task WriteAsync(
        BankAccount account, Collection collection, IReadOnlyList<DebitGroup> groups, Stream to, CancellationToken cancel) =>
        account.Flavour switch
        {
            BankFlavour.Sepa => PainDebitWriter.WriteAsync(
                new DebitFile(
                    collection.Id.Message, clock.GetUtcNow(),
                    new DebitCreditor(account.Name, account.Iban, account.Bic?.ToString(), account.Identifier), groups)
                {
                    IsBookedAsLump = !account.BooksEachDebit,
                }, to, cancel),
            BankFlavour.Swiss => SwissDebitWriter.WriteAsync(
                new SwissDebitFile(
                    collection.Id.Message, clock.GetUtcNow(),
                    new SwissCreditor(account.Name, account.Identifier.ToString(), account.Iban), collection.Currency.Code, groups),
                to, cancel),
        };

    /// <summary>The items of a group of a file.</summary>
    /// <param name="read">Reads one with its number; null where the vault has none any more.</param>
    private async IAsyncEnumerable<T> OfGroupAsync<T>(
        CollectionId id, int group, Func<WaitingDebit, Task<T?>> read, [EnumeratorCancellation] CancellationToken cancel)
        where T : class
    {
        await foreach (var (waiting, its) in DebitsAsync(id, cancel))
        {
            if (its == group)
            {
                yield return await read(waiting)
                    ?? throw new StoreUnavailableException("A bank account was taken away while the file was written. Run it again.");
            }
        }
    }

    /// <summary>A debit with its number from the vault; null where the vault has none any more.</summary>
    private async Task<FileDebit?> FileDebitAsync(Collection collection, WaitingDebit waiting, CancellationToken cancel) =>
        waiting.Mandate is { } mandate && await vault.OpenAsync(waiting.Instrument!.Value, cancel) is IbanAccount account
            ? new FileDebit(
                Debit.NameOf(waiting.Attempt.Id), waiting.Attempt.Amount.AmountMinor, mandate.Reference, mandate.SignedOn, account.Holder,
                account.Iban, waiting.Charges.Length > 0 ? waiting.Charges : $"{waiting.Payment}")
            {
                DebtorBic = account.Bic?.ToString(),
                Amendment = AmendmentOf(collection, mandate, waiting),
            }
            : null;

    /// <summary>
    /// The change of a mandate since the debit before it, or since the system before this one; null for none. CH-DD has no word
    /// for it.
    /// </summary>
    private static MandateAmendment? AmendmentOf(Collection collection, Mandate mandate, WaitingDebit waiting)
    {
        if (mandate.Scheme != MandateScheme.Sepa)
            return null;
        var (reference, creditor) = waiting.ReferenceBefore is { } before
            ? (before, waiting.CreditorBefore) : (mandate.FormerReference, mandate.FormerCreditor?.ToString());
        if (reference == mandate.Reference)
            reference = null;
        if (creditor == collection.Creditor)
            creditor = null;
        return reference is null && creditor is null
            ? null : new MandateAmendment(reference, creditor is null ? null : CreditorIdentifier.Parse(creditor));
    }

    /// <summary>A refund as a transfer with its number from the vault; null where the vault has none any more.</summary>
    private async Task<FileTransfer?> FileTransferAsync(WaitingDebit waiting, CancellationToken cancel) =>
        await vault.OpenAsync(waiting.Instrument!.Value, cancel) is IbanAccount account
            ? new FileTransfer(
                Debit.NameOf(waiting.Attempt.Id), waiting.Attempt.Amount.AmountMinor, account.Holder, account.Iban,
                $"Refund {waiting.Refund} {waiting.Charges}".TrimEnd())
            {
                PayeeBic = account.Bic?.ToString(),
            }
            : null;

    private static LeftOutDebit LeftOut(WaitingDebit waiting, string why) =>
        new(waiting.Payment, waiting.Attempt.Amount, why) { Refund = waiting.Refund };

    /// <summary>The waiting debits that a collection can have; notes those that it can't have.</summary>
    /// <param name="group">The group that the collection has already; null for none.</param>
    private async IAsyncEnumerable<WaitingDebit> ToTakeAsync(
        BankAccount account, MerchantId merchant, CollectionKind kind, DateOnly dueOn, int? group, List<LeftOutDebit> leftOut,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var restoredAt = await _lostTime.RestoredAtAsync(cancel);
        var today = await database.DayAsync(merchant, clock.GetUtcNow(), cancel);
        await foreach (var waiting in WaitingAsync(merchant, kind, cancel))
        {
            if ((waiting.Attempt.IsPerhapsSent(restoredAt) ? PerhapsSent : ProblemOf(waiting, account, kind, (today, dueOn))) is { } why)
            {
                leftOut.Add(LeftOut(waiting, why));
                continue;
            }

            if (waiting.DueOn is { } later && later > dueOn)
            {
                leftOut.Add(LeftOut(waiting, account.TakesAhead(later, clock.GetUtcNow())
                    ? $"it is due on {later:O}: a later collection has it"
                    : $"it is due on {later:O}, and banks take debits {BankAccount.MostDaysAhead} days ahead at most") with
                {
                    DueOn = later,
                });
                continue;
            }

            var its = GroupOf(waiting, kind);
            group ??= its;
            if (account.HasFilePerGroup && its != group)
                leftOut.Add(LeftOut(waiting, OfAnotherFile));
            else
                yield return waiting;
        }
    }

    private static int GroupOf(WaitingDebit waiting, CollectionKind kind) => kind switch
    {
        CollectionKind.Debits => CollectionGroup.Of(MandateUse.NextSequence(waiting.Standing, waiting.Mandate)),
        CollectionKind.Transfers => CollectionGroup.OfHolder(waiting.Attempt.Provider),
    };

    /// <summary>The group of the first that a collection has; null while it has none.</summary>
    private async Task<int?> GroupOfAsync(Collection collection, CancellationToken cancel) =>
        await _collections.DebitsAsync(collection.Id, Guid.Empty, 1, cancel) is [var first, ..] ? first.Group : null;

    private async IAsyncEnumerable<WaitingDebit> WaitingAsync(
        MerchantId merchant, CollectionKind kind, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<WaitingDebit> page = [];
        do
        {
            var after = page.Count == 0 ? null : page[^1].Attempt;
            page = kind switch
            {
                CollectionKind.Debits => await _collections.WaitingAsync(merchant, after, AtOnce, cancel),
                CollectionKind.Transfers => await _collections.WaitingRefundsAsync(merchant, after, AtOnce, cancel),
            };
            foreach (var waiting in page)
                yield return waiting;
        }
        while (page.Count == AtOnce);
    }

    private async IAsyncEnumerable<(WaitingDebit Waiting, int Group)> DebitsAsync(
        CollectionId id, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<(WaitingDebit Waiting, int Group)> page;
        var last = Guid.Empty;
        do
        {
            page = await _collections.DebitsAsync(id, last, AtOnce, cancel);
            foreach (var one in page)
                yield return one;
            if (page.Count > 0)
                last = page[^1].Waiting.Attempt.Id.Value;
        }
        while (page.Count == AtOnce);
    }

    /// <summary>Why a collection can't have a debit or a refund; null where it can, as far as the books tell without its number.</summary>
    private static string? ProblemOf(WaitingDebit waiting, BankAccount account, CollectionKind kind, (DateOnly Today, DateOnly DueOn) days)
    {
        if (waiting.Attempt.Amount.Currency != account.Currency)
            return $"it is in {waiting.Attempt.Amount.Currency.Code}, and the bank account is in {account.Currency.Code}";
        return kind switch
        {
            CollectionKind.Debits => ProblemOf(waiting, account.Flavour, days),
            CollectionKind.Transfers when account.Flavour == BankFlavour.Swiss => "the bank account's files have no transfers",
            CollectionKind.Transfers => ProblemOf(waiting),
        };
    }

    private static string? ProblemOf(WaitingDebit debit, BankFlavour flavour, (DateOnly Today, DateOnly DueOn) days) => debit switch
    {
        { Standing: InstrumentStanding.Removed } => Gone,
        { Mandate: null } => "its bank account has no mandate",
        { Mandate: { } mandate } when mandate.Scheme != flavour.Mandates => $"its mandate is not one of {NameOf(flavour)}",
        { Mandate.Status: not MandateStatus.Active } => MandateEnded,
        { Mandate: { } mandate } when mandate.SignedOn > days.Today =>
            $"its mandate is signed on {mandate.SignedOn:O}, a day in the future",
        { Mandate: { } mandate } when mandate.LastDay < days.DueOn =>
            $"its mandate was not used for 36 months, and is void since {mandate.LastDay:O}",
        { Mandate.IsUsedUp: true, WasTaken: false } => "its mandate is for one debit, which was taken",
        _ when !flavour.Reaches(debit.Country) => $"its bank account is outside {AreaOf(flavour)}",
        _ when flavour.NeedsAddress(debit.Country) => FileDebit.NoAddress,
        _ => null,
    };

    private static string? ProblemOf(WaitingDebit refund) => refund switch
    {
        { Attempt.Provider: ClearingProvider.Gateway } => "the client's gateway has its money",
        { Instrument: null } => "no bank account of the customer is known, or several are",
        _ when !Iban.IsSepaCountry(refund.Country) => "the customer's bank account is outside SEPA",
        _ => null,
    };

    private static string? ProblemOf(FileDebit? debit, BankFlavour flavour) => debit is null ? Gone : flavour switch
    {
        BankFlavour.Sepa => debit.Problem,
        BankFlavour.Swiss => SwissDebitWriter.ProblemOf(debit),
    };

    private static string NameOf(BankFlavour flavour) => flavour switch
    {
        BankFlavour.Sepa => "SEPA",
        BankFlavour.Swiss => "CH-DD",
    };

    private static string AreaOf(BankFlavour flavour) => flavour switch
    {
        BankFlavour.Sepa => "SEPA",
        BankFlavour.Swiss => "Switzerland and Liechtenstein",
    };

    private static string? ProblemOf(FileTransfer? transfer) =>
        transfer is null ? "the number of the customer's bank account is not kept here" : transfer.Problem;

    private static void Require(Outcome outcome)
    {
        RequireReached(outcome);
        if (!outcome.Accepted)
        {
            throw new StoreUnavailableException(
                $"Another run changed the collection meanwhile ({outcome.Faults[0].Refusal}). Run it again.");
        }
    }

    private static void RequireReached(Outcome outcome)
    {
        if (outcome.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now. Run it again.");
    }
}
