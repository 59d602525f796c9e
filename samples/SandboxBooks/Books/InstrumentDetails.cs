namespace Quittance.Sandbox.Books;

/// <summary>The kind of an instrument.</summary>
public enum InstrumentKind
{
    Card,

    /// <summary>A bank account with an IBAN.</summary>
    Iban,

    /// <summary>A British bank account.</summary>
    UkAccount,

    /// <summary>A Swiss bank account, with its IBAN.</summary>
    SwissAccount,
}

/// <summary>A card or bank account as it was sent. It is looked at once; the books keep its <see cref="Shown"/> only.</summary>
/// <param name="Number">The card's number, the IBAN, or the British account's number, without spaces.</param>
public sealed record InstrumentDetails(InstrumentKind Kind, string Number)
{
    /// <summary>The last month in which a card is valid, 1 to 12.</summary>
    public int ExpiryMonth { get; init; }

    /// <summary>The year of <see cref="ExpiryMonth"/>, with four digits.</summary>
    public int ExpiryYear { get; init; }

    /// <summary>Scheme and last four digits, such as <c>visa 4242</c>.</summary>
    public string Shown => $"{Scheme} {Number[Math.Max(0, Number.Length - 4)..]}";

    private string Scheme => Kind switch
    {
        InstrumentKind.Iban => "iban",
        InstrumentKind.UkAccount => "uk_account",
        InstrumentKind.SwissAccount => "swiss_account",
        InstrumentKind.Card => Number[..2] switch
        {
            ['4', _] => "visa",
            ['5', >= '1' and <= '5'] or ['2', >= '2' and <= '7'] => "mastercard",
            ['3', '4' or '7'] => "amex",
            _ => "card",
        },
    };

    /// <summary>Whether the card's last month is over.</summary>
    internal bool IsExpired(DateTimeOffset now) =>
        Kind == InstrumentKind.Card && (now.UtcDateTime.Year, now.UtcDateTime.Month).CompareTo((ExpiryYear, ExpiryMonth)) > 0;

    /// <summary>Whether the check digits are right. British accounts carry none.</summary>
    internal bool ChecksOut => Kind switch
    {
        InstrumentKind.Card => Luhn() % 10 == 0,
        InstrumentKind.Iban or InstrumentKind.SwissAccount => Iso7064() == 1,
        InstrumentKind.UkAccount => true,
    };

    public override string ToString() => Shown;

    private int Luhn()
    {
        var sum = 0;
        for (var index = 0; index < Number.Length; index++)
        {
            var digit = Number[^(index + 1)] - '0';
            sum += index % 2 == 0 ? digit : (digit * 2 / 10) + (digit * 2 % 10);
        }

        return sum;
    }

    private int Iso7064()
    {
        var remainder = 0;
        foreach (var character in $"{Number[4..]}{Number[..4]}")
        {
            remainder = char.IsAsciiDigit(character) ? ((remainder * 10) + character - '0') % 97
                : ((remainder * 100) + character - 'A' + 10) % 97;
        }

        return remainder;
    }
}
