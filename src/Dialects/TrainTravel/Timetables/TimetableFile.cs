using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>A timetable as it is written down.</summary>
/// <param name="Stations">The stations.</param>
/// <param name="Lines">The lines.</param>
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
        ushort Number, string Operator, int Seats, bool Bicycles, bool Dogs, string Days, IReadOnlyList<TimeOnly> Out, IReadOnlyList<TimeOnly> Back,
        IReadOnlyList<StopEntry> Stops, IReadOnlyDictionary<string, IReadOnlyList<long>> FaresMinor);

    /// <summary>A stop, in minutes after the train has left its first station.</summary>
    internal sealed record StopEntry(string Station, int Arrives, int Departs);
}
