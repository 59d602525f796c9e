using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Sealing;

/// <summary>
/// Seals the rows that a batch puts. A row that changes is hashed twice: as the lane has read it, and as it is now. So a row that was
/// changed behind our back does not become right by the next change: the chain then has the end of a row that no block has put.
/// </summary>
/// <param name="state">The rows of the batch, where the salts of its accounts stand.</param>
internal sealed class LaneSeal(State state)
{
    private readonly RowDigest _digest = new();
    private readonly Dictionary<MerchantId, Leaves> _leaves = [];
    private readonly Dictionary<AccountId, Guid> _salts = [];
    private readonly HashSet<AccountId> _unsalted = [];

    public void Put<TRow>(Table<TRow> table, TRow row) => Add(table, row, isEnded: false);

    public void End<TRow>(Table<TRow> table, TRow row) => Add(table, row, isEnded: true);

    /// <summary>
    /// Hashes what <paramref name="rows"/> adds. The salts of accounts that the batch has not read are read first; there are none in
    /// most batches.
    /// </summary>
    public async Task AddAsync(Action<LaneSeal> rows, NpgsqlConnection connection, CancellationToken cancel)
    {
        rows(this);
        while (_unsalted.Count > 0)
        {
            await ReadSaltsAsync(connection, cancel);
            foreach (var leaves in _leaves.Values)
                leaves.Clear();
            rows(this);
        }
    }

    /// <summary>The leaves of a merchant's block.</summary>
    public Leaves Of(MerchantId merchant)
    {
        if (!_leaves.TryGetValue(merchant, out var leaves))
            _leaves[merchant] = leaves = new Leaves();
        return leaves;
    }

    private void Add<TRow>(Table<TRow> table, TRow row, bool isEnded)
    {
        if (!table.TryHash(row, SaltOf, _digest, Of(table.MerchantOf(row)).Add(table.Sealed.Tag, isEnded)) && _unsalted.Count == 0)
            throw new InvalidOperationException($"A row of {table.Name} has personal data and no salt.");
    }

    private Guid? SaltOf(AccountId id)
    {
        if (state.Account(id)?.Salt is { } salt && salt != Guid.Empty)
            return salt;
        if (_salts.TryGetValue(id, out salt))
            return salt;
        _unsalted.Add(id);
        return null;
    }

    private async Task ReadSaltsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT k.m, k.id, x.salt FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT a.salt FROM account a
               WHERE a.merchant_id = k.m AND a.id = k.id AND a.merchant_id = ANY($3) LIMIT 1) x
            """)
            .With(_unsalted.Select(id => id.Merchant.Value).ToArray())
            .With(_unsalted.Select(id => id.Value).ToArray())
            .With(_unsalted.Select(id => id.Merchant.Value).Distinct().ToArray());
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            _salts[new AccountId(new MerchantId(row.GetInt64(0)), row.GetGuid(1))] = row.GetGuid(2);
        if (_unsalted.FirstOrDefault(id => !_salts.ContainsKey(id)) is { Value: var unknown } && unknown != Guid.Empty)
            throw new InvalidOperationException($"There is no account {unknown}.");
        _unsalted.Clear();
    }
}
