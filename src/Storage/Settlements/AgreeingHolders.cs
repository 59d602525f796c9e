using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>
/// The customers whose names agree with payers' names. Who has a payer's very name goes before who has more words or fewer. A name that
/// many have leads to none of them: it speaks for a customer to whom something else leads.
/// </summary>
/// <param name="most">So many customers of a payer are read, and others may have the name too.</param>
internal sealed class AgreeingHolders(int most)
{
    /// <summary>A name of more customers tells none of them from the others.</summary>
    private const int MostOfAName = 20;

    private static readonly HashSet<AccountId> Nobody = [];

    private readonly Dictionary<string, Found> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _wordsOf = new(StringComparer.Ordinal);

    /// <summary>All customers to whom the payers' names lead.</summary>
    public IEnumerable<AccountId> All => _found.Values.SelectMany(found => Few(Having(found)));

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

    /// <summary>The customers to whom a payer's name leads.</summary>
    /// <param name="payer">The payer's name; null where the bank tells none.</param>
    public IReadOnlySet<AccountId> Of(string? payer) => Find(payer) is { } found ? Few(Having(found)) : Nobody;

    /// <summary>Whether any customer has a payer's name.</summary>
    public bool Has(string? payer) => Find(payer) is { Agreeing.Count: > 0 };

    /// <summary>Whether a payer may be a customer: by the very name where any customer has that, else by one that agrees.</summary>
    /// <param name="holder">The customer's name; null for none.</param>
    public bool MayBe(string? payer, string? holder) => Find(payer) is { } found && (found.Same.Count > 0
        ? PayerName.WordsOf(holder).SetEquals(found.Words) : PayerName.Agree(PayerName.WordsOf(holder), found.Words));

    /// <summary>Whether a payer can be this customer alone.</summary>
    public bool IsSole(string? payer, AccountId account) =>
        Of(payer) is { Count: 1 } sole && sole.Contains(account) && Find(payer)!.Read < most;

    private static HashSet<AccountId> Few(HashSet<AccountId> having) => having.Count <= MostOfAName ? having : Nobody;

    private HashSet<AccountId> Having(Found found) => found.Same.Count > 0 && found.Read < most ? found.Same : found.Agreeing;

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
