using System.Reflection;

namespace Quittance.Dialects.TrainTravel.Timetables;

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
    /// <exception cref="System.Text.Json.JsonException">It is no timetable.</exception>
    public static Timetable Read(Stream json) => new(TimetableFile.Read(json));

    /// <summary>The station of an id; null when there is none.</summary>
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

    /// <summary>The trip of an id; null when there is none.</summary>
    public Trip? Trip(Guid id) => TripCode.Read(id) is { } code && _lines.TryGetValue(code.Line, out var line) ? line.Trip(code) : null;
}
