using System.Text.RegularExpressions;
using Npgsql;
using Quittance.Storage.Migrating;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Backups;

/// <summary>A table of a backup.</summary>
/// <param name="Columns">The columns that are kept, in order; what PostgreSQL generates is generated again.</param>
public sealed record TableLayout(string Name, IReadOnlyList<string> Columns);

/// <summary>A table in a backup.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Bytes">The size of the rows in PostgreSQL's binary form, before they are compressed.</param>
/// <param name="Sha256">The hash of these bytes, in hexadecimal.</param>
public sealed record TableSummary(string Name, long Rows, long Bytes, string Sha256);

/// <summary>The tables of the books as a database has them.</summary>
internal static partial class BooksTables
{
    /// <summary>The tables that our migrations make: a database may hold others, which are none of our business.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Migrations.OfThisVersion.All.SelectMany(migration => CreateTable().Matches(migration.Sql))
            .Select(match => match.Groups["name"].Value).Distinct()];

    /// <summary>The tables with their columns, those that are referred to before those that refer to them.</summary>
    public static async Task<IReadOnlyList<TableLayout>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        List<(TableLayout Table, string[] RefersTo)> tables = [];
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT c.relname::text,
                   ARRAY(SELECT a.attname::text FROM pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum),
                   ARRAY(SELECT r.relname::text FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
                          WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid)
              FROM pg_class c
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY($1)
             ORDER BY c.relname
            """).With(Names.ToArray());
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            tables.Add((new TableLayout(reader.GetString(0), reader.GetFieldValue<string[]>(1)), reader.GetFieldValue<string[]>(2)));
        return Ordered(tables);
    }

    /// <summary>How many of the tables there are, and of the table of migrations.</summary>
    public static async Task<long> CountAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1)")
            .With((string[])[.. Names, "migration"]);
        return (long)(await batch.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>How many rows a table has.</summary>
    public static async Task<long> RowsAsync(NpgsqlConnection connection, string table, CancellationToken cancel)
    {
        await using var count = new NpgsqlCommand($"SELECT count(*) FROM {Quoted(table)}", connection) { CommandTimeout = 0 };
        return (long)(await count.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>A name, quoted for SQL.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A table with the columns that are kept, as COPY takes it.</summary>
    public static string Quoted(TableLayout table) => $"{Quoted(table.Name)} ({string.Join(", ", table.Columns.Select(Quoted))})";

    private static List<TableLayout> Ordered(List<(TableLayout Table, string[] RefersTo)> tables)
    {
        List<TableLayout> ordered = [];
        HashSet<string> done = [];
        while (ordered.Count < tables.Count)
        {
            var (next, _) =
                tables.FirstOrDefault(table => !done.Contains(table.Table.Name) && Array.TrueForAll(table.RefersTo, done.Contains));
            if (next is null)
                throw new InvalidOperationException("Tables refer to one another in a circle.");
            ordered.Add(next);
            done.Add(next.Name);
        }

        return ordered;
    }

    [GeneratedRegex(
        @"^CREATE TABLE (?<name>\w+) \(", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CreateTable();
}
