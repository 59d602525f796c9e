namespace Quittance.Core.Engine;

/// <summary>The rows that the commands of a batch need, gathered so that they are read in one round trip.</summary>
public sealed class Wanted
{
    private readonly Dictionary<Lookup, object> _keys = [];

    /// <summary>The slots to lock.</summary>
    public HashSet<SlotKey> Slots { get; } = [];

    /// <summary>Wants what stands under a key: the row of this id, or all rows of a relation.</summary>
    /// <param name="minor">
    /// How much money it is for, minor units, where only as many rows are needed as the money of the whole batch can settle.
    /// </param>
    public void Add<TKey>(Lookup<TKey> lookup, TKey key, long minor = 0)
        where TKey : struct, IEquatable<TKey>
    {
        if (!_keys.TryGetValue(lookup, out var keys))
            _keys[lookup] = keys = new Dictionary<TKey, long>();
        var moneyMinor = (Dictionary<TKey, long>)keys;
        var known = moneyMinor.GetValueOrDefault(key);
        moneyMinor[key] = known > long.MaxValue - minor ? long.MaxValue : known + minor;
    }

    /// <summary>Whether something is wanted under any key.</summary>
    public bool Has(Lookup lookup) => _keys.ContainsKey(lookup);

    /// <summary>The keys under which something is wanted, each with the money that it is for.</summary>
    public IReadOnlyDictionary<TKey, long> Of<TKey>(Lookup<TKey> lookup)
        where TKey : struct, IEquatable<TKey> => _keys.TryGetValue(lookup, out var keys) ? (Dictionary<TKey, long>)keys
        : System.Collections.ObjectModel.ReadOnlyDictionary<TKey, long>.Empty;
}
