using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage.Lanes;

namespace Quittance.Storage;

/// <summary>Writes rows outside the engine.</summary>
internal static class Writing
{
    /// <summary>
    /// Commits, and takes it for done only when a synchronous standby, where there is one, has confirmed it. Throws
    /// <see cref="StoreUnavailableException"/> where the wait for the standby was cut short.
    /// </summary>
    /// <param name="connection">The connection that commits.</param>
    /// <param name="commit">Commits: a transaction, or a statement that is one by itself.</param>
    public static async Task<T> DurablyAsync<T>(this NpgsqlConnection connection, Func<Task<T>> commit)
    {
        var hasStoppedWaiting = false;
        connection.Notice += Hear;
        try
        {
            var committed = await commit();
            return hasStoppedWaiting ? throw new StoreUnavailableException("The standby has not confirmed the commit.") : committed;
        }
        finally
        {
            connection.Notice -= Hear;
        }

        void Hear(object sender, NpgsqlNoticeEventArgs told) => hasStoppedWaiting |= Backend.StoppedWaiting(told.Notice);
    }

    /// <summary>Commits a transaction so.</summary>
    public static Task CommitDurablyAsync(this NpgsqlTransaction transaction, CancellationToken cancel) =>
        transaction.Connection!.DurablyAsync(async () =>
        {
            await transaction.CommitAsync(cancel);
            return true;
        });

    /// <summary>Runs statements that are a transaction by themselves so. Returns how many rows they have written.</summary>
    public static Task<int> ExecuteDurablyAsync(this NpgsqlBatch statements, CancellationToken cancel) =>
        statements.Connection!.DurablyAsync(() => statements.ExecuteNonQueryAsync(cancel));
}
