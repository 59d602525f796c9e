using System.Buffers.Binary;
using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;

namespace Quittance.Storage.Sealing;

/// <summary>
/// Where the chains of a merchant's 32 slots end at a moment: what is kept outside of the books, to prove later that they were continued
/// and not rewritten.
/// </summary>
/// <param name="At">The time of the last block; null before the first.</param>
/// <param name="Slots">The hash of the last block of each slot, slot 0 first.</param>
public sealed record Seal(MerchantId Merchant, DateTimeOffset? At, IReadOnlyList<ReadOnlyMemory<byte>> Slots)
{
    /// <summary>
    /// One hash for all: SHA-256 of the merchant, the time in microseconds since 1970 (0 for none) and the slots' hashes.
    /// </summary>
    public ReadOnlyMemory<byte> Hash
    {
        get
        {
            Span<byte> head = stackalloc byte[2 * sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(head, Merchant.Value);
            var ticks = (At?.UtcDateTime ?? DateTime.UnixEpoch).Ticks - DateTime.UnixEpoch.Ticks;
            BinaryPrimitives.WriteInt64BigEndian(head[sizeof(long)..], ticks / TimeSpan.TicksPerMicrosecond);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(head);
            foreach (var slot in Slots)
                hash.AppendData(slot.Span);
            return hash.GetHashAndReset();
        }
    }
}

/// <summary>Reads the seals of the books as they are now.</summary>
public sealed class Seals(NpgsqlDataSource database)
{
    /// <summary>The seal of each merchant, in the order of their ids.</summary>
    /// <exception cref="Quittance.Core.Engine.StoreUnavailableException">The database can't be reached.</exception>
    // Index: the primary key of block, whose last row of a merchant has the last time.
    public Task<IReadOnlyList<Seal>> ListAsync(CancellationToken cancel) => database.AllAsync(
        """
        SELECT m.id, (SELECT max(b.at) FROM block b WHERE b.merchant_id = m.id),
               (SELECT array_agg(s.last_hash ORDER BY s.slot) FROM slot s WHERE s.merchant_id = m.id)
          FROM merchant m ORDER BY m.id
        """,
        _ => { },
        row => new Seal(
            new MerchantId(row.GetInt64(0)), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1),
            [.. row.GetFieldValue<byte[][]>(2).Select(hash => (ReadOnlyMemory<byte>)hash)]),
        cancel);

    /// <summary>How many blocks a merchant has.</summary>
    /// <exception cref="Quittance.Core.Engine.StoreUnavailableException">The database can't be reached.</exception>
    public Task<long> CountAsync(MerchantId merchant, CancellationToken cancel) => database.FirstAsync(
        "SELECT count(*) FROM block WHERE merchant_id = $1", command => command.Parameters.Add(
            new NpgsqlParameter<long> { TypedValue = merchant.Value }), row => row.GetInt64(0), cancel);
}
