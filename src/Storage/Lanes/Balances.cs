using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Lanes;

/// <summary>Sums what a batch's transfers add to each ledger account.</summary>
internal sealed class Balances
{
    private readonly Dictionary<LedgerAccount, int> _places = [];
    private readonly List<BalanceChange> _rows = [];

    /// <summary>One row for each ledger account, in the order in which they were met.</summary>
    public IReadOnlyList<BalanceChange> Rows => _rows;

    /// <summary>Adds to the totals of a ledger account; gives its id.</summary>
    public Guid Add(LedgerAccount account, long debitMinor, long creditMinor)
    {
        if (!_places.TryGetValue(account, out var place))
        {
            _places[account] = place = _rows.Count;
            _rows.Add(new BalanceChange(account, account.ToId(), 0, 0));
        }

        var row = _rows[place];
        _rows[place] = row with
        {
            DebitsMinor = checked(row.DebitsMinor + debitMinor),
            CreditsMinor = checked(row.CreditsMinor + creditMinor),
        };
        return row.Id;
    }
}
