using Quittance.Core;

namespace Quittance.Papers.Mails;

/// <summary>A bill as a mail lists it.</summary>
/// <param name="Name">As its customer knows it.</param>
internal sealed record MailedBill(string Name, DateOnly DueOn, Money Open);

/// <summary>What each kind of mail says, of what the books have or of an example.</summary>
internal static class MailForms
{
    public static MailLetter Receipt(this MailDraft draft, long number, DateOnly day, string method, Money amount)
    {
        var texts = draft.Texts;
        return draft.Letter("receipt", ("amount", texts.Of(amount))) with
        {
            Facts =
            [
                (texts["receipt.number"], $"{number}"), (texts["receipt.day"], texts.Of(day)), (texts["receipt.method"], method),
                (texts["receipt.amount"], texts.Of(amount)),
            ],
        };
    }

    /// <param name="text">What the merchant said when the link was made; empty for nothing.</param>
    public static MailLetter Link(
        this MailDraft draft, IEnumerable<MailedBill> bills, string text, Money due, DateOnly lastDay, string address)
    {
        var texts = draft.Texts;
        return draft.Letter("link", ("amount", texts.Of(due))) with
        {
            Facts =
            [
                .. bills.Select(bill => (bill.Name, texts.Of(bill.Open))),
                .. text.Length > 0 ? [(texts["receipt.from"], text)] : Array.Empty<(string, string)>(),
                (texts["receipt.amount"], texts.Of(due)), (texts["mail.until"], texts.Of(lastDay)),
            ],
            Button = (texts["mail.pay"], address),
        };
    }

    /// <param name="account">The customer's bank account, masked.</param>
    public static MailLetter Notice(
        this MailDraft draft, DateOnly dueOn, Money debited, string account, string mandate, string creditor)
    {
        var texts = draft.Texts;
        var (day, amount) = (texts.Of(dueOn), texts.Of(debited));
        return draft.Letter("notice", ("amount", amount), ("day", day)) with
        {
            Facts =
            [
                (texts["receipt.amount"], amount), (texts["receipt.day"], day), (texts["mail.account"], account),
                (texts["mail.mandate"], mandate), (texts["mail.creditor"], creditor),
            ],
        };
    }

    /// <summary>Of a debit that was paid and that the customer's bank has returned.</summary>
    public static MailLetter Return(this MailDraft draft, long number, Money returned, string method) =>
        draft.OfDebit("return", number, returned, method);

    /// <summary>Of a debit that the customer's bank has not paid.</summary>
    public static MailLetter Unpaid(this MailDraft draft, long number, Money asked, string method) =>
        draft.OfDebit("unpaid", number, asked, method);

    private static MailLetter OfDebit(this MailDraft draft, string kind, long number, Money money, string method)
    {
        var (texts, amount) = (draft.Texts, draft.Texts.Of(money));
        return draft.Letter(kind, ("amount", amount)) with
        {
            Facts =
            [
                (texts["receipt.number"], $"{number}"), (texts["receipt.amount"], amount), (texts["receipt.method"], method),
            ],
        };
    }

    /// <param name="level">The customer's level, from 1.</param>
    /// <param name="handsOver">Whether an agency collects from now on.</param>
    /// <param name="others">What else makes up the sum: fees and credit, with their names; and the sum where there are any.</param>
    /// <param name="address">Where the customer pays; null for nowhere.</param>
    /// <param name="transfer">What a transfer names, with the names of it; none where the customer pays at the address.</param>
    public static MailLetter Reminder(
        this MailDraft draft, int level, Money overdue, bool handsOver, IEnumerable<MailedBill> bills,
        IEnumerable<(string Name, Money Amount)> others, string? address, IEnumerable<(string Name, string Value)> transfer)
    {
        var texts = draft.Texts;
        var letter = draft.Letter(level == 1 ? "reminder" : "reminder.again", ("amount", texts.Of(overdue)));
        return letter with
        {
            Lines = handsOver ? [.. letter.Lines, texts["mail.agency"]] : letter.Lines,
            Facts =
            [
                .. bills.Select(bill => ($"{bill.Name}, {texts["statement.due"]} {texts.Of(bill.DueOn)}", texts.Of(bill.Open))),
                .. others.Select(other => (other.Name, texts.Of(other.Amount))),
                .. transfer,
            ],
            Button = address is null ? null : (texts["mail.pay"], address),
            Notes = [texts["mail.crossed"], .. letter.Notes],
        };
    }

    /// <param name="payment">The number of the payment that it was; null where it was none.</param>
    public static MailLetter Refund(this MailDraft draft, long? payment, Money refunded)
    {
        var (texts, amount) = (draft.Texts, draft.Texts.Of(refunded));
        return draft.Letter("refund", ("amount", amount)) with
        {
            Facts =
            [
                .. payment is { } number ? [(texts["mail.payment"], $"{number}")] : Array.Empty<(string, string)>(),
                (texts["receipt.amount"], amount),
            ],
        };
    }

    /// <param name="open">What the customer still owes at the end of the last day.</param>
    public static MailLetter Statement(this MailDraft draft, DateOnly from, DateOnly to, Money open)
    {
        var texts = draft.Texts;
        var (first, last, amount) = (texts.Of(from), texts.Of(to), texts.Of(open));
        return draft.Letter("statement", ("amount", amount), ("from", first), ("to", last)) with
        {
            Facts =
            [
                (texts["statement.period"], texts.With("statement.days", ("from", first), ("to", last))),
                (texts.With("statement.open", ("day", last)), amount),
            ],
        };
    }

    /// <param name="address">Where the customer opens the page, once.</param>
    public static MailLetter Page(this MailDraft draft, string address) => draft.Letter("page") with
    {
        Button = (draft.Texts["mail.page.open"], address),
        Notes = [draft.Texts["mail.page.safe"], draft.Texts.With("mail.why", ("merchant", draft.Issuer.MerchantName))],
    };

    /// <param name="words">The mandate as the customer gave it.</param>
    /// <param name="creditor">The creditor identifier; null where it is not known.</param>
    /// <param name="account">The customer's bank account, masked.</param>
    public static MailLetter Mandate(
        this MailDraft draft, string words, string reference, string? creditor, string account, DateOnly day, bool isOneOff)
    {
        var (texts, letter) = (draft.Texts, draft.Letter("given"));
        return letter with
        {
            Lines = [.. letter.Lines, words],
            Facts =
            [
                (texts["mandate.reference"], reference),
                .. creditor is null ? Array.Empty<(string, string)>() : [(texts["mandate.identifier"], creditor)],
                (texts["mail.account"], account), (texts["mandate.type"], texts[isOneOff ? "mandate.once" : "mandate.recurring"]),
                (texts["mandate.when"], texts.Of(day)),
            ],
        };
    }

    /// <param name="card">What is shown of it.</param>
    /// <param name="lastDay">The last day on which it is good.</param>
    public static MailLetter Card(this MailDraft draft, string card, DateOnly lastDay)
    {
        var (texts, day) = (draft.Texts, draft.Texts.Of(lastDay));
        return draft.Letter("card", ("card", card), ("day", day)) with
        {
            Facts = [(texts["method.card"], card), (texts["mail.good"], day)],
        };
    }
}
