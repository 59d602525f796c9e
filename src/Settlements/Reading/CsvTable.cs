using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Quittance.Settlements.Reading;

/// <summary>The delimiter of a CSV file: spreadsheets write semicolons where the comma is the decimal sign.</summary>
public static class CsvDelimiter
{
    /// <summary>The delimiter in the header line, whose names contain neither sign.</summary>
    /// <param name="header">The first line of the file, or more of it.</param>
    public static char Of(ReadOnlySpan<char> header)
    {
        var end = header.IndexOfAny('\r', '\n');
        if (end >= 0)
            header = header[..end];
        return header.Count(';') >= header.Count(',') ? ';' : ',';
    }
}

/// <summary>The rows of a CSV file, one after the other.</summary>
internal sealed class CsvRow(IReadOnlyList<string> columns, Findings found)
{
    private string[] _fields = [];

    /// <summary>The line in the file.</summary>
    public int Line { get; private set; }

    /// <summary>Called after the last row.</summary>
    public Action? AtEnd { get; set; }

    public void Turn(string[] fields, int line) => (_fields, Line) = (fields, line);

    public void End() => AtEnd?.Invoke();

    /// <summary>Whether it has as many fields as the header has columns; refuses it otherwise.</summary>
    public bool IsWhole()
    {
        if (_fields.Length == columns.Count || (_fields.Length == columns.Count + 1 && _fields[^1].Length == 0))
            return true;
        found.Refuse(Line, null, $"it has {_fields.Length} fields, and the header line has {columns.Count} columns");
        return false;
    }

    /// <summary>The field in a column; null where it is empty or the column is missing.</summary>
    public string? this[CsvColumns column] =>
        column.In(columns) is >= 0 and var at && at < _fields.Length && _fields[at].Length > 0 ? _fields[at] : null;

    /// <summary>Whether there is such a column.</summary>
    public bool Has(CsvColumns column) => column.In(columns) >= 0;

    /// <summary>The field in the column without a name; null where it is empty or the column is missing.</summary>
    public string? Unnamed =>
        Enumerable.Range(0, Math.Min(columns.Count, _fields.Length)).Where(at => columns[at].Length == 0 && _fields[at].Length > 0)
        .Select(at => _fields[at]).FirstOrDefault();

    /// <summary>Refuses the field in a column.</summary>
    public void Refuse(CsvColumns column, string problem) =>
        found.Refuse(Line, column.In(columns) is >= 0 and var at ? columns[at] : column.Name, problem);
}

/// <summary>
/// Reads CSV with a header line, which some banks put below lines about the account. The delimiter is the comma or the semicolon,
/// whichever the header has more of.
/// </summary>
internal static class CsvTable
{
    private const int LinesBeforeHeader = 20;
    private const int MaxFieldLength = 10_000;

    /// <summary>The text of a file in UTF-8; it refuses other bytes. The file stays open.</summary>
    public static StreamReader TextOf(Stream file) => new(
        file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false,
        leaveOpen: true);

    /// <param name="known">The header is the first line with this column.</param>
    /// <param name="missing">The message where no line has it.</param>
    /// <param name="begin">
    /// Gets the columns and the line of the header; takes each row, until it says false. Null where columns are missing.
    /// </param>
    public static async Task ReadAsync(
        StreamReader text, Findings found, CsvColumns known, string missing,
        Func<IReadOnlyList<string>, int, Func<CsvRow, bool>?> begin, CancellationToken cancel)
    {
        if (await HeaderAsync(text, known, cancel) is not { } header)
        {
            found.Refuse(1, null, missing);
            return;
        }

        text.BaseStream.Position = 0;
        text.DiscardBufferedData();
        using var rows = new BoundedRows(text);
        using var parser = new CsvParser(rows, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = header.Delimiter.ToString(),
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = MaxFieldLength,
            IgnoreBlankLines = true,
        });
        while (parser.RawRow < header.Line && await parser.ReadAsync())
        {
            // Lines above the header.
        }

        var row = new CsvRow(header.Columns, found);
        if (begin(header.Columns, header.Line) is not { } take)
            return;
        while (!found.IsHopeless && await parser.ReadAsync())
        {
            cancel.ThrowIfCancellationRequested();
            row.Turn(parser.Record!, parser.RawRow);
            if (!take(row))
                return;
        }

        row.End();
    }

    private static async Task<(int Line, char Delimiter, IReadOnlyList<string> Columns)?> HeaderAsync(
        StreamReader text, CsvColumns known, CancellationToken cancel)
    {
        // Not disposed of: the text is read once more.
        var rows = new BoundedRows(text);
        for (var line = 1; line <= LinesBeforeHeader && await rows.ReadLineAsync(cancel) is { } header; line++)
        {
            if (header.Length > MaxFieldLength)
                break;
            var delimiter = CsvDelimiter.Of(header);
            string[] columns = [.. header.Split(delimiter).Select(column => column.Trim().Trim('\uFEFF', '"').Trim())];
            if (columns.Length > 1 && known.In(columns) >= 0)
                return (line, delimiter, columns);
        }

        return null;
    }
}
