using System.Globalization;
using Quittance.Core.Sessions;

namespace Quittance.Papers;

/// <summary>A Swiss QR-bill of a payment link: what it asks for, and the payment slip below.</summary>
internal static class QrBill
{
    private const int DigitsOfTime = 12;
    private const double Days = 85;
    private const double Amounts = 110;

    public static Paper Draw(LinkView view, TransferCode transfer, Party merchant, Party customer, CustomerTexts texts)
    {
        var id = view.Link.Id.Value.ToString("N");
        var title = texts["slip.title"];
        // The id of a link begins with the time at which it was made.
        using var sheet = new Sheet(
            $"{title} {transfer.Reference}", texts.Tag,
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(id[..DigitsOfTime], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        sheet.Title(title);
        sheet.Parties((texts["statement.by"], merchant), (texts["statement.to"], customer));
        sheet.Facts((texts["slip.reference"], transfer.Reference));
        sheet.Table(
            new SheetColumn(texts["receipt.from"], Sheet.Width - Days - Amounts), new SheetColumn(texts["statement.due"], Days),
            new SheetColumn(texts["receipt.amount"], Amounts, IsFigure: true));
        foreach (var charge in view.Charges.Where(charge => charge.OpenMinor > 0))
        {
            var open = charge.Amount with { AmountMinor = charge.OpenMinor };
            sheet.Row(isBold: false, CustomerTexts.NameOf(charge), texts.Of(charge.DueOn), texts.Of(open));
        }

        sheet.Row(isBold: true, texts["statement.total"], "", texts.Of(transfer.Amount));
        sheet.EndTable();
        PaymentSlip.Draw(sheet, transfer, texts);
        return new Paper(
            $"qr-bill-{id[^DigitsOfTime..]}.pdf",
            sheet.Write(title, (page, pages) => texts.With("page", ("page", $"{page}"), ("pages", $"{pages}"))));
    }
}
