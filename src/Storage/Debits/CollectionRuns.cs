using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Debits;

/// <summary>Sees to it that one run at a time builds the collections of a merchant.</summary>
public sealed class CollectionRuns(NpgsqlDataSource database)
{
    /// <summary>Does a run while no other one is at work.</summary>
    /// <exception cref="StoreUnavailableException">Another run is at work, or the database can't be reached.</exception>
    public Task<T> AloneAsync<T>(MerchantId merchant, Func<Task<T>> run, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        // The transaction holds the lock, also of a process that dies. It reads and writes nothing of the books.
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var isAlone = await connection.AllAsync(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('collection run of merchant ' || $1, 0))",
            command => command.With(merchant.Value), row => row.GetBoolean(0), cancel);
        return isAlone[0] ? await run()
            : throw new StoreUnavailableException("Another run builds a collection of this merchant. Run it again when it has ended.");
    });
}
