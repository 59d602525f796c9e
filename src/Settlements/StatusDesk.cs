using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Settlements.Reading;
using Quittance.Storage.Debits;

namespace Quittance.Settlements;

/// <summary>The changes by a bank's status report.</summary>
/// <param name="Collection">The collection that it is about; null for a refused report.</param>
/// <param name="Rejected">How many debits it declined, or how many refunds are to be paid out again.</param>
/// <param name="Known">How many it rejects that were rejected before.</param>
/// <param name="Faults">Why the report is refused; empty where it was taken.</param>
/// <param name="Remarks">The parts that contradict the books, line by line: they changed nothing.</param>
public sealed record StatusOutcome(
    Collection? Collection, int Rejected, int Known, IReadOnlyList<FileFault> Faults, IReadOnlyList<FileFault> Remarks);

/// <summary>
/// Books what a bank's status report says of a collection: debits that the bank rejects are declined, and refunds are to be paid out again.
/// A contradiction to the books is a remark, and changes nothing. A report can be read again.
/// </summary>
public sealed class StatusDesk(NpgsqlDataSource database, PaymentEngine engine, IProviderAccounts accounts)
{
    private const int AtOnce = 1000;

    /// <summary>ISO 20022: a reason that the bank does not tell.</summary>
    private const string NoReason = "MS03";

    private readonly Collections _collections = new(database);
    private readonly CollectedMoney _money = new(database, engine);
    private readonly LostDebits _lost = new(database, engine, accounts);

    /// <summary>Reads a report, and books it.</summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached; read the report again.</exception>
    public async Task<StatusOutcome> TakeAsync(Stream file, Origin origin, CancellationToken cancel)
    {
        var read = await PainStatusReader.ReadAsync(file, options: null, cancel);
        if (read.Report is not { } report)
            return Refused(read.Faults);
        var isOurs = Guid.TryParseExact(report.OriginalMessageId, "N", out var id);
        if (isOurs)
            await _lost.TakeOverAsync(report, new CollectionId(origin.Merchant, id), origin, cancel);
        if (!isOurs || await _collections.FindAsync(new CollectionId(origin.Merchant, id), cancel) is not { } collection)
        {
            return Refused([new FileFault(report.FileLine, "OrgnlMsgId", $"no file of ours is called {report.OriginalMessageId}")]);
        }

        if (collection.Status != CollectionStatus.HandedOut)
        {
            return Refused(
            [
                new FileFault(
                    report.FileLine, "OrgnlMsgId",
                    $"the file of collection {collection.Number} was not handed out: the bank can't have it"),
            ]);
        }

        var debits = await _collections.OfCollectionAsync(collection.Id, cancel);
        List<FileFault> remarks = [.. read.Remarks];
        List<(CollectedDebit Debit, ReportedStatus Status)> rejected = [];
        foreach (var (debit, said) in StatusesOf(report, collection.Id, debits, remarks))
        {
            if (ContradictionOf(debit, said) is { } why)
                remarks.Add(new FileFault(said.FileLine, "TxSts", why));
            else if (said.IsRejected)
                rejected.Add((debit, said));
        }

        var declined = 0;
        foreach (var some in rejected.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var news = await Task.WhenAll(some.Select(one => RejectAsync(one.Debit, one.Status, origin, cancel)));
            declined += news.Count(isNew => isNew);
        }

        // A group or a file says the same of each debit.
        return new StatusOutcome(collection, declined, rejected.Count - declined, [], [.. remarks.Distinct()]);
    }

    private static StatusOutcome Refused(IReadOnlyList<FileFault> faults) => new(null, 0, 0, faults, []);

    /// <summary>The report's word on a debit: on the debit itself, else on its group, else on the file.</summary>
    private sealed record ReportedStatus(FileStatus? Status, string? Code, int FileLine)
    {
        public long? AmountMinor { get; init; }

        public bool IsRejected => Status is FileStatus.Rejected or FileStatus.Cancelled;
    }

