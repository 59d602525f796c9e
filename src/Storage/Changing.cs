using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Lanes;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>The result of a change outside the engine.</summary>
public enum ChangeOutcome
{
    /// <summary>It is made.</summary>
    Made,

    /// <summary>There was nothing to change.</summary>
    Nothing,

    /// <summary>The same request has made it before, and nothing again.</summary>
    Repeated,
}

/// <summary>
/// Changes rows outside the engine. Throws <see cref="StoreUnavailableException"/> where the database can't be reached.
/// </summary>
internal static class Changing
{
    /// <summary>Runs a change that commits its transaction itself. Without its commit nothing is changed.</summary>
    public static Task<T> ChangeAsync<T>(
        this NpgsqlDataSource database, Func<NpgsqlTransaction, Task<T>> change, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            return await change(transaction);
        });

    /// <summary>
    /// Runs one statement, and commits it with the operator's action where it changed a row and the request has not done it before.
    /// </summary>
    /// <param name="sealedTables">The tables that it changes, where blocks seal them: those of few rows.</param>
    public static Task<ChangeOutcome> ChangeOnceAsync(
        this NpgsqlDataSource database, string sql, Action<NpgsqlBatchCommand> parameters, Origin? by, TimeProvider clock,
        CancellationToken cancel, (MerchantId Merchant, SealedTable[] Tables)? sealedTables = null) =>
        database.ChangeAsync(async transaction =>
        {
            var change = sealedTables is var (merchant, tables)
                ? await SealedChange.OfWholeAsync(transaction.Connection!, merchant, cancel, tables)
                : null;
            var rows = await transaction.ExecuteAsync(batch => parameters(batch.Statement(sql)), cancel);
            // Asked behind the statement: of two equal requests at once, the second has waited for the first one's row.
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return ChangeOutcome.Repeated;
            if (rows == 0)
                return ChangeOutcome.Nothing;
            await transaction.CommitAsync(by, clock, cancel, change);
            return ChangeOutcome.Made;
        }, cancel);

    /// <summary>Runs statements and commits them, without an operator.</summary>
    public static Task<int> WriteAsync(this NpgsqlDataSource database, Action<NpgsqlBatch> add, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var batch = new NpgsqlBatch(connection);
            add(batch);
            return await batch.ExecuteDurablyAsync(cancel);
        });

    /// <summary>Runs statements within a transaction.</summary>
    public static async Task<int> ExecuteAsync(this NpgsqlTransaction transaction, Action<NpgsqlBatch> add, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        add(batch);
        return await batch.ExecuteNonQueryAsync(cancel);
    }

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

        void Hear(object sender, NpgsqlNoticeEventArgs notice) => hasStoppedWaiting |= Backend.StoppedWaiting(notice.Notice);
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
