using Npgsql;
using Quittance.Core;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Sealing;

/// <summary>
/// A change of sealed rows beside the lanes, in a transaction of its own. It reads the rows before and after the change, and seals the
/// difference with a block in slots that it locks as a lane does. New rows need no lock before they are sealed; rows that others may change
/// as well need it before they are read.
/// </summary>
/// <param name="connection">The connection, in a transaction.</param>
/// <param name="merchant">The merchant whose rows they are.</param>
/// <param name="slots">The slots that guard the rows; slot 0 for rows that belong to no account.</param>
internal sealed class SealedChange(NpgsqlConnection connection, MerchantId merchant, params int[] slots)
{
    private readonly List<SealedTable> _whole = [];
    private readonly SortedDictionary<int, byte[]> _ends = [];
    private readonly Dictionary<(byte Tag, Hash Hash), int> _rows = [];
    private readonly RowDigest _digest = new();
    private DateTime _lastAt;

    public MerchantId Merchant => merchant;

    /// <summary>Whether a row ends that never ends, or more rows of a table end than come in their place.</summary>
    public bool EndsTooMuch => SealedTables.All.Any(table => _rows.Where(row => row.Key.Tag == table.Tag) is var rows
        && rows.Any(row => row.Value < 0) && (table.IsLasting || rows.Sum(row => row.Value) < 0));

    /// <summary>Begins a change of rows that any of the merchant's slots may guard.</summary>
    public static async Task<SealedChange> InAllSlotsAsync(NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel)
    {
        var change = new SealedChange(connection, merchant, [.. Enumerable.Range(0, MerchantId.Slots)]);
        await change.LockAsync(cancel);
        return change;
    }

    /// <summary>Begins a change in tables of which a merchant has few rows. All of them are read again when the change is sealed.</summary>
    public static async Task<SealedChange> OfWholeAsync(
        NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel, params SealedTable[] tables)
    {
        var change = new SealedChange(connection, merchant, 0);
        await change.LockAsync(cancel);
        foreach (var table in tables)
            await change.BeforeAsync(table, "", _ => { }, cancel);
        change._whole.AddRange(tables);
        return change;
    }

    /// <summary>Waits for the slots' locks. Rows that every lane may want, as those of the audit log, are written after it.</summary>
    public async Task LockAsync(CancellationToken cancel)
    {
        if (_ends.Count > 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT slot, last_at, last_hash FROM slot WHERE merchant_id = $1 AND slot = ANY($2) ORDER BY merchant_id, slot FOR UPDATE
            """).With(merchant.Value).With(slots.ToColumn(slot => (short)slot));
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            _ends[row.GetInt16(0)] = row.GetFieldValue<byte[]>(2);
            if (row.GetDateTime(1) is var lastAt && lastAt > _lastAt)
                _lastAt = lastAt;
        }
    }

    /// <summary>Reads rows as they are before the change.</summary>
    /// <param name="condition">Which rows x of the merchant ($1).</param>
    public Task BeforeAsync(
        SealedTable table, string condition, Action<NpgsqlBatchCommand> parameters, CancellationToken cancel) =>
        ReadAsync(table, condition, parameters, -1, cancel);

    /// <summary>Reads rows as they are after the change.</summary>
    public Task AfterAsync(
        SealedTable table, string condition, Action<NpgsqlBatchCommand> parameters, CancellationToken cancel) =>
        ReadAsync(table, condition, parameters, 1, cancel);

    /// <summary>Takes in a new row that a statement returned in the columns of its table, with a cell for the salt.</summary>
    public void Put(SealedTable table, NpgsqlDataReader row) => Count(table, row, 1);

    /// <summary>Writes the block, where a row has changed. Nothing of the merchant may change afterwards in this transaction.</summary>
    public async Task SealAsync(DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var table in _whole)
            await AfterAsync(table, "", _ => { }, cancel);
        var leaves = new Leaves();
        foreach (var ((tag, hash), count) in _rows.Where(row => row.Value != 0))
        {
            for (var left = Math.Abs(count); left > 0; left--)
                hash.CopyTo(leaves.Add(tag, isEnded: count < 0));
        }

        if (!leaves.IsEmpty)
            await AddBlockAsync(leaves, now, cancel);
    }

    /// <summary>Writes a block that puts nothing, and only joins the slots.</summary>
    public Task<(DateTime At, byte[] Hash)> JoinAsync(DateTimeOffset now, CancellationToken cancel) =>
        AddBlockAsync(new Leaves(), now, cancel);

    /// <summary>The time of the next block: later than that of every commit before it in the slots, which are locked.</summary>
    public DateTime TimeOf(DateTimeOffset now)
    {
        var at = now.UtcDateTime.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        return at > _lastAt ? at : _lastAt.AddMilliseconds(1);
    }

    private async Task<(DateTime At, byte[] Hash)> AddBlockAsync(Leaves leaves, DateTimeOffset now, CancellationToken cancel)
    {
        await LockAsync(cancel);
        var at = TimeOf(now);
        var mask = _ends.Keys.Aggregate(0u, (bits, slot) => bits | (1u << slot));
        var block = new Block(merchant, at, Guid.CreateVersion7(now), mask, leaves.Bytes);
        var end = block.Hash(slot => _ends[slot]);
        await using var batch = new NpgsqlBatch(connection);
        Block.Insert(batch, [(block, end)]);
        batch.Statement("UPDATE slot SET last_at = $3, last_hash = $4 WHERE merchant_id = $1 AND slot = ANY($2)")
            .With(merchant.Value).With(_ends.Keys.Select(slot => (short)slot).ToArray()).With(at).With(end);
        await batch.ExecuteNonQueryAsync(cancel);
        _rows.Clear();
        _lastAt = at;
        foreach (var slot in _ends.Keys.ToList())
            _ends[slot] = end;
        return (at, end);
    }

    private async Task ReadAsync(
        SealedTable table, string condition, Action<NpgsqlBatchCommand> parameters, int counts, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        parameters(batch.Statement(table.Select(condition)).With(merchant.Value));
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            Count(table, row, counts);
    }

    private void Count(SealedTable table, NpgsqlDataReader row, int counts)
    {
        Span<byte> hash = stackalloc byte[RowDigest.Size];
        table.Hash(row, _digest, hash);
        var key = (table.Tag, Hash.Of(hash));
        _rows[key] = _rows.GetValueOrDefault(key) + counts;
    }
}
