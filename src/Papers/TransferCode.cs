using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using QRCoder;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;

namespace Quittance.Papers;

/// <summary>
/// A transfer that a customer's bank fills in from a code: EPC069-12 (GiroCode) for euros, and the code of a Swiss QR-bill for accounts in
/// Switzerland and Liechtenstein.
/// </summary>
/// <param name="Reference">The reference, as the customer types it.</param>
/// <param name="Text">What the code holds.</param>
public sealed record TransferCode(Payee Payee, Money Amount, string Reference, string Text, bool IsSwiss)
{
    // The largest amount of either code: EPC069-12, Swiss Implementation Guidelines for the QR-bill.
    private const long MostMinor = 99_999_999_999;

    // The European Economic Area but Liechtenstein: codes for accounts elsewhere name the bank (EPC069-12), which a merchant does not.
    private static readonly FrozenSet<string> WithoutBic = FrozenSet.Create(
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LT", "LU", "LV", "MT", "NL",
        "NO", "PL", "PT", "RO", "SE", "SI", "SK");

    /// <summary>Fields of a code that stay white on each side of its picture.</summary>
    public const int QuietZone = 4;

    /// <summary>Who pays, where the code says it: a name and an address; null for none.</summary>
    public (string Name, PostalAddress Address)? Debtor { get; private init; }

    /// <summary>The transfer that pays a link; null where no code can say it.</summary>
    /// <param name="debtor">Who pays, which a Swiss code says where its rules permit the letters; null for none.</param>
    public static TransferCode? Of(Payee payee, PaymentLink link, Money due, (string Name, PostalAddress Address)? debtor = null)
    {
        if (link.Charges.Count == 0 || due.AmountMinor is <= 0 or > MostMinor || payee.Name.Length > Payee.MostName)
            return null;
        var reference = TransferReference.Of(link.Id);
        try
        {
            return Of(payee, due, reference, debtor);
        }
        catch (Exception refused) when (refused is PayloadGenerator.SwissQrCode.SwissQrCodeException
            or PayloadGenerator.SwissQrCode.Contact.SwissQrCodeContactException
            or PayloadGenerator.SwissQrCode.Iban.SwissQrCodeIbanException
            or PayloadGenerator.SwissQrCode.Reference.SwissQrCodeReferenceException
            or PayloadGenerator.Girocode.GirocodeException)
        {
            // The rules of the code permit no such letters or country: it says less, or there is none.
            return debtor is null ? null : Of(payee, link, due);
        }
    }

    private static TransferCode? Of(
        Payee payee, Money due, TransferReference reference, (string Name, PostalAddress Address)? debtor)
    {
        if (payee.IsSwiss)
        {
            return due.Currency.Code is "CHF" or "EUR" && payee.Address is not null
                ? Swiss(payee, payee.Address, due, reference, debtor) : null;
        }

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

    /// <summary>The code's dark fields, with a quiet zone of four fields on each side: row by row.</summary>
    public IReadOnlyList<BitArray> Fields()
    {
        using var code = QRCodeGenerator.GenerateQrCode(Text, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        return [.. code.ModuleMatrix.Select(row => new BitArray(row))];
    }

    private static TransferCode Swiss(
        Payee payee, PayeeAddress address, Money due, TransferReference reference, (string Name, PostalAddress Address)? debtor)
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
            new PayloadGenerator.SwissQrCode.Reference(type, text, form), null,
            debtor is (var name, { PostalCode: { } code } at)
                ? PayloadGenerator.SwissQrCode.Contact.WithStructuredAddress(name, code, at.City, at.Country, at.Line1, null) : null,
            Decimal(due), null, null, null, null).ToString();
        return new TransferCode(payee, due, shown, payload, IsSwiss: true)
        {
            // Without a postcode no code has an address.
            Debtor = debtor is { Address.PostalCode: not null } ? debtor : null,
        };
    }

    private static decimal Decimal(Money money) => decimal.Parse(money.ToText(AmountDecimals.Full), CultureInfo.InvariantCulture);

    private static string Grouped(string text, int size) => string.Join(' ', text.Chunk(size).Select(chunk => new string(chunk)));
}
