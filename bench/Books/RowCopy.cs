using Npgsql;
using NpgsqlTypes;
using Quittance.Core;

namespace Quittance.Bench.Books;

/// <summary>A binary COPY of a merchant's rows into one table, whose first column is the merchant.</summary>
internal static class RowCopy
{
    public static async Task WriteAsync<TRow>(
        NpgsqlConnection connection, MerchantId merchant, string table, IEnumerable<TRow> rows, Action<NpgsqlBinaryImporter, TRow> write)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(merchant.Value, NpgsqlDbType.Bigint);
            write(copy, row);
        }

        await copy.CompleteAsync();
    }
}
