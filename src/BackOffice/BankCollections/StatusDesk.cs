using Npgsql;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;

namespace Quittance.BackOffice.BankCollections;

/// <summary>The changes by a bank's status report.</summary>
/// <param name="Collection">The collection that it is about; null for a refused report.</param>
/// <param name="Rejected">How many debits it declined, or how many refunds are to be paid out again.</param>
/// <param name="Known">How many it rejects that were rejected before.</param>
/// <param name="Faults">Why the report is refused; empty where it was taken.</param>
/// <param name="Remarks">The parts that contradict the books, line by line: they changed nothing.</param>
public sealed record StatusOutcome(
    Collection? Collection, int Rejected, int Known, IReadOnlyList<FileFault> Faults, IReadOnlyList<FileFault> Remarks)
{
    /// <summary>Whether the bank rejects some, and does not say which.</summary>
    public bool HidesRejects { get; init; }

    /// <summary>How many are rejected, in words: the bank may have rejected more than it names.</summary>
    public string HowMany => (HidesRejects, Rejected) switch
    {
        (false, _) => $"{Rejected}",
        (true, 0) => "some",
        (true, _) => $"{Rejected} and more",
    };
}

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

    /// <summary>Reads a file with reports, and books them.</summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached; read the report again.</exception>
    public async Task<StatusOutcome> TakeAsync(Stream file, Origin origin, CancellationToken cancel)
    {
        var read = await PainStatusReader.ReadAsync(file, options: null, cancel);
        if (read.Report is not { } report)
            return Refused(read.Faults);
        var outcome = await TakeAsync(report, origin, cancel);
        foreach (var further in read.Further)
        {
            var next = await TakeAsync(further, origin, cancel);
            outcome = new StatusOutcome(
                outcome.Collection ?? next.Collection, outcome.Rejected + next.Rejected, outcome.Known + next.Known,
                outcome.Collection is null && next.Collection is null ? [.. outcome.Faults, .. next.Faults] : [],
                outcome.Collection is null && next.Collection is null ? []
                    : [.. outcome.Faults, .. outcome.Remarks, .. next.Faults, .. next.Remarks])
            {
                HidesRejects = outcome.HidesRejects || next.HidesRejects,
            };
        }

        return outcome.Collection is null ? outcome : outcome with { Remarks = [.. read.Remarks, .. outcome.Remarks] };
    }

    /// <summary>Books a report.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached; read the report again.</exception>
    public async Task<StatusOutcome> TakeAsync(StatusReport report, Origin origin, CancellationToken cancel)
    {
        var (collection, isNamed) = await CollectionOfAsync(report, origin, cancel);
        if (collection is null)
        {
            return Refused(
            [
                new FileFault(
                    report.FileLine, "OrgnlMsgId",
                    $"no file of ours is called {report.OriginalMessageId}"
                    + (SaidOf(report.Reasons) is { } words ? $"; the bank says: {words}" : "")),
            ]);
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
        List<FileFault> remarks = [.. SaidOf(report)];
        // Where the bank names the file by an id of its own, what it says of the whole file may be about other groups too.
        var ofFile = new ReportedStatus(report.Status, CodeOf(report.Reasons), report.FileLine);
        if (!isNamed)
            report = report with { Status = null, Reasons = [] };
        List<FileFault> hidden = [.. HiddenIn(report)];
        remarks.AddRange(hidden);
        var mandates = report.Debits.Any(one => one.EndToEndId is null)
            ? await _collections.MandatesAsync(collection.Id, cancel) : new Dictionary<AttemptId, string>();
        List<(CollectedDebit Debit, ReportedStatus Status)> rejected = [];
        foreach (var (debit, said) in StatusesOf(report, ofFile, collection.Id, debits, mandates, remarks))
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
        return new StatusOutcome(collection, declined, rejected.Count - declined, [], [.. remarks.Distinct()])
        {
            HidesRejects = hidden.Count > 0,
        };
    }

    private static StatusOutcome Refused(IReadOnlyList<FileFault> faults) => new(null, 0, 0, faults, []);

    /// <summary>The report's word on a debit: on the debit itself, else on its group, else on the file.</summary>
    private sealed record ReportedStatus(FileStatus? Status, string? Code, int FileLine)
    {
        public long? AmountMinor { get; init; }

        /// <summary>
        /// Whether the bank says it of this debit. What it says of a whole file or group is about our side: our account, our agreement with
        /// the bank, the file.
        /// </summary>
        public bool IsOwn { get; init; }

        public bool IsRejected => MeansRejected(Status);

        /// <summary>
        /// Of two rejects of one debit, that which is about the customer; of two of these, the one that stops its bank account.
        /// </summary>
        public ReportedStatus Or(ReportedStatus other, bool isRefund)
        {
            return WeightOf(other) > WeightOf(this) ? other : this;

            int WeightOf(ReportedStatus said) => (said.IsOwn, said.Code) switch
            {
                (false, _) => 0,
                (true, null) => 1,
                (true, _) => ReturnReasons.Of(said.Code).Stops(isRefund) ? 3 : 2,
            };
        }
    }

    /// <param name="ofFile">The report's word on the file that it is about, whichever groups of ours that has.</param>
    private static IEnumerable<(CollectedDebit Debit, ReportedStatus Status)> StatusesOf(
        StatusReport report, ReportedStatus ofFile, CollectionId id, IReadOnlyList<CollectedDebit> debits,
        IReadOnlyDictionary<AttemptId, string> mandates, List<FileFault> remarks)
    {
        // Some banks write our names in capitals.
        var byName = debits.ToDictionary(debit => Debit.NameOf(debit.Attempt.Id), StringComparer.OrdinalIgnoreCase);
        var ofAll = ofFile with { Status = report.Status };
        Dictionary<string, ReportedStatus> ofGroups = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, ReportedStatus> ofDebits = new(StringComparer.OrdinalIgnoreCase);
        foreach (var group in report.Groups)
        {
            var ofGroup = group.Status is null ? ofFile
                : new ReportedStatus(group.Status, CodeOf(group.Reasons) ?? ofFile.Code, group.FileLine);
            if (group.Id is not null && !debits.Any(debit => group.Id.Equals(id.NameOf(debit.Group), StringComparison.OrdinalIgnoreCase)))
                remarks.Add(new FileFault(group.FileLine, "OrgnlPmtInfId", $"the file has no group {group.Id}"));
            if (group.Id is not null && (group.Status ?? report.Status) is { } status)
                ofGroups[group.Id] = ofGroup with { Status = status };
            foreach (var one in group.Debits)
            {
                var name = one.EndToEndId ?? NameByMandate(one);
                if (name is null)
                    continue;
                if (!byName.ContainsKey(name))
                    remarks.Add(new FileFault(one.FileLine, "OrgnlEndToEndId", $"the file has no debit or transfer {name}"));
                var said = OfDebit(one, ofGroup, group.Status ?? report.Status);
                if (said.Status is null)
                    remarks.Add(new FileFault(one.FileLine, "TxSts", $"the report gives no status of {name}: it changes nothing"));
                if (ofDebits.TryGetValue(name, out var before) && before.IsRejected != said.IsRejected)
                {
                    remarks.Add(new FileFault(
                        one.FileLine, "TxSts",
                        $"the report rejects {name} in one place and not in the other: it changes nothing"));
                    said = said with { Status = null };
                }

                said = said with { FileLine = one.FileLine, AmountMinor = one.AmountMinor };
                ofDebits[name] = before is { IsRejected: true } && said.IsRejected
                    ? before.Or(said, byName.TryGetValue(name, out var debit) && debit.IsRefund) : said;
            }
        }

        return byName.Select(one => (one.Value, ofDebits.GetValueOrDefault(one.Key)
            ?? ofGroups.GetValueOrDefault(id.NameOf(one.Value.Group)) ?? ofAll));

        // The mandate and the amount name a debit whose id the bank leaves out, where no other debit has both.
        string? NameByMandate(DebitReport one)
        {
            List<CollectedDebit> meant = one is { MandateReference: { } mandate, AmountMinor: { } amountMinor }
                ? [.. debits.Where(debit => debit.Attempt.Amount.AmountMinor == amountMinor
                    && mandates.GetValueOrDefault(debit.Attempt.Id) == mandate)] : [];
            if (meant is [var only])
                return Debit.NameOf(only.Attempt.Id);
            remarks.Add(new FileFault(
                one.FileLine, "OrgnlEndToEndId",
                $"the report names no end-to-end id, and by its mandate and amount it is about {meant.Count} debits of the file"));
            return null;
        }
    }

    /// <summary>
    /// The report's word on a debit that it names: the debit's own where it has a reason of its own, or its group is not rejected. A bank
    /// may repeat the reason of the group at each debit.
    /// </summary>
    /// <param name="otherwise">The status of a debit of which the report gives none.</param>
    private static ReportedStatus OfDebit(DebitReport one, ReportedStatus ofGroup, FileStatus? otherwise)
    {
        var code = CodeOf(one.Reasons);
        var isOwn = ofGroup.IsRejected ? code is not null && code != ofGroup.Code : code is not null || one.Status is not null;
        return new ReportedStatus(one.Status ?? otherwise, isOwn ? code : ofGroup.Code, one.FileLine) { IsOwn = isOwn };
    }

    private static bool MeansRejected(FileStatus? status) => status is FileStatus.Rejected or FileStatus.Cancelled;

    /// <summary>The bank's words on the file and its groups: a text that it writes, and why it rejects one.</summary>
    private static IEnumerable<FileFault> SaidOf(StatusReport report) =>
        report.Groups.Select(group => (group.FileLine, group.Status, group.Reasons))
            .Prepend((report.FileLine, report.Status, report.Reasons))
            .Select(part => (part.FileLine, Said: SaidOf([.. part.Reasons.Where(reason => reason.Text is not null
                || (MeansRejected(part.Status) && reason.Code is not null && !ReturnReasons.Of(reason.Code).IsDuplicate))])))
            .Where(part => part.Said is not null)
            .Select(part => new FileFault(part.FileLine, "StsRsnInf", $"the bank says: {part.Said}"));

    /// <summary>The file, or its groups, of which the bank takes a part without naming what it rejects.</summary>
    private static IEnumerable<FileFault> HiddenIn(StatusReport report)
    {
        var groups = report.Groups.Where(group => group.Status == FileStatus.PartlyAccepted && !group.Debits.Any(IsRejected)).ToList();
        foreach (var group in groups)
            yield return Hidden(group.FileLine, "PmtInfSts", $"the bank takes group {group.Id} in part");
        if (report.Status == FileStatus.PartlyAccepted && groups.Count == 0 && !report.Debits.Any(IsRejected)
            && !report.Groups.Any(group => MeansRejected(group.Status)))
        {
            yield return Hidden(report.FileLine, "GrpSts", "the bank takes the file in part");
        }

        static bool IsRejected(DebitReport debit) => MeansRejected(debit.Status);
        static FileFault Hidden(int line, string field, string what) => new(
            line, field,
            $"{what}: it rejects some debits or transfers, and does not say which: wait for its next report, or ask the bank, "
                + "and decline what it names to you ('quittance attempt resolve <id> --as declined')");
    }

    private static string? SaidOf(IReadOnlyList<StatusReason> reasons) => reasons.Count == 0 ? null : string.Join(
        "; ", reasons.Select(reason => $"{reason.Code} {reason.Text ?? ReturnReasons.Of(reason.Code).Meaning}".Trim()));

    /// <summary>
    /// The collection of a report, by the id of our file; else by its groups or debits, where all are of one file. Banks' portals name a
    /// file by an id of their own.
    /// </summary>
    private async Task<(Collection? Collection, bool IsNamed)> CollectionOfAsync(
        StatusReport report, Origin origin, CancellationToken cancel)
    {
        var merchant = origin.Merchant;
        if (Guid.TryParseExact(report.OriginalMessageId, "N", out var message))
        {
            var id = new CollectionId(merchant, message);
            await _lost.TakeOverAsync(report, id, origin, cancel);
            if (await _collections.FindAsync(id, cancel) is { } named)
                return (named, true);
        }

        HashSet<CollectionId> ids = [.. report.Groups.Select(group => CollectionId.OfGroup(merchant, group.Id)?.Id).OfType<CollectionId>()];
        if (ids.Count == 1)
            await _lost.TakeOverAsync(report, ids.Single(), origin, cancel);
        if (ids.Count == 0)
        {
            var attempts = report.Debits.Select(debit => Debit.Of(merchant, debit.EndToEndId)?.Value).OfType<Guid>().Distinct().ToArray();
            foreach (var some in attempts.Chunk(AtOnce))
                ids.UnionWith((await _collections.OfAttemptsAsync(merchant, some, cancel)).Select(debit => debit.Debit.Collection));
        }

        return ids.Count == 1 ? (await _collections.FindAsync(ids.Single(), cancel), false) : (null, false);
    }

    private static string? CodeOf(IReadOnlyList<StatusReason> reasons) =>
        reasons.Select(reason => reason.Code).OfType<string>().FirstOrDefault();

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
    /// Declines a debit that is not collected meanwhile, or has a refund paid out again, and stops the customer's bank account where the
    /// bank says so of it, also where the run before was interrupted between the two. Whether the reject is news.
    /// </summary>
    private async Task<bool> RejectAsync(CollectedDebit debit, ReportedStatus said, Origin origin, CancellationToken cancel)
    {
        var reason = ReturnReasons.Of(said.Code);
        var outcome = await engine.SubmitAsync(
            debit.IsRefund
                ? new LeaveOutDebit(origin, debit.Attempt, debit.Debit.Collection) { Reason = NumberMask.Apply(said.Code) ?? NoReason }
                : new TakeAnswer(
                    origin, debit.Attempt, ProviderAnswer.Declined(said.IsOwn ? reason.Reason : DeclineReason.NeverArrived))
                {
                    AskedAfter = debit.Attempt.Events,
                },
            patient: true);
        CollectedMoney.RequireReached(outcome);
        if ((outcome.Accepted || outcome.Faults is [{ Refusal: Refusal.AttemptSettled }, ..])
            && said.IsOwn && reason.Stops(debit.IsRefund))
        {
            await _money.StopAsync(debit, origin, cancel);
        }

        return outcome.Accepted;
    }
}
