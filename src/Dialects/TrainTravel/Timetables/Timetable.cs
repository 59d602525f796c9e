using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quittance.Core;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>A train on a day, from one of its stations to a later one.</summary>
/// <param name="Id">Its id, which says all of this.</param>
/// <param name="Run">The id of the train's whole run, whose seats all its trips share: a seat that is taken for a part of the way is
/// taken.</param>
/// <param name="Origin">Where it begins.</param>
/// <param name="Destination">Where it ends.</param>
public sealed record Trip(Guid Id, Guid Run, Station Origin, Station Destination)
{
    /// <summary>When it begins, with the offset of the origin's clocks.</summary>
    public required DateTimeOffset DepartsAt { get; init; }

    /// <summary>When it ends, with the offset of the destination's clocks.</summary>
    public required DateTimeOffset ArrivesAt { get; init; }

    /// <summary>The company that runs the train.</summary>
    public required string Operator { get; init; }

    /// <summary>The price, in the currency of the origin's country.</summary>
    public required Money Price { get; init; }

    /// <summary>How many seats the train has.</summary>
    public required int Seats { get; init; }

    /// <summary>Whether bicycles may come along.</summary>
    public required bool TakesBicycles { get; init; }

    /// <summary>Whether dogs may come along.</summary>
    public required bool TakesDogs { get; init; }
}

/// <summary>Stations and lines. Trips are not stored: those of any day follow from the lines.</summary>
public sealed class Timetable
{
    private readonly Dictionary<Guid, Station> _stations;
    private readonly Dictionary<ushort, Line> _lines;

    private Timetable(TimetableFile file)
    {
        var stations = file.Stations.ToDictionary(
            entry => entry.Key,
            entry => new Station(
                entry.Id, entry.Name, entry.Address, entry.Country, TimeZoneInfo.FindSystemTimeZoneById(entry.TimeZone),
                new Coordinates(entry.Latitude, entry.Longitude)));
        Stations = [.. stations.Values.OrderBy(station => PlainText.Of(station.Name), StringComparer.Ordinal)];
        _stations = Stations.ToDictionary(station => station.Id);
        _lines = file.Lines.SelectMany(entry => Line.Both(entry, stations)).ToDictionary(line => line.Number);
    }

    /// <summary>All stations, by name.</summary>
    public IReadOnlyList<Station> Stations { get; }

    /// <summary>The timetable that is part of this assembly.</summary>
    public static Timetable Load()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("Quittance.Dialects.TrainTravel.timetable.json")
            ?? throw new InvalidOperationException("There is no timetable.");
        return Read(file);
    }

    /// <summary>A timetable as it is written down in JSON.</summary>
    /// <exception cref="System.Text.Json.JsonException">The text is not a timetable.</exception>
    public static Timetable Read(Stream json) => new(TimetableFile.Read(json));

    /// <summary>The station of an id; null when no station has it.</summary>
    public Station? Station(Guid id) => _stations.GetValueOrDefault(id);

    /// <summary>
    /// The trips from one station to another without a change, on the calendar day at the origin that a moment falls on, and not before
    /// that moment. The earliest is first.
    /// </summary>
    public IReadOnlyList<Trip> Trips(Station origin, Station destination, DateTimeOffset from)
    {
        var day = DateOnly.FromDateTime(origin.InZone(from).DateTime);
        return TripCode.NumberOf(day) is null
            ? []
            : [.. _lines.Values.SelectMany(line => line.Trips(origin, destination, day)).Where(trip => trip.DepartsAt >= from)
                .OrderBy(trip => trip.DepartsAt).ThenBy(trip => trip.Id)];
    }

    /// <summary>The trip of an id; null when no trip has it.</summary>
    public Trip? Trip(Guid id) => TripCode.Read(id) is { } code && _lines.TryGetValue(code.Line, out var line) ? line.Trip(code) : null;
}

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
        if (code.To >= _stops.Count || code.From >= code.To || !_days.Contains(code.Date.DayOfWeek)
            || !_departures.Any(time => MinuteOf(time) == code.Minute))
        {
            return null;
        }

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

/// <summary>A timetable as it is written down.</summary>
internal sealed record TimetableFile(IReadOnlyList<TimetableFile.StationEntry> Stations, IReadOnlyList<TimetableFile.LineEntry> Lines)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    public static TimetableFile Read(Stream json) => JsonSerializer.Deserialize<TimetableFile>(json, Options)!;

    /// <summary>A station; <paramref name="Key"/> names it within the file.</summary>
    internal sealed record StationEntry(
        string Key, Guid Id, string Name, string Address, string Country, string TimeZone, double Latitude, double Longitude);

    /// <summary>
    /// A line. Its number is even; the way back has the next one. Numbers, and the order of stops, stand in the ids of trips and are never
    /// changed. Fares are those of each part of the way, by the currencies of the countries that it goes through.
    /// </summary>
    internal sealed record LineEntry(
        ushort Number, string Operator, int Seats, bool Bicycles, bool Dogs, string Days, IReadOnlyList<TimeOnly> Out,
        IReadOnlyList<TimeOnly> Back,
        IReadOnlyList<StopEntry> Stops, IReadOnlyDictionary<string, IReadOnlyList<long>> FaresMinor);

    /// <summary>A stop, in minutes after the train has left its first station.</summary>
    internal sealed record StopEntry(string Station, int Arrives, int Departs);
}
