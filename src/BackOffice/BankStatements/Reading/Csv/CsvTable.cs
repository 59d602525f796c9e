using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>The delimiter of a CSV file: spreadsheets write semicolons where the comma is the decimal sign.</summary>
public static class CsvDelimiter
{
    private static readonly char[] All = [';', ',', '\t', '|'];

    /// <summary>The delimiter in the header line: of the signs between its names, the one that it has most of.</summary>
    /// <param name="header">The first line of the file, or more of it.</param>
    public static char Of(ReadOnlySpan<char> header) => In(header)[0];

    /// <summary>All that may part the fields of a line, the one first that it has most of.</summary>
    public static IReadOnlyList<char> In(ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0)
            line = line[..end];
        var bare = WithoutQuoted(line);
        return [.. All.OrderByDescending(sign => bare.Count(character => character == sign))];
    }

    /// <summary>The names between the delimiters, which may have a delimiter in them where they stand in quotation marks.</summary>
    public static IEnumerable<string> Split(string header, char delimiter)
    {
        var from = 0;
        var marks = new CsvMarks([delimiter]);
        for (var at = 0; at <= header.Length; at++)
        {
            if (at < header.Length && (marks.Take(header[at]) || header[at] != delimiter))
                continue;
            yield return header[from..at];
            from = at + 1;
        }
    }

    private static string WithoutQuoted(ReadOnlySpan<char> header)
    {
        var bare = new StringBuilder(header.Length);
        var marks = new CsvMarks(All);
        foreach (var character in header)
        {
            if (!marks.Take(character))
                bare.Append(character);
        }

        return bare.ToString();
    }
}

/// <summary>
/// Follows the quotation marks in CSV as its parser does: one with which a field begins opens it, and another one is a part of the text.
/// </summary>
/// <param name="delimiters">The signs behind which a field begins.</param>
internal sealed class CsvMarks(char[] delimiters)
{
    private bool _isFirst = true;
    private bool _isMarked;
    private bool _isQuoted;
    private char _last;

    /// <summary>Takes the next character. Returns whether it stands between marks, where no sign ends a field.</summary>
    public bool Take(char character)
    {
        if (character == '"')
        {
            // Two marks are one of the text. Behind the second one of a field the parser knows no further ones.
            _isMarked = _isFirst || (_isMarked && (_isQuoted || _last == '"'));
            _isQuoted = _isMarked && !_isQuoted;
        }

        var isBegin = !_isQuoted && (character is '\n' or '\r' || delimiters.Contains(character));
        _isFirst = isBegin || (_isFirst && character == ' ');
        _last = character;
        return _isQuoted;
    }
}

/// <summary>The header line of a CSV file.</summary>
/// <param name="Line">Its line; 0 where the table has no header line.</param>
/// <param name="Columns">The names by which the columns are known.</param>
internal sealed record CsvHeader(int Line, char Delimiter, IReadOnlyList<string> Columns)
{
    private const int LongestName = 60;

    /// <summary>The names in the file.</summary>
    public IReadOnlyList<string> Written { get; } = Columns;

    /// <summary>How many columns stand before the first of those without a name at its end.</summary>
    public int NamedCount { get; } = Columns.Reverse().SkipWhile(name => name.Length == 0).Count();

    /// <summary>A column for people, as the file names it.</summary>
    public string NameOf(int at) =>
        Written[at].Length == 0 ? $"column {at + 1}" : Written[at][..Math.Min(Written[at].Length, LongestName)];
}

/// <summary>The rows of a CSV file, one after the other.</summary>
internal sealed class CsvRow(CsvHeader header, Findings found)
{
    private readonly Dictionary<CsvColumns, int> _places = [];
    private string[] _fields = [];

    /// <summary>The line in the file.</summary>
    public int Line { get; private set; }

    /// <summary>Called after the last row.</summary>
    public Action? AtEnd { get; set; }

    /// <summary>Whether no field has anything in it.</summary>
    public bool IsBlank => _fields.All(string.IsNullOrWhiteSpace);

    public IReadOnlyList<string> Fields => _fields;

    /// <summary>
    /// Whether it has as many fields as the header has columns. Some banks end their rows with a delimiter, and some their header line.
    /// </summary>
    public bool IsFull => _fields.Length == header.Columns.Count || _fields.Length == header.NamedCount
        || (_fields.Length == header.Columns.Count + 1 && _fields[^1].Length == 0);

    public void Turn(string[] fields, int line) => (_fields, Line) = (fields, line);

    public void End() => AtEnd?.Invoke();

    /// <summary>Whether it has as many fields as the header has columns; refuses it otherwise.</summary>
    public bool IsWhole()
    {
        if (IsFull)
            return true;
        found.Refuse(
            Line, null, header.Line == 0 ? $"it has {_fields.Length} fields, and the first row has {header.Columns.Count}"
                : $"it has {_fields.Length} fields, and the header line has {header.Columns.Count} columns");
        return false;
    }

    /// <summary>The field in a column; null where it is empty or the column is missing.</summary>
    public string? this[CsvColumns column] => this[PlaceOf(column)];

