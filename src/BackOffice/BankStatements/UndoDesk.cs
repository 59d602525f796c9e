using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Backups;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>What taking an import back does to the books, as they are now.</summary>
/// <param name="Left">How many lines it takes back.</param>
/// <param name="Booked">How many of them are booked.</param>
/// <param name="Transfers">The transfers that take the bookings back.</param>
/// <param name="Problems">What stands on the import, each in a sentence.</param>
public sealed record UndoPicture(
    ListedStatement Listed, int Left, int Booked, IReadOnlyList<Transfer> Transfers, IReadOnlyList<string> Problems)
{
    private const int ProblemsShown = 5;
    private const int MarkBytes = 8;

    /// <summary>Whether nothing is taken back, as the books are. What an interrupted act has left is, all the same.</summary>
    public bool IsRefused => Problems.Count > 0 && Listed.Statement.UndoneAt is null;

    /// <summary>Tells it from another picture.</summary>
    public string Mark
    {
        get
        {
            var moved = Transfers.Select(one => $"{one.Debit.ToId():N} {one.Credit.ToId():N} {one.AmountMinor}");
            var said = string.Join('\n', moved.Prepend($"{Left}"));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)).AsSpan(0, MarkBytes));
        }
    }

    /// <summary>What stands on it, or is left of it, in one sentence.</summary>
    public static string TextOf(IReadOnlyList<string> problems) => string.Join("; ", problems.Take(ProblemsShown))
        + (problems.Count > ProblemsShown ? $"; and {problems.Count - ProblemsShown} more" : "");
}

/// <summary>
/// Takes the import of a statement back: what was booked by its lines and by nothing else. First all that stands on it is looked for, and
/// refuses the whole. Then the statement is marked, so that from then on no other one is held against it, and each line is taken back in a
/// commit of its own. Every step can be repeated: a later act takes back what an interrupted one has left.
/// </summary>
public sealed class UndoDesk
{
    private const int LinesAtOnce = 2000;
    private const int AtOnce = 8;

    // Whoever books a line at the very moment of the act is overtaken in the next round.
    private const int MostRounds = 5;

    private readonly NpgsqlDataSource _database;
    private readonly PaymentEngine _engine;
    private readonly TimeProvider _clock;
    private readonly LineDesk _lines;
    private readonly Statements _statements;
    private readonly UndoneStatements _undone;

    internal UndoDesk(NpgsqlDataSource database, PaymentEngine engine, TimeProvider clock, LineDesk lines)
    {
        (_database, _engine, _clock, _lines) = (database, engine, clock, lines);
        (_statements, _undone) = (new Statements(database), new UndoneStatements(database, clock));
    }

    /// <summary>Looks at what taking an import back would do; null where the merchant has no such statement.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<UndoPicture?> LookAsync(StatementId statement, string reason, Origin origin, CancellationToken cancel)
    {
        if (await _statements.FindAsync(statement, cancel) is not { } listed)
            return null;
        var lines = await LeftAsync(listed, cancel);
        ConcurrentQueue<(SettlementLine Line, string Problem)> problems = new();
        ConcurrentDictionary<SettlementLineId, List<Transfer>> transfers = new();
        await EachAsync(lines.Where(line => line.Status == SettlementStatus.Booked), async line =>
        {
            var previews = await PreviewsAsync(line, reason, origin, cancel);
            if (previews.FirstOrDefault(preview => !preview.Outcome.Accepted) is { Outcome: { } refused } never)
                problems.Enqueue((line, await ProblemOfAsync(never.Line, refused, cancel)));
            else
                transfers[line.Id] = [.. previews.SelectMany(each => each.Outcome.Changes!.Of<Event>()).SelectMany(each => each.Transfers)];
        }, cancel);
        return new UndoPicture(
            listed, lines.Count, lines.Count(line => line.Status == SettlementStatus.Booked),
            [.. lines.SelectMany(line => transfers.GetValueOrDefault(line.Id, []))],
            [.. await StandingOnAsync(listed.Statement, cancel), .. InOrder(problems)]);
    }

