using System.Collections.Concurrent;
using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Decides several open lines of statements at once.</summary>
public static class LineActs
{
    public const string Lines = "lines";

    /// <summary>How many lines one act decides.</summary>
    public const int Most = 500;

    /// <summary>The reason of who accepts a proposal without a word.</summary>
    public const string AsProposed = "Accepted as proposed";

    /// <summary>The reason of who ignores a line without a word.</summary>
    public const string NoCustomers = "No customer's money";

    /// <summary>The reason of who says what a line is without a word.</summary>
    public const string ByHand = "Booked by hand";

    private const int AtOnce = 8;
    private const int MostRead = 5000;
    private const int ShownProblems = 5;
    private const int LongestId = 56;
    private const string Meaning = "The ids of the lines, with blanks between them";

    // The words of one line's acts: the evidence of later lines looks for what a person has booked.
    public static DeclaredAct Accept { get; } = new(
        "settlement.book", "Books open lines as they are proposed",
        $"At most {Most} lines at once. A line whose proposal has changed since it was seen waits, and so does one that another line has "
        + "made wrong.",
        OperatorRole.Operator,
        [
            new(
                Lines, AskKind.Text, "Lines",
                $"{Meaning}; behind a colon each may have the mark of the proposal that was seen. Without this all lines are booked whose "
                + "proposal two witnesses speak for, and whose amount is exactly what is open.")
            {
                IsOptional = true,
                Most = Most * LongestId,
                IsNoCard = true,
                IsMany = true,
            },
        ],
        AcceptAsync)
    {
        Operation = new("acceptProposals", "lines/accept", "Statements", Scopes.Settle),
        IsGrave = false,
        HasSteps = true,
    };

    public static DeclaredAct Ignore { get; } = new(
        "settlement.match", "Ignores open lines: they are no customer's money",
        $"At most {Most} lines at once. Nothing is booked for them; each can be booked later all the same.", OperatorRole.Operator,
        [new(Lines, AskKind.Text, "Lines", $"{Meaning}.") { Most = Most * LongestId, IsNoCard = true, IsMany = true }], IgnoreAsync)
    {
        Operation = new("ignoreLines", "lines/ignore", "Statements", Scopes.Settle),
        IsGrave = false,
        HasSteps = true,
    };

    /// <summary>The open lines whose proposal two witnesses speak for, the newest first; at most <see cref="Most"/>.</summary>
    public static async Task<IReadOnlyList<(SettlementLine Line, LineProposal Proposal)>> WellFoundedAsync(
        Statements statements, LineMatching matching, MerchantId merchant, CancellationToken cancel)
    {
        List<(SettlementLine, LineProposal)> found = [];
        HashSet<ChargeId> paid = [];
        var read = 0;
        for (SettlementLine? before = null; read < MostRead && found.Count < Most;)
        {
            var lines = await statements.LinesAsync(merchant, SettlementStatus.Open, before, Most, cancel);
            var proposals = await matching.ProposalsAsync(merchant, lines, cancel);
            // Of two lines for one bill, one may be a payment too many.
            found.AddRange(
                from line in lines
                where proposals.GetValueOrDefault(line.Id) is { HasTwoWitnesses: true } proposal
                    && proposal.Charges.All(charge => paid.Add(charge.Id))
                select (line, proposals[line.Id]));
            if (lines.Count < Most)
                break;
            (read, before) = (read + lines.Count, lines[^1]);
        }

        return [.. found.Take(Most)];
    }

    private static async Task<ActResult> AcceptAsync(ActRequest request)
    {
        var (statements, matching) = (request.Part<Statements>(), request.Part<LineMatching>());
        List<(SettlementLine Line, LineProposal Proposal)> accepted = [];
        List<string> problems = [];
        var decided = 0;
        if (request.Asked.Text(Lines) is { } typed)
        {
            if (Read(typed) is not { } named)
                return NoLines;
            var lines = await statements.FindAsync(request.Merchant, [.. named.Keys], request.Cancel);
            if (lines.Count < named.Count)
                return Unknown(named, lines);
            var proposals = await matching.ProposalsAsync(request.Merchant, lines, request.Cancel);
            decided = lines.Count(line => line.Status != SettlementStatus.Open);
            foreach (var line in lines.Where(line => line.Status == SettlementStatus.Open))
            {
                if (proposals.GetValueOrDefault(line.Id) is not { } proposal)
                    problems.Add($"{TextOf(line)}: nothing is proposed any more");
                else if (named[line.Id.Value] is { } mark && mark != proposal.Mark)
                    problems.Add($"{TextOf(line)}: the proposal has changed meanwhile");
                else if (NeedsReason(proposal) && request.Reason is "" or AsProposed)
                    problems.Add($"{TextOf(line)}: money is given up or goes back, so say why");
                else
                    accepted.Add((line, proposal));
            }
        }
        else
        {
            accepted.AddRange(await WellFoundedAsync(statements, matching, request.Merchant, request.Cancel));
        }

        var desk = request.Part<SettlementDesk>();
        return await EachAsync(accepted, problems, decided, "booked", each => desk.BookAsChosenAsync(
            each.Line, each.Other.Choice, each.Other.Names, request.By($"line {each.Line.Id.Value:D}"),
            request.Reason is "" or AsProposed ? $"{AsProposed}: {each.Other.Text}" : request.Reason, request.Cancel,
            shortfall: each.Other.Shortfall, seen: each.Other.LeavesCredit ? null : each.Line.Events));
    }

