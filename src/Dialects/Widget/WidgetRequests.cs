using System.Buffers.Binary;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Widget;

/// <summary>A well-formed submission of a customer from the widget.</summary>
/// <param name="Choice">The way to pay; null for a stored instrument.</param>
public sealed record WidgetSubmission(PaymentChoice? Choice)
{
    /// <summary>A stored instrument.</summary>
    public Guid? Stored { get; init; }

    /// <summary>Whether the customer comes back from the session's page at the provider.</summary>
    public bool IsEntered { get; init; }

    /// <summary>The card or the bank account; null where none is needed, and where the provider's page asks for it.</summary>
    public InstrumentSecret? Secret { get; init; }

    /// <summary>The card's security code: used once.</summary>
    public SecurityCode? Code { get; init; }

    /// <summary>Whether to keep the instrument for payments to come.</summary>
    public bool Stores { get; init; }

    /// <summary>
    /// The language of the words by which the customer chooses autopay with the instrument; null where the customer does not.
    /// </summary>
    public string? AutopayLanguage { get; init; }

    /// <summary>The language of the widget, for the provider's page; null where it was not said.</summary>
    public string? Language { get; init; }

    /// <summary>The address to which a customer returns after confirming elsewhere.</summary>
    public string? ReturnTo { get; init; }
}

/// <summary>Reads what the frame sends.</summary>
public static class WidgetRequests
{
    private const int MaxText = 200;
    private const int MaxSignature = 90_000;
    private const int MaxAddress = 2_000;
    private const string Picture = "data:image/png;base64,";

    // A PNG begins with its signature, the length and the name of its first chunk, and in this the picture's width and height.
    private const int PngWidth = 16;
    private const int PngHeader = PngWidth + 8;
    private const int MaxPixels = 4096;

    private static ReadOnlySpan<byte> PngStart => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

    private static readonly string[] Choices = [.. Enum.GetValues<PaymentChoice>().Select(choice => ChoiceWords.Of(choice))];

    /// <summary>Reads what a customer pays with. Null, with faults in the body, when it is not well formed.</summary>
    /// <param name="today">The day, for cards that are no longer good.</param>
    /// <param name="requiresSignature">Whether the mandate of an IBAN is to be signed (Sport Alliance 4.1).</param>
    /// <param name="onPages">The ways to pay whose instruments the provider's page asks for: their numbers are not read.</param>
    public static WidgetSubmission? Submission(
        JsonBody body, DateOnly today, bool requiresSignature, IReadOnlyCollection<PaymentChoice> onPages)
    {
        if (body.Object() is not { } fields)
            return null;
        if (fields.Text("instrument", MaxText) is { } stored)
        {
            if (!Guid.TryParseExact(stored, "D", out var id))
                fields.Refuse("instrument", FieldProblem.Malformed, "the id of a stored instrument");
            var chosen = new WidgetSubmission(Choice: null) { Stored = id, AutopayLanguage = AutopayIn(fields) };
            return body.Faults.Count > 0 ? null : chosen;
        }

        if (fields.Boolean("entered") == true)
        {
            var entered = new WidgetSubmission(Choice: null)
            {
                IsEntered = true,
                ReturnTo = fields.Uri("returnUrl", MaxAddress)?.AbsoluteUri,
            };
            return body.Faults.Count > 0 ? null : entered;
        }

        var word = fields.Choice("choice", Choices, required: true);
        if (word is null)
            return null;
        var choice = ChoiceWords.Of(word)!.Value;
        if (onPages.Contains(choice))
        {
            var sent = new WidgetSubmission(choice)
            {
                Stores = fields.Boolean("store") ?? false,
                AutopayLanguage = AutopayIn(fields),
                Language = fields.Text("language", MaxText),
                ReturnTo = fields.Uri("returnUrl", MaxAddress, required: true)?.AbsoluteUri,
            };
            return body.Faults.Count > 0 ? null : sent;
        }

        var submission = new WidgetSubmission(choice)
        {
            Secret = choice switch
            {
                PaymentChoice.CreditCard => CardOf(fields.Object("card", required: true), today),
                PaymentChoice.Sepa or PaymentChoice.SwissDebit or PaymentChoice.SwissLsv =>
                    IbanOf(fields.Object("account", required: true), choice, requiresSignature),
                PaymentChoice.Bacs => UkAccountOf(fields.Object("account", required: true)),
                PaymentChoice.BankTransfer or PaymentChoice.Cash => null,
            },
            Code = choice == PaymentChoice.CreditCard ? CodeOf(fields) : null,
            Stores = fields.Boolean("store") ?? false,
            AutopayLanguage = AutopayIn(fields),
            ReturnTo = fields.Uri("returnUrl", MaxAddress)?.AbsoluteUri,
        };
        if (IsDebit(choice) && fields.Boolean("mandateAccepted", required: true) == false)
            fields.Refuse("mandateAccepted", FieldProblem.OutOfRange, "true: without a mandate nothing may be debited");
        return body.Faults.Count > 0 ? null : submission;
    }

