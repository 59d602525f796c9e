using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

/// <summary>Why a text is no IBAN.</summary>
public enum IbanFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It holds something other than Latin letters, digits and spaces, or letters where the check digits stand.</summary>
    Characters,

    /// <summary>It begins with no country that has IBANs.</summary>
    Country,

    /// <summary>It is shorter or longer than its country's.</summary>
    Length,

    /// <summary>Its check digits do not follow from the rest (mod 97): something is mistyped.</summary>
    CheckDigits,
}

/// <summary>An international bank account number (ISO 13616). Its text is masked; only <see cref="Reveal"/> gives it away.</summary>
public sealed record Iban
{
    // Country and total length, from the IBAN registry.
    private static readonly FrozenDictionary<string, int> Lengths = (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 "
        + "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 "
        + "LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 "
        + "SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30")
        .Split(' ').ToFrozenDictionary(entry => entry[..2], entry => int.Parse(entry[2..]));

    // EPC409-09: the countries and territories of SEPA, by the codes of their IBANs.
    private static readonly FrozenSet<string> Sepa = (
        "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA")
        .Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> OutsideEea = "AD AL CH GB GI MC MD ME MK RS SM VA".Split(' ').ToFrozenSet();

    private readonly string _text;

    private Iban(string text) => _text = text;

    /// <summary>The country's code, two upper-case letters.</summary>
    public string Country => _text[..2];

    /// <summary>Whether a SEPA direct debit reaches it.</summary>
    public bool IsInSepa => IsSepaCountry(Country);

    /// <summary>Whether it is kept in the European Economic Area. A SEPA debit of another account tells the debtor's address.</summary>
    public bool IsInEea => IsEeaCountry(Country);

    /// <summary>The last four characters.</summary>
    public string LastFour => _text[^4..];

    /// <summary>Whether a country belongs to SEPA.</summary>
    /// <param name="country">Its code, two upper-case letters.</param>
    public static bool IsSepaCountry(string country) => Sepa.Contains(country);

    /// <summary>Whether a country belongs to SEPA and to the European Economic Area.</summary>
    /// <param name="country">Its code, two upper-case letters.</param>
    public static bool IsEeaCountry(string country) => IsSepaCountry(country) && !OutsideEea.Contains(country);

    /// <summary>Reads an IBAN, in groups or not, in upper or lower case.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="iban">The IBAN, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Iban? iban) => TryParse(text, out iban, out _);

    /// <inheritdoc cref="TryParse(string?, out Iban?)"/>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="iban">The IBAN, when it is one.</param>
    /// <param name="fault">Why it is none.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Iban? iban, out IbanFault fault)
    {
        var compact = (text ?? "").Replace(" ", "").ToUpperInvariant();
        fault = FaultOf(compact);
        iban = fault == IbanFault.None ? new Iban(compact) : null;
        return iban is not null;
    }

    /// <summary>An IBAN that is known to be one: a constant.</summary>
    /// <exception cref="FormatException">It is none. The message does not repeat it.</exception>
    public static Iban Parse(string text) =>
        TryParse(text, out var iban, out var fault) ? iban : throw new FormatException($"That is no IBAN: {fault}.");

    /// <summary>The whole number, upper-case and without spaces, for the provider and the vault alone.</summary>
    public string Reveal() => _text;

    /// <summary>The country and the last four characters.</summary>
    public override string ToString() => $"{Country} ···· {LastFour}";

    private static IbanFault FaultOf(string text)
    {
        if (!text.All(char.IsAsciiLetterOrDigit))
            return IbanFault.Characters;
        if (text.Length < 2 || !Lengths.TryGetValue(text[..2], out var length))
            return IbanFault.Country;
        if (text.Length != length)
            return IbanFault.Length;
        if (!char.IsAsciiDigit(text[2]) || !char.IsAsciiDigit(text[3]))
            return IbanFault.Characters;
        // 00, 01 and 99 are never given out, yet leave the same remainder as 97, 98 and 02.
        return text[2..4] is "00" or "01" or "99" || Mod97(text[4..] + text[..4]) != 1 ? IbanFault.CheckDigits : IbanFault.None;
    }

    /// <summary>The remainder of a text of digits and upper-case letters, A as 10 to Z as 35 (ISO 7064).</summary>
    internal static int Mod97(string text)
    {
        var remainder = 0;
        foreach (var character in text)
        {
            remainder = char.IsAsciiDigit(character)
                ? ((remainder * 10) + character - '0') % 97
                : ((remainder * 100) + character - 'A' + 10) % 97;
        }

        return remainder;
    }
}

/// <summary>A bank's identifier (ISO 9362): 8 characters, or 11 with a branch. No secret.</summary>
public sealed record Bic
{
    private readonly string _text;

    private Bic(string text) => _text = text;

    /// <summary>Reads a BIC, in upper or lower case.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="bic">The BIC, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Bic? bic)
    {
        var upper = text?.Trim(' ').ToUpperInvariant();
        var isBic = upper is { Length: 8 or 11 } && upper[..6].All(char.IsAsciiLetter) && upper[6..].All(char.IsAsciiLetterOrDigit);
        bic = isBic ? new Bic(upper!) : null;
        return isBic;
    }

    /// <summary>A BIC that is known to be one: a constant.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Bic Parse(string text) => TryParse(text, out var bic) ? bic : throw new FormatException($"'{text}' is no BIC.");

    /// <summary>The identifier, upper-case.</summary>
    public override string ToString() => _text;
}

/// <summary>
/// A bank account with an IBAN: debited by SEPA, or by the Swiss schemes when it is kept in Switzerland or Liechtenstein.
/// </summary>
/// <param name="Iban">Its number.</param>
/// <param name="Bic">Its bank, where it is given; it follows from the IBAN.</param>
public sealed record IbanAccount(Iban Iban, Bic? Bic, string Holder) : InstrumentSecret
{
    /// <summary>Whether the Swiss schemes debit it.</summary>
    public bool IsSwiss => Iban.Country is "CH" or "LI";

    /// <summary>The holder's signature, a picture as <c>data:image/png;base64,…</c>; null where the mandate is not signed.</summary>
    public string? Signature { get; init; }

    public override MaskedInstrument Shown =>
        new(InstrumentKind.IbanAccount, Iban.LastFour) { Country = Iban.Country, Holder = Holder };
}
