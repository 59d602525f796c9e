using System.Xml;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core.Debits;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The statements of a file, or the reasons why it is refused.</summary>
/// <param name="Statements">Empty for a refused file.</param>
/// <param name="Faults">The reasons, in the order of the file; else empty.</param>
/// <param name="Skipped">How many lines the bank has not booked yet, or move no money.</param>
public sealed record ReadFile(IReadOnlyList<ReadStatement> Statements, IReadOnlyList<FileFault> Faults, int Skipped)
{
    /// <summary>A report as the file that it would be.</summary>
    public static ReadFile Of(ReadStatement report) => new([report], [], 0);

    /// <summary>Remarks that do not refuse the file.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];

    /// <inheritdoc cref="DeskOutcome.AsksForColumns"/>
    public bool AsksForColumns { get; init; }

    /// <summary>The status reports in it.</summary>
    public IReadOnlyList<StatusReport> Reports { get; init; } = [];
}

/// <summary>
/// Reads a bank's file of any kind that is read: statements in XML, CSV, MT940, OFX or CODA, status reports, and ZIPs of them. What it
/// is, its content tells. A refused file changes nothing.
/// </summary>
public static class StatementFile
{
    private const string NoHeader = "there is no header line with a column for the amount; columns are parted by commas, semicolons, "
        + "tabulators or bars, and called as in docs/settlements.md, or a format says what they are";

    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <param name="options">The operator's words about the file.</param>
    public static async Task<ReadFile> ReadAsync(Stream file, ReadingOptions options, CancellationToken cancel)
    {
        var found = new Findings(options);
        List<StatusReport> reports = [];
        await BoundedFile.ReadAsync(
            file, found, inTime => FileParts.EachAsync(
                file, found, (part, kind) => ReadAsync(part, kind, SourceOf(kind, options), found, reports, inTime), inTime),
            cancel);
        if (found.Faults.Count == 0 && found.Statements.Count == 0 && reports.Count == 0)
            found.Refuse(0, null, "The file has no statement in it.");
        return new ReadFile(found.Faults.Count == 0 ? found.Statements : [], found.Faults, found.Skipped)
        {
            Remarks = found.Remarks,
            AsksForColumns = found.AsksForColumns,
            Reports = found.Faults.Count == 0 ? reports : [],
        };
    }

    private static StatementSource SourceOf(FileKind kind, ReadingOptions options) => options.Source ?? kind switch
    {
        FileKind.Xml => StatementSource.Camt,
        FileKind.Mt940 or FileKind.Ofx or FileKind.Coda => StatementSource.Mt940,
        FileKind.Table or FileKind.Zip or FileKind.Other => StatementSource.Csv,
    };

    private static Task ReadAsync(
        Stream file, FileKind kind, StatementSource source, Findings found, List<StatusReport> reports, CancellationToken cancel) =>
        source switch
        {
            StatementSource.Camt => BoundedXml.EachAsync(file, xml => ReadAsync(xml, found, reports, cancel), cancel),
            StatementSource.Mt940 when kind == FileKind.Ofx => OfxReader.ReadAsync(file, found, cancel),
            StatementSource.Mt940 when kind == FileKind.Coda => CodaReader.ReadAsync(file, found, cancel),
            StatementSource.Mt940 => Mt940Reader.ReadAsync(file, found, cancel),
            StatementSource.Csv or StatementSource.Payout => ReadCsvAsync(file, found, cancel),
        };

    private static async Task<bool> ReadAsync(XmlReader xml, Findings found, List<StatusReport> reports, CancellationToken cancel)
    {
        var (line, root) = (BoundedXml.LineOf(xml), xml.LocalName);
        var kind = await MessageKinds.OfAsync(xml);
        if (kind == MessageKind.None)
            found.Refuse(line, root, CamtReader.NoStatement);
        else if (kind is not (MessageKind.Status or MessageKind.Header))
            await CamtReader.ReadAsync(xml, kind, found, cancel);
        else if (kind == MessageKind.Status && await PainStatusReader.ReadAsync(xml, found, cancel) is { } report)
            reports.Add(report);
        return found.Faults.Count == 0;
    }

    private static async Task ReadCsvAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var text = await CsvText.OfAsync(file, found, cancel);
        var kept = await CsvFormat.HeaderAsync(text, found, cancel);
        var header = kept ?? await CsvLayout.HeaderAsync(text, cancel);
        // A payer may write the same words into a row below the header line.
        if (kept is null && await CsvTable.HeaderAsync(text, PayoutReader.IsOfStripe, cancel) is { } theirs
            && (header is null || theirs.Line <= header.Line))
        {
            found.Refuse(theirs.Line, null, PayoutReader.OfStripe);
            return;
        }

        if (header is null)
        {
            found.Refuse(1, null, await CsvFirstRows.OfAsync(text, cancel) is { Header.Columns: var places }
                ? $"the file has no header line, and this is a row of {places.Count} columns: say what they are by a format whose columns "
                    + $"are called {places[0]} to {places[^1]}" : NoHeader);
            found.AskForColumns();
            return;
        }

        Func<CsvRow, bool>? take;
        if (found.Options.Source == StatementSource.Payout
            || (found.Options.Source is null && found.Format is null && PayoutReader.IsReport(header.Columns)))
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
