using Quittance.BackOffice.Exports;
using Quittance.Core;
using Quittance.Host.Cli;
using Spectre.Console;

namespace Quittance.Host.Commands.Business;

/// <summary>A list as a command prints it: a table for people, lines for spreadsheets, or a document for programs.</summary>
/// <param name="Heads">The heads of the columns, as a CSV file has them.</param>
internal sealed record ListTable(params string[] Heads)
{
    private readonly List<CsvCell[]> _rows = [];

    /// <summary>Words for an empty list.</summary>
    public required string Nothing { get; init; }

    /// <summary>What the list adds up to, a line for each currency.</summary>
    public IReadOnlyList<string> Totals { get; init; } = [];

    /// <summary>What goes on with the list; null at its end.</summary>
    public string? Next { get; init; }

    /// <summary>How many more there are, in words.</summary>
    public string More { get; init; } = "more";

    public void Add(params CsvCell[] cells) => _rows.Add(cells);

    /// <summary>Prints it in the form that was asked for.</summary>
    public void Print(Run run, object document)
    {
        if (!run.Get(ListOptions.Csv))
        {
            run.Print(document, Show);
            return;
        }

        Terminal.WriteLine(string.Join(',', Heads));
        foreach (var row in _rows)
            System.Console.Out.WriteLine(CsvCell.Line(row));
        if (Next is not null)
            Terminal.Say($"And {More}. Go on with: {ListOptions.After.Name} {Next}");
    }

    private void Show()
    {
        if (_rows.Count == 0)
        {
            Terminal.WriteLine(Nothing);
            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        foreach (var (head, at) in Heads.Select((head, at) => (head, at)))
        {
            var column = new TableColumn(new Text(Titled(head)));
            table.AddColumn(_rows.TrueForAll(row => row[at].Kind is CellKind.Amount or CellKind.Number) ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
            table.AddRow(row.Select(cell => new Text(ShownOf(cell))));
        Terminal.Out.Write(table);
        foreach (var total in Totals)
            Terminal.WriteLine(total);
        if (Next is not null)
            Terminal.WriteLine($"… and {More}. Go on with: {ListOptions.After.Name} {Next}");
    }

    private static string Titled(string head) => char.ToUpperInvariant(head[0]) + head[1..].Replace('_', ' ');

    /// <summary>The cell as people read it: days and moments by their text, and all else without quotes.</summary>
    private static string ShownOf(CsvCell cell) => cell.Kind is CellKind.Day or CellKind.Moment ? $"{cell}" : OneLine.Of(cell.Plain ?? "");
}
