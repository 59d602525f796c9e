using System.Data;
using Npgsql;

namespace Quittance.Storage.Console;

/// <summary>Several readings of the books as of one moment, so that their figures add up.</summary>
internal sealed class Snapshot
{
    private readonly NpgsqlConnection _connection;
    private readonly CancellationToken _cancel;

    private Snapshot(NpgsqlConnection connection, CancellationToken cancel) => (_connection, _cancel) = (connection, cancel);

    /// <summary>Reads on one snapshot.</summary>
    public static Task<T> ReadAsync<T>(NpgsqlDataSource database, Func<Snapshot, Task<T>> read, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var snapshot = new Snapshot(connection, cancel);
        // Compiling a statement takes longer than what any of these does.
        await snapshot.AllAsync("SELECT set_config('transaction_read_only', 'on', true), set_config('jit', 'off', true)", _ => { }, _ => 0);
        return await read(snapshot);
    });

    /// <summary>All rows of one statement.</summary>
    public async Task<List<T>> AllAsync<T>(string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read)
    {
        List<T> rows = [];
        await foreach (var row in EachAsync(sql, parameters, read))
            rows.Add(row);
        return rows;
    }

    /// <summary>The rows of one statement, one after the other, of which there may be very many. Nothing else can be read before the last one.</summary>
    public async IAsyncEnumerable<T> EachAsync<T>(string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read)
    {
        await using var batch = new NpgsqlBatch(_connection);
        parameters(batch.Statement(sql));
        await using var reader = await batch.ExecuteReaderAsync(_cancel);
        while (await reader.ReadAsync(_cancel))
            yield return read(reader);
    }
}
