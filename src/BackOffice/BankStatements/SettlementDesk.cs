using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Npgsql;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Backups;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// Imports statements and books the lines whose use is certain. Every step can be repeated: a line is booked once, however many servers
/// try.
/// </summary>
/// <param name="partsOf">The uses of a recorded payment's money, as its own API said.</param>
/// <param name="providers">The providers that pay out.</param>
public sealed class SettlementDesk(
    NpgsqlDataSource database, PaymentEngine engine, TimeProvider clock, Func<PaymentView, IReadOnlyList<Part>> partsOf,
    KnownProviders providers, IProviderAccounts accounts) : ISettlements
{
    internal const string ReversedByWord = "say why: the payment is reversed by your word alone";
    private const int NamesAtOnce = 1000;

    // The content of a file takes much more memory than the file, so the desk reads one file of a merchant at a time.
    private readonly ConcurrentDictionary<MerchantId, SemaphoreSlim> _importing = new();
    private readonly Statements _statements = new(database);
    private readonly SettlementTolerances _tolerances = new(database, clock);
    private readonly StatementImports _imports = new(database, clock);
    private readonly Evidence _evidence = new(database);
    private readonly LineMatching _matching = new(database);
    private readonly CollectedMoney _collected = new(database, engine);
    private readonly LostDebits _lost = new(database, engine, accounts);
    private readonly ReturnedLines _returned = new(database, engine, new CollectedMoney(database, engine));
    private readonly PaidLines _paid = new(database, new CollectedMoney(database, engine));
    private readonly StatusDesk _reports = new(database, engine, accounts);
    private readonly CertainLines _certain = new(database, engine, clock, partsOf);
    private readonly NamedThings _named = new(database);
    private readonly SplitLines _split = new(
        database, engine, new CertainLines(database, engine, clock, partsOf),
        new ReturnedLines(database, engine, new CollectedMoney(database, engine)), new StatementImports(database, clock), providers);

    private readonly CollectiveCreditDesk _credits =
        new(database, engine, new CertainLines(database, engine, clock, partsOf), new StatementImports(database, clock));

    /// <summary>
    /// Imports a whole file, or nothing of a refused one. Then matches its open lines and books them, also those of a file that was
    /// imported before.
    /// </summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <param name="fileName">The name for people. Banks put account numbers into it, so it is masked.</param>
    /// <param name="options">The operator's words about the file.</param>
    /// <param name="origin">The source. The audit log has it where the import changes something.</param>
    /// <param name="progress">Gets the progress.</param>
    /// <param name="cancel">Ends the work between two lines; the file can be imported again.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<DeskOutcome> ImportAsync(
        Stream file, string fileName, ReadingOptions options, Origin origin, IProgress<DeskProgress>? progress, CancellationToken cancel,
        KeyUse? key = null)
    {
        return await AloneAsync(
            origin.Merchant, options.MaxWait,
            async () =>
            {
                var read = await StatementFile.ReadAsync(file, options, cancel);
                return ProblemOf(read) is { } problem
                    ? new DeskOutcome([], [new FileFault(0, "provider", problem)], read.Skipped)
                    : await TakeAllAsync(read, fileName, origin, progress, key, cancel);
            }, cancel);
    }

    /// <summary>Imports a payout report that the server fetched from its provider, as a file of it is imported.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<DeskOutcome> ImportAsync(ReadStatement report, Origin origin, CancellationToken cancel)
    {
        return AloneAsync(
            origin.Merchant, new ReadingOptions().MaxWait,
            () => TakeAllAsync(FileOf(report), $"{report.Account} {report.Reference}", origin, progress: null, key: null, cancel), cancel);
    }

    /// <summary>Why a file of a payout report is refused: the provider that it names; null for another file.</summary>
    private string? ProblemOf(ReadFile read) => read.Faults.Count > 0 ? null
        : read.Statements.FirstOrDefault(statement => statement.Source == StatementSource.Payout) is { } report
            ? providers.ProblemOf(report.Account) : null;

    /// <summary>A report as the file that it would be.</summary>
    private static ReadFile FileOf(ReadStatement report) => new([report], [], 0);

    /// <inheritdoc/>
    public async Task<DeskOutcome> ImportAsync(
        ReadOnlyMemory<byte> file, string fileName, ReadingOptions options, Origin origin, KeyUse? key, CancellationToken cancel)
    {
        await using var stream = MemoryMarshal.TryGetArray(file, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(file.ToArray(), writable: false);
        return await ImportAsync(stream, fileName, options, origin, progress: null, cancel, key);
    }

    private async Task<DeskOutcome> AloneAsync(
        MerchantId merchant, TimeSpan wait, Func<Task<DeskOutcome>> import, CancellationToken cancel)
    {
        var place = _importing.GetOrAdd(merchant, _ => new SemaphoreSlim(1));
        if (!await place.WaitAsync(wait, cancel))
        {
            return new DeskOutcome([], [new FileFault(0, null, "Another file is being imported: import this one after it.")], 0)
            {
                Refusal = Refusal.UnderWay,
            };
        }

        try
        {
            return await import();
        }
        finally
        {
            place.Release();
        }
    }

    /// <summary>Takes a file in, and matches lines that were open before with the books as they are now.</summary>
    private async Task<DeskOutcome> TakeAllAsync(
        ReadFile read, string fileName, Origin origin, IProgress<DeskProgress>? progress, KeyUse? key, CancellationToken cancel)
    {
        var rules = new RulesAtWork(database, origin.Merchant);
        var taken = await TakeAsync(read, fileName, origin, progress, key, cancel, rules);
        if (taken.Faults.Count > 0 || taken.Refusal is not null)
            return taken;
        var done = taken.Reports.Select(report => report.Statement.Statement.Id).ToHashSet();
        origin = WithoutNumbers(origin);
        var earlier = await _certain.EarlierAsync(origin.Merchant, done, cancel);
        if (earlier.Count == 0)
            return Remarked();
        foreach (var line in earlier)
        {
            if (await _paid.OfNamedAsync(line, origin, cancel) is { } report)
                await TakeAsync(FileOf(report), $"{report.Account} {report.Reference}", origin, progress: null, key: null, cancel);
        }

        List<DeskReport> reports = [];
        var booked = await _certain.BookLinesAsync(origin.Merchant, earlier, origin, rules, cancel);
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
        RulesAtWork? rules = null)
    {
        if (read.Faults.Count > 0)
            return new DeskOutcome([], read.Faults, read.Skipped);
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
            statements, NumberMask.Apply(fileName) ?? "statement", origin, cancel, key);
        if (await RefusedAsync(keyState, statements, imported, cancel) is { } refused)
        {
            return refused with
            {
                Faults = [.. refused.Faults, .. reported],
                Skipped = read.Skipped,
                HasReported = reported.Count > 0,
            };
        }

        var contradicting = await BookCollectedAsync(collected, origin, cancel);
        long lines = statements.Sum(statement => (long)statement.Lines.Count), done = 0;
        List<DeskReport> reports = [];
        // Of the statements that are imported, by their places in the file.
        var places = named.Index().Where(one => !one.Item.IsNotification).Select(one => one.Index);
        foreach (var (one, place) in imported.Zip(places))
        {
            var (booked, bookedMinor) =
                await MatchAsync(one.Id, origin, some => progress?.Report(new DeskProgress(lines, done += some)), cancel, rules);
            reports.Add(new DeskReport((await _statements.FindAsync(one.Id, cancel))!, one.WasKnown, one.NewLines, booked, bookedMinor));
            contradicting.AddRange(
                await LeftOpenAsync(one.Id, [.. collected.Where(line => line.Place.Statement == place)], contradicting, cancel));
        }

        var told = CollectiveCreditDesk.ToldIn(named, collected);
        var credits = await _credits.TakeAsync(named, told, NumberMask.Apply(fileName) ?? "statement", origin, cancel);
        reports = [.. await WithSumsAsync(reports, credits.Shown, cancel), .. credits.Reports];
        List<FileFault> remarks =
        [
            .. reported, .. read.Remarks, .. PassedOver(named, collected, told), .. credits.Remarks,
            .. imported.Zip(statements, GapBefore).OfType<FileFault>(), .. contradicting,
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
        var whole = await _credits.WholeAsync(origin.Merchant, shown, CollectiveCreditDesk.ToldIn(shown, []), cancel);
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

        return imported.FirstOrDefault(one => one.IsOtherFile) is { } other
            ? new DeskOutcome([], [await SameNumberAsync(statements[imported.Count - 1], other.Id, cancel)], 0) : null;
    }

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
                var taken = await TakeAsync(
                    FileOf(report), $"{report.Account} {report.Reference}", origin, progress: null, key: null, cancel);
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

    /// <inheritdoc cref="CertainLines.BookAsync"/>
    public Task<(long Lines, long Minor)> MatchAsync(
        StatementId statement, Origin origin, Action<int>? progress, CancellationToken cancel, RulesAtWork? rules = null) =>
        _certain.BookAsync(statement, origin, progress, cancel, rules);

    /// <summary>Books a line for an earlier payment, as an operator says.</summary>
    /// <param name="payment">
    /// A payment that waits for this money, or whose money the books have at the bank, or whose money went back from there.
    /// </param>
    /// <param name="note">The operator's reason; null for none.</param>
    /// <param name="cancel">Ends the looking up of its attempts.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<Outcome> BookAsPaymentAsync(
        SettlementLine line, PaymentView payment, Origin origin, string? note, CancellationToken cancel, KeyUse? key = null,
        int? seen = null)
    {
        var target = AccountTarget.Of(payment.Account.Id, payment.Account.Slot);
        var isReported = line.Kind != SettlementLineKind.Entry;
        Command? completing = null;
        if (!isReported && payment.Payment.Status != PaymentStatus.Captured)
        {
            completing = await TransferOfAsync(payment.Payment.Id, cancel) is { } capture
                ? CertainLines.ApprovalOf(capture, origin)
                : new ClosePending(origin, target, payment.Payment.Id, ClearingProvider.BankTransfer, partsOf(payment));
        }

        return await engine.SubmitAsync(
            new BookSettlement(origin, target, line.Id, isReported ? SettlementUse.Reported : SettlementUse.Transfer)
            {
                Payment = completing is null ? payment.Payment.Id : null,
                Brings = completing,
                Provider = isReported ? line.Account : null,
                PartOf = line.SplitReport,
                Seen = seen,
                Note = note,
                Key = key,
            });
    }

    /// <summary>The capture of a payment that waits for the customer's transfer; null for none.</summary>
    private async Task<Attempt?> TransferOfAsync(PaymentId payment, CancellationToken cancel) =>
        (await new Attempts(database).OfPaymentAsync(payment, cancel)).FirstOrDefault(attempt => attempt.WaitsForTransfer);

    /// <summary>
    /// Books a line as a new payment of a customer, as an operator says: it settles these charges as far as they are due; the rest is
    /// credit.
    /// </summary>
    /// <param name="line">An incoming line.</param>
    /// <param name="slot">The slot of that account.</param>
    /// <param name="charges">Empty for all open charges, oldest first.</param>
    /// <param name="note">The operator's reason; null for none.</param>
    /// <param name="shortfall">What did not come of them; null for nothing.</param>
    public Task<Outcome> BookAsNewPaymentAsync(
        SettlementLine line, AccountId account, int slot, IReadOnlyList<Reference> charges, Origin origin, string? note,
        KeyUse? key = null, Shortfall? shortfall = null, int? seen = null)
    {
        var target = AccountTarget.Of(account, slot);
        var payment = _certain.PaymentOf(line, target, [.. charges.Select(Part.ChargeUpTo)], origin);
        return engine.SubmitAsync(new BookSettlement(origin, target, line.Id, SettlementUse.Transfer)
        {
            Shortfall = shortfall,
            Brings = payment with
            {
                Amount = line.Gross with { AmountMinor = line.Gross.AmountMinor + (shortfall?.Amount.AmountMinor ?? 0) },
                Remainder = charges.Count == 0 ? Remainder.OldestDueFirst : Remainder.Credit,
            },
            PartOf = line.SplitReport,
            Seen = seen,
            Note = note,
            Key = key,
        });
    }

    /// <summary>Books a line as a provider's payout, or as a fee of the bank, as an operator says.</summary>
    /// <param name="provider">The provider; null for a fee.</param>
    /// <param name="note">The operator's reason; null for none.</param>
    public Task<Outcome> BookAsPayoutOrFeeAsync(
        SettlementLine line, string? provider, Origin origin, string? note, KeyUse? key = null, int? seen = null) =>
        engine.SubmitAsync(new BookSettlement(origin, line.Id.House, line.Id, provider is null ? SettlementUse.Fee : SettlementUse.Payout)
        {
            Provider = provider,
            PartOf = line.SplitReport,
            Seen = seen,
            Note = note,
            Key = key,
        });

    /// <summary>Books a line, or leaves it out, as an operator chooses.</summary>
    /// <param name="names">
    /// The charges, the customer, the payments, the collections, or the provider or the report of a collective credit; empty where the
    /// choice needs no name.
    /// </param>
    /// <param name="note">The operator's reason; null for none.</param>
    /// <param name="cancel">Ends the looking up of names.</param>
    /// <param name="shortfall">
    /// What did not come of charges or of a customer's debts, within the merchant's tolerance; the bank's charges inside the line, of a
    /// return or a collection. Null where the operator did not say.
    /// </param>
    /// <param name="seen">
    /// The events of the line when its proposal was seen: then charges are paid exactly, and the line waits where less of them is open by
    /// now. Null for a choice of the operator's own.
    /// </param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<ChoiceOutcome> BookAsChosenAsync(
        SettlementLine line, SettlementChoice choice, IReadOnlyList<string> names, Origin origin, string? note, CancellationToken cancel,
        KeyUse? key = null, Shortfall? shortfall = null, int? seen = null)
    {
        if (choice is not (SettlementChoice.Fee or SettlementChoice.Ignore) && names.Count == 0)
            return new ChoiceOutcome(null, "say which one");
        var merchant = line.Id.Merchant;
        line = await _statements.FindAsync(line.Id, cancel) ?? line;
        // Nothing is done for a line that is booked: a repeated request gets its first answer, another one is refused.
        if (line.Status == SettlementStatus.Booked
            && (choice is SettlementChoice.Payment or SettlementChoice.Return or SettlementChoice.Collection
                || shortfall is not null || (choice == SettlementChoice.Charge && line.Use == SettlementUse.Payout)
                || (choice == SettlementChoice.Payout && IsOfCredit(names[0]))))
        {
            return new ChoiceOutcome(await AnswerAgainAsync(line, origin, note, key, cancel), null);
        }

        if (await ProblemOfAsync(line, choice, shortfall, cancel) is { } contradicts)
            return new ChoiceOutcome(null, contradicts);
        switch (choice)
        {
            case SettlementChoice.Fee:
                return new ChoiceOutcome(await BookAsPayoutOrFeeAsync(line, provider: null, origin, note, key, seen), null);
            case SettlementChoice.Ignore:
                return new ChoiceOutcome(await IgnoreAsync(line.Id, note ?? "", origin, key, seen), null);
            case SettlementChoice.Payout:
                return await BookPayoutAsync(line, names[0], shortfall, origin, note, key, seen, cancel);
            case SettlementChoice.Payment when line.IsUnreportedChargeback && string.IsNullOrWhiteSpace(note):
                return new ChoiceOutcome(null, ReversedByWord);
            case SettlementChoice.Payment or SettlementChoice.Return or SettlementChoice.Collection
                when (line.Kind != SettlementLineKind.Entry || line is { IsPart: true, IsSplitPart: false })
                && (choice != SettlementChoice.Payment || names.Count > 1 || shortfall is not null):
                return new ChoiceOutcome(null, line.IsPart
                    ? "it is a part of a collective credit: book it as a payment, or for a customer"
                    : "it is a line of a provider's report, and not of the bank");
            case SettlementChoice.Payment when names.Count > 1 || shortfall is not null:
                var (sum, unpaid) = await PaidByAsync(line, names, shortfall, origin, cancel);
                return await BookPartsAsync(line, sum, unpaid, origin, note, key, cancel);
            case SettlementChoice.Payment:
                var (payment, none) = await _named.PaymentAsync(merchant, names[0], cancel);
                return payment is null ? new ChoiceOutcome(null, none)
                    : await PartsOfAsync(line, payment, origin, cancel) is var (parts, why)
                        ? await BookPartsAsync(line, parts, why, origin, note, key, cancel)
                        : new ChoiceOutcome(await BookAsPaymentAsync(line, payment, origin, note, cancel, key, seen), null);
            case SettlementChoice.Return when string.IsNullOrWhiteSpace(note):
                return new ChoiceOutcome(null, ReversedByWord);
            case SettlementChoice.Return:
                var (report, refused) = await OfPaymentsAsync(line, names, shortfall?.Amount, origin, cancel);
                return await BookPartsAsync(line, report, refused, origin, note, key, cancel);
            case SettlementChoice.Collection:
                var (lump, contradiction) =
                    await _paid.OfCollectionsAsync(line, names, shortfall?.Amount.AmountMinor ?? 0, origin, cancel);
                return await BookPartsAsync(line, lump, contradiction, origin, note, key, cancel);
            case SettlementChoice.Customer:
                var (payer, several) = await _named.CustomerAsync(merchant, names[0], cancel);
                return payer is null ? new ChoiceOutcome(null, several)
                    : new(await BookAsNewPaymentAsync(line, payer.Account, payer.Slot, [], origin, note, key, shortfall, seen), null);
            case SettlementChoice.Charge:
                return await BookChargesAsync(line, names, shortfall, origin, note, key, seen, cancel);
            default:
                throw new ArgumentOutOfRangeException(nameof(choice));
        }
    }

    /// <summary>The first answer of a repeated request about a booked line, or why another one is refused.</summary>
    private async Task<Outcome> AnswerAgainAsync(
        SettlementLine line, Origin origin, string? note, KeyUse? key, CancellationToken cancel)
    {
        var answered = await BookAsPayoutOrFeeAsync(line, ClearingProvider.Bank, origin, note, key);
        // A server may have died between a sum and its payments.
        if (answered.Accepted && !await _split.GoOnAsync(line, PartBooking(origin, note, cancel), cancel))
            await _credits.MatchAsync(line, origin, cancel);
        return answered;
    }

    /// <summary>Why a line can't be booked so, before any name is looked up; null where it may be.</summary>
    private async Task<string?> ProblemOfAsync(
        SettlementLine line, SettlementChoice choice, Shortfall? shortfall, CancellationToken cancel) =>
        line.IsSplitPart && choice != SettlementChoice.Ignore && !await _split.IsShownAsync(line, cancel) ? SplitLines.Unshown
        : shortfall is null ? null : await ProblemOfShortfallAsync(line, choice, shortfall, cancel);

    /// <summary>Why a shortfall can't be; null where it can.</summary>
    private async Task<string?> ProblemOfShortfallAsync(
        SettlementLine line, SettlementChoice choice, Shortfall shortfall, CancellationToken cancel)
    {
        var (missing, currency) = (shortfall.Amount, line.Amount.Currency);
        if (missing.Currency != currency)
            return $"the charges are in {missing.Currency.Code}, and the line is in {currency.Code}";
        if (choice is SettlementChoice.Return or SettlementChoice.Collection or SettlementChoice.Payment)
            return shortfall.Kind == ShortfallKind.Fee ? null : "beside payments, returns and collections only the bank's charges differ";
        if (choice is not (SettlementChoice.Charge or SettlementChoice.Customer or SettlementChoice.Payout))
            return "a shortfall goes beside charges, a customer, payments, a collection or a sum of payments";
        if (missing.AmountMinor <= 0 || line.Amount.AmountMinor <= 0 || missing.AmountMinor > long.MaxValue - line.Gross.AmountMinor)
            return "a shortfall is above zero, and of money that came in";
        if (choice == SettlementChoice.Payout)
            return shortfall.Kind == ShortfallKind.Fee ? null : "of a sum of payments only the bank's charges are missing";
        return await ProblemOfToleranceAsync(line, missing.AmountMinor, cancel);
    }

    /// <summary>Why so much of what a line pays can't be missing; null where it can.</summary>
    private async Task<string?> ProblemOfToleranceAsync(SettlementLine line, Int128 missingMinor, CancellationToken cancel)
    {
        var currency = line.Amount.Currency;
        if (await _tolerances.FindAsync(line.Id.Merchant, currency, cancel) is not { } tolerance)
            return $"your tolerance in {currency.Code} is nothing: set one (quittance settlement tolerance), or credit the charge";
        if (missingMinor + line.Gross.AmountMinor > long.MaxValue)
            return "the parts are too large";
        var missing = new Money((long)missingMinor, currency);
        return tolerance.Covers(line.Gross with { AmountMinor = line.Gross.AmountMinor + missing.AmountMinor }, missing) ? null
            : $"{missing} is more than your tolerance of {tolerance}: credit the charge";
    }

    /// <summary>Whether the name of a payout is the bank, or the report of a collective credit.</summary>
    private bool IsOfCredit(string name) => name == ClearingProvider.Bank || providers.ProblemOf(name) is not null;

    /// <param name="name">The provider; the id or the name of the report of a collective credit.</param>
    private async Task<ChoiceOutcome> BookPayoutAsync(
        SettlementLine line, string name, Shortfall? charges, Origin origin, string? note, KeyUse? key, int? seen, CancellationToken cancel)
    {
        if (IsOfCredit(name))
        {
            return await _credits.FindAsync(line, name == ClearingProvider.Bank ? null : name, charges, cancel) switch
            {
                ({ } credit, _) => new ChoiceOutcome(await _credits.BookAsync(line, credit, charges, origin, note, key, cancel), null),
                (null, var problem) =>
                    new ChoiceOutcome(null, problem ?? $"{providers.ProblemOf(name)}, and no collective credit of that name"),
            };
        }

        return charges is not null ? new ChoiceOutcome(null, "a provider's report tells its charges")
            : new ChoiceOutcome(await BookAsPayoutOrFeeAsync(line, name, origin, note, key, seen), null);
    }

    private async Task<(ReadStatement? Report, string? Problem)> OfPaymentsAsync(
        SettlementLine line, IReadOnlyList<string> names, Money? charges, Origin origin, CancellationToken cancel)
    {
        var (payments, unknown) = await FindPaymentsAsync(line.Id.Merchant, names, cancel);
        return unknown is not null ? (null, unknown)
            : await _returned.OfPaymentsAsync(line, payments, charges?.AmountMinor, origin, cancel);
    }

    /// <summary>The report of a line that pays the debits or refunds of several payments, or of one less the bank's charges.</summary>
    private async Task<(ReadStatement? Report, string? Problem)> PaidByAsync(
        SettlementLine line, IReadOnlyList<string> names, Shortfall? charges, Origin origin, CancellationToken cancel)
    {
        var (payments, unknown) = await FindPaymentsAsync(line.Id.Merchant, names, cancel);
        return unknown is not null ? (null, unknown)
            : await _paid.OfPaymentsAsync(line, payments, charges?.Amount.AmountMinor ?? 0, origin, cancel);
    }

    private async Task<(IReadOnlyList<PaymentView> Payments, string? Problem)> FindPaymentsAsync(
        MerchantId merchant, IReadOnlyList<string> names, CancellationToken cancel)
    {
        List<PaymentView> payments = [];
        foreach (var name in names)
        {
            var (one, unknown) = await _named.PaymentAsync(merchant, name, cancel);
            if (one is null)
                return ([], unknown);
            payments.Add(one);
        }

        return (payments, null);
    }

    /// <summary>
    /// The report of a bank's line about a payment that was debited by a file: the bank collects it, takes it back, or gives it back.
    /// Null for another payment, and where the line shows a refund.
    /// </summary>
    private async Task<(ReadStatement? Report, string? Problem)?> PartsOfAsync(
        SettlementLine line, PaymentView view, Origin origin, CancellationToken cancel)
    {
        if (line.Kind != SettlementLineKind.Entry || line is { IsPart: true, IsSplitPart: false }
            || await _returned.DebitOfAsync(view.Payment.Id, cancel) is null)
        {
            return null;
        }

        if (line.Amount.AmountMinor < 0 && view.Payment.RefundedMinor > 0)
            return null;
        // A server that died may have noted the collection, and not the line that shows it.
        return line.Amount.AmountMinor > 0 && !await _returned.IsReturnedAsync(view.Payment.Id, cancel)
            ? await _paid.OfPaymentsAsync(line, [view], chargesMinor: 0, origin, cancel)
            : await _returned.OfPaymentsAsync(line, [view], chargesMinor: null, origin, cancel);
    }

    /// <summary>Imports the report of what a line is made of, and books the line by it.</summary>
    private async Task<ChoiceOutcome> BookPartsAsync(
        SettlementLine line, ReadStatement? report, string? problem, Origin origin, string? note, KeyUse? key, CancellationToken cancel)
    {
        if (report is null)
            return new ChoiceOutcome(null, problem ?? "it is not known what the line is made of");
        var taken = await TakeAsync(FileOf(report), $"{report.Account} {report.Reference}", origin, progress: null, key: null, cancel);
        if (taken.Reports is not [var one])
            return new ChoiceOutcome(null, taken.Faults.Count > 0 ? taken.Faults[0].Problem : "the books do not take it");
        var statement = one.Statement.Statement.Id;
        foreach (var part in await _statements.LinesAsync(statement, SettlementStatus.Open, 0, report.Lines.Count + 1, cancel))
        {
            // What reverses a payment by an operator's word is booked by that word.
            var payment = part.IsUnreportedChargeback && Guid.TryParse(part.Remittance, out var id)
                ? await new Books(database).PaymentAsync(new PaymentId(line.Id.Merchant, id), asOf: null, cancel) : null;
            var outcome = payment is null ? null : await BookAsPaymentAsync(part, payment, origin, note, cancel);
            if (outcome is not { Accepted: true })
                return new ChoiceOutcome(outcome, outcome is null ? part.Note ?? "the books do not take it" : null);
        }

        return new ChoiceOutcome(
            await engine.SubmitAsync(new BookSettlement(origin, line.Id.House, line.Id, SettlementUse.Payout)
            {
                Provider = report.Account,
                Settles = statement.Value,
                PartOf = line.SplitReport,
                Note = note,
                Key = key,
            }),
            null);
    }

    private async Task<ChoiceOutcome> BookChargesAsync(
        SettlementLine line, IReadOnlyList<string> names, Shortfall? shortfall, Origin origin, string? note, KeyUse? key, int? seen,
        CancellationToken cancel)
    {
        List<NamedCharge> charges = [];
        foreach (var name in names)
        {
            var (charge, unknown) = await _named.ChargeAsync(line.Id.Merchant, name, cancel);
            if (charge is null)
                return new ChoiceOutcome(null, unknown);
            charges.Add(charge);
        }

        if (charges.DistinctBy(charge => charge.Account).Count() > 1)
            return await SplitAmongAsync(line, charges, shortfall, origin, note, key, cancel);
        if (shortfall is null
            && charges.Select(charge => charge.Transfer).FirstOrDefault(transfer => transfer?.Amount == line.Gross) is { } awaited)
        {
            var payment = (await new Books(database).PaymentAsync(awaited.Payment, asOf: null, cancel))!;
            return new ChoiceOutcome(await BookAsPaymentAsync(line, payment, origin, note, cancel, key), null);
        }

        return charges.FirstOrDefault(charge => charge.Transfer is not null) is { Transfer: { } other } claimed
            ? new ChoiceOutcome(
                null, $"payment {other.Number} waits for a transfer of {other.Amount} for charge {claimed.Name}: settle its attempt as "
                    + "declined first")
            : new ChoiceOutcome(
                seen is { } events && shortfall is null
                    ? await engine.SubmitAsync(new BookSettlement(
                        origin, AccountTarget.Of(charges[0].Account, charges[0].Slot), line.Id, SettlementUse.Transfer)
                    {
                        Brings = _certain.PaymentOf(
                            line, AccountTarget.Of(charges[0].Account, charges[0].Slot), CertainLines.PartsOf(line, charges), origin),
                        PartOf = line.SplitReport,
                        Seen = events,
                        Note = note,
                        Key = key,
                    })
                    : await BookAsNewPaymentAsync(
                        line, charges[0].Account, charges[0].Slot, [.. charges.Select(charge => charge.Reference)], origin, note, key,
                        shortfall),
                null);
    }

    /// <inheritdoc/>
    public async Task<ChoiceOutcome> SplitAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Origin origin, string? note, KeyUse? key, CancellationToken cancel)
    {
        line = await _statements.FindAsync(line.Id, cancel) ?? line;
        // What a bank kept of money that came is given up, as it is beside charges.
        var kept = parts.Where(part => part is { Choice: SettlementChoice.Fee, Amount.AmountMinor: < 0 } && line.Amount.AmountMinor > 0)
            .ToList();
        return await _split.BookAsync(
            line, parts, shortfall: null, origin, note, key, PartBooking(origin, note, cancel), cancel,
            async () => kept.Count == 0 ? null : await ProblemOfToleranceAsync(
                line, kept.Aggregate((Int128)0, (sum, part) => sum - part.Amount.AmountMinor), cancel));
    }

    private Task<ChoiceOutcome> SplitAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Shortfall? shortfall, Origin origin, string? note, KeyUse? key,
        CancellationToken cancel) =>
        _split.BookAsync(line, parts, shortfall, origin, note, key, PartBooking(origin, note, cancel), cancel);

    /// <summary>
    /// Books a part as its split says. Charges are paid exactly: what was paid meanwhile makes no credit. What a person said of the part
    /// meanwhile stands.
    /// </summary>
    private Func<SettlementLine, SplitPart, Task<ChoiceOutcome>> PartBooking(Origin origin, string? note, CancellationToken cancel) =>
        (of, part) => BookAsChosenAsync(
            of, part.Choice!.Value, part.Names, origin,
            part.Choice == SettlementChoice.Ignore ? note ?? LineActs.NoCustomers : note, cancel, seen: of.Events);

    /// <summary>Splits a line among several customers by their charges; what it has above them waits.</summary>
    private async Task<ChoiceOutcome> SplitAmongAsync(
        SettlementLine line, IReadOnlyList<NamedCharge> charges, Shortfall? shortfall, Origin origin, string? note, KeyUse? key,
        CancellationToken cancel)
    {
        const string Several = "the charges are of several customers";
        if (line.Amount.AmountMinor <= 0)
            return new ChoiceOutcome(null, $"{Several}, and only a line of money that came to the bank pays charges");
        if (shortfall is { Kind: not ShortfallKind.Fee })
            return new ChoiceOutcome(null, $"{Several}: what is missing of all is a bank's fee, or name the charges of one");
        if (charges.FirstOrDefault(charge => charge.Open.Currency != line.Amount.Currency) is { } foreign)
            return new ChoiceOutcome(null, $"charge {foreign.Name} is in {foreign.Open.Currency.Code}");
        if (charges.FirstOrDefault(charge => charge.Open.AmountMinor <= 0) is { } settled)
            return new ChoiceOutcome(null, $"{Several}, and nothing is open of {settled.Name}");
        var dueMinor = (Int128)line.Gross.AmountMinor + (shortfall?.Amount.AmountMinor ?? 0);
        var restMinor = dueMinor - charges.Aggregate((Int128)0, (sum, charge) => sum + charge.Open.AmountMinor);
        if (restMinor < 0 || (shortfall is not null && restMinor > 0))
        {
            return new ChoiceOutcome(
                null, $"{Several}, and {string.Join(" and ", charges.Select(charge => charge.Open))} are open of them: the line "
                    + $"{(shortfall is null ? "is" : "and what is missing are")} {line.Gross with { AmountMinor = (long)dueMinor }}");
        }

        List<SplitPart> parts =
        [
            .. charges.GroupBy(charge => charge.Account).Select(ofOne => new SplitPart(
                line.Amount with { AmountMinor = ofOne.Sum(charge => charge.Open.AmountMinor) }, SettlementChoice.Charge,
                [.. ofOne.Select(charge => $"{charge.Number}")])),
        ];
        if (restMinor > 0)
            parts.Add(new SplitPart(line.Amount with { AmountMinor = (long)restMinor }, null, []));
        return await SplitAsync(line, parts, shortfall, origin, note, key, cancel);
    }

    /// <summary>The parts of a line that is split; none of another one.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> PartsOfAsync(SettlementLine line, CancellationToken cancel) =>
        _split.PartsOfAsync(line, cancel);

    /// <summary>Leaves a line out of the books.</summary>
    public Task<Outcome> IgnoreAsync(SettlementLineId line, string reason, Origin origin, KeyUse? key = null, int? seen = null) =>
        engine.SubmitAsync(new IgnoreSettlement(origin, line, reason) { Key = key, Seen = seen });

    /// <inheritdoc/>
    public async Task<Outcome> UnbookAsync(
        SettlementLine line, int seen, string reason, Origin origin, KeyUse? key, CancellationToken cancel)
    {
        var unbooking = await UnbookingAsync(line, reason, origin, cancel) with { Seen = seen, Key = key };
        // What refuses the line leaves its parts as they are. A repeated request has nothing left to take back: the line may be split anew.
        return await engine.PreviewAsync(unbooking) is { Accepted: true, Replayed: false }
            && await UnbookPartsAsync(line, reason, origin, cancel) is (_, { } refused)
            ? refused : await engine.SubmitAsync(unbooking);
    }

    /// <summary>
    /// Takes the bookings of a split line's parts back before its own booking is; the parts are ignored then, so that no one can book the
    /// money twice. Where one of them is final, all stay. Every step can be repeated.
    /// </summary>
    /// <returns>The part whose booking can't be taken back, and why; neither where all were.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(SettlementLine? Part, Outcome? Refused)> UnbookPartsAsync(
        SettlementLine line, string reason, Origin origin, CancellationToken cancel)
    {
        var parts = await PartsOfAsync(line, cancel);
        var unbookings = await PartUnbookingsAsync(parts, reason, origin, cancel);
        if (unbookings.FirstOrDefault(one => one.Preview is { Accepted: false }) is { Preview: { } never, Part: { } final })
            return (final, never);
        foreach (var (part, unbooking, _) in unbookings)
        {
            if (await engine.SubmitAsync(unbooking) is { Accepted: false } refused)
                return (part, refused);
        }

        foreach (var part in parts.Where(part => part.Status != SettlementStatus.Ignored))
        {
            if (await engine.SubmitAsync(new IgnoreSettlement(origin, part.Id, reason)) is { Accepted: false } refused)
                return (part, refused);
        }

        return (null, null);
    }

    /// <summary>The commands that take the bookings of a split line's parts back, each with what it would do.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<(SettlementLine Part, UnbookSettlement Unbooking, Outcome Preview)>> PartUnbookingsAsync(
        IReadOnlyList<SettlementLine> parts, string reason, Origin origin, CancellationToken cancel)
    {
        List<(SettlementLine, UnbookSettlement, Outcome)> unbookings = [];
        foreach (var part in parts.Where(part => part.Status == SettlementStatus.Booked))
        {
            var unbooking = await UnbookingAsync(part, reason, origin, cancel);
            unbookings.Add((
                part, unbooking, await _split.IsFinalAsync(part, cancel) ? Outcome.Refused(Refusal.SettlementFinal)
                    : await engine.PreviewAsync(unbooking)));
        }

        return unbookings;
    }

    /// <inheritdoc/>
    public async Task<ListSlice<ListedStatement>> StatementsAsync(ListQuery query, CancellationToken cancel)
    {
        var before = query.After is { } id ? await _statements.FindAsync(new StatementId(query.Merchant, id), cancel) : null;
        return SliceOf(await _statements.ListAsync(query.Merchant, before?.Statement, query.Limit + 1, cancel), query.Limit);
    }

    /// <inheritdoc/>
    public Task<ListedStatement?> StatementAsync(StatementId id, CancellationToken cancel) => _statements.FindAsync(id, cancel);

    /// <inheritdoc/>
    public async Task<ListSlice<SettlementLine>> LinesAsync(
        ListQuery query, StatementId statement, SettlementStatus? status, CancellationToken cancel) => SliceOf(
        await _statements.LinesAsync(statement, status, (await LastAsync(query, cancel))?.Number ?? 0, query.Limit + 1, cancel),
        query.Limit);

    /// <inheritdoc/>
    public async Task<ListSlice<SettlementLine>> LinesAsync(ListQuery query, SettlementStatus status, CancellationToken cancel) => SliceOf(
        await _statements.LinesAsync(query.Merchant, status, await LastAsync(query, cancel), query.Limit + 1, cancel), query.Limit);

    /// <inheritdoc/>
    public Task<SettlementLine?> LineAsync(SettlementLineId id, CancellationToken cancel) => _statements.FindAsync(id, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<SettlementLineId, LineProposal>> ProposalsAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel) =>
        _matching.ProposalsAsync(merchant, lines, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LineRule>> RulesAsync(MerchantId merchant, CancellationToken cancel) =>
        LineRules.ListAsync(database, merchant, cancel);

    /// <inheritdoc/>
    public Task<RuleTrial> TryAsync(LineRule rule, CancellationToken cancel) => new RuleTrials(database, clock).TryAsync(rule, cancel);

    private async Task<SettlementLine?> LastAsync(ListQuery query, CancellationToken cancel) =>
        query.After is { } id ? await _statements.FindAsync(new SettlementLineId(query.Merchant, id), cancel) : null;

    private static ListSlice<T> SliceOf<T>(IReadOnlyList<T> found, int limit) =>
        new([.. found.Take(limit)], found.Count > limit, Count: 0);

    /// <summary>The command that takes the booking of a line back.</summary>
    /// <param name="line">The line with this booking; a later booking is not taken back.</param>
    /// <param name="reason">Why; kept with the line.</param>
    /// <param name="cancel">Ends the looking up of its payment.</param>
    public async Task<UnbookSettlement> UnbookingAsync(SettlementLine line, string reason, Origin origin, CancellationToken cancel)
    {
        var payment = line.Payment is { } id ? await new Books(database).PaymentAsync(id, asOf: null, cancel) : null;
        var target = payment is null ? line.Id.House : AccountTarget.Of(payment.Account.Id, payment.Account.Slot);
        return new UnbookSettlement(origin, target, line.Id, line.Payment, reason) { Seen = line.Events };
    }

    private static Origin WithoutNumbers(Origin origin) =>
        origin.Action is { } action ? origin with { Action = action with { Subject = NumberMask.Apply(action.Subject) ?? "" } } : origin;
}
