using Quittance.Core;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>A line in one direction.</summary>
internal sealed class Line
{
    private readonly TimetableFile.LineEntry _entry;
    private readonly IReadOnlyList<(Station Station, int Arrives, int Departs)> _stops;
    private readonly IReadOnlyList<TimeOnly> _departures;
    private readonly Dictionary<string, IReadOnlyList<long>> _faresMinor;
    private readonly HashSet<DayOfWeek> _days;

    private Line(TimetableFile.LineEntry entry, bool isBack, IReadOnlyDictionary<string, Station> stations)
    {
        _entry = entry;
        Number = (ushort)(isBack ? entry.Number + 1 : entry.Number);
        _departures = isBack ? entry.Back : entry.Out;
        var whole = entry.Stops[^1].Arrives;
        var there = entry.Stops.Select(stop => (stations[stop.Station], stop.Arrives, stop.Departs));
        _stops = isBack ? [.. there.Reverse().Select(stop => (stop.Item1, whole - stop.Departs, whole - stop.Arrives))] : [.. there];
        _faresMinor = entry.FaresMinor.ToDictionary(fares => fares.Key, fares => isBack ? [.. fares.Value.Reverse()] : fares.Value);
        _days = [.. entry.Days.Split(' ').Select(DayNamed)];
    }

    /// <summary>Its number in this direction.</summary>
    public ushort Number { get; }

    /// <summary>A line, and its way back.</summary>
    public static IEnumerable<Line> Both(TimetableFile.LineEntry entry, IReadOnlyDictionary<string, Station> stations) =>
        [new Line(entry, isBack: false, stations), new Line(entry, isBack: true, stations)];

    /// <summary>The trips that begin at a station on a day of its calendar, and end at another.</summary>
    public IEnumerable<Trip> Trips(Station origin, Station destination, DateOnly day)
    {
        var (from, to) = (PlaceOf(origin), PlaceOf(destination));
        if (from < 0 || to <= from)
            yield break;
        var afterMinutes = _stops[from].Departs;
        // A train that passes here on this day may have left its first station days before, or where clocks are ahead, tomorrow.
        for (var run = day.AddDays(-1 - (afterMinutes / 1440)); run <= day.AddDays(1); run = run.AddDays(1))
        {
            foreach (var departure in _departures)
            {
                if (TripCode.NumberOf(run) is { } number
                    && Trip(new TripCode(Number, number, MinuteOf(departure), (byte)from, (byte)to)) is { } trip
                    && DateOnly.FromDateTime(trip.DepartsAt.DateTime) == day)
                {
                    yield return trip;
                }
            }
        }
    }

    /// <summary>The trip that an id says; null when the line has none such.</summary>
    public Trip? Trip(TripCode code)
    {
        if (code.To >= _stops.Count || code.From >= code.To || !_days.Contains(code.Date.DayOfWeek) || !_departures.Any(time => MinuteOf(time) == code.Minute))
            return null;
        var start = _stops[0].Station.At(code.Date, new TimeOnly(code.Minute / 60, code.Minute % 60));
        var (origin, destination) = (_stops[code.From], _stops[code.To]);
        var currency = Fares.CurrencyOf(origin.Station.Country);
        return new Trip(code.ToId(), code.Run.ToId(), origin.Station, destination.Station)
        {
            DepartsAt = origin.Station.InZone(start.AddMinutes(origin.Departs)),
            ArrivesAt = destination.Station.InZone(start.AddMinutes(destination.Arrives)),
            Operator = _entry.Operator,
            Price = new Money(_faresMinor[currency.Code].Skip(code.From).Take(code.To - code.From).Sum(), currency),
            Seats = _entry.Seats,
            TakesBicycles = _entry.Bicycles,
            TakesDogs = _entry.Dogs,
        };
    }

    private int PlaceOf(Station station)
    {
        for (var place = 0; place < _stops.Count; place++)
        {
            if (_stops[place].Station == station)
                return place;
        }

        return -1;
    }

    private static ushort MinuteOf(TimeOnly time) => (ushort)((time.Hour * 60) + time.Minute);

    private static DayOfWeek DayNamed(string name) =>
        Enum.GetValues<DayOfWeek>().Single(day => day.ToString().StartsWith(name, StringComparison.Ordinal));
}
