using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Quittance.Core.Settlements;

/// <summary>
/// The reference of a transfer that pays a link's charges, in the two forms that banks carry unchanged to the merchant's statement. Both
/// have check digits, so a typing error names nothing.
/// </summary>
/// <param name="Creditor">ISO 11649: <c>RF</c>, two check digits, and 16 digits with a letter in their middle.</param>
/// <param name="Swiss">For a Swiss QR-IBAN: 26 digits and a check digit.</param>
public sealed partial record TransferReference(string Creditor, string Swiss)
{
    /// <summary>The kind of its names among references.</summary>
    public const string Kind = "transfer";

    private const int Digits = 16;
    private const int SwissLength = 27;
    private const ulong Range = 10_000_000_000_000_000;

    // So many digits in a row could be a card's number, which no text keeps.
    private const char Middle = 'Q';

    // Recursive modulo 10, as the rules for QR-bills have it (annex B).
    private static readonly int[] Carries = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];

    private PaymentLinkId Link { get; init; }

    /// <summary>Its names among the references of the link.</summary>
    public IReadOnlyList<Reference> Names =>
        [new(Link.Merchant, Reference.House, Kind, Creditor), new(Link.Merchant, Reference.House, Kind, Swiss)];

    /// <summary>The reference of a link: it follows from the random end of its id.</summary>
    public static TransferReference Of(PaymentLinkId link)
    {
        Span<byte> id = stackalloc byte[16];
        link.Value.TryWriteBytes(id, bigEndian: true, out _);
        var number = (BinaryPrimitives.ReadUInt64BigEndian(id[8..]) % Range).ToString($"D{Digits}", CultureInfo.InvariantCulture);
        var swiss = number.PadLeft(SwissLength - 1, '0');
        var creditor = $"{number[..(Digits / 2)]}{Middle}{number[(Digits / 2)..]}";
        return new TransferReference($"RF{98 - Modulo97($"{creditor}RF00"):00}{creditor}", $"{swiss}{SwissCheck(swiss)}") { Link = link };
    }

    /// <summary>Whether a text of a bank's line is a reference of either form with right check digits.</summary>
    public static bool IsOne(string text) => text.Length switch
    {
        Digits + 5 => text.StartsWith("RF", StringComparison.Ordinal) && text.All(char.IsAsciiLetterOrDigit)
            && Modulo97($"{text[4..]}{text[..4]}") == 1,
        SwissLength => AreDigits(text) && SwissCheck(text[..^1]) == text[^1] - '0',
        _ => false,
    };

    /// <summary>The references in a text, also as people type them: in groups, and with small letters.</summary>
    public static IEnumerable<string> In(string text) =>
        Written().Matches(text).Select(match => match.Value.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant()).Where(IsOne);

    [GeneratedRegex(@"(?<![A-Za-z0-9])([Rr][Ff][0-9]{2}( ?[A-Za-z0-9]){17}|[0-9]( ?[0-9]){26})(?![A-Za-z0-9])",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Written();

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    // ISO 7064: a letter counts as two digits, from A for 10.
    private static int Modulo97(string text) => text.Aggregate(0, (rest, sign) => char.IsAsciiDigit(sign)
        ? ((rest * 10) + sign - '0') % 97 : ((rest * 100) + char.ToUpperInvariant(sign) - 'A' + 10) % 97);

    private static int SwissCheck(string digits) => (10 - digits.Aggregate(0, (carry, digit) => Carries[(carry + digit - '0') % 10])) % 10;
}
