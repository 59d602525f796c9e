using Quittance.Dialects.TrainTravel.Timetables;

namespace Quittance.Dialects.TrainTravel;

/// <summary>A search for stations (Train Travel 3.4).</summary>
/// <param name="Near">Where the client is; null for anywhere.</param>
/// <param name="Text">What stands in the name or the address, without case and accents; null for anything.</param>
/// <param name="Country">The country, upper case; null for any.</param>
/// <param name="Page">The page.</param>
public sealed record StationQuery(Coordinates? Near, string? Text, string? Country, Page Page)
{
    private const double NearKilometres = 100;

    /// <summary>The stations that it finds: the nearest first, else by name.</summary>
    public IReadOnlyList<Station> In(Timetable timetable)
    {
        var found = timetable.Stations.Where(station =>
            (Country is null || station.Country == Country) && (Text is null || station.Mentions(Text)));
        return Near is { } here
            ? [.. found.Select(station => (Station: station, Away: here.KilometresTo(station.Coordinates)))
                .Where(found => found.Away <= NearKilometres).OrderBy(found => found.Away).Select(found => found.Station)]
            : [.. found];
    }
}
