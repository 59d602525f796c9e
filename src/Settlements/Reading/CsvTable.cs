using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>
/// Reads CSV with a header line, which banks like to put below a few lines about the account. Fields are parted by commas or
/// semicolons: by what the header line has more of.
/// </summary>
internal static class CsvTable
{
    private const int LinesBeforeHeader = 20;
    private const int MaxFieldLength = 10_000;

    public static async Task ReadAsync(StreamReader text, Gathering found, CancellationToken cancel)
    {
        var isReport = found.Options.Source == StatementSource.Payout;
        if (await HeaderAsync(text, found, cancel) is not { } header)
            return;
        text.BaseStream.Position = 0;
        text.DiscardBufferedData();
        using var parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = header.Delimiter.ToString(),
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = MaxFieldLength,
            IgnoreBlankLines = true,
        });
        while (parser.RawRow < header.Line && await parser.ReadAsync())
        {
            // What stands above the header line.
        }

        var columns = header.Columns;
        isReport |= found.Options.Source is null && PayoutReader.IsReport(columns);
        var row = new CsvRow(columns, found);
        Func<CsvRow, bool>? take = isReport ? PayoutReader.Begin(columns, header.Line, found) : CsvStatementReader.Begin(columns, header.Line, found);
        if (take is null)
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

    /// <summary>The first line that names a column for the amount.</summary>
    private static async Task<(int Line, char Delimiter, IReadOnlyList<string> Columns)?> HeaderAsync(
        StreamReader text, Gathering found, CancellationToken cancel)
    {
        for (var line = 1; line <= LinesBeforeHeader && await text.ReadLineAsync(cancel) is { } header; line++)
        {
            if (header.Length > MaxFieldLength)
                break;
            var delimiter = CsvDelimiter.Of(header);
            string[] columns = [.. header.Split(delimiter).Select(column => column.Trim().Trim('\uFEFF', '"').Trim())];
            if (columns.Length > 1 && CsvColumns.Amount.In(columns) >= 0)
                return (line, delimiter, columns);
        }

        found.Refuse(1, null, "there is no header line with a column for the amount; columns are parted by commas or semicolons, and called as in docs/settlements.md");
        return null;
    }
}
