using System.Text;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>The encoding of a CSV file, which the file itself does not name: it is found by its bytes.</summary>
internal static class CsvText
{
    private const int Sample = 64 * 1024;
    private const int LongestHeader = 4096;

    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file. The file stays open.</summary>
    /// <exception cref="BoundExceededException">It is in no encoding that we know.</exception>
    public static async Task<StreamReader> OfAsync(Stream file, Findings found, CancellationToken cancel)
    {
        var encoding = await EncodingOfAsync(file, cancel);
        file.Position = 0;
        if (encoding is not UTF8Encoding)
            found.Remark(0, null, $"The file is not in UTF-8: it is read as {encoding.WebName}.");
        return new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
    }

    private static async Task<Encoding> EncodingOfAsync(Stream file, CancellationToken cancel)
    {
        file.Position = 0;
        var bytes = new byte[Sample];
        var length = await file.ReadAtLeastAsync(bytes, Sample, throwOnEndOfStream: false, cancel);
        if (Utf16Of(bytes.AsSpan(0, length)) is { } isBigEndian)
            return new UnicodeEncoding(isBigEndian, byteOrderMark: true, throwOnInvalidBytes: true);
        return await IsUtf8Async(file, cancel) ? Utf8 : await WindowsAsync(file, cancel);
    }

    /// <summary>Whether UTF-16 has its high bytes first; null for another encoding.</summary>
    public static bool? Utf16Of(ReadOnlySpan<byte> start)
    {
        if (start is [0xFF, 0xFE, ..])
            return false;
        if (start is [0xFE, 0xFF, ..])
            return true;
        // Most of what a bank writes is ASCII, whose other byte is zero.
        var (even, odd) = (0, 0);
        for (var at = 0; at < start.Length; at++)
        {
            if (start[at] == 0 && at % 2 == 0)
                even++;
            else if (start[at] == 0)
                odd++;
        }

        return odd > start.Length / 4 && even == 0 ? false : even > start.Length / 4 && odd == 0 ? true : null;
    }

    private static async Task<bool> IsUtf8Async(Stream file, CancellationToken cancel)
    {
        var decoder = Utf8.GetDecoder();
        var characters = new char[Sample];
        try
        {
            await EachAsync(
                file, (bytes, isLast) =>
                {
                    decoder.GetChars(bytes, characters, isLast);
                    return true;
                },
                cancel);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Words in the headers of banks between Poland and Hungary, as both encodings of their languages write them.</summary>
    private static readonly HashSet<string> Eastern =
    [
        "kwota", "operacji", "waluta", "rachunek", "rachunku", "odbiorca", "odbiorcy", "nadawca", "nadawcy", "protiucet", "protiuctu",
        "zustatek", "objem", "castka", "osszeg", "egyenleg", "devizanem", "zauctovani", "uctu",
    ];

    /// <summary>The encoding of German spreadsheets, or of Polish ones. Bytes that it does not have are of another one.</summary>
    private static async Task<Encoding> WindowsAsync(Stream file, CancellationToken cancel)
    {
        file.Position = 0;
        var start = new byte[Sample];
        var sample = start.AsMemory(0, await file.ReadAtLeastAsync(start, Sample, throwOnEndOfStream: false, cancel));
        // The letters of one stand where the other has signs that no bank writes.
        var eastern = sample.Span.ContainsAny<byte>([0xB1, 0xB6, 0xBC]) ? CodePages.Latin2 : CodePages.Windows1250;
        var header = eastern.GetString(sample.Span[..Math.Min(sample.Length, LongestHeader)]);
        if (CsvWords.Plain(header).Split(' ').Any(Eastern.Contains))
            return eastern;

        if (await IsDosAsync(file, cancel))
            return CodePages.Dos;
        var isWindows = true;
        await EachAsync(
            file, (bytes, _) => isWindows &= bytes.IndexOfAny<byte>([0x00, 0x81, 0x8D, 0x8F, 0x90, 0x9D]) < 0, cancel);
        return isWindows ? CodePages.Windows1252
            : throw new BoundExceededException(
                0, "The file is neither in UTF-8 nor in UTF-16 nor in windows-1252: open it in an editor with the encoding in which its "
                    + "letters are right, such as one of DOS or of a Macintosh, save it in UTF-8, and import it again.");
    }

    /// <summary>
    /// Whether a file has German letters as each code page of DOS writes them, and no other ones. An ü within a word is nothing in Windows,
    /// and on a Macintosh a capital with a ring, which no word has there. In Windows ä and ö are quotation marks, which stand around words,
    /// and Ö is the sign of a trade mark, which stands behind one.
    /// </summary>
    private static async Task<bool> IsDosAsync(Stream file, CancellationToken cancel)
    {
        var (isOfLetters, isSure) = (true, false);
        var (letters, marks) = (0, 0);
        byte beforeLast = 0, last = 0;
        await EachAsync(
            file, (bytes, _) =>
            {
                foreach (var one in bytes)
                {
                    isOfLetters &= one is > 0 and < 0x80 or 0x81 or 0x84 or 0x8E or 0x94 or 0x99 or 0x9A or 0xE1;
                    var isWithin = char.IsAsciiLetter((char)beforeLast) && IsSmall(one);
                    isSure |= isWithin && last == 0x81;
                    if (last == 0x99 && char.IsAsciiLetterUpper((char)beforeLast) && char.IsAsciiLetterUpper((char)one))
                        letters++;
                    else if (last is 0x84 or 0x94 && isWithin)
                        letters++;
                    else if (last is 0x84 or 0x94 && !IsSmall(one))
                        marks++;
                    (beforeLast, last) = (last, one);
                }

                return isOfLetters;
            },
            cancel);
        return isOfLetters && (isSure || letters > marks);

        static bool IsSmall(byte letter) => char.IsAsciiLetterLower((char)letter) || letter is 0x81 or 0x84 or 0x94 or 0xE1;
    }

    private delegate bool Take(ReadOnlySpan<byte> bytes, bool isLast);

    private static async Task EachAsync(Stream file, Take take, CancellationToken cancel)
    {
        file.Position = 0;
        var bytes = new byte[Sample];
        int length;
        do
        {
            length = await file.ReadAtLeastAsync(bytes, Sample, throwOnEndOfStream: false, cancel);
        }
        while (take(bytes.AsSpan(0, length), length < Sample) && length == Sample);
    }
}

/// <summary>The encodings of one byte that .NET has beside its own ones.</summary>
internal static class CodePages
{
    private static readonly EncodingProvider Provider = CodePagesEncodingProvider.Instance;

    public static Encoding Windows1250 { get; } = Provider.GetEncoding(1250)!;

    public static Encoding Windows1252 { get; } = Provider.GetEncoding(1252)!;

    /// <summary>Of Western Europe; German letters stand at the same places in all others, too.</summary>
    public static Encoding Dos { get; } = Provider.GetEncoding(850)!;

    /// <summary>ISO 8859-2.</summary>
    public static Encoding Latin2 { get; } = Provider.GetEncoding(28592)!;

    /// <summary>Makes them known to the readers that look an encoding up by its name.</summary>
    public static void Register() => Encoding.RegisterProvider(Provider);
}
