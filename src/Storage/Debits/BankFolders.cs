using Npgsql;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Debits;

/// <summary>The folders between bank accounts and the program that talks to their bank, as the books know them.</summary>
public sealed class BankFolders(NpgsqlDataSource database)
{
    /// <summary>Looks into the folder of a merchant, unless another server is at it. The lock ends with a server that dies.</summary>
    public Task AloneAsync(MerchantId merchant, Func<Task> look, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        // The transaction holds the lock. It reads and writes nothing of the books.
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var isFree = await connection.AllAsync(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('bank folder of merchant ' || $1, 0))",
            command => command.With(merchant.Value), row => row.GetBoolean(0), cancel);
        if (isFree[0])
            await look();
        return 0;
    });

    /// <summary>Whether a request has handed the file of a collection out.</summary>
    public async Task<bool> WasHandedOutAsync(CollectionId id, Guid request, CancellationToken cancel) => await database.FirstAsync<bool?>(
        "SELECT true FROM event WHERE merchant_id = $1 AND subject_id = $2 AND type = 'collection.handed_out' AND request_id = $3 LIMIT 1",
        command => command.With(id.Merchant.Value).With(id.Value).With(request), row => row.GetBoolean(0), cancel) is true;
}
