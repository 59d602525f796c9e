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

    // It parts the digits, which in a row could be a card's number, and no text keeps one.
    private const char Middle = 'Q';

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
        return new TransferReference($"RF{CheckDigits.OfCreditor(creditor)}{creditor}", $"{swiss}{CheckDigits.OfSwiss(swiss)}")
        {
            Link = link,
        };
    }

    /// <summary>Whether a text of a bank's line is a reference of either form with right check digits.</summary>
    public static bool IsOne(string text) => text.Length switch
    {
        Digits + 5 => CheckDigits.AreOfCreditor(text),
        SwissLength => CheckDigits.AreOfSwiss(text),
        _ => false,
    };

    /// <summary>The references in a text, also as people type them: in groups, and with small letters.</summary>
    public static IEnumerable<string> In(string text) => WrittenIn(text).Where(IsOne);

    /// <summary>The texts in another one that have the form of a reference, whether their check digits are right or not.</summary>
    public static IEnumerable<string> WrittenIn(string text) =>
        Written().Matches(text).Select(match => match.Value.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());

    [GeneratedRegex(@"(?<![A-Za-z0-9])([Rr][Ff][0-9]{2}( ?[A-Za-z0-9]){17}|[0-9]( ?[0-9]){26})(?![A-Za-z0-9])",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Written();
}
