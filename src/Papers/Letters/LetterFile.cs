using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Papers.Mails;

namespace Quittance.Papers.Letters;

/// <summary>The merchant as its letters show it.</summary>
/// <param name="Address">Null where it is not known.</param>
/// <param name="Contacts">How the merchant is reached, a line each.</param>
/// <param name="Logo">A PNG; null for none.</param>
/// <param name="Payee">The bank account for transfers; null for none.</param>
internal sealed record LetterSender(
    string Name, PostalAddress? Address, IReadOnlyList<string> Contacts, ReadOnlyMemory<byte>? Logo, Payee? Payee)
{
    /// <summary>The address without the country, as a letter within it has it.</summary>
    public IReadOnlyList<string> Lines => Address is null ? [] : LinesOf(Address, Address.Country);

    /// <summary>An address line by line. Another country than that of the sender stands below, in capitals.</summary>
    public static IReadOnlyList<string> LinesOf(PostalAddress address, string? from) =>
        [.. address.Lines.SkipLast(1), .. address.Country == from ? Array.Empty<string>() : [CountryNames.Of(address.Country)]];
}

/// <summary>Reminders as letters in one file.</summary>
internal sealed class LetterFile : IDisposable
{
    private const double Days = 72;
    private const double Amounts = 92;
    private const double TableSpace = 13;

    private readonly Sheet _sheet;
    private readonly LetterSender _sender;
    private readonly PaperIssuer _issuer;
    private readonly CustomerTexts _words;

    /// <param name="day">The day of the letters.</param>
    /// <param name="issuer">The merchant, in whose language the file is called.</param>
    public LetterFile(LetterSender sender, DateOnly day, PaperIssuer issuer)
    {
        (_sender, Day, _issuer, _words) = (sender, day, issuer, CustomerTexts.Choose(CustomerTexts.OfPapers, issuer.Locale));
        _sheet = new Sheet(
            $"{_words["letter.title"]}, {_words.Of(day)}", _words.Tag, new DateTimeOffset(day, default, TimeSpan.Zero), isOfLetters: true);
    }

    public DateOnly Day { get; }

    /// <summary>How many letters it has.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the letter of a customer.</summary>
    /// <param name="until">The last day to pay.</param>
    public void Add(Reminder reminder, NamedAccount customer, MailDraft draft, DateOnly until)
    {
        var (texts, of) = (draft.Texts, reminder.Of);
        // What a mail says in sentences, a letter says too.
        var mail = draft.Reminder(of.Step.Id.Level, of.Overdue, of.Step.HandsOver, [], [], address: null, transfer: []);
        // One that ends before would be dead when it is needed.
        if (reminder.Link is { View.Link.EndsAt: var end } && end < _issuer.Zone.StartOf(until.AddDays(1)))
            reminder = reminder with { Link = null };
        _sheet.BeginLetter(HeadOf(customer, texts));
        _sheet.Subject(mail.Subject);
        foreach (var line in mail.Lines)
            _sheet.Paragraph(line);
        DrawTable(reminder, texts);
        _sheet.Paragraph(texts.With("letter.pay", ("amount", texts.Of(reminder.Total)), ("day", texts.Of(until))), isBold: true);
        var transfer = TransferOf(reminder, customer);
        DrawWaysToPay(reminder, transfer, texts, until);
        _sheet.Paragraph(texts["mail.crossed"]);
        _sheet.Paragraph(texts["letter.regards"], isTight: true);
        _sheet.Paragraph(_sender.Name);
        if (transfer is { IsSwiss: true })
            PaymentSlip.Draw(_sheet, transfer, texts);
        _sheet.EndLetter(
            texts.With("receipt.customer", ("number", $"{customer.Account.Number}")),
            (page, pages) => texts.With("page", ("page", $"{page}"), ("pages", $"{pages}")));
        Count++;
    }

    public Paper End(string name) => new(name, _sheet.WriteLetters());

    public void Dispose() => _sheet.Dispose();

