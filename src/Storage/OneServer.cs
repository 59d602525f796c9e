using Npgsql;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage;

/// <summary>Sees to it that of several servers one at a time does a work.</summary>
internal static class OneServer
{
    /// <summary>Does a work, unless another server does it.</summary>
    /// <param name="name">The name of the work.</param>
    /// <returns>Whether it was done here.</returns>
    /// <exception cref="Core.Engine.StoreUnavailableException">The database can't be reached.</exception>
    public static Task<bool> AloneAsync(this NpgsqlDataSource database, string name, Func<Task> work, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            // The transaction holds the lock, also of a process that dies. It reads and writes nothing of the books.
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var isAlone = await connection.AllAsync(
                "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))",
                command => command.With(name), row => row.GetBoolean(0), cancel);
            if (isAlone[0])
                await work();
            return isAlone[0];
        });
}
