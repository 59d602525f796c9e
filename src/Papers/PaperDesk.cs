using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Sessions;
using Quittance.Papers.Letters;

namespace Quittance.Papers;

/// <summary>Makes the papers that customers get, in the customer's language where it is one of ours, else in the merchant's.</summary>
public sealed class PaperDesk(IReceivables receivables, IPayees payees, IProfiles profiles)
{
    /// <summary>The most lines of a statement: what is longer is split by its days.</summary>
    public const int MostLines = 50_000;

    private const int LinesAtOnce = 5_000;

    /// <summary>Whether there is a receipt of a payment: its money has come, and not gone back as a whole.</summary>
    public static bool HasReceipt(PaymentView view) =>
        view.Payment is { Status: PaymentStatus.Captured, Amount: not null, RefundableMinor: > 0 };

    /// <summary>The receipt of a payment that <see cref="HasReceipt">has one</see>.</summary>
    /// <param name="language">The language that is asked for; null for the customer's.</param>
    /// <param name="isForAnyone">Whether it is for who may not be the customer: it has no postal address.</param>
    public async Task<Paper> ReceiptAsync(
        PaymentView view, PaperIssuer issuer, string? language, CancellationToken cancel, bool isForAnyone = false)
    {
        var customer = await CustomerAsync(view.Account.Id, cancel)
            ?? throw new InvalidOperationException("A payment has an account that is not in the books.");
        if (isForAnyone)
            customer = WithoutAddress(customer);
        var texts = TextsOf(customer, issuer, language);
        return Receipt.Draw(view, await MerchantAsync(view.Account.Id.Merchant, issuer, cancel), PartyOf(customer, texts), issuer, texts);
    }

