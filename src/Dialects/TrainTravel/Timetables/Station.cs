namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>A station.</summary>
/// <param name="Id">Its id; never changes.</param>
/// <param name="Name">Its name, as it stands on its platforms.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
/// <param name="Zone">The zone of its clocks.</param>
/// <param name="Coordinates">Where it is on Earth.</param>
public sealed record Station(Guid Id, string Name, string Address, string Country, TimeZoneInfo Zone, Coordinates Coordinates)
{
    /// <summary>A moment with the offset that the station's clocks have then.</summary>
    public DateTimeOffset InZone(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);

    /// <summary>
    /// When the station's clocks show a time on a day. A time that they leave out in spring is as much later, one that they show twice in
    /// autumn is the first of the two: a train waits for no clock, and leaves nobody behind who was there in time.
    /// </summary>
    public DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        if (Zone.IsInvalidTime(local))
            return new DateTimeOffset(local, Zone.GetUtcOffset(local.AddDays(-1))).ToOffset(Zone.GetUtcOffset(local.AddDays(1)));
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }

    /// <summary>Whether a text stands in its name or its address, whatever the case and the accents.</summary>
    public bool Mentions(string text) => PlainText.Of(Name).Contains(text, StringComparison.Ordinal)
        || PlainText.Of(Address).Contains(text, StringComparison.Ordinal);
}
