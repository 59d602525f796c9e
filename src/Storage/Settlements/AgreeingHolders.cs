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
    private readonly Dictionary<string, string> _wordsOf = new(StringComparer.Ordinal);

    /// <summary>All customers of all payers.</summary>
    public IEnumerable<AccountId> All => _found.Values.SelectMany(found => found.Agreeing);

    /// <summary>The words of a payer's name: payers of the same words are one here.</summary>
    public static string WordsOf(string payer) => string.Join(' ', PayerName.WordsOf(payer).Order(StringComparer.Ordinal));

    /// <param name="payer">The words of the payer's name.</param>
    public void Add(string payer, AccountId account, string holder)
    {
        if (!_found.TryGetValue(payer, out var found))
            _found[payer] = found = new Found(payer.Split(' ').ToHashSet(StringComparer.Ordinal));
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
    public IReadOnlySet<AccountId> Of(string? payer) => Find(payer) is not { } found ? Nobody
        : found.Same.Count > 0 && found.Read < most ? found.Same : found.Agreeing;

    /// <summary>Whether a payer can be this customer alone.</summary>
    public bool IsSole(string? payer, AccountId account) =>
        Of(payer) is { Count: 1 } sole && sole.Contains(account) && Find(payer)!.Read < most;

    private Found? Find(string? payer)
    {
        if (payer is null)
            return null;
        if (!_wordsOf.TryGetValue(payer, out var words))
            _wordsOf[payer] = words = WordsOf(payer);
        return _found.GetValueOrDefault(words);
    }

    private sealed class Found(IReadOnlySet<string> words)
    {
        /// <summary>Those of the payer's name.</summary>
        public IReadOnlySet<string> Words { get; } = words;

        public int Read { get; set; }

        public HashSet<AccountId> Agreeing { get; } = [];

        public HashSet<AccountId> Same { get; } = [];
    }
}
