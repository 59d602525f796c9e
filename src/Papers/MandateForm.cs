using Quittance.Core.Accounts;
using Quittance.Core.Debits;
using Quittance.Papers.Letters;

namespace Quittance.Papers;

/// <summary>What is asked of a form of a mandate.</summary>
/// <param name="Reference">The mandate's reference; null to leave it for the creditor's hand.</param>
/// <param name="IsOneOff">Whether it is good for one debit; null to leave that for the payer's hand.</param>
/// <param name="Scheme">The rulebook; null for the one of the merchant's bank account.</param>
public sealed record MandateFormAsked(string? Reference, bool? IsOneOff, DebitScheme? Scheme = null);

/// <summary>
/// A mandate for SEPA direct debits on paper, to sign: its parts and the words of authorisation are those of the guidelines of the European
/// Payments Council (EPC392-08).
/// </summary>
internal static class MandateForm
{
    private const int LongestIban = 34;
    private const int LongestBic = 11;
    private const int IbanGroup = 4;

    // Points.
    private const double SignatureSpace = 34;
    private const double LogoSpace = 46;

    public static Paper Draw(
        BankAccount creditor, LetterSender sender, NamedAccount payer, MandateFormAsked asked, DateOnly day, CustomerTexts texts)
    {
        var isB2B = (asked.Scheme ?? creditor.Scheme) == DebitScheme.B2B;
        var title = texts[isB2B ? "mandate.title.b2b" : "mandate.title"];
        var name = creditor.Name;
        using var sheet = new Sheet(
            $"{title} {asked.Reference}".TrimEnd(), texts.Tag, new DateTimeOffset(day, default, TimeSpan.Zero));
        if (sender.Logo is { } png)
        {
            sheet.Logo(png);
            sheet.Space(LogoSpace);
        }

        sheet.Subject(title);
        sheet.Facts(
            Sheet.WideNames,
            (texts["mandate.creditor"], string.Join(", ", [name, .. sender.Address?.Lines ?? []])),
            (texts["mandate.identifier"], $"{creditor.Identifier}"),
            (texts["mandate.reference"], asked.Reference ?? $"______________________________ ({texts["mandate.later"]})"));
        sheet.Paragraph(texts.With(isB2B ? "mandate.text.b2b" : "mandate.text", ("creditor", name)));
        sheet.Space(SignatureSpace / 4);
        sheet.Ticks(
            texts["mandate.type"], (texts["mandate.recurring"], asked.IsOneOff == false), (texts["mandate.once"], asked.IsOneOff == true));
        var home = payer.Contact.Address;
        sheet.Fields((texts["mandate.name"], payer.Account.Name, 1));
        sheet.Fields((texts["mandate.street"], home is null ? null : Joined(", ", home.Line1, home.Line2), 1));
        sheet.Fields(
            (texts["mandate.city"], home is null ? null : Joined(" ", home.PostalCode, home.City, home.Region), 0.65),
            (texts["mandate.country"], home?.Country, 0.35));
        sheet.Boxes("IBAN", LongestIban, IbanGroup);
        sheet.Boxes("BIC", LongestBic, LongestBic);
        sheet.Fields((texts["mandate.where"], null, 0.5), (texts["mandate.when"], null, 0.5));
        sheet.Space(SignatureSpace);
        sheet.Fields((texts["mandate.signature"], null, 1));
        sheet.Space(SignatureSpace / 2);
        if (isB2B)
            sheet.Note(texts["mandate.bank"]);
        sheet.Note(texts.With("mandate.return", ("creditor", name)));
        return new Paper(
            $"mandate-{payer.Account.Number}.pdf",
            sheet.Write(
                texts.With("receipt.customer", ("number", $"{payer.Account.Number}")),
                (page, pages) => texts.With("page", ("page", $"{page}"), ("pages", $"{pages}"))));
    }

    private static string Joined(string between, params string?[] parts) =>
        string.Join(between, parts.Where(part => !string.IsNullOrEmpty(part)));
}
