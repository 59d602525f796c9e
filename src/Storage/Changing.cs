using Npgsql;
using Quittance.Core.Access;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>
/// Changes rows outside the engine. Throws <see cref="Core.Engine.StoreUnavailableException"/> where the database can't be reached.
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

    /// <summary>Runs one statement, and commits it with the operator's action where it changed a row.</summary>
    /// <returns>Whether it changed a row.</returns>
    public static Task<bool> ChangedAsync(
        this NpgsqlDataSource database, string sql, Action<NpgsqlBatchCommand> parameters, Origin? by, TimeProvider clock,
        CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var rows = await transaction.ExecuteAsync(batch => parameters(batch.Statement(sql)), cancel);
            if (rows > 0)
                await transaction.CommitAsync(by, clock, cancel);
            return rows > 0;
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

    /// <summary>The first row of a statement; null where it has none.</summary>
    public static Task<T?> FirstAsync<T>(
        this NpgsqlDataSource database, string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T?> read,
        CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await connection.FirstAsync(sql, parameters, read, cancel);
        });

    /// <summary>The first row of a statement within the connection's transaction; null where it has none.</summary>
    public static async Task<T?> FirstAsync<T>(
        this NpgsqlConnection connection, string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T?> read,
        CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        parameters(batch.Statement(sql));
        await using var row = await batch.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? read(row) : default;
    }
}
