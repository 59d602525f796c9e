using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Matches open lines with the books as they are now. It only reads.</summary>
public sealed class LineMatching(NpgsqlDataSource database)
{
    /// <summary>Why an earlier version left a line open, which kept nothing else of it: a person decides.</summary>
    private const string Elsewhere =
        "A file of another kind has a line of this account, day and amount: ignore this one if it is the same.";

    private const string Unclear =
        "An earlier statement has an equal line of this day, and neither balances nor days nor the bank's reference tell whether it is "
        + "the same: ignore this one if it is, else say what it is.";

    private const string BookedLater =
        "A line of a later file is booked that may be this one in other words: ignore this one if it is the same, else say what it is.";

    private const string UnshownPart = $"It can't be booked: {SplitLines.Unshown}.";

    private const int LongestShown = 60;

    internal const string Unshown = "It is a part of a collective credit that no statement shows yet.";

    private static readonly IReadOnlyDictionary<SettlementLineId, LineLeads> Nothing = new Dictionary<SettlementLineId, LineLeads>();

    private readonly Statements _statements = new(database);
    private readonly Evidence _evidence = new(database);
    private readonly ProposedCharges _charges = new(database);
    private readonly CollectiveCredits _credits = new(database);

    /// <summary>The match of each line: by what it names, else by what leads to a customer, else by the merchant's rules.</summary>
    /// <param name="rules">The merchant's rules.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<(SettlementLine Line, SettlementMatch Match)>> OfAsync(
        MerchantId merchant, IReadOnlyList<SettlementLine> lines, RulesAtWork rules, CancellationToken cancel)
    {
        var evidence = await _evidence.OfAsync(merchant, lines, cancel);
        var matches = await NamedAsync(merchant, lines, evidence, cancel);
        List<SettlementLine> unnamed = [.. matches.Where(each => each.Match.AsksLeads).Select(each => each.Line)];
        return await OfAsync(
            merchant, matches, unnamed.Count == 0 ? Nothing : await _evidence.LeadsAsync(merchant, unnamed, cancel), rules, cancel);
    }

    private async Task<IReadOnlyList<(SettlementLine Line, SettlementMatch Match)>> OfAsync(
        MerchantId merchant, List<(SettlementLine Line, SettlementMatch Match)> named,
        IReadOnlyDictionary<SettlementLineId, LineLeads> leads, RulesAtWork rules, CancellationToken cancel)
    {
        var matches = await WithLeadsAsync(merchant, named, leads, cancel);
        if (!matches.Any(each => each.Match.IsLeftToRules) || await rules.ReadAsync(cancel) is not { Count: > 0 } ordered)
            return matches;
        return
        [
            .. matches.Select(each => each.Match.IsLeftToRules
                && ordered.FirstOrDefault(rule => rule.Fits(each.Line) && !(rule.ActsAlone && each.Match.LeadsToPayers)) is { } rule
                ? (each.Line, OfRule(each.Line, rule)) : each),
        ];
    }

    /// <summary>The match of each line by what it names.</summary>
    private async Task<List<(SettlementLine Line, SettlementMatch Match)>> NamedAsync(
        MerchantId merchant, IReadOnlyList<SettlementLine> lines, IReadOnlyDictionary<SettlementLineId, MatchEvidence> evidence,
        CancellationToken cancel)
    {
        var bookedLater = await _statements.BookedLaterAsync(merchant, lines.Where(line => line.IsOfTheBank), cancel);
        var resembled = await _statements.ResembledAsync(merchant, lines, cancel);
        var unshown = await _credits.UnshownAsync(
            merchant, [.. lines.Where(line => line.IsPart).Select(line => line.Statement).Distinct()], cancel);
        return
        [
            .. lines.Select(line => (
                line,
                line is { Status: SettlementStatus.Open, Note: Elsewhere } ? SettlementMatch.None(Elsewhere)
                : resembled.TryGetValue(line.Id, out var earlier)
                    ? SettlementMatch.None(TextOf(line, earlier.Line, earlier.Statement))
                : bookedLater.Contains(line.Id) ? SettlementMatch.None(BookedLater)
                : unshown.Contains(line.Statement) ? SettlementMatch.None(line.IsSplitPart ? UnshownPart : Unshown)
                : SettlementMatching.Match(line, evidence[line.Id]))),
        ];
    }

    /// <summary>
    /// The same with what the customers tell to whom lines lead that name nothing, or that pay more than is open of what they name.
    /// </summary>
    private async Task<List<(SettlementLine Line, SettlementMatch Match)>> WithLeadsAsync(
        MerchantId merchant, List<(SettlementLine Line, SettlementMatch Match)> matches,
        IReadOnlyDictionary<SettlementLineId, LineLeads> leads, CancellationToken cancel)
    {
        List<SettlementLine> unnamed = [.. matches.Where(each => each.Match.AsksLeads).Select(each => each.Line)];
        if (unnamed.Count == 0)
            return matches;
        var credits = await _credits.OfLinesAsync(merchant, unnamed, cancel);
        ChargeId[] overpaid = [.. matches.SelectMany(each => each.Match.Overpaid).Select(charge => charge.Id).Distinct()];
        var owed = overpaid.Length == 0 ? new Dictionary<ChargeId, ProposedCharge>() : await _charges.OfAsync(merchant, overpaid, cancel);
        return [.. matches.Select(each => (each.Line, each.Match.AsksLeads ? LedOn(each.Line, each.Match) : each.Match))];

        SettlementMatch LedOn(SettlementLine line, SettlementMatch match)
        {
            var ofLine = leads.GetValueOrDefault(line.Id);
            if (match.Overpaid.Count > 0)
            {
                return ofLine is null ? match
                    : LeadMatching.OfOverpaid(line, ofLine, match.Overpaid, IsUntouched(match.Overpaid)) ?? match;
            }

            if (ofLine is not null && LeadMatching.Match(line, ofLine) is { } led)
            {
                return !match.NamesSettled ? led : led with
                {
                    IsCertain = false,
                    Finding = $"{led.Finding} {match.Finding}",
                    Witnesses = Witness.None,
                };
            }

            if (credits.TryGetValue(line.Id, out var alike))
                return OfCredits(alike);
            return line.IsIncoming && ofLine is { IsOfACustomer: true } ? match with { LeadsToPayers = true } : match;
        }

        bool IsUntouched(IEnumerable<NamedCharge> charges) =>
            charges.All(charge => owed.TryGetValue(charge.Id, out var whole) && whole.Open == whole.Amount && whole.Open == charge.Open);
    }

    /// <summary>Why a line waits that an earlier statement may have.</summary>
    private static string TextOf(SettlementLine line, SettlementLine earlier, string statement)
    {
        if ((line.Counterparty, line.Remittance, line.EndToEnd) == (earlier.Counterparty, earlier.Remittance, earlier.EndToEnd))
            return Unclear;
        string?[] said = [$"{earlier.Amount}", $"{earlier.BookedOn:yyyy-MM-dd}", earlier.Counterparty, Shown(earlier.Remittance)];
        return $"An earlier file may have this line in other words: line {earlier.Number} of {statement}, "
            + $"{string.Join(", ", said.OfType<string>())}. Ignore this one if it is the same, else say what it is.";

        static string? Shown(string? text) => text is { Length: > LongestShown } ? $"{text[..LongestShown]}…" : text;
    }

    /// <summary>What a rule says of a line: it proposes a customer, and decides the rest when a statement is imported.</summary>
    private static SettlementMatch OfRule(SettlementLine line, LineRule rule) =>
        rule.Customer is not null && !rule.MayBePaidIn(line.Amount.Currency)
        // Another rule must not take what this one is for.
        ? SettlementMatch.None(
            $"Rule {rule.Number} says that it is {rule.Says}: {line.Amount.Currency.Code} can't be paid there, so it waits for a person.")
        : rule.Customer is var (account, slot, number)
        ? new SettlementMatch
        {
            Use = SettlementUse.Transfer,
            IsCertain = false,
            IsExact = false,
            Account = (account, slot),
            Customer = number,
            Rule = rule,
            // It is kept with the line, also when the customer is erased.
            Finding = $"Proposal: {rule.Says}. Evidence: rule {rule.Number} says so; it names nothing that is open here.",
        }
        : SettlementMatch.None($"{rule.Title} says that it is {rule.Says}; the next import of a statement decides it so.") with
        {
            Rule = rule,
        };

    private static SettlementMatch OfCredits(IReadOnlyList<CollectiveCredit> alike) => alike is not [var credit]
        ? SettlementMatch.None($"It may be a sum of payments, and {CollectiveCreditDesk.ProblemOf(alike)}.")
        : new SettlementMatch
        {
            Use = SettlementUse.Payout,
            IsCertain = false,
            Provider = ClearingProvider.Bank,
            Settles = credit.Report.Value,
            Finding = $"Proposal: it is the sum of a collective credit. Evidence: a notification tells payments that add up to it "
                + $"({credit.Reference}).",
        };

    /// <summary>The proposals for open lines; lines without one are left out.</summary>
    /// <param name="lines">Lines that are not open are left out.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyDictionary<SettlementLineId, LineProposal>> ProposalsAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel)
    {
        List<SettlementLine> open = [.. lines.Where(line => line.Status == SettlementStatus.Open)];
        var matches = open.Count == 0 ? [] : await OfAsync(merchant, open, new RulesAtWork(database, merchant), cancel);
        return matches.Select(each => (each.Line.Id, Proposal: LineProposal.Of(each.Match))).Where(each => each.Proposal is not null)
            .ToDictionary(each => each.Id, each => each.Proposal!);
    }

    /// <summary>What open lines are proposed to be, and what else they may be; lines of which nothing is known are left out.</summary>
    /// <param name="lines">
    /// Ignored ones have candidates alone, and other lines are left out. However many there are, they take the same few queries.
    /// </param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyDictionary<SettlementLineId, LineChoices>> ChoicesAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel)
    {
        List<SettlementLine> open = [.. lines.Where(line => line.Status is SettlementStatus.Open or SettlementStatus.Ignored)];
        if (open.Count == 0)
            return new Dictionary<SettlementLineId, LineChoices>();
        var evidence = await _evidence.OfAsync(merchant, open, cancel);
        var leads = await _evidence.LeadsAsync(merchant, open, cancel);
        var matches = await OfAsync(
            merchant, await NamedAsync(merchant, open, evidence, cancel), leads, new RulesAtWork(database, merchant), cancel);
        var alike = await _charges.OfAmountAsync(merchant, open, LineCandidate.Most, cancel);
        var choices = matches.ToDictionary(each => each.Line.Id, each => ChoicesOf(
            each.Line, each.Line.Status == SettlementStatus.Open ? LineProposal.Of(each.Match) : null));
        var charges = await _charges.OfAsync(
            merchant, choices.Values.SelectMany(each => each.Candidates).SelectMany(candidate => candidate.ChargesOf(merchant)), cancel);
        return choices.Where(each => each.Value.Proposal is not null || each.Value.Candidates.Count > 0).ToDictionary(
            each => each.Key, each => each.Value with
            {
                Candidates =
                [
                    .. each.Value.Candidates.Select(candidate => candidate.With(
                        [.. candidate.ChargesOf(merchant).Select(id => charges.GetValueOrDefault(id)).OfType<ProposedCharge>()])),
                ],
            });

        LineChoices ChoicesOf(SettlementLine line, LineProposal? proposal) => new(
            proposal, CandidateMatching.Of(line, evidence[line.Id], leads.GetValueOrDefault(line.Id), alike[line.Id], proposal));
    }
}
