using Npgsql;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;

namespace Quittance.BackOffice.BankCollections;

/// <summary>The changes by a file of debits or transfers that was handed in after a restore.</summary>
/// <param name="Collection">The collection of the file; null for a refused one.</param>
/// <param name="Found">How many debits or refunds were perhaps sent before, and are sent now.</param>
/// <param name="Faults">Why the file is refused; empty where it was taken.</param>
/// <param name="Remarks">What of the file the books have lost, or know otherwise: it changed nothing.</param>
public sealed record LostFileOutcome(
    Collection? Collection, int Found, IReadOnlyList<FileFault> Faults, IReadOnlyList<FileFault> Remarks)
{
    /// <summary>Whether the books knew of the file: nothing has changed.</summary>
    public bool WasKnown { get; init; }
}

/// <summary>
/// Settles what may have gone to the bank in the time that a restore lost: by the file itself, or by a person's word. Every step can be
/// repeated.
/// </summary>
public sealed class LostFileDesk(NpgsqlDataSource database, PaymentEngine engine, IProviderAccounts accounts)
{
    private const int Shown = 50;

    private readonly Collections _collections = new(database);
    private readonly CollectionRuns _runs = new(database);
    private readonly LostTime _lostTime = new(database);
    private readonly LostDebits _lost = new(database, engine, accounts);

    /// <summary>Takes a file of debits or transfers that the bank had before the books were restored.</summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached, or a run is at work; hand the file in again.</exception>
    public async Task<LostFileOutcome> TakeAsync(Stream file, Origin origin, CancellationToken cancel)
    {
        var read = await LostFileReader.ReadAsync(file, cancel);
        if (read.Faults.Count > 0)
            return Refused(read.Faults);
        if (!Guid.TryParseExact(read.MessageId, "N", out var message))
            return Refused(0, "MsgId", "the file is none of ours: we name files otherwise");
        var id = new CollectionId(origin.Merchant, message);
        if (read.Groups.FirstOrDefault(group => CollectionId.OfGroup(origin.Merchant, group.Id)?.Id != id) is { } foreign)
            return Refused(foreign.FileLine, "PmtInfId", "the file is none of ours: we name groups otherwise");
        if (await _collections.FindAsync(id, cancel) is { } known && IsKnown(known, read))
            return new LostFileOutcome(known, 0, [], []) { WasKnown = true };
        if (await _lostTime.RestoredAtAsync(cancel) is not { } restoredAt)
            return Refused(0, "MsgId", "the books were never restored, so they have lost no file");
        var account = await accounts.FindAsync(origin.Merchant, ClearingProvider.Bank, cancel) is { } its
            ? BankSettings.TryRead(its.ApiKey) : null;
        if (account is null)
            return Refused(0, "IBAN", "the merchant has no bank account for debits");
        if (read.Groups.FirstOrDefault(group => group.Iban != account.Iban.Reveal()) is { } other)
        {
            return Refused(
                other.FileLine, read.Kind == CollectionKind.Debits ? "CdtrAcct" : "DbtrAcct",
                "the file is of another bank account than the merchant's");
        }

        return await _runs.AloneAsync(origin.Merchant, () => TakeAsync(read, id, account, restoredAt, origin, cancel), cancel);
    }

