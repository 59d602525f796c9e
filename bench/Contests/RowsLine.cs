using Quittance.Bench.Books;
using Spectre.Console;

namespace Quittance.Bench.Contests;

/// <summary>Shows what a rival writes for one payment.</summary>
internal static class RowsLine
{
    public static void Print(IRival rival, IReadOnlyDictionary<string, RowsWritten> tables)
    {
        var inserted = tables.Values.Sum(rows => rows.Inserted);
        var updated = tables.Values.Sum(rows => rows.Updated);
        var onPage = updated == 0 ? 1 : tables.Values.Sum(rows => rows.UpdatedOnPage) / updated;
        var each = string.Join(", ", tables.Select(table => $"{table.Key} {table.Value.Inserted:0.##}+{table.Value.Updated:0.##}"));
        Screen.Out.MarkupLineInterpolated(
            $"{rival.Name}: {inserted:0.##} rows inserted and {updated:0.##} updated per payment ({onPage:0%} of them HOT): {each}");
    }
}