    private LetterHead HeadOf(NamedAccount customer, CustomerTexts texts)
    {
        var address = customer.Contact.Address!;
        var day = texts.Of(Day);
        return new LetterHead(
            new Party(_sender.Name, [.. _sender.Lines, .. _sender.Contacts]) { Logo = _sender.Logo },
            string.Join(" · ", [_sender.Name, .. _sender.Lines]),
            [customer.Account.Name!, .. LetterSender.LinesOf(address, _sender.Address?.Country)],
            [
                texts.With("receipt.customer", ("number", $"{customer.Account.Number}")),
                _sender.Address is { City: var city } ? $"{city}, {day}" : day,
            ]);
    }

    private void DrawTable(Reminder reminder, CustomerTexts texts)
    {
        _sheet.Table(
            new SheetColumn(texts["letter.bill"], Sheet.LetterWidth - Days - Amounts), new SheetColumn(texts["statement.due"], Days),
            new SheetColumn(texts["letter.open"], Amounts, IsFigure: true));
        foreach (var bill in reminder.Of.Bills)
            Row(CustomerTexts.NameOf(bill), bill);
        foreach (var fee in reminder.FormerFees)
            Row($"{texts["letter.fee"]} ({fee.Called})", fee);
        if (reminder.Fee is { } own)
            Row($"{texts["mail.fee"]} ({own.Called})", own);
        if (reminder.Of.CreditMinor > 0)
            _sheet.Row(isBold: false, texts["letter.credit"], "", texts.Of(reminder.Total with { AmountMinor = -reminder.Of.CreditMinor }));
        _sheet.Row(isBold: true, texts["statement.total"], "", texts.Of(reminder.Total));
        _sheet.EndTable();
        // With few bills a Swiss payment slip stands on the same page.
        _sheet.Space(-TableSpace);

        void Row(string name, Charge charge) => _sheet.Row(
            isBold: false, name, texts.Of(charge.DueOn), texts.Of(charge.Amount with { AmountMinor = charge.OpenMinor }));
    }

    private void DrawWaysToPay(Reminder reminder, TransferCode? transfer, CustomerTexts texts, DateOnly until)
    {
        List<(string, string)> facts = [];
        List<LetterCode> codes = [];
        // A QR-IBAN takes no transfer without a reference.
        if (_sender.Payee is { } payee && transfer is not { IsSwiss: true } && (transfer is not null || !payee.IsQrIban))
        {
            facts.AddRange([
                (texts["letter.payee"], payee.Name), ("IBAN", TransferCode.Shown(payee.Iban)),
                (texts["letter.reference"], transfer?.Reference ?? reminder.Purpose), (texts["letter.until"], texts.Of(until)),
            ]);
        }

        if (transfer is { IsSwiss: false })
            codes.Add(new LetterCode(texts["letter.code.transfer"], transfer.Fields()));
        if (reminder.Link is var (_, address))
            codes.Add(new LetterCode(texts["letter.code.link"], QrPicture.FieldsOf(address)));

        _sheet.FactsBesideCodes(facts, codes);
        if (reminder.Link is var (_, written))
            _sheet.Paragraph($"{texts["letter.link"]}: {written}");
    }

    /// <summary>The transfer that pays it: by the reference of a payment link for the same, else by the names of its bills.</summary>
    private TransferCode? TransferOf(Reminder reminder, NamedAccount customer)
    {
        if (_sender.Payee is not { } payee)
            return null;
        var debtor = customer.Contact.Address is { } at ? (customer.Account.Name!, at) : ((string, PostalAddress)?)null;
        return reminder is { Link: { View: { Link: var link } view }, Of.CreditMinor: 0 } && view.Due == reminder.Total
            && link.Charges.ToHashSet().SetEquals(reminder.Charges.Select(charge => charge.Id))
            ? TransferCode.Of(payee, link, reminder.Total, debtor) : TransferCode.Of(payee, reminder.Purpose, reminder.Total, debtor);
    }
}
