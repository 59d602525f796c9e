using Quittance.Core.Payments;

namespace Quittance.Papers;

/// <summary>The receipt of a payment whose money has come: its lines add up, also where a part went back.</summary>
internal static class Receipt
{
    private const double Amounts = 110;

    public static Paper Draw(PaymentView view, Party merchant, Party customer, PaperIssuer issuer, CustomerTexts texts)
    {
        var (payment, amount) = (view.Payment, view.Payment.Amount!.Value);
        var title = $"{texts["receipt.title"]} {payment.Number}";
        var booked = TimeZoneInfo.ConvertTime(payment.StatusAt, issuer.Zone);
        using var sheet = new Sheet(title, texts.Tag, payment.StatusAt);
        sheet.Title(texts["receipt.title"]);
        sheet.Parties((texts["receipt.by"], merchant), (texts["receipt.to"], customer));
        sheet.Facts(
            (texts["receipt.number"], $"{payment.Number}"),
            (texts["receipt.day"], texts.Of(view.DayIn(issuer.Zone))),
            (texts["receipt.booked"], texts.Of(booked)),
            (texts["receipt.method"], texts.Of(payment.Method, view.Instrument)));
        sheet.Table(
            new SheetColumn(texts["receipt.from"], Sheet.Width - Amounts),
            new SheetColumn(texts["receipt.amount"], Amounts, IsFigure: true));
        foreach (var allocation in view.Allocations)
            Row(CustomerTexts.NameOf(allocation.Charge), allocation.AmountMinor);
        foreach (var (key, minor) in new[]
        {
            ("receipt.credit", payment.UnallocatedMinor), ("receipt.refunded", payment.RefundedMinor),
            ("receipt.reversed", payment.ReversedMinor),
        })
        {
            if (minor != 0)
                Row(texts[key], minor);
        }

        sheet.Row(isBold: true, texts["receipt.total"], texts.Of(amount));
        sheet.EndTable();
        sheet.Note(texts["receipt.note"]);
        return new Paper(
            $"receipt-{payment.Number}.pdf",
            sheet.Write(title, (page, pages) => texts.With("page", ("page", $"{page}"), ("pages", $"{pages}"))));

        void Row(string what, long minor) => sheet.Row(isBold: false, what, texts.Of(amount with { AmountMinor = minor }));
    }
}
