using System.Collections.Frozen;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Mails;
using Quittance.Core.Sessions;

namespace Quittance.Papers.Mails;

/// <summary>A mail that is to be sent, or why it is not.</summary>
/// <param name="Customer">Whom it is for, by the books as they are now.</param>
/// <param name="Letter">Null where there is nothing to write any more.</param>
public sealed record WrittenMail(NamedAccount Customer, MailLetter? Letter);

/// <summary>
/// Writes the mails to customers, from the books as they are, in the customer's language where it is one of ours, else in the merchant's.
/// </summary>
/// <param name="server">The address under which customers reach the server, without a slash at the end.</param>
public sealed class MailDesk(
    IBooks books, IReceivables receivables, LinkDesk links, PaperDesk papers, string server, TimeProvider clock)
{
    private static readonly FrozenDictionary<string, CustomerTexts> All = CustomerTexts.Load(
        typeof(MailDesk).Assembly, "Quittance.Papers.Mails.texts", CustomerTexts.OfPapers);

    /// <summary>Writes a mail.</summary>
    public async Task<WrittenMail> WriteAsync(Mail mail, PaperIssuer issuer, CancellationToken cancel)
    {
        // Who was merged is written to at the account that stays.
        var chain = await books.AccountsAsync([Reference.ToAccountId(mail.Account.Merchant, mail.Account.Value)], cancel);
        var customer = await receivables.AccountAsync(chain[^1].Id, Reference.House, cancel)
            ?? throw new InvalidOperationException("A mail is for an account that is not in the books.");
        var texts = CustomerTexts.Choose(All, customer.Contact.Language, issuer.Locale);
        var draft = new MailDraft(texts, issuer, customer.Account.Name);
        return new WrittenMail(customer, mail.Kind switch
        {
            MailKind.Receipt => await ReceiptAsync(new PaymentId(mail.Id.Merchant, mail.Subject), draft, cancel),
            MailKind.PaymentLink => await LinkAsync(new PaymentLinkId(mail.Id.Merchant, mail.Subject), draft, cancel),
        });
    }

    private async Task<MailLetter?> ReceiptAsync(PaymentId id, MailDraft draft, CancellationToken cancel)
    {
        if (await books.PaymentAsync(id, asOf: null, cancel) is not { } view || !PaperDesk.HasReceipt(view))
            return null;
        return draft.Letter("receipt", ("amount", draft.Texts.Of(view.Payment.Amount!.Value))) with
        {
            Facts =
            [
                (draft.Texts["receipt.number"], $"{view.Payment.Number}"),
                (draft.Texts["receipt.day"], draft.Texts.Of(view.ReceivedOn ?? DateOnly.FromDateTime(view.Payment.StatusAt.DateTime))),
                (draft.Texts["receipt.method"], draft.Texts.Of(view.Payment.Method, view.Instrument)),
                (draft.Texts["receipt.amount"], draft.Texts.Of(view.Payment.Amount.Value)),
            ],
            Attached = await papers.ReceiptAsync(view, draft.Issuer, draft.Texts.Tag, cancel),
        };
    }

    private async Task<MailLetter?> LinkAsync(PaymentLinkId id, MailDraft draft, CancellationToken cancel)
    {
        if (await links.FindAsync(id, cancel) is not { } link)
            return null;
        var view = await links.ViewAsync(link, cancel);
        if (view.StandingAt(clock.GetUtcNow()) != LinkStanding.Open || view.IsUnderWay)
            return null;
        var due = draft.Texts.Of(view.Due);
        // Its last day, and not the moment after it.
        var lastDay = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(link.EndsAt - TimeSpan.FromSeconds(1), draft.Issuer.Zone).DateTime);
        return draft.Letter("link", ("amount", due)) with
        {
            Facts =
            [
                .. view.Charges.Where(charge => charge.OpenMinor > 0).Select(charge => (
                    CustomerTexts.NameOf(charge), draft.Texts.Of(charge.Amount with { AmountMinor = charge.OpenMinor }))),
                .. link.Text.Length > 0 ? [(draft.Texts["receipt.from"], link.Text)] : Array.Empty<(string, string)>(),
                (draft.Texts["receipt.amount"], due),
                (draft.Texts["mail.until"], draft.Texts.Of(lastDay)),
            ],
            Button = (draft.Texts["mail.pay"], await links.AddressAsync(server, link, cancel)),
        };
    }
}

/// <summary>What all mails of a customer have.</summary>
/// <param name="Customer">The customer's name; null where it is not known.</param>
internal sealed record MailDraft(CustomerTexts Texts, PaperIssuer Issuer, string? Customer)
{
    /// <summary>A letter with its subject and its sentence.</summary>
    /// <param name="kind">The part of the texts' names that names the kind.</param>
    /// <param name="values">What stands in the places of both texts.</param>
    public MailLetter Letter(string kind, params (string Name, string Value)[] values)
    {
        (string, string)[] all = [.. values, ("merchant", Issuer.MerchantName)];
        return new MailLetter(
            Texts.Tag, Texts.With($"mail.{kind}.subject", all),
            [
                Customer is { } name ? Texts.With("mail.hello", ("name", name)) : Texts["mail.hello.unnamed"],
                Texts.With($"mail.{kind}.text", all),
            ])
        {
            Notes = [Texts.With("mail.why", ("merchant", Issuer.MerchantName))],
        };
    }
}
