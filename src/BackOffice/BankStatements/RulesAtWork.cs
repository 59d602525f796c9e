using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// The rules of a merchant during one import, or one look at lines: they are read once, where a line is left to them, and it is counted
/// what they decide.
/// </summary>
public sealed class RulesAtWork(Func<CancellationToken, Task<IReadOnlyList<LineRule>>> readAsync)
{
    private readonly Dictionary<int, (LineRule Rule, List<Money> Amounts)> _decided = [];
    private IReadOnlyList<LineRule>? _rules;

    /// <summary>The rules of a merchant that are on.</summary>
    public RulesAtWork(NpgsqlDataSource database, MerchantId merchant)
        : this(async cancel => [.. (await LineRules.ListAsync(database, merchant, cancel)).Where(rule => rule.IsOn)])
    {
    }

    /// <summary>These rules.</summary>
    public RulesAtWork(IReadOnlyList<LineRule> rules)
        : this(_ => Task.FromResult(rules))
    {
    }

    /// <summary>The rules in their order.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<LineRule>> ReadAsync(CancellationToken cancel) => _rules ??= await readAsync(cancel);

    /// <summary>Counts a line that a rule has decided.</summary>
    public void Count(LineRule rule, Money amount)
    {
        if (!_decided.TryGetValue(rule.Number, out var decided))
            _decided[rule.Number] = decided = (rule, []);
        decided.Amounts.Add(amount);
    }

    /// <summary>The amounts of the lines that rules have decided.</summary>
    public IReadOnlyList<Money> Decided => [.. _decided.Values.SelectMany(each => each.Amounts)];

    /// <summary>What each rule has decided, in a sentence.</summary>
    public IEnumerable<FileFault> Remarks => _decided.Values.OrderBy(each => each.Rule.Number).Select(each => new FileFault(
        0, null,
        $"{each.Rule.Title} decided {each.Amounts.Count.ToString(CultureInfo.InvariantCulture)} "
        + $"{(each.Amounts.Count == 1 ? "line" : "lines")}, {string.Join(", ", Money.SumsOf(each.Amounts))}: {each.Rule.Says}."));
}