    private static IEnumerable<(CollectedDebit Debit, ReportedStatus Status)> StatusesOf(
        StatusReport report, CollectionId id, IReadOnlyList<CollectedDebit> debits, List<FileFault> remarks)
    {
        var byName = debits.ToDictionary(debit => Debit.NameOf(debit.Attempt.Id), StringComparer.Ordinal);
        var ofFile = new ReportedStatus(report.Status, CodeOf(report.Reasons), report.FileLine);
        Dictionary<string, ReportedStatus> ofGroups = new(StringComparer.Ordinal);
        Dictionary<string, ReportedStatus> ofDebits = new(StringComparer.Ordinal);
        foreach (var group in report.Groups)
        {
            var ofGroup = group.Status is null ? ofFile
                : new ReportedStatus(group.Status, CodeOf(group.Reasons) ?? ofFile.Code, group.FileLine);
            if (!debits.Any(debit => id.NameOf(debit.Group) == group.Id))
                remarks.Add(new FileFault(group.FileLine, "OrgnlPmtInfId", $"the file has no group {group.Id}"));
            ofGroups[group.Id] = ofGroup;
            foreach (var one in group.Debits)
            {
                if (!byName.ContainsKey(one.EndToEndId))
                    remarks.Add(new FileFault(one.FileLine, "OrgnlEndToEndId", $"the file has no debit or transfer {one.EndToEndId}"));
                var said = one.Status is null ? ofGroup : new ReportedStatus(one.Status, CodeOf(one.Reasons) ?? ofGroup.Code, one.FileLine);
                if (ofDebits.TryGetValue(one.EndToEndId, out var before) && before.IsRejected != said.IsRejected)
                {
                    remarks.Add(new FileFault(
                        one.FileLine, "TxSts",
                        $"the report rejects {one.EndToEndId} in one place and not in the other: it changes nothing"));
                    said = said with { Status = null };
                }

                ofDebits[one.EndToEndId] = said with { FileLine = one.FileLine, AmountMinor = one.AmountMinor };
            }
        }

        return byName.Select(one => (one.Value, ofDebits.GetValueOrDefault(one.Key)
            ?? ofGroups.GetValueOrDefault(id.NameOf(one.Value.Group)) ?? ofFile));
    }

    private static string? CodeOf(IReadOnlyList<StatusReason> reasons) => reasons.Select(reason => reason.Code).FirstOrDefault();

    /// <summary>Why what the report says can't be; null where it can.</summary>
    private static string? ContradictionOf(CollectedDebit debit, ReportedStatus said)
    {
        var amount = debit.Attempt.Amount;
        var what = debit.IsRefund ? $"the refund of payment {debit.Payment}" : $"payment {debit.Payment}";
        if (said.AmountMinor is { } saidMinor && saidMinor != amount.AmountMinor)
        {
            return $"the {(debit.IsRefund ? "transfer" : "debit")} of payment {debit.Payment} is {amount} in the file, not "
                + $"{new Money(saidMinor, amount.Currency)}";
        }

        // Our names are unique, so the bank has got the same twice. To ask again would move the money twice.
        if (said.IsRejected && ReturnReasons.Of(said.Code).IsDuplicate)
            return $"the bank has it already, and rejects the second one ({said.Code}): what it does with the first, its statement says";

        return (said.IsRejected, debit.Attempt.Status) switch
        {
            (true, AttemptStatus.Approved) => debit.IsRefund
                ? $"{what} is paid out in the books: what came back, the bank's statement says"
                : $"{what} is collected in the books: what the bank took back, its statement says",
            (false, _) when said.Status == FileStatus.Accepted && IsRejected(debit) =>
                $"{what} was rejected by an earlier report: the statement says whether it is {(debit.IsRefund ? "paid" : "collected")}",
            _ => null,
        };
    }

    private static bool IsRejected(CollectedDebit debit) =>
        debit.IsRefund ? debit.Debit.IsLeftOut : debit.Attempt.Status == AttemptStatus.Declined;

    /// <summary>
    /// Declines a debit that is not collected meanwhile, or has a refund paid out again, and stops the customer's bank account, also where
    /// the run before was interrupted between the two. Whether the reject is news.
    /// </summary>
    private async Task<bool> RejectAsync(CollectedDebit debit, ReportedStatus said, Origin origin, CancellationToken cancel)
    {
        var reason = ReturnReasons.Of(said.Code);
        var outcome = await engine.SubmitAsync(
            debit.IsRefund
                ? new LeaveOutDebit(origin, debit.Attempt, debit.Debit.Collection) { Reason = NumberMask.Apply(said.Code) ?? NoReason }
                : new TakeAnswer(origin, debit.Attempt, ProviderAnswer.Declined(reason.Reason)) { AskedAfter = debit.Attempt.Events },
            patient: true);
        CollectedMoney.RequireReached(outcome);
        if ((outcome.Accepted || outcome.Faults is [{ Refusal: Refusal.AttemptSettled }, ..])
            && (reason.StopsInstrument || reason.StopsMandate))
        {
            await _money.StopAsync(debit, origin, cancel);
        }

        return outcome.Accepted;
    }
}
