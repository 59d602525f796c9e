using Npgsql;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>The result of the collective credits of a file.</summary>
/// <param name="Reports">The reports of their payments that were booked or imported.</param>
/// <param name="Shown">The lines that were booked as sums, by their statements: how many, and their amounts in minor units.</param>
/// <param name="Remarks">What a person has to know.</param>
internal sealed record SplitCredits(
    IReadOnlyList<DeskReport> Reports, IReadOnlyDictionary<StatementId, (int Lines, long Minor)> Shown, IReadOnlyList<FileFault> Remarks);

/// <summary>
/// Splits collective credits. A notification (camt.054) tells the payments whose sum is one line of the statement. They become a report,
/// as a provider's payout has one. Once a statement shows the sum, its line is booked by the report, and each payment is matched alone.
/// Statement and notification may come in any order, and twice.
/// </summary>
internal sealed class CollectiveCreditDesk(
    NpgsqlDataSource database, PaymentEngine engine, CertainLines certain, StatementImports imports)
{
    private const int MostOfOneName = 20;

    private readonly StatementAccounts _accounts = new(database);
    private readonly CollectiveCredits _credits = new(database);
    private readonly Statements _statements = new(database);

    /// <summary>The report of a collective credit, with the places of its payments in the file.</summary>
    /// <param name="IsNamed">Whether the bank's own reference names it.</param>
    /// <param name="IsOnly">Whether it is a single payment, and no sum of several.</param>
    internal sealed record Told(
        ReadStatement Report, ReadStatement Notification, IReadOnlyList<int> Numbers, bool IsNamed, bool IsOnly);

    /// <summary>The reports of the collective credits that the notifications of a file tell.</summary>
    /// <param name="collected">The lines about debits and transfers of ours, which have reports of their own.</param>
    public static IReadOnlyList<Told> ToldIn(IReadOnlyList<ReadStatement> statements, IReadOnlyList<CollectedLine> collected)
    {
        List<Told> told = [];
        var ours = collected.Select(line => line.Place).ToHashSet();
        foreach (var (index, notification) in statements.Index().Where(one => one.Item.IsNotification))
        {
            var entries = notification.Lines.Index().Where(line => line.Item.Entry is { AmountMinor: > 0 })
                .GroupBy(line => line.Item.Entry!, ReferenceEqualityComparer.Instance)
                .Where(lines => lines.All(line => !ours.Contains((index, line.Index + 1)) && line.Item.AmountMinor > 0));
            foreach (var lines in entries)
            {
                var entry = (ReadLine)lines.Key!;
                var report = ReportOf(NameOf(entry, notification), entry, notification, [.. lines.Select(line => line.Item)]);
                // A bank without references may tell two sums of the same payments.
                var times = told.Count(one => one.Report.Lines.Select(line => line.Identity).SequenceEqual(
                    report.Lines.Select(line => line.Identity)) && one.Report.AccountKey == report.AccountKey);
                told.Add(new Told(
                    times == 0 ? report : report with { Reference = $"{report.Reference}, {times + 1}" }, notification,
                    [.. lines.Select(line => line.Index + 1)], ReferenceOf(entry) is not null, entry.IsOnly));
            }
        }

        return told;
    }

    private static string NameOf(ReadLine entry, ReadStatement notification)
    {
        var sum = new Money(entry.AmountMinor, notification.Currency);
        return CollectiveCredit.NameOf(entry.IsOnly, ReferenceOf(entry), entry.BookedOn, sum);
    }

    /// <summary>The bank's reference; null where there is none, or where it looks like a card's number.</summary>
    private static string? ReferenceOf(ReadLine entry) =>
        NumberMask.Apply(entry.BankReference) == entry.BankReference ? entry.BankReference : null;

    private static ReadStatement ReportOf(string name, ReadLine entry, ReadStatement notification, List<ReadLine> lines) => new(
        StatementSource.Payout, notification.AccountKey, ClearingProvider.Bank, name, notification.Currency, null, GrossMinor(entry),
        // What the bank keeps is the fee of the sum, where the entry itself says it.
        entry.FeeMinor == 0 ? lines :
            [
                .. lines.Select(line => line with
                {
                    AmountMinor = GrossMinor(line),
                    FeeMinor = 0,
                    Masked = line.Masked is { } masked ? masked with { FeeMinor = 0 } : null,
                }),
            ])
    {
        FileLine = entry.FileLine,
    };

    private static long GrossMinor(ReadLine line) => line.AmountMinor + line.FeeMinor;

    /// <summary>
    /// The statements, in which an entry is one line where a report has its payments: they would come a second time.
    /// </summary>
    /// <param name="all">The reports of the same file.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<ReadStatement>> WholeAsync(
        MerchantId merchant, IReadOnlyList<ReadStatement> statements, IReadOnlyList<Told> all, CancellationToken cancel)
    {
        // Where the books have the payments as lines, the statement stays as it was imported.
        List<Told> told = [];
        foreach (var one in all)
        {
            if (!await IsSplitAsync(one.Report, await HashAsync(merchant, one.Notification, cancel), merchant, cancel))
                told.Add(one);
        }

        List<ReadStatement> whole = [];
        foreach (var statement in statements)
        {
            List<ReadLine> entries = statement.IsNotification ? [] :
            [
                .. statement.Lines.Where(line => line.Entry is { AmountMinor: > 0 } && !IsOurs(line)).Select(line => line.Entry!)
                    .DistinctBy(entry => entry, ReferenceEqualityComparer.Instance),
            ];
            if (entries.Count == 0)
            {
                whole.Add(statement);
                continue;
            }

            var account = await HashAsync(merchant, statement, cancel);
            var credits = await _credits.OfDaysAsync(merchant, account, statement.Currency, DaysOf(entries), cancel);
            var imported = credits.Select(credit => credit.Reference).ToHashSet(StringComparer.Ordinal);
            // A single payment is no sum of several: where the statement has its details, it is a line of its own.
            var known = credits.Where(credit => !credit.IsOnly).Select(credit => (credit.Day, credit.Sum.AmountMinor))
                .Concat(told.Where(one => !one.IsOnly && one.Notification.AccountKey == statement.AccountKey).Select(one => one.Report)
                    .Where(report => !imported.Contains(report.Reference!))
                    .Select(report => (Day: report.Lines[0].BookedOn, AmountMinor: report.ClosingMinor!.Value)))
                .ToList();
            HashSet<object> joined = new(ReferenceEqualityComparer.Instance);
            foreach (var entry in entries)
            {
                if (known.FindIndex(one => one.AmountMinor == GrossMinor(entry) && Has(entry, one.Day)) is >= 0 and var at)
                {
                    known.RemoveAt(at);
                    joined.Add(entry);
                }
            }

            whole.Add(joined.Count == 0 ? statement : statement with
            {
                Lines =
                [
                    .. statement.Lines.Select(line => line.Entry is { } entry && joined.Contains(entry) ? entry : line)
                        .DistinctBy(line => line, ReferenceEqualityComparer.Instance),
                ],
            });
        }

        return whole;

        bool IsOurs(ReadLine line) => Debit.Of(merchant, line.Debit?.EndToEndId) is not null
            || CollectionId.OfGroup(merchant, line.Debit?.GroupId) is not null;
    }

    /// <summary>Imports the reports, books the lines that are their sums, and matches the payments of sums that are shown.</summary>
    /// <param name="statements">All statements and notifications of the file.</param>
    /// <param name="takesUndone">Whether a report comes again whose import was taken back.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<SplitCredits> TakeAsync(
        IReadOnlyList<ReadStatement> statements, IReadOnlyList<Told> told, string fileName, Origin origin, bool takesUndone,
        CancellationToken cancel)
    {
        List<FileFault> remarks = [];
        Dictionary<StatementId, ImportedStatement> imported = [];
        foreach (var one in told)
        {
            var account = await HashAsync(origin.Merchant, one.Notification, cancel);
            if (await IsSplitAsync(one.Report, account, origin.Merchant, cancel))
            {
                if (one.IsOnly)
                    continue;
                remarks.Add(new FileFault(one.Report.FileLine, "Ntry", $"{one.Report.Reference}: the statement has its payments as lines"));
                continue;
            }

            var split = one.Report with { AccountKey = CollectiveCredits.KeyOf(account) };
            var report = await ImportAsync(split, one.IsNamed ? 1 : MostOfOneName, fileName, origin, takesUndone, cancel);
            if (report is { UndoneAt: null })
                imported[report.Id] = report;
            else
                remarks.Add(new FileFault(one.Report.FileLine, "Ntry", $"{one.Report.Reference}: {WhyNot(report)}"));
        }

        List<DeskReport> reports = [];
        Dictionary<StatementId, (int Lines, long Minor)> shown = [];
        foreach (var account in statements.Where(one => one.Source != StatementSource.Payout)
            .GroupBy(one => (one.AccountKey, one.Currency)))
        {
            var days = DaysOf(account.SelectMany(one => one.Lines).Where(line => line.AmountMinor > 0));
            var hash = await HashAsync(origin.Merchant, account.First(), cancel);
            var waiting = 0;
            foreach (var credit in await ShowAsync(hash, account.Key.Currency, days, shown, origin, cancel))
            {
                var known = imported.GetValueOrDefault(credit.Report);
                if (credit is { IsOnly: true, IsShown: false })
                {
                    waiting += known?.NewLines ?? 0;
                    continue;
                }

                // Without the sum nothing is certain of them.
                var (lines, minor) = await certain.BookAsync(credit.Report, origin, progress: null, cancel);
                if (known is null && lines == 0)
                    continue;
                var report = (await _statements.FindAsync(credit.Report, cancel))!;
                reports.Add(new DeskReport(report, known?.WasKnown ?? true, known?.NewLines ?? 0, lines, minor));
                if (!credit.IsShown)
                {
                    remarks.Add(new FileFault(
                        0, null, $"{credit.Reference}: its payments wait until a statement shows the sum ({report.Statement.Lines})"));
                }
            }

            if (waiting > 0)
                remarks.Add(new FileFault(0, null, $"{waiting} single payments wait until a statement shows them"));
        }

        return new SplitCredits(reports, shown, remarks);
    }

    /// <summary>Imports a report. Where another file told other payments under its name, it is another sum, and gets a number.</summary>
    /// <param name="most">How many sums can have the name: one where the bank's reference is in it.</param>
    /// <returns>Null where too many have the name.</returns>
    private async Task<ImportedStatement?> ImportAsync(
        ReadStatement report, int most, string fileName, Origin origin, bool takesUndone, CancellationToken cancel)
    {
        for (var nth = 1; nth <= most; nth++)
        {
            var named = nth == 1 ? report : report with { Reference = $"{report.Reference} ({nth})" };
            var (_, statements) = await imports.ImportAsync([named], fileName, origin, cancel, takesUndone: takesUndone);
            if (statements is [{ IsOtherFile: false } imported])
                return imported;
        }

        return null;
    }

    private static string WhyNot(ImportedStatement? report) => report?.UndoneAt is { } undoneAt
        ? $"its import was taken back on {undoneAt.UtcDateTime:yyyy-MM-dd}; import the file by hand, if it is to count again"
        : "other files told other payments of it";

    /// <summary>Matches the payments of the sum that a line shows.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task MatchAsync(SettlementLine line, Origin origin, CancellationToken cancel) => line.Settles is { } report
        ? certain.BookAsync(new StatementId(line.Id.Merchant, report), origin, progress: null, cancel) : Task.CompletedTask;

    /// <summary>The collective credit that an operator means by a line.</summary>
    /// <param name="name">The id or the name of its report; null for the one of the amount and the nearest day.</param>
    /// <param name="charges">What the bank kept of the sum, where no file tells it.</param>
    /// <returns>Neither where a name names none.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(CollectiveCredit? Credit, string? Problem)> FindAsync(
        SettlementLine line, string? name, Shortfall? charges, CancellationToken cancel)
    {
        var sum = charges is null ? line
            : line with { Amount = line.Amount with { AmountMinor = line.Amount.AmountMinor + charges.Amount.AmountMinor } };
        if (name is null)
        {
            return (await _credits.OfLinesAsync(line.Id.Merchant, [sum], cancel)).GetValueOrDefault(line.Id, []) switch
            {
                [] => (null, "no notification of these days tells payments that add up to it"),
                [var only] => (only, null),
                var alike => (null, ProblemOf(alike)),
            };
        }

        return await _credits.FindAsync(line, name, cancel) switch
        {
            null => (null, null),
            { IsShown: true } shown => (null, $"another line is booked for it: {shown.Reference}"),
            var credit when credit.Sum != sum.Gross =>
                (null, $"the payments of {credit.Reference} add up to {credit.Sum}, and the line is {line.Gross}: say the bank's charges"),
            var credit => (credit, null),
        };
    }

    /// <summary>Books a line as the sum of a collective credit, as an operator says, and matches its payments.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<Outcome> BookAsync(
        SettlementLine line, CollectiveCredit credit, Shortfall? charges, Origin origin, string? note, KeyUse? key,
        CancellationToken cancel)
    {
        var outcome = await engine.SubmitAsync(BookingOf(line, credit, origin) with { Shortfall = charges, Note = note, Key = key });
        if (outcome.Accepted)
            await certain.BookAsync(credit.Report, origin, progress: null, cancel);
        return outcome;
    }

    /// <summary>Why a line is not the one sum of several.</summary>
    public static string ProblemOf(IReadOnlyList<CollectiveCredit> alike) => "several collective credits have this sum: say which one, "
        + string.Join(" or ", alike.Select(credit => $"{credit.Report.Value:D} ({credit.Reference})"));

    private static BookSettlement BookingOf(SettlementLine line, CollectiveCredit credit, Origin origin) =>
        new(origin, line.Id.House, line.Id, SettlementUse.Payout) { Provider = ClearingProvider.Bank, Settles = credit.Report.Value };

    /// <summary>Whether a statement has the payments of a collective credit as lines of their own, and not their sum.</summary>
    private async Task<bool> IsSplitAsync(ReadStatement report, byte[] account, MerchantId merchant, CancellationToken cancel)
    {
        var lines = await _credits.LinesAsync(
            merchant, account, DaysOf(report.Lines), [.. report.Lines.Select(GrossMinor).Append(report.ClosingMinor!.Value)],
            cancel);
        if (report.Lines is [{ Entry.IsOnly: true } only])
            return lines.Any(line => SinglePayments.HasDetails(line, only.Counterparty, only.Remittance, only.EndToEnd));
        if (lines.Any(line => line.Gross.AmountMinor == report.ClosingMinor && line.Counterparty is null))
            return false;
        var there = lines.Select(line => line.Gross.AmountMinor).ToList();
        return report.Lines.All(line => there.Remove(GrossMinor(line)));
    }

    /// <summary>Books the lines that are the sums of collective credits.</summary>
    /// <returns>The collective credits of the days, with those that lines show now.</returns>
    private async Task<IReadOnlyList<CollectiveCredit>> ShowAsync(
        byte[] account, Currency currency, DateOnly[] days, Dictionary<StatementId, (int Lines, long Minor)> shown, Origin origin,
        CancellationToken cancel)
    {
        List<CollectiveCredit> credits = [.. await _credits.OfDaysAsync(origin.Merchant, account, currency, days, cancel)];
        if (credits.All(credit => credit.IsShown))
            return credits;
        var lines = await _credits.LinesAsync(
            origin.Merchant, account, [.. credits.Select(credit => credit.Day).Distinct()],
            [.. credits.Where(credit => !credit.IsShown).Select(credit => credit.Sum.AmountMinor).Distinct()], cancel);
        var open = lines.Where(line => line is { Status: SettlementStatus.Open, WasUnbooked: false, Resembles: null }).ToList();
        var booked = await _statements.BookedLaterAsync(origin.Merchant, open, cancel);
        open.RemoveAll(line => booked.Contains(line.Id));
        foreach (var credit in credits.Where(credit => credit is { IsShown: false, IsOnly: false }).ToList())
        {
            // A sum has no payer.
            if (open.Find(line => line.Gross == credit.Sum && line.IsOf(credit.Day) && line.Counterparty is null) is not { } line)
                continue;
            open.Remove(line);
            await TieAsync(credit, line);
        }

        var waiting = await WaitingAsync(credits, lines, origin, cancel);
        foreach (var (one, line) in SinglePayments.Pair(waiting, lines, account))
        {
            if (open.Contains(line))
                await TieAsync(one.Credit, line);
            else if (line.Status == SettlementStatus.Booked && SinglePayments.IsSaid(one, line, account))
                await LeaveOutAsync(one.Part, origin);
        }

        // Of those that are booked or left out by now, nothing is noted.
        await _statements.NoteAsync(
            origin.Merchant, [.. waiting.Where(one => credits.Contains(one.Credit)).Select(one => (one.Part.Id, LineMatching.Unshown))],
            cancel);
        return credits;

        async Task TieAsync(CollectiveCredit credit, SettlementLine line)
        {
            var outcome = await engine.SubmitAsync(BookingOf(line, credit, origin), patient: true);
            CollectedMoney.RequireReached(outcome);
            if (!outcome.Accepted)
                return;
            credits[credits.IndexOf(credit)] = credit with { IsShown = true };
            var before = shown.GetValueOrDefault(line.Statement);
            shown[line.Statement] = (before.Lines + 1, before.Minor + line.Amount.AmountMinor);
        }
    }

    /// <summary>
    /// The single payments that wait for their lines. Where a statement has the line with all its details, the payment is no part of
    /// anything.
    /// </summary>
    /// <param name="lines">The lines of their days and amounts.</param>
    private async Task<IReadOnlyList<SinglePayments.Told>> WaitingAsync(
        IReadOnlyList<CollectiveCredit> credits, IReadOnlyList<SettlementLine> lines, Origin origin, CancellationToken cancel)
    {
        List<SinglePayments.Told> waiting = [];
        foreach (var credit in credits.Where(credit => credit is { IsShown: false, IsOnly: true }))
        {
            if (await _statements.LinesAsync(credit.Report, SettlementStatus.Open, 0, 1, cancel) is not [var part])
                continue;
            if (lines.Any(line => line.Gross == credit.Sum && line.IsOf(credit.Day)
                && SinglePayments.HasDetails(line, part.Counterparty, part.Remittance, part.EndToEnd)))
            {
                await LeaveOutAsync(part, origin);
            }
            else
            {
                waiting.Add(new SinglePayments.Told(credit, part));
            }
        }

        return waiting;
    }

    private async Task LeaveOutAsync(SettlementLine part, Origin origin) => CollectedMoney.RequireReached(await engine.SubmitAsync(
        new IgnoreSettlement(origin, part.Id, "the statement has it as a line with its details"), patient: true));

    private Task<byte[]> HashAsync(MerchantId merchant, ReadStatement statement, CancellationToken cancel) =>
        _accounts.HashAsync(merchant, statement.Source, statement.AccountKey, statement.Currency, cancel);

    private static DateOnly[] DaysOf(IEnumerable<ReadLine> lines) =>
        [.. lines.SelectMany(line => new[] { line.BookedOn, line.ValueOn ?? line.BookedOn }).Distinct()];

    private static bool Has(ReadLine line, DateOnly day) => line.BookedOn == day || line.ValueOn == day;
}