    /// <summary>The field at a position; null where it is empty or there is none.</summary>
    public string? this[int at] => at >= 0 && at < _fields.Length && _fields[at].Length > 0 ? _fields[at] : null;

    /// <summary>Refuses the field in a column.</summary>
    public void Refuse(CsvColumns column, string problem) =>
        found.Refuse(Line, PlaceOf(column) is >= 0 and var at ? header.NameOf(at) : column.Name, problem);

    /// <summary>Refuses the field at a position.</summary>
    public void Refuse(int at, string problem) => found.Refuse(Line, header.NameOf(at), problem);

    /// <summary>Whether the day of a column lies too far ahead; refuses it then.</summary>
    public bool IsTooLate(int at, DateOnly day) => found.IsTooLate(day, Line, header.NameOf(at));

    /// <inheritdoc cref="IsTooLate(int, DateOnly)"/>
    public bool IsTooLate(CsvColumns column, DateOnly day) => IsTooLate(PlaceOf(column), day);

    private int PlaceOf(CsvColumns column)
    {
        if (!_places.TryGetValue(column, out var at))
            _places[column] = at = column.In(header.Columns);
        return at;
    }
}

/// <summary>
/// Reads CSV with a header line, which some banks put below lines about the account. The delimiter is the semicolon, the comma, the
/// tabulator or the bar, whichever the header has most of.
/// </summary>
internal static class CsvTable
{
    private const int LinesBeforeHeader = 60;
    private const int MaxFieldLength = 10_000;

    /// <param name="known">The header is the first line with this column.</param>
    /// <param name="missing">The message where no line has it.</param>
    /// <param name="begin">
    /// Gets the columns and the line of the header; takes each row, until it says false. Null where columns are missing.
    /// </param>
    public static async Task ReadAsync(
        StreamReader text, Findings found, CsvColumns known, string missing,
        Func<IReadOnlyList<string>, int, Func<CsvRow, bool>?> begin, CancellationToken cancel)
    {
        if (await HeaderAsync(text, columns => known.In(columns) >= 0, cancel) is not { } header)
            found.Refuse(1, null, missing);
        else if (begin(header.Columns, header.Line) is { } take)
            await RowsAsync(text, header, found, take, cancel);
    }

    /// <summary>Gives all rows behind the header to a reader, until it says false.</summary>
    public static async Task RowsAsync(
        StreamReader text, CsvHeader header, Findings found, Func<CsvRow, bool> take, CancellationToken cancel)
    {
        text.BaseStream.Position = 0;
        text.DiscardBufferedData();
        // The mark of an encoding is no part of a first row.
        if (text.Peek() == '\uFEFF')
            _ = text.Read();
        // Not disposed of: the text may be read once more.
        var rows = new BoundedRows(text, header.Delimiter);
        using var parser = new CsvParser(rows, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = header.Delimiter.ToString(),
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = MaxFieldLength,
            IgnoreBlankLines = true,
            // A text may have quotation marks in it. One that has more than its field may be a mark without its end.
            BadDataFound = bad =>
            {
                if (bad.Field.AsSpan().IndexOfAny(header.Delimiter, '\n', '\r') >= 0)
                    throw new BadDataException(bad.Field, bad.RawRecord, bad.Context);
            },
        }, leaveOpen: true);
        var row = new CsvRow(header, found);
        var line = 1;
        try
        {
            while (parser.RawRow < header.Line && await parser.ReadAsync())
                line = parser.RawRow + 1;
            while (!found.IsHopeless && await parser.ReadAsync())
            {
                cancel.ThrowIfCancellationRequested();
                row.Turn(parser.Record!, parser.RawRow);
                if (!take(row))
                    return;
                line = parser.RawRow + 1;
            }
        }
        catch (CsvHelperException)
        {
            // The row's first line is named: there a mark without its end may stand.
            throw new BoundExceededException(
                line, "this is no CSV: look for a quotation mark that is not closed, or a field without end");
        }

        row.End();
    }

    /// <summary>The first line whose columns are those of a header; null for none.</summary>
    public static async Task<CsvHeader?> HeaderAsync(
        StreamReader text, Func<IReadOnlyList<string>, bool> isHeader, CancellationToken cancel)
    {
        text.BaseStream.Position = 0;
        text.DiscardBufferedData();
        // Not disposed of: the text is read once more.
        var rows = new BoundedRows(text);
        for (var line = 1; line <= LinesBeforeHeader && await rows.ReadLineAsync(cancel) is { } header; line++)
        {
            if (header.Length > MaxFieldLength)
                break;
            var delimiter = CsvDelimiter.Of(header);
            var columns = FieldsOf(header, delimiter);
            if (columns.Length > 1 && isHeader(columns))
                return new CsvHeader(line, delimiter, columns);
        }

        return null;
    }

    /// <summary>The fields of a line, without quotation marks and blanks around them.</summary>
    public static string[] FieldsOf(string line, char delimiter) =>
        [.. CsvDelimiter.Split(line, delimiter).Select(column => column.Trim().Trim('\uFEFF', '"').Trim())];
}
