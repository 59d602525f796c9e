using System.Buffers;
using System.Globalization;
using System.Text;
using Quittance.Core;

namespace Quittance.BackOffice.Exports;

/// <summary>What a cell of a file for spreadsheets holds.</summary>
public enum CellKind
{
    Text,
    Number,

    /// <summary>An amount, with the decimals of its currency.</summary>
    Amount,

    Day,

    /// <summary>A moment, as the clocks of its offset show it.</summary>
    Moment,
}

/// <summary>
/// A cell of a file for spreadsheets: as <see cref="ToString"/> for a CSV file (RFC 4180), or by its kind for a workbook. Text from outside
/// stands in quotes, and runs nothing in a spreadsheet, whose separator may be any; figures and our own numbers stand as they are.
/// </summary>
public readonly record struct CsvCell
{
    // OWASP, "CSV Injection": a spreadsheet takes what begins so for a formula. The wide forms are what some of them make of it.
    private static readonly SearchValues<char> BeginsFormulas = SearchValues.Create("=+-@＝＋－＠");

    // Where commas are decimals, spreadsheets split at semicolons, others at tabs; and quotes count for nothing that stand elsewhere than
    // at the beginning of a cell.
    private static readonly SearchValues<char> Splits = SearchValues.Create(";\t\r\n\v\f\u0085\u2028\u2029");

    private readonly string? _written;

    private CsvCell(string written, CellKind kind = CellKind.Text, string? plain = null) =>
        (_written, Kind, Plain) = (written, kind, plain ?? written);

    /// <summary>What it holds.</summary>
    public CellKind Kind { get; }

    /// <summary>The text without quotes, or the figure; null for nothing. A day counts from the end of 1899, as workbooks count.</summary>
    public string? Plain { get; }

    /// <summary>How many decimals an amount has.</summary>
    public int Decimals => Plain is { } text && text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point
        ? text.Length - point - 1 : 0;

    /// <summary>A cell with nothing in it.</summary>
    public static CsvCell Nothing => default;

    /// <summary>Text from any source.</summary>
    public static CsvCell Of(string? text) =>
        string.IsNullOrEmpty(text) ? Nothing
            : new CsvCell($"\"{Defused(text).Replace("\"", "\"\"", StringComparison.Ordinal)}\"", CellKind.Text, text);

    /// <summary>A number that we gave; null for none.</summary>
    public static CsvCell Of(long? number) => number is { } one
        ? new CsvCell(one.ToString(CultureInfo.InvariantCulture), CellKind.Number) : Nothing;

    /// <summary>An id.</summary>
    public static CsvCell Of(Guid id) => new(id.ToString("D"));

    /// <summary>A currency's code; null for none.</summary>
    public static CsvCell Of(Currency? currency) => new(currency?.Code ?? "");

    /// <summary>An amount without its currency, as many decimals as that one has.</summary>
    public static CsvCell Of(Money amount) => new(amount.ToText(AmountDecimals.Full), CellKind.Amount);

    /// <summary>A moment, with its offset from UTC.</summary>
    public static CsvCell Of(DateTimeOffset moment) => new(
        moment.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), CellKind.Moment, Counted(moment.DateTime));

    /// <summary>A moment of UTC, to the millisecond.</summary>
    public static CsvCell Utc(DateTimeOffset moment) =>
        new(moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), CellKind.Moment,
            Counted(moment.UtcDateTime));

    /// <summary>A day.</summary>
    public static CsvCell Of(DateOnly day) => new(
        day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), CellKind.Day, Counted(day.ToDateTime(TimeOnly.MinValue)));

    /// <summary>A line of a file, without its end.</summary>
    public static string Line(params IEnumerable<CsvCell> cells) => string.Join(',', cells);

    /// <summary>The text of a cell that <see cref="Of(string?)"/> wrote, as it was before.</summary>
    public static string Undefused(string cell)
    {
        var text = new StringBuilder(cell.Length);
        for (var at = 0; at < cell.Length; at++)
        {
            var isOurs = cell[at] == '\'' && (at == 0 || Splits.Contains(cell[at - 1]))
                && (IsFormula(cell.AsSpan(at + 1)) || (at == 0 && cell.Length > 1 && Splits.Contains(cell[1])));
            if (!isOurs)
                text.Append(cell[at]);
        }

        return text.ToString();
    }

    /// <summary>The cell as it stands in the file.</summary>
    public override string ToString() => _written ?? "";

    private static string Counted(DateTime clock) => clock.ToOADate().ToString(CultureInfo.InvariantCulture);

    /// <summary>The text with an apostrophe wherever some spreadsheet would begin a cell with a formula.</summary>
    private static string Defused(string text)
    {
        var safe = new StringBuilder(text.Length + 1);
        for (var at = 0; at < text.Length; at++)
        {
            if (at == 0 ? Splits.Contains(text[0]) || IsFormula(text) : Splits.Contains(text[at - 1]) && IsFormula(text.AsSpan(at)))
                safe.Append('\'');
            safe.Append(text[at]);
        }

        return safe.ToString();
    }

    private static bool IsFormula(ReadOnlySpan<char> cell) =>
        cell.TrimStart(" \"\u00a0") is [var first, ..] && BeginsFormulas.Contains(first);
}
