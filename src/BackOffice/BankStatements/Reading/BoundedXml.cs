using System.Xml;
using Quittance.BackOffice.BankStatements.Reading.Csv;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>A file exceeds a bound that keeps its reading small. The message is for the operator.</summary>
/// <param name="line">The line, from 1; 0 where it is not known.</param>
/// <param name="problem">The bound, and the remedy. It repeats nothing of the file.</param>
internal sealed class BoundExceededException(int line, string problem) : Exception(problem)
{
    public int Line => line;
}

/// <summary>
/// Reads any XML from outside in bounded memory and time: few levels, short tags, few different names. No document type,
/// and nothing is fetched.
/// </summary>
internal static class BoundedXml
{
    /// <summary>The most levels of elements. camt.053 has fewer than 20.</summary>
    public const int MaxDepth = 32;

    private const long MaxCharacters = 512 * 1024 * 1024;

    private static readonly XmlReaderSettings Settings = new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        MaxCharactersInDocument = MaxCharacters,
    };

    /// <summary>Reads each document of a file, and each further one of an envelope: most have one.</summary>
    /// <param name="read">
    /// Reads a document from its root, or from that of its envelope, to its end; false where the file is refused.
    /// </param>
    public static async Task EachAsync(Stream file, Func<XmlReader, Task<bool>> read, CancellationToken cancel)
    {
        var text = XmlText.Of(file);
        var isFirst = true;
        while (text.TryNext() || isFirst)
        {
            cancel.ThrowIfCancellationRequested();
            isFirst = false;
            var settings = Settings.Clone();
            settings.NameTable = new FewNames();
            using var xml = XmlReader.Create(new ShortTags(text), settings);
            await xml.MoveToContentAsync();
            do
            {
                if (!await read(xml))
                    return;
            }
            while (await NextDocumentAsync(xml));
        }
    }

    public static int LineOf(XmlReader xml) => xml is IXmlLineInfo info ? info.LineNumber : 0;

    /// <summary>Moves to the next node.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="BoundExceededException">The node is too deep.</exception>
    public static async ValueTask<bool> MoveAsync(XmlReader xml)
    {
        if (!await xml.ReadAsync())
            return false;
        return xml.Depth <= MaxDepth ? true
            : throw new BoundExceededException(LineOf(xml), $"elements stand in one another more than {MaxDepth} levels deep");
    }

    /// <summary>Moves on to the next document of an envelope. What stands behind the root may be broken.</summary>
    /// <returns>Whether there is one.</returns>
    private static async Task<bool> NextDocumentAsync(XmlReader xml)
    {
        while (!xml.EOF && await MoveAsync(xml))
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Document" })
                return true;
        }

        return false;
    }

    /// <summary>Reads the parts of the element at which a reader stands, and moves on behind it.</summary>
    /// <param name="found">Where it is hopeless, the rest is not read.</param>
    /// <param name="read">Reads one part, given its line, and moves on behind it.</param>
    public static async Task EachPartAsync(XmlReader xml, Findings found, Func<int, Task> read, CancellationToken cancel)
    {
        var depth = xml.Depth;
        if (!xml.IsEmptyElement)
        {
            await MoveAsync(xml);
            while (!xml.EOF && xml.Depth > depth && !found.IsHopeless)
            {
                cancel.ThrowIfCancellationRequested();
                if (xml.NodeType == XmlNodeType.Element)
                    await read(LineOf(xml));
                else
                    await MoveAsync(xml);
            }
        }

        if (!found.IsHopeless)
            await MoveAsync(xml);
    }

    /// <summary>Moves on behind an element.</summary>
    public static async Task SkipAsync(XmlReader xml, CancellationToken cancel)
    {
        var depth = xml.Depth;
        if (!xml.IsEmptyElement)
        {
            while (await MoveAsync(xml) && xml.Depth > depth)
                cancel.ThrowIfCancellationRequested();
        }

        await MoveAsync(xml);
    }

    /// <summary>The reader keeps each name that it meets.</summary>
    private sealed class FewNames : NameTable
    {
        private const int MaxNames = 10_000;

        private int _names;

        public override string Add(char[] array, int offset, int length) =>
            length == 0 ? "" : Get(array, offset, length) ?? Counted(base.Add(array, offset, length));

        public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

        private string Counted(string name) => ++_names <= MaxNames ? name
            : throw new BoundExceededException(0, $"it has more than {MaxNames} different names");
    }

    /// <summary>The reader holds a tag with all of its attributes, and a tag contains no second <c>&lt;</c>.</summary>
    private sealed class ShortTags(TextReader text) : CheckedText(text)
    {
        private const int MaxLength = 1024 * 1024;

        private int _length;

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        private protected override void Check(ReadOnlySpan<char> read)
        {
            for (var rest = read; !rest.IsEmpty;)
            {
                var next = rest.IndexOf('<');
                _length += next < 0 ? rest.Length : next;
                if (_length > MaxLength)
                    throw new BoundExceededException(0, $"a tag or a text has more than {MaxLength / (1024 * 1024)} Mi characters");
                if (next < 0)
                    return;
                _length = 0;
                rest = rest[(next + 1)..];
            }
        }
    }
}

/// <summary>A text of which each part is looked at before it is read on.</summary>
internal abstract class CheckedText(TextReader text) : TextReader
{
    public override int Peek() => text.Peek();

    public override int Read()
    {
        var read = text.Read();
        if (read >= 0)
            Check([(char)read]);
        return read;
    }

    public override int Read(Span<char> buffer)
    {
        var read = text.Read(buffer);
        Check(buffer[..read]);
        return read;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
    {
        var read = await text.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask();

    /// <exception cref="BoundExceededException">A bound is exceeded.</exception>
    private protected abstract void Check(ReadOnlySpan<char> read);
}

/// <summary>A file whose rows are short: the parser holds a row with all of its fields.</summary>
/// <param name="delimiter">
/// The sign between the fields of a CSV file, in which a line break between quotation marks is a part of its field; null where each line
/// is a row.
/// </param>
internal sealed class BoundedRows(TextReader text, char? delimiter = null) : CheckedText(text)
{
    private const int MaxLength = 100_000;

    private readonly CsvMarks? _marks = delimiter is { } sign ? new CsvMarks([sign]) : null;
    private char _last;
    private int _line = 1;
    private int _rowLine = 1;
    private int _length;

    private protected override void Check(ReadOnlySpan<char> read)
    {
        foreach (var character in read)
        {
            if (character == '\r' || (character == '\n' && _last != '\r'))
                _line++;
            _last = character;
            var isQuoted = _marks?.Take(character) == true;
            if (character is '\n' or '\r' && !isQuoted)
            {
                (_length, _rowLine) = (0, _line);
            }
            else if (++_length > MaxLength)
            {
                throw new BoundExceededException(
                    _rowLine, $"it has a row of more than {MaxLength} characters: look for a quotation mark that is not closed");
            }
        }
    }
}
