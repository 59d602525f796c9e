using System.Globalization;

namespace Quittance.Storage.Reading;

/// <summary>
/// How a place in a list stands in an address, where the list goes by time and by what is of one moment: <c>ticks-id-number</c>.
/// </summary>
internal static class PlaceText
{
    /// <summary>Reads what <see cref="Of"/> wrote; null where it is none.</summary>
    public static (DateTimeOffset At, Guid Id, int Number)? Parse(string? text) => text?.Split('-') is [var ticks, var id, var number]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.Ticks
        && Guid.TryParseExact(id, "N", out var guid)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var digits)
            ? (new DateTimeOffset(at, TimeSpan.Zero), guid, digits)
            : null;

    /// <summary>The text of a place in an address.</summary>
    public static string Of(DateTimeOffset at, Guid id, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}-{id:N}-{number}");
}