    /// <summary>Takes an import back, or what an interrupted act has left of it.</summary>
    /// <returns>The lines that were taken back by it, and why others are left; null where the merchant has no such statement.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<UndoOutcome?> UndoAsync(StatementId statement, string reason, Origin origin, CancellationToken cancel)
    {
        if (await new Epochs(_database, _clock).LatestAsync(cancel) is { IsHeld: true })
            return new UndoOutcome(0, 0, []) { Refusal = Refusal.Held };
        if (await LookAsync(statement, reason, origin, cancel) is not { } picture)
            return null;
        if (picture.Listed.Statement.UndoneAt is null)
        {
            if (picture.IsRefused)
                return new UndoOutcome(0, 0, picture.Problems) { IsRefused = true };
            if (!await _undone.MarkAsync(statement, origin, cancel))
                return new UndoOutcome(0, 0, await StandingOnAsync(picture.Listed.Statement, cancel)) { IsRefused = true };
        }

        // A caller who has gone away leaves no half of it behind.
        cancel = CancellationToken.None;
        var (taken, booked) = (0, 0);
        for (var round = 1; ; round++)
        {
            var left = await LeftAsync(picture.Listed, cancel);
            ConcurrentQueue<(SettlementLine Line, string Problem)> problems = new();
            await EachAsync(left, async line =>
            {
                if (await TakeBackAsync(line, reason, origin, cancel) is ({ } refused, { } its))
                    problems.Enqueue((line, await ProblemOfAsync(its, refused, cancel)));
                else if (Interlocked.Increment(ref taken) > 0 && line.Status == SettlementStatus.Booked)
                    Interlocked.Increment(ref booked);
            }, cancel);
            if (problems.IsEmpty || round == MostRounds)
            {
                return new UndoOutcome(taken, booked, InOrder(problems));
            }
        }
    }

    /// <summary>What was imported or booked later and stands on a statement; none where it is marked already.</summary>
    private async Task<IReadOnlyList<string>> StandingOnAsync(Statement statement, CancellationToken cancel)
    {
        if (statement.UndoneAt is not null)
            return [];
        List<string> standing =
        [
            .. (await _undone.LaterAsync(statement.Id, cancel)).Select(later =>
                $"{later.Name}, imported on {later.ImportedAt.UtcDateTime:yyyy-MM-dd}, continues it or shares lines with it: undo that one "
                + "first"),
        ];
        if (statement.Source != StatementSource.Payout)
            return standing;
        if (statement.IsOfOwnDebits || SplitLines.IsOfSplit(statement))
            return ["it is no import: a line of the bank is made of it, so undo the statement of that line, or unbook the line"];
        if (await _undone.SumOfAsync(statement.Id, cancel) is { } sum)
            standing.Add($"the bank's line of {TextOf(sum)} is booked as its sum: unbook that line, or undo its statement first");
        return standing;
    }

    private async Task<IReadOnlyList<SettlementLine>> LeftAsync(ListedStatement listed, CancellationToken cancel)
    {
        List<SettlementLine> lines = [];
        for (var after = 0; ;)
        {
            var some = await _statements.LinesAsync(listed.Statement.Id, status: null, after, LinesAtOnce, cancel);
            lines.AddRange(some.Where(line => line.Status != SettlementStatus.Undone));
            if (some.Count < LinesAtOnce)
                return lines;
            after = some[^1].Number;
        }
    }

    /// <summary>What taking a booked line back would do, with its parts.</summary>
    private async Task<IReadOnlyList<(SettlementLine Line, Outcome Outcome)>> PreviewsAsync(
        SettlementLine line, string reason, Origin origin, CancellationToken cancel)
    {
        if (await IsOfOwnDebitsAsync(line, cancel))
            return [(line, Outcome.Refused(Refusal.SettlementFinal))];
        var unbooking = await _lines.UnbookingAsync(line, reason, origin, cancel);
        IReadOnlyList<(SettlementLine Part, UnbookSettlement Unbooking, Outcome Preview)> parts =
            line.Settles is null ? [] : await _lines.PartUnbookingsAsync(line, unbooking, cancel);
        return [.. parts.Select(part => (part.Part, part.Preview)), (line, await _engine.PreviewAsync(UndoingOf(line, unbooking)))];
    }

