using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Tries rules on the lines of the last months. It only reads.</summary>
public sealed class RuleTrials(NpgsqlDataSource database, TimeProvider clock)
{
    private const int Months = 3;
    private const int MostRead = 50_000;
    private const int MostTried = 5_000;
    private const int AtOnce = 1_000;

    // Of fewer lines nothing is known: the first month of a small account may be fees alone.
    private const int FewLines = 10;

    private readonly LineRules _rules = new(database, clock);
    private readonly LineMatching _matching = new(database);

    /// <summary>What a rule would have done, also one that is not made yet.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<RuleTrial> TryAsync(LineRule rule, CancellationToken cancel)
    {
        var merchant = rule.Merchant;
        var from = First;
        var read = await _rules.LinesAsync(merchant, from, MostRead, cancel);
        var fitting = read.Where(rule.Fits).Take(MostTried + 1).ToList();
        var before = (await _rules.ListAsync(merchant, cancel))
            .Where(one => one.IsOn && one.Number != rule.Number && (rule.Place == 0 || one.Place < rule.Place)).ToList();
        List<TriedLine> tried = [];
        foreach (var some in fitting.Take(MostTried).Chunk(AtOnce))
            tried.AddRange(await TriedAsync(rule, before, some, cancel));
        return new RuleTrial(from, tried, fitting.Count > MostTried || read.Count == MostRead);
    }

    private DateOnly First => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddMonths(-Months);

    /// <summary>How many lines the last months have, where the rule fits all of them; null where it does not, or there are few.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    internal async Task<int?> AllThatItFitsAsync(LineRule rule, CancellationToken cancel)
    {
        var lines = await _rules.LinesAsync(rule.Merchant, First, MostTried, cancel);
        return lines.Count >= FewLines && lines.All(rule.Fits) ? lines.Count : null;
    }

    private async Task<IEnumerable<TriedLine>> TriedAsync(
        LineRule rule, IReadOnlyList<LineRule> before, SettlementLine[] lines, CancellationToken cancel)
    {
        var matches = (await _matching.OfAsync(rule.Merchant, lines, new RulesAtWork([.. before, rule]), cancel))
            .ToDictionary(each => each.Line.Id, each => each.Match);
        Guid[] payments = [.. lines.Select(line => line.Payment?.Value).OfType<Guid>().Distinct()];
        var paid = rule.Customer is null || payments.Length == 0 ? new Dictionary<Guid, PaymentView>()
            : await new Books(database).PaymentsAsync(rule.Merchant, payments, cancel);
        return lines.Select(line => new TriedLine(line, VerdictOf(line)));

        RuleVerdict VerdictOf(SettlementLine line)
        {
            var match = matches[line.Id];
            if (match.Rule is { } first && first.Number != rule.Number)
                return RuleVerdict.Earlier;
            if (line.Status == SettlementStatus.Open)
                return match.Rule is null ? RuleVerdict.Left : RuleVerdict.Takes;
            var isSame = rule.Use switch
            {
                LineRuleUse.Ignore or LineRuleUse.OwnTransfer => line.Status == SettlementStatus.Ignored,
                LineRuleUse.Fee => line.Use == SettlementUse.Fee,
                LineRuleUse.Payout => line.Use == SettlementUse.Payout,
                LineRuleUse.Customer => line.Payment is { } payment && paid.TryGetValue(payment.Value, out var view)
                    && view.Account.Id == rule.Customer!.Value.Id,
            };
            // What a line names goes before the rule, also where a person decided otherwise.
            return isSame ? RuleVerdict.Agrees : match.Rule is null ? RuleVerdict.Left : RuleVerdict.Contradicts;
        }
    }
}
