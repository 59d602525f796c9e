using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Npgsql;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Formats;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Imports statements, one file of a merchant at a time, lists them with their lines, and has lines booked.</summary>
public sealed class SettlementDesk : ISettlements
{
    // The content of a file takes much more memory than the file, so the desk reads one file of a merchant at a time.
    private readonly ConcurrentDictionary<MerchantId, SemaphoreSlim> _importing = new();
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly KnownProviders _providers;
    private readonly Statements _statements;
    private readonly StatementFormats _formats;
    private readonly LineMatching _matching;
    private readonly CertainLines _certain;
    private readonly StatementIntake _intake;

    /// <param name="partsOf">The uses of a recorded payment's money, as its own API said.</param>
    /// <param name="providers">The providers that pay out.</param>
    public SettlementDesk(
        NpgsqlDataSource database, PaymentEngine engine, TimeProvider clock, Func<PaymentView, IReadOnlyList<Part>> partsOf,
        KnownProviders providers, IProviderAccounts accounts, StatementFormats formats)
    {
        (_database, _clock, _providers, _formats) = (database, clock, providers, formats);
        (_statements, _matching) = (new Statements(database), new LineMatching(database));
        _certain = new CertainLines(database, engine, clock, partsOf);
        var credits = new CollectiveCreditDesk(database, engine, _certain, new StatementImports(database, clock));
        var paid = new PaidLines(database, new CollectedMoney(database, engine));
        _intake = new StatementIntake(database, engine, clock, accounts, _certain, credits, paid);
        Lines = new LineDesk(database, engine, clock, partsOf, providers, _intake, _certain, credits, paid);
        Undoing = new UndoDesk(database, engine, clock, Lines);
    }

    /// <summary>Books the lines as operators say.</summary>
    public LineDesk Lines { get; }

    /// <summary>Takes imports back.</summary>
    public UndoDesk Undoing { get; }

