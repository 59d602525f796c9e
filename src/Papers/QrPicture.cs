using System.Collections;
using PdfSharp.Drawing;
using QRCoder;

namespace Quittance.Papers;

/// <summary>A QR code on paper, drawn as areas.</summary>
internal static class QrPicture
{
    /// <summary>The code's dark fields, with a quiet zone of <see cref="TransferCode.QuietZone"/> on each side: row by row.</summary>
    public static IReadOnlyList<BitArray> FieldsOf(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        return [.. code.ModuleMatrix.Select(row => new BitArray(row))];
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
