using System.Collections;
using PdfSharp.Drawing;
using QRCoder;

namespace Quittance.Papers;

/// <summary>A QR code on paper, drawn as areas.</summary>
internal static class QrPicture
{
    // With a cross on it zbar reads no smaller code: the cross hides too much of one block.
    private const int LeastWithCross = 13;

    /// <summary>The code's dark fields, with a quiet zone of <see cref="TransferCode.QuietZone"/> on each side: row by row.</summary>
    /// <param name="hasCross">Whether the Swiss cross covers its middle.</param>
    public static IReadOnlyList<BitArray> FieldsOf(string text, bool hasCross = false)
    {
        using var smallest = Code(-1);
        using var code = hasCross && smallest.Version < LeastWithCross ? Code(LeastWithCross) : smallest;
        return [.. code.ModuleMatrix.Select(row => new BitArray(row))];

        QRCodeData Code(int version) =>
            QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: true, requestedVersion: version);
    }

    /// <summary>Draws the code without its quiet zone, which the space around it is. Lengths are points.</summary>
    public static void Draw(XGraphics page, IReadOnlyList<BitArray> fields, double left, double top, double size)
    {
        const int Quiet = TransferCode.QuietZone;
        var count = fields.Count - (2 * Quiet);
        var one = size / count;
        var dark = new XGraphicsPath { FillMode = XFillMode.Winding };
        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < count; column++)
            {
                if (!fields[row + Quiet][column + Quiet])
                    continue;
                // Fields in a row are one, so that no viewer shows a seam.
                var length = 1;
                while (column + length < count && fields[row + Quiet][column + length + Quiet])
                    length++;
                dark.AddRectangle(left + (column * one), top + (row * one), length * one, one);
                column += length;
            }
        }

        page.DrawPath(XBrushes.Black, dark);
    }
}