    /// <summary>The day of which files are judged, UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

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
        options = options with { Today = Today };
        return await AloneAsync(
            origin.Merchant, options.MaxWait,
            async () =>
            {
                var read = await StatementFile.ReadAsync(file, await WithKeptAsync(file, options, origin.Merchant, cancel), cancel);
                return ProblemOf(read) is { } problem
                    ? new DeskOutcome([], [new FileFault(0, "provider", problem)], read.Skipped)
                    : await _intake.TakeAllAsync(read, fileName, origin, progress, key, options.TakesUndone, cancel);
            }, cancel);
    }

    /// <summary>Imports a payout report that the server fetched from its provider, as a file of it is imported.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<DeskOutcome> ImportAsync(ReadStatement report, Origin origin, CancellationToken cancel)
    {
        return AloneAsync(
            origin.Merchant, new ReadingOptions().MaxWait,
            () => _intake.TakeAllAsync(
                ReadFile.Of(report), StatementIntake.NameOf(report), origin, progress: null, key: null, takesUndone: false, cancel),
            cancel);
    }

    /// <inheritdoc/>
    public async Task<DeskOutcome> ImportAsync(
        ReadOnlyMemory<byte> file, string fileName, ReadingOptions options, Origin origin, KeyUse? key, CancellationToken cancel)
    {
        await using var stream = MemoryMarshal.TryGetArray(file, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(file.ToArray(), writable: false);
        return await ImportAsync(stream, fileName, options, origin, progress: null, cancel, key);
    }

    /// <inheritdoc cref="CertainLines.BookAsync"/>
    public Task<(long Lines, long Minor)> MatchAsync(
        StatementId statement, Origin origin, Action<int>? progress, CancellationToken cancel) =>
        _certain.BookAsync(statement, origin, progress, cancel);

    /// <inheritdoc cref="CertainLines.DecideOpenAsync"/>
    public Task<IReadOnlyList<Money>> DecideOpenAsync(LineRule rule, Origin origin, CancellationToken cancel) =>
        _certain.DecideOpenAsync(rule, origin, cancel);

    /// <inheritdoc/>
    public Task<ChoiceOutcome> BookAsChosenAsync(
        SettlementLine line, SettlementChoice choice, IReadOnlyList<string> names, Origin origin, string? note, CancellationToken cancel,
        KeyUse? key = null, Shortfall? shortfall = null, int? seen = null) =>
        Lines.BookAsChosenAsync(line, choice, names, origin, note, cancel, key, shortfall, seen);

    /// <inheritdoc/>
    public Task<ChoiceOutcome> SplitAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Origin origin, string? note, KeyUse? key, CancellationToken cancel) =>
        Lines.SplitAsync(line, parts, origin, note, key, cancel);

    /// <inheritdoc/>
    public Task<Outcome> UnbookAsync(
        SettlementLine line, int seen, string reason, Origin origin, KeyUse? key, CancellationToken cancel) =>
        Lines.UnbookAsync(line, seen, reason, origin, key, cancel);

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
    public async Task<ListSlice<SettlementLine>> LinesAsync(
        ListQuery query, SettlementStatus status, LineFilter filter, CancellationToken cancel) => SliceOf(
        await _statements.LinesAsync(query.Merchant, status, await LastAsync(query, cancel), query.Limit + 1, cancel, filter),
        query.Limit);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> AccountsAsync(MerchantId merchant, CancellationToken cancel) =>
        new LineRules(_database, _clock).AccountsAsync(merchant, cancel);

    /// <inheritdoc/>
    public Task<SettlementLine?> LineAsync(SettlementLineId id, CancellationToken cancel) => _statements.FindAsync(id, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<SettlementLineId, LineProposal>> ProposalsAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel) =>
        _matching.ProposalsAsync(merchant, lines, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<SettlementLineId, LineChoices>> ChoicesAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel) =>
        _matching.ChoicesAsync(merchant, lines, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LineRule>> RulesAsync(MerchantId merchant, bool ended, CancellationToken cancel) =>
        ended ? new LineRules(_database, _clock).EndedAsync(merchant, cancel) : LineRules.ListAsync(_database, merchant, cancel);

    /// <inheritdoc/>
    public Task<RuleTrial> TryAsync(LineRule rule, CancellationToken cancel) => new RuleTrials(_database, _clock).TryAsync(rule, cancel);

    /// <summary>
    /// What is said of a file, and behind it the formats that its merchant keeps: one that is said for the file alone takes the place of
    /// those that are kept for its header line.
    /// </summary>
    private async Task<ReadingOptions> WithKeptAsync(
        Stream file, ReadingOptions options, MerchantId merchant, CancellationToken cancel)
    {
        if (file.Length == 0 || await FileKinds.OfAsync(file, cancel) is not (FileKind.Table or FileKind.Zip, null))
            return options;
        var kept = (await _formats.ListAsync(merchant, cancel)).Select(one => one.Format)
            .Where(one => !options.Formats.Any(one.LooksLike));
        return options with { Formats = [.. options.Formats, .. kept] };
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptFormat>> FormatsAsync(MerchantId merchant, CancellationToken cancel) =>
        StatementFormats.ShownAsync(_database, merchant, cancel);

    /// <summary>Why a file of a payout report is refused: the provider that it names; null for another file.</summary>
    private string? ProblemOf(ReadFile read) => read.Faults.Count > 0 ? null
        : read.Statements.FirstOrDefault(statement => statement.Source == StatementSource.Payout) is { } report
            ? _providers.ProblemOf(report.Account) : null;

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

    private async Task<SettlementLine?> LastAsync(ListQuery query, CancellationToken cancel) =>
        query.After is { } id ? await _statements.FindAsync(new SettlementLineId(query.Merchant, id), cancel) : null;

    private static ListSlice<T> SliceOf<T>(IReadOnlyList<T> found, int limit) =>
        new([.. found.Take(limit)], found.Count > limit, Count: 0);
}
