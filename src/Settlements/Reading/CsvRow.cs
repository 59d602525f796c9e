namespace Quittance.Settlements.Reading;

/// <summary>One row of a CSV file after the other.</summary>
internal sealed class CsvRow(IReadOnlyList<string> columns, Gathering found)
{
    private string[] _fields = [];

    /// <summary>Where it stands in the file.</summary>
    public int Line { get; private set; }

    /// <summary>Is called when there are no more rows.</summary>
    public Action? AtEnd { get; set; }

    public void Turn(string[] fields, int line) => (_fields, Line) = (fields, line);

    public void End() => AtEnd?.Invoke();

    /// <summary>Whether it has as many fields as the header line has columns; refused where not.</summary>
    public bool IsWhole()
    {
        if (_fields.Length == columns.Count || (_fields.Length == columns.Count + 1 && _fields[^1].Length == 0))
            return true;
        found.Refuse(Line, null, $"it has {_fields.Length} fields, and the header line has {columns.Count} columns");
        return false;
    }

    /// <summary>The field in a column; null where it is empty or there is no such column.</summary>
    public string? this[CsvColumns column] =>
        column.In(columns) is >= 0 and var at && at < _fields.Length && _fields[at].Length > 0 ? _fields[at] : null;

    /// <summary>Whether there is such a column.</summary>
    public bool Has(CsvColumns column) => column.In(columns) >= 0;

    /// <summary>What stands in a column that has no name; null where there is none, or nothing stands there.</summary>
    public string? Unnamed => Enumerable.Range(0, Math.Min(columns.Count, _fields.Length)).Where(at => columns[at].Length == 0 && _fields[at].Length > 0)
        .Select(at => _fields[at]).FirstOrDefault();

    /// <summary>Refuses what stands in a column.</summary>
    public void Refuse(CsvColumns column, string problem) => found.Refuse(Line, column.In(columns) is >= 0 and var at ? columns[at] : column.Name, problem);
}
