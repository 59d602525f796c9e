using Quittance.Core.Ledger;

namespace Quittance.Storage;

/// <summary>Sums what a batch's transfers add to each ledger account.</summary>
internal sealed class Balances
{
    private readonly Dictionary<LedgerAccount, int> _places = [];
    private readonly List<Row> _rows = [];

    /// <summary>One row for each ledger account, in the order in which they were met.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Adds to the totals of a ledger account; gives its id.</summary>
    public Guid Add(LedgerAccount account, long debitMinor, long creditMinor)
    {
        if (!_places.TryGetValue(account, out var place))
        {
            _places[account] = place = _rows.Count;
            _rows.Add(new Row(account, account.ToId(), 0, 0));
        }

        var row = _rows[place];
        _rows[place] = row with
        {
            DebitsMinor = checked(row.DebitsMinor + debitMinor),
            CreditsMinor = checked(row.CreditsMinor + creditMinor),
        };
        return row.Id;
    }

    /// <summary>What is added to one ledger account, minor units.</summary>
    internal readonly record struct Row(LedgerAccount Account, Guid Id, long DebitsMinor, long CreditsMinor);
}
