using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace Quittance.Papers;

/// <summary>A column of a table.</summary>
/// <param name="Width">Points.</param>
internal readonly record struct SheetColumn(string Head, double Width, bool IsFigure = false);

/// <summary>
/// The layout of a paper of A4: a few blocks, one below the other, over as many pages as they need. Lengths are points. The blocks of
/// letters are in another file.
/// </summary>
internal sealed partial class Sheet : IDisposable
{
    public const double Width = PageWidth - (2 * Margin);

    private const double PageWidth = 595.276;
    private const double PageHeight = 841.89;
    private const double Margin = 56.7;
    private const double Bottom = PageHeight - 70;
    private const double Line = 13;
    private const double Gap = 6;
    private const double Size = 9.5;

    private static readonly XBrush Ink = new XSolidBrush(XColor.FromArgb(0x1a, 0x1a, 0x1a));
    private static readonly XBrush Quiet = new XSolidBrush(XColor.FromArgb(0x59, 0x59, 0x59));
    private static readonly XPen Rule = new(XColor.FromArgb(0xbf, 0xbf, 0xbf), 0.6);

    private readonly PdfDocument _document = new();
    private readonly XFont _font = PaperFonts.Of(Size);
    private readonly XFont _bold = PaperFonts.Of(Size, isBold: true);
    private readonly XFont _small = PaperFonts.Of(8);
    private readonly XFont _title = PaperFonts.Of(20, isBold: true);
    private readonly XFont _head = PaperFonts.Of(11.5, isBold: true);

    private XGraphics? _page;
    private XImage? _logo;
    private double _left = Margin;
    private double _y;
    private int _begun;
    private int? _withoutFoot;
    private IReadOnlyList<SheetColumn> _columns = [];

    /// <param name="title">What the paper is, in words of ours: it is also among the file's properties.</param>
    /// <param name="at">The time of what it says, which the file has as its own.</param>
    /// <param name="isOfLetters">Whether it is one of letters, which begin pages of their own.</param>
    public Sheet(string title, string language, DateTimeOffset at, bool isOfLetters = false)
    {
        _document.Info.Title = title;
        _document.Language = language;
        _document.Info.CreationDate = _document.Info.ModificationDate = at.UtcDateTime;
        if (isOfLetters)
            _left = LetterMargin;
        else
            Turn();
    }

    /// <summary>What the paper is, large.</summary>
    public void Title(string text)
    {
        Draw(text, _title, Ink, Margin, _y + 18);
        Down(34);
    }

    /// <summary>The two sides, one beside the other.</summary>
    public void Parties((string Label, Party Party) left, (string Label, Party Party) right)
    {
        const double Half = (Width / 2) - Gap;
        var lowest = Math.Max(Side(left, Margin), Side(right, Margin + (Width / 2) + Gap));
        _y = lowest + Line;
        if (left.Party.Logo is { } logo)
            DrawLogo(logo);

        double Side((string Label, Party Party) side, double x)
        {
            var y = _y;
            Draw(side.Label, _small, Quiet, x, y + 8);
            y += Line;
            foreach (var line in Wrapped(side.Party.Name, _bold, Half))
                Put(line, _bold);
            foreach (var line in side.Party.Lines.SelectMany(text => Wrapped(text, _font, Half)))
                Put(line, _font);
            return y;

            void Put(string line, XFont font)
            {
                Draw(line, font, Ink, x, y + 10);
                y += Line;
            }
        }
    }

    /// <summary>Names with their values.</summary>
    public void Facts(params IReadOnlyList<(string Name, string Value)> facts) => Facts(names: 130, facts);

    /// <param name="names">The width of the names.</param>
    public void Facts(double names, params IReadOnlyList<(string Name, string Value)> facts)
    {
        foreach (var (name, value) in facts)
            Fact(name, value, names, Within);
        _y += Line;
    }

    /// <summary>A heading within the paper, on the page of what follows it.</summary>
    public void Heading(string text)
    {
        Need(4 * Line);
        Draw(text, _head, Ink, _left, _y + 11);
        Down(20);
    }

    /// <summary>Begins a table. Its columns stand again on each page that it goes on to.</summary>
    public void Table(params IReadOnlyList<SheetColumn> columns)
    {
        _columns = columns;
        Need(3 * Line);
        Head();
    }

    /// <summary>A row of the table. Texts go on in lines below.</summary>
    public void Row(bool isBold, params IReadOnlyList<string> cells)
    {
        var font = isBold ? _bold : _font;
        var lines = cells.Zip(_columns, (cell, column) => column.IsFigure ? [cell] : Wrapped(cell, font, column.Width - Gap)).ToList();
        var height = (lines.Max(cell => cell.Count) * Line) + Gap;
        if (_y + height > Bottom)
        {
            Turn();
            Head();
        }

        var x = _left;
        foreach (var (cell, column) in lines.Zip(_columns))
        {
            for (var nth = 0; nth < cell.Count; nth++)
                Draw(cell[nth], font, Ink, x, _y + 12 + (nth * Line), column.IsFigure ? column.Width : null);
            x += column.Width;
        }

        Down(height);
        _page!.DrawLine(Rule, _left, _y, PageWidth - Margin, _y);
    }

    /// <summary>Ends the table.</summary>
    public void EndTable()
    {
        _columns = [];
        Down(2 * Line);
    }

    /// <summary>A text in small letters.</summary>
    public void Note(string text)
    {
        var lines = Wrapped(text, _small, Within);
        Need(lines.Count * Line);
        foreach (var line in lines)
        {
            Draw(line, _small, Quiet, _left, _y + 10);
            _y += Line;
        }
    }

