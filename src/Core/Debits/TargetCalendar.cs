namespace Quittance.Core.Debits;

/// <summary>
/// The days on which banks settle euros with one another: Monday to Friday without the six holidays of TARGET (ECB, long-term calendar).
/// </summary>
public static class TargetCalendar
{
    /// <summary>Whether banks settle on a day.</summary>
    public static bool IsBusinessDay(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(day);

    /// <summary>The day itself where banks settle on it, else the first business day after it.</summary>
    public static DateOnly OnOrAfter(DateOnly day)
    {
        while (!IsBusinessDay(day))
            day = day.AddDays(1);
        return day;
    }

    /// <summary>The first business day after a day.</summary>
    public static DateOnly Next(DateOnly day) => OnOrAfter(day.AddDays(1));

    /// <summary>The business day that is so many business days after a day, or before it for a number below zero.</summary>
    /// <param name="day">Any day. Zero days after it is the day itself.</param>
    public static DateOnly AddBusinessDays(DateOnly day, int days)
    {
        for (var step = Math.Sign(days); days != 0; days -= step)
        {
            do
                day = day.AddDays(step);
            while (!IsBusinessDay(day));
        }

        return day;
    }

    /// <summary>New Year, Good Friday, Easter Monday, Labour Day, Christmas Day and 26 December.</summary>
    private static bool IsHoliday(DateOnly day)
    {
        if ((day.Month, day.Day) is (1, 1) or (5, 1) or (12, 25) or (12, 26))
            return true;
        return (day.DayNumber - EasterSunday(day.Year).DayNumber) is -2 or 1;
    }

    /// <summary>The Gregorian computus (Meeus, Jones, Butcher).</summary>
    private static DateOnly EasterSunday(int year)
    {
        var golden = year % 19;
        var (century, ofCentury) = (year / 100, year % 100);
        var epact = ((19 * golden) + century - (century / 4) - ((century - ((century + 8) / 25) + 1) / 3) + 15) % 30;
        var weekday = (32 + (2 * (century % 4)) + (2 * (ofCentury / 4)) - epact - (ofCentury % 4)) % 7;
        var late = (golden + (11 * epact) + (22 * weekday)) / 451;
        var day = epact + weekday - (7 * late) + 114;
        return new DateOnly(year, day / 31, (day % 31) + 1);
    }
}
