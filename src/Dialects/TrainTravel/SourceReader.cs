using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.TrainTravel;

/// <summary>A card or a bank account that a booking is paid with.</summary>
/// <param name="Secret">Its number.</param>
/// <param name="Details">The part that answers show, as JSON: nothing that is write-only.</param>
public sealed record PaymentSource(InstrumentSecret Secret, string Details)
{
    /// <summary>The card's security code: used once.</summary>
    public SecurityCode? Code { get; init; }

    /// <summary>Never the numbers.</summary>
    public override string ToString() => Secret.Masked;
}

/// <summary>
/// Reads the <c>source</c> of a payment: a card or a bank account (Train Travel 3.7). Its faults are among those of its body and
/// repeats nothing of it.
/// </summary>
internal static class SourceReader
{
    private const string Card = "card";
    private const string BankAccount = "bank_account";
    private const int MaxText = 200;
    private const int MaxDigits = 40;

    private static readonly string[] OfCards = ["exp_month", "exp_year", "cvc"];
    private static readonly string[] OfBankAccounts = ["account_type", "bank_name"];

    /// <summary>Reads it; null where something is wrong.</summary>
    /// <param name="currency">The currency of the booking's price, in which a bank account must be able to pay.</param>
    public static PaymentSource? Read(JsonFields payment, Currency currency)
    {
        if (payment.Object("source", required: true) is not { } source || KindOf(payment, source) is not { } kind)
            return null;
        var read = kind == Card ? CardOf(source) : AccountOf(source, currency);
        source.RefuseUnknown();
        return read;
    }

    /// <summary>
    /// The kind of source; where the source does not say it, the members tell that only one kind has (Train Travel 4.10).
    /// </summary>
    private static string? KindOf(JsonFields payment, JsonFields source)
    {
        if (source.Has("object"))
            return source.Choice("object", [Card, BankAccount]);
        var (isCard, isAccount) = (OfCards.Any(source.Has), OfBankAccounts.Any(source.Has));
        if (isCard != isAccount)
            return isCard ? Card : BankAccount;
        payment.Refuse("source", FieldProblem.Malformed, "either a card or a bank account");
        return null;
    }

    private static PaymentSource? CardOf(JsonFields source)
    {
        var name = TextOf(source, "name", required: true);
        CardNumber? number = null;
        if (source.Text("number", MaxDigits, required: true) is { } digits && !CardNumber.TryParse(digits, out number, out var fault))
            source.Refuse("number", FieldProblem.Malformed, ExpectedOf(fault));
        SecurityCode? code = null;
        // Train Travel 4.11: clients of 1.0.0 send it as a number, which has lost its leading zeros.
        if (source.TextOrInteger("cvc", MaxDigits, required: true) is { } cvc && (code = SecurityCode.TryParse(cvc)) is null)
            source.Refuse("cvc", FieldProblem.Malformed, "three or four digits");
        var (month, year) = (source.Integer("exp_month", 1, 12, required: true), source.Integer("exp_year", 1000, 9999, required: true));
        var country = CountryOf(source, "address_country");
        var city = TextOf(source, "address_city");
        var postCode = TextOf(source, "address_post_code");
        source.Text("address_line1", MaxText);
        source.Text("address_line2", MaxText);
        if (name is null || number is null || code is null || month is null || year is null || country is null)
            return null;

        var details = Json(json =>
        {
            json.WriteString("object", Card);
            json.WriteString("name", name);
            json.WriteString("number", Masked(number.Reveal()));
            json.WriteNumber("exp_month", month.Value);
            json.WriteNumber("exp_year", year.Value);
            if (city is not null)
                json.WriteString("address_city", city);
            json.WriteString("address_country", country);
            if (postCode is not null)
                json.WriteString("address_post_code", postCode);
        });
        return new PaymentSource(new Card(number, new CardExpiry((int)month, (int)year), name), details) { Code = code };
    }

