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
/// <param name="Reference">The reference, or the text in its place, as the customer types it.</param>
/// <param name="Text">What the code holds.</param>
public sealed record TransferCode(Payee Payee, Money Amount, string Reference, string Text, bool IsSwiss)
{
    /// <summary>The most characters of a text in place of a reference.</summary>
    public const int MostText = 140;

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

    /// <summary>Whether it has a reference with check digits, and no text in its place.</summary>
    public bool HasReference { get; private init; }

    /// <summary>The transfer that pays a link; null where no code can say it.</summary>
    /// <param name="debtor">Who pays, which a Swiss code says where its rules permit the letters; null for none.</param>
    public static TransferCode? Of(Payee payee, PaymentLink link, Money due, (string Name, PostalAddress Address)? debtor = null) =>
        link.Charges.Count == 0 ? null : Of(payee, TransferReference.Of(link.Id), "", due, debtor);

    /// <summary>The transfer that says in a text what it pays; null where no code can say it.</summary>
    /// <param name="text">Of at most <see cref="MostText"/> characters.</param>
    /// <param name="debtor">See the other one.</param>
    public static TransferCode? Of(Payee payee, string text, Money due, (string Name, PostalAddress Address)? debtor = null) =>
        Of(payee, reference: null, text, due, debtor);

    private static TransferCode? Of(
        Payee payee, TransferReference? reference, string text, Money due, (string Name, PostalAddress Address)? debtor)
    {
        if (due.AmountMinor is <= 0 or > MostMinor || payee.Name.Length > Payee.MostName)
            return null;
        try
        {
            return Of(payee, due, reference, text, debtor);
        }
        catch (Exception refused) when (refused is PayloadGenerator.SwissQrCode.SwissQrCodeException
            or PayloadGenerator.SwissQrCode.AdditionalInformation.SwissQrCodeAdditionalInformationException
            or PayloadGenerator.SwissQrCode.Contact.SwissQrCodeContactException
            or PayloadGenerator.SwissQrCode.Iban.SwissQrCodeIbanException
            or PayloadGenerator.SwissQrCode.Reference.SwissQrCodeReferenceException
            or PayloadGenerator.Girocode.GirocodeException)
        {
            // The rules of the code permit no such letters or country: it says less, or there is none.
            return debtor is null ? null : Of(payee, reference, text, due, debtor: null);
        }
    }

    private static TransferCode? Of(
        Payee payee, Money due, TransferReference? reference, string text, (string Name, PostalAddress Address)? debtor)
    {
        if (payee.IsSwiss)
        {
            // The bank takes a transfer to a QR-IBAN with a reference alone.
            return IsInSwissCodes(due.Currency) && payee.Address is not null && (reference is not null || !payee.IsQrIban)
                ? Swiss(payee, payee.Address, due, reference, text, debtor) : null;
        }

        if (due.Currency.Code != "EUR" || !WithoutBic.Contains(payee.Iban[..2]))
            return null;
        var payload = new PayloadGenerator.Girocode(
            payee.Iban, "", payee.Name, Decimal(due), reference?.Creditor ?? text,
            reference is null ? PayloadGenerator.Girocode.TypeOfRemittance.Unstructured
                : PayloadGenerator.Girocode.TypeOfRemittance.Structured,
            version: PayloadGenerator.Girocode.GirocodeVersion.Version2, encoding: PayloadGenerator.Girocode.GirocodeEncoding.UTF_8)
            .ToString();
        // No separator follows the last element that is there.
        var shown = reference is null ? text : Grouped(reference.Creditor, 4);
        return new TransferCode(payee, due, shown, payload.TrimEnd('\n'), IsSwiss: false)
        {
            HasReference = reference is not null,
        };
    }

    /// <summary>
    /// The transfer as an address that a banking app may open (RFC 8905), with the reference as its message; null for a QR-IBAN, to which
    /// a bank takes no transfer without a reference of its own kind.
    /// </summary>
    public string? Payto => Payee.IsQrIban ? null : $"payto://iban/{Payee.Iban}?"
        + $"amount={Amount.Currency.Code}:{Amount.ToText(AmountDecimals.Full)}&receiver-name={Uri.EscapeDataString(Payee.Name)}"
        + $"&message={Uri.EscapeDataString(HasReference ? Reference.Replace(" ", "", StringComparison.Ordinal) : Reference)}";

    /// <summary>The number of the account in groups of four.</summary>
    public string ShownIban => Shown(Payee.Iban);

    /// <summary>The number of an account in groups of four.</summary>
    public static string Shown(string iban) => Grouped(iban, 4);

    /// <summary>Whether a Swiss code asks for money in a currency.</summary>
    public static bool IsInSwissCodes(Currency currency) => currency.Code is "CHF" or "EUR";

    /// <summary>The code's dark fields, with a quiet zone of four fields on each side: row by row.</summary>
    public IReadOnlyList<BitArray> Fields() => QrPicture.FieldsOf(Text, IsSwiss);

    private static TransferCode Swiss(
        Payee payee, PayeeAddress address, Money due, TransferReference? reference, string text,
        (string Name, PostalAddress Address)? debtor)
    {
        var (named, shown) = (reference, payee.IsQrIban) switch
        {
            (null, _) => (new PayloadGenerator.SwissQrCode.Reference(PayloadGenerator.SwissQrCode.Reference.ReferenceType.NON), text),
            (_, true) => (
                new PayloadGenerator.SwissQrCode.Reference(
                    PayloadGenerator.SwissQrCode.Reference.ReferenceType.QRR, reference.Swiss,
                    PayloadGenerator.SwissQrCode.Reference.ReferenceTextType.QrReference),
                $"{reference.Swiss[..2]} {Grouped(reference.Swiss[2..], 5)}"),
            _ => (
                new PayloadGenerator.SwissQrCode.Reference(
                    PayloadGenerator.SwissQrCode.Reference.ReferenceType.SCOR, reference.Creditor,
                    PayloadGenerator.SwissQrCode.Reference.ReferenceTextType.CreditorReferenceIso11649),
                Grouped(reference.Creditor, 4)),
        };
        var payload = new PayloadGenerator.SwissQrCode(
            new PayloadGenerator.SwissQrCode.Iban(
                payee.Iban,
                payee.IsQrIban ? PayloadGenerator.SwissQrCode.Iban.IbanType.QrIban : PayloadGenerator.SwissQrCode.Iban.IbanType.Iban),
            due.Currency.Code == "CHF" ? PayloadGenerator.SwissQrCode.Currency.CHF : PayloadGenerator.SwissQrCode.Currency.EUR,
            PayloadGenerator.SwissQrCode.Contact.WithStructuredAddress(
                payee.Name, address.Postcode, address.Town, address.Country, address.Street, null),
            named, reference is null ? new PayloadGenerator.SwissQrCode.AdditionalInformation(text) : null,
            debtor is (var name, { PostalCode: { } code } at)
                ? PayloadGenerator.SwissQrCode.Contact.WithStructuredAddress(name, code, at.City, at.Country, at.Line1, null) : null,
            Decimal(due), null, null, null, null).ToString();
        return new TransferCode(payee, due, shown, payload, IsSwiss: true)
        {
            HasReference = reference is not null,
            // Without a postcode no code has an address.
            Debtor = debtor is { Address.PostalCode: not null } ? debtor : null,
        };
    }

    private static decimal Decimal(Money money) => decimal.Parse(money.ToText(AmountDecimals.Full), CultureInfo.InvariantCulture);

    private static string Grouped(string text, int size) => string.Join(' ', text.Chunk(size).Select(chunk => new string(chunk)));
}
