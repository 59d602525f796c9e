using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Sealing;

/// <summary>
/// The hash of a block that holds all slots of a merchant, and so follows from everything that was sealed before it: what is kept outside
/// of the books, to prove later that they were continued and not rewritten.
/// </summary>
/// <param name="At">The time of the block.</param>
/// <param name="Hash">The hash of the block.</param>
public sealed record Seal(MerchantId Merchant, DateTimeOffset At, ReadOnlyMemory<byte> Hash);

/// <summary>Makes the seals of the books as they are now.</summary>
public sealed class Seals(NpgsqlDataSource database, TimeProvider clock)
{
    // A commit of a lane holds its slots for milliseconds; one that waits for its standby holds them longer, and the seal comes later.
    private const string WaitsShortly = "SET LOCAL lock_timeout = '2s'";

    /// <summary>The merchants whose seals can be made: all, unless a node of a cluster is away. In the order of their ids.</summary>
    public Task<IReadOnlyList<MerchantId>> MerchantsAsync(CancellationToken cancel) => database.ReachedMerchantsAsync(cancel);

    /// <summary>
    /// The seal of a merchant. Where something was sealed since the last one, a new block joins all slots; it waits for their locks and
    /// adds no row to the books.
    /// </summary>
    /// <exception cref="Quittance.Core.Engine.StoreUnavailableException">The database can't be reached, or takes no writes.</exception>
    public async Task<Seal> OfAsync(MerchantId merchant, CancellationToken cancel) =>
        await LatestAsync(merchant, cancel) ?? await MakeAsync(merchant, cancel);

    /// <summary>How many blocks a merchant has.</summary>
    /// <exception cref="Quittance.Core.Engine.StoreUnavailableException">The database can't be reached.</exception>
    public Task<long> CountAsync(MerchantId merchant, CancellationToken cancel) => database.FirstAsync(
        "SELECT count(*) FROM block WHERE merchant_id = $1", command => command.With(merchant.Value), row => row.GetInt64(0), cancel);

    /// <summary>The last seal, where all slots end with it.</summary>
    // Index: the primary key of block.
    private Task<Seal?> LatestAsync(MerchantId merchant, CancellationToken cancel) => database.FirstAsync(
        """
        SELECT b.at, b.hash FROM slot s JOIN block b ON b.merchant_id = $1 AND b.at = s.last_at AND b.hash = s.last_hash
         WHERE s.merchant_id = $1 AND s.slot = 0
           AND NOT EXISTS (SELECT FROM slot o WHERE o.merchant_id = $1 AND o.last_hash <> s.last_hash)
        """,
        command => command.With(merchant.Value),
        row => new Seal(merchant, row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<byte[]>(1)), cancel);

    private Task<Seal> MakeAsync(MerchantId merchant, CancellationToken cancel) => database.ChangeAsync(async transaction =>
    {
        await transaction.ExecuteAsync(batch => batch.Statement(WaitsShortly), cancel);
        var change = await SealedChange.InAllSlotsAsync(transaction.Connection!, merchant, cancel);
        var (at, hash) = await change.JoinAsync(clock.GetUtcNow(), cancel);
        await transaction.CommitDurablyAsync(cancel);
        return new Seal(merchant, new DateTimeOffset(at), hash);
    }, cancel);
}
