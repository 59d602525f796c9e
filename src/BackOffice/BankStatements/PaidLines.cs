using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// Makes the report of a bank's line that an operator ties to collections, to groups of their files, or to debits and refunds of them: the
/// bank pays them in one sum. Every step can be repeated: the name of a report follows from the line and from what it pays.
/// </summary>
internal sealed class PaidLines(NpgsqlDataSource database, CollectedMoney collected)
{
    private const int IdBytes = 16;

    private readonly Collections _collections = new(database);
    private readonly Attempts _attempts = new(database);
    private readonly CollectiveCredits _credits = new(database);

    /// <summary>The report of a line that is the bank's payment of whole collections, or of groups of their files.</summary>
    /// <param name="names">Numbers or ids of collections; the name of a group is the one in its file.</param>
    /// <param name="chargesMinor">The bank's charges inside the line, minor units.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(ReadStatement? Report, string? Problem)> OfCollectionsAsync(
        SettlementLine line, IReadOnlyList<string> names, long chargesMinor, Origin origin, CancellationToken cancel)
    {
        List<(Collection Collection, int? Group, List<CollectedDebit> Debits)> all = [];
        foreach (var name in names)
        {
            if (await FindAsync(line.Id.Merchant, name, cancel) is not var (collection, group))
                return (null, $"there is no collection {name}");
            if (collection.Status != CollectionStatus.HandedOut)
                return (null, $"the file of collection {collection.Number} was not handed out: the bank can't have it");
            if (collection.Currency != line.Amount.Currency)
                return (null, $"collection {collection.Number} is in {collection.Currency.Code}");
            List<CollectedDebit> debits = [.. (await _collections.OfCollectionAsync(collection.Id, cancel))
                .Where(one => !one.Debit.IsLeftOut && (group is null || one.Group == group))];
            if (debits.Count == 0)
                return (null, $"the file of collection {collection.Number} has nothing that the bank may pay");
            all.Add((collection, group, debits));
        }

        var read = ReturnedLines.Read(line, chargesMinor);
        if (all.Find(one => CollectedLine.IsBack(read, one.Debits[0])).Collection is { } other)
            return (null, $"the line does not pay collection {other.Number}: the money goes the other way");
        if (all is [var (file, of, its)])
        {
            var found = of is null ? CollectedMoney.OfFile(read, file.Id, its)! : new CollectedLine(read, file.Id.NameOf(of.Value), its);
            return await collected.CollectAsync(found, origin, cancel);
        }

        return await OfSeveralAsync(
            line, read, [.. all.SelectMany(one => one.Debits)],
            $"collections {string.Join(" and ", all.Select(one => one.Collection.Number))}", isEach: false, origin, cancel);
    }

    /// <summary>The report of a line that is the bank's payment of debits, or of refunds, by the payments that they are of.</summary>
    /// <param name="chargesMinor">The bank's charges inside the line, minor units.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(ReadStatement? Report, string? Problem)> OfPaymentsAsync(
        SettlementLine line, IReadOnlyList<PaymentView> payments, long chargesMinor, Origin origin, CancellationToken cancel)
    {
        List<CollectedDebit> all = [];
        foreach (var view in payments)
        {
            var its = await SentAsync(view.Payment.Id, line.Amount.AmountMinor < 0, cancel);
            if (its.Count == 0)
            {
                return (null, line.Amount.AmountMinor > 0
                    ? $"payment {view.Payment.Number} is no debit of a file that was handed out: book several of other payments by their "
                        + "charges"
                    : $"no refund of payment {view.Payment.Number} waits in a file that was handed out: where the bank takes the payments "
                        + "back, book the line as their return");
            }

            all.AddRange(its);
        }

        if (all.Find(debit => debit.Attempt.Amount.Currency != line.Amount.Currency) is { } foreign)
            return (null, $"payment {foreign.Payment} is in {foreign.Attempt.Amount.Currency.Code}");
        var read = ReturnedLines.Read(line, chargesMinor);
        return all is [{ IsRefund: false } only]
            ? await collected.CollectAsync(new CollectedLine(read, Debit.NameOf(only.Attempt.Id), all), origin, cancel)
            : await OfSeveralAsync(
                line, read, all, $"payments {string.Join(" and ", payments.Select(view => view.Payment.Number))}", isEach: true, origin,
                cancel);
    }

    /// <summary>
    /// The report of an open line that names a file, a group or a debit of ours, where the books take it as the bank's payment by now: a
    /// status report may have come after the statement. Null for another line.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<ReadStatement?> OfNamedAsync(SettlementLine line, Origin origin, CancellationToken cancel)
    {
        if (line is not { Kind: SettlementLineKind.Entry, Source: StatementSource.Camt, WasUnbooked: false, EndToEnd: { } name }
            || await OfNameAsync(line, name, cancel) is not { } found || CollectedLine.IsBack(found.Line, found.Debits[0])
            || await _credits.AccountOfAsync(line, cancel) is not { } account
            || found.Debits[0].AccountHash is not { } its || !its.Span.SequenceEqual(account))
        {
            return null;
        }

        return (await collected.CollectAsync(found, origin, cancel)).Report;
    }

    private async Task<CollectedLine?> OfNameAsync(SettlementLine line, string name, CancellationToken cancel)
    {
        var (merchant, read) = (line.Id.Merchant, ReturnedLines.Read(line, chargesMinor: 0));
        if (CollectionId.OfGroup(merchant, name) is var (id, group))
        {
            var its = await _collections.OfGroupAsync(id, group, cancel);
            return its.Count == 0 ? null : new CollectedLine(read, name, its);
        }

        if (Debit.Of(merchant, name) is not { } attempt)
            return null;
        var single = await _collections.OfAttemptsAsync(merchant, [attempt.Value], cancel);
        if (single.Count > 0)
            return new CollectedLine(read, name, single);
        var file = new CollectionId(merchant, attempt.Value);
        return CollectedMoney.OfFile(
            read, file, [.. (await _collections.OfCollectionAsync(file, cancel)).Where(one => !one.Debit.IsLeftOut)]);
    }

    private async Task<(ReadStatement? Report, string? Problem)> OfSeveralAsync(
        SettlementLine line, ReadLine read, List<CollectedDebit> debits, string words, bool isEach, Origin origin,
        CancellationToken cancel)
    {
        if (debits.DistinctBy(debit => debit.Attempt.Id).Count() < debits.Count)
            return (null, $"one of them is named twice: {words}");
        return await collected.CollectAsync(
            new CollectedLine(read, NameOf(line, debits), debits) { Words = words, IsEach = isEach }, origin, cancel);
    }

    /// <summary>The name of a report of several: a line that is tied anew to the same ones has the same report.</summary>
    private static string NameOf(SettlementLine line, List<CollectedDebit> debits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[IdBytes];
        foreach (var id in debits.Select(debit => debit.Attempt.Id.Value).Order())
        {
            id.TryWriteBytes(bytes);
            hash.AppendData(bytes);
        }

        return $"{line.Id.Value:N}-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}";
    }

    /// <summary>The debit of a payment, or its refunds that no line has paid, in files that were handed out.</summary>
    private async Task<IReadOnlyList<CollectedDebit>> SentAsync(PaymentId payment, bool isOfRefunds, CancellationToken cancel)
    {
        Guid[] sent =
        [
            .. (await _attempts.OfPaymentAsync(payment, cancel))
                .Where(attempt => isOfRefunds ? attempt is { Verb: Verb.Refund, Status: not AttemptStatus.Approved }
                    : attempt is { Verb: Verb.Capture, Provider: ClearingProvider.Bank })
                .Select(attempt => attempt.Id.Value),
        ];
        return sent.Length == 0 ? [] : await _collections.OfAttemptsAsync(payment.Merchant, sent, cancel);
    }

    private async Task<(Collection Collection, int? Group)?> FindAsync(MerchantId merchant, string name, CancellationToken cancel)
    {
        var group = CollectionId.OfGroup(merchant, name);
        var id = group?.Id ?? (Guid.TryParse(name, out var one) ? new CollectionId(merchant, one) : null as CollectionId?);
        var found = long.TryParse(name, out var number) ? await _collections.FindAsync(merchant, number, cancel)
            : id is { } known ? await _collections.FindAsync(known, cancel) : null;
        return found is null ? null : (found, group?.Group);
    }
}
