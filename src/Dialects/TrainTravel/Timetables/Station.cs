using System.Globalization;
using System.Text;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>A place on Earth. Geography, not money: floating point is exact enough.</summary>
/// <param name="Latitude">Degrees north, -90 to 90.</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
public readonly record struct Coordinates(double Latitude, double Longitude)
{
    private const double EarthRadiusKilometres = 6371;

    /// <summary>Reads <c>latitude,longitude</c> in decimal degrees; null when it is something else, or no place on Earth.</summary>
    public static Coordinates? TryParse(string? text)
    {
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        // As decimals: NaN and infinity, which a double would read, are no degrees.
        return text?.Split(',') is [var north, var east]
            && decimal.TryParse(north.Trim(), Decimal, null, out var latitude) && latitude is >= -90 and <= 90
            && decimal.TryParse(east.Trim(), Decimal, null, out var longitude) && longitude is >= -180 and <= 180
                ? new Coordinates((double)latitude, (double)longitude)
                : null;
    }

    /// <summary>How far another place is away along the surface, kilometres.</summary>
    public double KilometresTo(Coordinates other)
    {
        var (north, east) = (Radians(other.Latitude - Latitude) / 2, Radians(other.Longitude - Longitude) / 2);
        var haversine = Square(Math.Sin(north))
            + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * Square(Math.Sin(east)));
        return 2 * EarthRadiusKilometres * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static double Square(double number) => number * number;
}

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
    /// autumn is the first of the two: so no train leaves before the time on its ticket.
    /// </summary>
    public DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        if (Zone.IsInvalidTime(local))
            return new DateTimeOffset(local, Zone.GetUtcOffset(local.AddDays(-1))).ToOffset(Zone.GetUtcOffset(local.AddDays(1)));
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }

    /// <summary>Whether its name or its address contains a text, without regard to case and accents.</summary>
    public bool Mentions(string text) => PlainText.Of(Name).Contains(text, StringComparison.Ordinal)
        || PlainText.Of(Address).Contains(text, StringComparison.Ordinal);
}

/// <summary>
/// Texts without case and accents, to search in: <c>Genève</c> and <c>GENEVE</c> are the same. The server runs without the framework's
/// cultures, so the letters of Europe's Latin alphabets stand here.
/// </summary>
public static class PlainText
{
    private const char FirstMark = '\u0300';
    private const char LastMark = '\u036F';

    private static readonly (string Letters, string Plain)[] Letters =
    [
        ("àáâãäåāăąǎ", "a"), ("æ", "ae"), ("çćĉċč", "c"), ("ďđð", "d"), ("èéêëēĕėęě", "e"), ("ĝğġģ", "g"), ("ĥħ", "h"),
        ("ìíîïĩīĭįıİ", "i"), ("ĵ", "j"), ("ķ", "k"), ("ĺļľŀł", "l"), ("ñńņňŋ", "n"), ("òóôõöøōŏő", "o"), ("œ", "oe"), ("ŕŗř", "r"),
        ("śŝşšș", "s"), ("ß", "ss"), ("ţťŧț", "t"), ("ùúûüũūŭůűų", "u"), ("ŵ", "w"), ("ýÿŷ", "y"), ("źżž", "z"), ("þ", "th"),
    ];

    private static readonly Dictionary<char, string> Plain =
        Letters.SelectMany(group => group.Letters.Select(letter => (letter, group.Plain))).ToDictionary();

    /// <summary>The text without case and accents.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            // Accents that stand behind their letter.
            if (letter is >= FirstMark and <= LastMark)
                continue;
            var lower = char.ToLowerInvariant(letter);
            if (Plain.TryGetValue(lower, out var known))
                plain.Append(known);
            else
                plain.Append(lower);
        }

        return plain.ToString();
    }
}
