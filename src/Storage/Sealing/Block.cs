using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Sealing;

/// <summary>
/// The part of a merchant's books that one commit seals. Each block holds the hash of the block before it in each of its slots, so the
/// blocks of a slot are a chain without a gap, whose last hash stands in the slot's row.
/// </summary>
/// <param name="At">The time of the commit. Times rise within a slot.</param>
/// <param name="Id">The batch's own id, or one for a change beside the lanes.</param>
/// <param name="Slots">The slots that the commit held, one bit each.</param>
/// <param name="Leaves">As <see cref="Sealing.Leaves"/> says.</param>
internal readonly record struct Block(MerchantId Merchant, DateTime At, Guid Id, uint Slots, ReadOnlyMemory<byte> Leaves)
{
    /// <summary>The slots of a block that holds all of them.</summary>
    public const uint AllSlots = uint.MaxValue;

    /// <summary>Before its first block a slot has this hash.</summary>
    public static readonly byte[] Beginning = new byte[SHA256.HashSizeInBytes];

    /// <summary>
    /// The hash of the block: SHA-256 of the merchant, the time in microseconds since 1970, the id, the slots, the hash of the block
    /// before it in each of these slots, the lowest slot first, and the leaves.
    /// </summary>
    /// <param name="before">The hash at the end of a slot before this block.</param>
    public byte[] Hash(Func<int, byte[]> before)
    {
        Span<byte> head = stackalloc byte[sizeof(long) + sizeof(long) + 16 + sizeof(uint)];
        BinaryPrimitives.WriteInt64BigEndian(head, Merchant.Value);
        BinaryPrimitives.WriteInt64BigEndian(head[8..], (At.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        Id.TryWriteBytes(head[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(head[32..], Slots);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        for (var rest = Slots; rest != 0; rest &= rest - 1)
            hash.AppendData(before(BitOperations.TrailingZeroCount(rest)));
        hash.AppendData(Leaves.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>Adds the blocks of one commit, one for each merchant, proven by the key that this process has for the database.</summary>
    /// <param name="blocks">The blocks, of one time and id, with their hashes.</param>
    public static void Insert(NpgsqlBatch batch, IReadOnlyList<(Block Block, byte[] Hash)> blocks)
    {
        var key = BlockKeys.Of(batch.Connection!);
        if (blocks is [var (block, hash)])
        {
            batch.Statement("""
                INSERT INTO block (merchant_id, at, id, slots, leaves, hash, proof) VALUES ($1, $2, $3, $4, $5, $6, $7)
                """)
                .With(block.Merchant.Value)
                .With(block.At)
                .With(block.Id)
                .With((long)block.Slots)
                .With(block.Leaves)
                .With(hash)
                .With(key?.Prove(hash), NpgsqlDbType.Bytea);
            return;
        }

        batch.Statement("""
            INSERT INTO block (merchant_id, at, id, slots, leaves, hash, proof)
            SELECT u.m, $1, $2, u.slots, u.leaves, u.hash, u.proof
              FROM unnest($3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[]) u(m, slots, leaves, hash, proof)
            """)
            .With(blocks[0].Block.At)
            .With(blocks[0].Block.Id)
            .With(blocks.ToColumn(one => one.Block.Merchant.Value))
            .With(blocks.ToColumn(one => (long)one.Block.Slots))
            .With(blocks.ToColumn(one => one.Block.Leaves))
            .With(blocks.ToColumn(one => one.Hash))
            .With(blocks.ToColumn(one => key?.Prove(one.Hash)));
    }
}
