using Quittance.Core.Formats;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>
/// The first rows of a table without a header line: each has as many fields as the others, and a day and an amount in the same places. So
/// no names are among them.
/// </summary>
/// <param name="Header">The columns by their places; no line of the file is theirs.</param>
/// <param name="Rows">The fields of the rows.</param>
internal sealed record CsvFirstRows(CsvHeader Header, IReadOnlyList<string[]> Rows)
{
    private const int RowsLookedAt = 5;

    /// <summary>A day, an amount and a text.</summary>
    private const int FewestColumns = 3;
    private const int LongestRow = 10_000;

    /// <summary>The first rows of a file; null where they are none of such a table.</summary>
    public static async Task<CsvFirstRows?> OfAsync(StreamReader text, CancellationToken cancel)
    {
        text.BaseStream.Position = 0;
        text.DiscardBufferedData();
        // Not disposed of: the text is read once more.
        var reader = new BoundedRows(text);
        List<string> lines = [];
        while (lines.Count < RowsLookedAt && await reader.ReadLineAsync(cancel) is { Length: <= LongestRow } line)
        {
            if (!string.IsNullOrWhiteSpace(line.Trim('\uFEFF')))
                lines.Add(line);
        }

        return lines.Count == 0 ? null
            : CsvDelimiter.In(lines[0]).Select(delimiter => Of(lines, delimiter)).FirstOrDefault(rows => rows is not null);
    }

    private static CsvFirstRows? Of(List<string> lines, char delimiter)
    {
        List<string[]> rows = [.. lines.Select(line => CsvTable.FieldsOf(line, delimiter))];
        var count = rows[0].Length;
        if (count is < FewestColumns or > StatementFormat.MostColumns || rows.Exists(row => row.Length != count))
            return null;
        var places = Enumerable.Range(0, count).ToList();
        var amounts = places.Where(at => rows.TrueForAll(row => row[at].Length == 0 || IsAmount(row[at]))).ToList();
        return places.Exists(at => rows.TrueForAll(row => IsDay(row[at])))
            && rows.TrueForAll(row => amounts.Exists(at => row[at].Length > 0))
            ? new CsvFirstRows(new CsvHeader(0, delimiter, StatementFormat.NamesOf(count)), rows) : null;
    }

    /// <summary>
    /// Whether a format is of such a table, and each of its columns can have what stands there: no names tell the tables of two banks
    /// apart.
    /// </summary>
    public bool Fit(StatementFormat format) => format.Fits(Header.Columns) && format.Columns.Index().All(column =>
        Rows.All(row => row[column.Index] is var value && (value.Length > 0 ? ColumnGuess.MayHave(column.Item.Use, value)
            : column.Item.Use is not (ColumnUse.BookedOn or ColumnUse.Amount or ColumnUse.Currency))));

    private static bool IsDay(string value) => ColumnGuess.MayHave(ColumnUse.BookedOn, value);

    /// <summary>An amount that no number of a row can be: with its decimals.</summary>
    private static bool IsAmount(string value) => value.IndexOfAny(['.', ',']) >= 0 && ColumnGuess.MayHave(ColumnUse.Amount, value);
}
