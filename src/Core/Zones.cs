namespace Quittance.Core;

/// <summary>Days in time zones.</summary>
public static class Zones
{
    /// <summary>The day on which a moment falls in a zone.</summary>
    public static DateOnly DayOf(this TimeZoneInfo zone, DateTimeOffset moment) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    /// <summary>The moment at which a day begins in a zone, UTC.</summary>
    public static DateTimeOffset StartOf(this TimeZoneInfo zone, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where clocks go forward at midnight, the day begins when they have.
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(15);
        // Where they go back to it, as in the Azores in October, the day begins at the first of the two midnights.
        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        // The first day of the calendar begins before the calendar does.
        return midnight.Ticks < offset.Ticks ? DateTimeOffset.MinValue : new DateTimeOffset(midnight, offset).ToUniversalTime();
    }
}
