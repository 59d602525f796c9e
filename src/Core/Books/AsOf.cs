using System.Globalization;

namespace Quittance.Core.Books;

/// <summary>
/// A moment of the books, or the end of one of their days. Up to a moment counts what was committed by then; up to a day counts what is
/// booked on it and before, also what was committed later.
/// </summary>
public readonly record struct AsOf
{
    /// <summary>How many digits of a second a moment of the books has.</summary>
    public const int Decimals = 6;

    private AsOf(DateTimeOffset? moment, DateOnly? day) => (Moment, Day) = (moment, day);

    /// <summary>Null for a day.</summary>
    public DateTimeOffset? Moment { get; }

    /// <summary>Null for a moment.</summary>
    public DateOnly? Day { get; }

    public static AsOf Of(DateTimeOffset moment) => new(moment, null);

    public static AsOf Of(DateOnly day) => new(null, day);

    /// <summary>
    /// Reads a day such as 2026-10-31, or a moment such as 2026-10-31T18:00:00Z, which names its offset, within the
    /// <see cref="DayWindow"/>.
    /// </summary>
    public static AsOf? Parse(string text)
    {
        if (DayWindow.TryRead(text, out var day))
            return Of(day);
        string[] forms =
            ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK"];
        return text.Length > 0 && (text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T'))
            && DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            && DayWindow.Holds(moment)
            ? Of(moment.ToUniversalTime()) : null;
    }

    /// <summary>Whether it has not come.</summary>
    /// <param name="today">The merchant's day.</param>
    public bool IsAfter(DateTimeOffset now, DateOnly today) => Moment > now || Day > today;

    public override string ToString() => Day is { } day ? $"{day:yyyy-MM-dd}" : $"{Moment:yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'}";
}
