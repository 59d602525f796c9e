using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Verification;

/// <summary>
/// Follows the blocks of a merchant from the first to the last, and compares what they sealed with the rows that are there. Each leaf is
/// summed into one of many sums, an ended one with the opposite sign; so is the hash of each row, with the opposite sign again. All sums
/// are then zero, unless a row was changed, deleted or invented: the leaves and the rows of the other sums are read a second time and
/// named. So memory does not grow with the books. Before it is summed, a hash is hashed with a key of this run, so that no rows can be
/// chosen whose sums come out right.
/// </summary>
/// <param name="against">Seals of the merchant that were kept outside of the books.</param>
internal sealed class SealCheck(NpgsqlConnection connection, MerchantId merchant, IReadOnlyList<Seal> against)
{
    public const string ChainRule = "Each block follows from the blocks before it in its slots, and each slot ends with its last block";
    public const string RowRule = "Every row of the books is as a block sealed it, and every row that was sealed is there";

    public const string AgainstRule = "Every seal that was kept outside of the books is in their chain";

    private const int Sums = 1 << 15;

    // So many broken sums are looked into: in books of a hundred million rows one sum has some 3,000 of them.
    private const int LookedInto = 40;

    private const int ExamplesKept = 20;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly UInt128[] _sums = new UInt128[Sums];

    // The ends of slots in the seals from outside that the chain has not come to yet, and the time of the last block.
    private readonly HashSet<(int Slot, Hash End)> _awaited =
    [
        .. from seal in against from slot in Enumerable.Range(0, MerchantId.Slots) select (slot, Hash.Of(seal.Slots[slot].Span)),
    ];

    private DateTime _lastAt;

    /// <summary>What is wrong, by rule.</summary>
    public async Task<IReadOnlyList<Difference>> CheckAsync(Action<string> told, CancellationToken cancel)
    {
        told(ChainRule);
        var chain = new Findings(ChainRule);
        await foreach (var block in BlocksAsync(chain, cancel))
            SumUp(block.Leaves);
        told(RowRule);
        await foreach (var (table, row, hash) in RowsAsync(cancel))
            Sum(hash.Span, isEnded: true);
        var rows = new Findings(RowRule);
        List<int> broken = [.. Enumerable.Range(0, Sums).Where(sum => _sums[sum] != 0)];
        if (broken.Count > 0)
            await NameAsync([.. broken.Take(LookedInto)], rows, cancel);
        if (broken.Count > LookedInto)
            rows.Add($"and at least {broken.Count - LookedInto} more", broken.Count - LookedInto);
        return [.. new[] { chain, rows, Outside() }.Where(found => found.Count > 0).Select(found => found.ToDifference())];
    }

    /// <summary>The blocks in the order of their times, each checked against those before it.</summary>
    private async IAsyncEnumerable<Block> BlocksAsync(
        Findings? findings, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var ends = Enumerable.Repeat((Hash: Block.Beginning, At: DateTime.MinValue), MerchantId.Slots).ToArray();
        _awaited.RemoveWhere(awaited => awaited.End == Hash.Of(Block.Beginning));
        await using (var command = CommandOf("SELECT at, id, slots, leaves, hash FROM block WHERE merchant_id = $1 ORDER BY at, id"))
        await using (var row = await command.ExecuteReaderAsync(cancel))
        {
            while (await row.ReadAsync(cancel))
            {
                var block = new Block(
                    merchant, row.GetDateTime(0), row.GetGuid(1), (uint)row.GetInt64(2), row.GetFieldValue<byte[]>(3));
                var hash = row.GetFieldValue<byte[]>(4);
                if (findings is not null)
                {
                    if (!block.Hash(slot => ends[slot].Hash).AsSpan().SequenceEqual(hash))
                    {
                        findings.Add(
                            $"{NameOf(block)} does not follow from the blocks before it: it, or one before it, was changed or deleted");
                    }

                    for (var slot = 0; slot < MerchantId.Slots; slot++)
                    {
                        if ((block.Slots & (1u << slot)) == 0)
                            continue;
                        if (block.At <= ends[slot].At)
                            findings.Add($"{NameOf(block)} is not later than the one before it in slot {slot}");
                        ends[slot] = (hash, block.At);
                        _awaited.Remove((slot, Hash.Of(hash)));
                    }

                    _lastAt = block.At;
                }

                yield return block;
            }
        }

        if (findings is null)
            yield break;
        await using var slots = CommandOf("SELECT slot, last_hash FROM slot WHERE merchant_id = $1 ORDER BY slot");
        await using var end = await slots.ExecuteReaderAsync(cancel);
        while (await end.ReadAsync(cancel))
        {
            var slot = end.GetInt16(0);
            if (!ends[slot].Hash.AsSpan().SequenceEqual(end.GetFieldValue<byte[]>(1)))
                findings.Add($"slot {slot} ends with another block than its last{LastOf(ends[slot].At)}: blocks were deleted or invented");
        }
    }

