using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Sealing;

/// <summary>
/// Seals the rows that the batches of a lane put, one batch after the other. A row that changes is hashed twice: as the lane has read it,
/// and as it is now. So a row that was changed behind our back does not become right by the next change: the chain then has the end of a
/// row that no block has put.
/// </summary>
internal sealed class LaneSeal
{
    private readonly RowDigest _digest = new();
    private readonly Dictionary<MerchantId, Leaves> _leaves = [];
    private readonly Dictionary<AccountId, Guid> _salts = [];
    private readonly HashSet<AccountId> _unsalted = [];
    private readonly List<Action> _waiting = [];
    private readonly Func<AccountId, Guid?> _saltOf;
    private State _state = new();

    public LaneSeal() => _saltOf = SaltOf;

    /// <summary>Begins with a batch.</summary>
    /// <param name="state">Its rows, where the salts of its accounts stand.</param>
    public void Begin(State state)
    {
        _state = state;
        _salts.Clear();
        _unsalted.Clear();
        _waiting.Clear();
        foreach (var leaves in _leaves.Values)
            leaves.Clear();
    }

    public void Put<TRow>(Table<TRow> table, TRow row) => Add(table, row, isEnded: false);

    public void End<TRow>(Table<TRow> table, TRow row) => Add(table, row, isEnded: true);

    /// <summary>Adds the rows whose account the batch has not read, and whose salt is now; there are none in most batches.</summary>
    public async Task CompleteAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (_waiting.Count == 0)
            return;
        await ReadSaltsAsync(connection, cancel);
        foreach (var add in _waiting.ToArray())
            add();
    }

    /// <summary>The leaves of a merchant's block. They hold until the next batch begins.</summary>
    public Leaves Of(MerchantId merchant)
    {
        if (!_leaves.TryGetValue(merchant, out var leaves))
            _leaves[merchant] = leaves = new Leaves();
        return leaves;
    }

    private void Add<TRow>(Table<TRow> table, TRow row, bool isEnded)
    {
        Span<byte> hash = stackalloc byte[RowDigest.Size];
        if (table.TryHash(row, _saltOf, _digest, hash))
            hash.CopyTo(Of(table.MerchantOf(row)).Add(table.Tag, isEnded));
        else
            Wait(table, row, isEnded);
    }

    // Apart, since the closure would be made for each row.
    private void Wait<TRow>(Table<TRow> table, TRow row, bool isEnded)
    {
        if (_unsalted.Count == 0)
            throw new InvalidOperationException($"A row of {table.Name} has personal data and no salt.");
        _waiting.Add(() => Add(table, row, isEnded));
    }

    private Guid? SaltOf(AccountId id)
    {
        if (_state.Account(id)?.Salt is { } salt && salt != Guid.Empty)
            return salt;
        if (_salts.TryGetValue(id, out salt))
            return salt;
        _unsalted.Add(id);
        return null;
    }

    private async Task ReadSaltsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        long[] merchants = [.. _unsalted.Select(id => id.Merchant.Value).Distinct()];
        batch.Statement(Routing.For(merchants, """
            SELECT k.m, k.id, x.salt FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT a.salt FROM account a
               WHERE a.merchant_id = k.m AND a.id = k.id AND a.merchant_id = ANY($3) LIMIT 1) x
            """))
            .With(_unsalted.Select(id => id.Merchant.Value).ToArray())
            .With(_unsalted.Select(id => id.Value).ToArray())
            .With(merchants);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            _salts[new AccountId(new MerchantId(row.GetInt64(0)), row.GetGuid(1))] = row.GetGuid(2);
        foreach (var id in _unsalted)
        {
            if (!_salts.ContainsKey(id))
                throw new InvalidOperationException($"There is no account {id.Value}.");
        }

        _unsalted.Clear();
    }
}
