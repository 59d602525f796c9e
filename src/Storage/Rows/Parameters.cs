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

    /// <summary>A value of a column, or its values, of which some may be missing: Npgsql would not find out the type of those.</summary>
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return command;
    }
}
