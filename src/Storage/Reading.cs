using Npgsql;
using Quittance.Storage.Rows;

namespace Quittance.Storage;

/// <summary>Reads rows outside the engine: without locks, and only what is committed.</summary>
internal static class Reading
{
    /// <summary>All rows of one statement. One that claims them by writing is a commit too: what it returns is acted on.</summary>
    public static Task<IReadOnlyList<T>> ReadAllAsync<T>(
        this NpgsqlDataSource database, string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, int, T> read,
        CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await connection.DurablyAsync<IReadOnlyList<T>>(async () =>
            {
                await using var batch = new NpgsqlBatch(connection);
                parameters(batch.Statement(sql));
                await using var reader = await batch.ExecuteReaderAsync(cancel);
                List<T> rows = [];
                while (await reader.ReadAsync(cancel))
                    rows.Add(read(reader, 0));
                return rows;
            });
        });
}
