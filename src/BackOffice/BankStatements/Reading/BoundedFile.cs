using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Quittance.BackOffice.BankStatements.Reading.Csv;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>Reads a file from outside in bounded size and time. A fault that makes it unreadable becomes a reason in our words.</summary>
internal static class BoundedFile
{
    /// <summary>Reads a CSV file whose columns have one name each.</summary>
    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <param name="found">Takes the reasons, and has the bounds.</param>
    /// <inheritdoc cref="CsvTable.ReadAsync"/>
    public static Task ReadTableAsync(
        Stream file, Findings found, CsvColumns known, string missing, Func<IReadOnlyList<string>, int, Func<CsvRow, bool>?> begin,
        CancellationToken cancel) => ReadAsync(
            file, found, async inTime =>
            {
                using var text = await CsvText.OfAsync(file, found, inTime);
                await CsvTable.ReadAsync(text, found, known, missing, begin, inTime);
            }, cancel);

    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <param name="found">Takes the reasons, and has the bounds.</param>
    /// <param name="read">Reads the file from its beginning.</param>
    /// <returns>The hash of the whole file; empty where it is not read.</returns>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        Stream file, Findings found, Func<CancellationToken, Task> read, CancellationToken cancel)
    {
        var options = found.Options;
        if (file.Length > options.MaxBytes)
            found.Refuse(0, null, $"The file has more than {options.MaxBytes / (1024 * 1024)} MiB: split it.");
        if (file.Length == 0)
            found.Refuse(0, null, "The file is empty.");
        if (found.Faults.Count > 0)
            return default;
        file.Position = 0;
        var hash = await SHA256.HashDataAsync(file, cancel);
        file.Position = 0;
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        inTime.CancelAfter(options.MaxTime);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await read(inTime.Token);
            // A timer can fire late where all threads work: the time that it took decides.
            if (Stopwatch.GetElapsedTime(began) > options.MaxTime)
                throw new OperationCanceledException();
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
            found.Refuse(0, null, "The file has bytes that its encoding does not have: it may be cut off, or changed on its way.");
        }

        return hash;
    }

    /// <summary>Messages of the XML reader can repeat the file, so we use our own words.</summary>
    private static string ProblemOf(XmlException broken) => broken.Message.Contains("DTD", StringComparison.Ordinal)
        ? "it has a document type, which could name other files: such XML is not read"
        : "this is no XML that can be read; the file may be cut off";
}