    /// <summary>The statement of an account; null where the merchant has none of this id, or it has too many lines.</summary>
    /// <param name="language">The language that is asked for; null for the customer's.</param>
    public async Task<(Paper? Paper, bool IsTooLong)> StatementAsync(
        AccountId account, DateOnly from, DateOnly to, PaperIssuer issuer, string? language, CancellationToken cancel)
    {
        if (await CustomerAsync(account, cancel) is not { } customer
            || await receivables.StatementAsync(account, from, to, after: null, LinesAtOnce, cancel) is not { } part)
        {
            return (null, false);
        }

        var balance = await receivables.BalanceAsync(account, AsOf.Of(to), cancel);
        if (balance!.Open.Count > MostLines || await HasTooManyAsync(account, from, to, part, cancel))
            return (null, true);
        var texts = TextsOf(customer, issuer, language);
        using var statement = new Statement(
            part, from, to, await MerchantAsync(account.Merchant, issuer, cancel), PartyOf(customer, texts), texts);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var line in part.Lines)
                statement.Add(line);
            if (!part.HasMore)
                break;
            part = (await receivables.StatementAsync(account, from, to, part.Lines[^1].Place, LinesAtOnce, cancel))!;
        }

        return (statement.End(balance.Open), false);
    }

    /// <summary>Whether a statement has more lines than a paper: known before one is drawn. Most have one part.</summary>
    private async Task<bool> HasTooManyAsync(
        AccountId account, DateOnly from, DateOnly to, AccountStatement part, CancellationToken cancel)
    {
        var count = part.Lines.Count;
        while (part.HasMore && count <= MostLines)
        {
            part = (await receivables.StatementAsync(account, from, to, part.Lines[^1].Place, LinesAtOnce, cancel))!;
            count += part.Lines.Count;
        }

        return count > MostLines;
    }

    /// <summary>
    /// The QR-bill of a link for charges; null where no Swiss code pays it: the merchant names no account there with an address, or the
    /// link is in another currency, or for an amount alone.
    /// </summary>
    /// <param name="language">The language that is asked for; null for the customer's.</param>
    /// <param name="isForAnyone">Whether it is for who may not be the customer: it has no name and address.</param>
    public async Task<Paper?> QrBillAsync(
        LinkView view, PaperIssuer issuer, string? language, bool isForAnyone, CancellationToken cancel)
    {
        var merchant = view.Link.Id.Merchant;
        if (await payees.FindAsync(merchant, cancel) is not { IsSwiss: true } payee)
            return null;
        var customer = (await CustomerAsync(view.Account.Id, cancel))!;
        if (isForAnyone)
            customer = WithoutAddress(customer) with { Account = customer.Account with { Name = null } };

        var debtor = customer is { Account.Name: { } name, Contact.Address: { } at } ? (name, at) : ((string, PostalAddress)?)null;
        if (TransferCode.Of(payee, view.Link, view.Due, debtor) is not { } transfer)
            return null;
        var texts = TextsOf(customer, issuer, language);
        return QrBill.Draw(view, transfer, await MerchantAsync(merchant, issuer, cancel), PartyOf(customer, texts), texts);
    }

    /// <summary>Whether a customer's bills in a currency can have a <see cref="QrBillAsync">QR-bill</see>.</summary>
    public async Task<bool> HasQrBillsAsync(MerchantId merchant, Currency currency, CancellationToken cancel) =>
        TransferCode.IsInSwissCodes(currency) && await payees.FindAsync(merchant, cancel) is { IsSwiss: true, Address: not null };

    /// <summary>A mandate for SEPA debits on paper, to sign, with what is known of the payer. It has no number of a bank account.</summary>
    /// <param name="language">The language that is asked for; null for the customer's.</param>
    public async Task<Paper> MandateFormAsync(
        NamedAccount payer, BankAccount creditor, MandateFormAsked asked, DateOnly day, PaperIssuer issuer, string? language,
        CancellationToken cancel)
    {
        return MandateForm.Draw(
            creditor, await SenderAsync(payer.Account.Id.Merchant, issuer, cancel), payer, asked, day, TextsOf(payer, issuer, language));
    }

    /// <summary>The merchant's bank account for transfers; null for none.</summary>
    internal async Task<Payee?> PayeeAsync(MerchantId merchant, CancellationToken cancel) => await payees.FindAsync(merchant, cancel);

    /// <summary>The merchant as its letters and forms show it.</summary>
    internal async Task<LetterSender> SenderAsync(MerchantId merchant, PaperIssuer issuer, CancellationToken cancel)
    {
        var (profile, payee) = (await profiles.FindAsync(merchant, cancel), await payees.FindAsync(merchant, cancel));
        var address = profile.Address ?? (payee?.Address is { } its
            ? new PostalAddress(its.Street, null, its.Postcode, its.Town, null, its.Country) : null);
        return new LetterSender(
            profile.LegalName ?? issuer.MerchantName, address, profile.Contacts, await LogoAsync(merchant, profile, cancel), payee);
    }

    private async Task<NamedAccount?> CustomerAsync(AccountId account, CancellationToken cancel) =>
        await receivables.AccountAsync(account, Reference.House, cancel);

    /// <summary>The merchant as its profile says; without one by its name and the address of its bank account.</summary>
    private async Task<Party> MerchantAsync(MerchantId merchant, PaperIssuer issuer, CancellationToken cancel)
    {
        var profile = await profiles.FindAsync(merchant, cancel);
        var logo = await LogoAsync(merchant, profile, cancel);
        if (profile.LegalName is { } name)
            return new Party(name, [.. profile.Address?.Lines ?? [], .. profile.Contacts]) { Logo = logo };
        return new Party(
            issuer.MerchantName,
            await payees.FindAsync(merchant, cancel) is { Address: { } address }
                ? [.. new[] { address.Street, $"{address.Postcode} {address.Town}", address.Country }.OfType<string>()] : [])
        {
            Logo = logo,
        };
    }

    /// <summary>The logo where it is a PNG: no library of ours draws SVG.</summary>
    private async Task<ReadOnlyMemory<byte>?> LogoAsync(MerchantId merchant, MerchantProfile profile, CancellationToken cancel) =>
        profile.Logo?.Kind == LogoKind.Png ? (await profiles.LogoAsync(merchant, cancel))?.Content : null;

    private static NamedAccount WithoutAddress(NamedAccount customer) =>
        customer with { Contact = customer.Contact with { Address = null } };

    private static Party PartyOf(NamedAccount customer, CustomerTexts texts)
    {
        var number = texts.With("receipt.customer", ("number", $"{customer.Account.Number}"));
        IReadOnlyList<string> lines = customer.Contact.Address?.Lines ?? [];
        return customer.Account.Name is { } name ? new Party(name, [.. lines, number]) : new Party(number, lines);
    }

    private static CustomerTexts TextsOf(NamedAccount customer, PaperIssuer issuer, string? language) =>
        CustomerTexts.Choose(CustomerTexts.OfPapers, language, customer.Contact.Language, issuer.Locale);
}
