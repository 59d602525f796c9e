using Quittance.Core.Debits;

namespace Quittance.Tests.Debits;

public sealed class TargetCalendarTests
{
    // Good Friday and Easter Monday of years whose Easter is early, late and usual (ECB's calendar), beside the days that never move.
    [Theory]
    [InlineData("2026-04-03", false)]
    [InlineData("2026-04-06", false)]
    [InlineData("2026-04-07", true)]
    [InlineData("2027-03-26", false)]
    [InlineData("2027-03-29", false)]
    [InlineData("2008-03-21", false)]
    [InlineData("2038-04-26", false)]
    [InlineData("2049-04-16", false)]
    [InlineData("2026-01-01", false)]
    [InlineData("2026-05-01", false)]
    [InlineData("2026-12-25", false)]
    [InlineData("2025-12-26", false)]
    [InlineData("2026-12-24", true)]
    [InlineData("2026-12-31", true)]
    [InlineData("2026-05-14", true)]
    [InlineData("2026-11-21", false)]
    [InlineData("2026-11-22", false)]
    [InlineData("2026-11-23", true)]
    public void IsBusinessDay_HolidaysAndWeekends_AreNone(string day, bool isBusinessDay) =>
        Assert.Equal(isBusinessDay, TargetCalendar.IsBusinessDay(DateOnly.Parse(day)));

    [Theory]
    [InlineData("2026-04-02", "2026-04-02", "2026-04-07")]
    [InlineData("2026-04-03", "2026-04-07", "2026-04-07")]
    [InlineData("2026-12-24", "2026-12-24", "2026-12-28")]
    [InlineData("2026-12-31", "2026-12-31", "2027-01-04")]
    public void NextDay_SkipsWhatIsClosed(string day, string onOrAfter, string next) => Assert.Equal(
        (DateOnly.Parse(onOrAfter), DateOnly.Parse(next)),
        (TargetCalendar.OnOrAfter(DateOnly.Parse(day)), TargetCalendar.Next(DateOnly.Parse(day))));

    [Theory]
    [InlineData("2026-04-01", 0, "2026-04-01")]
    [InlineData("2026-04-01", 2, "2026-04-07")]
    [InlineData("2026-04-07", -1, "2026-04-02")]
    [InlineData("2026-04-05", -1, "2026-04-02")]
    [InlineData("2026-04-05", 1, "2026-04-07")]
    [InlineData("2026-12-23", 3, "2026-12-29")]
    public void AddBusinessDays_CountsOnlyThose(string day, int days, string reached) =>
        Assert.Equal(DateOnly.Parse(reached), TargetCalendar.AddBusinessDays(DateOnly.Parse(day), days));

    [Fact]
    public void EachYear_HasTheDaysOfEaster()
    {
        for (var year = 2000; year < 2100; year++)
        {
            var closed = Enumerable.Range(0, 365).Select(new DateOnly(year, 1, 1).AddDays)
                .Where(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !TargetCalendar.IsBusinessDay(day));
            var easter = closed.Where(day => day.Month is 3 or 4).ToList();
            Assert.Equal([DayOfWeek.Friday, DayOfWeek.Monday], easter.Select(day => day.DayOfWeek));
            Assert.Equal(3, easter[1].DayNumber - easter[0].DayNumber);
        }
    }
}
