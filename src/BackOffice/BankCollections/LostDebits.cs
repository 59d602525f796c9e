using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankCollections;

/// <summary>
/// Puts what went to the bank in the time that a restore lost into collections: into that of the file's own name where the bank says it,
/// else into one that the books make for it. Every step can be repeated.
/// </summary>
internal sealed class LostDebits(NpgsqlDataSource database, PaymentEngine engine, IProviderAccounts accounts)
{
    private const int AtOnce = 1000;

    private readonly Collections _collections = new(database);
    private readonly LostTime _lostTime = new(database);
    private readonly StatementAccounts _accounts = new(database);

    /// <summary>The collection of what went to the bank in a file that no one knows.</summary>
    public static CollectionId UnknownOf(MerchantId merchant, CollectionKind kind, DateTimeOffset restoredAt) => new(
        merchant,
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"lost {EnumWords.Of(kind)} {restoredAt.UtcTicks}")).AsSpan(0, 16)));

    /// <summary>
    /// Takes over what a statement of the merchant's bank account names before its lines are looked at: debits and transfers of the lost
    /// time by their end-to-end ids, and files by their names or those of their groups. Most formats have these in the text alone.
    /// </summary>
    /// <returns>The statements, in which a lump has the name of its group, also while the books do not know the file yet.</returns>
    public async Task<IReadOnlyList<ReadStatement>> TakeOverAsync(
        IReadOnlyList<ReadStatement> statements, Origin origin, CancellationToken cancel)
    {
        if (await _lostTime.RestoredAtAsync(cancel) is not { } restoredAt)
            return statements;
        var lines = await OwnLinesAsync(origin.Merchant, statements, cancel);
        foreach (var id in lines.SelectMany(line => line.Names).Distinct().Select(name => FileOf(origin.Merchant, name))
            .OfType<CollectionId>().Distinct())
        {
            if (await _collections.FindAsync(id, cancel) is { Status: CollectionStatus.Built or CollectionStatus.Released } built
                && built.IsPerhapsSent(restoredAt))
            {
                await FoundAsync(built, origin);
            }
        }

        var named = lines.SelectMany(line => line.Names.Select(name => (Attempt: Debit.Of(origin.Merchant, name), line.File)))
            .Where(one => one.Attempt is not null).DistinctBy(one => one.Attempt).ToList();
        foreach (var some in named.GroupBy(one => one.File))
        {
            Guid[] ids = [.. some.Select(one => one.Attempt!.Value.Value)];
            foreach (var kind in Enum.GetValues<CollectionKind>())
                await TakeAsync(some.Key, kind, ids, restoredAt, lost: null, origin, cancel);
        }

        return [.. statements.Select(one => one with { Lines = [.. one.Lines.Select(line => Named(line, origin.Merchant))] })];
    }

    /// <summary>
    /// The lines that have names of ours: those of statements of the account at which the merchant collects. With the file that the bank
    /// says of a line, null for none.
    /// </summary>
    private async Task<List<(IReadOnlyList<string> Names, CollectionId? File)>> OwnLinesAsync(
        MerchantId merchant, IReadOnlyList<ReadStatement> statements, CancellationToken cancel)
    {
        List<(IReadOnlyList<string> Names, CollectionId? File)> lines = [];
        var own = await AccountHashAsync(merchant, cancel);
        foreach (var statement in statements.Where(one => one.Source != StatementSource.Payout))
        {
            var its = statement.Lines.Select(NamesOf).Where(names => names.Count > 0).ToList();
            if (its.Count == 0)
                continue;
            var hash = await _accounts.HashAsync(merchant, statement.Source, statement.AccountKey, statement.Currency, cancel);
            if (own is null || own.Value.Span.SequenceEqual(hash))
            {
                lines.AddRange(its.Select(names => (
                    names, names.Select(name => CollectionId.OfGroup(merchant, name)?.Id).FirstOrDefault(id => id is not null))));
            }
        }

        return lines;
    }

    private static IReadOnlyList<string> NamesOf(ReadLine line) =>
    [
        .. ((string?[])[line.Debit?.EndToEndId, line.Debit?.GroupId, line.Debit?.MessageId]).OfType<string>(),
        .. SettlementWording.FileNamesIn(line.Remittance), .. SettlementWording.FileNamesIn(line.EndToEnd),
    ];

    /// <summary>The collection of a file's name or of a group's; null for another name.</summary>
    private static CollectionId? FileOf(MerchantId merchant, string name) =>
        CollectionId.OfGroup(merchant, name)?.Id ?? CollectionId.OfMessage(merchant, name);

    /// <summary>Names the line as it is named once the books know the file, so that it is the same line then.</summary>
    private static ReadLine Named(ReadLine line, MerchantId merchant)
    {
        if (line.Debit is not { EndToEndId: null } debit)
            return line;
        var name = CollectionId.OfGroup(merchant, debit.GroupId) is not null ? debit.GroupId
            : debit.GroupId is null && CollectionId.OfMessage(merchant, debit.MessageId) is not null ? debit.MessageId : null;
        return name is null ? line : line with { EndToEnd = name, FeeMinor = 0 };
    }

    /// <summary>
    /// Takes over what a bank's report says of a file that the books have lost, or have not handed out. Returns whether the books have such
    /// a file now.
    /// </summary>
    public async Task<bool> TakeOverAsync(StatusReport report, CollectionId id, Origin origin, CancellationToken cancel)
    {
        if (await _lostTime.RestoredAtAsync(cancel) is not { } restoredAt)
            return false;
        if (await _collections.FindAsync(id, cancel) is { Status: CollectionStatus.Built or CollectionStatus.Released } built
            && built.IsPerhapsSent(restoredAt))
        {
            await FoundAsync(built, origin);
            return true;
        }

        Guid[] ids = [.. report.Debits.Select(debit => Debit.Of(origin.Merchant, debit.EndToEndId)?.Value).OfType<Guid>().Distinct()];
        var kind = report.OriginalMessageName?.StartsWith("pain.001", StringComparison.Ordinal) == true
            ? CollectionKind.Transfers : CollectionKind.Debits;
        return ids.Length > 0 && await TakeAsync(id, kind, ids, restoredAt, lost: null, origin, cancel) > 0;
    }

    /// <summary>Takes debits or refunds into a file that the bank had. Returns how many were not in it before.</summary>
    /// <param name="file">The collection of the file; null where no one knows it.</param>
    /// <param name="lost">The file as it is known; null where nothing of it is.</param>
    public async Task<int> TakeAsync(
        CollectionId? file, CollectionKind kind, Guid[] ids, DateTimeOffset restoredAt, LostCollection? lost, Origin origin,
        CancellationToken cancel)
    {
        var taken = 0;
        foreach (var some in ids.Chunk(AtOnce))
        {
            await ReleaseFromOthersAsync(origin.Merchant, file, kind, some, restoredAt, origin, cancel);
            List<WaitingDebit> waiting =
            [
                .. (await _collections.WaitingAsync(origin.Merchant, kind, some, cancel))
                    .Where(one => one.Instrument is not null && one.Attempt.IsPerhapsSent(restoredAt)),
            ];
            var unknown = UnknownOf(origin.Merchant, kind, restoredAt);
            if (file is not null)
                waiting.AddRange(await InUnknownAsync(unknown, [.. some], cancel));
            if (waiting.Count == 0)
                continue;
            var into = file ?? unknown;
            await OpenAsync(into, lost ?? await LikeOthersAsync(waiting[0], kind, cancel), origin, cancel);
            foreach (var outcome in await Task.WhenAll(waiting.Select(one => engine.SubmitAsync(
                new FindSent(origin, one.Attempt, one.Instrument!.Value, into, one.Former), patient: true))))
            {
                CollectedMoney.RequireReached(outcome);
                taken += outcome.Accepted ? 1 : 0;
            }
        }

        return taken;
    }

    /// <summary>What is known to have gone, and now turns out to be of a file: its group's lump has it.</summary>
    private async Task<List<WaitingDebit>> InUnknownAsync(CollectionId unknown, HashSet<Guid> ids, CancellationToken cancel)
    {
        List<WaitingDebit> found = [];
        await foreach (var one in EachAsync(unknown, cancel))
        {
            if (ids.Contains(one.Attempt.Id.Value) && !one.Attempt.IsSettled)
                found.Add(one);
        }

        return found;
    }

    /// <summary>Makes sure that the books have a collection of a file that the bank had.</summary>
    public async Task OpenAsync(CollectionId id, LostCollection lost, Origin origin, CancellationToken cancel)
    {
        var found = await _collections.FindAsync(id, cancel);
        if (found is { IsLost: true })
            return;
        var (count, sumMinor) = found is null ? (0, 0L) : await TallyAsync(id, cancel);
        Require(await engine.SubmitAsync(
            new FindCollectionSent(origin, id, lost) { Count = count, SumMinor = sumMinor }, patient: true));
    }

    /// <summary>Notes that the bank had the file of a collection that the books built.</summary>
    public async Task FoundAsync(Collection built, Origin origin) => Require(await engine.SubmitAsync(
        new FindCollectionSent(
            origin, built.Id, new LostCollection(built.Kind, built.Currency, built.Scheme, built.DueOn, built.Creditor)), patient: true));

    internal static void Require(Outcome outcome)
    {
        CollectedMoney.RequireReached(outcome);
        if (!outcome.Accepted)
        {
            throw new StoreUnavailableException(
                $"Another run changed the collection meanwhile ({outcome.Faults[0].Refusal}). Run it again.");
        }
    }

    /// <summary>
    /// Calls collections off that have one of these and were not handed out: its money went by another file, so theirs can't go any more.
    /// </summary>
    private async Task ReleaseFromOthersAsync(
        MerchantId merchant, CollectionId? file, CollectionKind kind, Guid[] ids, DateTimeOffset restoredAt, Origin origin,
        CancellationToken cancel)
    {
        foreach (var open in (await _lostTime.OfAsync(merchant, cancel)).Collections.Where(one => one.Kind == kind && one.Id != file))
        {
            if (open.IsPerhapsSent(restoredAt) && await HasAsync(open.Id, [.. ids], cancel))
                Require(await engine.SubmitAsync(new CallOffCollection(origin, open.Id), patient: true));
        }
    }

    private async Task<bool> HasAsync(CollectionId id, HashSet<Guid> ids, CancellationToken cancel)
    {
        await foreach (var one in EachAsync(id, cancel))
        {
            if (ids.Contains(one.Attempt.Id.Value))
                return true;
        }

        return false;
    }

    private async Task<(int Count, long SumMinor)> TallyAsync(CollectionId id, CancellationToken cancel)
    {
        var (count, sumMinor) = (0, 0L);
        await foreach (var one in EachAsync(id, cancel))
            (count, sumMinor) = (count + 1, checked(sumMinor + one.Attempt.Amount.AmountMinor));
        return (count, sumMinor);
    }

    /// <summary>The debits or refunds that the books have in a collection.</summary>
    public async IAsyncEnumerable<WaitingDebit> EachAsync(
        CollectionId id, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<(WaitingDebit Waiting, int Group)> page;
        var last = Guid.Empty;
        do
        {
            page = await _collections.DebitsAsync(id, last, AtOnce, cancel);
            foreach (var (waiting, _) in page)
                yield return waiting;
            if (page.Count > 0)
                last = page[^1].Waiting.Attempt.Id.Value;
        }
        while (page.Count == AtOnce);
    }

    /// <summary>What is not known of a file is as in the merchant's last one.</summary>
    private async Task<LostCollection> LikeOthersAsync(WaitingDebit one, CollectionKind kind, CancellationToken cancel)
    {
        var day = DateOnly.FromDateTime(one.Attempt.OpenedAt.UtcDateTime);
        var (scheme, creditor) = (await _collections.ListAsync(one.Attempt.Id.Merchant, 1, cancel)) is [var last]
            ? (last.Scheme, last.Creditor) : (DebitScheme.Core, "");
        return new LostCollection(kind, one.Attempt.Amount.Currency, scheme, day, creditor)
        {
            AccountHash = await AccountHashAsync(one.Attempt.Id.Merchant, cancel),
        };
    }

    /// <summary>The hash of the merchant's bank account, as statements of it have; null where the merchant has none.</summary>
    public async Task<ReadOnlyMemory<byte>?> AccountHashAsync(MerchantId merchant, CancellationToken cancel) =>
        await accounts.FindAsync(merchant, ClearingProvider.Bank, cancel) is { } its && BankSettings.TryRead(its.ApiKey) is { } account
            ? await _accounts.HashAsync(
                merchant, StatementSource.Camt, CsvStatementReader.KeyOf(account.Iban.Reveal()), account.Currency, cancel)
            : null;
}
