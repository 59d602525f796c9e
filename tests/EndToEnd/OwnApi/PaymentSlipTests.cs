using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics;

namespace Quittance.Tests.OwnApi;

/// <summary>
/// The payment slip of a QR-bill by the Style Guide of SIX: its measures as the file has them, and its code as a camera reads it. Places
/// are millimetres from the left and the upper edge of the slip.
/// </summary>
public sealed class PaymentSlipTests(BooksFixture books)
{
    private const string QrIban = "CH4431999123000889012";
    private const string Plain = "CH5604835012345678009";
    private const double PointsOfMillimetre = 72 / 25.4;
    private const double Height = 105;
    private const double Tolerance = 0.2;

    // 70 characters, the most that a name or a street of a code has.
    private const string LongName = "Genossenschaft der vereinigten Bergbauern und Alpkäsereien Oberwallis1";
    private const string LongStreet = "Untere Vereinigte Bahnhofstrasse beim alten Zeughaus, Nummer 1234 abcd";

    private static readonly Section[] Sections =
    [
        new("title of the receipt", 5, 5, 52, 7, [(11, true)]), new("facts of the receipt", 5, 12, 52, 56, [(6, true), (8, false)]),
        new("amount of the receipt", 5, 68, 52, 14, [(6, true), (8, false)]), new("acceptance point", 5, 82, 52, 18, [(6, true)]),
        new("title of the payment part", 67, 5, 51, 7, [(11, true)]), new("code", 67, 17, 46, 46, []),
        new("amount of the payment part", 67, 68, 51, 22, [(8, true), (10, false)]),
        new("facts of the payment part", 118, 5, 87, 85, [(8, true), (10, false)]),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(QrIban, "de", "CHF", true)]
    [InlineData(Plain, "fr", "EUR", true)]
    [InlineData(Plain, "it", "CHF", false)]
    [InlineData(QrIban, "en", "EUR", false)]
    public async Task EachPart_StandsInItsSection_InLettersOfItsSize(string iban, string language, string currency, bool isLong)
    {
        using var pdf = await SlipAsync(iban, language, currency, isLong);
        var page = pdf.GetPage(pdf.NumberOfPages);
        var letters = page.Letters.Where(letter => letter.StartBaseLine.Y < Height * PointsOfMillimetre && letter.Value != " ").ToList();

        var used = letters.GroupBy(letter => Sections.FirstOrDefault(section => section.Holds(PlaceOf(letter)))).ToList();
        Assert.DoesNotContain(used, section => section.Key is null);
        Assert.Equal(Sections.Where(section => section.Fonts.Length > 0).ToHashSet(), used.Select(section => section.Key!).ToHashSet());
        Assert.All(used, section => Assert.Equal(
            section.Key!.Fonts.ToHashSet(),
            section.Select(letter => (Math.Round(letter.PointSize, 1), IsBold(letter))).ToHashSet()));

        static bool IsBold(Letter letter) => letter.FontName!.Contains("Bold", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_IsSevenTimesItsCross_AndFiveMillimetresFromAllElse()
    {
        using var pdf = await SlipAsync(QrIban, "de", "CHF", isLong: false);
        var page = pdf.GetPage(1);

        var code = Assert.Single(page.Paths, path => path.IsFilled && path.Count > 100);
        Near((67, 17, 46, 46), AroundOf(code));
        // The cross lies on the code: white, black, and white again.
        var cross = page.Paths.Where(path => path.IsFilled && path.Count == 1).Select(AroundOf).ToList();
        Near((67 + ((46 - 7) / 2.0), 17 + ((46 - 7) / 2.0), 7, 7), cross[0]);
        Assert.Equal(4, cross.Count);
        Assert.All(cross[1..], part => Assert.True(
            part.Left > cross[0].Left && part.Left + part.Width < cross[0].Left + cross[0].Width, $"{part}"));
        Assert.All(
            page.Letters.Where(letter => letter.Value != " ").Select(PlaceOf),
            place => Assert.False(place is { Left: > 62 and < 117.5, Top: > 12.5 and < 67.5 }, $"{place}"));
    }

    [Fact]
    public async Task Slip_IsCutAtItsEdges_AndHasFieldsForAPayerWhoIsNotKnown()
    {
        using var pdf = await SlipAsync(QrIban, "de", "CHF", isLong: false, isNamed: false);
        var page = pdf.GetPage(1);
        var lines = page.Paths.Where(path => path.IsStroked && !path.IsFilled).ToList();

        Assert.Equal((210, 297), (Math.Round(page.Width / PointsOfMillimetre), Math.Round(page.Height / PointsOfMillimetre)));
        var dashed = lines.Where(line => line.LineDashPattern is { Array.Count: > 0 }).Select(AroundOf).ToList();
        Assert.Equal(2, dashed.Count);
        Near((0, 0, 210, 0), dashed[0]);
        Near((62, 0, 0, 105), dashed[1]);
        Assert.Contains("Vor der Einzahlung abzutrennen", TextOf(page), StringComparison.Ordinal);

        // Their corners are lines of 3 mm.
        var corners = lines.Where(line => line.LineDashPattern is not { Array.Count: > 0 }).Where(line => AroundOf(line).Top > 0).ToList();
        Assert.Equal(16, corners.Count);
        Assert.All(corners, line => Assert.Equal(0.75, (double)line.LineWidth, 2));
        Assert.All(corners.Select(AroundOf), line => Assert.Equal(3, line.Width + line.Height, 1));
        foreach (var (part, width, height) in ((Func<Place, bool>, double, double)[])
            [(place => place.Left < 62, 52, 20), (place => place.Left > 62, 65, 25)])
        {
            var own = corners.Select(AroundOf).Where(part).ToList();
            Assert.Equal(width, own.Max(line => line.Left + line.Width) - own.Min(line => line.Left), 1);
            Assert.Equal(height, own.Max(line => line.Top + line.Height) - own.Min(line => line.Top), 1);
            Assert.Contains(Sections, section => own.TrueForAll(section.Holds));
        }
    }

    [Theory]
    [InlineData(QrIban, "CHF", "QRR")]
    [InlineData(Plain, "EUR", "SCOR")]
    public async Task Code_IsReadFromThePaper(string iban, string currency, string kind)
    {
        using var pdf = await SlipAsync(iban, "de", currency, isLong: false);

        var lines = Assert.Single(ReadCodes.CodesOn(pdf.GetPage(1))).Split("\r\n");

        Assert.Equal(
            [
                "SPC", "0200", "1", iban, "S", "Northwind", "Ring 1", "", "8001", "Zürich", "CH", "", "", "", "", "", "", "", "12345.60",
                currency, "S", "Ada Nkemelu", "Gasse 1", "", "8001", "Zürich", "CH", kind,
            ],
            lines[..28]);
        var shown = TextOf(pdf.GetPage(1)).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains(lines[28], shown, StringComparison.Ordinal);
        Assert.Equal(["", "EPD"], lines[29..]);
    }

    private async Task<PdfDocument> SlipAsync(string iban, string language, string currency, bool isLong, bool isNamed = true)
    {
        var biller = await Biller.OpenAsync(books);
        var (payee, customer) = isLong ? (LongName, $"{LongName[..^1]}2") : ("Northwind", "Ada Nkemelu");
        var (street, other) = isLong ? (LongStreet, LongStreet) : ("Ring 1", "Gasse 1");
        var named = await biller.PostAsync("/api/v1/payee", new JsonObject
        {
            ["iban"] = iban,
            ["name"] = payee,
            ["street"] = street,
            ["postcode"] = "8001",
            ["town"] = "Zürich",
            ["country"] = "CH",
            ["reason"] = "New",
        }, Biller.NewText());
        Assert.True(named.Status == HttpStatusCode.OK, named.Text);
        var account = await biller.PostAsync(Biller.Accounts, new JsonObject
        {
            ["reference"] = $"C-{Biller.NewText()}",
            ["currency"] = currency,
            ["name"] = customer,
            ["language"] = language,
            ["address"] = isNamed
                ? new JsonObject { ["line1"] = other, ["postal_code"] = "8001", ["city"] = "Zürich", ["country"] = "CH" } : null,
        });
        Assert.True(account.Status == HttpStatusCode.Created, account.Text);
        var reference = (string)account.Json["reference"]!;
        var link = await biller.PostAsync(
            Biller.Links, new JsonObject
            {
                ["account"] = reference,
                ["charges"] = new JsonArray(await biller.OwingAsync(reference, "12345.60", currency)),
            }, Biller.NewText());
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"{Biller.Links}/{link.Json["id"]}/qr-bill.pdf", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", biller.Secret);
        using var answer = await books.Client.SendAsync(request, Cancel);
        return PdfDocument.Open(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancel));
    }

    private static void Near((double Left, double Top, double Width, double Height) expected, Place actual)
    {
        foreach (var (one, other) in ((double, double)[])
            [
                (expected.Left, actual.Left), (expected.Top, actual.Top), (expected.Width, actual.Width), (expected.Height, actual.Height),
            ])
        {
            Assert.True(Math.Abs(one - other) < Tolerance, string.Create(CultureInfo.InvariantCulture, $"{expected} {actual}"));
        }
    }

    private static Place AroundOf(PdfPath path) => PlaceOf(path.GetBoundingRectangle()!.Value);

    private static Place PlaceOf(Letter letter) => PlaceOf(letter.BoundingBox);

    private static Place PlaceOf(PdfRectangle area) => new(
        area.Left / PointsOfMillimetre, Height - (area.Top / PointsOfMillimetre), area.Width / PointsOfMillimetre,
        area.Height / PointsOfMillimetre);

    private static string TextOf(Page page) => string.Join(' ', page.GetWords().Select(word => word.Text));

    private readonly record struct Place(double Left, double Top, double Width, double Height);

    /// <param name="Fonts">The sizes of its letters in points, and whether they are bold.</param>
    private sealed record Section(string Name, double Left, double Top, double Width, double Height, (double Size, bool IsBold)[] Fonts)
    {
        public bool Holds(Place place) => place.Left > Left - Tolerance && place.Left + place.Width < Left + Width + Tolerance
            && place.Top > Top - Tolerance && place.Top + place.Height < Top + Height + Tolerance;
    }
}
