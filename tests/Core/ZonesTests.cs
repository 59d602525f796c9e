namespace Quittance.Core.Tests;

public sealed class ZonesTests
{
    [Theory]
    [InlineData("UTC", "2026-03-29", "2026-03-29T00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z")]
    [InlineData("Europe/Berlin", "2026-03-30", "2026-03-29T22:00Z")]
    [InlineData("Pacific/Auckland", "2026-11-23", "2026-11-22T11:00Z")]
    // Clocks go forward at midnight.
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00Z")]
    // They go back to midnight.
    [InlineData("Atlantic/Azores", "2026-10-25", "2026-10-25T00:00Z")]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00Z")]
    // The calendar's first day begins in no other one.
    [InlineData("Europe/Berlin", "0001-01-01", "0001-01-01T00:00Z")]
    public void Day_BeginsAtItsFirstMidnight(string zone, string day, string begins) => Assert.Equal(
        DateTimeOffset.Parse(begins, null), TimeZoneInfo.FindSystemTimeZoneById(zone).StartOf(DateOnly.Parse(day, null)));

    [Theory]
    [InlineData("Atlantic/Azores")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Sao_Paulo")]
    public void EachMoment_IsInTheDayThatHasBegun(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var moment = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (; moment.Year == 2026; moment = moment.AddMinutes(30))
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
            Assert.True(zone.StartOf(day) <= moment && moment < zone.StartOf(day.AddDays(1)), $"{moment:O} is not in {day:O}.");
        }
    }
}
