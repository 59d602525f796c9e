using PdfSharp.Drawing;
using Quittance.Core;

namespace Quittance.Papers;

/// <summary>
/// The payment part of a Swiss QR-bill with its receipt, 210 by 105 millimetres, by the Swiss Implementation Guidelines and the Style
/// Guide for the QR-bill: all places, sizes of letters and words are theirs. Its languages are German, French, Italian and English.
/// </summary>
internal sealed class PaymentSlip
{
    /// <summary>Millimetres; so are all places in here.</summary>
    private const double Height = 105;

    private const double PointsOfMillimetre = 72 / 25.4;
    private const double ReceiptWidth = 62;
    private const double CodeSize = 46;
    private const double CrossSize = 7;
    private const double CornerLength = 3;
    private const double AmountTop = 68;
    private const double PaymentLeft = ReceiptWidth + 5;

    private static readonly XPen Cut = new(XColors.Black, 0.75) { DashStyle = XDashStyle.Dash };
    private static readonly XPen Corner = new(XColors.Black, 0.75);

    private readonly XGraphics _page;
    private readonly double _top;
    private readonly TransferCode _transfer;
    private readonly CustomerTexts _texts;

    private PaymentSlip(XGraphics page, double top, TransferCode transfer, CustomerTexts texts) =>
        (_page, _top, _transfer, _texts) = (page, top, transfer, texts);

    /// <summary>Draws it at the lower end of a sheet.</summary>
    public static void Draw(Sheet sheet, TransferCode transfer, CustomerTexts texts) => sheet.AtLowerEnd(
        Height * PointsOfMillimetre, (page, top) => new PaymentSlip(page, top, transfer, texts).Draw());

    private void Draw()
    {
        var cut = PaperFonts.Of(7);
        Put(_texts["slip.cut"], cut, 5, -1.2);
        _page.DrawLine(Cut, 0, _top, 210 * PointsOfMillimetre, _top);
        _page.DrawLine(Cut, X(ReceiptWidth), _top, X(ReceiptWidth), Y(Height));
        DrawReceipt();
        DrawPayment();
    }

    private void DrawReceipt()
    {
        const double Left = 5;
        const double Width = 52;
        Put(_texts["slip.receipt"], PaperFonts.Of(11, isBold: true), Left, 5 + 3.5);
        // Where addresses are too long for a receipt, it may leave out their streets. The payment part has them.
        var hasStreets = Facts(hasStreets: true, isDrawn: false) <= AmountTop;
        Facts(hasStreets, isDrawn: true);
        PutAmount(Left, HeadSize: 6, ValueSize: 8, Spacing: 9, Apart: 12);
        var font = PaperFonts.Of(6, isBold: true);
        var point = PaperFonts.Drawable(_texts["slip.point"]);
        Put(point, font, Left + Width - (_page.MeasureString(point, font).Width / PointsOfMillimetre), 82 + 2);

        double Facts(bool hasStreets, bool isDrawn)
        {
            var column = new Column(this, Left, 12, Width, HeadSize: 6, ValueSize: 8, Spacing: 9)
            {
                HasStreets = hasStreets,
                IsDrawn = isDrawn,
            };
            column.PutPayee();
            if (_transfer.HasReference)
                column.Put("slip.reference", [_transfer.Reference]);
            column.PutDebtor(52, 20);
            return column.LowerEnd;
        }
    }

    private void DrawPayment()
    {
        Put(_texts["slip.payment"], PaperFonts.Of(11, isBold: true), PaymentLeft, 5 + 3.5);
        DrawCode(PaymentLeft, 17);
        PutAmount(PaymentLeft, HeadSize: 8, ValueSize: 10, Spacing: 11, Apart: 14);
        var column = new Column(this, 118, 5, 87, HeadSize: 8, ValueSize: 10, Spacing: 11);
        column.PutPayee();
        column.Put(_transfer.HasReference ? "slip.reference" : "slip.more", [_transfer.Reference]);
        column.PutDebtor(65, 25);
    }

    private void PutAmount(double left, double HeadSize, double ValueSize, double Spacing, double Apart)
    {
        var (head, value) = (PaperFonts.Of(HeadSize, isBold: true), PaperFonts.Of(ValueSize));
        var first = AmountTop + (Spacing * 0.8 / PointsOfMillimetre);
        var second = first + (Spacing * 1.15 / PointsOfMillimetre);
        Put(_texts["slip.currency"], head, left, first);
        Put(_texts["slip.amount"], head, left + Apart, first);
        Put(_transfer.Amount.Currency.Code, value, left, second);
        Put(Figures(_transfer.Amount), value, left + Apart, second);
    }