    private static async Task<ActResult> IgnoreAsync(ActRequest request)
    {
        if (Read(request.Asked.Required(Lines)) is not { } named)
            return NoLines;
        var lines = await request.Part<Statements>().FindAsync(request.Merchant, [.. named.Keys], request.Cancel);
        if (lines.Count < named.Count)
            return Unknown(named, lines);
        var desk = request.Part<SettlementDesk>();
        return await EachAsync(
            [.. lines.Where(line => line.Status == SettlementStatus.Open).Select(line => (line, 0))], [],
            lines.Count(line => line.Status != SettlementStatus.Open), "ignored",
            each => desk.BookAsChosenAsync(
                each.Line, SettlementChoice.Ignore, [], request.By($"line {each.Line.Id.Value:D}"),
                request.Reason is "" ? NoCustomers : request.Reason, request.Cancel));
    }

    private static async Task<ActResult> EachAsync<T>(
        IReadOnlyList<(SettlementLine Line, T Other)> lines, List<string> problems, int decided, string done,
        Func<(SettlementLine Line, T Other), Task<ChoiceOutcome>> decide)
    {
        ConcurrentQueue<string> refused = new();
        ConcurrentQueue<Money> sums = new();
        await Parallel.ForEachAsync(lines, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (each, _) =>
        {
            var (outcome, problem) = await decide(each);
            if (outcome is { Accepted: true })
                sums.Enqueue(each.Line.Amount);
            else
                refused.Enqueue($"{TextOf(each.Line)}: {problem ?? RefusalText.Of(outcome!.Faults[0].Refusal)}");
        });
        List<string> left = [.. problems, .. refused];
        var sum = string.Join(", ", Money.SumsOf(sums));
        var more = left.Count > ShownProblems ? "; …" : "";
        var why = left.Count == 0 ? "" : $" {left.Count} wait: {string.Join("; ", left.Take(ShownProblems))}{more}.";
        var before = decided == 0 ? "" : $" {decided} were decided before.";
        // What an earlier request has decided stays done, and the sentence says what waits beside it.
        return sums.IsEmpty && decided == 0 && left.Count > 0
            ? ActResult.Refused($"No line is {done}.{before}{why}")
            : ActResult.Done($"Lines that are {done}: {sums.Count}{(sums.IsEmpty ? "" : $", {sum}")}.{before}{why}", sums.Count);
    }

    /// <summary>Whether a person gives a reason of their own for it.</summary>
    public static bool NeedsReason(LineProposal proposal) => proposal.Choice == SettlementChoice.Return || proposal.Shortfall is not null;

    /// <summary>The lines that a text names, with the marks of their proposals; null where it is no such text, or names too many.</summary>
    private static Dictionary<Guid, string?>? Read(string typed)
    {
        Dictionary<Guid, string?> named = [];
        foreach (var one in typed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (one.Split(':') is not [var id, .. var rest] || rest.Length > 1 || !Guid.TryParse(id, out var line))
                return null;
            named[line] = rest is [var mark] ? mark : null;
        }

        return named.Count is 0 or > Most ? null : named;
    }

    private static ActResult NoLines => ActResult.Wrong(Lines, $"Name 1 to {Most} lines by their ids, with blanks between them.");

    private static ActResult Unknown(Dictionary<Guid, string?> named, IReadOnlyList<SettlementLine> lines) => ActResult.NoSuch(
        Lines, "line", $"There is no line {named.Keys.Except(lines.Select(line => line.Id.Value)).First():D}.");

    private static string TextOf(SettlementLine line) =>
        $"{line.Amount} of {line.BookedOn:yyyy-MM-dd}{(line.Counterparty is { } payer ? $", {payer}" : "")}";
}
