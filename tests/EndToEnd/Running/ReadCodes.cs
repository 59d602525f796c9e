using Microsoft.Playwright;
using UglyToad.PdfPig.Content;
using ZXing;
using ZXing.Common;
using ZXing.Multi.QrCode;

namespace Quittance.Tests.Running;

/// <summary>What a camera reads of QR codes: pictures of papers and pages, read by a decoder that is not the product's.</summary>
internal static class ReadCodes
{
    private const double PointsOfMillimetre = 72 / 25.4;

    // A code of 28 millimetres has some 40 fields, which are five pixels wide each.
    private const double PixelsOfMillimetre = 8;

    private const byte White = 255;

    private const string Pixels =
        """
        async (png) => {
          const picture = new Image();
          picture.src = `data:image/png;base64,${png}`;
          await picture.decode();
          const canvas = new OffscreenCanvas(picture.width, picture.height);
          const context = canvas.getContext('2d');
          context.drawImage(picture, 0, 0);
          const { data } = context.getImageData(0, 0, picture.width, picture.height);
          return [picture.width, picture.height, ...data.filter((_, at) => at % 4 === 1)];
        }
        """;

    /// <summary>
    /// The codes on a page of a PDF. Its filled areas are drawn one over the other, as a printer does, all of which are rectangles; letters
    /// are not.
    /// </summary>
    public static IReadOnlyList<string> CodesOn(Page page)
    {
        var (width, height) = (Pixel(page.Width), Pixel(page.Height));
        var pixels = new byte[width * height];
        Array.Fill(pixels, White);
        foreach (var path in page.Paths.Where(path => path.IsFilled))
        {
            var (red, green, blue) = path.FillColor!.ToRGBValues();
            var grey = (byte)Math.Round((red + green + blue) / 3 * White);
            foreach (var area in path.Select(part => part.GetBoundingRectangle()))
            {
                if (area is not { } its)
                    continue;
                var (left, right) = (Math.Max(0, Pixel(its.Left)), Math.Min(width, Pixel(its.Right)));
                for (var row = Math.Max(0, Pixel(page.Height - its.Top)); row < Math.Min(height, Pixel(page.Height - its.Bottom)); row++)
                    pixels.AsSpan((row * width) + left, Math.Max(0, right - left)).Fill(grey);
            }
        }

        return Read(pixels, width, height);

        static int Pixel(double points) => (int)Math.Round(points / PointsOfMillimetre * PixelsOfMillimetre);
    }

    /// <summary>The codes that a browser shows of a part of a page.</summary>
    public static async Task<IReadOnlyList<string>> OnAsync(ILocator part)
    {
        var picture = await part.ScreenshotAsync();
        // The page itself may load no pictures.
        var aside = await part.Page.Context.NewPageAsync();
        var numbers = await aside.EvaluateAsync<int[]>(Pixels, Convert.ToBase64String(picture));
        await aside.CloseAsync();
        return Read([.. numbers.Skip(2).Select(number => (byte)number)], numbers[0], numbers[1]);
    }

    private static List<string> Read(byte[] grey, int width, int height)
    {
        var picture = new BinaryBitmap(new HybridBinarizer(
            new RGBLuminanceSource(grey, width, height, RGBLuminanceSource.BitmapFormat.Gray8)));
        var hints = new Dictionary<DecodeHintType, object> { [DecodeHintType.TRY_HARDER] = true, [DecodeHintType.CHARACTER_SET] = "UTF-8" };
        return [.. (new QRCodeMultiReader().decodeMultiple(picture, hints) ?? []).Select(code => code.Text)];
    }
}
