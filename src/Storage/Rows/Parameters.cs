using Npgsql;
using NpgsqlTypes;

namespace Quittance.Storage.Rows;

/// <summary>Adds a statement with its parameters to a batch. Parameters are positional and typed, so nothing is guessed or boxed.</summary>
internal static class Parameters
{
    public static NpgsqlBatchCommand Statement(this NpgsqlBatch batch, string sql)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = sql;
        batch.BatchCommands.Add(command);
        return command;
    }

    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>
    /// Moments, some of them missing. Their type is said: beside a missing one Npgsql would not find it out, and refuse to write.
    /// </summary>
    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, DateTime?[] values)
    {
        const NpgsqlDbType Times = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;
        command.Parameters.Add(new NpgsqlParameter<DateTime?[]> { TypedValue = values, NpgsqlDbType = Times });
        return command;
    }

    public static NpgsqlBatchCommand WithJson(this NpgsqlBatchCommand command, string?[] values)
    {
        const NpgsqlDbType Documents = NpgsqlDbType.Array | NpgsqlDbType.Json;
        command.Parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = values, NpgsqlDbType = Documents });
        return command;
    }
}
