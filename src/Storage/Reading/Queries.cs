using Npgsql;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads rows outside the engine: without locks, and only what is committed.</summary>
internal static class Queries
{
    /// <summary>All rows of one statement. One that claims rows by writing is a commit too, since its caller acts on them.</summary>
    public static Task<IReadOnlyList<T>> AllAsync<T>(
        this NpgsqlDataSource database, string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await connection.DurablyAsync(() => connection.AllAsync(sql, parameters, read, cancel));
        });

    /// <summary>All rows of one statement within the connection's transaction.</summary>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(
        this NpgsqlConnection connection, string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        parameters(batch.Statement(sql));
        await using var row = await batch.ExecuteReaderAsync(cancel);
        List<T> rows = [];
        while (await row.ReadAsync(cancel))
            rows.Add(read(row));
        return rows;
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
