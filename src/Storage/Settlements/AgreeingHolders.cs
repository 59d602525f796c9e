using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>
/// The customers whose names agree with payers' names. Who has a payer's very name goes before who has more words or fewer.
/// </summary>
/// <param name="most">So many customers of a payer are read, and others may have the name too.</param>
internal sealed class AgreeingHolders(int most)
{
    private static readonly HashSet<AccountId> Nobody = [];

    private readonly Dictionary<string, Found> _found = new(StringComparer.Ordinal);

    /// <summary>All customers of all payers.</summary>
    public IEnumerable<AccountId> All => _found.Values.SelectMany(found => found.Agreeing);

    public void Add(string payer, AccountId account, string holder)
    {
        if (!_found.TryGetValue(payer, out var found))
            _found[payer] = found = new Found(PayerName.WordsOf(payer));
        found.Read++;
        var words = PayerName.WordsOf(holder);
        if (!PayerName.Agree(words, found.Words))
            return;
        found.Agreeing.Add(account);
        if (words.SetEquals(found.Words))
            found.Same.Add(account);
    }

    /// <summary>The customers whom a payer may be.</summary>
    /// <param name="payer">The payer's name; null where the bank tells none.</param>
    public IReadOnlySet<AccountId> Of(string? payer) => !_found.TryGetValue(payer ?? "", out var found) ? Nobody
        : found.Same.Count > 0 && found.Read < most ? found.Same : found.Agreeing;

    /// <summary>Whether a payer can be this customer alone.</summary>
    public bool IsSole(string? payer, AccountId account) =>
        Of(payer) is { Count: 1 } sole && sole.Contains(account) && _found[payer!].Read < most;

    private sealed class Found(IReadOnlySet<string> words)
    {
        /// <summary>Those of the payer's name.</summary>
        public IReadOnlySet<string> Words { get; } = words;

        public int Read { get; set; }

        public HashSet<AccountId> Agreeing { get; } = [];

        public HashSet<AccountId> Same { get; } = [];
    }
}
