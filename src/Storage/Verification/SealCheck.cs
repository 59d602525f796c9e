using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Verification;

/// <summary>The blocks of a merchant that the check looked at.</summary>
/// <param name="Blocks">How many there are.</param>
/// <param name="Proven">How many of them the server's key proves; null where no key was at hand.</param>
/// <param name="Compared">How many seals that were kept outside were looked for.</param>
public sealed record SealCount(long Blocks, long? Proven, int Compared);

/// <summary>
/// Follows the blocks of a merchant from the first to the last, and compares what they sealed with the rows that are there. Each leaf is
/// summed into one of many sums, an ended one with the opposite sign; so is the hash of each row, with the opposite sign again. All sums
/// are then zero, unless a row was changed, deleted or invented: the leaves and the rows of the other sums are read a second time and
/// named. So memory does not grow with the books. Before it is summed, a hash is hashed with a key of this run, so that no rows can be
/// chosen whose sums come out right.
/// </summary>
/// <param name="against">Seals of the merchant that were kept outside of the books.</param>
internal sealed class SealCheck(NpgsqlConnection connection, MerchantId merchant, IReadOnlyList<KeptSeal> against)
{
    public const string ChainRule = "Each block follows from the blocks before it in its slots, and each slot ends with its last block";
    public const string LastingRule = "No block ends a row that never changes, nor a row without another in its place, but to erase a name";
    public const string ProofRule = "Each block is proven with the server's key";
    public const string RowRule = "Every row of the books is as a block sealed it, and every row that was sealed is there";
    public const string AgainstRule = "Every seal that was kept outside of the books is in their chain";

    private const int Sums = 1 << 15;

    // At most this many broken sums are searched: in books of a hundred million rows one sum has some 3,000 of them.
    private const int LookedInto = 40;

