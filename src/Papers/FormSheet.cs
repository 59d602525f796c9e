using PdfSharp.Drawing;

namespace Quittance.Papers;

/// <summary>The blocks of forms, which people fill in by hand.</summary>
internal sealed partial class Sheet
{
    /// <summary>The width of the names of a form's facts.</summary>
    public const double WideNames = 160;

    private const double FieldHeight = 40;
    private const double TickSize = 9;
    private const double BoxWidth = 12.2;
    private const double BoxHeight = 18;
    private const double BoxGap = 5;

    private static readonly XPen Border = new(XColor.FromArgb(0x59, 0x59, 0x59), 0.6);

    /// <summary>Fields beside one another, each a line to write on below its name, with what is known of it.</summary>
    /// <param name="fields">The name, what is known (null for nothing), and the part of the width, of which all are 1.</param>
    public void Fields(params IReadOnlyList<(string Name, string? Known, double Part)> fields)
    {
        var lines = fields.Max(field => KnownLines(field.Known, WidthOf(field.Part)).Count);
        var height = FieldHeight + (Math.Max(lines - 1, 0) * Line);
        Need(height);
        var x = _left;
        foreach (var (name, known, part) in fields)
        {
            var width = WidthOf(part);
            Draw(name, _small, Quiet, x, _y + 8);
            var y = _y + 8 + Line;
            foreach (var line in KnownLines(known, width))
            {
                Draw(line, _font, Ink, x, y);
                y += Line;
            }

            _page!.DrawLine(Border, x, _y + height - 6, x + width, _y + height - 6);
            x += width + Gap;
        }

        Down(height);

        double WidthOf(double part) => (part * (Within + Gap)) - Gap;
    }

    /// <summary>A logo at the upper right end of the page.</summary>
    public void Logo(ReadOnlyMemory<byte> png) => DrawLogo(png);

    /// <summary>A field with a box for each character, in groups.</summary>
    public void Boxes(string name, int count, int group)
    {
        Need(BoxHeight + (2 * Line));
        Draw(name, _small, Quiet, _left, _y + 8);
        var x = _left;
        for (var nth = 0; nth < count; nth++)
        {
            if (nth > 0 && nth % group == 0)
                x += BoxGap;
            _page!.DrawRectangle(Border, x, _y + Line, BoxWidth, BoxHeight);
            x += BoxWidth;
        }

        Down(BoxHeight + (2.4 * Line));
    }

    /// <summary>Things of which one is ticked, by hand where none is yet.</summary>
    public void Ticks(string name, params IReadOnlyList<(string Words, bool IsTicked)> choices)
    {
        const double Names = WideNames;
        Need(2 * Line);
        Draw(name, _font, Quiet, _left, _y + 10);
        var x = _left + Names;
        foreach (var (words, isTicked) in choices)
        {
            _page!.DrawRectangle(Border, x, _y + 2, TickSize, TickSize);
            if (isTicked)
            {
                _page.DrawLine(Border, x, _y + 2, x + TickSize, _y + 2 + TickSize);
                _page.DrawLine(Border, x + TickSize, _y + 2, x, _y + 2 + TickSize);
            }

            Draw(words, _font, Ink, x + TickSize + Gap, _y + 10);
            x += (Within - Names) / choices.Count;
        }

        Down(2 * Line);
    }

    private List<string> KnownLines(string? known, double width) => known is null ? [] : Wrapped(known, _font, width);
}
