using System.Security.Cryptography;
using System.Text;
using System.Xml;
using CsvHelper;
using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>The statements of a file, or the reasons why it is refused.</summary>
/// <param name="Statements">Empty for a refused file.</param>
/// <param name="Faults">The reasons, in the order of the file; else empty.</param>
/// <param name="Skipped">How many lines the bank has not booked yet, or move no money.</param>
/// <param name="Hash">A hash of the whole file.</param>
public sealed record ReadFile(
    IReadOnlyList<ReadStatement> Statements, IReadOnlyList<FileFault> Faults, int Skipped, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Remarks that do not refuse the file.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];
}

/// <summary>Reads a file with statements, XML or CSV. A refused file changes nothing.</summary>
public static class StatementFile
{
    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <param name="options">The operator's words about the file.</param>
    public static async Task<ReadFile> ReadAsync(Stream file, ReadingOptions options, CancellationToken cancel)
    {
        var found = new Findings(options);
        if (file.Length > options.MaxBytes)
            found.Refuse(0, null, $"The file has more than {options.MaxBytes / (1024 * 1024)} MiB: split it.");
        if (file.Length == 0)
            found.Refuse(0, null, "The file is empty.");
        if (found.Faults.Count > 0)
            return new ReadFile([], found.Faults, 0, default);
        file.Position = 0;
        var hash = await SHA256.HashDataAsync(file, cancel);
        file.Position = 0;
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        inTime.CancelAfter(options.MaxTime);
        try
        {
            if (await IsXmlAsync(file, options, inTime.Token))
                await CamtReader.ReadAsync(file, found, inTime.Token);
            else
                await ReadCsvAsync(file, found, inTime.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            found.Refuse(0, null, $"Reading it takes longer than {options.MaxTime.TotalMinutes:0.#} minutes: split it.");
        }
        catch (BoundExceededException exceeded)
        {
            found.Refuse(exceeded.Line, null, exceeded.Message);
        }
        catch (XmlException broken)
        {
            found.Refuse(broken.LineNumber, null, ProblemOf(broken));
        }
        catch (DecoderFallbackException)
        {
            found.Refuse(0, null, "The file is not in UTF-8. Save it in UTF-8 and import it again.");
        }
        catch (CsvHelperException broken)
        {
            found.Refuse((int)(broken.Context?.Parser?.RawRow ?? 0), null,
                "this is no CSV: look for a quotation mark that is not closed, or a field without end");
        }

        if (found.Faults.Count == 0 && found.Statements.Count == 0)
            found.Refuse(0, null, "The file has no statement in it.");
        return new ReadFile(found.Faults.Count == 0 ? found.Statements : [], found.Faults, found.Skipped, hash) { Remarks = found.Remarks };
    }

    /// <summary>Messages of the XML reader can repeat the file, so we use our own words.</summary>
    private static string ProblemOf(XmlException broken) => broken.Message.Contains("DTD", StringComparison.Ordinal)
        ? "it has a document type, which could name other files: such XML is not read"
        : "this is no XML that can be read; the file may be cut off";

    private static async Task<bool> IsXmlAsync(Stream file, ReadingOptions options, CancellationToken cancel)
    {
        if (options.Source is { } told)
            return told == StatementSource.Camt;
        using var text = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var start = new char[256];
        var length = await text.ReadBlockAsync(start, cancel);
        file.Position = 0;
        return start.AsSpan(0, length).TrimStart("\uFEFF \r\n\t").StartsWith("<");
    }

    private static async Task ReadCsvAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var text =
            new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
            detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        await CsvTable.ReadAsync(text, found, cancel);
    }
}
