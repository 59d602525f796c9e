using System.Text;
using Quittance.Storage.Backups;
using Quittance.Tests.Running;

namespace Quittance.Tests.Verification;

/// <summary>
/// Each column of the schema is sealed, follows from other rows, or is not proven for a reason; docs/proof.md says the same.
/// </summary>
public sealed class ProvenColumnsTests(BooksFixture books)
{
    private const string Begin = "<!-- the columns -->\n", End = "<!-- the end of the columns -->\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Columns_AreEachProven_OrNotForAReason()
    {
        var columns = await ColumnsAsync();
        Assert.Equal(
            [], columns.Where(column => !column.IsGenerated && ProvenColumns.Of(column.Name) is null).Select(column => column.Name));

        // Nothing is said of a column that there is not, nor twice of one that there is.
        var named = columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], ProvenColumns.Sealed.Concat(ProvenColumns.Following).Except(named));
        Assert.Equal([], ProvenColumns.Sealed.Intersect(ProvenColumns.Following));
        Assert.Equal(
            [], named.Where(column => ProvenColumns.Of(column) != ColumnProof.None && ProvenColumns.ReasonOf(column) is not null));
        Assert.Equal([], ProvenColumns.Reasons.Except(named.Select(ProvenColumns.ReasonOf)));
    }

    [Fact]
    public async Task Document_SaysSoOfEachColumn()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(RunningProgram.Solution, "docs", "proof.md"), Cancel);
        var text = TextOf(await ColumnsAsync());

        Assert.True(page.Contains($"{Begin}{text}{End}", StringComparison.Ordinal), $"docs/proof.md should have:\n{Begin}{text}{End}");
    }

    private static string TextOf(IReadOnlyList<(string Name, bool IsGenerated)> columns)
    {
        var text = new StringBuilder("\n| table | sealed | follows from other rows | not proven |\n|---|---|---|---|\n");
        foreach (var table in columns.GroupBy(column => column.Name.Split('.')[0]))
        {
            var most = table.GroupBy(ProofOf).MaxBy(group => group.Count())!;
            if (most.Key == ColumnProof.Sealed && most.Count() == table.Count())
                continue;
            text.Append($"| `{table.Key}` |");
            foreach (var proof in (ColumnProof[])[ColumnProof.Sealed, ColumnProof.Follows, ColumnProof.None])
            {
                var own = table.Where(column => ProofOf(column) == proof).Select(column => column.Name.Split('.')[1]).ToList();
                text.Append(own.Count == 0 ? " – |" : own.Count == table.Count() ? " all |" : proof == most.Key ? " the others |"
                    : $" {Listed(own)} |");
            }

            text.Append('\n');
        }

        text.Append("\n| not proven | because |\n|---|---|\n");
        foreach (var reason in ProvenColumns.Reasons)
        {
            var own = columns
                .Where(column => ProofOf(column) == ColumnProof.None && ProvenColumns.ReasonOf(column.Name) == reason)
                .GroupBy(column => column.Name.Split('.')[0]).SelectMany(table => NamesOf([.. table], columns));
            text.Append($"| {Listed(own)} | {reason} |\n");
        }

        return text.Append('\n').ToString();
    }

    /// <summary>PostgreSQL computes some columns from others of their row.</summary>
    private static ColumnProof? ProofOf((string Name, bool IsGenerated) column) =>
        column.IsGenerated ? ColumnProof.Follows : ProvenColumns.Of(column.Name);

    /// <summary>A table by its name alone, where all of its columns are meant.</summary>
    private static IEnumerable<string> NamesOf(
        List<(string Name, bool IsGenerated)> own, IReadOnlyList<(string Name, bool IsGenerated)> all)
    {
        var table = own[0].Name.Split('.')[0];
        return all.Count(column => column.Name.StartsWith($"{table}.", StringComparison.Ordinal)) == own.Count
            ? [table] : own.Select(column => column.Name);
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));

    private async Task<IReadOnlyList<(string Name, bool IsGenerated)>> ColumnsAsync()
    {
        List<(string, bool)> columns = [];
        await using var command = books.Database.CreateCommand("""
            SELECT c.table_name || '.' || c.column_name, c.is_generated = 'ALWAYS'
              FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name = ANY($1)
             ORDER BY c.table_name COLLATE "C", c.ordinal_position
            """);
        command.Parameters.AddWithValue((string[])[.. BooksTables.Names, "migration"]);
        await using var row = await command.ExecuteReaderAsync(Cancel);
        while (await row.ReadAsync(Cancel))
            columns.Add((row.GetString(0), row.GetBoolean(1)));
        return columns;
    }
}
