using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

/// <summary>
/// The number behind an instrument: a card or a bank account. It lives in memory only from the vault to the provider; its text
/// is always masked.
/// </summary>
public abstract record InstrumentSecret
{
    /// <summary>The parts that can be shown.</summary>
    public abstract MaskedInstrument Shown { get; }

    /// <summary>The parts that can be shown, as a text such as <c>Visa ···· 4242</c>.</summary>
    public string Masked => Shown.ToString();

    public sealed override string ToString() => Masked;
}

/// <summary>A card.</summary>
/// <param name="Expiry">The last month in which it is good.</param>
/// <param name="Holder">The name on it, where it is known.</param>
public sealed record Card(CardNumber Number, CardExpiry Expiry, string? Holder) : InstrumentSecret
{
    public override MaskedInstrument Shown =>
        new(InstrumentKind.Card, Number.LastFour) { Scheme = Number.Scheme, Expiry = Expiry, Holder = Holder };
}

/// <summary>The month until whose last day a card is good.</summary>
public sealed record CardExpiry
{
    private const int FirstYear = 1000;
    private const int LastYear = 9999;
    private const int Century = 2000;

    // Cards show MM/YY.
    private static readonly string[] Forms = ["MM/yy", "M/yy", "MM/yyyy", "M/yyyy", "MM-yy", "MM-yyyy", "MMyy", "MMyyyy", "yyyy-MM"];

    /// <summary>An expiry that is known to be one.</summary>
    /// <param name="month">1 to 12.</param>
    /// <param name="year">Four digits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The month is not 1 to 12.</exception>
    public CardExpiry(int month, int year)
    {
        if (!IsMonth(month, year))
            throw new ArgumentOutOfRangeException(nameof(month), "A card's expiry is a month of a year of four digits.");
        (Month, Year) = (month, year);
    }

    /// <summary>1 to 12.</summary>
    public int Month { get; }

    /// <summary>Four digits.</summary>
    public int Year { get; }

    /// <summary>The last day on which the card is good.</summary>
    public DateOnly LastDay => new(Year, Month, DateTime.DaysInMonth(Year, Month));

    /// <summary>
    /// Reads a month of this century as people type it, such as <c>04/29</c>, <c>4/2029</c>, <c>0429</c> or <c>2029-04</c>.
    /// </summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="expiry">The expiry, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CardExpiry? expiry)
    {
        expiry = null;
        var compact = text?.Replace(" ", "");
        // Two digits are a year of this century; the calendar's own window does not count.
        return Forms.FirstOrDefault(form => DateOnly.TryParseExact(compact, form, out _)) is { } form
            && DateOnly.TryParseExact(compact, form, out var first)
            && (!form.Contains("yyyy", StringComparison.Ordinal) || first.Year / 100 * 100 == Century)
            && TryCreate(first.Month, Century + (first.Year % 100), out expiry);
    }

    /// <summary>An expiry from its parts.</summary>
    /// <param name="month">Any number.</param>
    /// <param name="year">Any number; four digits are needed.</param>
    /// <param name="expiry">The expiry, when there is such a month.</param>
    public static bool TryCreate(int month, int year, [NotNullWhen(true)] out CardExpiry? expiry)
    {
        expiry = IsMonth(month, year) ? new CardExpiry(month, year) : null;
        return expiry is not null;
    }

    /// <summary>Whether the card is no longer good: its month's last day is over.</summary>
    public bool IsPast(DateOnly today) => today > LastDay;

    /// <summary>The text as on the card, such as <c>04/29</c>.</summary>
    public override string ToString() => $"{Month:00}/{Year % 100:00}";

    private static bool IsMonth(int month, int year) => month is >= 1 and <= 12 && year is >= FirstYear and <= LastYear;
}

/// <summary>A card's security code (CVC): used once, never stored and never shown.</summary>
public sealed class SecurityCode
{
    private readonly string _digits;

    private SecurityCode(string digits) => _digits = digits;

    /// <summary>Reads three or four digits; null when it is something else.</summary>
    public static SecurityCode? TryParse(string? text) =>
        text is { Length: 3 or 4 } && text.All(char.IsAsciiDigit) ? new SecurityCode(text) : null;

    /// <summary>The digits, for the provider alone.</summary>
    public string Reveal() => _digits;

    public override string ToString() => "•••";
}
