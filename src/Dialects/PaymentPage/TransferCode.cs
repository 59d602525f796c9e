using System.Collections.Frozen;
using System.Globalization;
using QRCoder;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Dialects.Http.Pages;

namespace Quittance.Dialects.PaymentPage;

/// <summary>
/// A transfer that a customer's bank fills in from a code: EPC069-12 (GiroCode) for euros, and the code of a Swiss QR-bill for accounts in
/// Switzerland and Liechtenstein.
/// </summary>
/// <param name="Reference">The reference, as the customer types it.</param>
/// <param name="Text">What the code holds.</param>
internal sealed record TransferCode(Payee Payee, Money Amount, string Reference, string Text, bool IsSwiss)
{
    // The largest amount of either code: EPC069-12, Swiss Implementation Guidelines for the QR-bill.
    private const long MostMinor = 99_999_999_999;

    // The European Economic Area but Liechtenstein: codes for accounts elsewhere name the bank (EPC069-12), which a merchant does not.
    private static readonly FrozenSet<string> WithoutBic = FrozenSet.Create(
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LT", "LU", "LV", "MT", "NL",
        "NO", "PL", "PT", "RO", "SE", "SI", "SK");

    // The cross stands in the middle and has a width of 7 of the code's 46 millimetres, with its white edge.
    private const double CrossShare = 7.0 / 46;

    /// <summary>The transfer that pays a link; null where no code can say it.</summary>
    public static TransferCode? Of(Payee payee, PaymentLink link, Money due)
    {
        if (link.Charges.Count == 0 || due.AmountMinor is <= 0 or > MostMinor || payee.Name.Length > Payee.MostName)
            return null;
        var reference = TransferReference.Of(link.Id);
        try
        {
            return Of(payee, due, reference);
        }
        catch (Exception refused) when (refused is PayloadGenerator.SwissQrCode.SwissQrCodeException
            or PayloadGenerator.SwissQrCode.Contact.SwissQrCodeContactException
            or PayloadGenerator.SwissQrCode.Iban.SwissQrCodeIbanException
            or PayloadGenerator.SwissQrCode.Reference.SwissQrCodeReferenceException
            or PayloadGenerator.Girocode.GirocodeException)
        {
            // The rules of the code permit no such letters or country. The page goes on without it.
            return null;
        }
    }

    private static TransferCode? Of(Payee payee, Money due, TransferReference reference)
    {
        if (payee.IsSwiss)
            return due.Currency.Code is "CHF" or "EUR" && payee.Address is not null ? Swiss(payee, payee.Address, due, reference) : null;
        if (due.Currency.Code != "EUR" || !WithoutBic.Contains(payee.Iban[..2]))
            return null;
        var text = new PayloadGenerator.Girocode(
            payee.Iban, "", payee.Name, Decimal(due), reference.Creditor, PayloadGenerator.Girocode.TypeOfRemittance.Structured,
            version: PayloadGenerator.Girocode.GirocodeVersion.Version2, encoding: PayloadGenerator.Girocode.GirocodeEncoding.UTF_8)
            .ToString();
        // No separator follows the last element that is there.
        return new TransferCode(payee, due, Grouped(reference.Creditor, 4), text.TrimEnd('\n'), IsSwiss: false);
    }

    /// <summary>The number of the account in groups of four.</summary>
    public string ShownIban => Grouped(Payee.Iban, 4);

    /// <summary>The code as a picture: dark on white also on a dark page, since some cameras see nothing else.</summary>
    /// <param name="label">What it is, for those who do not see it.</param>
    public Markup Picture(string label)
    {
        using var code = QRCodeGenerator.GenerateQrCode(Text, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        var size = code.ModuleMatrix.Count;
        var path = string.Concat(
            from row in Enumerable.Range(0, size)
            from column in Enumerable.Range(0, size)
            where code.ModuleMatrix[row][column]
            select string.Create(CultureInfo.InvariantCulture, $"M{column} {row}h1v1h-1z"));
        return Markup.Of($"""
            <svg class="code" role="img" aria-label="{label}" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">
              <rect width="100%" height="100%" fill="#fff"/><path d="{new Markup(path)}" fill="#000"/>
              {(IsSwiss ? Cross(size) : Markup.Empty)}
            </svg>
            """);
    }

    private static TransferCode Swiss(Payee payee, PayeeAddress address, Money due, TransferReference reference)
    {
        var (type, text, shown) = payee.IsQrIban
            ? (PayloadGenerator.SwissQrCode.Reference.ReferenceType.QRR, reference.Swiss,
                $"{reference.Swiss[..2]} {Grouped(reference.Swiss[2..], 5)}")
            : (PayloadGenerator.SwissQrCode.Reference.ReferenceType.SCOR, reference.Creditor, Grouped(reference.Creditor, 4));
        var form = payee.IsQrIban ? PayloadGenerator.SwissQrCode.Reference.ReferenceTextType.QrReference
            : PayloadGenerator.SwissQrCode.Reference.ReferenceTextType.CreditorReferenceIso11649;
        var payload = new PayloadGenerator.SwissQrCode(
            new PayloadGenerator.SwissQrCode.Iban(
                payee.Iban,
                payee.IsQrIban ? PayloadGenerator.SwissQrCode.Iban.IbanType.QrIban : PayloadGenerator.SwissQrCode.Iban.IbanType.Iban),
            due.Currency.Code == "CHF" ? PayloadGenerator.SwissQrCode.Currency.CHF : PayloadGenerator.SwissQrCode.Currency.EUR,
            PayloadGenerator.SwissQrCode.Contact.WithStructuredAddress(
                payee.Name, address.Postcode, address.Town, address.Country, address.Street, null),
            new PayloadGenerator.SwissQrCode.Reference(type, text, form), null, null, Decimal(due), null, null, null, null).ToString();
        return new TransferCode(payee, due, shown, payload, IsSwiss: true);
    }

    private static Markup Cross(int size)
    {
        // The picture has a quiet zone of four modules on each side.
        var width = (size - 8) * CrossShare;
        var at = (size - width) / 2;
        var unit = width / 32;
        return new Markup(string.Create(CultureInfo.InvariantCulture, $"""
            <g transform="translate({at:0.###} {at:0.###}) scale({unit:0.####})" shape-rendering="auto">
              <path d="M0 0h32v32h-32z" fill="#fff"/><path d="M2 2h28v28h-28z" fill="#000"/>
              <path d="M13 6h6v7h7v6h-7v7h-6v-7h-7v-6h7z" fill="#fff"/></g>
            """));
    }

    private static decimal Decimal(Money money) => decimal.Parse(money.ToText(AmountDecimals.Full), CultureInfo.InvariantCulture);

    private static string Grouped(string text, int size) => string.Join(' ', text.Chunk(size).Select(chunk => new string(chunk)));
}