    private static PaymentSource? AccountOf(JsonFields source, Currency currency)
    {
        var name = TextOf(source, "name", required: true, minLength: 1);
        var type = source.Choice("account_type", ["individual", "company"], required: true);
        var bank = TextOf(source, "bank_name", required: true);
        var country = CountryOf(source, "country");
        var digits = source.Text("number", MaxDigits, required: true)?.Replace(" ", "");
        SortCode? sortCode = null;
        // Train Travel 5.10: a British account is nothing without it.
        if (source.Text("sort_code", MaxDigits, required: IsBritish(country)) is { } sort && !SortCode.TryParse(sort, out sortCode))
            source.Refuse("sort_code", FieldProblem.Malformed, "six digits");
        if (country is null || digits is null)
            return null;
        if (!PaysIn(country.ToUpperInvariant(), currency))
        {
            source.Refuse(
                "country", FieldProblem.NotInList, $"a country whose accounts can be debited in {currency.Code.ToLowerInvariant()}");
        }

        InstrumentSecret? secret = IsBritish(country) ? BritishOf(source, digits, sortCode, name) : IbanOf(source, digits, country, name);
        if (secret is null || type is null || bank is null)
            return null;

        var details = Json(json =>
        {
            json.WriteString("object", BankAccount);
            json.WriteString("name", name);
            json.WriteString("number", Masked(digits));
            if (sortCode is not null)
                json.WriteString("sort_code", sortCode.Reveal());
            json.WriteString("account_type", type);
            json.WriteString("bank_name", bank);
            json.WriteString("country", country);
        });
        return new PaymentSource(secret, details);
    }

    private static UkAccount? BritishOf(JsonFields source, string digits, SortCode? sortCode, string? name)
    {
        if (!UkAccountNumber.TryParse(digits, out var number))
            source.Refuse("number", FieldProblem.Malformed, "six to eight digits");
        return number is not null && sortCode is not null && name is not null ? new UkAccount(sortCode, number, name) : null;
    }

    private static IbanAccount? IbanOf(JsonFields source, string digits, string country, string? name)
    {
        if (!Iban.TryParse(digits, out var iban) || !iban.Country.Equals(country, StringComparison.OrdinalIgnoreCase))
        {
            source.Refuse("number", FieldProblem.Malformed, "an IBAN of the account's country");
            return null;
        }

        return name is null ? null : new IbanAccount(iban, null, name);
    }

    private static bool IsBritish(string? country) => string.Equals(country, "GB", StringComparison.OrdinalIgnoreCase);

    /// <summary>The currencies in which the accounts of a country can be debited: its own, and where SEPA reaches it the euro.</summary>
    private static bool PaysIn(string country, Currency currency) => country switch
    {
        "GB" => currency.Code == "GBP",
        "BA" => currency.Code == "BAM",
        "TR" => currency.Code == "TRY",
        "BG" => currency.Code is "BGN" or "EUR",
        "CH" or "LI" => currency.Code is "CHF" or "EUR",
        "NO" => currency.Code is "NOK" or "EUR",
        "SE" => currency.Code is "SEK" or "EUR",
        _ => currency.Code == "EUR",
    };

    private static string? CountryOf(JsonFields source, string member)
    {
        if (source.Text(member, MaxText, required: true) is not { } country)
            return null;
        if (country is [var first, var second] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second))
            return country;
        source.Refuse(member, FieldProblem.Malformed, "the two letters of a country");
        return null;
    }

    /// <summary>A text that is kept and shown. Of a card number in it, only the last four digits are kept.</summary>
    private static string? TextOf(JsonFields source, string member, bool required = false, int minLength = 0) =>
        source.Text(member, MaxText, required, minLength) is { } text ? CardNumberMask.Apply(text) : null;

    private static string ExpectedOf(CardNumberFault fault) => fault switch
    {
        CardNumberFault.CheckDigit => "a card number with the right check digit",
        CardNumberFault.None or CardNumberFault.NotDigits or CardNumberFault.TooShort or CardNumberFault.TooLong =>
            "a card number of 12 to 19 digits",
    };

    /// <summary>The last four characters, but never more than half (Train Travel 4.3, 5.12).</summary>
    private static string Masked(string number)
    {
        var shown = Math.Min(4, number.Length / 2);
        return new string('*', number.Length - shown) + number[^shown..];
    }

    private static string Json(Action<Utf8JsonWriter> write) => JsonOutput.Text(json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });
}
