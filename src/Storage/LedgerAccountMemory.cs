using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Storage;

/// <summary>
/// Remembers the ids of ledger accounts, which never change, for one lane. Bounded by forgetting everything when it is full.
/// </summary>
internal sealed class LedgerAccountMemory
{
    private const int Limit = 200_000;

    private readonly Dictionary<LedgerAccount, long> _ids = [];
    private readonly HashSet<(SlotKey Slot, Guid Holder)> _holders = [];

    /// <summary>The id of a ledger account; null when it has none yet.</summary>
    public long? Find(LedgerAccount account) => _ids.TryGetValue(account, out var id) ? id : null;

    /// <summary>Whether all ledger accounts of a holder have been read.</summary>
    public bool Knows(SlotKey slot, Guid holder) => _holders.Contains((slot, holder));

    public void RememberHolder(SlotKey slot, Guid holder) => _holders.Add((slot, holder));

    public void Remember(LedgerAccount account, long id) => _ids[account] = id;

    public void Remember(IReadOnlyDictionary<LedgerAccount, long> opened)
    {
        foreach (var (account, id) in opened)
            Remember(account, id);
    }

    /// <summary>Makes room; only between two batches, since a batch relies on what it has read.</summary>
    public void Trim()
    {
        if (_ids.Count + _holders.Count > Limit)
            Forget();
    }

    public void Forget()
    {
        _ids.Clear();
        _holders.Clear();
    }
}
