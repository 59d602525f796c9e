using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Quittance.BackOffice.BankStatements.Reading.Csv;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The kind of a file, as its first bytes show it. Names of files tell nothing.</summary>
internal enum FileKind
{
    Xml,

    Table,

    Mt940,

    Ofx,

    Coda,

    Zip,

    /// <summary>A format that is not read; see <see cref="FileKinds.ProblemOf"/>.</summary>
    Other,
}

/// <summary>Tells the formats of bank files apart.</summary>
internal static partial class FileKinds
{
    private const int Sample = 4096;
    private const string AskFor = "ask the bank for camt.053, or for CSV or MT940";

    /// <summary>The kind of a file, and of a format that is not read the reason, which names it.</summary>
    public static async Task<(FileKind Kind, string? Problem)> OfAsync(Stream file, CancellationToken cancel)
    {
        file.Position = 0;
        var bytes = new byte[Sample];
        var length = await file.ReadAtLeastAsync(bytes, Sample, throwOnEndOfStream: false, cancel);
        file.Position = 0;
        var start = bytes.AsSpan(0, length);
        if (start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8))
            return (FileKind.Zip, null);
        return ProblemOf(start) is { } problem ? (FileKind.Other, problem) : (KindOf(TextOf(start)), null);
    }

    private static string? ProblemOf(ReadOnlySpan<byte> start)
    {
        if (start is [0xD0, 0xCF, 0x11, 0xE0, ..])
            return $"this is an Excel workbook (XLS): {AskFor}, or save the table as CSV";
        if (start.StartsWith("%PDF"u8))
            return $"this is a PDF, which people read: {AskFor}";
        if (start is [0x1F, 0x8B, ..])
            return "this is a GZIP file: unpack it, and import the file in it";
        if (start.StartsWith("7z"u8) || start.StartsWith("Rar!"u8))
            return "this is an archive of a kind that is not read: unpack it, or use ZIP";
        var text = TextOf(start).TrimStart('\uFEFF', ' ', '\r', '\n', '\t');
        if (Qif().IsMatch(text))
            return $"this is QIF, which names neither the account nor the currency: {AskFor}";
        var name = Unread.FirstOrDefault(format => format.Begin.IsMatch(text)).Name;
        return name is null ? null : $"this is {name}, which is not read: {AskFor}";
    }

    /// <summary>Formats that are not read, by the beginning that no other one has.</summary>
    private static readonly (Regex Begin, string Name)[] Unread =
    [
        (Bai(), "BAI2"), (Norma(), "Norma 43"), (Cfonb(), "CFONB 120"), (Edifact(), "EDIFACT"), (Tito(), "TITO"), (BgMax(), "BgMax"),
        (Ocr(), "OCR giro"), (Json(), "JSON"),
    ];

    [GeneratedRegex("^!(Type|Account|Option|Clear)\\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Qif();

    /// <summary>The sender, the receiver, a day and an hour; a record ends with a slash, and the first group comes behind it.</summary>
    [GeneratedRegex(
        @"^01,[^,\r\n]*,[^,\r\n]*,\d{6},\d{0,4},[^\r\n]*[\r\n]+(88,[^\r\n]*[\r\n]+)*02,", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bai();

    /// <summary>The account, two days, the side and the amount of the first balance, and the number of the currency.</summary>
    [GeneratedRegex(@"^11\d{30}[12]\d{18}", RegexOptions.None, 1000)]
    private static partial Regex Norma();

    /// <summary>The bank, its office, and the currency with its decimals.</summary>
    [GeneratedRegex(@"^01\d{5}[^,;\t|]{4}\d{5}[A-Z]{3}\d", RegexOptions.None, 1000)]
    private static partial Regex Cfonb();

    [GeneratedRegex(@"^(UNA.{5}[' ]|UNB\+UNO)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Edifact();

    /// <summary>A first record of 322 characters, with which statements of Finnish banks begin.</summary>
    [GeneratedRegex("^T00322", RegexOptions.None, 1000)]
    private static partial Regex Tito();

    [GeneratedRegex("^01BGMAX", RegexOptions.None, 1000)]
    private static partial Regex BgMax();

    [GeneratedRegex("^NY000010", RegexOptions.None, 1000)]
    private static partial Regex Ocr();

    [GeneratedRegex(@"^(\{\s*""|\[\s*\{)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Json();

    /// <summary>CODA has lines of 128 characters, of which the first one begins with zeros and a day.</summary>
    private static bool IsCoda(string text)
    {
        var end = text.IndexOfAny(['\r', '\n']);
        return end == 128 && text.StartsWith("0000", StringComparison.Ordinal) && text.AsSpan(5, 6).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static FileKind KindOf(string text)
    {
        var start = text.TrimStart('\uFEFF', ' ', '\r', '\n', '\t');
        if (start.StartsWith("OFXHEADER", StringComparison.OrdinalIgnoreCase) || start.Contains("<?OFX", StringComparison.OrdinalIgnoreCase)
            || string.Equals(XmlText.RootOf(start), "OFX", StringComparison.OrdinalIgnoreCase))
        {
            return FileKind.Ofx;
        }

        if (IsCoda(start))
            return FileKind.Coda;
        if (start.StartsWith('<'))
            return FileKind.Xml;
        return start.StartsWith(":20:", StringComparison.Ordinal) || start.StartsWith("{1:F01", StringComparison.Ordinal)
            || start.Contains("\n:25:", StringComparison.Ordinal) ? FileKind.Mt940 : FileKind.Table;
    }

    private static string TextOf(ReadOnlySpan<byte> start) => CsvText.Utf16Of(start) switch
    {
        true => Encoding.BigEndianUnicode.GetString(start),
        false => Encoding.Unicode.GetString(start),
        null => Encoding.Latin1.GetString(start is [0xEF, 0xBB, 0xBF, ..] ? start[3..] : start),
    };
}

/// <summary>
/// The files in a ZIP, one after the other and each in bounded memory; else the file itself. Names in a ZIP are words for people: no file
/// is written under them.
/// </summary>
internal static class FileParts
{
    private const int MaxFiles = 500;

    /// <summary>Texts of banks are packed ten to thirty to one.</summary>
    private const int MaxRatio = 200;

    private const int SmallFile = 1024 * 1024;
    private const int Buffer = 81920;

    /// <summary>What comes out of a ZIP is held in memory, one file at a time.</summary>
    private const long MaxUnpacked = 128 * 1024 * 1024;

    /// <summary>The list of so many files is shorter, also where their names are long.</summary>
    private const long MaxList = 1024 * 1024;

    private const int LongestEnd = 22 + ushort.MaxValue;

    private static readonly string TooMany = $"the ZIP has more than {MaxFiles} files: import them in parts";

    /// <param name="read">Reads a file of a kind from its beginning.</param>
    /// <exception cref="BoundExceededException">The ZIP is larger than a bank's.</exception>
    public static async Task EachAsync(Stream file, Findings found, Func<Stream, FileKind, Task> read, CancellationToken cancel)
    {
        var (kind, problem) = await FileKinds.OfAsync(file, cancel);
        if (kind == FileKind.Zip)
            await UnpackAsync(file, found, read, cancel);
        else if (problem is not null)
            found.Refuse(0, null, problem);
        else
            await read(file, kind);
    }

    private static async Task UnpackAsync(Stream file, Findings found, Func<Stream, FileKind, Task> read, CancellationToken cancel)
    {
        if (await ListLengthAsync(file, cancel) > MaxList)
            throw new BoundExceededException(0, TooMany);
        using var zip = Opened(file);
        if (zip.Entries.Count > MaxFiles)
            throw new BoundExceededException(0, TooMany);
        if (zip.Entries.Any(entry => entry.FullName is "[Content_Types].xml" or "mimetype"))
        {
            found.Refuse(
                0, null, "this is a workbook (XLSX or ODS): ask the bank for camt.053, or for CSV or MT940, or save the table as CSV");
            return;
        }

        long total = 0;
        foreach (var entry in zip.Entries.Where(IsFile).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            found.Part = NameOf(entry);
            if (entry.IsEncrypted)
            {
                found.Refuse(0, null, "it has a password: unpack it, and import the file in it");
                return;
            }

            using var unpacked = await UnpackedAsync(entry, Math.Min(found.Options.MaxBytes, MaxUnpacked) - total, cancel);
            total += unpacked.Length;
            var (kind, problem) = await FileKinds.OfAsync(unpacked, cancel);
            if (kind == FileKind.Zip)
                found.Refuse(0, null, "it is a ZIP in a ZIP: unpack it, and import the files in it");
            else if (problem is not null || unpacked.Length == 0)
                found.Refuse(0, null, problem ?? "the file is empty");
            else
                await read(unpacked, kind);
            if (found.Faults.Count > 0)
                return;
        }

        found.Part = null;
    }

    /// <summary>
    /// How many bytes the list of the files takes, from where the end of the ZIP says that it begins: it is read into memory as a whole.
    /// </summary>
    private static async Task<long> ListLengthAsync(Stream file, CancellationToken cancel)
    {
        var from = Math.Max(0, file.Length - LongestEnd);
        file.Position = from;
        var bytes = new byte[file.Length - from];
        await file.ReadExactlyAsync(bytes, cancel);
        file.Position = 0;
        var at = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        // Without an end it is cut off, and opening it says so.
        if (at < 0 || at + 20 > bytes.Length)
            return 0;
        var begin = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 16));
        // A ZIP of the larger kind says here that its places have more digits.
        return begin == uint.MaxValue ? long.MaxValue : Math.Max(0, from + at - begin);
    }

    private static ZipArchive Opened(Stream file)
    {
        try
        {
            var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            // The list of its files is read when somebody asks for it.
            _ = zip.Entries.Count;
            return zip;
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            throw new BoundExceededException(0, "this ZIP can't be unpacked: it may be cut off");
        }
    }

    private static bool IsBroken(Exception thrown) =>
        thrown is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException;

    private static bool IsFile(ZipArchiveEntry entry) => entry.Name.Length > 0 && !entry.Name.StartsWith('.')
        && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);

    /// <summary>The name without its path.</summary>
    private static string NameOf(ZipArchiveEntry entry) => NumberMask.Apply(entry.FullName.Split('/', '\\')[^1]) ?? "file";

    private static async Task<MemoryStream> UnpackedAsync(ZipArchiveEntry entry, long maxBytes, CancellationToken cancel)
    {
        var unpacked = new MemoryStream();
        try
        {
            await using var packed = await entry.OpenAsync(cancel);
            var bytes = new byte[Buffer];
            int length;
            while ((length = await packed.ReadAsync(bytes, cancel)) > 0)
            {
                // The sizes in a ZIP can be wrong: what comes out is counted.
                unpacked.Write(bytes, 0, length);
                if (unpacked.Length > maxBytes
                    || (unpacked.Length > SmallFile && unpacked.Length / Math.Max(1, entry.CompressedLength) > MaxRatio))
                {
                    throw new BoundExceededException(0, "it is much larger when it is unpacked than a bank's file: it is not unpacked");
                }
            }
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            throw new BoundExceededException(
                0, "this file of the ZIP can't be unpacked: it is broken, or packed in a way that is not read");
        }

        unpacked.Position = 0;
        return unpacked;
    }
}