    // A reading leads the slots to the time of its server's clock, without a block.
    private static readonly TimeSpan ClocksMayBeAhead = TimeSpan.FromDays(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly UInt128[] _sums = new UInt128[Sums];
    private readonly (byte[] Hash, DateTime At)[] _ends = [.. Enumerable.Repeat((Block.Beginning, DateTime.MinValue), MerchantId.Slots)];
    private readonly Findings _chain = new(ChainRule);
    private readonly Findings _lasting = new(LastingRule);
    private readonly Findings _proofs = new(ProofRule);
    private readonly IReadOnlyList<BlockKey> _keys = BlockKeys.AllOf(connection);

    // The seals from outside that the chain has not come to yet, by their first digits.
    private readonly Dictionary<string, List<KeptSeal>> _awaited = against
        .GroupBy(seal => seal.Hash[..SealText.ShortestHash]).ToDictionary(same => same.Key, same => same.ToList());

    private DateTime _lastAt;
    private long _blocks;
    private long _proven;

    public SealCount Count => new(_blocks, _keys.Count == 0 ? null : _proven, against.Count);

    /// <summary>The differences, by rule.</summary>
    public async Task<IReadOnlyList<Difference>> CheckAsync(Action<string> progress, CancellationToken cancel)
    {
        progress(ChainRule);
        var outside = new Findings(AgainstRule);
        await foreach (var (block, hash, proof) in BlocksAsync(cancel))
        {
            Follow(block, hash);
            Prove(block, hash, proof);
            Meet(block, hash, outside);
            SumUp(block);
        }

        await CheckEndsAsync(cancel);
        Miss(outside);
        progress(RowRule);
        await foreach (var (table, row, hash) in RowsAsync(cancel))
            Sum(hash.Span, isEnded: true);
        var rows = new Findings(RowRule);
        List<int> broken = [.. Enumerable.Range(0, Sums).Where(sum => _sums[sum] != 0)];
        if (broken.Count > 0)
            await NameAsync([.. broken.Take(LookedInto)], rows, cancel);
        if (broken.Count > LookedInto)
            rows.Add($"at least {broken.Count - LookedInto} more, which were not looked into", broken.Count - LookedInto);
        Findings[] all = [_chain, _lasting, _proofs, rows, outside];
        return [.. all.Where(found => found.Count > 0).Select(found => found.ToDifference())];
    }

    /// <summary>The blocks in the order of their times, each with the hash and the proof that its row says.</summary>
    private async IAsyncEnumerable<(Block Block, byte[] Hash, byte[]? Proof)> BlocksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        // A time that .NET can't hold is none of ours: its block does not follow.
        await using var command = await PrepareAsync("""
            SELECT CASE WHEN at > '0002-01-01' AND at < '9999-01-01' THEN at ELSE '0002-01-01' END, id, slots, leaves, hash, proof
              FROM block WHERE merchant_id = $1 ORDER BY block.at, id
            """, cancel);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            yield return (
                new Block(merchant, row.GetDateTime(0), row.GetGuid(1), (uint)row.GetInt64(2), row.GetFieldValue<byte[]>(3)),
                row.GetFieldValue<byte[]>(4), row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5));
        }
    }

    private void Follow(Block block, byte[] hash)
    {
        _blocks++;
        if (!block.Hash(slot => _ends[slot].Hash).AsSpan().SequenceEqual(hash))
            _chain.Add($"{NameOf(block)} does not follow from the blocks before it: it, or one before it, was changed or deleted");
        for (var slot = 0; slot < MerchantId.Slots; slot++)
        {
            if ((block.Slots & (1u << slot)) == 0)
                continue;
            if (block.At <= _ends[slot].At)
                _chain.Add($"{NameOf(block)} is not later than the one before it in slot {slot}");
            _ends[slot] = (hash, block.At);
        }

        _lastAt = block.At;
    }

    /// <summary>Where this process has a key for the database, each block must be proven with it, or with one before it.</summary>
    private void Prove(Block block, byte[] hash, byte[]? proof)
    {
        if (_keys.Count == 0)
            return;
        if (proof is null or { Length: < BlockKey.IdLength })
            _proofs.Add($"{NameOf(block)} has no proof: another's hand wrote it, or a command without the master key");
        else if (!_keys.Any(key => key.Id == BlockKey.IdOf(proof)))
            _proofs.Add($"{NameOf(block)} names the master key {BlockKey.IdOf(proof)}, which is not at hand");
        else if (!_keys.Any(key => key.Proves(hash, proof)))
            _proofs.Add($"{NameOf(block)} was not written with the master key that it names: another's hand wrote it");
        else
            _proven++;
    }

    /// <summary>Takes the seals from outside out that this block is.</summary>
    private void Meet(Block block, byte[] hash, Findings outside)
    {
        if (_awaited.Count == 0)
            return;
        var text = Convert.ToHexStringLower(hash);
        if (text.Length < SealText.ShortestHash || !_awaited.TryGetValue(text[..SealText.ShortestHash], out var same))
            return;
        foreach (var seal in same.Where(seal => text.StartsWith(seal.Hash, StringComparison.Ordinal)).ToList())
        {
            same.Remove(seal);
            if (block.Slots != Block.AllSlots)
                outside.Add($"the seal {Short(seal)} is a block that does not hold all slots, as every seal does");
            else if (seal.At is { } at && at.UtcDateTime != block.At)
                outside.Add($"the seal {Short(seal)} is of {Time(block.At)}, and the file says {Time(at.UtcDateTime)}: it was changed");
        }
    }

    /// <summary>The seals from outside that are not in the chain.</summary>
    private void Miss(Findings outside)
    {
        foreach (var seal in _awaited.Values.SelectMany(same => same).OrderBy(seal => seal.At))
        {
            outside.Add(seal.At?.UtcDateTime > _lastAt
                ? $"the seal {Short(seal)} of {Time(seal.At.Value.UtcDateTime)} is younger than these books, which end {Time(_lastAt)}: "
                    + "they were restored, or their end was cut off"
                : $"the seal {Short(seal)}{(seal.At is { } at ? $" of {Time(at.UtcDateTime)}" : "")} is not in the chain of these books: "
                    + "they were rewritten, or restored from an older backup and continued");
        }
    }

    private async Task CheckEndsAsync(CancellationToken cancel)
    {
        var slots = new (byte[] Hash, DateTime At, DateTime Now)?[MerchantId.Slots];
        await using var command = await PrepareAsync("""
            SELECT slot, last_hash, least(greatest(last_at, '0002-01-01'), '9999-01-01'), now() FROM slot WHERE merchant_id = $1
            """, cancel);
        await using (var row = await command.ExecuteReaderAsync(cancel))
        {
            while (await row.ReadAsync(cancel))
                slots[row.GetInt16(0)] = (row.GetFieldValue<byte[]>(1), row.GetDateTime(2), row.GetDateTime(3));
        }

        for (var slot = 0; slot < MerchantId.Slots; slot++)
        {
            var (hash, at) = _ends[slot];
            if (slots[slot] is not { } end)
                _chain.Add($"slot {slot} has no row");
            else if (!hash.AsSpan().SequenceEqual(end.Hash))
                _chain.Add($"slot {slot} ends with another block than its last{LastOf(at)}: blocks were deleted or invented");
            else if (end.At < at)
                _chain.Add($"slot {slot} stands at {Time(end.At)}, before its last block{LastOf(at)}");
            else if (end.At > Later(_lastAt, end.Now) + ClocksMayBeAhead)
                _chain.Add($"slot {slot} stands at {Time(end.At)}, which has not come");
        }
    }

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private static string LastOf(DateTime at) => at == DateTime.MinValue ? "" : $" of {Time(at)}";

    /// <summary>All sealed rows of the merchant, each with its hash behind the tag of its table.</summary>
    private async IAsyncEnumerable<(SealedTable Table, NpgsqlDataReader Row, ReadOnlyMemory<byte> Leaf)> RowsAsync(
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var digest = new RowDigest();
        var leaf = new byte[Leaves.LeafSize];
        // The tables are many, and most of them short: one round trip asks for all.
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var table in SealedTables.All)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(table.Select("")) { Parameters = { MerchantParameter() } });
        await batch.PrepareAsync(cancel);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        foreach (var table in SealedTables.All)
        {
            leaf[0] = table.Tag;
            while (await row.ReadAsync(cancel))
            {
                table.Hash(row, digest, leaf.AsSpan(1));
                yield return (table, row, leaf);
            }

            await row.NextResultAsync(cancel);
        }
    }

    private void SumUp(Block block)
    {
        // Of each table, the rows that the block puts less those that it ends.
        Span<int> more = stackalloc int[Leaves.EndedBit];
        more.Clear();
        var (ends, acts) = (0ul, false);
        foreach (var (leaf, isEnded) in new Leaves.Reader(block.Leaves.Span))
        {
            Sum(leaf, isEnded);
            more[leaf[0]] += isEnded ? -1 : 1;
            ends |= isEnded && leaf[0] < 64 ? 1ul << leaf[0] : 0;
            acts |= !isEnded && leaf[0] == SealedTables.OperatorAction.Tag;
        }

        if (ends == 0)
            return;
        foreach (var table in SealedTables.All)
        {
            if ((ends & (1ul << table.Tag)) == 0)
                continue;
            // A person's data is erased by an operator, whose action is in the same block.
            var mayErase = acts && ErasureSteps.Lasting.Contains(table);
            if (table.IsLasting && !mayErase)
                _lasting.Add($"{NameOf(block)} ends a row of {table.Name}, which never changes");
            else if (more[table.Tag] < 0 && !mayErase)
                _lasting.Add($"{NameOf(block)} ends {-more[table.Tag]} rows of {table.Name} and puts none in their place");
        }
    }

    private void Sum(ReadOnlySpan<byte> leaf, bool isEnded)
    {
        var keyed = Keyed(leaf);
        var sum = SumOf(keyed);
        _sums[sum] = unchecked(isEnded ? _sums[sum] - keyed.Last : _sums[sum] + keyed.Last);
    }

    private static int SumOf(Hash keyed) => (int)(uint)keyed.First & (Sums - 1);

    private Hash Keyed(ReadOnlySpan<byte> leaf)
    {
        Span<byte> bytes = stackalloc byte[32 + Leaves.LeafSize];
        _key.CopyTo(bytes);
        leaf.CopyTo(bytes[32..]);
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(bytes, hash);
        return Hash.Of(hash);
    }

    /// <summary>Finds what does not meet in some of the sums.</summary>
    private async Task NameAsync(HashSet<int> sums, Findings findings, CancellationToken cancel)
    {
        // Of each leaf: how often it was put less how often it ended, and the last block that had it.
        Dictionary<Hash, (int Count, byte Tag, DateTime At, Guid Block)> left = [];
        await foreach (var (block, _, _) in BlocksAsync(cancel))
            Collect(block, sums, left);
        Dictionary<byte, (long Count, List<string> Examples)> strangers = [];
        await foreach (var (table, row, leaf) in RowsAsync(cancel))
        {
            var keyed = Keyed(leaf.Span);
            if (sums.Contains(SumOf(keyed)) && !Take(left, keyed))
            {
                var (count, examples) = strangers.GetValueOrDefault(table.Tag, (0, []));
                if (examples.Count < Findings.ExamplesKept)
                    examples.Add($"{table.Describe(row)}: changed or invented");
                strangers[table.Tag] = (count + 1, examples);
            }
        }

        // The first place comes first.
        foreach (var (count, tag, at, id) in left.Values.OrderBy(leaf => leaf.At).ThenBy(leaf => leaf.Block).Take(Findings.ExamplesKept))
        {
            var block = $"block {id} of {Time(at)}";
            findings.Show(count > 0
                ? $"{NameOf(tag)}: a row as {block} sealed it is changed or deleted"
                : $"{NameOf(tag)}: {block} changed a row that was changed before without a block");
        }

        foreach (var example in strangers.Values.SelectMany(table => table.Examples))
            findings.Show(example);
        // A changed row is missing as it was sealed, and is there as no block sealed it: it counts once.
        foreach (var tag in left.Values.Select(leaf => leaf.Tag).Concat(strangers.Keys).Distinct())
        {
            var missing = left.Values.Where(leaf => leaf.Tag == tag).Sum(leaf => (long)Math.Abs(leaf.Count));
            findings.Add(Math.Max(missing, strangers.GetValueOrDefault(tag).Count));
        }
    }

    private void Collect(Block block, HashSet<int> sums, Dictionary<Hash, (int Count, byte Tag, DateTime At, Guid Block)> left)
    {
        foreach (var (leaf, isEnded) in new Leaves.Reader(block.Leaves.Span))
        {
            var keyed = Keyed(leaf);
            if (!sums.Contains(SumOf(keyed)))
                continue;
            var count = left.GetValueOrDefault(keyed).Count + (isEnded ? -1 : 1);
            if (count == 0)
                left.Remove(keyed);
            else
                left[keyed] = (count, leaf[0], block.At, block.Id);
        }
    }

    private static bool Take(Dictionary<Hash, (int Count, byte Tag, DateTime At, Guid Block)> left, Hash keyed)
    {
        if (!left.TryGetValue(keyed, out var known) || known.Count < 0)
            return false;
        if (known.Count == 1)
            left.Remove(keyed);
        else
            left[keyed] = known with { Count = known.Count - 1 };
        return true;
    }

    private static string NameOf(byte tag) => SealedTables.All.FirstOrDefault(table => table.Tag == tag)?.Name ?? "unknown table";

    private static string NameOf(Block block) => $"block {block.Id} of {Time(block.At)}";

    private static string Short(KeptSeal seal) => seal.Hash[..Math.Min(16, seal.Hash.Length)];

    private static string Time(DateTime at) => at.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    private async Task<NpgsqlCommand> PrepareAsync(string sql, CancellationToken cancel)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(MerchantParameter());
        await command.PrepareAsync(cancel);
        return command;
    }

    private NpgsqlParameter MerchantParameter() =>
        new NpgsqlParameter<long> { TypedValue = merchant.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    /// <summary>The rows that break one rule: their number, and the first of them.</summary>
    private sealed class Findings(string rule)
    {
        public const int ExamplesKept = 20;

        private readonly List<string> _examples = [];

        public long Count { get; private set; }

        public void Add(string example, long count = 1)
        {
            Count += count;
            Show(example);
        }

        public void Add(long count) => Count += count;

        public void Show(string example)
        {
            if (_examples.Count < ExamplesKept)
                _examples.Add(example);
        }

        public Difference ToDifference() => new(rule, Count, _examples);
    }
}
