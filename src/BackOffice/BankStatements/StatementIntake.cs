using Npgsql;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Backups;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// Takes read files in: imports their statements, books what their lines say of debits of ours, and the lines whose use is certain. Every
/// step can be repeated: a line is booked once, however many servers try.
/// </summary>
internal sealed class StatementIntake(
    NpgsqlDataSource database, PaymentEngine engine, TimeProvider clock, IProviderAccounts accounts, CertainLines certain,
    CollectiveCreditDesk credits, PaidLines paid)
{
    private const int NamesAtOnce = 1000;

    private readonly Statements _statements = new(database);
    private readonly StatementImports _imports = new(database, clock);
    private readonly Evidence _evidence = new(database);
    private readonly CollectedMoney _collected = new(database, engine);
    private readonly LostDebits _lost = new(database, engine, accounts);
    private readonly StatusDesk _reports = new(database, engine, accounts);

    /// <summary>Takes a file in, and matches lines that were open before with the books as they are now.</summary>
    /// <param name="takesUndone">Whether a statement comes again whose import was taken back.</param>
    public async Task<DeskOutcome> TakeAllAsync(
        ReadFile read, string fileName, Origin origin, IProgress<DeskProgress>? progress, KeyUse? key, bool takesUndone,
        CancellationToken cancel)
    {
        var rules = new RulesAtWork(database, origin.Merchant);
        var taken = await TakeAsync(read, fileName, origin, progress, key, cancel, rules, takesUndone);
        if (taken.Faults.Count > 0 || taken.Refusal is not null)
            return taken;
        var done = taken.Reports.Select(report => report.Statement.Statement.Id).ToHashSet();
        origin = WithoutNumbers(origin);
        var earlier = await certain.EarlierAsync(origin.Merchant, done, cancel);
        if (earlier.Count == 0)
            return Remarked();
        foreach (var line in earlier)
        {
            if (await paid.OfNamedAsync(line, origin, cancel) is { } report)
                await TakeAsync(report, origin, cancel);
        }

        List<DeskReport> reports = [];
        var booked = await certain.BookLinesAsync(origin.Merchant, earlier, origin, rules, cancel);
        foreach (var lines in booked.GroupBy(line => line.Statement))
        {
            var statement = (await _statements.FindAsync(lines.Key, cancel))!;
            reports.Add(new DeskReport(statement, true, 0, lines.Count(), lines.Sum(line => line.Amount.AmountMinor)));
        }

        return Remarked() with { Reports = [.. taken.Reports, .. reports] };

        DeskOutcome Remarked() => taken with { Remarks = [.. taken.Remarks, .. rules.Remarks] };
    }

    private async Task<DeskOutcome> TakeAsync(
        ReadFile read, string fileName, Origin origin, IProgress<DeskProgress>? progress, KeyUse? key, CancellationToken cancel,
        RulesAtWork? rules = null, bool takesUndone = true)
    {
        if (read.Faults.Count > 0)
            return new DeskOutcome([], read.Faults, read.Skipped) { AsksForColumns = read.AsksForColumns };
        if (await new Epochs(database, clock).LatestAsync(cancel) is { IsHeld: true })
        {
            const string Held = "the books were restored and are not released; import the file after the release";
            return new DeskOutcome([], [new FileFault(0, "books", Held)], read.Skipped) { Refusal = Refusal.Held };
        }

        origin = WithoutNumbers(origin);
        // A rejected debit is not in the lump of a statement beside it.
        var (reported, isRefused) = await ReportAsync(read, origin, cancel);
        if (isRefused)
            return new DeskOutcome([], reported, read.Skipped);
        var (named, collected) = await NamedAsync(read.Statements, origin, cancel);
        List<ReadStatement> statements = [.. named.Where(statement => !statement.IsNotification)];
        var (keyState, imported) = await _imports.ImportAsync(
            statements, NumberMask.Apply(fileName) ?? "statement", origin, cancel, key, takesUndone);
        if (await RefusedAsync(keyState, statements, imported, cancel) is { } refused)
        {
            return refused with
            {
                Faults = [.. refused.Faults, .. reported],
                Skipped = read.Skipped,
                HasReported = reported.Count > 0,
            };
        }

        // Of the statements that are imported, by their places in the file.
        List<int> places = [.. named.Index().Where(one => !one.Item.IsNotification).Select(one => one.Index)];
        var undone = imported.Zip(places).Where(one => one.First.UndoneAt is not null).Select(one => one.Second).ToHashSet();
        var contradicting = await BookCollectedAsync(
            [.. collected.Where(line => !undone.Contains(line.Place.Statement))], origin, cancel);
        long lines = statements.Sum(statement => (long)statement.Lines.Count), done = 0;
        List<DeskReport> reports = [];
        foreach (var (one, place) in imported.Zip(places))
        {
            var (booked, bookedMinor) = one.UndoneAt is not null ? (0, 0)
                : await certain.BookAsync(one.Id, origin, some => progress?.Report(new DeskProgress(lines, done += some)), cancel, rules);
            reports.Add(new DeskReport((await _statements.FindAsync(one.Id, cancel))!, one.WasKnown, one.NewLines, booked, bookedMinor));
            contradicting.AddRange(
                await LeftOpenAsync(one.Id, [.. collected.Where(line => line.Place.Statement == place)], contradicting, cancel));
        }

        var told = CollectiveCreditDesk.ToldIn(named, collected);
        var sums = await credits.TakeAsync(
            named, told, NumberMask.Apply(fileName) ?? "statement", origin, takesUndone && keyState != KeyState.Repeated, cancel);
        reports = [.. await WithSumsAsync(reports, sums.Shown, cancel), .. sums.Reports];
        List<FileFault> remarks =
        [
            .. reported, .. read.Remarks, .. PassedOver(named, collected, told), .. sums.Remarks,
            .. imported.Zip(statements, GapBefore).OfType<FileFault>(), .. imported.Zip(statements, TakenBack).OfType<FileFault>(),
            .. contradicting,
        ];
        return new DeskOutcome(reports, [], read.Skipped)
        {
            Remarks = reports.Count == 0 && remarks.Count == 0 && collected.Count == 0
                ? [new FileFault(0, null, "The file has no lines for the books.")] : remarks,
            IsRepeated = keyState == KeyState.Repeated,
        };
    }

    /// <summary>The statements as they are imported: with the names that the books know, and the lines about debits of ours.</summary>
    private async Task<(IReadOnlyList<ReadStatement> Statements, IReadOnlyList<CollectedLine> Lines)> NamedAsync(
        IReadOnlyList<ReadStatement> statements, Origin origin, CancellationToken cancel)
    {
        var shown = await ShowingNamesAsync(origin.Merchant, statements, cancel);
        var whole = await credits.WholeAsync(origin.Merchant, shown, CollectiveCreditDesk.ToldIn(shown, []), cancel);
        return await _collected.FindAsync(origin.Merchant, await _lost.TakeOverAsync(whole, origin, cancel), cancel);
    }

    /// <summary>The results of statements, with the lines that are booked as sums of collective credits.</summary>
    private async Task<IReadOnlyList<DeskReport>> WithSumsAsync(
        IReadOnlyList<DeskReport> reports, IReadOnlyDictionary<StatementId, (int Lines, long Minor)> shown, CancellationToken cancel)
    {
        List<DeskReport> all = [];
        foreach (var report in reports)
        {
            all.Add(!shown.TryGetValue(report.Statement.Statement.Id, out var sums) ? report : report with
            {
                Statement = (await _statements.FindAsync(report.Statement.Statement.Id, cancel))!,
                Booked = report.Booked + sums.Lines,
                BookedMinor = report.BookedMinor + sums.Minor,
            });
        }

        return all;
    }

    /// <summary>The outcome of a file whose statements are not imported; null where they are.</summary>
    private async Task<DeskOutcome?> RefusedAsync(
        KeyState keyState, List<ReadStatement> statements, IReadOnlyList<ImportedStatement> imported, CancellationToken cancel)
    {
        if (keyState == KeyState.Reused)
        {
            const string Used = "the key was used before for another file";
            return new DeskOutcome([], [new FileFault(0, null, Used)], 0) { Refusal = Refusal.KeyReused };
        }

        if (imported.FirstOrDefault(one => one.IsHalfUndone) is { } half)
            return new DeskOutcome([], [await HalfUndoneAsync(half.Id, cancel)], 0);
        if (imported.FirstOrDefault(one => one.IsOtherFile) is { } other)
            return new DeskOutcome([], [await SameNumberAsync(statements[imported.Count - 1], other.Id, cancel)], 0);
        return keyState != KeyState.Repeated && imported.FirstOrDefault(one => one.UndoneAt is not null) is { UndoneAt: { } at } undone
            ? new DeskOutcome([], [await ComesNotByItselfAsync(undone.Id, at, cancel)], 0) : null;
    }

    private async Task<FileFault> HalfUndoneAsync(StatementId statement, CancellationToken cancel)
    {
        var half = (await _statements.FindAsync(statement, cancel))!;
        return new FileFault(
            0, null, $"The import of {half.Statement.Name} of {half.Statement.Account} is being taken back, and {half.Left} of its lines "
                + "are left: undo it again first, so that none of them counts twice.");
    }

    /// <summary>Why a statement does not come again by itself whose import was taken back.</summary>
    private async Task<FileFault> ComesNotByItselfAsync(StatementId statement, DateTimeOffset undoneAt, CancellationToken cancel)
    {
        var undone = (await _statements.FindAsync(statement, cancel))!.Statement;
        return new FileFault(
            0, null, $"The import of {undone.Name} of {undone.Account} was taken back on {undoneAt.UtcDateTime:yyyy-MM-dd}: if its lines "
                + "are to count again, import the file by hand.");
    }

    private static FileFault? TakenBack(ImportedStatement imported, ReadStatement statement) =>
        imported.TakenBack == 0 ? null : new FileFault(
            statement.FileLine, null, $"an import that was taken back had {imported.TakenBack} of the lines: they count again");

    /// <summary>Why a statement is refused that has the number of another one.</summary>
    private async Task<FileFault> SameNumberAsync(ReadStatement refused, StatementId other, CancellationToken cancel)
    {
        // Nothing of the file was imported, so a statement of the same file can't be found any more.
        var known = (await _statements.FindAsync(other, cancel))?.Statement;
        return new FileFault(
            known is null ? refused.FileLine : 0, null,
            (known is null ? $"The file has {refused.Reference} of {refused.Account} twice"
                : $"Another file was imported before as {known.Reference} of {known.Account}, {known.FileName}")
            + (refused.Source == StatementSource.Payout ? "; two reports can't have one number."
                : ", which has other lines for the same days and balances: it is the same statement, or one of the two is wrong."));
    }

    private static FileFault? GapBefore(ImportedStatement imported, ReadStatement statement) =>
        imported.EndedAtMinor is not { } endedAtMinor ? null : new FileFault(
            statement.FileLine, "Bal",
            $"the statement begins at {new Money(statement.OpeningMinor!.Value, statement.Currency)}, and the one before it ended at "
            + $"{new Money(endedAtMinor, statement.Currency)}: a statement between them is missing");

    /// <summary>Books the status reports of a file. It is refused where it is one report alone that the books do not take.</summary>
    private async Task<(List<FileFault> Said, bool IsRefused)> ReportAsync(ReadFile read, Origin origin, CancellationToken cancel)
    {
        List<FileFault> reported = [];
        foreach (var report in read.Reports)
        {
            var said = await _reports.TakeAsync(report, origin, cancel);
            if (said.Collection is { } collection)
                reported.Add(new FileFault(0, null, SaidOf(collection, said)));
            else if (read.Statements.Count == 0 && read.Reports.Count == 1)
                return ([.. said.Faults], true);
            reported.AddRange(said.Faults.Concat(said.Remarks));
        }

        return (reported, false);
    }

    /// <summary>A number that looks like a card's is shown where it is the name of something in the books.</summary>
    private async Task<IReadOnlyList<ReadStatement>> ShowingNamesAsync(
        MerchantId merchant, IReadOnlyList<ReadStatement> statements, CancellationToken cancel)
    {
        string[] hidden = [.. statements.SelectMany(one => one.Lines).SelectMany(line => line.Hidden?.Candidates ?? []).Distinct()];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var some in hidden.Chunk(NamesAtOnce))
            names.UnionWith((await _evidence.NamedAsync(merchant, some, cancel)).Leads.Select(lead => lead.Name));
        return hidden.Length == 0 ? statements
            : [.. statements.Select(one => one with { Lines = [.. one.Lines.Select(line => line.Showing(names))] })];
    }

    private static string SaidOf(Collection collection, StatusOutcome said) => $"Collection {collection.Number}: {said.HowMany} "
        + $"{(collection.Kind == CollectionKind.Debits ? "debits" : "transfers")} are rejected, {said.Known} were before";

    /// <summary>A notification's entries that say nothing of ours are no lines: a person may expect them.</summary>
    private static IEnumerable<FileFault> PassedOver(
        IReadOnlyList<ReadStatement> statements, IReadOnlyList<CollectedLine> collected, IReadOnlyList<CollectiveCreditDesk.Told> told) =>
        from one in statements.Index()
        where one.Item.IsNotification
        let passed = one.Item.Lines.Count
            - collected.Where(line => line.Place.Statement == one.Index).Select(line => line.Place.Number).Distinct().Count()
            - told.Where(credit => credit.Notification == one.Item).Sum(credit => credit.Numbers.Count)
        where passed > 0
        select new FileFault(
            one.Item.FileLine, "Ntfctn",
            $"{passed} of its entries are about no debit or refund of ours: the statement (camt.053) brings them again as lines");

    /// <summary>
    /// Books what the lines say of debits of ours, and imports the report of what each line is made of: then the line is booked by it.
    /// </summary>
    /// <returns>The lines that contradict the books; they wait for an operator.</returns>
    private async Task<List<FileFault>> BookCollectedAsync(
        IReadOnlyList<CollectedLine> collected, Origin origin, CancellationToken cancel)
    {
        List<FileFault> contradicting = [];
        foreach (var line in collected)
        {
            var (report, problem) = await _collected.BookAsync(line, origin, cancel);
            if (report is not null)
            {
                var taken = await TakeAsync(report, origin, cancel);
                // A notification and a statement may name different days of one line.
                problem = taken.Faults.Count == 0 || await IsKnownAsync(report, origin.Merchant, cancel) ? null
                    : "another line for the same debits has another amount: say what this one is, or ignore it";
            }

            if (problem is not null)
                contradicting.Add(new FileFault(line.Line.FileLine, "TxDtls", problem));
        }

        return contradicting;
    }

    /// <summary>Whether the books have the report of a line, of the same amount.</summary>
    private async Task<bool> IsKnownAsync(ReadStatement report, MerchantId merchant, CancellationToken cancel) =>
        await _statements.PayoutAsync(merchant, report.Account, report.Reference!, cancel) is { } known
        && known == new Money(report.ClosingMinor!.Value, report.Currency);

    /// <summary>The lines about debits of ours that are open after the matching, with the reason: the same return in two lines.</summary>
    private async Task<IEnumerable<FileFault>> LeftOpenAsync(
        StatementId statement, IReadOnlyList<CollectedLine> collected, IReadOnlyList<FileFault> faults, CancellationToken cancel)
    {
        var silent = collected.Where(line => faults.All(fault => fault.Line != line.Line.FileLine))
            .ToDictionary(line => line.Place.Number);
        return silent.Count == 0 ? []
            : (await _statements.OpenAsync(statement, [.. silent.Values.Select(line => line.Name).Distinct()], cancel))
                .Where(open => silent.ContainsKey(open.Number)).Select(open =>
                    new FileFault(silent[open.Number].Line.FileLine, "TxDtls", open.Why ?? "an operator has to say what it is"));
    }

    /// <summary>Takes in the report of what a line is made of, as a file of it is taken in.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<DeskOutcome> TakeAsync(ReadStatement report, Origin origin, CancellationToken cancel) =>
        TakeAsync(ReadFile.Of(report), NameOf(report), origin, progress: null, key: null, cancel);

    /// <summary>The name of a report that comes in no file, for people.</summary>
    public static string NameOf(ReadStatement report) => $"{report.Account} {report.Reference}";

    private static Origin WithoutNumbers(Origin origin) =>
        origin.Action is { } action ? origin with { Action = action with { Subject = NumberMask.Apply(action.Subject) ?? "" } } : origin;
}
