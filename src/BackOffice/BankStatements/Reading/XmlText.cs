using System.Text;
using System.Text.RegularExpressions;
using Quittance.BackOffice.BankStatements.Reading.Csv;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>
/// The text of a file with XML, whose documents the XML reader then reads one after the other: some banks put several into one file. The
/// encoding is the one that the bytes show, else the one that the first document says.
/// </summary>
internal sealed partial class XmlText : TextReader
{
    private const int Sample = 1024;

    /// <summary>Longer than the end tag of a document with a prefix.</summary>
    private const int LongestEnd = 64;

    private readonly StreamReader _text;
    private readonly string _encoding;
    private readonly char[] _ahead = new char[4096];
    private string _documentEnd = "Document>";
    private string _tail = "";
    private int _aheadFrom;
    private int _aheadTo;
    private int _lines;
    private int _newlines;
    private bool _isOver;

    private XmlText(StreamReader text, string encoding) => (_text, _encoding) = (text, encoding);

    /// <summary>The text of a file, from its first document on. The file stays open.</summary>
    /// <exception cref="BoundExceededException">The file says an encoding that it can't be in, or that .NET does not know.</exception>
    public static XmlText Of(Stream file)
    {
        CodePages.Register();
        file.Position = 0;
        var bytes = new byte[Sample];
        var start = bytes.AsSpan(0, file.ReadAtLeast(bytes, Sample, throwOnEndOfStream: false));
        var said = Declared().Match(Encoding.Latin1.GetString(start).Replace("\0", "", StringComparison.Ordinal)) is { Success: true } found
            ? found.Groups["name"].Value : "UTF-8";
        file.Position = 0;
        var encoding = CsvText.Utf16Of(start) is { } isBigEndian
            ? new UnicodeEncoding(isBigEndian, byteOrderMark: true, throwOnInvalidBytes: true)
            : start is [0xEF, 0xBB, 0xBF, ..] ? Named("UTF-8") : Named(said);
        return new XmlText(new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: false, leaveOpen: true), said);
    }

    private static Encoding Named(string name)
    {
        Encoding encoding;
        try
        {
            encoding = Encoding.GetEncoding(SpelledOf(name), EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            throw new BoundExceededException(1, $"the file says that it is in {name}, an encoding that is not known here");
        }

        return encoding is UnicodeEncoding or UTF32Encoding ? throw Lies(name) : encoding;
    }

    /// <summary>The name of an encoding as .NET spells it: programs write <c>utf8</c> or <c>cp1252</c>, too.</summary>
    private static string SpelledOf(string name) => Spelling().Match(name) is not { Success: true } spelling ? name
        : (spelling.Groups["utf"], spelling.Groups["windows"], spelling.Groups["iso"]) switch
        {
            ({ Success: true, Value: var bits }, _, _) => $"utf-{bits}",
            (_, { Success: true, Value: var page }, _) => $"windows-{page}",
            (_, _, { Value: var part }) => $"iso-8859-{part}",
        };

    private static BoundExceededException Lies(string name) => new(
        0, $"the file says that it is in {name}, and it has bytes that {name} does not have: its encoding is another one, often "
            + "windows-1252 or ISO-8859-15; ask the bank for a file that says its encoding rightly");

    /// <summary>Goes on to the next document. Returns whether there is one.</summary>
    public bool TryNext()
    {
        _isOver = false;
        int next;
        // What may stand before a document: blanks, and the mark of an encoding.
        while ((next = Peek()) >= 0 && (char.IsWhiteSpace((char)next) || next is '\uFEFF' or '\0' or '\u001A'))
            _ = Read();
        if (next < 0)
            return false;
        // A declaration may stand at the very beginning only, and the lines count on.
        _newlines = _lines;
        if (_lines > 0 && IsDeclared())
        {
            while ((next = Read()) >= 0 && next != '>')
            {
                // The declaration of a further document.
            }

            _newlines = _lines;
        }

        _tail = "";
        Fill(_ahead.Length);
        // Of a message in an envelope the end is that of the envelope.
        _documentEnd = $"{RootOf(new string(_ahead, _aheadFrom, _aheadTo - _aheadFrom)) ?? "Document"}>";
        return true;
    }

    /// <summary>The name of the root of a document that begins so, without its prefix; null where it is not to be seen.</summary>
    public static string? RootOf(string begin) => Root().Match(begin) is { Success: true } root ? root.Groups["name"].Value : null;

    private bool IsDeclared()
    {
        Fill(6);
        return _ahead.AsSpan(_aheadFrom, _aheadTo - _aheadFrom).StartsWith("<?xml ");
    }

    public override int Peek()
    {
        if (_newlines > 0)
            return '\n';
        if (_isOver)
            return -1;
        Fill(1);
        return _aheadFrom < _aheadTo ? _ahead[_aheadFrom] : -1;
    }

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override int Read(Span<char> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_newlines > 0)
        {
            var count = Math.Min(_newlines, buffer.Length);
            buffer[..count].Fill('\n');
            _newlines -= count;
            return count;
        }

        if (_isOver)
            return 0;
        Fill(1);
        var read = Math.Min(buffer.Length, _aheadTo - _aheadFrom);
        var part = _ahead.AsSpan(_aheadFrom, read);
        if (EndIn(part) is { } end)
        {
            read = end;
            part = part[..end];
            _isOver = true;
        }

        part.CopyTo(buffer);
        _aheadFrom += read;
        _lines += part.Count('\n');
        Remember(part);
        return read;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(char[] buffer, int index, int count) => Task.FromResult(Read(buffer, index, count));

    /// <summary>Where the document ends in a part of the text; null where it goes on.</summary>
    private int? EndIn(ReadOnlySpan<char> part)
    {
        var seen = string.Concat(_tail, part);
        for (var from = 0; seen.IndexOf(_documentEnd, from, StringComparison.Ordinal) is >= 0 and var at; from = at + 1)
        {
            var tag = seen.AsSpan(0, at).LastIndexOf('<');
            if (tag >= 0 && at - tag <= LongestEnd && seen[tag + 1] == '/' && at + _documentEnd.Length > _tail.Length
                && (at == tag + 2 || seen[at - 1] == ':'))
            {
                return at + _documentEnd.Length - _tail.Length;
            }
        }

        return null;
    }

    private void Remember(ReadOnlySpan<char> part)
    {
        var seen = string.Concat(_tail, part[Math.Max(0, part.Length - 2 * LongestEnd)..]);
        _tail = seen[Math.Max(0, seen.Length - 2 * LongestEnd)..];
    }

    /// <summary>Reads on until so many characters are ahead, or the file is at its end.</summary>
    private void Fill(int count)
    {
        while (_aheadTo - _aheadFrom < count)
        {
            if (_aheadFrom > 0)
            {
                _ahead.AsSpan(_aheadFrom.._aheadTo).CopyTo(_ahead);
                (_aheadFrom, _aheadTo) = (0, _aheadTo - _aheadFrom);
            }

            int read;
            try
            {
                read = _text.Read(_ahead.AsSpan(_aheadTo));
            }
            catch (DecoderFallbackException)
            {
                throw Lies(_encoding);
            }

            if (read == 0)
                return;
            _aheadTo += read;
        }
    }

    [GeneratedRegex(
        """^(?:\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)?<\?xml[^>]*encoding\s*=\s*["'](?<name>[A-Za-z0-9._-]{1,40})["']""", RegexOptions.None, 1000)]
    private static partial Regex Declared();

    [GeneratedRegex(
        "^(utf[-_]?(?<utf>8|16)|(cp|win|windows)[-_]?(?<windows>125[0-8])|iso[-_]?8859[-_]?(?<iso>1?[0-9]))$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spelling();

    [GeneratedRegex(
        @"^\s*(?:<\?[^>]*>\s*|<!--(?:[^-]|-[^-])*-->\s*)*<(?:[\w.-]{1,40}:)?(?<name>[\w.-]{1,40})",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Root();
}