    private async Task<LostFileOutcome> TakeAsync(
        ReadLostFile read, CollectionId id, BankAccount account, DateTimeOffset restoredAt, Origin origin, CancellationToken cancel)
    {
        var known = await _collections.FindAsync(id, cancel);
        if (known is { FileHash: { } kept } && !kept.Span.SequenceEqual(read.Hash.Span))
            return Refused(0, "MsgId", $"it is not the file that the books have of collection {known.Number}");
        // Another request has handed it in meanwhile.
        if (known is not null && IsKnown(known, read))
            return new LostFileOutcome(known, 0, [], []) { WasKnown = true };
        if (known is { IsLost: false } && known.UnsentAt >= restoredAt)
            return Refused(0, "MsgId", $"collection {known.Number} is of the time after the restore, and is not handed out");
        if (known is { Status: CollectionStatus.Built or CollectionStatus.Released })
        {
            await _lost.FoundAsync(known, origin);
            return new LostFileOutcome(await _collections.FindAsync(id, cancel), known.Count, [], []);
        }

        var items = read.Groups.SelectMany(group => group.Items).ToList();
        var (ours, remarks) = await ComparedAsync(items, origin.Merchant, read.Kind, id, restoredAt, cancel);
        if (ours.Count == 0)
        {
            return Refused(
                0, "EndToEndId",
                "nothing of the file may have gone in the lost time: it is another merchant's, or of payments that the books have lost");
        }

        var first = read.Groups[0];
        var lost = new LostCollection(
            read.Kind, account.Currency, first.IsOfBusinesses ? DebitScheme.B2B : DebitScheme.Core, first.DueOn,
            first.Creditor ?? $"{account.Identifier}")
        {
            AccountHash = await _lost.AccountHashAsync(origin.Merchant, cancel),
        };
        await _lost.OpenAsync(id, lost, origin, cancel);
        await DropAsync(id, [.. items.Select(item => item.EndToEndId)], origin, cancel);
        var found = await _lost.TakeAsync(id, read.Kind, [.. ours], restoredAt, lost, origin, cancel);
        LostDebits.Require(await engine.SubmitAsync(new FindCollectionSent(origin, id, lost) { FileHash = read.Hash }, patient: true));
        return new LostFileOutcome(await _collections.FindAsync(id, cancel), found, [], [.. remarks.Take(Shown)]);
    }

    /// <summary>Whether the books know that the bank has the file.</summary>
    private static bool IsKnown(Collection known, ReadLostFile read) =>
        known is { Status: CollectionStatus.HandedOut, FileHash: { } kept } && kept.Span.SequenceEqual(read.Hash.Span);

    /// <summary>The items of a file that the books know to be open; and remarks on the others.</summary>
    private async Task<(List<Guid> Ours, List<FileFault> Remarks)> ComparedAsync(
        List<LostItem> items, MerchantId merchant, CollectionKind kind, CollectionId id, DateTimeOffset restoredAt,
        CancellationToken cancel)
    {
        var open = (await _lostTime.OfAsync(merchant, cancel)).Items.Where(item => item.Kind == kind)
            .ToDictionary(item => Debit.NameOf(item.Attempt.Id), StringComparer.Ordinal);
        HashSet<string> inFile = new(StringComparer.Ordinal);
        foreach (var lost in new[] { id, LostDebits.UnknownOf(merchant, kind, restoredAt) })
        {
            if (await _collections.FindAsync(lost, cancel) is not { IsLost: true })
                continue;
            await foreach (var one in _lost.EachAsync(lost, cancel))
                inFile.Add(Debit.NameOf(one.Attempt.Id));
        }

        List<Guid> ours = [];
        List<FileFault> remarks = [];
        foreach (var item in items)
        {
            if (inFile.Contains(item.EndToEndId))
                ours.Add(Debit.Of(merchant, item.EndToEndId)!.Value.Value);
            else if (!open.TryGetValue(item.EndToEndId, out var its))
                remarks.Add(new FileFault(item.FileLine, "EndToEndId", LostText(item)));
            else if (its.Attempt.Amount != item.Amount)
                remarks.Add(new FileFault(item.FileLine, "InstdAmt", $"payment {its.Payment} is {its.Attempt.Amount} in the books"));
            else
                ours.Add(its.Attempt.Id.Value);
        }

        return (ours, remarks);
    }

    private static string LostText(LostItem item) =>
        $"{item.Amount}{(item.Mandate is { } mandate ? $" by mandate {NumberMask.Apply(mandate)}" : "")} is not open in these books: they "
        + "have lost its payment, or it has ended. Book the bank's line of it by hand, and ask for the money no second time";

    /// <summary>Takes out of a collection what its file does not have.</summary>
    private async Task DropAsync(CollectionId id, HashSet<string> inFile, Origin origin, CancellationToken cancel)
    {
        List<WaitingDebit> others = [];
        await foreach (var one in _lost.EachAsync(id, cancel))
        {
            if (!inFile.Contains(Debit.NameOf(one.Attempt.Id)))
                others.Add(one);
        }

        foreach (var other in others)
            CollectedMoney.RequireReached(await engine.SubmitAsync(new LeaveOutDebit(origin, other.Attempt, id), patient: true));
    }