    /// <summary>Draws something of the page's whole width at its lower end. Nothing else stands there.</summary>
    /// <param name="draw">Draws it below a place, in points.</param>
    public void AtLowerEnd(double height, Action<XGraphics, double> draw)
    {
        var top = PageHeight - height;
        if (_y + Line > top)
            Turn();
        draw(_page!, top);
        _withoutFoot = _document.PageCount - 1;
        _y = PageHeight;
    }

    /// <summary>Writes a line below each page, and then the file.</summary>
    /// <param name="foot">The line of a page of so many.</param>
    public byte[] Write(string left, Func<int, int, string> foot)
    {
        EndPart(left, foot);
        return Write();
    }

    /// <summary>Writes a line below each page since the last part ended, and packs these pages.</summary>
    private void EndPart(string left, Func<int, int, string> foot)
    {
        _page!.Dispose();
        var count = _document.PageCount - _begun;
        for (var nth = 0; nth < count; nth++)
        {
            var page = _document.Pages[_begun + nth];
            if (_begun + nth != _withoutFoot)
            {
                using var drawn = XGraphics.FromPdfPage(page, XGraphicsPdfPageOptions.Append);
                _page = drawn;
                Draw(left, _small, Quiet, _left, PageHeight - 40);
                Draw(foot(nth + 1, count), _small, Quiet, _left, PageHeight - 40, Within);
            }

            // Long files are held packed.
            for (var part = 0; part < page.Contents.Elements.Count; part++)
                page.Contents.Elements.GetDictionary(part)?.Stream?.Zip();
        }

        _page = null;
        _begun = _document.PageCount;
    }

    /// <summary>Writes the file, of which all parts have ended.</summary>
    private byte[] Write()
    {
        using var file = new MemoryStream();
        _document.Save(file, closeStream: false);
        PinnedPdf.Pin(file.GetBuffer().AsSpan(0, (int)file.Length));
        return file.ToArray();
    }

    public void Dispose()
    {
        _page?.Dispose();
        _logo?.Dispose();
        _document.Dispose();
    }

    /// <summary>Draws a logo at the upper right end of the page, where nothing else stands.</summary>
    private void DrawLogo(ReadOnlyMemory<byte> png)
    {
        const double MostWidth = 170;
        const double MostHeight = 40;
        // A file has it once, however many letters show it.
        _logo ??= XImage.FromStream(new MemoryStream(png.ToArray(), writable: false));
        var scale = Math.Min(MostWidth / _logo.PixelWidth, MostHeight / _logo.PixelHeight);
        var (width, height) = (_logo.PixelWidth * scale, _logo.PixelHeight * scale);
        _page!.DrawImage(_logo, PageWidth - Margin - width, Margin - 10, width, height);
    }

    private double Within => PageWidth - Margin - _left;

    /// <summary>A name with its value, in lines within a width.</summary>
    private void Fact(string name, string value, double names, double width)
    {
        var lines = Wrapped(value, _font, width - names);
        Need(lines.Count * Line);
        Draw(name, _font, Quiet, _left, _y + 10);
        foreach (var line in lines)
        {
            Draw(line, _font, Ink, _left + names, _y + 10);
            _y += Line;
        }
    }

    private void Head()
    {
        var x = _left;
        foreach (var column in _columns)
        {
            Draw(column.Head, _small, Quiet, x, _y + 9, column.IsFigure ? column.Width : null);
            x += column.Width;
        }

        Down(Line + 2);
        _page!.DrawLine(Rule, _left, _y, PageWidth - Margin, _y);
    }

    private void Need(double height)
    {
        if (_y + height > Bottom)
            Turn();
    }

    private void Down(double height) => _y += height;

    private void Turn()
    {
        _page?.Dispose();
        var page = _document.AddPage();
        (page.Width, page.Height) = (XUnit.FromPoint(PageWidth), XUnit.FromPoint(PageHeight));
        _page = XGraphics.FromPdfPage(page);
        _y = Margin;
    }

    /// <param name="width">The width within which the text ends at the right; null for a text that begins at the left.</param>
    private void Draw(string text, XFont font, XBrush brush, double x, double y, double? width = null)
    {
        var drawn = PaperFonts.Drawable(text);
        if (drawn.Length == 0)
            return;
        var at = width is { } within ? x + within - _page!.MeasureString(drawn, font).Width : x;
        _page!.DrawString(drawn, font, brush, new XPoint(at, y));
    }

    private List<string> Wrapped(string text, XFont font, double width) => Wrapped(_page!, text, font, width);

    /// <summary>A text in lines, broken between words, and within those that are too long.</summary>
    public static List<string> Wrapped(XGraphics page, string text, XFont font, double width)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in PaperFonts.Drawable(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = word;
            if (line.Length > 0 && Fits($"{line} {rest}"))
            {
                line = $"{line} {rest}";
                continue;
            }

            if (line.Length > 0)
                lines.Add(line);
            while (!Fits(rest))
            {
                var most = rest.Length - 1;
                while (most > 1 && !Fits(rest[..most]))
                    most--;
                lines.Add(rest[..most]);
                rest = rest[most..];
            }

            line = rest;
        }

        if (line.Length > 0 || lines.Count == 0)
            lines.Add(line);
        return lines;

        bool Fits(string part) => part.Length < 2 || page.MeasureString(part, font).Width <= width;
    }
}
