using System.Globalization;
using System.Text.RegularExpressions;

namespace Quittance.Core.Accounts;

/// <summary>Reads what people and programs say of a contact. Each fault names its field and what is expected there.</summary>
public static partial class ContactReader
{
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Line1 = "line1";
    public const string Line2 = "line2";
    public const string PostalCode = "postal_code";
    public const string City = "city";
    public const string Region = "region";
    public const string Country = "country";
    public const string Language = "language";

    /// <summary>Of an e-mail address (RFC 5321); of what stands before its @ the next one.</summary>
    public const int MostEmail = 254;

    public const int MostPhone = 30;
    public const int MostLine = 100;
    public const int MostPostalCode = 16;
    public const int MostLanguage = 35;

    private const string CountryRule = "the country: two capital letters of ISO 3166-1, such as CH";
    private const int MostLocal = 64;
    private const string Atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private const int MostMilliseconds = 1000;

    // A telephone number has so many digits (E.164). Card numbers have more than the last, and never begin with +.
    private const int MostDigits = 15;
    private const int LeastDigits = 3;
    private const int MostDigitsWithoutPlus = 12;

    private static readonly IdnMapping Domains = new() { UseStd3AsciiRules = true };

    /// <summary>The fields of an address, in the order in which people write them.</summary>
    public static IReadOnlyList<string> OfAddress { get; } = [Line1, Line2, PostalCode, City, Region, Country];

    /// <summary>Reads a contact.</summary>
    /// <param name="said">What is said for a field; null or empty for nothing.</param>
    /// <param name="hasAddress">Whether there is to be an address, also where none of its fields says anything.</param>
    /// <param name="refuse">Takes the field that is wrong, and what is expected there.</param>
    public static Contact Read(Func<string, string?> said, bool hasAddress, Action<string, string> refuse)
    {
        var contact = new Contact(
            Checked(said, Email, EmailOf, refuse, $"one e-mail address such as anna@example.com, of at most {MostEmail} characters, "
                + "without a name, commas, blanks and line breaks"),
            Checked(said, Phone, PhoneOf, refuse, $"a telephone number such as +49 30 1234567, of {LeastDigits} to {MostDigits} digits; "
                + $"with + and the country's number where it has more than {MostDigitsWithoutPlus}"),
            hasAddress || OfAddress.Any(field => !string.IsNullOrEmpty(said(field))) ? AddressOf(said, refuse) : null,
            Checked(said, Language, LanguageOf, refuse, "a language by BCP 47, such as de or fr-CH"));
        return contact;
    }

    private static PostalAddress? AddressOf(Func<string, string?> said, Action<string, string> refuse)
    {
        string? Line(string field, int most) => Checked(
            said, field, text => LineOf(text, most), refuse,
            $"a text of at most {most} characters on one line, without control characters and without the number of a card");
        string Required(string field, string? value, string expected)
        {
            if (value is null && string.IsNullOrEmpty(said(field)))
                refuse(field, expected);
            return value ?? "";
        }

        return new PostalAddress(
            Line(Line1, MostLine), Line(Line2, MostLine), Line(PostalCode, MostPostalCode),
            Required(City, Line(City, MostLine), "the city: an address has a city and a country"), Line(Region, MostLine),
            Required(Country, Checked(said, Country, CountryOf, refuse, CountryRule), CountryRule));
    }

    private static string? Checked(
        Func<string, string?> said, string field, Func<string, string?> read, Action<string, string> refuse, string expected)
    {
        if (said(field) is not { Length: > 0 } text)
            return null;
        if (read(text) is { } value)
            return value;
        refuse(field, expected);
        return null;
    }

    /// <summary>The address with its domain in small letters, as people read it; null for none.</summary>
    private static string? EmailOf(string text)
    {
        var at = text.LastIndexOf('@');
        if (at is < 1 or > MostLocal || !Local().IsMatch(text.AsSpan(0, at)) || OneLine.ForPeople(text) != text)
            return null;
        try
        {
            var domain = Domains.GetAscii(text, at + 1);
            return domain.Contains('.', StringComparison.Ordinal) && at + 1 + domain.Length <= MostEmail && !IsNumber(domain)
                ? $"{text[..at]}@{Domains.GetUnicode(domain).ToLowerInvariant()}" : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // 127.0.0.1 is no domain of anyone.
    private static bool IsNumber(string domain) => domain.AsSpan(domain.LastIndexOf('.') + 1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static string? PhoneOf(string text)
    {
        var digits = text.Count(char.IsAsciiDigit);
        var most = text.StartsWith('+') ? MostDigits : MostDigitsWithoutPlus;
        return text.Length <= MostPhone && Telephone().IsMatch(text) && digits >= LeastDigits && digits <= most ? text : null;
    }

    private static string? LineOf(string text, int most) =>
        text.EnumerateRunes().Count() <= most && OneLine.IsName(text) && OneLine.ForPeople(text) == text ? text : null;

    private static string? CountryOf(string text) => Iso3166.Has(text) ? text : null;

    /// <summary>The tag as BCP 47 writes it: the language in small letters, a script like a name, a region in capitals.</summary>
    private static string? LanguageOf(string text)
    {
        if (text.Length > MostLanguage || !Tag().IsMatch(text))
            return null;
        var parts = text.Split('-');
        return string.Join('-', parts.Select((part, nth) => (nth, part.Length) switch
        {
            ( > 0, 2) when parts[nth - 1].Length > 1 => part.ToUpperInvariant(),
            (1, 4) when char.IsAsciiLetter(part[0]) => char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant(),
            _ => part.ToLowerInvariant(),
        }));
    }

    [GeneratedRegex($@"^{Atom}(\.{Atom})*\z", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Local();

    [GeneratedRegex(@"^\+?[0-9(][0-9 ()./-]*\z", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Telephone();

    [GeneratedRegex(
        @"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\z",
        RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Tag();
}