    /// <summary>The customer sends no words: the server knows them by their language.</summary>
    private static string? AutopayIn(JsonFields fields) => fields.Choice("autopay", [.. AutopayTexts.Languages]);

    private static bool IsDebit(PaymentChoice choice) =>
        choice is PaymentChoice.Sepa or PaymentChoice.Bacs or PaymentChoice.SwissDebit or PaymentChoice.SwissLsv;

    private static Card? CardOf(JsonFields? card, DateOnly today)
    {
        if (card is null)
            return null;
        CardNumber? number = null;
        if (card.Text("number", MaxText, required: true) is { } digits && !CardNumber.TryParse(digits, out number))
            card.Refuse("number", FieldProblem.Malformed, "a card number");
        CardExpiry? expiry = null;
        if (card.Text("expiry", MaxText, required: true) is { } month)
        {
            if (!CardExpiry.TryParse(month, out expiry))
                card.Refuse("expiry", FieldProblem.Malformed, "a month such as 12/30");
            else if (expiry.IsPast(today))
                card.Refuse("expiry", FieldProblem.OutOfRange, "a month that is not over");
        }

        var holder = card.Text("holder", MaxText);
        return number is not null && expiry is not null ? new Card(number, expiry, holder) : null;
    }

    private static SecurityCode? CodeOf(JsonFields fields)
    {
        if (fields.Object("card") is not { } card || card.Text("securityCode", MaxText, required: true) is not { } text)
            return null;
        var code = SecurityCode.TryParse(text);
        if (code is null)
            card.Refuse("securityCode", FieldProblem.Malformed, "three or four digits");
        return code;
    }

    /// <summary>
    /// Whether a signature is a PNG of a size that a hand signs in. The shop's page shows it as it is, so its own numbers must not make a
    /// browser build a picture without measure.
    /// </summary>
    private static bool IsPicture(string signature)
    {
        if (!signature.StartsWith(Picture, StringComparison.Ordinal))
            return false;
        var png = new byte[signature.Length];
        return Convert.TryFromBase64Chars(signature.AsSpan(Picture.Length), png, out var length) && length >= PngHeader
            && png.AsSpan().StartsWith(PngStart)
            && BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(PngWidth)) is > 0 and <= MaxPixels
            && BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(PngWidth + 4)) is > 0 and <= MaxPixels;
    }

    private static IbanAccount? IbanOf(JsonFields? account, PaymentChoice choice, bool requiresSignature)
    {
        if (account is null)
            return null;
        Iban? iban = null;
        if (account.Text("iban", MaxText, required: true) is { } text && !Iban.TryParse(text, out iban))
            account.Refuse("iban", FieldProblem.Malformed, "an IBAN");
        if (iban is { IsInSepa: false } && choice == PaymentChoice.Sepa)
            account.Refuse("iban", FieldProblem.OutOfRange, "an IBAN of a country in SEPA");
        if (iban is not null && choice != PaymentChoice.Sepa && iban.Country is not ("CH" or "LI"))
            account.Refuse("iban", FieldProblem.OutOfRange, "an IBAN of Switzerland or Liechtenstein");
        Bic? bic = null;
        if (account.Text("bic", MaxText) is { Length: > 0 } code && !Bic.TryParse(code, out bic))
            account.Refuse("bic", FieldProblem.Malformed, "a BIC");
        var holder = account.Text("holder", MaxText, required: true, minLength: 1);
        var signature = account.Text("signature", MaxSignature, required: requiresSignature);
        if (signature is not null && !IsPicture(signature))
            account.Refuse("signature", FieldProblem.Malformed, "a picture");
        return iban is not null && holder is not null ? new IbanAccount(iban, bic, holder) { Signature = signature } : null;
    }

    private static UkAccount? UkAccountOf(JsonFields? account)
    {
        if (account is null)
            return null;
        SortCode? sortCode = null;
        if (account.Text("sortCode", MaxText, required: true) is { } sort && !SortCode.TryParse(sort, out sortCode))
            account.Refuse("sortCode", FieldProblem.Malformed, "a sort code");
        UkAccountNumber? number = null;
        if (account.Text("accountNumber", MaxText, required: true) is { } digits && !UkAccountNumber.TryParse(digits, out number))
            account.Refuse("accountNumber", FieldProblem.Malformed, "an account number");
        var holder = account.Text("holder", MaxText, required: true, minLength: 1);
        var email = account.Text("email", MaxText);
        return sortCode is not null && number is not null && holder is not null ? new UkAccount(sortCode, number, holder) { Email = email }
            : null;
    }
}
