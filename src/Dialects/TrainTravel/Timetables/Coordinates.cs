using System.Globalization;

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
