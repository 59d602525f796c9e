using System.Collections;
using PdfSharp.Drawing;

namespace Quittance.Papers;

/// <summary>The first page of a letter, down to what it says.</summary>
/// <param name="Sender">The merchant, with its logo.</param>
/// <param name="ReturnLine">The small line above the address, to which the post brings a letter back.</param>
/// <param name="Address">Whom the letter is for, line by line, as the window of an envelope shows it.</param>
/// <param name="Beside">What stands below the sender: the customer's number, the place and the day.</param>
internal sealed record LetterHead(Party Sender, string ReturnLine, IReadOnlyList<string> Address, IReadOnlyList<string> Beside);

/// <summary>A code on a letter, with the words below it.</summary>
internal readonly record struct LetterCode(string Words, IReadOnlyList<BitArray> Fields);

/// <summary>
/// The blocks of letters: places are those of DIN 5008, form B. The address field begins 45 mm below the upper edge and 20 mm from the
/// left one, and is 85 mm by 45 mm: the upper 17.7 mm are for the line of return.
/// </summary>
internal sealed partial class Sheet
{
    /// <summary>Between the margins of a letter.</summary>
    public const double LetterWidth = PageWidth - Margin - LetterMargin;

    private const double Millimetre = 72 / 25.4;
    private const double LetterMargin = 25 * Millimetre;
    private const double FieldWidth = 80 * Millimetre;
    private const double AddressTop = 62.7 * Millimetre;
    private const double AddressHeight = 27.3 * Millimetre;
    private const double BesideLeft = 125 * Millimetre;
    private const double BesideTop = 50 * Millimetre;
    private const double TextTop = 100 * Millimetre;
    private const double FirstFold = 105 * Millimetre;
    private const double SecondFold = 210 * Millimetre;
    private const double CodeSize = 28 * Millimetre;
    private const double CodeSpace = 6 * Millimetre;

    // Letters of an address are large enough for machines of the post; a long address has smaller ones.
    private static readonly double[] AddressSizes = [10, 9, 8, 7, 6];

    private readonly XFont _tiny = PaperFonts.Of(6.5);

    /// <summary>Begins a letter, on a page of its own.</summary>
    public void BeginLetter(LetterHead head)
    {
        Turn();
        if (head.Sender.Logo is { } logo)
            DrawLogo(logo);
        foreach (var fold in (double[])[FirstFold, SecondFold])
            _page!.DrawLine(Rule, 4 * Millimetre, fold, 8 * Millimetre, fold);
        var back = Wrapped(head.ReturnLine, _tiny, FieldWidth);
        // It is one line: an address that is too long for it ends early.
        Draw(back[0], _tiny, Quiet, LetterMargin, AddressTop - 5);
        _page!.DrawLine(Rule, LetterMargin, AddressTop - 2.5, LetterMargin + FieldWidth, AddressTop - 2.5);
        DrawAddress(head.Address);
        _y = Math.Max(TextTop, DrawBeside(head) + Line);
    }

    /// <summary>What a letter is about.</summary>
    public void Subject(string text)
    {
        foreach (var line in Wrapped(text, _head, Within))
        {
            Draw(line, _head, Ink, _left, _y + 11);
            _y += Line + 2;
        }

        _y += Line;
    }

    /// <summary>A paragraph.</summary>
    /// <param name="isTight">Whether the next one follows without a space.</param>
    public void Paragraph(string text, bool isBold = false, bool isTight = false)
    {
        var font = isBold ? _bold : _font;
        foreach (var line in Wrapped(text, font, Within))
        {
            Need(Line);
            Draw(line, font, Ink, _left, _y + 10);
            _y += Line;
        }

        _y += isTight ? 0 : Line * 0.6;
    }

    /// <summary>Leaves some of the page empty; below zero, the next block stands higher.</summary>
    public void Space(double height) => Down(height);

    /// <summary>Names with their values, beside codes.</summary>
    public void FactsBesideCodes(IReadOnlyList<(string Name, string Value)> facts, IReadOnlyList<LetterCode> codes)
    {
        const double Names = 96;
        if (facts.Count == 0 && codes.Count == 0)
            return;
        Need((codes.Count > 0 ? CodeSize + (3 * Line) : 0) + Line);
        var (top, lowest) = (_y, _y);
        var right = PageWidth - Margin;
        foreach (var code in codes.Reverse())
        {
            right -= CodeSize;
            QrPicture.Draw(_page!, code.Fields, right, top + 2, CodeSize);
            var y = top + 2 + CodeSize;
            foreach (var line in Wrapped(code.Words, _small, CodeSize))
                Draw(line, _small, Quiet, right, y += Line * 0.8);
            lowest = Math.Max(lowest, y);
            right -= CodeSpace;
        }

        var pages = _document.PageCount;
        foreach (var (name, value) in facts)
            Fact(name, value, Names, right - _left);
        _y = (pages == _document.PageCount ? Math.Max(_y, lowest) : _y) + Line;
    }

    /// <summary>Ends a letter: its pages have a line below.</summary>
    public void EndLetter(string left, Func<int, int, string> foot)
    {
        EndPart(left, foot);
        _withoutFoot = null;
    }

    /// <summary>Writes the file, of which all letters have ended.</summary>
    public byte[] WriteLetters() => Write();

    private void DrawAddress(IReadOnlyList<string> address)
    {
        foreach (var size in AddressSizes)
        {
            var font = PaperFonts.Of(size);
            var height = size * 1.27;
            List<string> lines = [.. address.SelectMany(text => Wrapped(text, font, FieldWidth))];
            var most = (int)(AddressHeight / height);
            if (lines.Count > most && size != AddressSizes[^1])
                continue;
            // The place and the country, which are last, are what the post needs.
            while (lines.Count > most)
                lines.RemoveAt(1);
            for (var nth = 0; nth < lines.Count; nth++)
                Draw(lines[nth], font, Ink, LetterMargin, AddressTop + (nth * height) + size);
            return;
        }
    }

    /// <summary>Draws who sends the letter. Returns where that ends.</summary>
    private double DrawBeside(LetterHead head)
    {
        const double Spacing = 11;
        const double Wide = PageWidth - Margin - BesideLeft;
        var y = BesideTop;
        Put([head.Sender.Name], PaperFonts.Of(8.5, isBold: true));
        Put(head.Sender.Lines, PaperFonts.Of(8.5));
        y += Spacing / 2;
        Put(head.Beside, PaperFonts.Of(8.5));
        return y;

        void Put(IReadOnlyList<string> texts, XFont font)
        {
            foreach (var line in texts.SelectMany(text => Wrapped(text, font, Wide)))
                Draw(line, font, Ink, BesideLeft, y += Spacing);
        }
    }
}
