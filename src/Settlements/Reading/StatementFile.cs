using System.Text;
using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>The statements of a file, or the reasons why it is refused.</summary>
/// <param name="Statements">Empty for a refused file.</param>
/// <param name="Faults">The reasons, in the order of the file; else empty.</param>
/// <param name="Skipped">How many lines the bank has not booked yet, or move no money.</param>
public sealed record ReadFile(IReadOnlyList<ReadStatement> Statements, IReadOnlyList<FileFault> Faults, int Skipped)
{
    /// <summary>Remarks that do not refuse the file.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];
}

/// <summary>Reads a file with statements, XML or CSV. A refused file changes nothing.</summary>
public static class StatementFile
{
    private const string NoHeader = "there is no header line with a column for the amount; columns are parted by commas or semicolons, and "
        + "called as in docs/settlements.md";

    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <param name="options">The operator's words about the file.</param>
    public static async Task<ReadFile> ReadAsync(Stream file, ReadingOptions options, CancellationToken cancel)
    {
        var found = new Findings(options);
        await BoundedFile.ReadAsync(file, found, ReadAsync, cancel);
        if (found.Faults.Count == 0 && found.Statements.Count == 0)
            found.Refuse(0, null, "The file has no statement in it.");
        return new ReadFile(found.Faults.Count == 0 ? found.Statements : [], found.Faults, found.Skipped) { Remarks = found.Remarks };

        async Task ReadAsync(CancellationToken inTime)
        {
            if (await IsXmlAsync(file, options, inTime))
                await CamtReader.ReadAsync(file, found, inTime);
            else
                await ReadCsvAsync(file, found, inTime);
        }
    }

    private static async Task<bool> IsXmlAsync(Stream file, ReadingOptions options, CancellationToken cancel)
    {
        if (options.Source is { } source)
            return source == StatementSource.Camt;
        using var text = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var start = new char[256];
        var length = await text.ReadBlockAsync(start, cancel);
        file.Position = 0;
        return start.AsSpan(0, length).TrimStart("\uFEFF \r\n\t").StartsWith("<");
    }

    private static async Task ReadCsvAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var text = await CsvText.OfAsync(file, found, cancel);
        if (await CsvTable.HeaderAsync(text, CsvLayout.IsHeader, cancel) is not { } header)
        {
            found.Refuse(1, null, NoHeader);
            return;
        }

        Func<CsvRow, bool>? take;
        if (found.Options.Source == StatementSource.Payout || (found.Options.Source is null && PayoutReader.IsReport(header.Columns)))
        {
            take = PayoutReader.Begin(header.Columns, header.Line, found);
        }
        else
        {
            var survey = new CsvSurvey(header, found);
            await CsvTable.RowsAsync(text, header, found, survey.Take, cancel);
            take = CsvStatementReader.Begin(header, survey.LayoutOf(), found);
        }

        if (take is not null)
            await CsvTable.RowsAsync(text, header, found, take, cancel);
    }
}
