using System.Globalization;

namespace Quittance.Core;

/// <summary>
/// The days that requests, files, forms and commands may name. A day outside is the default of a program or a slip of the pen, and a charge
/// that fell due in the year 1 would be dunned at once.
/// </summary>
public static class DayWindow
{
    /// <summary>The rule, as the end of a sentence.</summary>
    public const string Rule = "from 1990-01-01 to 2200-12-31";

    private static readonly DateOnly First = new(1990, 1, 1);
    private static readonly DateOnly Last = new(2200, 12, 31);

    public static bool Holds(DateOnly day) => day >= First && day <= Last;

    public static bool Holds(DateTimeOffset moment) => Holds(DateOnly.FromDateTime(moment.UtcDateTime));

    /// <summary>Reads a day such as 2026-10-31 within the window.</summary>
    public static bool TryRead(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && Holds(day);
}
