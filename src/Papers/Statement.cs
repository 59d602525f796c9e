using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Ledger;

namespace Quittance.Papers;

/// <summary>
/// An account statement, drawn line by line: the opening balance and all amounts add up to the closing one. What is still open stands
/// below.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const double Days = 68;
    private const double Figures = 92;

    private readonly Sheet _sheet;
    private readonly CustomerTexts _texts;
    private readonly Account _account;
    private readonly DateOnly _to;
    private readonly string _title;
    private Money _balance;
    private bool _hasLines;

    public Statement(AccountStatement statement, DateOnly from, DateOnly to, Party merchant, Party customer, CustomerTexts texts)
    {
        (_texts, _account, _to, _balance) = (texts, statement.Account, to, statement.Opening);
        _title = $"{texts["statement.title"]} {_account.Number}, {texts.Of(to)}";
        // The time of the day that it ends with, so that the same statement is the same file.
        _sheet = new Sheet(_title, texts.Tag, new DateTimeOffset(to, default, TimeSpan.Zero));
        _sheet.Title(texts["statement.title"]);
        _sheet.Parties((texts["statement.by"], merchant), (texts["statement.to"], customer));
        _sheet.Facts((texts["statement.period"], texts.With("statement.days", ("from", texts.Of(from)), ("to", texts.Of(to)))));
        _sheet.Table(
            new SheetColumn(texts["statement.day"], Days),
            new SheetColumn(texts["statement.what"], Sheet.Width - Days - (2 * Figures)),
            new SheetColumn(texts["statement.amount"], Figures, IsFigure: true),
            new SheetColumn(texts["statement.balance"], Figures, IsFigure: true));
        _sheet.Row(isBold: true, "", texts["statement.opening"], "", texts.Of(_balance));
    }

    /// <summary>Draws a line; one that moves money between credits of the customer changes nothing and is left out.</summary>
    public void Add(AccountStatementLine line)
    {
        if (line.Owes.AmountMinor == 0)
            return;
        _hasLines = true;
        _balance += line.Owes;
        _sheet.Row(isBold: false, _texts.Of(line.BookedOn), WordsOf(line), _texts.Of(line.Owes), _texts.Of(_balance));
    }

    /// <summary>Draws the end.</summary>
    /// <param name="open">The charges that are open at the end of the last day.</param>
    public Paper End(IReadOnlyList<OpenAt> open)
    {
        if (!_hasLines)
            _sheet.Row(isBold: false, "", _texts["statement.none"], "", "");
        _sheet.Row(isBold: true, "", _texts["statement.closing"], "", _texts.Of(_balance));
        _sheet.EndTable();
        if (open.Count > 0)
            DrawOpen(open);
        _sheet.Note(_texts["statement.note"]);
        return new Paper(
            $"statement-{_account.Number}-{_to:yyyy-MM-dd}.pdf",
            _sheet.Write(_title, (page, pages) => _texts.With("page", ("page", $"{page}"), ("pages", $"{pages}"))));
    }

    public void Dispose() => _sheet.Dispose();

    private void DrawOpen(IReadOnlyList<OpenAt> open)
    {
        _sheet.Heading(_texts.With("statement.open", ("day", _texts.Of(_to))));
        _sheet.Table(
            new SheetColumn(_texts["statement.due"], Days + Days / 4), new SheetColumn(_texts["statement.charge"], OpenNames),
            new SheetColumn(_texts["statement.amount"], Figures, IsFigure: true));
        var sum = new Money(0, _balance.Currency);
        foreach (var (charge, minor) in open)
        {
            var due = charge.Amount with { AmountMinor = minor };
            sum += due;
            _sheet.Row(isBold: false, _texts.Of(charge.DueOn), CustomerTexts.NameOf(charge), _texts.Of(due));
        }

        _sheet.Row(isBold: true, "", _texts["statement.total"], _texts.Of(sum));
        _sheet.EndTable();
    }

    private static double OpenNames => Sheet.Width - Days - Days / 4 - Figures;

    private string WordsOf(AccountStatementLine line)
    {
        var key = line.Meaning switch
        {
            _ when line.Type is EventType.ChargeMoved or EventType.PaymentMoved or EventType.PaymentUnbooked => "line.other",
            TransferMeaning.Bills => "line.charge",
            TransferMeaning.Forgives => "line.forgiven",
            TransferMeaning.Settles when line is { Charge: not null, PaymentNumber: not null } => "line.payment.for",
            TransferMeaning.Settles or TransferMeaning.Keeps => "line.payment",
            TransferMeaning.ReversesSettled or TransferMeaning.ReversesCredit => "line.returned",
            TransferMeaning.Refunds => "line.refund",
            TransferMeaning.ReturnsRefund => "line.refund.back",
            TransferMeaning.WritesOff => "line.written",
            TransferMeaning.Recovers => "line.recovered",
            _ => "line.other",
        };
        return _texts.With(key, ("payment", $"{line.PaymentNumber}"), ("charge", line.Charge ?? "")).Trim();
    }
}
