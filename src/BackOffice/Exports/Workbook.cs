using System.Buffers;
using System.IO.Compression;
using System.Security;
using System.Text;
using System.Xml;
using Quittance.Storage;

namespace Quittance.BackOffice.Exports;

/// <summary>
/// A workbook of one sheet (ECMA-376, .xlsx), written row by row, so that a long one takes no memory. Text is text in it, whatever it
/// begins with: nothing that came from outside is a formula.
/// </summary>
public sealed class Workbook : IAsyncDisposable
{
    /// <summary>The type of its content.</summary>
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>The most rows that spreadsheets read, without that of the heads.</summary>
    public const int MostRows = 1_048_575;

    /// <summary>The most characters of a cell.</summary>
    private const int LongestText = 32_767;

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";

    // The styles of the sheet by their numbers: heads, whole numbers, days, moments, and amounts by their decimals.
    private const int HeadStyle = 1;
    private const int NumberStyle = 2;
    private const int DayStyle = 3;
    private const int MomentStyle = 4;
    private const int FirstAmountStyle = 5;

    // The first number that a workbook gives forms of its own.
    private const int FirstForm = 164;

    private static readonly string[] AmountForms = ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"];

    private const int Piece = 32 * 1024;

    private readonly Stream _to;
    private readonly Outbox _outbox = new();
    private readonly ZipArchive _file;
    private readonly Stream _entry;
    private readonly StreamWriter _sheet;
    private readonly CancellationToken _cancel;

    private Workbook(Stream to, CancellationToken cancel)
    {
        (_to, _cancel) = (to, cancel);
        _file = new ZipArchive(_outbox, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, text) in Parts)
        {
            using var part = _file.CreateEntry(name).Open();
            part.Write(Encoding.UTF8.GetBytes(Declaration + text));
        }

        _entry = _file.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
        _sheet = new StreamWriter(_entry, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Piece, leaveOpen: true);
    }

    /// <summary>Begins one with a row of heads that stays in sight.</summary>
    public static async Task<Workbook> BeginAsync(Stream to, IEnumerable<string> heads, CancellationToken cancel)
    {
        var book = new Workbook(to, cancel);
        book._sheet.Write(
            $"{Declaration}<worksheet xmlns=\"{Main}\"><sheetViews><sheetView workbookViewId=\"0\">"
            + "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
            + "<sheetFormatPr defaultRowHeight=\"15\"/><cols><col min=\"1\" max=\"50\" width=\"18\" customWidth=\"1\"/></cols><sheetData>");
        book._sheet.Write($"<row>{string.Concat(heads.Select(head => TextCell(head, HeadStyle)))}</row>");
        await book._outbox.SendAsync(to, cancel);
        return book;
    }

    /// <summary>Writes a row.</summary>
    public Task WriteAsync(params IEnumerable<CsvCell> cells)
    {
        _sheet.Write($"<row>{string.Concat(cells.Select(CellOf))}</row>");
        return _outbox.Length < Piece ? Task.CompletedTask : _outbox.SendAsync(_to, _cancel);
    }

    /// <summary>Writes the end.</summary>
    public async ValueTask DisposeAsync()
    {
        _sheet.Write("</sheetData></worksheet>");
        await _sheet.DisposeAsync();
        await _entry.DisposeAsync();
        _file.Dispose();
        await _outbox.SendAsync(_to, _cancel);
    }

    private static string CellOf(CsvCell cell) => (cell.Plain, cell.Kind) switch
    {
        (null or "", _) => "<c/>",
        (var text, CellKind.Text) => TextCell(text, style: 0),
        (var figure, CellKind.Number) => FigureCell(figure, NumberStyle),
        (var figure, CellKind.Day) => FigureCell(figure, DayStyle),
        (var figure, CellKind.Moment) => FigureCell(figure, MomentStyle),
        (var figure, CellKind.Amount) => FigureCell(figure, FirstAmountStyle + cell.Decimals),
    };

    private static string FigureCell(string figure, int style) => $"<c s=\"{style}\"><v>{figure}</v></c>";

    private static string TextCell(string text, int style) =>
        $"<c s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(Allowed(text))}</t></is></c>";

    /// <summary>The text without the characters that no XML may hold.</summary>
    private static string Allowed(string text)
    {
        var allowed = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes().Take(LongestText))
        {
            if (rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value))
                allowed.Append(rune.ToString());
        }

        return allowed.ToString();
    }

    private static IEnumerable<(string Name, string Text)> Parts =>
    [
        ("[Content_Types].xml",
            $"<Types xmlns=\"{Package}/content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            + $"{TypeOf("workbook", "sheet.main")}{TypeOf("worksheets/sheet1", "worksheet")}{TypeOf("styles", "styles")}</Types>"),
        ("_rels/.rels",
            $"<Relationships xmlns=\"{Package}/relationships\">{Relation(1, "officeDocument", "xl/workbook")}</Relationships>"),
        ("xl/workbook.xml",
            $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"
            + "</workbook>"),
        ("xl/_rels/workbook.xml.rels",
            $"<Relationships xmlns=\"{Package}/relationships\">{Relation(1, "worksheet", "worksheets/sheet1")}"
            + $"{Relation(2, "styles", "styles")}</Relationships>"),
        ("xl/styles.xml", Styles()),
    ];

    private static string Styles()
    {
        string[] forms = ["0", "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm:ss", .. AmountForms];
        var written = forms.Select((form, at) => $"<numFmt numFmtId=\"{FirstForm + at}\" formatCode=\"{form}\"/>");
        var used = forms.Select((_, at) => Style(FirstForm + at, font: 0));
        return $"<styleSheet xmlns=\"{Main}\"><numFmts count=\"{forms.Length}\">{string.Concat(written)}</numFmts>"
            + "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
            + "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
            + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
            + "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
            + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
            + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
            + $"<cellXfs count=\"{forms.Length + 2}\">{Style(0, font: 0)}{Style(0, font: 1)}{string.Concat(used)}</cellXfs></styleSheet>";
    }

    private static string Style(int form, int font) =>
        $"<xf numFmtId=\"{form}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>";

    private static string TypeOf(string part, string type) =>
        $"<Override PartName=\"/xl/{part}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{type}+xml\"/>";

    private static string Relation(int id, string type, string part) =>
        $"<Relationship Id=\"rId{id}\" Type=\"{Relations}/{type}\" Target=\"{part}.xml\"/>";

    /// <summary>What is written and not sent: an archive is written at once, and an answer is not.</summary>
    private sealed class Outbox : OneWayStream
    {
        private readonly ArrayBufferWriter<byte> _written = new();

        public override bool CanWrite => true;

        public override long Length => _written.WrittenCount;

        public override void Write(byte[] buffer, int offset, int count) => _written.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => _written.Write(buffer);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public async Task SendAsync(Stream to, CancellationToken cancel)
        {
            await to.WriteAsync(_written.WrittenMemory, cancel);
            _written.ResetWrittenCount();
        }
    }
}
