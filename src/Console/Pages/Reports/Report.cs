using Quittance.BackOffice.Exports;
using Quittance.Core;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Reports;

/// <summary>A column of a report.</summary>
/// <param name="Title">On the page; empty where only the file has it.</param>
/// <param name="Name">In the file.</param>
internal sealed record ReportColumn(string Title, string Name, bool IsFigure = false)
{
    public static ReportColumn Currency { get; } = new("", "currency");

    public static ReportColumn Figure(string title, string name) => new(title, name, IsFigure: true);
}

/// <summary>A cell of a report, for its page and for its file.</summary>
/// <param name="Amount">Null where it is no amount.</param>
/// <param name="Count">Null where it is no number that adds up.</param>
/// <param name="Href">Where it leads; null for nowhere.</param>
internal readonly record struct ReportCell(CsvCell Cell, string Text, Money? Amount, int? Count, string? Href)
{
    public static ReportCell Of(string text, string? href = null) => new(CsvCell.Of(text), text, null, null, href);

    public static ReportCell Of(int count) =>
        new(CsvCell.Of(count), Number(count), null, count, null);

    /// <summary>A number that names something, and does not add up.</summary>
    public static ReportCell Named(long number) => new(CsvCell.Of(number), $"{number}", null, null, null);

    public static ReportCell Of(Money amount) => new(CsvCell.Of(amount), "", amount, null, null);

    public static ReportCell Of(Currency currency) => new(CsvCell.Of(currency), "", null, null, null);

    /// <summary>A day by which a week or a month is known.</summary>
    public static ReportCell Of(DateOnly day, string text) => new(CsvCell.Of(day), text, null, null, null);
}

/// <summary>A row of a report, all of whose amounts are in one currency.</summary>
internal sealed record ReportRow(Currency Currency, IReadOnlyList<ReportCell> Cells);

/// <summary>A bar of a report's chart; a sum below zero has none.</summary>
public sealed record ReportBar(string Label, Money Sum);

/// <summary>A report: a chart for each currency, and a table.</summary>
/// <param name="BarsOf">What the bars show, such as <c>Money in by week</c>.</param>
/// <param name="Bars">In the order of the chart.</param>
internal sealed record Report(
    string BarsOf, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows, IReadOnlyList<ReportBar> Bars)
{
    /// <summary>Whether its rows add up: none counts what another one has.</summary>
    public bool AddsUp { get; init; } = true;

    /// <summary>The currencies of its rows.</summary>
    public IEnumerable<Currency> Currencies =>
        Rows.Select(row => row.Currency).Distinct().OrderBy(currency => currency.Code, StringComparer.Ordinal);

    /// <summary>The sums of a currency, for each column; null where a column does not add up.</summary>
    public IReadOnlyList<ReportCell?> TogetherIn(Currency currency)
    {
        var rows = Rows.Where(row => row.Currency == currency).ToList();
        return [.. Columns.Select((column, at) => column.IsFigure ? SumOf([.. rows.Select(row => row.Cells[at])]) : null)];
    }

    private static ReportCell? SumOf(IReadOnlyList<ReportCell> cells) =>
        cells.All(cell => cell.Amount is not null)
            ? ReportCell.Of(cells.Select(cell => cell.Amount!.Value).Aggregate((sum, amount) => sum + amount))
        : cells.All(cell => cell.Count is not null) ? ReportCell.Of(cells.Sum(cell => cell.Count!.Value))
        : null;
}