    /// <summary>
    /// A person says that the bank had the files of collections, and debits or refunds in a file that no one has. Returns how many of
    /// these the books have as sent now, and why not all; null where all are.
    /// </summary>
    public async Task<(int Sent, string? Problem)> SentAsync(
        IReadOnlyList<PerhapsSentItem> items, IReadOnlyList<Collection> collections, Origin origin, CancellationToken cancel)
    {
        if (items.FirstOrDefault(item => item.Collection is not null) is { Collection: { } has })
            return (0, $"collection {has} has it: say it of the collection, or call the collection off first if another file had it");
        // All are looked at before the first is changed.
        foreach (var collection in collections)
        {
            if (await WhyNotSentAsync(collection, cancel) is { } problem)
                return (0, problem);
        }

        foreach (var collection in collections)
            await _lost.FoundAsync(collection, origin);
        var sent = items.Count == 0 ? 0 : await SentAsync(items, origin, cancel);
        return (sent, sent == items.Count ? null
            : $"{items.Count - sent} of them have no bank account that the books know, or are no part of a file: of a refund say that it "
                + "is paid (quittance refund paid)");
    }

    /// <summary>Why the bank can't have had the file of a collection, as a person says; null where it can.</summary>
    private async Task<string?> WhyNotSentAsync(Collection collection, CancellationToken cancel) =>
        !collection.IsPerhapsSent(await _lostTime.RestoredAtAsync(cancel)) ? $"collection {collection.Number} is not perhaps sent"
        : collection.Status == CollectionStatus.Building
            ? $"the file of collection {collection.Number} is not kept: hand the file in, or say it of each payment" : null;

    /// <summary>A person says that the bank had debits or refunds, in a file that no one has. Returns how many.</summary>
    private async Task<int> SentAsync(IReadOnlyList<PerhapsSentItem> items, Origin origin, CancellationToken cancel)
    {
        if (await _lostTime.RestoredAtAsync(cancel) is not { } restoredAt)
            return 0;
        return await _runs.AloneAsync(origin.Merchant, async () =>
        {
            var taken = 0;
            foreach (var some in items.GroupBy(item => (item.Kind, item.Attempt.Amount.Currency)))
            {
                taken += await _lost.TakeAsync(
                    file: null, some.Key.Kind, [.. some.Select(item => item.Attempt.Id.Value)], restoredAt, lost: null, origin, cancel);
            }

            return taken;
        }, cancel);
    }

    /// <summary>
    /// A person says that the bank did not have debits, refunds or the files of collections, with all that is in these. Returns how many.
    /// </summary>
    /// <param name="list">All that is perhaps sent.</param>
    public Task<int> UnsentAsync(
        PerhapsSentList list, IReadOnlyList<PerhapsSentItem> items, IReadOnlyList<Collection> collections, Origin origin,
        CancellationToken cancel)
    {
        HashSet<long?> numbers = [.. collections.Select(one => (long?)one.Number)];
        return UnsentAsync(
            [.. items.Concat(list.Items.Where(item => item.Collection is not null && numbers.Contains(item.Collection))).Distinct()],
            collections, origin, cancel);
    }

    /// <summary>A person says that the bank did not have debits, refunds or the files of collections. Returns how many.</summary>
    public async Task<int> UnsentAsync(
        IReadOnlyList<PerhapsSentItem> items, IReadOnlyList<Collection> collections, Origin origin, CancellationToken cancel)
    {
        var said = 0;
        foreach (var item in items)
        {
            cancel.ThrowIfCancellationRequested();
            var outcome = await engine.SubmitAsync(new FindUnsent(origin, item.Attempt), patient: true);
            CollectedMoney.RequireReached(outcome);
            said += outcome.Accepted ? 1 : 0;
        }

        foreach (var collection in collections)
            CollectedMoney.RequireReached(await engine.SubmitAsync(new FindCollectionUnsent(origin, collection.Id), patient: true));
        return said;
    }

    private static LostFileOutcome Refused(IReadOnlyList<FileFault> faults) => new(null, 0, faults, []);

    private static LostFileOutcome Refused(int line, string field, string why) => Refused([new FileFault(line, field, why)]);
}