    /// <summary>The code without its quiet zone, which the space around it is.</summary>
    private void DrawCode(double left, double top)
    {
        QrPicture.Draw(_page, _transfer.Fields(), X(left), Y(top), CodeSize * PointsOfMillimetre);
        DrawCross(left + ((CodeSize - CrossSize) / 2), top + ((CodeSize - CrossSize) / 2));
    }

    private void DrawCross(double left, double top)
    {
        const double Unit = CrossSize / 32;
        Fill(XBrushes.White, 0, 0, 32, 32);
        Fill(XBrushes.Black, 2, 2, 28, 28);
        Fill(XBrushes.White, 13, 6, 6, 20);
        Fill(XBrushes.White, 6, 13, 20, 6);

        void Fill(XBrush brush, double x, double y, double width, double height) => _page.DrawRectangle(
            brush, X(left + (x * Unit)), Y(top + (y * Unit)), width * Unit * PointsOfMillimetre, height * Unit * PointsOfMillimetre);
    }

    /// <summary>A name with its address; the country stands before the postcode where it is another one.</summary>
    private static IEnumerable<string> LinesOf(string name, string? street, string? postcode, string town, string country)
    {
        yield return name;
        if (street is not null)
            yield return street;
        yield return country is "CH" or "LI" ? $"{postcode} {town}" : $"{country}-{postcode} {town}";
    }

    /// <summary>An amount with a blank after each thousand, as a slip has it in all languages.</summary>
    private static string Figures(Money amount)
    {
        var text = amount.ToText(AmountDecimals.Full);
        for (var place = text.IndexOf('.', StringComparison.Ordinal) - 3; place > 0; place -= 3)
            text = text.Insert(place, " ");
        return text;
    }

    private static double X(double millimetres) => millimetres * PointsOfMillimetre;

    private double Y(double millimetres) => _top + (millimetres * PointsOfMillimetre);

    /// <param name="y">The line on which the letters stand.</param>
    private void Put(string text, XFont font, double x, double y) =>
        _page.DrawString(PaperFonts.Drawable(text), font, XBrushes.Black, new XPoint(X(x), Y(y)));

    /// <summary>Headings with their values, one below the other. Sizes and spacing are points.</summary>
    private sealed record Column(PaymentSlip Slip, double Left, double Top, double Width, double HeadSize, double ValueSize, double Spacing)
    {
        private readonly XFont _head = PaperFonts.Of(HeadSize, isBold: true);
        private readonly XFont _value = PaperFonts.Of(ValueSize);
        private double _y = Top + (Spacing * 0.8 / PointsOfMillimetre);

        /// <summary>Whether addresses have their streets.</summary>
        public bool HasStreets { get; init; } = true;

        /// <summary>False where it is only measured.</summary>
        public bool IsDrawn { get; init; } = true;

        /// <summary>Where the last line ends, with what hangs below it.</summary>
        public double LowerEnd { get; private set; } = Top;

        public void PutPayee()
        {
            var payee = Slip._transfer.Payee;
            Put("slip.account", [Slip._transfer.ShownIban, .. payee.Address is { } address
                ? LinesOf(payee.Name, StreetOf(address.Street), address.Postcode, address.Town, address.Country) : [payee.Name]]);
        }

        public void Put(string heading, IEnumerable<string> values)
        {
            Line(Slip._texts[heading], _head);
            foreach (var line in values.SelectMany(value => Sheet.Wrapped(Slip._page, value, _value, Width * PointsOfMillimetre)))
                Line(line, _value);
            _y += Spacing / PointsOfMillimetre;
        }

        /// <summary>Who pays; a field of some size to write it into where it is not known.</summary>
        public void PutDebtor(double width, double height)
        {
            if (Slip._transfer.Debtor is var (name, address))
            {
                Put("slip.by", LinesOf(name, StreetOf(address.Line1), address.PostalCode, address.City, address.Country));
                return;
            }

            Line(Slip._texts["slip.by.blank"], _head);
            if (!IsDrawn)
                return;
            var top = _y - (Spacing * 0.6 / PointsOfMillimetre);
            foreach (var (x, y, right, down) in ((double X, double Y, int Right, int Down)[])
                [(Left, top, 1, 1), (Left + width, top, -1, 1), (Left, top + height, 1, -1), (Left + width, top + height, -1, -1)])
            {
                Slip._page.DrawLine(Corner, X(x), Slip.Y(y), X(x + (right * CornerLength)), Slip.Y(y));
                Slip._page.DrawLine(Corner, X(x), Slip.Y(y), X(x), Slip.Y(y + (down * CornerLength)));
            }
        }

        private string? StreetOf(string? street) => HasStreets ? street : null;

        private void Line(string text, XFont font)
        {
            if (IsDrawn)
                Slip.Put(text, font, Left, _y);
            LowerEnd = _y + (Spacing * 0.2 / PointsOfMillimetre);
            _y += Spacing / PointsOfMillimetre;
        }
    }
}
