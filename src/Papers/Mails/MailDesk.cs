using System.Collections.Frozen;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Profiles;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Papers.Letters;

namespace Quittance.Papers.Mails;

/// <summary>A mail that is to be sent, or why it is not.</summary>
/// <param name="Email">The address that it is for, by the books as they are now; null for none.</param>
/// <param name="Name">Whom it is for; null where that is not known.</param>
/// <param name="Account">The customer's; null for a person of the merchant's.</param>
/// <param name="Letter">Null where there is nothing to write any more.</param>
public sealed record WrittenMail(string? Email, string? Name, AccountId? Account, MailLetter? Letter)
{
    /// <summary>Why there is no letter; null where there is one, or nothing to write any more.</summary>
    public MailFailure? Why { get; init; }
}

/// <summary>
/// Writes the mails to customers, from the books as they are, in the customer's language where it is one of ours, else in the merchant's.
/// </summary>
/// <param name="people">Writes the mails to the merchant's people.</param>
/// <param name="server">The address under which customers reach the server, without a slash at the end.</param>
public sealed class MailDesk(
    IBooks books, IReceivables receivables, IEventFeed feed, ReminderDesk reminders, IAutopays autopays, LinkDesk links, PaperDesk papers,
    IProfiles profiles, ICreditors creditors, IMailSentences sentences, IAccountVisits visits, ICredentials credentials,
    OperatorLetters people, string server, TimeProvider clock)
{
    /// <summary>The words of mails, which letters have, too.</summary>
    internal static readonly FrozenDictionary<string, CustomerTexts> All = CustomerTexts.Load(
        typeof(MailDesk).Assembly, "Quittance.Papers.Mails.texts", CustomerTexts.OfPapers);

    /// <summary>Writes a mail.</summary>
    /// <param name="isRefused">Whether a mail server has refused a customer's address for good.</param>
    public async Task<WrittenMail> WriteAsync(
        Mail mail, PaperIssuer issuer, Func<AccountId, string, Task<bool>> isRefused, CancellationToken cancel)
    {
        if (mail.Account is not { } account)
        {
            var written = await people.WriteAsync(mail, issuer, cancel);
            return new WrittenMail(written?.Person.Email, written?.Person.Name, Account: null, written?.Letter);
        }

        // Who was merged is written to at the account that stays.
        var chain = await books.AccountsAsync([Reference.ToAccountId(account.Merchant, account.Value)], cancel);
        var customer = await receivables.AccountAsync(chain[^1].Id, Reference.House, cancel)
            ?? throw new InvalidOperationException("A mail is for an account that is not in the books.");
        // Nobody gets it: no link is made for it. A person who has it sent again has a reason to try the address.
        if (!mail.IsAgain && customer.Contact.Email is { } email && await isRefused(customer.Account.Id, email))
        {
            return new WrittenMail(email, customer.Account.Name, customer.Account.Id, Letter: null)
            {
                Why = MailFailure.KnownAddressRefused,
            };
        }

        var texts = CustomerTexts.Choose(All, customer.Contact.Language, issuer.Locale);
        var draft = new MailDraft(
            texts, issuer, customer.Account.Name, await sentences.FindAsync(mail.Id.Merchant, mail.Kind, texts.Tag, cancel));
        var isTooLong = false;
        var letter = mail.Kind switch
        {
            MailKind.Statement => await StatementAsync(customer, MailCause.MonthOf(mail.Sequence), draft, () => isTooLong = true, cancel),
            MailKind.AccountLink => await PageAsync(new AccountVisitId(mail.Id.Merchant, mail.Subject), draft, cancel),
            MailKind.Receipt => await ReceiptAsync(new PaymentId(mail.Id.Merchant, mail.Subject), draft, cancel),
            MailKind.PaymentLink => await LinkAsync(new PaymentLinkId(mail.Id.Merchant, mail.Subject), draft, cancel),
            MailKind.DebitNotice => await NoticeAsync(mail, draft, cancel),
            MailKind.ReturnedDebit => await ReturnAsync(mail, draft, cancel),
            MailKind.Reminder => await ReminderAsync(mail, account, customer.Contact.Email is not null, draft, cancel),
            MailKind.Refund => await RefundAsync(new RefundId(mail.Id.Merchant, mail.Subject), draft, cancel),
            MailKind.CardExpires => await CardAsync(new InstrumentId(mail.Id.Merchant, mail.Subject), draft, cancel),
            MailKind.MandateGiven => await MandateAsync(new InstrumentId(mail.Id.Merchant, mail.Subject), draft, cancel),
            MailKind.DisputeOpened or MailKind.ApprovalWaits or MailKind.CollectionFailed or MailKind.WebhookFails =>
                throw new InvalidOperationException("A mail to the merchant's people is for no customer."),
        };
        return new WrittenMail(
            customer.Contact.Email, customer.Account.Name, customer.Account.Id,
            letter is null ? null : await SignedAsync(letter, mail.Id.Merchant, draft, cancel))
        {
            Why = isTooLong ? MailFailure.TooLong : null,
        };
    }

    /// <summary>A mail as it would be of an example: no customer gets it, and nothing is read but who the merchant is.</summary>
    /// <param name="language">One of ours; null for the merchant's.</param>
    public async Task<MailLetter> ExampleAsync(
        MerchantId merchant, MailKind kind, PaperIssuer issuer, Currency currency, string? language, CancellationToken cancel)
    {
        var texts = CustomerTexts.Choose(All, language, issuer.Locale);
        var draft = new MailDraft(texts, issuer, "Anna Bell", await sentences.FindAsync(merchant, kind, texts.Tag, cancel));
        var (today, amount) = (issuer.Zone.DayOf(clock.GetUtcNow()), new Money(4990, currency));
        var bill = new MailedBill("INV-2027-0001", today.AddDays(-14), amount);
        var (debit, address) = ($"{texts["method.debit"]}, DE ···· 3000", $"{server}/pay/example");
        var letter = kind switch
        {
            MailKind.Receipt => draft.Receipt(1001, today, texts["method.transfer"], amount),
            MailKind.PaymentLink => draft.Link([bill], "", amount, today.AddDays(30), address),
            MailKind.DebitNotice => draft.Notice(today.AddDays(14), amount, "DE ···· 3000", "M-1001", "DE98ZZZ09999999999"),
            MailKind.ReturnedDebit => draft.Return(1001, amount, debit),
            MailKind.Reminder => draft.Reminder(level: 1, amount, handsOver: false, [bill], [], address, transfer: []),
            MailKind.Refund => draft.Refund(1001, amount),
            MailKind.AccountLink => draft.Page($"{server}{AccountAddress.Mount}/example"),
            MailKind.Statement => draft.Statement(today.AddMonths(-1).AddDays(1 - today.Day), today.AddDays(-today.Day), amount),
            MailKind.CardExpires => draft.Card("Visa ···· 4242", today.AddMonths(2).AddDays(-today.Day)),
            MailKind.MandateGiven => draft.Mandate(
                texts.With("mail.given.sepa", ("creditor", issuer.MerchantName)), "M-1001", "DE98ZZZ09999999999", "DE ···· 3000", today,
                isOneOff: false),
            MailKind.DisputeOpened or MailKind.ApprovalWaits or MailKind.CollectionFailed or MailKind.WebhookFails =>
                throw new ArgumentOutOfRangeException(nameof(kind), "There are examples of what customers get."),
        };
        return await SignedAsync(letter, merchant, draft, cancel);
    }

    /// <summary>A letter with the merchant's logo and colour, below which stands who the merchant is.</summary>
    private async Task<MailLetter> SignedAsync(MailLetter letter, MerchantId merchant, MailDraft draft, CancellationToken cancel)
    {
        var profile = await profiles.FindAsync(merchant, cancel);
        // Few programs for mail show SVG.
        var logo = profile.Logo?.Kind == LogoKind.Png ? await profiles.LogoAsync(merchant, cancel) : null;
        return letter with
        {
            Logo = logo is null ? null : (draft.Issuer.MerchantName, logo.Content),
            AnswersTo = profile.Email,
            Colour = profile.Colour?.ReadableOn(BrandColour.LightGround),
            Sender = profile.LegalName is not { } name ? []
                : [string.Join(", ", [name, .. profile.Address?.Lines ?? []]), .. profile.Contacts],
            Links =
            [
                .. from link in new[] { ("imprint", profile.Imprint), ("privacy", profile.Privacy), ("terms", profile.Terms) }
                   where link.Item2 is not null
                   select (draft.Texts[$"merchant.{link.Item1}"], link.Item2),
            ],
        };
    }

    private async Task<MailLetter?> ReceiptAsync(PaymentId id, MailDraft draft, CancellationToken cancel)
    {
        if (await books.PaymentAsync(id, asOf: null, cancel) is not { } view || !PaperDesk.HasReceipt(view))
            return null;
        var method = draft.Texts.Of(view.Payment.Method, view.Instrument);
        return draft.Receipt(view.Payment.Number, view.DayIn(draft.Issuer.Zone), method, view.Payment.Amount!.Value) with
        {
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
        // Its last day, and not the moment after it.
        var lastDay = draft.Issuer.Zone.DayOf(link.EndsAt - TimeSpan.FromSeconds(1));
        return draft.Link(
            view.Charges.Where(charge => charge.OpenMinor > 0).Select(BillOf), link.Text, view.Due, lastDay,
            await links.AddressAsync(server, link, cancel)) with
        {
            Attached = await QrBillAsync(view, draft, cancel),
        };
    }

    /// <summary>The QR-bill of a link, where there can be one and nothing pays it already.</summary>
    private async Task<Paper?> QrBillAsync(LinkView link, MailDraft draft, CancellationToken cancel) =>
        await links.IsClaimedAsync(link, cancel) ? null
            : await papers.QrBillAsync(link, draft.Issuer, draft.Texts.Tag, isForAnyone: false, cancel);

    /// <summary>Of a debit that its collection has no longer, that a later event announces, or that is decided, there is none.</summary>
    private async Task<MailLetter?> NoticeAsync(Mail mail, MailDraft draft, CancellationToken cancel)
    {
        var payment = new PaymentId(mail.Id.Merchant, mail.Subject);
        var taken = await feed.FindAsync(new EventId(mail.Id.Merchant, mail.Subject, mail.Sequence), cancel);
        if (taken is not { Debit: { IsCollected: true } debit }
            || await books.PaymentAsync(payment, asOf: null, cancel) is not { Payment: { IsUnderWay: true } now }
            || await IsAnnouncedAgainAsync(payment, mail.Sequence, now.Events, cancel))
        {
            return null;
        }

        return draft.Notice(debit.DueOn, debit.Amount, debit.Account, debit.Mandate, debit.Creditor);
    }

    /// <summary>Whether another collection has taken the debit since the event that announces it.</summary>
    private async Task<bool> IsAnnouncedAgainAsync(PaymentId payment, int after, int events, CancellationToken cancel)
    {
        for (var sequence = after + 1; sequence <= events; sequence++)
        {
            if (await feed.FindAsync(new EventId(payment.Merchant, payment.Value, sequence), cancel) is
                { Type: EventType.PaymentDebitTaken })
            {
                return true;
            }
        }

        return false;
    }

    private async Task<MailLetter?> ReturnAsync(Mail mail, MailDraft draft, CancellationToken cancel)
    {
        var payment = new PaymentId(mail.Id.Merchant, mail.Subject);
        if (await books.PaymentAsync(payment, asOf: null, cancel) is not { Payment: { Amount: { } amount } debit } view)
            return null;
        var method = draft.Texts.Of(debit.Method, view.Instrument);
        // The bank may have paid after all, or the return may have been a mistake of the bank, which is undone.
        if (await feed.FindAsync(new EventId(payment.Merchant, payment.Value, mail.Sequence), cancel) is { Type: EventType.PaymentFailed })
            return debit.Status == PaymentStatus.Failed ? draft.Unpaid(debit.Number, amount, method) : null;
        return debit.ReversedMinor > 0 ? draft.Return(debit.Number, amount with { AmountMinor = debit.ReversedMinor }, method) : null;
    }

    /// <param name="isSent">Whether there is an address that it goes to.</param>
    private async Task<MailLetter?> ReminderAsync(
        Mail mail, AccountId account, bool isSent, MailDraft draft, CancellationToken cancel)
    {
        if (await reminders.OfEventAsync(account, mail.Sequence, makesLink: isSent, cancel) is not { Of: var of } reminder)
            return null;
        return draft.Reminder(
            of.Step.Id.Level, of.Overdue, of.Step.HandsOver, of.Bills.Select(BillOf), reminder.Others(draft.Texts),
            reminder.Link?.Address,
            reminder.Link is null ? await TransferAsync(account.Merchant, reminder.Purpose, draft.Texts, cancel) : []) with
        {
            // One of a link for less would leave the rest overdue.
            Attached = reminder.Link is var (view, _) && view.Due == reminder.Total ? await QrBillAsync(view, draft, cancel) : null,
        };
    }

    /// <summary>What a transfer to the merchant names; nothing where no bank account is known that takes a text.</summary>
    private async Task<IReadOnlyList<(string Name, string Value)>> TransferAsync(
        MerchantId merchant, string purpose, CustomerTexts texts, CancellationToken cancel) =>
        await papers.PayeeAsync(merchant, cancel) is { IsQrIban: false } payee
            ?
            [
                (texts["letter.payee"], payee.Name), ("IBAN", TransferCode.Shown(payee.Iban)), (texts["letter.reference"], purpose),
            ]
            : [];

    private async Task<MailLetter?> RefundAsync(RefundId id, MailDraft draft, CancellationToken cancel)
    {
        if (await books.RefundAsync(id, asOf: null, cancel) is not { Refund: { Status: RefundStatus.Done, Amount: { } money } } view)
            return null;
        return draft.Refund(view.PaymentNumber, money);
    }

    /// <summary>Of a link that can't be opened any more there is none.</summary>
    private async Task<MailLetter?> PageAsync(AccountVisitId id, MailDraft draft, CancellationToken cancel) =>
        await visits.FindAsync(id, cancel) is { } visit && visit.CanOpen(clock.GetUtcNow())
            && await credentials.OfCustomerAsync(id.Merchant, visit.Installation, cancel) is { } customer
            ? draft.Page(AccountAddress.Of(server, id, customer.HashKey.Span)) : null;

    /// <summary>Of a month that is not over there is the statement until today.</summary>
    /// <param name="month">Its first day.</param>
    private async Task<MailLetter?> StatementAsync(
        NamedAccount customer, DateOnly month, MailDraft draft, Action whereTooLong, CancellationToken cancel)
    {
        var (today, account) = (draft.Issuer.Zone.DayOf(clock.GetUtcNow()), customer.Account.Id);
        var to = month.AddMonths(1).AddDays(-1) is var last && last > today ? today : last;
        var (paper, isTooLong) = await papers.StatementAsync(account, month, to, draft.Issuer, draft.Texts.Tag, cancel);
        if (isTooLong)
            whereTooLong();
        if (paper is null || await receivables.BalanceAsync(account, AsOf.Of(to), cancel) is not { } balance)
            return null;
        var openMinor = balance.Open.Sum(one => one.OpenMinor);
        return draft.Statement(month, to, new Money(openMinor, customer.Account.Currency)) with { Attached = paper };
    }

    /// <summary>Of a card that was replaced or removed, that pays no bill any more, or that has expired there is none.</summary>
    private async Task<MailLetter?> CardAsync(InstrumentId id, MailDraft draft, CancellationToken cancel)
    {
        if (await receivables.InstrumentAsync(id, cancel) is not { Vaulted.Shown: { Expiry: { } expiry } shown } card
            || expiry.IsPast(draft.Issuer.Zone.DayOf(clock.GetUtcNow()))
            || !Autopay.Pays(card, await autopays.OfAccountAsync(card.Account, cancel) is [var last, ..] ? last : null))
        {
            return null;
        }

        return draft.Card($"{shown}", expiry.LastDay);
    }

    /// <summary>Of a mandate that has ended since there is none.</summary>
    private async Task<MailLetter?> MandateAsync(InstrumentId id, MailDraft draft, CancellationToken cancel)
    {
        if (await receivables.InstrumentAsync(id, cancel) is not
            { IsRemoved: false, Vaulted: { Mandate: { Status: MandateStatus.Active } given } vaulted } instrument)
        {
            return null;
        }

        var creditor = vaulted.Provider == ClearingProvider.Bank ? await creditors.FindAsync(id.Merchant, cancel) : null;
        // The words of the paper that was signed, or of the form at which the box was ticked.
        var (words, name) = given.Source == MandateSource.Paper && creditor is { } own
            ? (own.Scheme == DebitScheme.B2B ? "mandate.text.b2b" : "mandate.text", own.Name)
            : ($"mail.given.{EnumWords.Of(given.Scheme)}", draft.Issuer.MerchantName);
        return draft.Mandate(
            draft.Texts.With(words, ("creditor", name)), given.Reference,
            given.Scheme == MandateScheme.Sepa && creditor is not null ? $"{creditor.Identifier}" : null, $"{vaulted.Shown}",
            given.SignedOn, instrument.NextSequence() == DebitSequence.OneOff);
    }

    private static MailedBill BillOf(Charge charge) =>
        new(CustomerTexts.NameOf(charge), charge.DueOn, charge.Amount with { AmountMinor = charge.OpenMinor });
}

/// <summary>What all mails of a customer have.</summary>
/// <param name="Customer">The customer's name; null where it is not known.</param>
/// <param name="Sentence">What the merchant says in it, too, with names in braces; null for nothing.</param>
internal sealed record MailDraft(CustomerTexts Texts, PaperIssuer Issuer, string? Customer, string? Sentence)
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
                .. OwnSentence(all),
            ])
        {
            Notes = [Texts.With("mail.why", ("merchant", Issuer.MerchantName))],
        };
    }

    /// <summary>The merchant's own; none where it calls a customer by a name that is not known.</summary>
    private string[] OwnSentence((string Name, string Value)[] values) => Sentence is not { } own ? []
        : Customer is { } name ? [CustomerTexts.Filled(own, [.. values, ("name", name)])]
        : own.Contains("{name}", StringComparison.Ordinal) ? [] : [CustomerTexts.Filled(own, values)];
}