    /// <summary>Takes a line back, after its parts.</summary>
    /// <returns>Why it is left, and of which line that is said; neither where it is taken back.</returns>
    private async Task<(Outcome? Refused, SettlementLine? Line)> TakeBackAsync(
        SettlementLine line, string reason, Origin origin, CancellationToken cancel)
    {
        if (await IsOfOwnDebitsAsync(line, cancel))
            return (Outcome.Refused(Refusal.SettlementFinal), line);
        var unbooking = await _lines.UnbookingAsync(line, reason, origin, cancel);
        if (line.Settles is not null && await _lines.UnbookPartsAsync(line, unbooking, cancel) is ({ } part, { } final))
            return (final, part);
        var outcome = await _engine.SubmitAsync(UndoingOf(line, unbooking), patient: true);
        return outcome switch
        {
            { Accepted: true } or { Faults: [{ Refusal: Refusal.SettlementUndone }, ..] } => (null, null),
            { Faults: [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..] } => throw new StoreUnavailableException(
                "The database could not be reached before all lines were taken back. Undo the import again: it goes on with what is left."),
            _ => (outcome, line),
        };
    }

    /// <summary>Whether a line is booked as debits or refunds of ours that the bank collected, paid or took back.</summary>
    private async Task<bool> IsOfOwnDebitsAsync(SettlementLine line, CancellationToken cancel) =>
        line is { Status: SettlementStatus.Booked, Use: SettlementUse.Payout, Settles: { } report }
        && (await _statements.FindAsync(new StatementId(line.Id.Merchant, report), cancel))?.Statement.IsOfOwnDebits == true;

    private static UndoSettlement UndoingOf(SettlementLine line, UnbookSettlement unbooking) =>
        new(unbooking.Origin, unbooking.Account, line.Id, line.Payment, unbooking.Reason) { Seen = line.Events };

    private async Task<string> ProblemOfAsync(SettlementLine line, Outcome refused, CancellationToken cancel)
    {
        var refusal = refused.Faults[0].Refusal;
        var payment = line.Payment is { } id ? (await new Books(_database).PaymentAsync(id, asOf: null, cancel))?.Payment.Number : null;
        return (refusal, payment) switch
        {
            (Refusal.ExceedsRefundable, { } number) => $"money of payment {number} was moved, refunded or taken back since",
            (Refusal.SettlementFinal, { } number) => $"it reversed payment {number} or paid a refund of it out, and that is final",
            (Refusal.SettlementFinal, null) => "the bank collected debits by it, paid refunds out or took money back, and that is final",
            _ => RefusalText.Of(refusal),
        };
    }

    private static IReadOnlyList<string> InOrder(IEnumerable<(SettlementLine Line, string Problem)> problems) =>
        [.. problems.OrderBy(one => one.Line.Number).Select(one => $"line {one.Line.Number}, {TextOf(one.Line)}: {one.Problem}")];

    private static string TextOf(SettlementLine line) =>
        $"{line.Amount} of {line.BookedOn:yyyy-MM-dd}{(line.Counterparty is { } name ? $", {name}" : "")}";

    private static Task EachAsync(IEnumerable<SettlementLine> lines, Func<SettlementLine, Task> doAsync, CancellationToken cancel) =>
        Parallel.ForEachAsync(
            lines, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (line, _) => await doAsync(line));
}

/// <summary>The result of taking an import back.</summary>
/// <param name="Taken">How many lines it took back.</param>
/// <param name="Booked">How many of them were booked.</param>
/// <param name="Problems">Why nothing was taken back, or why lines are left.</param>
public sealed record UndoOutcome(int Taken, int Booked, IReadOnlyList<string> Problems)
{
    /// <summary>Whether nothing has changed, because something stands on the import.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The refusal of all changes, such as of books that are held; null for none.</summary>
    public Refusal? Refusal { get; init; }
}