    /// <summary>The seals from outside whose ends are not in the chain.</summary>
    private Findings Outside()
    {
        var findings = new Findings(AgainstRule);
        foreach (var seal in against.Where(seal => Missing(seal) > 0))
        {
            var what = $"the seal {Convert.ToHexStringLower(seal.Hash.Span)[..16]} of {Time(seal.At?.UtcDateTime ?? default)}";
            findings.Add(seal.At?.UtcDateTime > _lastAt
                ? $"{what} is younger than these books, which end {Time(_lastAt)}: they were restored, or their end was cut off"
                : $"{what} is not in the chain of these books in {Missing(seal)} of {MerchantId.Slots} slots: "
                    + "they were rewritten, or restored from an older backup and continued");
        }

        return findings;
    }

    private int Missing(Seal seal) => Enumerable.Range(0, MerchantId.Slots).Count(
        slot => _awaited.Contains((slot, Hash.Of(seal.Slots[slot].Span))));

    private static string LastOf(DateTime at) => at == DateTime.MinValue ? "" : $" of {Time(at)}";

    /// <summary>All sealed rows of the merchant, each with its hash behind the tag of its table.</summary>
    private async IAsyncEnumerable<(SealedTable Table, NpgsqlDataReader Row, ReadOnlyMemory<byte> Leaf)> RowsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var digest = new RowDigest();
        var leaf = new byte[Leaves.LeafSize];
        foreach (var table in SealedTables.All)
        {
            leaf[0] = table.Tag;
            await using var command = CommandOf(table.Select(""));
            await using var row = await command.ExecuteReaderAsync(cancel);
            while (await row.ReadAsync(cancel))
            {
                table.Hash(row, digest, leaf.AsSpan(1));
                yield return (table, row, leaf);
            }
        }
    }

    private void SumUp(byte[] leaves)
    {
        Span<byte> leaf = stackalloc byte[Leaves.LeafSize];
        for (var at = 0; at + Leaves.LeafSize <= leaves.Length; at += Leaves.LeafSize)
        {
            leaves.AsSpan(at, Leaves.LeafSize).CopyTo(leaf);
            var isEnded = (leaf[0] & Leaves.EndedBit) != 0;
            leaf[0] &= unchecked((byte)~Leaves.EndedBit);
            Sum(leaf, isEnded);
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
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Hash.Of(hash);
    }

    /// <summary>Finds what does not meet in some of the sums.</summary>
    private async Task NameAsync(HashSet<int> sums, Findings findings, CancellationToken cancel)
    {
        // Of each leaf: how often it was put less how often it ended, and the first block that had it.
        Dictionary<Hash, (int Count, byte Tag, string Block)> sealedRows = [];
        await foreach (var block in BlocksAsync(findings: null, cancel))
            Collect(block, sums, sealedRows);
        List<string> strangers = [];
        long strange = 0;
        await foreach (var (table, row, leaf) in RowsAsync(cancel))
        {
            var keyed = Keyed(leaf.Span);
            if (!sums.Contains(SumOf(keyed)))
                continue;
            var known = sealedRows.GetValueOrDefault(keyed);
            if (known.Count > 0)
                sealedRows[keyed] = known with { Count = known.Count - 1 };
            else if (strange++ < ExamplesKept)
                strangers.Add($"{table.Describe(row)}: changed or invented");
        }

        // In the order of time: the first place comes first.
        foreach (var (count, tag, block) in sealedRows.Values.Where(leaf => leaf.Count != 0))
        {
            var table = SealedTables.All.FirstOrDefault(table => table.Tag == tag)?.Name ?? "unknown table";
            findings.Add(
                count > 0 ? $"{table}: a row as {block} sealed it is changed or deleted"
                : $"{table}: {block} changed a row that was changed before without a block", Math.Abs(count));
        }

        foreach (var stranger in strangers)
            findings.Add(stranger);
        findings.Add("", strange - strangers.Count);
    }

    private void Collect(Block block, HashSet<int> sums, Dictionary<Hash, (int Count, byte Tag, string Block)> sealedRows)
    {
        Span<byte> leaf = stackalloc byte[Leaves.LeafSize];
        for (var at = 0; at + Leaves.LeafSize <= block.Leaves.Length; at += Leaves.LeafSize)
        {
            block.Leaves.AsSpan(at, Leaves.LeafSize).CopyTo(leaf);
            var counts = (leaf[0] & Leaves.EndedBit) == 0 ? 1 : -1;
            leaf[0] &= unchecked((byte)~Leaves.EndedBit);
            var keyed = Keyed(leaf);
            if (!sums.Contains(SumOf(keyed)))
                continue;
            var known = sealedRows.TryGetValue(keyed, out var found) ? found : (Count: 0, Tag: leaf[0], Block: NameOf(block));
            sealedRows[keyed] = known with { Count = known.Count + counts };
        }
    }

    private static string NameOf(Block block) => $"block {block.Id} of {Time(block.At)}";

    private static string Time(DateTime at) =>
        at.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    private NpgsqlCommand CommandOf(string sql)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = merchant.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return command;
    }

    /// <summary>What breaks one rule: how many, and the first of them.</summary>
    private sealed class Findings(string rule)
    {
        private readonly List<string> _examples = [];

        public long Count { get; private set; }

        public void Add(string example, long count = 1)
        {
            Count += count;
            if (example.Length > 0 && _examples.Count < ExamplesKept)
                _examples.Add(example);
        }

        public Difference ToDifference() => new(rule, Count, _examples);
    }
}
